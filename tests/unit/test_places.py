"""A point is checked once, and equal corners are equal numbers."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.errors import BadCoordinateError
from halfhour.places import LonLat

degrees = st.floats(-180, 180)


@given(degrees, st.floats(-90, 90))
def test_a_point_moves_by_less_than_a_centimetre_when_rounded(lon: float, lat: float) -> None:
    point = LonLat(lon, lat)
    assert abs(point.lon - lon) <= 0.51e-7
    assert LonLat(point.lon, point.lat) == point


@pytest.mark.parametrize(("lon", "lat"), [(nan, 0), (0, inf), (181, 0), (0, -91)])
def test_what_is_no_longitude_and_latitude_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(BadCoordinateError):
        LonLat(lon, lat)


def test_latitude_first_is_recognised() -> None:
    with pytest.raises(BadCoordinateError, match="swapped") as refused:
        LonLat(28.2, 107.9)
    assert refused.value.swapped
