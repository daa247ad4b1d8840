"""Households and residents: the register of who lives where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
from sqlalchemy import delete, func, select

from models.bulk import insert_many
from models.geometry import as_binary, frame_of
from models.households import Household
from models.store import Store

COLUMNS = [
    "id", "reference", "plate", "head", "phone", "people", "village_code", "grid_code", "cell_code",
]  # fmt: skip


class HouseholdStore(Store):
    """The households the acting person may see."""

    def add_many(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """
        Add households; their areas are found from their points.

        Parameters
        ----------
        rows
            `reference` and `point` (shapely, EPSG:4326) of each, and whatever else is known of
            `plate`, `head`, `phone`, `people`.
        """
        names = ("reference", "point", "plate", "head", "phone", "people")
        insert_many(
            self._session,
            Household,
            [
                {"township_code": self._township, **{name: row.get(name) for name in names}}
                for row in rows
            ],
        )

    def replace(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Put this register in the place of the old one. See `add_many`."""
        self._session.execute(delete(Household).where(Household.township_code == self._township))
        self.add_many(rows)

    def count(self) -> int:
        """Count the households the acting person may see."""
        mine = select(func.count()).where(Household.township_code == self._township)
        return self._session.scalars(mine).one()

    def areas(self) -> dict[str, str]:
        """Say in which finest area each household lies, by reference; outside all is left out."""
        finest = func.coalesce(Household.cell_code, Household.grid_code, Household.village_code)
        query = select(Household.reference, finest.label("area")).where(
            Household.township_code == self._township, finest.is_not(None)
        )
        return {row.reference: row.area for row in self._session.execute(query)}

    def frame(self) -> gpd.GeoDataFrame:
        """Read them as a frame of points, sorted by reference. See `COLUMNS`."""
        columns = [Household.__table__.columns[name] for name in COLUMNS]
        query = select(*columns, as_binary(Household.point)).where(
            Household.township_code == self._township
        )
        return frame_of(self._session.execute(query.order_by(Household.reference)), COLUMNS)
