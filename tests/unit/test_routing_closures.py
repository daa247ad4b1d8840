"""Closures people mark on the map, and roads by night and in rain."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfhour.errors import BadFileError, NoSuchError
from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.checking import networkx_seconds
from routing.closures import EdgeMap, read_closed_edges
from routing.conditions import DRY_DAY, Adjustment, Conditions
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, edge_between, network_of_streets, on, points_of

WALK, E_BIKE, MOTORCYCLE, CAR = TravelMode
LADDER = "A.B.C\n.....\nD.E.F"
TERTIARY = {"highway": "tertiary"}
RUNGS = [
    ("ABC", RESIDENTIAL),
    ("DEF", RESIDENTIAL),
    ("AD", TERTIARY),
    ("BE", RESIDENTIAL),
    ("CF", TERTIARY),
]


@pytest.fixture
def network(tmp_path: Path):
    return network_of_streets(tmp_path, LADDER, RUNGS)


def edge(network, one: str, other: str) -> int:
    points = points_of(LADDER)
    return edge_between(network, points[one], points[other])


def test_a_click_beside_a_road_means_that_road(network) -> None:
    assert EdgeMap(network).clicked(on(1, 0.1)) == [edge(network, "A", "B")]


def test_a_click_far_from_any_road_means_none(network) -> None:
    with pytest.raises(NoSuchError, match="路段"):
        EdgeMap(network).clicked(on(1, 1))


def test_a_click_on_a_double_bridge_means_both_lanes(tmp_path: Path) -> None:
    network = network_of_streets(
        tmp_path,
        "A...B\n.C.D.",
        [
            ("AB", RESIDENTIAL),
            ("BA", {"highway": "footway"}),
            ("ACDB", RESIDENTIAL),
            ("AC", RESIDENTIAL),
        ],
    )
    found = EdgeMap(network).clicked(on(2, 0))
    assert len(found) == 2
    assert {network.profiles[network.edge_profile[e]].road_class for e in found} == {
        "residential",
        "footway",
    }


def test_drawn_water_closes_every_road_it_touches(network) -> None:
    water = shapely.box(on(0.5, 0).lon, on(0, 2.5).lat, on(1.5, 0).lon, on(0, -0.5).lat)
    expected = sorted([edge(network, "A", "B"), edge(network, "D", "E")])
    assert EdgeMap(network).touched(water) == expected


def test_a_file_of_closures_may_click_draw_and_name(tmp_path: Path, network) -> None:
    line = [[on(3, -0.5).lon, on(3, -0.5).lat], [on(3, 0.5).lon, on(3, 0.5).lat]]
    features = [
        {"geometry": {"type": "Point", "coordinates": [on(1, 0).lon, on(1, 0).lat]}},
        {"geometry": {"type": "LineString", "coordinates": line}},
        {"properties": {"edge": edge(network, "C", "F")}, "geometry": None},
    ]
    path = tmp_path / "closed.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    pairs = ("AB", "BC", "CF")
    assert read_closed_edges(path, network) == sorted(edge(network, *pair) for pair in pairs)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"type": "FeatureCollection"}',
        '{"type": "Feature", "properties": {"edge": 999}}',
        '{"type": "Feature", "properties": {}, "geometry": {"type": "Nonsense"}}',
    ],
)
def test_a_file_that_closes_nothing_known_is_refused(tmp_path: Path, network, content: str) -> None:
    path = tmp_path / "closed.geojson"
    path.write_text(content)
    with pytest.raises(BadFileError):
        read_closed_edges(path, network)


def test_rain_and_night_slow_everybody_and_mud_most(tmp_path: Path) -> None:
    streets = [("AB", RESIDENTIAL), ("BC", {"highway": "track", "surface": "dirt"})]
    roads = Roads(network_of_streets(tmp_path, "A..B..C", streets))
    paved, earth = (on(0, 0), on(3, 0)), (on(3, 0), on(6, 0))
    for mode in TravelMode:
        factor = {}
        for name, conditions in (
            ("rain", Conditions(is_wet=True)),
            ("night", Conditions(is_night=True)),
        ):
            changed = roads.with_conditions(conditions)
            factor[name] = [
                changed.seconds_to([a], b, mode=mode)[0] / roads.seconds_to([a], b, mode=mode)[0]
                for a, b in (paved, earth)
            ]
        assert factor["rain"][1] > factor["rain"][0] > 1
        assert min(factor["night"]) > 1


def test_a_township_may_know_better(network) -> None:
    slow = Conditions(adjustments=(Adjustment(2.0, mode=CAR, road_class="residential"),))
    roads = Roads(network)
    there = on(0, 0), on(4, 0)
    plain, adjusted = roads, roads.with_conditions(slow)
    car = [r.seconds_to(there[:1], there[1], mode=CAR)[0] for r in (plain, adjusted)]
    walk = [r.seconds_to(there[:1], there[1], mode=WALK)[0] for r in (plain, adjusted)]
    assert car[1] == pytest.approx(2 * car[0], abs=0.01)
    assert walk[1] == walk[0]
    assert adjusted.with_conditions(DRY_DAY).seconds_to(there[:1], there[1], mode=CAR) == car[:1]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.one_of(
            st.sets(st.integers(0, 6)),
            st.builds(Conditions, is_night=st.booleans(), is_wet=st.booleans()),
        ),
        min_size=1,
        max_size=6,
    ),
    mode=st.sampled_from(TravelMode),
)
def test_after_any_changes_the_answers_equal_a_fresh_start_and_networkx(
    network, steps, mode
) -> None:
    places = [on(0.3, 0.1), on(3.7, 2), on(2, 1), on(4, 0.4), on(0, 2)]
    roads = Roads(network)
    closed, conditions = frozenset(), DRY_DAY
    for step in steps:
        roads.matrix(places, places, mode=mode)  # so that there is a metric to change
        if isinstance(step, Conditions):
            conditions, roads = step, roads.with_conditions(step)
        else:
            closed, roads = step, roads.with_closed(step)
    fresh = Roads(network).with_conditions(conditions).with_closed(closed)
    answers = roads.matrix(places, places, mode=mode)
    assert np.array_equal(answers, fresh.matrix(places, places, mode=mode))
    graph = roads.to_networkx(mode)
    for i, origin in enumerate(places):
        for j, destination in enumerate(places):
            expected = networkx_seconds(graph, roads.explain(origin, destination, mode=mode))
            assert answers[i, j] == pytest.approx(expected, abs=1e-6)


def test_a_road_that_is_under_water_leads_nowhere(network) -> None:
    roads = Roads(network).with_closed(range(network.edges))
    assert roads.seconds_to([on(0, 0)], on(4, 0), mode=CAR) == [inf]
    assert roads.nearest([on(0, 0)], on(4, 0), mode=CAR) == []
    assert roads.route(on(0, 0), on(4, 0), mode=CAR) == []


def test_a_place_exactly_itself_is_reached_even_then(network) -> None:
    roads = Roads(network).with_closed(range(network.edges))
    here = LonLat(107.93, 28.25)
    assert roads.seconds_to([here], here, mode=CAR) == [0]
