"""Whether each polygon of a table of areas is sound by itself: rings, parts, axes, whereabouts."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from gis.crs import in_metres
from gis.evidence import area_and_width, found, label, listed, square_metres
from gis.noding import as_multipolygon
from halfhour.places import LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Severity

LEAST_AREA_M2 = 1.0
"""A smaller polygon is nothing anybody lives on."""

SLIVER_WIDTH_M = 0.5
"""A part of an area that is narrower on average is a splinter of drawing."""

MOST_VERTICES = 20_000
"""More corners than this in one area come from a raster or a satellite trace, not from a survey."""

_FAR_KM = 100.0
_POLE_DEG = 90.0
_CHINA = (73.0, 3.0, 136.0, 54.0)
_POLYGONAL = ("Polygon", "MultiPolygon")
_REASONS = {
    "Self-intersection": "边线自相交",
    "Ring Self-intersection": "边线在一点上自相接",
    "Hole lies outside shell": "内环在外环之外",
    "Holes are nested": "内环套着内环",
    "Nested shells": "两个部分互相重叠",
    "Interior is disconnected": "内部被切断",
    "Too few points": "顶点太少",
    "Duplicate Rings": "有两个相同的环",
    "Invalid Coordinate": "坐标不是有效数字",
}


def polygonal(areas: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which rows have a polygon that is not empty."""
    shapes = areas.geometry.to_numpy()
    kinds = np.isin(shapely.get_type_id(shapes), [3, 6])
    answer: NDArray[np.bool_] = kinds & ~shapely.is_empty(shapes)
    return answer


def usable(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the rows with polygons, and mend the invalid ones, so that they can be overlaid."""
    kept = areas[polygonal(areas)]
    broken = ~kept.geometry.is_valid.to_numpy()
    if broken.any():
        shapes = kept.geometry.to_numpy().copy()
        shapes[broken] = [
            as_multipolygon(shapely.make_valid(shape, method="structure"))
            for shape in shapes[broken]
        ]
        kept = kept.set_geometry(shapes, crs=areas.crs)
    return kept[~kept.geometry.is_empty.to_numpy()]


def swapped_axes(areas: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which polygons fit China, or the globe, only if the axes are exchanged."""
    bounds = shapely.bounds(areas.geometry.to_numpy())
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    west, south, east, north = _CHINA
    chinese = (west <= y) & (y <= east) & (south <= x) & (x <= north)
    answer: NDArray[np.bool_] = chinese | (np.abs(y) > _POLE_DEG)
    return answer


def shape_findings(areas: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Finding]:
    """
    Check every shape by itself.

    Parameters
    ----------
    areas
        One row per area: `code`, `name`, `level`, `geometry` in EPSG:4326.
    crs
        A metric CRS for measuring.
    """
    findings = []
    for n in np.flatnonzero(_suspicious(areas, crs)):
        findings += _findings_of(areas, int(n), areas.geometry.iloc[n], crs)
    return [*findings, *_duplicates(areas), *_whereabouts(areas)]


def _suspicious(areas: gpd.GeoDataFrame, crs: pyproj.CRS) -> NDArray[np.bool_]:
    """Tell which rows deserve a closer look; for whole tables this is much quicker."""
    shapes = areas.geometry.to_numpy()
    strange = ~polygonal(areas) | ~shapely.is_valid(shapes)
    strange |= shapely.get_num_geometries(shapes) > 1
    strange |= shapely.get_num_coordinates(shapes) > MOST_VERTICES
    sound = np.flatnonzero(~strange)
    flat = in_metres(shapes[sound], crs)
    area_m2, outline_m = shapely.area(flat), shapely.length(flat)
    strange[sound] |= (area_m2 < LEAST_AREA_M2) | (2 * area_m2 < SLIVER_WIDTH_M * outline_m)
    answer: NDArray[np.bool_] = strange
    return answer


def _findings_of(areas: gpd.GeoDataFrame, n: int, shape: Any, crs: pyproj.CRS) -> list[Finding]:
    who, codes = label(areas, n), [areas["code"].iloc[n] or str(areas.index[n])]
    if shape is None or shape.is_empty:
        sentence = f"{who}没有图形。请重新绘制，或删去这一行"
        return [found("no_shape", sentence, codes=codes)]
    if shape.geom_type not in _POLYGONAL:
        sentence = f"{who}不是面，而是{_kind(shape)}。请改成闭合的面"
        return [found("wrong_type", sentence, codes=codes, shape=shape)]
    if not shape.is_valid:
        return [_invalid(who, codes, shape, crs)]
    area_m2, _ = area_and_width(shape, crs)
    if area_m2 < LEAST_AREA_M2:
        sentence = f"{who}的面积只有{square_metres(area_m2)}。请重新绘制，或删去这一行"
        return [found("zero_area", sentence, codes=codes, shape=shape)]
    findings = _parts(who, codes, shape, crs)
    vertices = shapely.get_num_coordinates(shape)
    if vertices > MOST_VERTICES:
        sentence = f"{who}有{vertices}个顶点，地图会很慢。请先用拓扑化简（约1米）再导入"
        findings.append(
            found(
                "many_vertices", sentence, codes=codes, shape=shape.envelope,
                severity=Severity.WARNING,
            )
        )  # fmt: skip
    return findings


def _invalid(who: str, codes: list[str], shape: Any, crs: pyproj.CRS) -> Finding:
    reason = shapely.is_valid_reason(shape)
    where = re.search(r"\[(\S+) (\S+)\]", reason)
    in_words = next((words for known, words in _REASONS.items() if reason.startswith(known)), "")
    mended = as_multipolygon(shapely.make_valid(shape, method="structure"))
    area_m2, _ = area_and_width(mended, crs)
    return found(
        "invalid_ring",
        f"{who}的{in_words or f'边线不合法（{reason}）'}。请改正，或加 --repair 自动修复"
        f"（修复后{len(mended.geoms)}个部分、{square_metres(area_m2)}）",
        codes=codes,
        shape=mended,
        place=_place(where) if where else None,
    )


def _place(where: re.Match[str]) -> LonLat | None:
    x, y = float(where[1]), float(where[2])
    return LonLat(x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def _parts(who: str, codes: list[str], shape: Any, crs: pyproj.CRS) -> list[Finding]:
    """Splinters and exclaves: what an area has besides its main part."""
    findings, exclaves = [], []
    measured = [(*area_and_width(part, crs), part) for part in shapely.get_parts(shape)]
    measured.sort(key=lambda item: -item[0])
    for position, (area_m2, width_m, part) in enumerate(measured):
        if width_m < SLIVER_WIDTH_M or area_m2 < LEAST_AREA_M2:
            findings.append(
                found(
                    "sliver",
                    f"{who}有一片碎屑：{square_metres(area_m2)}，平均宽{width_m:.2f}米。"
                    "请删去，或加 --repair 自动清理",
                    codes=codes,
                    shape=part,
                    severity=Severity.WARNING,
                )
            )
        elif position:
            exclaves.append((area_m2, part))
    if exclaves:
        sizes = [square_metres(area_m2) for area_m2, _ in exclaves]
        findings.append(
            found(
                "exclave",
                f"{who}有{len(exclaves)}块飞地（{listed(sizes)}）。请确认属实",
                codes=codes,
                shape=shapely.MultiPolygon([part for _, part in exclaves]),
                severity=Severity.WARNING,
            )
        )
    return findings


def _duplicates(areas: gpd.GeoDataFrame) -> list[Finding]:
    """Rows of one level that have the same polygon."""
    same = defaultdict(list)
    shapes = areas.geometry.to_numpy()
    normal = shapely.to_wkb(shapely.normalize(shapes))
    for n in np.flatnonzero(polygonal(areas)):
        same[areas["level"].iloc[n], normal[n]].append(int(n))
    return [
        found(
            "duplicate_shape",
            f"{listed([label(areas, n) for n in rows])}是同一个图形。请删去重复的，或重新绘制",
            codes=[areas["code"].iloc[n] for n in rows],
            shape=shapes[rows[0]],
        )
        for rows in same.values()
        if len(rows) > 1
    ]


def _whereabouts(areas: gpd.GeoDataFrame) -> list[Finding]:
    kept = areas[polygonal(areas)]
    if kept.empty:
        return []
    bounds = shapely.bounds(kept.geometry.to_numpy())
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    middle_x, middle_y = float(np.median(x)), float(np.median(y))
    findings = []
    if not (_CHINA[0] <= middle_x <= _CHINA[2] and _CHINA[1] <= middle_y <= _CHINA[3]):
        findings.append(
            found(
                "far_from_china",
                f"图形在东经{middle_x:.2f}°、北纬{middle_y:.2f}°附近，不在中国。"
                "请核对坐标系和坐标顺序；确在国外则不必理会",
                shape=shapely.box(*kept.total_bounds),
                severity=Severity.WARNING,
            )
        )
    km = np.hypot((x - middle_x) * 111.3 * np.cos(np.radians(middle_y)), (y - middle_y) * 110.6)
    astray = np.flatnonzero(km > max(_FAR_KM, 10 * float(np.median(km))))
    return findings + [_astray(kept, int(n), float(km[n])) for n in astray]


def _astray(areas: gpd.GeoDataFrame, n: int, km: float) -> Finding:
    return found(
        "far_from_the_rest",
        f"{label(areas, n)}离其他区域有{km:.0f}公里。请核对这一行的坐标",
        codes=[areas["code"].iloc[n]],
        shape=areas.geometry.iloc[n],
    )


def _kind(shape: Any) -> str:
    if "Point" in shape.geom_type:
        return "点"
    return "线" if "Line" in shape.geom_type else "混合图形"
