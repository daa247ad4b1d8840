"""Rounding that keeps a tiling a tiling.

Coordinates are rounded to 1e-7 degrees where they enter, so that equal corners are equal numbers.
Rounding moves a corner by up to 8 mm, so a corner that lay on a neighbour's straight edge no longer
does: the neighbour must get that corner as a vertex too.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from halfhour.places import DECIMALS

ON_EDGE_DEG = 1.5e-7
"""How far rounding can move a corner off an edge whose ends are rounded too."""

_PASSES = 3

Shapes = NDArray[np.object_]
Shape = Any  # a shapely geometry or None; the stubs have no attributes on the base class


def rounded(shapes: Shapes) -> Shapes:
    """
    Round coordinates to 1e-7 degrees and drop repeated points.

    A shape that was valid and is not so after rounding is mended; one that was invalid before is
    rounded as it is. Rings that shrink to nothing vanish. Polygons in, multipolygons out; other
    kinds of geometry and missing ones are only rounded.
    """
    valid_before = shapely.is_valid(shapes)
    done = np.array([_rounded(shape) for shape in shapes], dtype=object)
    broken = np.flatnonzero(valid_before & ~shapely.is_valid(done))
    for position in broken:
        done[position] = _mended(done[position])
    return done


def matched(shapes: Shapes, *, within: float = ON_EDGE_DEG, apart: float = 0.0) -> Shapes:
    """
    Give each polygon the corners of its neighbours that lie on its edges, within rounding.

    Parameters
    ----------
    shapes
        Polygons and multipolygons. Others are returned as they are.
    within
        How far from an edge a corner counts as on it, in the unit of the coordinates; for
        rounded degrees the default is right.
    apart
        Corners this near to an end of the edge are left alone.
    """
    for _ in range(_PASSES):
        missing = _missing_corners(shapes, within, apart)
        if not missing:
            break
        shapes = shapes.copy()
        for position, corners in missing.items():
            with_corners = _with_corners(shapes[position], corners, within)
            if with_corners.is_valid or not shapes[position].is_valid:
                shapes[position] = with_corners
    return shapes


def as_multipolygon(shape: Shape) -> shapely.MultiPolygon:
    """Keep the polygons of a shape, as one multipolygon, possibly empty."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _rounded(shape: Shape) -> Shape:
    if shape is None:
        return None
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return shapely.transform(shapely.force_2d(shape), _round)
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    polygons = [_rounded_polygon(part) for part in parts]
    return shapely.MultiPolygon([polygon for polygon in polygons if polygon is not None])


def _rounded_polygon(polygon: shapely.Polygon) -> shapely.Polygon | None:
    shell = _rounded_ring(polygon.exterior)
    if shell is None:
        return None
    holes = [_rounded_ring(ring) for ring in polygon.interiors]
    return shapely.Polygon(shell, [hole for hole in holes if hole is not None])


def _rounded_ring(ring: shapely.LinearRing) -> NDArray[np.float64] | None:
    corners = _round(shapely.get_coordinates(ring))
    repeated = (corners[1:] == corners[:-1]).all(axis=1)
    corners = corners[np.concatenate([[True], ~repeated])]
    return corners if len(corners) >= 4 else None


def _round(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(corners, DECIMALS) + 0.0


def _mended(shape: Shape) -> Shape:
    for _ in range(_PASSES):
        shape = _rounded(as_multipolygon(shapely.make_valid(shape, method="structure")))
        if shapely.is_valid(shape):
            break
    return shape


def _missing_corners(shapes: Shapes, within: float, apart: float) -> dict[int, NDArray[np.float64]]:
    """For each shape, by position, the foreign corners that lie on its edges."""
    polygonal = np.isin(shapely.get_type_id(shapes), [3, 6])
    parts, part_owner = shapely.get_parts(shapes[polygonal], return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    corners, corner_ring = shapely.get_coordinates(rings, return_index=True)
    owner = np.flatnonzero(polygonal)[part_owner][ring_part][corner_ring]
    joined = np.flatnonzero(corner_ring[1:] == corner_ring[:-1])
    if not joined.size:
        return {}
    edges = shapely.linestrings(np.stack([corners[joined], corners[joined + 1]], axis=1))
    points = np.unique(corners, axis=0)
    vertices: Any = shapely.points(points)
    edge, point = shapely.STRtree(vertices).query(edges, predicate="dwithin", distance=within)
    edge_owner = owner[joined][edge]
    start, end = corners[joined][edge], corners[joined + 1][edge]
    near_end = np.minimum(_apart(points[point], start), _apart(points[point], end))
    between = _beside(points[point], start, end) & (near_end > apart)
    own = {(shape, x, y) for shape, (x, y) in zip(owner, map(tuple, corners), strict=True)}
    missing: dict[int, list[tuple[float, float]]] = {}
    for shape, (x, y) in zip(edge_owner[between], points[point][between], strict=True):
        if (shape, x, y) not in own:
            missing.setdefault(int(shape), []).append((x, y))
    return {shape: np.array(found) for shape, found in missing.items()}


def _beside(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether points lie beside edges and not beyond their ends."""
    along = ((points - start) * (end - start)).sum(axis=1)
    answer: NDArray[np.bool_] = (along > 0) & (along < ((end - start) ** 2).sum(axis=1))
    return answer


def _apart(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    apart: NDArray[np.float64] = np.hypot(*(a - b).T)
    return apart


def _with_corners(
    shape: Shape, corners: NDArray[np.float64], within: float
) -> shapely.MultiPolygon:
    polygons = []
    for polygon in shapely.get_parts(shape):
        shell, *holes = (_ring_with(ring, corners, within) for ring in _rings_of(polygon))
        polygons.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(polygons)


def _rings_of(polygon: shapely.Polygon) -> list[shapely.LinearRing]:
    return [polygon.exterior, *polygon.interiors]


def _ring_with(
    ring: shapely.LinearRing, corners: NDArray[np.float64], within: float
) -> NDArray[np.float64]:
    points: Any = shapely.points(corners)
    near = shapely.dwithin(ring, points, within)
    if not near.any():
        return shapely.get_coordinates(ring)
    own = shapely.get_coordinates(ring)
    lengths = np.concatenate([[0.0], np.cumsum(_apart(own[1:], own[:-1]))])
    along = shapely.line_locate_point(ring, points[near])
    before = np.searchsorted(lengths, along)
    in_order = np.argsort(along, kind="stable")
    return np.insert(own, before[in_order], corners[near][in_order], axis=0)
