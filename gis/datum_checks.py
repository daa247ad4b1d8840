"""Whether areas lie where they should, or off by the shift that map vendors add.

A boundary traced on 高德 or 百度 is in GCJ-02 or BD-09 and lies hundreds of metres from the truth,
whatever its file says. Alone it looks perfect; against anything that is right it is off by one
known vector.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import require_crs
from gis.datum import from_wgs84, in_china, to_wgs84
from gis.evidence import found
from halfhour.places import LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Datum

_LEAST_SHIFT_M = 100.0
_SHARE_OF_SHIFT = 0.2
_SLACK_M = 20.0
_METRES_PER_DEGREE = 111_195.0
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class _Shift:
    """A shift in metres, east and north."""

    east_m: float
    north_m: float

    @property
    def length_m(self) -> float:
        return hypot(self.east_m, self.north_m)

    def minus(self, other: _Shift) -> _Shift:
        return _Shift(self.east_m - other.east_m, self.north_m - other.north_m)


def shifted_parents(areas: gpd.GeoDataFrame) -> set[str]:
    """
    Name the parents whose children as a whole are off them by the shift of a map vendor.

    Their children's voids and overhangs all have this one cause.
    """
    return {code for code, _, _ in _shifted_children(areas)}


def datum_findings(
    areas: gpd.GeoDataFrame, reference: gpd.GeoDataFrame | None = None
) -> list[Finding]:
    """
    Compare children with their parents, and all areas with a reference, for a vendor's shift.

    Parameters
    ----------
    areas, reference
        As for `gis.topology.check_areas`; the areas' polygons are valid.
    """
    findings = [
        found(
            "vendor_shift",
            f"{code} 的下级整体偏离它约{shift.length_m:.0f}米，正是{datum.label}的偏移。"
            f"请先把下级换算：加 --datum {datum.value}",
            codes=[code],
            shape=areas.geometry[(areas["code"] == code).to_numpy()].iloc[0],
        )
        for code, datum, shift in _shifted_children(areas)
    ]
    if reference is None or reference.empty or areas.empty:
        return findings
    require_crs(reference, "参照数据")
    fit = _against(areas, reference)
    if fit is not None:
        datum, shift = fit
        findings.append(
            found(
                "vendor_shift",
                f"全部图形偏离参照数据约{shift.length_m:.0f}米，正是{datum.label}的偏移。"
                f"请加 --datum {datum.value} 换算后再导入",
                shape=shapely.box(*areas.total_bounds),
            )
        )
    return findings


def _shifted_children(areas: gpd.GeoDataFrame) -> list[tuple[str, Datum, _Shift]]:
    """Compare each parent's centre with that of its children together."""
    centre_of = dict(zip(areas["code"], shapely.centroid(areas.geometry.to_numpy()), strict=True))
    found_ones = []
    for code, siblings in areas.groupby("parent_code"):
        if code in centre_of:
            together = _common_centre(siblings.geometry.to_numpy())
            fit = _vendor_of(centre_of[code], _between(centre_of[code], together))
            if fit is not None:
                found_ones.append((str(code), *fit))
    return found_ones


def _common_centre(shapes: NDArray[Any]) -> Any:
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    return shapely.Point(*np.average(centres, axis=0, weights=shapely.area(shapes) + 1e-30))


def _against(areas: gpd.GeoDataFrame, reference: gpd.GeoDataFrame) -> tuple[Datum, _Shift] | None:
    for column in ("code", "name"):
        pairs = _pairs(areas, reference, column)
        if pairs:
            fits = [_vendor_of(truth, _between(truth, drawn)) for truth, drawn in pairs]
            fitting = [fit for fit in fits if fit is not None]
            return fitting[0] if 2 * len(fitting) > len(pairs) else None
    return _by_outline(areas, reference)


def _pairs(
    areas: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, column: str
) -> list[tuple[Any, Any]]:
    """Centre of each reference polygon and of the area of the same code or name."""
    if column not in reference.columns:
        return []
    polygons = reference[reference.geom_type.isin(["Polygon", "MultiPolygon"])]
    polygons = polygons.drop_duplicates(column, keep=False)
    truth = dict(zip(polygons[column], polygons.geometry, strict=True))
    return [
        (truth[key].centroid, shape.centroid)
        for key, shape in zip(areas[column], areas.geometry, strict=True)
        if key and key in truth
    ]


def _by_outline(
    areas: gpd.GeoDataFrame, reference: gpd.GeoDataFrame
) -> tuple[Datum, _Shift] | None:
    """Compare how near the corners come to the reference as they are, and shifted back."""
    corners = np.unique(shapely.get_coordinates(areas.geometry.to_numpy()), axis=0)
    corners = corners[:: max(len(corners) // _SAMPLE, 1)]
    lines = reference.geometry.to_numpy()
    polygons = np.isin(shapely.get_type_id(lines), [3, 6])
    lines = np.where(polygons, shapely.boundary(lines), lines)
    as_they_are = _median_distance_m(corners, lines)
    if as_they_are < _LEAST_SHIFT_M / 2 or not all(in_china(x, y) for x, y in corners):
        return None
    for datum in (Datum.GCJ02, Datum.BD09):
        points = [to_wgs84(x, y, datum) for x, y in corners]
        back = np.array([(point.lon, point.lat) for point in points])
        if _median_distance_m(back, lines) < as_they_are / 4:
            middle = shapely.Point(*back.mean(axis=0))
            return datum, _vendor_shift(middle, datum)
    return None


def _median_distance_m(corners: NDArray[np.float64], lines: NDArray[Any]) -> float:
    """On a plane stretched so that degrees of both axes are equally long."""
    squeeze = cos(radians(float(corners[:, 1].mean())))
    scale = np.array([squeeze, 1.0])
    flat = shapely.transform(lines, lambda xy: xy * scale)
    points: Any = shapely.points(corners * scale)
    _, distance = shapely.STRtree(flat).query_nearest(
        points, return_distance=True, all_matches=False
    )
    return float(np.median(distance)) * _METRES_PER_DEGREE


def _between(truth: Any, drawn: Any) -> _Shift:
    east_m = (drawn.x - truth.x) * _METRES_PER_DEGREE * cos(radians(truth.y))
    return _Shift(east_m, (drawn.y - truth.y) * _METRES_PER_DEGREE)


def _vendor_of(truth: Any, shift: _Shift) -> tuple[Datum, _Shift] | None:
    if shift.length_m < _LEAST_SHIFT_M or not in_china(truth.x, truth.y):
        return None
    for datum in (Datum.GCJ02, Datum.BD09):
        vendor = _vendor_shift(truth, datum)
        if shift.minus(vendor).length_m < _SHARE_OF_SHIFT * vendor.length_m + _SLACK_M:
            return datum, shift
    return None


def _vendor_shift(truth: Any, datum: Datum) -> _Shift:
    shifted = from_wgs84(LonLat(truth.x, truth.y), datum)
    return _between(truth, shapely.Point(*shifted))
