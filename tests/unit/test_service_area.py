"""Half-hour circles: what is inside is reached, what is outside is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.network import read_network
from routing.service_area import minutes_to_nearest, service_area
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, network_of_streets, on, shared

WALK, E_BIKE, MOTORCYCLE, CAR = TravelMode


def test_a_circle_on_one_road_ends_where_the_minutes_do(tmp_path: Path) -> None:
    roads = Roads(network_of_streets(tmp_path, "A" + "." * 40 + "B", [("AB", RESIDENTIAL)]))
    area = service_area(roads, [on(20, 0)], minutes=10, mode=WALK)
    reached_m = 10 * 60 * 5 / 3.6
    west, _, east, _ = area.bounds
    wide_m = (east - west) * np.pi / 180 * 6_371_009 * np.cos(np.radians(28.25))
    assert wide_m == pytest.approx(2 * reached_m, abs=40)
    assert shapely.contains_xy(area, on(20, 0).lon, on(20, 0).lat)


def test_more_minutes_and_faster_modes_reach_further(tmp_path: Path) -> None:
    roads = Roads(network_of_streets(tmp_path, "A" + "." * 40 + "B", [("AB", RESIDENTIAL)]))
    here = [on(20, 0)]
    areas = [service_area(roads, here, minutes=m, mode=WALK).area for m in (5, 10, 20)]
    assert areas[0] < areas[1] < areas[2]
    assert service_area(roads, here, minutes=3, mode=CAR).area > areas[0]


def test_nobody_on_the_network_has_no_circle(tmp_path: Path) -> None:
    roads = Roads(network_of_streets(tmp_path, "A.B", [("AB", RESIDENTIAL)]))
    assert service_area(roads, [on(90, 90)], minutes=30, mode=WALK).is_empty
    assert service_area(roads, [], minutes=30, mode=WALK).is_empty


def test_the_nearest_station_counts_and_none_is_infinitely_far(tmp_path: Path) -> None:
    roads = Roads(network_of_streets(tmp_path, "A" + "." * 40 + "B", [("AB", RESIDENTIAL)]))
    places = [on(5, 0), on(20, 0), on(80, 0)]
    stations = [on(0, 0), on(40, 0)]
    minutes = minutes_to_nearest(roads, places, stations, WALK)
    apart = roads.matrix(stations, places, mode=WALK)
    assert minutes == pytest.approx([apart[0, 0] / 60, apart[:, 1].min() / 60, np.inf])
    assert minutes_to_nearest(roads, places, [], WALK) == [np.inf] * 3


@pytest.mark.parametrize("mode", [WALK, CAR])
def test_of_a_thousand_random_points_inside_nearly_all_are_reached(mode: TravelMode) -> None:
    network = read_network(shared("routing/andorra.osm.pbf"))
    roads = Roads(network)
    station = LonLat(*network.line(0)[0])
    minutes = 30 if mode is WALK else 10
    area = service_area(roads, [station], minutes=minutes, mode=mode)
    assert area.is_valid
    rng = np.random.default_rng(0)
    west, south, east, north = area.bounds
    lon, lat = rng.uniform((west, south), (east, north), (20_000, 2)).T
    inside = shapely.contains_xy(area, lon, lat)
    seconds = roads.seconds_from_any([station], lon.copy(), lat.copy(), mode=mode)
    reached = seconds <= minutes * 60
    assert inside.sum() > 1000
    assert (~reached[inside]).mean() < 0.01
    assert (reached & ~inside).sum() < 0.01 * inside.sum()
