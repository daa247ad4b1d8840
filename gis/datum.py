"""Where a place really is, given the numbers a map vendor writes down for it.

Chinese phones and map services shift positions: 高德, 腾讯 and WeChat speak GCJ-02, 百度 speaks
BD-09. The shift is 265 to 1,400 metres, which is another grid and often another village. The
formulas of the shift are public; their inverses here are iterated until they are exact, because
the one-step inverses found in most libraries are up to five metres off.

CGCS2000 and WGS-84 count as one: they differ by less than a metre, which is nothing to a
volunteer and too much for a land surveyor.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, cos, hypot, isfinite, pi, sin, sqrt

from halfhour.errors import BadCoordinateError, ShiftedOutsideChinaError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum

_Pair = tuple[float, float]

# Krasovsky 1940, the ellipsoid the shift was written for.
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323

_BAIDU_WAVE = pi * 3000.0 / 180.0

# The rectangle inside which vendors shift at all: west, south, east, north.
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)

_CLOSE_ENOUGH_DEG = 1e-11
_MOST_ROUNDS = 12


def to_wgs84(lon: float, lat: float, datum: Datum) -> LonLat:
    """
    Say where a pair of degrees really is.

    Parameters
    ----------
    lon, lat
        Degrees as the vendor, phone or survey gave them, longitude first.
    datum
        What they are measured on.

    Returns
    -------
    point
        WGS-84, exact to the seventh decimal (a centimetre).

    Raises
    ------
    BadCoordinateError
        If the numbers are no longitude and latitude.
    ShiftedOutsideChinaError
        If the datum is GCJ-02 or BD-09 and the point is not in China, where neither exists.
    """
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return LonLat(lon, lat)
    _require_china(lon, lat, datum)
    if datum is Datum.BD09:
        lon, lat = _undo(_gcj02_to_bd09, (lon, lat))
    return LonLat(*_undo(_wgs84_to_gcj02, (lon, lat)))


def from_wgs84(point: LonLat, datum: Datum) -> _Pair:
    """
    Say which numbers another map wants for a point, for links that open a navigation app.

    Raises
    ------
    ShiftedOutsideChinaError
        If the datum is GCJ-02 or BD-09 and the point is not in China.
    """
    if datum in (Datum.WGS84, Datum.CGCS2000):
        return point.lon, point.lat
    _require_china(point.lon, point.lat, datum)
    shifted = _wgs84_to_gcj02((point.lon, point.lat))
    return _gcj02_to_bd09(shifted) if datum is Datum.BD09 else shifted


def in_china(lon: float, lat: float) -> bool:
    """Tell whether map vendors shift positions there: a rectangle, not the border."""
    west, south, east, north = _CHINA
    return west <= lon <= east and south <= lat <= north


def _require_china(lon: float, lat: float, datum: Datum) -> None:
    if not (isfinite(lon) and isfinite(lat)) or not (abs(lon) <= 180 and abs(lat) <= 90):
        raise BadCoordinateError(lon, lat)
    if not in_china(lon, lat):
        raise ShiftedOutsideChinaError(lon, lat, datum)


def _undo(shift: Callable[[_Pair], _Pair], target: _Pair) -> _Pair:
    """
    Find the point that `shift` moves onto `target`.

    The shift changes by a few metres in a kilometre, so each round is some hundred times closer.
    """
    lon, lat = target
    for _ in range(_MOST_ROUNDS):
        there = shift((lon, lat))
        off_lon, off_lat = target[0] - there[0], target[1] - there[1]
        lon, lat = lon + off_lon, lat + off_lat
        if max(abs(off_lon), abs(off_lat)) < _CLOSE_ENOUGH_DEG:
            break
    return lon, lat


def _wgs84_to_gcj02(pair: _Pair) -> _Pair:
    lon, lat = pair
    x, y = lon - 105.0, lat - 35.0
    common = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    radians = lat / 180.0 * pi
    w = sqrt(1.0 - _ECCENTRICITY_SQUARED * sin(radians) ** 2)
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_SQUARED) / w**3
    parallel_m = _SEMI_MAJOR_M / w * cos(radians)
    return lon + east * 180.0 / (parallel_m * pi), lat + north * 180.0 / (meridian_m * pi)


def _gcj02_to_bd09(pair: _Pair) -> _Pair:
    lon, lat = pair
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU_WAVE)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU_WAVE)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006
