"""Shapes made light enough to draw: borders simplified together, coordinates shortened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.crs import metric_crs_at

DRAWN_TO_M = 4.0
"""A border on a screen needs no more detail than this."""

DRAWN_DECIMALS = 6


def light_areas(areas: gpd.GeoDataFrame, finest: gpd.GeoDataFrame) -> dict[str, BaseGeometry]:
    """
    Simplify a level of the hierarchy so that levels keep their common borders.

    The finest level is simplified as one coverage; every other level is the union of it.

    Parameters
    ----------
    areas, finest
        One row per area: `code`, and polygons in EPSG:4326 that form a tiling. A code begins
        with its parent's code, less the last three digits of a township's.

    Returns
    -------
    shapes
        For each code of `areas`, its light shape in EPSG:4326.
    """
    metric = finest.geometry.to_crs(metric_crs_at(float(finest.total_bounds[[0, 2]].mean())))
    light = shapely.coverage_simplify(metric.to_numpy(), DRAWN_TO_M)
    back = gpd.GeoSeries(light, crs=metric.crs).to_crs(finest.crs).to_numpy()
    prefixes = {code: _prefix(code) for code in areas["code"]}
    codes = finest["code"].to_numpy(dtype=str)
    return {
        code: shapely.coverage_union_all(back[np.char.startswith(codes, prefix)])
        for code, prefix in prefixes.items()
    }


def feature(geometry: BaseGeometry, **properties: object) -> dict[str, Any]:
    """Turn a shape into a GeoJSON feature with short coordinates."""
    short = shapely.transform(geometry, lambda degrees: degrees.round(DRAWN_DECIMALS))
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": shapely.geometry.mapping(short),
    }


def feature_collection(features: Iterable[Mapping[str, Any]]) -> bytes:
    """Write features as compact UTF-8 GeoJSON."""
    document = {"type": "FeatureCollection", "features": list(features)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def label_point(area: BaseGeometry) -> list[float]:
    """Find where an area's name can stand: a point inside it, in degrees."""
    point = shapely.point_on_surface(area)
    return [round(point.x, DRAWN_DECIMALS), round(point.y, DRAWN_DECIMALS)]


def _prefix(code: str) -> str:
    return code[:-3] if len(code) == 12 and code.endswith("000") else code
