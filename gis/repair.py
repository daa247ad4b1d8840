"""Mending what a machine may mend in a table of areas; the rest is for a person with a map.

Crossed rings, splinters, and hairline voids and overlaps along borders are mended. Anything wider
than `GAP_M` is left alone, because there somebody has to say whose land it is. What is mended is
told, and polygons that changed by more than a hundredth are named.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gis.aligning import aligned
from gis.crs import in_degrees, in_metres, metric_crs_of, require_crs
from gis.evidence import area_and_width, label, listed
from gis.noding import Shapes, as_multipolygon, matched, rounded
from gis.shape_checks import LEAST_AREA_M2, SLIVER_WIDTH_M, polygonal, swapped_axes
from gis.topology import tiling_findings
from halfhour.vocabulary import Level

SNAP_M = 1.0
"""Corners nearer than this to each other become one: twice the jitter of a hand-drawn import."""

GAP_M = 3.0
"""Voids and overlaps up to this width are given to the neighbour with the longest border."""

NOTABLE_CHANGE = 0.01
"""Polygons whose area changed by more than this share are named."""

_PASSES = 3
_BOTTOM_UP = (Level.CELL, Level.GRID, Level.VILLAGE)


def repaired(
    areas: gpd.GeoDataFrame, *, snap_m: float = SNAP_M, gap_m: float = GAP_M
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """
    Mend a table of areas where that is safe.

    Rings that cross themselves are rebuilt; splinters of an area are dropped; each level whose
    borders do not match is cleaned as a whole, lowest first, and parents that differ from the
    union of their children by no more than `gap_m` in width become that union.

    Parameters
    ----------
    areas
        As for `gis.topology.check_areas`.
    snap_m, gap_m
        How far corners may move, and how wide a void or overlap may be, in metres.

    Returns
    -------
    areas
        The same rows in the same order with mended polygons, rounded to 1e-7 degrees.
    changes
        What was mended, in Chinese; empty if nothing had to be.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If the frame does not say that it is in EPSG:4326.
    """
    require_crs(areas, "区域表")
    kept = polygonal(areas) & ~swapped_axes(areas)
    work = areas[kept]
    crs = metric_crs_of(work)
    before = work.geometry.to_numpy()
    shapes, changes = _sound_rings(work, before, crs)
    for level in _BOTTOM_UP:
        work = work.set_geometry(shapes, crs=areas.crs)
        if _needs_cleaning(work, level, crs):
            shapes = _cleaned(work, shapes, level, crs, snap_m=snap_m, gap_m=gap_m)
            changes.append(
                f"{level.label}边界已对齐：合并{snap_m:g}米内的顶点，填补{gap_m:g}米内的窄缝"
            )
    if not changes:
        return areas, []
    shapes = matched(rounded(shapes))
    changes += _notable(work, before, shapes, crs)
    everything = areas.geometry.to_numpy().copy()
    everything[kept] = shapes
    return areas.set_geometry(everything, crs=areas.crs), changes


def _sound_rings(
    areas: gpd.GeoDataFrame, shapes: Shapes, crs: pyproj.CRS
) -> tuple[Shapes, list[str]]:
    done, changes = shapes.copy(), []
    for n, shape in enumerate(shapes):
        mended = as_multipolygon(shapely.make_valid(shape, method="structure"))
        if not (shape.is_valid or mended.is_empty):
            done[n] = mended
            changes.append(f"{label(areas, n)}的边线已修复")
        without = _without_splinters(done[n], crs)
        if without is not None:
            done[n] = without
            changes.append(f"{label(areas, n)}的碎屑已清理")
    return done, changes


def _without_splinters(shape: Any, crs: pyproj.CRS) -> Any:
    """Drop parts too small or narrow; None if all or none are so."""
    kept = []
    for part in shapely.get_parts(shape):
        area_m2, width_m = area_and_width(part, crs)
        if area_m2 >= LEAST_AREA_M2 and width_m >= SLIVER_WIDTH_M:
            kept.append(part)
    complete = len(kept) in {0, len(shapely.get_parts(shape))}
    return None if complete else shapely.MultiPolygon(kept)


def _needs_cleaning(areas: gpd.GeoDataFrame, level: Level, crs: pyproj.CRS) -> bool:
    family = areas[areas["level"].isin([level - 1, level])]
    return bool((family["level"] == level).any() and tiling_findings(family, crs))


def _cleaned(
    areas: gpd.GeoDataFrame,
    shapes: Shapes,
    level: Level,
    crs: pyproj.CRS,
    *,
    snap_m: float,
    gap_m: float,
) -> Shapes:
    """
    Clean one level within the outline of its parents, and let the parents follow.

    A level that is all unions of its children is clean already; moving it would part them.
    """
    done = shapes.copy()
    rows = np.flatnonzero(areas["level"] == level)
    parents = np.flatnonzero(areas["level"] == level - 1)
    if not areas["code"].iloc[rows].isin(areas["parent_code"]).all():
        done[rows] = _tiling(done[rows], shapes[parents], crs, snap_m=snap_m, gap_m=gap_m)
    parent_of = areas["parent_code"].to_numpy()[rows]
    for parent in parents:
        children = done[rows[parent_of == areas["code"].iloc[parent]]]
        if children.size:
            done[parent] = _following(done[parent], children, crs, gap_m=gap_m)
    return done


def _tiling(
    shapes: Shapes, parents: Shapes, crs: pyproj.CRS, *, snap_m: float, gap_m: float
) -> Shapes:
    """Align shapes until they tile after rounding too."""
    for _ in range(_PASSES):
        flat = in_metres(shapes, crs)
        members = [*flat, *_surroundings(in_metres(parents, crs), flat, gap_m)]
        everybody = np.array(members, dtype=object)
        cleaned = aligned(everybody, snap_m=snap_m, gap_m=gap_m)[: len(shapes)]
        shapes = matched(rounded(in_degrees(cleaned, crs)))
        if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
            break
        valid = shapely.make_valid(shapes, method="structure")
        shapes = np.array([as_multipolygon(shape) for shape in valid], dtype=object)
    return shapes


def _surroundings(parents: Shapes, children: Shapes, gap_m: float) -> list[Any]:
    """Give the land around the parents, a neighbour that keeps the children from reaching out."""
    if not parents.size:
        return []
    frame = shapely.box(*shapely.total_bounds([*parents, *children])).buffer(100 * gap_m)
    around = shapely.get_parts(shapely.difference(frame, shapely.union_all(parents)))
    wide = 2 * shapely.area(around) > gap_m * shapely.length(around)
    return [shapely.MultiPolygon(list(around[wide]))]


def _following(parent: Any, children: Shapes, crs: pyproj.CRS, *, gap_m: float) -> Any:
    """Give the union of the children, if it differs from the parent by hairlines only."""
    if not shapely.coverage_is_valid(children):
        return parent
    union = as_multipolygon(shapely.coverage_union_all(children))
    for piece in as_multipolygon(shapely.symmetric_difference(parent, union)).geoms:
        if area_and_width(piece, crs)[1] > gap_m:
            return parent
    return union


def _notable(areas: gpd.GeoDataFrame, before: Shapes, after: Shapes, crs: pyproj.CRS) -> list[str]:
    usable = shapely.make_valid(before)
    old, new = shapely.area(in_metres(usable, crs)), shapely.area(in_metres(after, crs))
    share = np.abs(new - old) / np.maximum(old, LEAST_AREA_M2)
    rows = np.flatnonzero(share > NOTABLE_CHANGE)
    if not rows.size:
        return []
    worst = rows[np.argsort(-share[rows], kind="stable")]
    names = [f"{label(areas, int(n))}（{share[n]:.1%}）" for n in worst]
    return [f"面积变化超过{NOTABLE_CHANGE:.0%}，请核对：{listed(names)}"]
