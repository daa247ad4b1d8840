"""How long from many places to one? By climbing the elimination tree, without any queue.

The target's side climbs once. Then each place climbs only to the first ancestor whose exact
distance is known, and fills in exact distances on the way back: places near each other share
almost all their work (the lazy form of RPHAST; Strasser, Zeitz 2021, "A Fast and Tight Heuristic
for A* in Road Networks", SEA 2021). Read with `up` and `down` exchanged, it answers one to many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.hierarchy import Int32s, Ints, UInt32s

_NEVER = np.uint32(CLOSED_MS)
_EARTH_M = 6_371_009.0

CLIMBED, CLIMBED_IN, EXACT, EXACT_IN = 0, 1, 2, 3
"""Columns of a thread's notes on each node: milliseconds over descending arcs only and the query
that wrote them, exact milliseconds and the query that wrote them. Side by side, because a query
that comes after other work finds none of them in the processor's cache."""


@compiled
def _climb_from_target(
    target_node: UInt32s,
    target_ms: UInt32s,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    down: UInt32s,
    notes: UInt32s,
    query: np.uint32,
) -> None:
    """Milliseconds from every ancestor of the target down to it, over descending arcs only."""
    for i in range(target_node.shape[0]):
        v = np.int64(target_node[i])
        if notes[v, CLIMBED_IN] != query or target_ms[i] < notes[v, CLIMBED]:
            notes[v, CLIMBED_IN] = query
            notes[v, CLIMBED] = target_ms[i]
        while v >= 0:
            if notes[v, CLIMBED_IN] == query:
                for arc in range(up_first[v], up_first[v + 1]):
                    u = up_head[arc]
                    ms = notes[v, CLIMBED] + down[arc]
                    if ms < _NEVER and (notes[u, CLIMBED_IN] != query or ms < notes[u, CLIMBED]):
                        notes[u, CLIMBED_IN] = query
                        notes[u, CLIMBED] = ms
            v = np.int64(parent[v])


@compiled
def _exact_at(
    node: int,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    up: UInt32s,
    notes: UInt32s,
    path: UInt32s,
    query: np.uint32,
) -> np.uint32:
    """Milliseconds from a node to the target, filling in all its ancestors that lack them."""
    v = np.int64(node)
    height = 0
    while v >= 0 and notes[v, EXACT_IN] != query:
        path[height] = v
        height += 1
        v = np.int64(parent[v])
    while height > 0:
        height -= 1
        v = np.int64(path[height])
        ms = notes[v, CLIMBED] if notes[v, CLIMBED_IN] == query else _NEVER
        for arc in range(up_first[v], up_first[v + 1]):
            ms = min(ms, up[arc] + notes[up_head[arc], EXACT])
        notes[v, EXACT] = ms
        notes[v, EXACT_IN] = query
    return np.uint32(notes[node, EXACT])


@compiled
def to_one(
    target_node: UInt32s,
    target_ms: UInt32s,
    place_first: Ints,
    place_node: UInt32s,
    place_ms: UInt32s,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    up: UInt32s,
    down: UInt32s,
    notes: UInt32s,
    path: UInt32s,
    query: np.uint32,
    limit_ms: np.uint32,
    out: UInt32s,
) -> None:
    """Milliseconds from each place to the target; `CLOSED_MS` beyond the limit."""
    _climb_from_target(target_node, target_ms, parent, up_first, up_head, down, notes, query)
    for place in range(out.shape[0]):
        best = _NEVER
        for i in range(place_first[place], place_first[place + 1]):
            ms = place_ms[i] + _exact_at(
                place_node[i], parent, up_first, up_head, up, notes, path, query,
            )  # fmt: skip
            best = min(best, ms)
        out[place] = best if best <= limit_ms else _NEVER


@compiled
def nearest(
    target_node: UInt32s,
    target_ms: UInt32s,
    place_first: Ints,
    place_node: UInt32s,
    place_ms: UInt32s,
    least_ms: NDArray[np.float64],
    direct_ms: Ints,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    up: UInt32s,
    down: UInt32s,
    notes: UInt32s,
    path: UInt32s,
    query: np.uint32,
    limit_ms: np.uint32,
    found: Ints,
    found_ms: Ints,
) -> int:
    """
    Find the places that reach the target first, in the order of a lower bound of their time.

    `least_ms` bounds the time of each place from below; once the next bound is over the worst
    time kept, nobody better can follow. `direct_ms` is a way outside the graph, or closed. Ties
    go to the lower index. Returns how many were found, at most `found.shape[0]`.
    """
    _climb_from_target(target_node, target_ms, parent, up_first, up_head, down, notes, query)
    count, most = 0, found.shape[0]
    worst = np.int64(limit_ms)
    for place in np.argsort(least_ms):
        if least_ms[place] > worst:
            break
        best = min(direct_ms[place], np.int64(_NEVER))
        for i in range(place_first[place], place_first[place + 1]):
            ms = place_ms[i] + _exact_at(
                place_node[i], parent, up_first, up_head, up, notes, path, query,
            )  # fmt: skip
            best = min(best, np.int64(ms))
        if best > worst or best >= _NEVER:
            continue
        if count == most and best == found_ms[most - 1] and place > found[most - 1]:
            continue
        slot = count if count < most else most - 1
        while slot > 0 and (found_ms[slot - 1], found[slot - 1]) > (best, place):
            found_ms[slot] = found_ms[slot - 1]
            found[slot] = found[slot - 1]
            slot -= 1
        found_ms[slot] = best
        found[slot] = place
        count = min(count + 1, most)
        if count == most:
            worst = found_ms[most - 1]
    return count


@compiled
def straight_ms(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    to_lon: float,
    to_lat: float,
    ms_per_m: float,
) -> NDArray[np.float64]:
    """
    Bound from below the milliseconds between points: the straight chord at the greatest speed.

    A hair less than that, to be safe from rounding on both sides.
    """
    out = np.empty(lon.shape[0], np.float64)
    lat0 = np.radians(to_lat)
    for i in range(lon.shape[0]):
        lat1 = np.radians(lat[i])
        half_lat = np.sin((lat1 - lat0) / 2)
        half_lon = np.sin(np.radians(lon[i] - to_lon) / 2)
        square = half_lat * half_lat + np.cos(lat0) * np.cos(lat1) * half_lon * half_lon
        out[i] = 2 * _EARTH_M * np.sqrt(square) * ms_per_m * 0.999 - 3.0
    return out
