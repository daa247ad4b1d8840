import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import in_degrees, in_metres, metric_crs_at, metric_crs_of, require_crs
from halfhour.errors import MissingCrsError, WrongCrsError


@pytest.mark.parametrize(
    ("lon", "epsg"),
    [
        (73.5, 4534),
        (75.0, 4534),
        (107.93, 4545),
        (109.4999, 4545),
        (109.5, 4546),
        (117.2, 4548),
        (136.4, 4554),
    ],
)
def test_a_chinese_longitude_has_its_three_degree_zone(lon: float, epsg: int) -> None:
    assert metric_crs_at(lon).to_epsg() == epsg


@pytest.mark.parametrize(
    ("lon", "lat", "meridian"), [(1.57, 42.5, 3), (-74.0, 40.7, -75), (107.0, -7.0, 108)]
)
def test_the_rest_of_the_world_has_the_nearest_meridian(
    lon: float, lat: float, meridian: int
) -> None:
    crs = metric_crs_at(lon, lat)
    assert crs.to_epsg() is None
    assert crs.coordinate_operation is not None
    origin = {p.name: p.value for p in crs.coordinate_operation.params}
    assert origin["Longitude of natural origin"] == meridian


@given(st.floats(73.5, 135), st.floats(18, 53))
def test_a_kilometre_is_a_kilometre(lon: float, lat: float) -> None:
    geod = pyproj.Geod(ellps="GRS80")
    east, north, _ = geod.fwd(lon, lat, 45, 1000)
    line = in_metres(shapely.LineString([(lon, lat), (east, north)]), metric_crs_at(lon))
    assert line.length == pytest.approx(1000, abs=0.35)


@given(st.floats(-179, 179), st.floats(-80, 80))
def test_metres_and_back_is_home(lon: float, lat: float) -> None:
    crs = metric_crs_at(lon, lat)
    home = in_degrees(in_metres(shapely.Point(lon, lat), crs), crs)
    assert (home.x, home.y) == pytest.approx((lon, lat), abs=1e-9)


def test_a_frame_is_measured_in_the_zone_of_its_middle() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.box(107.9, 28.2, 108.1, 28.3)], crs="EPSG:4326")
    assert metric_crs_of(frame).to_epsg() == 4545
    empty = gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")
    assert metric_crs_of(empty).is_projected


def test_many_shapes_are_projected_at_once() -> None:
    points = shapely.points([107.9, 108.0], [28.2, 28.2])
    projected = in_metres(points, metric_crs_at(108))
    assert np.allclose(shapely.get_x(projected), [490180.6, 500000], atol=1)


def test_a_frame_must_be_in_degrees_and_say_so() -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(107, 28)])
    with pytest.raises(MissingCrsError, match="the file"):
        require_crs(frame, "the file")
    require_crs(frame.set_crs(4326), "the file")
    require_crs(frame.set_crs(4490), "the file")
    with pytest.raises(WrongCrsError, match="EPSG:4545"):
        require_crs(frame.set_crs(4545), "the file")
