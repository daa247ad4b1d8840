"""Which line on the map does a way follow? From the door to the road, along it, and to the door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from halfhour.places import LonLat
from routing.dijkstra import Dijkstra
from routing.doors import Doors
from routing.edge_times import CLOSED_MS

if TYPE_CHECKING:
    from routing.network import StreetNetwork
    from routing.road_state import ModeRoads

Floats = NDArray[np.float64]


def drawn_route(
    network: StreetNetwork,
    roads: ModeRoads,
    here: Doors,
    there: Doors,
    ends: tuple[LonLat, LonLat],
) -> list[LonLat]:
    """Draw a fastest way between two places; empty if there is none."""
    along = roads.doorway.straight_along(here, there)[0, 0]
    arcs = network.arcs
    search = Dijkstra(len(arcs.place_of), arcs.tail, arcs.head, roads.weight)
    path = search.path(here.leaving, there.arriving)
    if min(along, path.ms if path else CLOSED_MS) >= CLOSED_MS:
        return []
    if path is None or along <= path.ms:
        lines = [_shared_edge(network, roads, here, there, int(along))]
    else:
        lines = [
            _stub(network, roads, here, path.first_node, path.first_ms, is_leaving=True),
            *(whole_edge(network, int(arcs.edge[a]), bool(arcs.against[a])) for a in path.arcs),
            _stub(network, roads, there, path.last_node, path.last_ms, is_leaving=False),
        ]
    points = [LonLat(lon, lat) for lon, lat in np.concatenate(lines).tolist()]
    points = [ends[0], *points, ends[1]]
    return [point for i, point in enumerate(points) if i == 0 or point != points[i - 1]]


def whole_edge(network: StreetNetwork, edge: int, against: bool) -> Floats:
    """Give the points of an edge in the direction of travel."""
    line = network.line(edge)
    return line[::-1] if against else line


def part_of_edge(network: StreetNetwork, edge: int, begin: float, end: float) -> Floats:
    """Give the points of an edge from one share of its length to another, which may lie before."""
    if begin > end:
        return part_of_edge(network, edge, end, begin)[::-1]
    first, last = network.point_first[edge], network.point_first[edge + 1]
    along, line = network.along_m[first:last], network.line(edge)
    begin_m, end_m = begin * along[-1], end * along[-1]
    marks = np.concatenate([[begin_m], along[(along > begin_m) & (along < end_m)], [end_m]])
    axes = [np.interp(marks, along, line[:, axis]) for axis in (0, 1)]
    return np.stack(axes, axis=1)


def _stub(
    network: StreetNetwork, roads: ModeRoads, doors: Doors, node: int, ms: int, *, is_leaving: bool
) -> Floats:
    """Draw the part of an edge between a place and the node by which it was left or reached."""
    junction = int(network.arcs.place_of[node])
    options: list[tuple[int, int, float, float]] = []
    for edge, share, walk in _candidates(doors):
        for against, end in ((0, network.edge_end[edge]), (1, network.edge_start[edge])):
            at = (
                int(end)
                if is_leaving
                else int(network.edge_start[edge] + network.edge_end[edge] - end)
            )
            whole = int(roads.doorway.edge_ms[against, edge])
            far = float(1 - against if is_leaving else against)
            if at == junction and whole < CLOSED_MS:
                options.append((abs(walk + round(abs(far - share) * whole) - ms), edge, share, far))
            elif at == junction and share == far:
                options.append((abs(walk - ms), edge, share, far))
    _, edge, share, far = min(options)
    line = part_of_edge(network, edge, share, far)
    return line if is_leaving else line[::-1]


def _shared_edge(
    network: StreetNetwork, roads: ModeRoads, here: Doors, there: Doors, total: int
) -> Floats:
    for edge, begin, walk in _candidates(here):
        for other, end, walk_there in _candidates(there):
            way = 0 if end >= begin else 1
            whole = int(roads.doorway.edge_ms[way, edge])
            if other == edge and walk + walk_there + round(abs(end - begin) * whole) <= total + 1:
                return part_of_edge(network, edge, begin, end)
    return np.empty((0, 2))


def _candidates(doors: Doors) -> list[tuple[int, float, int]]:
    edges, shares = (column[0].tolist() for column in doors.snaps[:2])
    walks = doors.access_ms[0].tolist()
    return [c for c in zip(edges, shares, walks, strict=True) if c[0] >= 0]
