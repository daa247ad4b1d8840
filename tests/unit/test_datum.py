"""Shifted coordinates come home exactly."""

from __future__ import annotations

from math import cos, hypot, nan, radians

import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.datum import from_wgs84, in_china, to_wgs84
from halfhour.errors import BadCoordinateError, ShiftedOutsideChinaError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum

# name: WGS-84, GCJ-02, BD-09 (published vectors, eight decimals)
PLACES = {
    "天安门": ((116.3912757, 39.9062170), (116.39751671, 39.90761821), (116.40389064, 39.91396193)),
    "上海": ((121.4737, 31.2304), (121.47822306, 31.22845774), (121.48478147, 31.23431059)),
    "黔东": ((107.93, 28.24), (107.93412187, 28.23641804), (107.94072086, 28.24211424)),
    "粤西": ((112.19, 22.57), (112.19520460, 22.56718277), (112.20164622, 22.57351025)),
    "皖南": ((118.905, 30.925), (118.90992285, 30.92258935), (118.91632479, 30.92889291)),
    "黔南": ((106.084, 25.751), (106.08771979, 25.74811971), (106.09414075, 25.75441038)),
    "乌鲁木齐": ((87.6168, 43.8256), (87.61964995, 43.82680539), (87.62609977, 43.83294979)),
    "哈尔滨": ((126.6424, 45.7567), (126.64836982, 45.75865110), (126.65499933, 45.76434556)),
}

EVILTRANSFORM = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
]

SHIFTED = [Datum.GCJ02, Datum.BD09]

points_in_china = st.builds(
    LonLat, st.floats(73.6, 134.7, allow_nan=False), st.floats(18.2, 53.5, allow_nan=False)
)


def pair(point: LonLat) -> tuple[float, float]:
    return point.lon, point.lat


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return 111_320 * hypot((a[0] - b[0]) * cos(radians(a[1])), a[1] - b[1])


@pytest.mark.parametrize("name", PLACES)
def test_known_places_shift_as_published(name: str) -> None:
    wgs84, gcj02, bd09 = PLACES[name]
    assert from_wgs84(LonLat(*wgs84), Datum.GCJ02) == pytest.approx(gcj02, abs=1e-8)
    assert from_wgs84(LonLat(*wgs84), Datum.BD09) == pytest.approx(bd09, abs=1e-8)


@pytest.mark.parametrize("name", PLACES)
def test_known_places_come_home(name: str) -> None:
    wgs84, gcj02, bd09 = PLACES[name]
    assert metres(pair(to_wgs84(*gcj02, Datum.GCJ02)), wgs84) < 0.02
    assert metres(pair(to_wgs84(*bd09, Datum.BD09)), wgs84) < 0.02


@pytest.mark.parametrize(("wgs84", "gcj02"), EVILTRANSFORM)
def test_the_reference_vectors_hold_to_twelve_decimals(
    wgs84: tuple[float, float], gcj02: tuple[float, float]
) -> None:
    assert from_wgs84(LonLat(*wgs84), Datum.GCJ02) == pytest.approx(gcj02, abs=1e-12, rel=0)


@pytest.mark.parametrize("datum", SHIFTED)
@given(point=points_in_china)
def test_there_and_back_is_home(datum: Datum, point: LonLat) -> None:
    home = to_wgs84(*from_wgs84(point, datum), datum)
    assert metres((home.lon, home.lat), (point.lon, point.lat)) < 0.02


@given(point=points_in_china)
def test_a_peer_agrees(point: LonLat) -> None:
    there = prcoords.wgs_bd(prcoords.Coords(lat=point.lat, lon=point.lon), check_china=False)
    assert from_wgs84(point, Datum.BD09) == pytest.approx((there.lon, there.lat), abs=1e-9)
    home = prcoords.bd_wgs_bored(there, check_china=False)
    ours = to_wgs84(there.lon, there.lat, Datum.BD09)
    assert metres((ours.lon, ours.lat), (home.lon, home.lat)) < 0.05


@pytest.mark.parametrize("datum", [Datum.WGS84, Datum.CGCS2000])
def test_unshifted_data_stay_where_they_are(datum: Datum) -> None:
    assert to_wgs84(1.52, 42.5, datum) == LonLat(1.52, 42.5)
    assert from_wgs84(LonLat(1.52, 42.5), datum) == (1.52, 42.5)


@pytest.mark.parametrize("datum", SHIFTED)
def test_outside_china_there_is_no_shift_to_undo(datum: Datum) -> None:
    assert not in_china(1.52, 42.5)
    with pytest.raises(ShiftedOutsideChinaError, match="not in China"):
        to_wgs84(1.52, 42.5, datum)
    with pytest.raises(ShiftedOutsideChinaError):
        from_wgs84(LonLat(1.52, 42.5), datum)


@pytest.mark.parametrize("numbers", [(nan, 30.0), (30.0, 107.0), (500.0, 30.0)])
def test_numbers_that_are_no_place_are_refused(numbers: tuple[float, float]) -> None:
    with pytest.raises(BadCoordinateError):
        to_wgs84(*numbers, Datum.GCJ02)
