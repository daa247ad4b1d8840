"""In which coordinates we store, and in which we measure.

Stored, drawn and exchanged: EPSG:4326, longitude first. Measured: metres on a transverse Mercator
whose central meridian is at most a degree and a half away, where a kilometre is wrong by less than
35 cm. In China that is the township's zone of the CGCS2000 3-degree Gauss-Krüger system.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from halfhour.errors import MissingCrsError, WrongCrsError

LONLAT = "EPSG:4326"
"""Degrees of longitude and latitude; taken as equal to CGCS2000 (EPSG:4490), centimetres apart."""

_FIRST_MERIDIAN, _LAST_MERIDIAN, _FIRST_EPSG = 75, 135, 4534
_NORTHERN_CHINA_DEG, _SOUTHERN_CHINA_DEG = 54.0, 3.0


def metric_crs_at(lon: float, lat: float | None = None) -> pyproj.CRS:
    """
    Choose the metric CRS for a longitude.

    Longitudes 73.5 to 136.5 give the CGCS2000 3-degree zone without zone number (EPSG:4534 to
    4554); on the line between two zones the eastern one. Elsewhere, or where a latitude outside
    China is given, a transverse Mercator on the nearest multiple of three degrees.

    Axes are meant as x east, y north: use it through geopandas or `always_xy=True`.
    """
    meridian = int(np.floor(lon / 3 + 0.5)) * 3
    in_china = lat is None or _SOUTHERN_CHINA_DEG <= lat <= _NORTHERN_CHINA_DEG
    if in_china and _FIRST_MERIDIAN <= meridian <= _LAST_MERIDIAN:
        return _cgcs2000_zone(meridian)
    return _transverse_mercator(meridian)


def metric_crs_of(frame: gpd.GeoDataFrame) -> pyproj.CRS:
    """Choose the metric CRS for the middle of a frame's bounds, which are in EPSG:4326."""
    west, south, east, north = frame.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return _cgcs2000_zone(105)
    return metric_crs_at((west + east) / 2, (south + north) / 2)


def in_metres(shapes: Any, crs: pyproj.CRS) -> Any:
    """
    Project degrees to metres.

    Parameters
    ----------
    shapes
        A shapely geometry or an array of them, in EPSG:4326.
    crs
        A metric CRS, usually of `metric_crs_at`.
    """
    transformer = _transformer(LONLAT, crs.to_wkt())
    return shapely.transform(shapes, lambda xy: _moved(transformer, xy))


def in_degrees(shapes: Any, crs: pyproj.CRS) -> Any:
    """Project metres back to degrees; the inverse of `in_metres`."""
    transformer = _transformer(crs.to_wkt(), LONLAT)
    return shapely.transform(shapes, lambda xy: _moved(transformer, xy))


def require_crs(frame: gpd.GeoDataFrame, what: str) -> None:
    """
    Make sure that a frame says it is in degrees of EPSG:4326 (or its equal, EPSG:4490).

    Raises
    ------
    MissingCrsError
        If it says nothing.
    WrongCrsError
        If it says something else.
    """
    if frame.crs is None:
        raise MissingCrsError(what)
    if frame.crs.to_epsg() not in {4326, 4490}:
        raise WrongCrsError(what, frame.crs.to_string(), LONLAT)


@lru_cache(maxsize=32)
def _cgcs2000_zone(meridian: int) -> pyproj.CRS:
    return pyproj.CRS.from_epsg(_FIRST_EPSG + (meridian - _FIRST_MERIDIAN) // 3)


@lru_cache(maxsize=128)
def _transverse_mercator(meridian: int) -> pyproj.CRS:
    return pyproj.CRS.from_proj4(
        f"+proj=tmerc +lat_0=0 +lon_0={meridian} +k=1 +x_0=500000 +y_0=0"
        " +datum=WGS84 +units=m +no_defs"
    )


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _moved(transformer: pyproj.Transformer, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = transformer.transform(xy[:, 0], xy[:, 1])
    return np.column_stack([east, north])
