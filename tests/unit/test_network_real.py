"""Real extracts: what is read, and that engine, plain search and networkx agree on it."""

from __future__ import annotations

import json
from math import inf

import numpy as np
import pytest

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.checking import networkx_seconds
from routing.dijkstra import Dijkstra
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds
from routing.network import StreetNetwork, read_network
from routing.travel_time import Roads
from tests.streets import shared


@pytest.fixture(scope="module")
def andorra() -> StreetNetwork:
    dem = shared("andorra/N42E001.hgt.gz")
    return read_network(shared("andorra/andorra.osm.pbf"), dem=dem)


@pytest.fixture(scope="module")
def heidelberg() -> StreetNetwork:
    return read_network(shared("heidelberg/heidelberg.osm.pbf"))


@pytest.fixture(scope="module")
def liechtenstein() -> StreetNetwork:
    return read_network(shared("routing/liechtenstein.osm.pbf"))


@pytest.fixture(params=["andorra", "heidelberg", "liechtenstein"])
def network(request: pytest.FixtureRequest) -> StreetNetwork:
    return request.getfixturevalue(request.param)


def some_places(network: StreetNetwork, count: int, seed: int) -> list[LonLat]:
    """Points on and beside the roads, up to 30 m off."""
    rng = np.random.default_rng(seed)
    rows = network.point_e7[rng.integers(len(network.point_e7), size=count)] / 1e7
    return [LonLat(*row) for row in (rows + rng.uniform(-2.5e-4, 2.5e-4, rows.shape)).tolist()]


def test_real_extracts_hang_together_as_known(
    andorra: StreetNetwork, heidelberg: StreetNetwork, liechtenstein: StreetNetwork
) -> None:
    reports = [network.report() for network in (andorra, heidelberg, liechtenstein)]
    assert [report.km > 1000 for report in reports] == [True] * 3
    assert reports[1].parts > 100  # many islands: it is cut along a river and a border
    for report in reports:
        assert report.largest_part_share > 0.8
        assert report.by_mode["walk"].km > report.by_mode["car"].km > 300
        assert report.by_mode["car"].largest_part_share > 0.8
    assert reports[0].has_slopes
    assert reports[0].turn_rules > 50


@pytest.mark.parametrize("mode", TravelMode)
def test_engine_and_plain_search_agree_on_every_node(
    network: StreetNetwork, mode: TravelMode
) -> None:
    arcs = network.arcs
    plain = Dijkstra(len(arcs.place_of), arcs.tail, arcs.head, network.weights(mode))
    router = Roads(network).state.of_mode(mode).engine
    rng = np.random.default_rng(1)
    sources = Seeds.at_nodes(rng.integers(len(arcs.place_of), size=12))
    everywhere = Seeds.at_nodes(np.arange(len(arcs.place_of)))
    rows = router.matrix(sources, everywhere)
    assert (rows < CLOSED_MS).any()
    for i in range(len(sources)):
        assert np.array_equal(rows[i], plain.from_any(sources.one(i)))
        assert np.array_equal(router.from_any(sources.one(i)), rows[i])
        assert np.array_equal(router.to_any(sources.one(i)), plain.to_any(sources.one(i)))


@pytest.mark.parametrize("mode", [TravelMode.WALK, TravelMode.CAR])
def test_doors_agree_with_networkx_to_the_millisecond(
    network: StreetNetwork, mode: TravelMode
) -> None:
    roads, graph = Roads(network), network.to_networkx(mode)
    places = some_places(network, 16, seed=2)
    seconds = roads.matrix(places[:8], places[8:], mode=mode)
    for i, origin in enumerate(places[:8]):
        destination = places[8 + i]
        expected = networkx_seconds(graph, roads.explain(origin, destination, mode=mode))
        assert seconds[i, i] == pytest.approx(expected, abs=1e-6)
        assert roads.seconds_to([origin], destination, mode=mode) == [seconds[i, i]]
        assert bool(roads.route(origin, destination, mode=mode)) == (expected < inf)


def test_ten_volunteers_reach_la_massana_as_networkx_says(andorra: StreetNetwork) -> None:
    features = json.loads(shared("andorra/andorra_places.geojson").read_text())["features"]
    place = {f["properties"]["name"]: LonLat(*f["geometry"]["coordinates"]) for f in features}
    volunteers = [p for name, p in sorted(place.items()) if name != "La Massana"][:10]
    here = place["La Massana"]
    for mode in TravelMode:
        roads, graph = Roads(andorra), andorra.to_networkx(mode)
        seconds = roads.seconds_to(volunteers, here, mode=mode)
        for origin, time_s in zip(volunteers, seconds, strict=True):
            expected = networkx_seconds(graph, roads.explain(origin, here, mode=mode))
            assert time_s == pytest.approx(expected, abs=0.001)


def test_the_nearest_are_those_of_asking_everybody(andorra: StreetNetwork) -> None:
    roads = Roads(andorra)
    places = some_places(andorra, 201, seed=3)
    for mode in TravelMode:
        for here in places[:10]:
            seconds = roads.seconds_to(places[1:], here, mode=mode, limit_s=1800)
            expected = sorted((s, i) for i, s in enumerate(seconds) if s < inf)[:5]
            found = roads.nearest(places[1:], here, mode=mode, k=5, limit_s=1800)
            assert [(s, i) for i, s in found] == expected


def test_slopes_slow_walkers_uphill_more_than_downhill(andorra: StreetNetwork) -> None:
    valley, ridge = LonLat(1.5218, 42.5075), LonLat(1.5126, 42.5390)
    roads = Roads(andorra)
    up = roads.seconds_to([valley], ridge, mode=TravelMode.WALK)[0]
    down = roads.seconds_to([ridge], valley, mode=TravelMode.WALK)[0]
    assert up > down * 1.02


def test_closing_and_reopening_equals_a_fresh_start(andorra: StreetNetwork) -> None:
    rng = np.random.default_rng(4)
    places = some_places(andorra, 40, seed=5)
    mode = TravelMode.CAR
    open_roads = Roads(andorra)
    before = open_roads.matrix(places, places, mode=mode)
    roads = open_roads
    for _ in range(5):
        closed = rng.integers(andorra.edges, size=rng.integers(1, 300)).tolist()
        roads = roads.with_closed(closed)
        fresh = Roads(andorra).with_closed(closed)
        expected = fresh.matrix(places, places, mode=mode)
        assert np.array_equal(roads.matrix(places, places, mode=mode), expected)
    assert np.array_equal(roads.with_closed([]).matrix(places, places, mode=mode), before)
    assert np.array_equal(open_roads.matrix(places, places, mode=mode), before)
