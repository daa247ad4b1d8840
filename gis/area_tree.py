"""How the areas of a file hang together: finding parents, making missing ones, giving codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from gis.area_table import AreaRow
from gis.evidence import listed
from gis.noding import as_multipolygon, rounded
from halfhour import area_codes
from halfhour.errors import BadAreaCodeError, BadFieldError
from halfhour.places import LonLat
from halfhour.vocabulary import Level

_BOTTOM_UP = (Level.CELL, Level.GRID, Level.VILLAGE)


class AreaTree:
    """
    The areas of a file, each with its parent where one is known.

    A parent is looked for by the code or name a row gives, by the columns of the levels above, and
    last by the row's own code. A parent that is named but not drawn is made: its polygon is the
    union of its children without holes, except where a neighbour of the same level lies in one.
    """

    def __init__(
        self,
        rows: Iterable[AreaRow],
        *,
        parent: str | None = None,
        township_name: str | None = None,
        township_code: str | None = None,
    ) -> None:
        self.rows = list(rows)
        self._parents: dict[int, AreaRow] = {}
        self._made: list[AreaRow] = []
        self._common_parent = parent
        self._township = (area_codes.tidy(township_code or ""), township_name or "")
        self._had_codes = any(row.code for row in self.rows)
        self._describe_township()
        for level in _BOTTOM_UP:
            self._link(level)
            self._draw_made(Level(level - 1))

    def parent(self, row: AreaRow) -> AreaRow | None:
        """Give the parent of a row; None for townships and where it is not in the file."""
        return self._parents.get(id(row))

    def parent_code(self, row: AreaRow) -> str | None:
        """Give the code of a row's parent, from the file or from the row's own code."""
        if row.level is Level.TOWNSHIP:
            return None
        parent = self.parent(row)
        return parent.code if parent is not None else self._wanted(row)[0] or None

    def has_codes(self) -> bool:
        """Whether any row of the file has a code."""
        return self._had_codes

    def keep_township(self, wanted: str) -> None:
        """
        Keep one township and what lies in it.

        Raises
        ------
        BadFieldError
            If no township has that code or name.
        """
        townships = [row for row in self.rows if row.level is Level.TOWNSHIP]
        kept = [row for row in townships if wanted in {row.code, row.name}]
        if not kept:
            known = "、".join(row.name or row.code for row in townships) or "没有乡镇"
            raise BadFieldError("-", "--only", f"文件里没有“{wanted}”", f"文件里有：{known}")
        self.rows = [row for row in self.rows if self._root(row) in kept]
        self._made = [row for row in self._made if row in self.rows]

    def made_notes(self) -> list[str]:
        """Say in Chinese which areas were made from their children."""
        notes = []
        for level in reversed(_BOTTOM_UP):
            made = [row.name for row in self._made if row.level == level - 1]
            if made:
                upper = Level(level - 1).label
                notes.append(
                    f"文件里没有{upper}{listed(made)}的图形，已由下级{level.label}合并而成"
                )
        return notes

    def children(self, parent: AreaRow) -> list[AreaRow]:
        """List the rows whose parent this is, in file order."""
        return [row for row in self.rows if self.parent(row) is parent]

    def number_all(self) -> list[str]:
        """
        Give every area a new code, level by level in reading order, and say so in Chinese.

        Townships keep a well-formed code; others get one that follows from their name.
        """
        townships = [row for row in self.rows if row.level is Level.TOWNSHIP]
        taken = {row.code for row in townships}
        for row in _in_reading_order(townships):
            if not area_codes.is_well_formed(row.code, Level.TOWNSHIP):
                row.code = area_codes.provisional_township(row.name, taken=taken)
                taken.add(row.code)
            self._number_below(row)
        numbered = len(self.rows) - len(townships)
        return [f"已为{numbered}个区域编码：由北向南分排，每排由西向东"] if numbered else []

    def _number_below(self, parent: AreaRow) -> None:
        children = _in_reading_order(self.children(parent))
        codes = area_codes.new_codes(parent.code, [child.name for child in children])
        for child, code in zip(children, codes, strict=True):
            child.code = code
            self._number_below(child)

    def _root(self, row: AreaRow) -> AreaRow:
        parent = self.parent(row)
        return row if parent is None else self._root(parent)

    def _describe_township(self) -> None:
        """Give the only township drawn the code and name that were stated, where it has none."""
        townships = [row for row in self.rows if row.level is Level.TOWNSHIP]
        if len(townships) == 1:
            townships[0].code = townships[0].code or self._township[0]
            townships[0].name = townships[0].name or self._township[1]

    def _link(self, level: Level) -> None:
        upper = Level(level - 1)
        candidates = [row for row in self.rows if row.level is upper]
        by_code = {row.code: row for row in candidates if row.code}
        by_name: dict[str, list[AreaRow]] = {}
        for row in candidates:
            by_name.setdefault(row.name, []).append(row)
        made: dict[tuple[Any, ...], AreaRow] = {}
        for row in [row for row in self.rows if row.level is level]:
            code, name = self._wanted(row)
            parent = by_code.get(code) or _same_line(row, by_name.get(name, []))
            if parent is None and name:
                parent = made.setdefault(
                    (code, name, tuple(row.above.get(Level(n), ()) for n in range(1, upper))),
                    AreaRow(0, upper, code, name, None, above=dict(row.above)),
                )
            if parent is not None:
                self._parents[id(row)] = parent
        self._add_made(list(made.values()))

    def _add_made(self, made: Sequence[AreaRow]) -> None:
        for row in made:
            row.row = -len(self._made) - 1
            self._made.append(row)
            self.rows.append(row)

    def _wanted(self, row: AreaRow) -> tuple[str, str]:
        """Code and name of the parent that a row asks for; empty where it does not say."""
        upper = Level(max((row.level or 0) - 1, 1))
        code, name = row.above.get(upper, ("", ""))
        key = row.parent or ("" if code or name else self._common_parent or "")
        if key:
            tidied = area_codes.tidy(key)
            code, name = (tidied, name) if tidied.isdecimal() else (code, key)
        if row.level is Level.VILLAGE:
            code, name = self._township[0] or code, self._township[1] or name
        return code or _parent_by_code(row.code), name

    def _draw_made(self, level: Level) -> None:
        for row in self._made:
            if row.level is level and row.shape is None:
                row.shape = _union([child.shape for child in self.children(row)])
        drawn = [row for row in self.rows if row.level is level]
        for row in [row for row in self._made if row.level is level]:
            others = [other.shape for other in drawn if other is not row]
            row.shape = _without_holes(row.shape, others)


def _same_line(row: AreaRow, candidates: list[AreaRow]) -> AreaRow | None:
    """Pick the only candidate, or the only one that lies in the same areas above as the row."""
    if len(candidates) > 1:
        candidates = [c for c in candidates if all(_agree(row, c, level) for level in Level)]
    return candidates[0] if len(candidates) == 1 else None


def _agree(row: AreaRow, candidate: AreaRow, level: Level) -> bool:
    a, b = row.above.get(level), candidate.above.get(level)
    return a is None or b is None or a == b


def _parent_by_code(code: str) -> str:
    try:
        return area_codes.parent_of(code) or ""
    except BadAreaCodeError:
        return ""


def _in_reading_order(rows: list[AreaRow]) -> list[AreaRow]:
    points = [_place(row.shape) for row in rows]
    return [rows[position] for position in area_codes.reading_order(points)]


def _place(shape: Any) -> LonLat:
    """Give a place for the shape that does not depend on the order of its corners."""
    if shape is None or shape.is_empty:
        return LonLat(0, 0)
    west, south, east, north = shape.bounds
    lat = min(max((south + north) / 2, -90.0), 90.0)
    return LonLat(min(max((west + east) / 2, -180.0), 180.0), lat)


def _union(shapes: list[Any]) -> shapely.MultiPolygon:
    usable = np.array(
        [shape for shape in shapes if shape is not None and shape.geom_type.endswith("Polygon")]
    )
    if not usable.size:
        return shapely.MultiPolygon()
    if shapely.is_valid(usable).all() and shapely.coverage_is_valid(usable):
        return as_multipolygon(shapely.coverage_union_all(usable))
    union = as_multipolygon(shapely.union_all(shapely.make_valid(usable)))
    return as_multipolygon(rounded(np.array([union], dtype=object))[0])


def _without_holes(shape: Any, others: list[Any]) -> shapely.MultiPolygon:
    """Fill the holes of a union, but not those in which a neighbour lies."""
    inside = [other.representative_point() for other in others if other and not other.is_empty]
    polygons = []
    for polygon in shape.geoms:
        kept = [
            hole
            for hole in polygon.interiors
            if any(shapely.Polygon(hole).covers(point) for point in inside)
        ]
        polygons.append(shapely.Polygon(polygon.exterior, kept))
    return shapely.MultiPolygon(polygons)
