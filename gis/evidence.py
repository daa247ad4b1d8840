"""How a finding shows where it is: a point to fly to, a shape to draw, a measure in metres."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import pyproj
import shapely

from gis.crs import in_metres
from halfhour.places import DECIMALS, LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Severity

Shape = Any

_NAMED_AT_ONCE = 3


def found(
    check: str,
    sentence: str,
    *,
    codes: Iterable[str] = (),
    shape: Shape = None,
    place: LonLat | None = None,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """Make a finding; its place is taken from the shape if none is given."""
    drawable = shape is not None and not shape.is_empty
    return Finding(
        check=check,
        severity=severity,
        sentence=sentence,
        codes=tuple(codes),
        place=place or (place_in(shape) if drawable else None),
        shape=_geojson(shape) if drawable else None,
    )


def place_in(shape: Shape) -> LonLat | None:
    """
    Give a point of the shape: of its largest part, or half-way along its longest line.

    None if the coordinates are no longitudes and latitudes in either order.
    """
    parts = shapely.get_parts(shape)
    part = max(parts, key=lambda p: (shapely.area(p), shapely.length(p)))
    if part.geom_type in {"LineString", "LinearRing"}:
        point = part.interpolate(0.5, normalized=True)
    else:
        point = shapely.point_on_surface(part)
    x, y = float(shapely.get_x(point)), float(shapely.get_y(point))
    if abs(y) > 90 >= abs(x) and abs(y) <= 180:
        x, y = y, x
    return LonLat(x, y) if abs(x) <= 180 and abs(y) <= 90 else None


def area_and_width(shape: Shape, crs: pyproj.CRS) -> tuple[float, float]:
    """
    Measure a shape in square metres and metres.

    The width is twice the area over the outline, which for a long strip is its mean width.
    """
    flat = in_metres(shape, crs)
    area, outline = shapely.area(flat), shapely.length(flat)
    return float(area), float(2 * area / outline) if outline else 0.0


def label(areas: gpd.GeoDataFrame, position: int) -> str:
    """Name a row for people: its number in the file, its code and its name."""
    row = areas.index[position]
    number = f"第{row}行" if areas.index.name == "row" and row > 0 else ""
    code, name = areas["code"].iloc[position], areas["name"].iloc[position]
    return " ".join(part for part in (number, code, name) if part) or f"第{position + 1}个区域"


def listed(names: Sequence[str]) -> str:
    """List a few names in Chinese, and say how many more there are."""
    shown = "、".join(names[:_NAMED_AT_ONCE])
    return shown + (f" 等{len(names)}个" if len(names) > _NAMED_AT_ONCE else "")


def square_metres(area_m2: float) -> str:
    """Say an area the way people do, in square metres, mu or square kilometres."""
    if area_m2 < 1:
        return f"{area_m2:.2f}平方米"
    if area_m2 < 10_000:
        return f"{area_m2:.0f}平方米"
    if area_m2 < 1_000_000:
        return f"{area_m2 / (10_000 / 15):.0f}亩"
    return f"{area_m2 / 1_000_000:.2f}平方公里"


def _geojson(shape: Shape) -> dict[str, Any]:
    rounded = shapely.transform(shape, lambda xy: xy.round(DECIMALS))
    return dict(shapely.geometry.mapping(rounded))
