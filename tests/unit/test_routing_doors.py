"""From door to door on drawn streets: edges, directions, islands, closures, turns."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfhour.errors import NoSuchError
from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.checking import networkx_seconds
from routing.snapping import DETOUR, ISLAND_HOP_M, OFF_NETWORK_M
from routing.travel_time import Roads
from tests.streets import (
    RESIDENTIAL,
    edge_between,
    network_of_streets,
    on,
    points_of,
)

WALK, E_BIKE, MOTORCYCLE, CAR = TravelMode
ONE_WAY = {**RESIDENTIAL, "oneway": "yes"}
METRES = np.pi / 180 * 6_371_009.0
"""In one degree of latitude."""


def roads_on(folder: Path, drawing: str, streets, **more) -> Roads:
    return Roads(network_of_streets(folder, drawing, streets, **more))


def seconds(roads: Roads, start: LonLat, end: LonLat, mode: TravelMode = CAR) -> float:
    return roads.seconds_to([start], end, mode=mode)[0]


def metres(start: LonLat, end: LonLat) -> float:
    east = (end.lon - start.lon) * np.cos(np.radians(start.lat))
    return float(np.hypot(east, end.lat - start.lat) * METRES)


def at_kph(kph: float, metres: float) -> float:
    return metres * 3.6 / kph


def test_half_an_edge_takes_half_its_time(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    start, end = on(1, 0), on(3, 0)
    assert seconds(roads, start, end) == pytest.approx(at_kph(25, metres(start, end)), abs=0.01)
    assert seconds(roads, start, end, WALK) == pytest.approx(
        at_kph(5, metres(start, end)), abs=0.01
    )


def test_a_door_off_the_road_is_walked_to(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    door, beside = on(1, 1), on(1, 0)
    walked = at_kph(5, metres(door, beside) * DETOUR)
    driven = at_kph(25, metres(beside, on(4, 0)))
    assert seconds(roads, door, on(4, 0)) == pytest.approx(walked + driven, abs=0.05)


def test_too_far_from_any_road_is_off_the_network(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    north_of_a = [
        LonLat(107.931, 28.25 + m / METRES) for m in (OFF_NETWORK_M - 5, OFF_NETWORK_M + 5)
    ]
    near, far = roads.seconds_to(north_of_a, on(3, 0), mode=CAR)
    assert near < inf
    assert far == inf
    assert roads.route(north_of_a[1], on(3, 0), mode=CAR) == []


def test_a_place_is_no_time_from_itself_even_off_the_road(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    assert seconds(roads, on(2, 2), on(2, 2)) == 0
    assert roads.matrix([on(2, 2)], [on(2, 2)], mode=CAR)[0, 0] == 0


def test_a_one_way_street_backwards_goes_round_the_block(tmp_path: Path) -> None:
    drawing = "A...B\n.....\nD...C"
    roads = roads_on(tmp_path, drawing, [("AB", ONE_WAY), ("BCDA", RESIDENTIAL)])
    early, late = on(1, 0), on(3, 0)
    along = seconds(roads, early, late)
    back = seconds(roads, late, early)
    assert along == pytest.approx(at_kph(25, metres(early, late)), abs=0.01)
    assert back > 4 * along
    assert seconds(roads, late, early, WALK) == pytest.approx(along * 5, rel=0.01)


def test_a_one_way_street_backwards_without_a_block_is_unreachable(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", ONE_WAY)])
    assert seconds(roads, on(1, 0), on(3, 0)) < inf
    assert seconds(roads, on(3, 0), on(1, 0)) == inf


def test_minus_one_turns_a_one_way_street_round(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", {**RESIDENTIAL, "oneway": "-1"})])
    assert seconds(roads, on(3, 0), on(1, 0)) < inf
    assert seconds(roads, on(1, 0), on(3, 0)) == inf


def test_a_roundabout_is_driven_one_way_and_walked_both(tmp_path: Path) -> None:
    drawing = "..B..\nA...C\n..D.."
    ring = ("ADCBA", {**RESIDENTIAL, "junction": "roundabout"})
    roads = roads_on(tmp_path, drawing, [ring])
    quarter, rest = seconds(roads, on(0, 1), on(2, 2)), seconds(roads, on(2, 2), on(0, 1))
    assert rest == pytest.approx(3 * quarter, rel=0.01)
    walked = seconds(roads, on(0, 1), on(2, 2), WALK)
    assert seconds(roads, on(2, 2), on(0, 1), WALK) == pytest.approx(walked, abs=0.01)


def test_a_place_at_a_junction_may_leave_by_every_road(tmp_path: Path) -> None:
    drawing = "A...B...C"
    roads = roads_on(
        tmp_path, drawing, [("AB", ONE_WAY), ("BC", ONE_WAY), ("BA", {"highway": "path"})]
    )
    assert seconds(roads, on(4, 0), on(8, 0)) == pytest.approx(
        seconds(roads, on(0, 0), on(4, 0)), abs=0.01
    )
    assert seconds(roads, on(4, 0), on(0, 0)) == inf
    assert seconds(roads, on(4, 0), on(0, 0), WALK) < inf


def test_steps_and_paths_are_for_walkers_only(tmp_path: Path) -> None:
    drawing = "A.B.C"
    streets = [("AB", RESIDENTIAL), ("BC", {"highway": "steps"})]
    roads = roads_on(tmp_path, drawing, streets)
    on_steps = on(4, 0)
    assert seconds(roads, on(0, 0), on_steps, WALK) == pytest.approx(
        at_kph(5, metres(on(0, 0), on(2, 0))) + at_kph(2, metres(on(2, 0), on_steps)), abs=0.05
    )
    beyond = at_kph(5, metres(on(2, 0), on_steps) * DETOUR)
    for mode in (E_BIKE, MOTORCYCLE, CAR):
        assert seconds(roads, on(2, 0), on_steps, mode) == pytest.approx(beyond, abs=0.05)


def test_nobody_is_snapped_to_a_road_closed_to_them(tmp_path: Path) -> None:
    drawing = "A.....B\n.......\nC.....D"
    streets = [("AB", {**RESIDENTIAL, "motor_vehicle": "no"}), ("CD", RESIDENTIAL)]
    roads = roads_on(tmp_path, drawing, streets)
    beside_ab = on(1, 0.2)
    explained = {
        mode: roads.explain(beside_ab, on(5, 2), mode=mode).origin[0].straight_m
        for mode in (WALK, CAR)
    }
    assert explained[WALK] < 30
    assert explained[CAR] > 150


def test_an_island_reaches_itself_and_nothing_else(tmp_path: Path) -> None:
    drawing = "A.B......C.D"
    roads = roads_on(tmp_path, drawing, [("AB", RESIDENTIAL), ("CD", RESIDENTIAL)])
    assert seconds(roads, on(9, 0), on(11, 0)) < inf
    assert seconds(roads, on(0, 0), on(11, 0)) == inf


def test_beside_a_stray_scrap_of_road_the_main_road_counts_too(tmp_path: Path) -> None:
    drawing = "A..............B\n....C.D........."
    streets = [("AB", RESIDENTIAL), ("CD", RESIDENTIAL)]
    near_scrap = on(5, 0.8)
    roads = roads_on(tmp_path, drawing, streets)
    assert metres(near_scrap, on(5, 0)) < ISLAND_HOP_M
    assert len(roads.explain(near_scrap, on(15, 0), mode=CAR).origin) == 2
    assert seconds(roads, near_scrap, on(15, 0)) < inf


def test_two_sides_of_a_river_are_not_neighbours(tmp_path: Path) -> None:
    drawing = "A..............B\n................\n................\n....C.D........."
    roads = roads_on(tmp_path, drawing, [("AB", RESIDENTIAL), ("CD", RESIDENTIAL)])
    assert seconds(roads, on(5, 3.2), on(15, 0)) == inf


def test_a_tunnel_is_driven_through_but_has_no_doors(tmp_path: Path) -> None:
    drawing = "A...B.....C...D"
    streets = [("AB", RESIDENTIAL), ("BC", {**RESIDENTIAL, "tunnel": "yes"}), ("CD", RESIDENTIAL)]
    roads = roads_on(tmp_path, drawing, streets)
    assert seconds(roads, on(0, 0), on(14, 0)) < inf
    above = roads.explain(on(6, 0), on(14, 0), mode=CAR).origin[0]
    assert above.straight_m == pytest.approx(metres(on(6, 0), on(4, 0)), rel=0.01)


NO_LEFT = {"restriction": "no_left_turn"}
CROSS = "..N..\n.....\nW.X.E\n.....\n..S.."
ARMS = [(arm + "X", RESIDENTIAL) for arm in "NWES"]


@pytest.mark.parametrize(
    ("tags", "left", "straight"),
    [
        (NO_LEFT, False, True),
        ({"restriction": "only_straight_on"}, False, True),
        ({"restriction": "only_left_turn"}, True, False),
        ({"restriction": "no_straight_on"}, True, False),
    ],
)
def test_turn_rules_hold_for_those_they_are_for(tmp_path: Path, tags, left, straight) -> None:
    to_road = "2" if "left" in tags["restriction"] else "1"
    roads = roads_on(tmp_path, CROSS, ARMS, turns=[("4", "X", to_road, tags)])
    points = points_of(CROSS)
    south, west, north = (points[letter] for letter in "SWN")
    direct_s = at_kph(25, metres(south, points["X"]) + metres(points["X"], west))
    for mode, kph in ((CAR, 25), (E_BIKE, 20), (MOTORCYCLE, 25)):
        is_direct = [
            seconds(roads, south, to, mode)
            < at_kph(kph, metres(south, points["X"]) + metres(points["X"], to)) + 0.1
            for to in (west, north)
        ]
        assert is_direct == [left, straight]
    assert seconds(roads, south, west, WALK) == pytest.approx(direct_s * 5, rel=0.01)


def test_a_turn_rule_with_exceptions_spares_them(tmp_path: Path) -> None:
    tags = {**NO_LEFT, "except": "bicycle;motorcycle"}
    roads = roads_on(tmp_path, CROSS, ARMS, turns=[("4", "X", "2", tags)])
    points = points_of(CROSS)
    times = {mode: seconds(roads, points["S"], points["W"], mode) for mode in (MOTORCYCLE, CAR)}
    assert times[CAR] > times[MOTORCYCLE] * 1.5


def test_a_destination_just_after_a_forbidden_turn_is_reached_another_way(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, CROSS, ARMS, turns=[("4", "X", "2", NO_LEFT)])
    points = points_of(CROSS)
    just_left = on(1.5, 2)
    direct_s = at_kph(25, metres(points["S"], points["X"]) + metres(points["X"], just_left))
    round_s = seconds(roads, points["S"], just_left)
    assert direct_s * 1.2 < round_s < inf


@pytest.mark.parametrize(
    ("barrier", "passing"),
    [
        ({"barrier": "bollard"}, {WALK, E_BIKE, MOTORCYCLE}),
        ({"barrier": "gate"}, {WALK, E_BIKE, MOTORCYCLE, CAR}),
        ({"barrier": "gate", "access": "private"}, set()),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, {WALK}),
        ({"barrier": "stile"}, {WALK}),
        ({"barrier": "lift_gate", "motor_vehicle": "no"}, {WALK, E_BIKE}),
    ],
)
def test_a_barrier_stops_those_it_is_for_and_keeps_doors_on_both_sides(
    tmp_path: Path, barrier, passing
) -> None:
    roads = roads_on(tmp_path, "A.B.C", [("ABC", RESIDENTIAL)], at_points={"B": barrier})
    for mode in TravelMode:
        assert (seconds(roads, on(0, 0), on(4, 0), mode) < inf) == (mode in passing)
        assert seconds(roads, on(0, 0), on(1.5, 0), mode) < inf
        assert seconds(roads, on(2.5, 0), on(4, 0), mode) < inf


def test_a_closed_bridge_cuts_off_and_its_parallel_does_not(tmp_path: Path) -> None:
    drawing = "A.B...C.D\n...E....."
    streets = [("AB", RESIDENTIAL), ("BC", RESIDENTIAL), ("CD", RESIDENTIAL), ("BEC", RESIDENTIAL)]
    network = network_of_streets(tmp_path, drawing, streets)
    points = points_of(drawing)
    both = [
        edge
        for edge in range(network.edges)
        if {LonLat(*network.line(edge)[i]) for i in (0, -1)} == {points["B"], points["C"]}
    ]
    assert len(both) == 2
    roads = Roads(network)
    before = seconds(roads, points["A"], points["D"])
    one = [edge for edge in both if len(network.line(edge)) == 2]
    assert before < seconds(roads.with_closed(one), points["A"], points["D"]) < inf
    assert seconds(roads.with_closed(both), points["A"], points["D"]) == inf
    assert seconds(roads.with_closed(both).with_closed([]), points["A"], points["D"]) == before
    for_cars = roads.with_closed(both, modes=[CAR])
    assert seconds(for_cars, points["A"], points["D"]) == inf
    assert seconds(for_cars, points["A"], points["D"], WALK) < inf
    assert seconds(roads, points["A"], points["D"]) == before


def test_a_door_beside_a_closed_road_goes_to_the_next(tmp_path: Path) -> None:
    drawing = "A.....B\n.......\nC.....D"
    network = network_of_streets(tmp_path, drawing, [("AB", RESIDENTIAL), ("CD", RESIDENTIAL)])
    points = points_of(drawing)
    upper = edge_between(network, points["A"], points["B"])
    roads = Roads(network).with_closed([upper])
    assert roads.explain(on(1, 0), on(5, 2), mode=CAR).origin[0].edge != upper


def test_an_unknown_edge_cannot_be_closed(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A.B", [("AB", RESIDENTIAL)])
    with pytest.raises(NoSuchError):
        roads.with_closed([7])


def test_a_route_runs_from_door_to_door_along_the_road(tmp_path: Path) -> None:
    drawing = "A.B\n..C"
    roads = roads_on(tmp_path, drawing, [("ABC", RESIDENTIAL)])
    start, end = on(0.5, 0.2), on(2.2, 0.5)
    route = roads.route(start, end, mode=CAR)
    assert route[0] == start
    assert route[-1] == end
    assert on(2, 0) in route
    assert on(0.5, 0) in route


def test_a_limit_is_inclusive(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    time_s = seconds(roads, on(0, 0), on(4, 0))
    asked = [
        roads.seconds_to([on(0, 0)], on(4, 0), mode=CAR, limit_s=limit)[0]
        for limit in (time_s, time_s - 0.001)
    ]
    assert asked == [time_s, inf]


def test_asking_about_nobody_gives_nothing(tmp_path: Path) -> None:
    roads = roads_on(tmp_path, "A...B", [("AB", RESIDENTIAL)])
    assert roads.seconds_to([], on(0, 0), mode=CAR) == []
    assert roads.seconds_from(on(0, 0), [], mode=CAR) == []
    assert roads.matrix([], [], mode=CAR).shape == (0, 0)
    assert roads.nearest([], on(0, 0), mode=CAR) == []


LETTERS = "ABCDEFGHIJKLMNOP"
SQUARE = "A.B.C.D\n.......\nE.F.G.H\n.......\nI.J.K.L\n.......\nM.N.O.P"
ways_there = st.tuples(
    st.lists(st.sampled_from(LETTERS), min_size=2, max_size=4),
    st.sampled_from(["residential", "path", "track", "motorway"]),
    st.sampled_from(["no", "yes", "-1"]),
)
spots = st.builds(on, st.floats(-1, 7), st.floats(-1, 7))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.lists(ways_there, min_size=1, max_size=14),
    places=st.lists(spots, min_size=2, max_size=5),
    mode=st.sampled_from(TravelMode),
    closed=st.sets(st.integers(0, 3)),
)
def test_door_to_door_agrees_with_networkx_on_any_streets(
    tmp_path: Path, drawn, places, mode, closed
) -> None:
    streets = [
        ("".join(letters), {"highway": kind, "oneway": one_way})
        for letters, kind, one_way in drawn
        if len(set(letters)) > 1
    ]
    if not streets:
        return
    network = network_of_streets(tmp_path, SQUARE, streets)
    roads = Roads(network).with_closed([edge for edge in closed if edge < network.edges])
    graph = network.to_networkx(mode)
    shut = [(u, v, k) for u, v, k, e in graph.edges(keys=True, data="edge") if e in closed]
    graph.remove_edges_from(shut)
    matrix = roads.matrix(places, places, mode=mode)
    for i, origin in enumerate(places):
        assert roads.seconds_from(origin, places, mode=mode) == matrix[i].tolist()
        assert roads.seconds_to(places, origin, mode=mode) == matrix[:, i].tolist()
        for j, destination in enumerate(places):
            explained = roads.explain(origin, destination, mode=mode)
            assert networkx_seconds(graph, explained) == pytest.approx(matrix[i, j], abs=1e-6)
