"""Does what a file tells lie where this township is?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from gis.evidence import found
from gis.point_files import PointTable
from halfhour.publishing import Finding
from halfhour.vocabulary import Level, Severity

_NAMED_ROWS = 5
_NEAR_DEG = 0.5
"""A road file this far from the township, some 50 km, is another county's."""
_REMEDY = "请核对坐标；坐标来自手机、高德、腾讯时加 --datum gcj02，来自百度时加 --datum bd09"


def township_shape(areas: gpd.GeoDataFrame) -> Any:
    """Give the outline of what is published."""
    return areas.loc[areas["level"] == Level.TOWNSHIP, "geometry"].union_all()


def points_out_of_place(table: PointTable, township: Any) -> list[Finding]:
    """
    Find the rows without a position, and those outside the township.

    Some are a warning, for a person to look at; if it is all of them, it is the file.
    """
    given = table.frame["point"]
    bare = [int(row) for row in given.index[given.isna()]]
    there = given.dropna()
    lons, lats = ([getattr(p, axis) for p in there] for axis in ("lon", "lat"))
    shapely.prepare(township)
    inside = shapely.intersects_xy(township, lons, lats) if len(there) else np.array([], bool)
    outside = [int(row) for row in there.index[~inside]]
    findings = []
    if bare:
        sentence = f"{_rows(bare)}没有坐标，不会导入。请补上经度和纬度"
        findings.append(_finding("no_position", sentence, bare, len(given)))
    if outside:
        first = there[outside[0]]
        sentence = f"{_rows(outside)}不在本镇范围内。{_REMEDY}"
        findings.append(_finding("outside_township", sentence, outside, len(given), first))
    return findings


def roads_out_of_place(points_e7: Any, township: Any) -> list[Finding]:
    """Find a road file of somewhere else."""
    west, south = points_e7.min(axis=0) / 1e7
    east, north = points_e7.max(axis=0) / 1e7
    if shapely.box(west, south, east, north).distance(township) < _NEAR_DEG:
        return []
    middle = f"{(west + east) / 2:.2f}, {(south + north) / 2:.2f}"
    return [
        found("roads_elsewhere", f"这份路网在({middle})一带，离本镇很远。请核对是不是本镇的文件")
    ]


def _finding(check: str, sentence: str, rows: Sequence[int], of: int, place: Any = None) -> Finding:
    severity = Severity.ERROR if len(rows) == of else Severity.WARNING
    return found(check, sentence, codes=map(str, rows), place=place, severity=severity)


def _rows(rows: Sequence[int]) -> str:
    named = "、".join(map(str, rows[:_NAMED_ROWS]))
    more = f"等{len(rows)}行" if len(rows) > _NAMED_ROWS else "行"
    return f"第{named}{more}"
