"""Which junctions a set of drawn roads has, and which edges run between them.

osmnx does it: its graph form, and its simplification, which drops every point that is only a bend
and keeps the bends as geometry (Boeing 2025, Transactions in GIS 29). Edges end where the way of
travelling changes, at barriers and at turn rules, so that nothing is averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

import networkx as nx
import osmnx as ox

from routing.drawn_roads import DrawnRoad, DrawnRoads
from routing.profiles import Profile

Chain = tuple[int, ...]
"""Points of the file, one after the other."""


class Street(NamedTuple):
    """One edge of the street graph, along its better direction if the two differ."""

    start: int
    end: int
    profile: Profile
    ways: tuple[int, ...]
    name: str
    coordinates: tuple[tuple[float, float], ...]
    """Longitude and latitude, both ends included."""


def streets_of(drawn: DrawnRoads) -> list[Street]:
    """
    Cut drawn roads at their junctions, each edge once, in a repeatable order.

    Start and end are the file's own point numbers; parallel edges, loops, isolated rings and
    disconnected parts are all kept.
    """
    simplified = ox.simplify_graph(
        _graph(drawn),
        node_attrs_include=["is_kept"],
        edge_attrs_differ=["profile"],
        remove_rings=False,
        edge_attr_aggs={"chain": _joined},
    )
    return sorted(
        _each_once(simplified, drawn),
        key=lambda street: (street.start, street.end, street.coordinates, street.profile),
    )


def _graph(drawn: DrawnRoads) -> nx.MultiDiGraph[int]:
    """
    Lay out the roads for osmnx, cut only where roads can meet, each piece in both directions.

    A point inside one road and in no other is a bend; leaving it to the `chain` of its edge
    instead of the graph makes simplification several times faster. Both directions, because
    osmnx loses streets where one-way pieces meet oddly; `is_along` says which is which, and
    points where one-way pieces do not run on from one to the next are kept apart.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
    kept = set(drawn.barriers) | {rule.via_point for rule in drawn.turn_rules}
    meeting = _meeting_points(drawn) | kept
    entered, left = Counter[int](), Counter[int]()
    for road in drawn.roads:
        profile, points = _oriented(road)
        for piece in _cut(points, meeting):
            facts = {"profile": profile, "osmid": road.way, "name": road.name}
            along, against = (None, None) if profile.is_symmetric else (True, False)
            graph.add_edge(piece[0], piece[-1], chain=piece, is_along=along, **facts)
            graph.add_edge(piece[-1], piece[0], chain=piece[::-1], is_along=against, **facts)
            if not profile.is_symmetric:
                left[piece[0]] += 1
                entered[piece[-1]] += 1
    kept |= {point for point in entered | left if (entered[point], left[point]) != (1, 1)}
    for point in graph.nodes:
        lon, lat = drawn.places[point]
        graph.add_node(point, x=lon, y=lat, **({"is_kept": True} if point in kept else {}))
    return graph


def _oriented(road: DrawnRoad) -> tuple[Profile, Chain]:
    """Turn a road so that its better direction is along it, and equal roads look equal."""
    turned = road.profile.reversed()
    if (turned.forward_kph[::-1], turned) > (road.profile.forward_kph[::-1], road.profile):
        return turned, road.points[::-1]
    return road.profile, road.points


def _meeting_points(drawn: DrawnRoads) -> set[int]:
    """Find the points where a road begins, ends, or is met, by another or by itself."""
    times = Counter(chain.from_iterable(road.points for road in drawn.roads))
    ends = {point for road in drawn.roads for point in (road.points[0], road.points[-1])}
    return ends | {point for point, count in times.items() if count > 1}


def _cut(points: Chain, meeting: set[int]) -> Iterator[Chain]:
    """Cut a road wherever it may meet another."""
    begin = 0
    for position in range(1, len(points)):
        if points[position] in meeting:
            yield points[begin : position + 1]
            begin = position


def _joined(chains: list[Chain]) -> Chain:
    """Join chains that follow each other into one."""
    return chains[0] + tuple(chain.from_iterable(later[1:] for later in chains[1:]))


def _each_once(graph: nx.MultiDiGraph[int], drawn: DrawnRoads) -> Iterator[Street]:
    """Yield one street for the two directed edges osmnx has of every two-way street."""
    seen: set[tuple[Chain, Profile]] = set()
    for _, _, facts in graph.edges(data=True):
        points: Chain = facts["chain"]
        profile: Profile = facts["profile"]
        if profile.is_symmetric:
            points = min(points, points[::-1])
        if facts["is_along"] is False or (points, profile) in seen:
            continue
        seen.add((points, profile))
        yield Street(
            points[0],
            points[-1],
            profile,
            tuple(sorted(_several(facts["osmid"]))),
            "、".join(sorted({str(name) for name in _several(facts["name"])} - {""})),
            tuple(drawn.places[point] for point in points),
        )


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
