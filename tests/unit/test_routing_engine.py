"""The engine's law: hierarchy, plain search and networkx give the same milliseconds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.contraction_order import contraction_order, minimum_degree_order
from routing.customization import Metric
from routing.dijkstra import Dijkstra
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds
from routing.hierarchy import Hierarchy
from routing.router import Router
from tests.streets import networkx_of, shared


@st.composite
def road_graphs(draw, most_nodes=12):
    """Graphs with parallel arcs, loops, islands, one-way traps and arcs closed to the mode."""
    nodes = draw(st.integers(1, most_nodes))
    node = st.integers(0, nodes - 1)
    weight = st.one_of(st.integers(1, 9), st.integers(1, 2_000_000), st.just(CLOSED_MS))
    arcs = draw(st.lists(st.tuples(node, node, weight), min_size=1, max_size=4 * most_nodes))
    tail, head, ms = (np.array(column, dtype=np.uint32) for column in zip(*arcs, strict=True))
    return nodes, tail, head, ms


def a_random_graph(nodes: int, seed: int):
    """A large sparse graph with all oddities, for the orders that need one."""
    rng = np.random.default_rng(seed)
    tail = rng.integers(nodes, size=nodes * 2, dtype=np.uint32)
    head = ((tail + rng.integers(-3, 4, size=nodes * 2)) % nodes).astype(np.uint32)
    far = rng.random(nodes * 2) < 0.05
    head[far] = rng.integers(nodes, size=far.sum())
    ms = rng.integers(1, 100_000, size=nodes * 2).astype(np.uint32)
    ms[rng.random(nodes * 2) < 0.1] = CLOSED_MS
    return nodes, tail, head, ms


def router_for(nodes, tail, head, ms, order=None) -> Router:
    order = contraction_order(nodes, tail, head) if order is None else order
    return Router(Metric.of(Hierarchy(order, tail, head), ms))


def all_by_networkx(nodes, tail, head, ms):
    out = np.full((nodes, nodes), CLOSED_MS, dtype=np.uint32)
    graph = networkx_of(tail, head, ms)
    graph.add_nodes_from(range(nodes))
    for start in range(nodes):
        for end, total in nx.single_source_dijkstra_path_length(graph, start, weight="ms").items():
            out[start, end] = total
    return out


def answers(engine, nodes, places):
    """Every question the protocol knows, about all nodes."""
    return (
        engine.matrix(places, places),
        np.array([engine.to_one(places, places.one(i)) for i in range(nodes)]).T,
        np.array([engine.from_one(places.one(i), places) for i in range(nodes)]),
        np.array([engine.from_any(places.one(i)) for i in range(nodes)]),
        np.array([engine.to_any(places.one(i)) for i in range(nodes)]).T,
    )


@settings(max_examples=150, deadline=None)
@given(road_graphs())
def test_hierarchy_and_plain_search_agree_with_networkx(graph) -> None:
    nodes, *arcs = graph
    expected = all_by_networkx(*graph)
    places = Seeds.at_nodes(range(nodes))
    for engine in (router_for(*graph), Dijkstra(nodes, *arcs)):
        for answer in answers(engine, nodes, places):
            assert np.array_equal(answer, expected)


@settings(max_examples=80, deadline=None)
@given(road_graphs(), st.data())
def test_any_order_of_contraction_gives_the_same_times(graph, data) -> None:
    nodes = graph[0]
    order = np.array(data.draw(st.permutations(range(nodes))), dtype=np.uint32)
    places = Seeds.at_nodes(range(nodes))
    shuffled = router_for(*graph, order=order).matrix(places, places)
    assert np.array_equal(shuffled, all_by_networkx(*graph))


@settings(max_examples=100, deadline=None)
@given(road_graphs(), st.data())
def test_after_closing_and_reopening_the_hierarchy_equals_a_fresh_one(graph, data) -> None:
    nodes, tail, head, ms = graph
    order = contraction_order(nodes, tail, head)
    hierarchy = Hierarchy(order, tail, head)
    metric = Metric.of(hierarchy, ms)
    untouched = metric.up.copy(), metric.down.copy()
    now = ms.copy()
    changing = metric
    for _ in range(data.draw(st.integers(1, 4))):
        chosen = data.draw(st.lists(st.integers(0, len(ms) - 1), min_size=1, unique=True))
        weight = data.draw(st.sampled_from([CLOSED_MS, 1, 77, 500_000]))
        now[chosen] = weight
        changing = changing.changed(np.array(chosen), np.full(len(chosen), weight, np.uint32))
        fresh = Metric.of(hierarchy, now)
        assert np.array_equal(changing.up, fresh.up)
        assert np.array_equal(changing.down, fresh.down)
    reopened = changing.changed(np.arange(len(ms)), ms)
    assert np.array_equal(reopened.up, untouched[0])
    assert np.array_equal(reopened.down, untouched[1])
    assert np.array_equal(metric.up, untouched[0])
    assert not np.any(hierarchy.workspace.is_queued)


@settings(max_examples=80, deadline=None)
@given(road_graphs(), st.data())
def test_the_nearest_are_those_of_sorting_all(graph, data) -> None:
    nodes = graph[0]
    node = st.integers(0, nodes - 1)
    here = data.draw(st.lists(node, min_size=1, max_size=15))
    target = data.draw(node)
    k = data.draw(st.integers(1, 5))
    limit = data.draw(st.sampled_from([0, 10, 100_000, CLOSED_MS - 1]))
    router = router_for(*graph)
    sources, one = Seeds.at_nodes(here), Seeds.at_nodes([target])
    times = router.to_one(sources, one).astype(np.int64)
    share = data.draw(st.sampled_from([0.0, 0.5, 1.0]))
    found, found_ms = router.nearest(sources, one, k=k, least_ms=times * share, limit_ms=limit)
    in_time = [(ms, i) for i, ms in enumerate(times.tolist()) if ms <= limit]
    assert list(zip(found_ms.tolist(), found.tolist(), strict=True)) == sorted(in_time)[:k]


@settings(max_examples=60, deadline=None)
@given(road_graphs(), st.data())
def test_a_place_may_touch_several_nodes_or_none(graph, data) -> None:
    nodes, *arcs = graph
    node_and_ms = st.tuples(st.integers(0, nodes - 1), st.integers(0, 1000))
    rows = data.draw(st.lists(st.lists(node_and_ms, max_size=3), min_size=1, max_size=5))
    pairs = [pair for row in rows for pair in row]
    places = Seeds(
        np.cumsum([0, *map(len, rows)]),
        np.array([node for node, _ in pairs], dtype=np.uint32),
        np.array([ms for _, ms in pairs], dtype=np.uint32),
    )
    router, plain = router_for(*graph), Dijkstra(nodes, *arcs)
    assert np.array_equal(router.matrix(places, places), plain.matrix(places, places))
    for i in range(len(rows)):
        one = places.one(i)
        assert np.array_equal(router.to_one(places, one), plain.to_one(places, one))
        assert np.array_equal(router.from_one(one, places), plain.from_one(one, places))
        assert np.array_equal(router.from_any(one), plain.from_any(one))


@pytest.mark.parametrize("order_of", [contraction_order, minimum_degree_order])
def test_dissection_and_minimum_degree_are_both_exact(order_of) -> None:
    nodes, tail, head, ms = graph = a_random_graph(600, seed=4)
    router = router_for(*graph, order=order_of(nodes, tail, head))
    places = Seeds.at_nodes(range(0, nodes, 7))
    plain = Dijkstra(nodes, tail, head, ms)
    assert np.array_equal(router.matrix(places, places), plain.matrix(places, places))


def test_a_limit_cuts_off_what_takes_longer_and_nothing_else() -> None:
    nodes, *arcs = graph = a_random_graph(300, seed=5)
    places = Seeds.at_nodes(range(nodes))
    everything = router_for(*graph).matrix(places, places)
    expected = np.where(everything <= 150_000, everything, CLOSED_MS)
    for engine in (router_for(*graph), Dijkstra(nodes, *arcs)):
        assert np.array_equal(engine.matrix(places, places, 150_000), expected)
        assert np.array_equal(engine.to_one(places, places.one(3), 150_000), expected[:, 3])
        assert np.array_equal(engine.from_any(places.one(3), 150_000), expected[3])


def test_threads_share_one_router() -> None:
    nodes, *_ = graph = a_random_graph(500, seed=6)
    router = router_for(*graph)
    places = Seeds.at_nodes(range(nodes))
    expected = router.matrix(places, places)

    def asked(i: int) -> bool:
        to_one = np.array_equal(router.to_one(places, places.one(i)), expected[:, i])
        rows = router.matrix(places.one(i), places)
        return to_one and np.array_equal(rows[0], expected[i])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(asked, [i % nodes for i in range(800)]))


def test_a_graph_without_arcs_reaches_only_itself() -> None:
    nothing = np.empty(0, dtype=np.uint32)
    router = router_for(3, nothing, nothing, nothing)
    places = Seeds.at_nodes([0, 1, 2])
    expected = np.full((3, 3), CLOSED_MS, dtype=np.uint32)
    np.fill_diagonal(expected, 0)
    assert np.array_equal(router.matrix(places, places), expected)


def test_all_reference_queries_of_luxembourg_match() -> None:
    def read(name: str):
        return np.fromfile(shared(f"routing/luxembourg/luxembourg_{name}"), dtype=np.uint32)

    first = read("first_out").astype(np.int64)
    nodes = len(first) - 1
    tail = np.repeat(np.arange(nodes, dtype=np.uint32), np.diff(first))
    head, ms = read("head"), read("travel_time")
    router = router_for(nodes, tail, head, ms)
    sources, targets = read("source_node"), read("target_node")
    expected = read("query_reference_travel_time_length")
    assert len(expected) == 100_000
    order = np.argsort(targets, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(targets[order])) + 1):
        target = Seeds.at_nodes(targets[group[:1]])
        answer = router.to_one(Seeds.at_nodes(sources[group]), target)
        assert np.array_equal(answer, expected[group])
