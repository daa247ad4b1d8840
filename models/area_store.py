"""Which area is where: questions about the boundaries of a township."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, Polygon
from sqlalchemy import Select, func, select, text, update

from gis.crs import require_crs
from halfhour.errors import BadFieldError, NothingImportedError, OutsideTownshipError
from halfhour.naming import joined
from halfhour.places import LonLat
from halfhour.vocabulary import EditionState, Level
from models.areas import Area, AreaPath
from models.bulk import insert_many
from models.editions import BoundaryEdition
from models.geometry import Shape, as_binary, frame_of, place_of
from models.store import Store

COLUMNS = ["code", "name", "level", "parent_code", "village_code", "grid_code"]


class AreaStore(Store):
    """Editions and their areas."""

    def published(self) -> BoundaryEdition:
        """
        Read the edition that holds now.

        Raises
        ------
        NothingImportedError
            If the township has no boundaries yet.
        """
        edition = self._session.scalars(
            select(BoundaryEdition).where(
                BoundaryEdition.township_code == self._township,
                BoundaryEdition.state == EditionState.PUBLISHED,
            )
        ).one_or_none()
        if edition is None:
            raise NothingImportedError("边界", "halfhour import boundaries 文件 --commit")
        return edition

    def editions(self) -> list[BoundaryEdition]:
        """List the township's editions, oldest first."""
        query = select(BoundaryEdition).where(BoundaryEdition.township_code == self._township)
        return list(self._session.scalars(query.order_by(BoundaryEdition.number)))

    def path_at(self, point: LonLat) -> AreaPath:
        """
        Find the village, grid and cell a point belongs to.

        A point on a shared border belongs to the lowest village code that touches it, in that to
        the lowest grid, in that to the lowest cell: every point has one path, and it nests.

        Raises
        ------
        OutsideTownshipError
            If no village touches the point.
        NothingImportedError
            If the township has no boundaries yet.
        """
        at = func.ST_SetSRID(func.ST_MakePoint(point.lon, point.lat), 4326)
        found = self._session.execute(
            select(text("edition_id, village_code, grid_code, cell_code")).select_from(
                func.halfhour.path_at(self._township, at).table_valued(name="found")
            )
        ).one_or_none()
        if found is None:
            self.published()
            raise OutsideTownshipError(point)
        if found.village_code is None:
            raise OutsideTownshipError(point)
        return AreaPath(
            found.edition_id, self._township, found.village_code, found.grid_code, found.cell_code
        )

    def path_of(self, code: str) -> AreaPath | None:
        """Climb from a village, grid or cell of the published edition; None if there is none."""
        area = self._session.scalars(
            self._areas().where(Area.code == code, Area.level >= Level.VILLAGE)
        ).one_or_none()
        if area is None or area.village_code is None:
            return None
        cell_code = area.code if area.level == Level.CELL else None
        return AreaPath(
            area.edition_id, area.township_code, area.village_code, area.grid_code, cell_code
        )

    def anchor(self, path: AreaPath) -> LonLat:
        """Find a point inside the smallest area of a path, to stand for all of it."""
        inside = func.ST_PointOnSurface(Area.shape, type_=Shape("POINT"))
        point = self._session.scalars(
            select(inside).where(
                Area.edition_id == path.edition_id,
                Area.township_code == path.township_code,
                Area.code == path.finest_code,
            )
        ).one()
        return place_of(cast(Point, point))

    def full_name(self, path: AreaPath) -> str:
        """Name a path in full: 青溪镇上坝村第一网格."""
        return self.named([path.finest_code], edition_id=path.edition_id)[path.finest_code]

    def named(self, codes: Iterable[str], *, edition_id: int | None = None) -> dict[str, str]:
        """
        Name areas in full, township first, by code; codes that do not exist are left out.

        Parameters
        ----------
        edition_id
            Whose names; those of the published edition if absent.
        """
        query = self._areas() if edition_id is None else self._areas_of(edition_id)
        own = select(Area.code, Area.name, Area.parent_code).where(
            Area.id.in_(query.with_only_columns(Area.id))
        )
        rows = {row.code: row for row in self._session.execute(own)}
        return {code: _full_name(code, rows) for code in codes if code in rows}

    def frame(
        self, level: Level | None = None, *, edition_id: int | None = None
    ) -> gpd.GeoDataFrame:
        """
        Read areas as a frame: code, name, level, parent_code, village_code, grid_code, geometry.

        Parameters
        ----------
        level
            Only this level; all four if absent. Rows are sorted by level and code.
        edition_id
            Which edition; the published one if absent.
        """
        if edition_id is None:
            edition_id = self.published().id
        query = select(*(getattr(Area, name) for name in COLUMNS), as_binary(Area.shape)).where(
            Area.edition_id == edition_id, Area.township_code == self._township
        )
        if level is not None:
            query = query.where(Area.level == level)
        return frame_of(self._session.execute(query.order_by(Area.level, Area.code)), COLUMNS)

    def add_edition(
        self,
        frame: gpd.GeoDataFrame,
        township_code: str,
        by: int,
        now: datetime,
        note: str = "",
    ) -> BoundaryEdition:
        """
        Publish a complete set of areas as the township's next edition; the old one is retired.

        Whatever carries area codes of today (households, stations, volunteers, names of places)
        is told its new areas. Requests keep the areas they were located in.

        Parameters
        ----------
        frame
            One row per area: `code`, `name`, `level` (1 to 4), `parent_code`; polygons in
            EPSG:4326. Check it with `gis.topology` first.

        Raises
        ------
        BadFieldError
            If a code is given twice or a parent is missing or of the wrong level.
        AlreadyThereError
            If a planner has a draft open, which would be out of date without noticing.
        """
        require_crs(frame, "边界")
        edition = self._new_draft(township_code, by, now, note)
        insert_many(self._session, Area, _rows(frame, edition))
        self._publish(edition, by, now)
        return edition

    def _new_draft(self, township_code: str, by: int, now: datetime, note: str) -> BoundaryEdition:
        last = self._session.scalars(
            select(func.max(BoundaryEdition.number)).where(
                BoundaryEdition.township_code == township_code
            )
        ).one()
        edition = BoundaryEdition(
            township_code=township_code,
            number=(last or 0) + 1,
            state=EditionState.DRAFT,
            note=note,
            created_at=now,
            created_by=by,
        )
        self._session.add(edition)
        self._session.flush()
        return edition

    def _publish(self, edition: BoundaryEdition, by: int, now: datetime) -> None:
        self._session.execute(
            update(BoundaryEdition)
            .where(
                BoundaryEdition.township_code == edition.township_code,
                BoundaryEdition.state == EditionState.PUBLISHED,
            )
            .values(state=EditionState.RETIRED, retired_at=now)
        )
        edition.state = EditionState.PUBLISHED
        edition.published_at, edition.published_by = now, by
        self._session.flush()
        self._session.execute(select(func.halfhour.settle(edition.township_code)))

    def _areas(self) -> Select[Area]:
        published = (
            select(BoundaryEdition.id)
            .where(
                BoundaryEdition.township_code == self._township,
                BoundaryEdition.state == EditionState.PUBLISHED,
            )
            .scalar_subquery()
        )
        return select(Area).where(
            Area.edition_id == published, Area.township_code == self._township
        )

    def _areas_of(self, edition_id: int) -> Select[Area]:
        return select(Area).where(Area.edition_id == edition_id)


def _full_name(code: str, rows: Mapping[str, Any]) -> str:
    """Join the names from the top."""
    row = rows[code]
    if row.parent_code not in rows:
        return str(row.name)
    return joined(_full_name(row.parent_code, rows), str(row.name))


def _rows(frame: gpd.GeoDataFrame, edition: BoundaryEdition) -> list[dict[str, Any]]:
    """Turn a frame into rows of the table, each with the codes of the village and grid above."""
    parents = {str(a.code): _parent(a.parent_code) for a in frame.itertuples(index=False)}
    levels = {str(a.code): int(a.level) for a in frame.itertuples(index=False)}
    rows = []
    for number, area in enumerate(frame.itertuples(index=False), start=1):
        code = str(area.code)
        path = _climb(code, parents, levels, row=number)
        rows.append(
            {
                "township_code": edition.township_code,
                "edition_id": edition.id,
                "code": code,
                "name": str(area.name),
                "level": int(area.level),
                "parent_code": parents[code],
                "village_code": path.get(Level.VILLAGE),
                "grid_code": path.get(Level.GRID),
                "shape": _multi(area.geometry),
            }
        )
    return rows


def _climb(
    code: str, parents: Mapping[str, str | None], levels: Mapping[str, int], *, row: int
) -> dict[int, str]:
    path = {levels[code]: code}
    above = parents[code]
    while above is not None:
        if above not in levels or levels[above] >= min(path):
            raise BadFieldError(
                row, "parent_code", f"{code}的上级{above}不存在或级别不对", "请改正上级编码"
            )
        path[levels[above]] = above
        above = parents[above]
    return path


def _parent(value: Any) -> str | None:
    return None if value is None or value is pd.NA or value != value or value == "" else str(value)  # noqa: PLR0124


def _multi(shape: Polygon | MultiPolygon) -> MultiPolygon:
    return MultiPolygon([shape]) if isinstance(shape, Polygon) else shape
