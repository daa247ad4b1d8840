"""Drawn maps: letters become touching areas of about 100 m, so that a test shows its map."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import geopandas as gpd
import numpy as np
import shapely

from halfhour.places import LonLat
from halfhour.vocabulary import Level

WEST, NORTH = 107.93, 28.25
"""The upper left corner of every sketch: in the hills of Guizhou."""

STEP_DEG = 0.001
"""Side of a letter: 98 m east to west, 111 m north to south."""


def at(east: float, south: float) -> LonLat:
    """The point so many letters to the right of and below the upper left corner."""
    return LonLat(WEST + east * STEP_DEG, NORTH - south * STEP_DEG)


def sketch(
    drawing: str,
    *,
    codes: Mapping[str, str] | None = None,
    level: Level = Level.GRID,
    parent: str | None = None,
) -> gpd.GeoDataFrame:
    """
    Turn a drawing into areas of one level, one row per letter, ordered by letter.

    Every letter is a square; equal letters are one area, with a vertex at each corner of a
    square on its outline. Blanks and dots are nobody's. Letters stand for themselves as codes
    unless `codes` says otherwise.
    """
    squares: dict[str, list[shapely.Polygon]] = {}
    for south, line in enumerate(dedent(drawing).strip("\n").splitlines()):
        for east, letter in enumerate(line):
            if letter not in " .":
                squares.setdefault(letter, []).append(_square(east, south))
    letters = sorted(squares)
    return gpd.GeoDataFrame(
        {
            "code": [codes[letter] if codes else letter for letter in letters],
            "name": letters,
            "level": int(level),
            "parent_code": parent,
        },
        geometry=[_joined(squares[letter]) for letter in letters],
        crs="EPSG:4326",
    )


def _square(east: int, south: int) -> shapely.Polygon:
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return shapely.Polygon([_corner(east + e, south + s) for e, s in corners])


def _corner(east: int, south: int) -> tuple[float, float]:
    point = at(east, south)
    return point.lon, point.lat


def _joined(squares: list[shapely.Polygon]) -> shapely.MultiPolygon:
    union = shapely.coverage_union_all(np.array(squares))
    return shapely.MultiPolygon([union] if isinstance(union, shapely.Polygon) else union.geoms)
