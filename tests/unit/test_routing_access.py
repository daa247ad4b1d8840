"""What tags mean: who may use a road, which way, and how fast."""

from __future__ import annotations

import numpy as np
import pytest

from halfhour.vocabulary import TravelMode
from routing.access import directions, permission, stopped_by_barrier
from routing.profiles import profile_of
from routing.speeds import CLASS_KPH, MODES, on_slope_kph, speed_limit_kph, walking_factor

WALK, E_BIKE, MOTORCYCLE, CAR = MODES


def kph(tags: dict[str, str], mode: TravelMode) -> float:
    profile = profile_of({"highway": "residential", **tags})
    assert profile is not None
    return profile.forward_kph[MODES.index(mode)]


@pytest.mark.parametrize(
    ("tags", "mode", "expected"),
    [
        ({}, CAR, None),
        ({"access": "private"}, CAR, False),
        ({"access": "private"}, WALK, False),
        ({"access": "no", "foot": "yes"}, WALK, True),
        ({"access": "no", "foot": "yes"}, E_BIKE, False),
        ({"motor_vehicle": "no"}, MOTORCYCLE, False),
        ({"motor_vehicle": "no"}, E_BIKE, None),
        ({"vehicle": "no", "motorcycle": "designated"}, MOTORCYCLE, True),
        ({"motor_vehicle": "agricultural"}, CAR, False),
        ({"motor_vehicle": "destination"}, CAR, True),
        ({"access": "permissive"}, CAR, None),
    ],
)
def test_the_most_specific_tag_decides(tags, mode, expected) -> None:
    assert permission(tags, mode) is expected


@pytest.mark.parametrize(
    ("tags", "mode", "expected"),
    [
        ({}, CAR, (True, True)),
        ({"oneway": "yes"}, CAR, (True, False)),
        ({"oneway": "-1"}, CAR, (False, True)),
        ({"oneway": "reverse"}, CAR, (False, True)),
        ({"oneway": "reversible"}, CAR, (False, False)),
        ({"oneway": "reversible"}, WALK, (True, True)),
        ({"oneway": "alternating"}, CAR, (True, True)),
        ({"oneway": "yes"}, WALK, (True, True)),
        ({"oneway:foot": "yes"}, WALK, (True, False)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, E_BIKE, (True, True)),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, E_BIKE, (True, True)),
        ({"oneway": "yes", "oneway:bicycle": "no"}, CAR, (True, False)),
        ({"junction": "roundabout"}, CAR, (True, False)),
        ({"junction": "roundabout", "oneway": "no"}, CAR, (True, True)),
        ({"junction": "roundabout"}, WALK, (True, True)),
    ],
)
def test_directions_follow_the_tags(tags, mode, expected) -> None:
    assert directions(tags, "residential", mode) == expected


def test_a_motorway_is_one_way_unless_it_says_otherwise() -> None:
    assert directions({}, "motorway", CAR) == (True, False)
    assert directions({"oneway": "no"}, "motorway", CAR) == (True, True)


@pytest.mark.parametrize(
    ("tags", "stopped"),
    [
        ({}, set()),
        ({"highway": "crossing"}, set()),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "locked": "yes"}, {E_BIKE, MOTORCYCLE, CAR}),
        ({"barrier": "bollard"}, {CAR}),
        ({"barrier": "bollard", "motorcar": "yes"}, set()),
        ({"barrier": "stile"}, {E_BIKE, MOTORCYCLE, CAR}),
        ({"barrier": "debris"}, {E_BIKE, MOTORCYCLE, CAR}),
        ({"access": "no"}, {WALK, E_BIKE, MOTORCYCLE, CAR}),
    ],
)
def test_barriers_stop_those_they_are_for(tags, stopped) -> None:
    assert stopped_by_barrier(tags) == stopped


@pytest.mark.parametrize("road_class", ["footway", "steps", "path", "pedestrian", "bridleway"])
def test_footpaths_are_for_walkers_unless_a_tag_opens_them(road_class: str) -> None:
    assert kph({"highway": road_class}, WALK) > 0
    assert [kph({"highway": road_class}, mode) for mode in MODES[1:]] == [0, 0, 0]
    assert kph({"highway": road_class, "bicycle": "yes"}, E_BIKE) > 0
    assert kph({"highway": road_class, "bicycle": "yes"}, CAR) == 0


def test_walkers_and_bicycles_keep_off_motor_roads() -> None:
    for tags in ({"highway": "motorway"}, {"highway": "trunk", "motorroad": "yes"}):
        assert kph(tags, WALK) == kph(tags, E_BIKE) == 0
        assert kph(tags, CAR) > 50


def test_drivers_keep_to_the_limit_and_walkers_do_not_speed_up() -> None:
    assert kph({"maxspeed": "20"}, CAR) == kph({"maxspeed": "20"}, MOTORCYCLE) == 20
    assert kph({"maxspeed": "120"}, CAR) == CLASS_KPH["residential"][3]
    assert kph({"maxspeed": "120"}, WALK) == 5


def test_a_limit_may_differ_by_direction() -> None:
    profile = profile_of({"highway": "secondary", "maxspeed": "40", "maxspeed:backward": "20"})
    assert profile is not None
    assert (profile.forward_kph[3], profile.backward_kph[3]) == (40, 20)
    assert not profile.is_symmetric


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50),
        ("30 mph", 48.28032),
        ("walk", 5),
        ("none", None),
        ("CN:urban", None),
        ("0", None),
    ],
)
def test_limits_are_read_with_their_unit(text: str, expected: float | None) -> None:
    assert speed_limit_kph(text) == expected


def test_bad_ground_is_slow_and_worse_ground_slower() -> None:
    def car(**tags: str) -> float:
        return kph({"highway": "track", **tags}, CAR)

    assert car(tracktype="grade1") > car(tracktype="grade3") > car(tracktype="grade5") > 0
    assert kph({"surface": "asphalt"}, CAR) > kph({"surface": "mud"}, CAR)
    assert kph({"smoothness": "impassable"}, CAR) == 0
    assert kph({"smoothness": "impassable"}, WALK) > 0


def test_classes_that_are_no_roads_have_no_profile() -> None:
    assert profile_of({"highway": "construction"}) is None
    assert profile_of({"building": "yes"}) is None


def test_tobler_walks_fastest_slightly_downhill() -> None:
    grades = np.array([-0.3, -0.05, 0.0, 0.05, 0.3])
    factors = walking_factor(grades)
    assert factors[2] == pytest.approx(1)
    assert factors.argmax() == 1
    assert factors[0] == pytest.approx(np.exp(-3.5 * 0.2))
    assert factors[4] == pytest.approx(np.exp(-3.5 * 0.3))


def test_an_e_bike_slows_on_hills_and_a_car_hardly_does() -> None:
    grades = np.array([0.0, 0.05, 0.1, 0.2])
    e_bike = on_slope_kph(E_BIKE, np.full(4, 20.0), grades)
    assert e_bike[0] == 20
    assert np.all(np.diff(e_bike) < 0)
    assert e_bike[-1] >= 4
    assert np.all(on_slope_kph(CAR, np.full(4, 40.0), grades) == 40)
    assert np.all(on_slope_kph(E_BIKE, np.full(4, 20.0), -grades) == 20)
