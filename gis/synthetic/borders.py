"""What do the polygons look like? Borders between owners, drawn once each and rounded.

A border is shared by the two areas beside it, so areas fit without voids or overlaps. It is
rounded and thinned as far as the houses beside it allow; should a rounded border touch another or
cut off a house, it is drawn more carefully.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gis.synthetic.lines import chains, dots, lengths, rounded, rounded_ring, thinned
from gis.synthetic.mesh import OUTSIDE, Mesh
from gis.synthetic.raster import Floats, Ints

CARE = ((3, 1.0), (2, 0.6), (1, 0.3), (0, 0.05))
"""Rounding passes and share of the usual tolerance, from the first try to the most careful."""

ToLonLat = Callable[[Floats], Floats]


@dataclass(frozen=True)
class _Border:
    """One border from junction to junction, and the owners on its two sides."""

    xy: Floats
    owners: tuple[int, int]
    room_m: Floats
    """Distance from each vertex to the nearest house."""


def tiled(mesh: Mesh, owned: Ints, to_lonlat: ToLonLat) -> list[shapely.Geometry]:
    """
    Draw the area of every owner, numbered from 0, in degrees rounded to 1e-7.

    Every house lies in its owner's polygon, and the polygons tile the township exactly.
    """
    borders = _borders(mesh, owned)
    care = np.zeros(len(borders), dtype=np.int64)
    count = int(owned.max()) + 1
    houses = dots(to_lonlat(mesh.xy[: mesh.houses]))
    for _ in range(4 * len(CARE)):
        lines = [
            _drawn(border, int(level), to_lonlat)
            for border, level in zip(borders, care, strict=True)
        ]
        areas = _areas(borders, lines, count)
        wrong = _wrong(areas, houses, owned[: mesh.houses])
        if not wrong:
            return areas
        touched = np.array([not wrong.isdisjoint(border.owners) for border in borders])
        care = np.where(touched, np.minimum(care + 1, len(CARE) - 1), care)
    raise AssertionError(f"no drawing of the borders fits areas {sorted(wrong)}")


def _borders(mesh: Mesh, owned: Ints) -> list[_Border]:
    sides = np.sort(owned[mesh.between], axis=1)
    border = sides[:, 0] != sides[:, 1]
    _, corner = np.unique(np.round(mesh.corners, 1), axis=0, return_inverse=True)
    place = np.zeros((corner.max() + 1, 2))
    place[corner] = np.round(mesh.corners, 1)
    ends = np.sort(corner[mesh.edge[border]], axis=1)
    rows = np.column_stack((ends, sides[border]))[ends[:, 0] != ends[:, 1]]
    by_sides: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    degree = np.bincount(rows[:, :2].ravel(), minlength=len(place))
    for one, other, left, right in np.unique(rows, axis=0).tolist():
        by_sides[left, right].append((one, other))
    tree = cKDTree(mesh.xy[: mesh.houses])
    found = []
    for owners, edges in sorted(by_sides.items()):
        for chain in chains(edges):
            for piece in _at_junctions(chain, degree):
                xy = place[piece]
                found.append(_Border(xy, owners, tree.query(xy)[0]))
    return found


def _at_junctions(chain: list[int], degree: Ints) -> list[list[int]]:
    cuts = [0, *(i for i in range(1, len(chain) - 1) if degree[chain[i]] != 2), len(chain) - 1]
    return [chain[start : end + 1] for start, end in pairwise(cuts)]


def _drawn(border: _Border, level: int, to_lonlat: ToLonLat) -> Floats:
    passes, share = CARE[level]
    ring = bool((border.xy[0] == border.xy[-1]).all())
    xy = (rounded_ring if ring else rounded)(border.xy, passes=passes)
    limit = 0.35 * border.room_m
    shift = xy - border.xy
    far = np.maximum(lengths(shift), 1e-9)
    xy = border.xy + shift * np.minimum(1, limit / far)[:, None]
    tolerance = share * np.clip(0.2 * border.room_m, 0.8, 5.0)
    if ring:
        half = len(xy) // 2
        xy = np.vstack(
            (
                thinned(xy[: half + 1], tolerance[: half + 1]),
                thinned(xy[half:], tolerance[half:])[1:],
            )
        )
    else:
        xy = thinned(xy, tolerance)
    return to_lonlat(xy)


def _areas(borders: list[_Border], lines: list[Floats], count: int) -> list[shapely.Geometry]:
    around: list[list[Floats]] = [[] for _ in range(count)]
    for border, line in zip(borders, lines, strict=True):
        for owner in border.owners:
            if owner != OUTSIDE:
                around[owner].append(line)
    return [shapely.normalize(shapely.build_area(shapely.MultiLineString(own))) for own in around]


def _wrong(areas: list[shapely.Geometry], houses: NDArray[Any], owner: Ints) -> set[int]:
    """Find areas that are no single polygon, lose a house, or do not fit their neighbours."""
    wrong = {
        number
        for number, area in enumerate(areas)
        if not (isinstance(area, shapely.Polygon) and area.is_valid)
    }
    polygons = np.array(areas, dtype=object)
    shapely.prepare(polygons)
    wrong |= set(owner[~shapely.contains_properly(polygons[owner], houses)].tolist())
    if not wrong:
        bad = shapely.coverage_invalid_edges(polygons)
        wrong |= set(np.flatnonzero(~shapely.is_empty(bad)).tolist())
    return wrong
