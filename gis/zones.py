"""Which coordinate system some bare numbers could be in, judged by their size.

Surveyors' Gauss-Krüger eastings carry the zone number in front (36 500 000) or leave it out
(500 000); exports often lose the note that says which, or write the northing first.
"""

from __future__ import annotations

from collections.abc import Sequence

_FIRST_3_DEGREE_ZONE, _LAST_3_DEGREE_ZONE, _EPSG_3_DEGREE = 25, 45, 4513
_FIRST_6_DEGREE_ZONE, _LAST_6_DEGREE_ZONE, _EPSG_6_DEGREE = 13, 23, 4491
_EPSG_3_DEGREE_BARE, _FIRST_MERIDIAN, _LAST_MERIDIAN = 4534, 75, 135
_NORTHINGS_M = (300_000.0, 6_000_000.0)
_BARE_EASTINGS_M = (100_000.0, 900_000.0)
_WEB_MERCATOR_EASTINGS_M = (8_100_000.0, 15_100_000.0)


def zones_fitting(bounds: Sequence[float]) -> list[str]:
    """
    Name the systems that bounds could be in, as remedies in Chinese.

    Parameters
    ----------
    bounds
        Least x, least y, greatest x, greatest y.

    Returns
    -------
    remedies
        Most likely first; empty if nothing fits.
    """
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    straight = _fitting(x, y)
    if straight:
        return straight
    return [f"北坐标写在了前面：加 --swap-axes，{remedy}" for remedy in _fitting(y, x)]


def _fitting(x: float, y: float) -> list[str]:
    if 70 <= x <= 140 and 0 <= y <= 60:
        return ["经纬度：请加 --crs EPSG:4490"]
    if not _NORTHINGS_M[0] <= y <= 2 * _NORTHINGS_M[1]:
        return []
    remedies = []
    if y <= _NORTHINGS_M[1]:
        remedies += _numbered_zone(x)
        if _BARE_EASTINGS_M[0] <= x <= _BARE_EASTINGS_M[1]:
            remedies.append(_bare_zones())
    if _WEB_MERCATOR_EASTINGS_M[0] <= x <= _WEB_MERCATOR_EASTINGS_M[1]:
        remedies.append("网络墨卡托：请加 --crs EPSG:3857")
    return remedies


def _numbered_zone(x: float) -> list[str]:
    zone, easting = divmod(x, 1_000_000)
    if not _BARE_EASTINGS_M[0] <= easting <= _BARE_EASTINGS_M[1]:
        return []
    if _FIRST_3_DEGREE_ZONE <= zone <= _LAST_3_DEGREE_ZONE:
        epsg = _EPSG_3_DEGREE + int(zone) - _FIRST_3_DEGREE_ZONE
        return [f"2000坐标系3度带第{zone:g}带（中央经线{zone * 3:g}°）：请加 --crs EPSG:{epsg}"]
    if _FIRST_6_DEGREE_ZONE <= zone <= _LAST_6_DEGREE_ZONE:
        epsg = _EPSG_6_DEGREE + int(zone) - _FIRST_6_DEGREE_ZONE
        meridian = zone * 6 - 3
        return [f"2000坐标系6度带第{zone:g}带（中央经线{meridian:g}°）：请加 --crs EPSG:{epsg}"]
    return []


def _bare_zones() -> str:
    last = _EPSG_3_DEGREE_BARE + (_LAST_MERIDIAN - _FIRST_MERIDIAN) // 3
    return (
        "2000坐标系3度带，但东坐标没有带号，看不出是哪一带：请按本县的中央经线加 --crs "
        f"EPSG:{_EPSG_3_DEGREE_BARE}（{_FIRST_MERIDIAN}°）到 EPSG:{last}（{_LAST_MERIDIAN}°），"
        "每3°加1，例如105°为 EPSG:4544、108°为 EPSG:4545、117°为 EPSG:4548"
    )
