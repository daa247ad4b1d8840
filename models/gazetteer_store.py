"""What people call places: the gazetteer of a township, as one person may see it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from gis.gazetteer import GazetteerEntry, OutsideName, entries_from_areas
from halfhour.errors import NotEntitledError
from halfhour.vocabulary import Level, Role
from models.bulk import insert_many
from models.gazetteer import GazetteerRevision, GazetteerRow, OutsideRow
from models.store import Store

_ENTRY_COLUMNS = ("id", "parent_id", "level", "name", "aliases", "lon", "lat")
_AREA_LEVELS = frozenset(level.name.lower() for level in Level)

NAMES_OF_PEOPLE = (
    Role.DISPATCHER,
    Role.ADMINISTRATOR,
    Role.GRID_CHIEF,
    Role.GRID_WORKER,
    Role.CELL_LEAD,
)
"""Roles whose polygon opens the rows that carry the names of households."""


class GazetteerStore(Store):
    """Names of places inside and around the township."""

    def entries(self) -> list[GazetteerEntry]:
        """Read every entry the acting person may see, sorted by id."""
        columns = [GazetteerRow.__table__.columns[name] for name in _ENTRY_COLUMNS]
        mine = GazetteerRow.township_code == self._township
        rows = self._session.execute(select(*columns).where(mine).order_by(columns[0]))
        return [
            GazetteerEntry(id_, parent_id, level, name, tuple(aliases), lon, lat)
            for id_, parent_id, level, name, aliases, lon, lat in rows
        ]

    def namesake(self, area_code: str) -> GazetteerEntry | None:
        """Find the settlement or landmark inside an area that bears the area's own name."""
        area = aliased(GazetteerRow)
        row = self._session.scalars(
            select(GazetteerRow)
            .join(
                area,
                (area.township_code == GazetteerRow.township_code)
                & (area.name == GazetteerRow.name)
                & (area.id != GazetteerRow.id),
            )
            .where(
                GazetteerRow.township_code == self._township,
                area.id == area_code,
                GazetteerRow.lon.is_not(None),
                GazetteerRow.level.in_(("group", "landmark")),
                or_(
                    GazetteerRow.village_code == area_code,
                    GazetteerRow.grid_code == area_code,
                    GazetteerRow.cell_code == area_code,
                ),
            )
            .order_by(GazetteerRow.id)
            .limit(1)
        ).one_or_none()
        return None if row is None else _entry(row)

    def outside(self) -> list[OutsideName]:
        """Read the names around the township."""
        rows = self._session.scalars(
            select(OutsideRow)
            .where(OutsideRow.township_code == self._township)
            .order_by(OutsideRow.level, OutsideRow.name, OutsideRow.parent)
        )
        return [OutsideName(row.level, row.name, row.parent) for row in rows]

    def revision(self) -> int:
        """Count how often the gazetteer was replaced; 0 if there is none."""
        query = select(GazetteerRevision.revision).where(
            GazetteerRevision.township_code == self._township
        )
        return self._session.scalars(query).one_or_none() or 0

    def view(self) -> tuple[str, ...]:
        """Name what the acting person sees of it: equal views and revisions have equal entries."""
        areas = self._session.scalars(
            select(func.halfhour.my_areas(*(role.value for role in NAMES_OF_PEOPLE)))
        ).one()
        return (self._township, *sorted(set(areas)))

    def replace(
        self, entries: Iterable[GazetteerEntry], outside: Iterable[OutsideName] = ()
    ) -> int:
        """
        Put a new gazetteer in the place of the old one, and count the revision on.

        Returns
        -------
        revision
            The new revision.
        """
        known = list(entries)
        for table in (GazetteerRow, OutsideRow):
            self._session.execute(delete(table).where(table.township_code == self._township))
        insert_many(self._session, GazetteerRow, _rows(known, self._township))
        insert_many(
            self._session,
            OutsideRow,
            [
                {
                    "township_code": self._township,
                    "level": n.level,
                    "name": n.name,
                    "parent": n.parent,
                }
                for n in dict.fromkeys(outside)
            ],
        )
        next_revision = (
            insert(GazetteerRevision)
            .values(township_code=self._township, revision=1, replaced_at=func.now())
            .on_conflict_do_update(
                index_elements=[GazetteerRevision.township_code],
                set_={"revision": GazetteerRevision.revision + 1, "replaced_at": func.now()},
            )
            .returning(GazetteerRevision.revision)
        )
        return self._session.scalars(next_revision).one()

    def refresh_areas(self, areas: gpd.GeoDataFrame, *, township_code: str) -> int:
        """
        Bring the townships, villages, grids and cells in line with a new edition.

        Other names stay, and so do the aliases of areas that stay. What hung under an area that
        is gone hangs under the nearest one above it that is not.

        Parameters
        ----------
        areas
            As for `AreaStore.add_edition`.

        Returns
        -------
        revision
            The new revision.
        """
        if township_code != self._township:
            raise NotEntitledError("修改别的乡镇的地名")
        old = {entry.id: entry for entry in self.entries()}
        new = {
            entry.id: replace(entry, aliases=old[entry.id].aliases) if entry.id in old else entry
            for entry in entries_from_areas(areas)
        }
        kept = {i: e for i, e in old.items() if i not in new and e.level not in _AREA_LEVELS}
        stays = new.keys() | kept.keys()
        moved = [replace(e, parent_id=_parent_that_stays(e, old, stays)) for e in kept.values()]
        return self.replace([*new.values(), *moved], self.outside())


def _parent_that_stays(
    entry: GazetteerEntry, old: Mapping[str, GazetteerEntry], stays: Container[str]
) -> str | None:
    above = entry.parent_id
    while above is not None and above not in stays:
        above = old[above].parent_id if above in old else None
    return above


def _entry(row: Any) -> GazetteerEntry:
    aliases = tuple(row.aliases)
    return GazetteerEntry(row.id, row.parent_id, row.level, row.name, aliases, row.lon, row.lat)


def _rows(entries: Sequence[GazetteerEntry], township_code: str) -> list[dict[str, Any]]:
    by_id = {entry.id: entry for entry in entries}
    return [
        {
            "township_code": township_code,
            "id": entry.id,
            "parent_id": entry.parent_id,
            "level": entry.level,
            "name": entry.name,
            "aliases": list(entry.aliases),
            "lon": entry.lon,
            "lat": entry.lat,
            **_codes(entry, by_id),
        }
        for entry in entries
    ]


def _codes(entry: GazetteerEntry, by_id: Mapping[str, GazetteerEntry]) -> dict[str, str | None]:
    """Climb the tree for the areas an entry lies in; entries of area levels use area codes."""
    codes: dict[str, str | None] = {"village_code": None, "grid_code": None, "cell_code": None}
    above: GazetteerEntry | None = entry
    while above is not None:
        if f"{above.level}_code" in codes:
            codes[f"{above.level}_code"] = above.id
        above = by_id.get(above.parent_id) if above.parent_id else None
    return codes
