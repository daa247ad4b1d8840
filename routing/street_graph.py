"""Which junctions a set of drawn roads has, and which edges run between them.

osmnx does it: its graph form, and its simplification, which drops every point that is only a bend
and keeps the bends as geometry (Boeing 2025, Transactions in GIS 29). Edges end where the way of
travelling changes, at barriers and at turn rules, so that nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import networkx as nx
import osmnx as ox
import shapely

from routing.drawn_roads import DrawnRoads
from routing.profiles import Profile


class Street(NamedTuple):
    """One edge of the street graph, in the direction of travel if it is one-way."""

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
    )
    return sorted(
        _each_once(simplified),
        key=lambda street: (street.start, street.end, street.coordinates, street.profile),
    )


def _graph(drawn: DrawnRoads) -> nx.MultiDiGraph[int]:
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
    kept = set(drawn.barriers) | {rule.via_point for rule in drawn.turn_rules}
    for road in drawn.roads:
        forward = road.profile
        points = road.points
        if not any(forward.forward_kph):
            points, forward = points[::-1], forward.reversed()
        for start, end in pairwise(points):
            facts = {"profile": forward, "osmid": road.way, "name": road.name}
            graph.add_edge(start, end, **facts)
            if forward.is_symmetric:
                graph.add_edge(end, start, **facts)
    for point in graph.nodes:
        lon, lat = drawn.places[point]
        graph.add_node(point, x=lon, y=lat, **({"is_kept": True} if point in kept else {}))
    return graph


def _each_once(graph: nx.MultiDiGraph[int]) -> Iterator[Street]:
    """Yield one street for the two directed edges osmnx has of every two-way street."""
    seen: set[object] = set()
    for start, end, facts in graph.edges(data=True):
        line = _coordinates(graph, start, end, facts)
        profile: Profile = facts["profile"]
        ways = tuple(sorted(_several(facts["osmid"])))
        turned = line[::-1]
        if profile.is_symmetric and (end, start, turned) < (start, end, line):
            start, end, line = end, start, turned  # noqa: PLW2901
        key = (start, end, line, profile)
        if key not in seen:
            seen.add(key)
            name = "、".join(sorted({str(n) for n in _several(facts["name"])} - {""}))
            yield Street(start, end, profile, ways, name, line)


def _coordinates(
    graph: nx.MultiDiGraph[int], start: int, end: int, facts: dict[str, shapely.LineString]
) -> tuple[tuple[float, float], ...]:
    if "geometry" in facts:
        return tuple((lon, lat) for lon, lat in facts["geometry"].coords)
    ends = (graph.nodes[start], graph.nodes[end])
    return tuple((node["x"], node["y"]) for node in ends)


def _several(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
