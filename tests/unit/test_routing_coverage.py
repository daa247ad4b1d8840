"""Coverage is counted household by household, and unmapped roads are asked about."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pytest

from halfhour.vocabulary import TravelMode
from routing.coverage import coverage, missing_roads, reach_of
from routing.service_area import service_area, share_wrong
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, network_of_streets, on

WALK, E_BIKE, MOTORCYCLE, CAR = TravelMode


@pytest.fixture
def roads(tmp_path: Path) -> Roads:
    return Roads(network_of_streets(tmp_path, "A" + "." * 40 + "B", [("AB", RESIDENTIAL)]))


def test_first_and_second_station_are_the_two_soonest(roads: Roads) -> None:
    stations = [on(40, 0), on(10, 0), on(0, 0)]
    households = [on(1, 0.1), on(30, 0.1), on(12, 0.1)]
    seconds = roads.matrix(stations, households, mode=WALK)
    for column, reach in enumerate(reach_of(roads, households, stations, mode=WALK)):
        expected = np.sort(seconds[:, column])
        assert (reach.first_s, reach.second_s) == (expected[0], expected[1])
        assert reach.first_station == seconds[:, column].argmin()


def test_equally_near_stations_are_decided_by_their_order(roads: Roads) -> None:
    (reach,) = reach_of(roads, [on(5, 0)], [on(9, 0), on(9, 0)], mode=WALK)
    assert reach.first_station == 0
    assert reach.second_s == reach.first_s


def test_households_are_served_in_time_too_late_or_never(roads: Roads) -> None:
    households = [on(0, 0.1), on(10, 0.1), on(40, 0.1), on(20, 60)]
    found = coverage(roads, households, [on(0, 0), on(4, 0)], minutes=10, mode=WALK)
    assert (found.households, found.served, found.served_twice, found.off_network) == (4, 2, 1, 1)
    assert found.served_share == 0.5
    assert found.gaps == [2, 3]


def test_without_stations_nobody_is_served(roads: Roads) -> None:
    found = coverage(roads, [on(0, 0)], [], mode=WALK)
    assert (found.served, found.gaps) == (0, [0])
    assert found.reach[0].first_station is None
    assert coverage(roads, [], [on(0, 0)], mode=WALK).served_share == 0


def test_houses_far_from_any_road_are_listed_furthest_first(roads: Roads) -> None:
    households = [on(5, 0.5), on(5, 2), on(5, 3), on(5, 9)]
    listed = missing_roads(roads, households)
    assert [index for index, _ in listed] == [3, 2, 1]
    assert listed[0][1] == inf
    assert 200 < listed[2][1] < 240


def test_a_circle_is_proven_by_routing_its_points_again(roads: Roads) -> None:
    stations = [on(20, 0)]
    area = service_area(roads, stations, minutes=10, mode=WALK)
    assert share_wrong(roads, stations, area, minutes=10, mode=WALK) < 0.01
    assert share_wrong(roads, stations, area, minutes=5, mode=WALK) > 0.2
    assert share_wrong(roads, stations, service_area(roads, [], mode=WALK), mode=WALK) == 0
