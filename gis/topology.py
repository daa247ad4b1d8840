"""Whether a table of areas is a sound hierarchy of tilings, and where it is not.

Four things together make it so: every polygon is valid; neighbours share every corner of their
borders; children fill their parent without a void and without reaching over it; codes and parents
agree. Each alone is passed by broken data: a tiling with hundreds of holes can have perfectly
matched borders.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crs import metric_crs_of, require_crs
from gis.datum_checks import datum_findings, shifted_parents
from gis.evidence import area_and_width, found, label, listed, square_metres
from gis.noding import as_multipolygon
from gis.register_checks import register_findings
from gis.shape_checks import shape_findings, swapped_axes, usable
from halfhour.places import LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Level, Severity

TOLERANCE_M = 0.02
"""Voids and overlaps narrower than two centimetres, twice the rounding, are unmatched borders."""

TOLERANCE_M2 = 0.01
"""Smaller differences between a parent and its children are the arithmetic's."""

_BESIDE_DEG = 5e-7


def check_areas(
    areas: gpd.GeoDataFrame, *, reference: gpd.GeoDataFrame | None = None
) -> list[Finding]:
    """
    Check a table of areas and say what is wrong, where, and what to do.

    Parameters
    ----------
    areas
        One row per area: `code`, `name`, `level` (1 to 4), `parent_code` (None for townships),
        `geometry` in EPSG:4326. Other columns do not matter.
    reference
        What is known to be right, in EPSG:4326: the previous edition, points, roads. If areas are
        off it by the shift that map vendors add (火星坐标), that is found. Rows are matched by
        `code` or `name` if the frame has them, otherwise by outline.

    Returns
    -------
    findings
        Errors first; within them the register (codes, names), single shapes, then the tiling,
        larger levels first. Empty if everything is sound.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If a frame does not say that it is in EPSG:4326.
    """
    require_crs(areas, "区域表")
    findings = register_findings(areas)
    swapped = swapped_axes(areas)
    if swapped.any():
        findings += _swapped(areas, swapped)
        areas = areas[~swapped]
    crs = metric_crs_of(areas)
    findings += shape_findings(areas, crs)
    sound = usable(areas)
    findings += datum_findings(sound, reference)
    findings += tiling_findings(sound, crs)
    return sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)


def tiling_findings(areas: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Finding]:
    """
    Check borders, overlaps, voids and nesting of areas whose polygons are valid by themselves.

    Parameters
    ----------
    crs
        A metric CRS for measuring.
    """
    findings: list[Finding] = []
    shifted = shifted_parents(areas)
    for level in Level:
        of_level = areas[areas["level"] == level]
        if of_level.empty:
            continue
        findings += _neighbours(of_level, crs)
        if level > Level.TOWNSHIP:
            findings += _nesting(areas, of_level, crs, skip=shifted)
        else:
            findings += _holes(of_level, crs)
    return findings


def _holes(townships: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Finding]:
    """Land inside a township that is no township's: an enclave of somebody else, or forgotten."""
    findings = []
    for hole in _enclosed_voids(townships.geometry.to_numpy()):
        around = townships.sindex.query(hole, predicate="dwithin", distance=_BESIDE_DEG)
        area_m2, _ = area_and_width(hole, crs)
        findings.append(
            found(
                "hole",
                f"{listed([label(townships, int(n)) for n in sorted(around)])}里面有一个"
                f"{square_metres(area_m2)}的洞，不属于任何乡镇。若是漏画请补上；确是外单位飞地则不必理会",
                codes=townships["code"].iloc[sorted(around)],
                shape=hole,
                severity=Severity.WARNING,
            )
        )
    return findings


def _swapped(areas: gpd.GeoDataFrame, swapped: NDArray[np.bool_]) -> list[Finding]:
    rows = [label(areas, int(n)) for n in np.flatnonzero(swapped)]
    return [
        found(
            "swapped_axes",
            f"{listed(rows)}的纬度写在了经度前面。请加 --swap-axes 对调，或在源文件里改正",
            codes=areas["code"][swapped],
            shape=shapely.box(*areas[swapped].total_bounds),
        )
    ]


def _neighbours(areas: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Finding]:
    """Overlaps within a level, and borders whose corners do not match."""
    shapes = areas.geometry.to_numpy()
    wrong_edges = shapely.coverage_invalid_edges(shapes)
    flagged = np.flatnonzero(~shapely.is_empty(wrong_edges))
    findings, explained = [], []
    for a, b, overlap in _overlaps(shapes, flagged):
        area_m2, width_m = area_and_width(overlap, crs)
        if width_m > TOLERANCE_M:
            explained.append(overlap)
            findings.append(
                found(
                    "overlap",
                    f"{label(areas, a)}与{label(areas, b)}重叠{square_metres(area_m2)}"
                    f"（平均宽{width_m:.2f}米）。请改正边界，或加 --repair 自动修复窄缝",
                    codes=[areas["code"].iloc[a], areas["code"].iloc[b]],
                    shape=overlap,
                )
            )
    voids = _enclosed_voids(shapes) if flagged.size else []
    explained += [void for void in voids if area_and_width(void, crs)[1] > TOLERANCE_M]
    findings += _unmatched(areas, wrong_edges[flagged], flagged, explained)
    return findings


def _overlaps(shapes: NDArray[Any], flagged: NDArray[Any]) -> Iterator[tuple[int, int, Any]]:
    tree = shapely.STRtree(shapes[flagged])
    left, right = tree.query(shapes[flagged], predicate="intersects")
    once = left < right
    a, b = flagged[left[once]], flagged[right[once]]
    common = shapely.intersection(shapes[a], shapes[b])
    for first, second, shape in zip(a, b, common, strict=True):
        overlap = as_multipolygon(shape)
        if not overlap.is_empty:
            yield int(first), int(second), overlap


def _enclosed_voids(shapes: NDArray[Any]) -> list[Any]:
    """Holes in the union of shapes, as polygons."""
    parts = shapely.get_parts(as_multipolygon(_together(shapes)))
    return [shapely.Polygon(ring) for part in parts for ring in part.interiors]


def _together(shapes: NDArray[Any]) -> Any:
    matching = bool(shapely.coverage_is_valid(shapes))
    return shapely.coverage_union_all(shapes) if matching else shapely.union_all(shapes)


def _unmatched(
    areas: gpd.GeoDataFrame, edges: NDArray[Any], flagged: NDArray[Any], explained: list[Any]
) -> list[Finding]:
    """Stretches of border that neighbours draw differently, but for those already explained."""
    lines = shapely.get_parts(edges)
    owner = np.repeat(flagged, shapely.get_num_geometries(edges))
    if explained and lines.size:
        near = shapely.STRtree(lines).query(
            np.array(explained, dtype=object), predicate="dwithin", distance=_BESIDE_DEG
        )[1]
        kept = np.setdiff1d(np.arange(len(lines)), near)
        lines, owner = lines[kept], owner[kept]
    findings = []
    for group in _clusters(lines):
        rows = sorted({int(n) for n in owner[group]})
        findings.append(
            found(
                "unmatched_border",
                f"{listed([label(areas, n) for n in rows])}的公共边界顶点对不上"
                f"（相差不到{TOLERANCE_M * 100:.0f}厘米，或一侧少一个顶点）。"
                "请开启拓扑捕捉重画，或加 --repair 自动对齐",
                codes=[areas["code"].iloc[n] for n in rows],
                shape=shapely.union_all(lines[group]),
                place=_lonely_corner(lines[group], areas.geometry.to_numpy()[rows]),
            )
        )
    return findings


def _lonely_corner(lines: NDArray[Any], shapes: NDArray[Any]) -> LonLat | None:
    """Find a corner that lies on the border of a shape without being a corner of it."""
    corners = np.unique(shapely.get_coordinates(lines), axis=0)
    points: Any = shapely.points(corners)
    for shape in shapes:
        own = {(x, y) for x, y in shapely.get_coordinates(shape)}
        beside = shapely.dwithin(shape, points, _BESIDE_DEG)
        for x, y in corners[beside]:
            if (x, y) not in own:
                return LonLat(float(x), float(y))
    return None


def _clusters(lines: NDArray[Any]) -> list[NDArray[Any]]:
    """Group lines that lie beside each other; positions of each group."""
    if not lines.size:
        return []
    group = np.arange(len(lines))
    pairs = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=_BESIDE_DEG)
    changed = True
    while changed:
        least = group.copy()
        np.minimum.at(least, pairs[0], group[pairs[1]])
        changed = bool((least != group).any())
        group = least
    return [np.flatnonzero(group == number) for number in np.unique(group)]


def _nesting(
    areas: gpd.GeoDataFrame, children: gpd.GeoDataFrame, crs: pyproj.CRS, *, skip: set[str]
) -> list[Finding]:
    """Voids between children and their parent, and children that reach over it."""
    parents = areas[areas["level"] == children["level"].iloc[0] - 1]
    shape_of = dict(zip(parents["code"], parents.geometry, strict=True))
    findings = []
    for code, siblings in children.groupby("parent_code", dropna=False, sort=True):
        shapes = siblings.geometry.to_numpy()
        if code in skip:
            continue
        if code not in shape_of:
            for void in _enclosed_voids(shapes):
                findings += _void(siblings, void, crs, "")
            continue
        parent = shape_of[code]
        findings += _outside(siblings, parent, str(code), shape_of, crs)
        rest = as_multipolygon(shapely.difference(parent, _together(shapes)))
        for void in rest.geoms:
            findings += _void(siblings, void, crs, str(code))
    return findings


def _void(siblings: gpd.GeoDataFrame, void: Any, crs: pyproj.CRS, parent: str) -> list[Finding]:
    area_m2, width_m = area_and_width(void, crs)
    if area_m2 <= TOLERANCE_M2:
        return []
    beside = siblings.sindex.query(void, predicate="dwithin", distance=_BESIDE_DEG)
    rows = sorted(int(n) for n in beside)
    codes = [*([parent] if parent else []), *siblings["code"].iloc[rows]]
    among = f"{listed([label(siblings, n) for n in rows])}之间" if rows else ""
    if width_m <= TOLERANCE_M:
        sentence = f"{among}与上级 {parent} 的边界顶点对不上。请加 --repair 自动对齐"
        return [found("unmatched_border", sentence, codes=codes, shape=void)]
    within = f"上级 {parent} 之内" if parent else ""
    return [
        found(
            "void",
            f"{within}{among}有{square_metres(area_m2)}的空隙（平均宽{width_m:.2f}米）。"
            "请补画，或加 --repair 自动填补窄缝",
            codes=codes,
            shape=void,
        )
    ]


def _outside(
    children: gpd.GeoDataFrame,
    parent: Any,
    code: str,
    parents: dict[str, Any],
    crs: pyproj.CRS,
) -> list[Finding]:
    shapely.prepare(parent)
    over = np.flatnonzero(~shapely.covers(parent, children.geometry.to_numpy()))
    findings = []
    for n in over:
        child = children.geometry.iloc[n]
        outside = as_multipolygon(shapely.difference(child, parent))
        area_m2, width_m = area_and_width(outside, crs)
        if area_m2 <= TOLERANCE_M2:
            continue
        who, codes = label(children, int(n)), [children["code"].iloc[n], code]
        if width_m <= TOLERANCE_M:
            sentence = f"{who}与上级 {code} 的边界顶点对不上。请加 --repair 自动对齐"
            findings.append(found("unmatched_border", sentence, codes=codes, shape=outside))
            continue
        share = area_m2 / area_and_width(child, crs)[0]
        findings.append(
            found(
                "child_outside_parent",
                f"{who}有{share:.1%}（{square_metres(area_m2)}）在上级 {code} 之外。"
                f"{_remedy(child, code, share, parents)}",
                codes=codes,
                shape=outside,
            )
        )
    return findings


def _remedy(child: Any, code: str, share: float, parents: dict[str, Any]) -> str:
    if share > 0.5:
        common = {
            other: shapely.area(shapely.intersection(child, s)) for other, s in parents.items()
        }
        best = max(common, key=lambda other: common[other])
        if best != code and common[best] > 0:
            return f"它主要在 {best} 之内，请核对上级编码"
    return "请改正边界"
