"""How does a place enter and leave the routing graph? As milliseconds to a few nodes.

A place between two junctions leaves along every arc of its edge that its mode may use, with the
rest of the edge's time; it is reached along them with the part before it. A place exactly at a
junction is at the junction: all its arcs are open to it. Two places on one edge may also go
straight along it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds
from routing.snapping import Snaps, access_ms

if TYPE_CHECKING:
    from routing.network import StreetNetwork

Ints = NDArray[np.int64]
UInt32s = NDArray[np.uint32]


class Doors(NamedTuple):
    """Places of one mode, ready for an engine."""

    snaps: Snaps
    access_ms: Ints
    """By place and candidate: from the door to the edge, on foot."""
    leaving: Seeds
    """Nodes first reached when setting out, and when."""
    arriving: Seeds
    """Nodes last left before arriving, and how long before."""


class Doorway:
    """What is needed to turn snaps into doors, for one mode."""

    def __init__(self, network: StreetNetwork, weight: UInt32s, edge_ms: UInt32s) -> None:
        self._arcs = network.arcs
        self._weight = weight
        self.edge_ms = edge_ms
        self._ends = np.stack([network.edge_start, network.edge_end], axis=1).astype(np.int64)
        junctions = len(network.junction_e7)
        copies = np.arange(junctions, len(self._arcs.place_of))
        at = self._arcs.place_of[copies]
        order = np.argsort(at, kind="stable")
        self._copies = copies[order]
        self._copies_first = np.searchsorted(at[order], np.arange(junctions + 1))

    def doors(self, snaps: Snaps) -> Doors:
        """Work out the seeds of every place, both ways."""
        walk_ms = access_ms(snaps.straight_m)
        return Doors(
            snaps, walk_ms, self._seeds(snaps, walk_ms, True), self._seeds(snaps, walk_ms, False)
        )

    def _seeds(self, snaps: Snaps, walk_ms: Ints, is_leaving: bool) -> Seeds:
        arcs = self._arcs
        arguments = (
            snaps.edge, snaps.fraction, walk_ms, is_leaving, self._ends, arcs.first_of_edge,
            arcs.tail, arcs.head, arcs.against, self._weight, self._copies_first, self._copies,
        )  # fmt: skip
        nothing = np.empty(0, dtype=np.uint32)
        first = np.zeros(len(snaps.edge) + 1, dtype=np.int64)
        total = _lay_out(*arguments, False, first, nothing, nothing)
        seeds = Seeds(first, np.empty(total, np.uint32), np.empty(total, np.uint32))
        _lay_out(*arguments, True, first, seeds.node, seeds.ms)
        return seeds

    def straight_along(self, origins: Doors, destinations: Doors) -> Ints:
        """Milliseconds from each origin to each destination along one shared edge, or closed."""
        return self._straight_along(origins, destinations, len(origins.access_ms))

    def straight_along_from_any(self, origins: Doors, destinations: Doors) -> Ints:
        """Milliseconds to each destination along an edge it shares with some origin, or closed."""
        soonest: Ints = self._straight_along(origins, destinations, 1)[0]
        return soonest

    def _straight_along(self, origins: Doors, destinations: Doors, rows: int) -> Ints:
        best = np.full((rows, len(destinations.access_ms)), CLOSED_MS, dtype=np.int64)
        _along_shared_edges(
            origins.snaps.edge, origins.snaps.fraction, origins.access_ms,
            destinations.snaps.edge, destinations.snaps.fraction, destinations.access_ms,
            self.edge_ms, best,
        )  # fmt: skip
        return best


@compiled
def _lay_out(
    edge: Ints,
    fraction: NDArray[np.float64],
    walk_ms: Ints,
    is_leaving: bool,
    ends: Ints,
    first_of_edge: Ints,
    tail: UInt32s,
    head: UInt32s,
    against: NDArray[np.uint8],
    weight: UInt32s,
    copies_first: Ints,
    copies: Ints,
    is_written: bool,
    first: Ints,
    node: UInt32s,
    ms: UInt32s,
) -> int:
    """Count the seeds of every place, or write them once there is room."""
    total = 0
    for place in range(edge.shape[0]):
        first[place] = total
        for candidate in range(edge.shape[1]):
            e = edge[place, candidate]
            if e < 0:
                continue
            share = fraction[place, candidate]
            walk = walk_ms[place, candidate]
            if share in (0.0, 1.0):
                junction = ends[e, 0] if share == 0.0 else ends[e, 1]
                if is_written:
                    node[total], ms[total] = junction, walk
                total += 1
                if not is_leaving:
                    for slot in range(copies_first[junction], copies_first[junction + 1]):
                        if is_written:
                            node[total], ms[total] = copies[slot], walk
                        total += 1
                continue
            for arc in range(first_of_edge[e], first_of_edge[e + 1]):
                if weight[arc] >= CLOSED_MS:
                    continue
                before = 1.0 - share if against[arc] else share
                if is_written:
                    part = 1.0 - before if is_leaving else before
                    node[total] = head[arc] if is_leaving else tail[arc]
                    ms[total] = walk + np.int64(np.rint(part * weight[arc]))
                total += 1
    first[edge.shape[0]] = total
    return total


@compiled
def _along_shared_edges(
    from_edge: Ints,
    from_share: NDArray[np.float64],
    from_ms: Ints,
    to_edge: Ints,
    to_share: NDArray[np.float64],
    to_ms: Ints,
    edge_ms: UInt32s,
    best: Ints,
) -> None:
    """Fill one row for each origin, or a single row for the soonest of all."""
    for i in range(from_edge.shape[0]):
        row = min(i, best.shape[0] - 1)
        for a in range(from_edge.shape[1]):
            e = from_edge[i, a]
            if e < 0:
                continue
            for j in range(to_edge.shape[0]):
                for b in range(to_edge.shape[1]):
                    if to_edge[j, b] != e:
                        continue
                    step = to_share[j, b] - from_share[i, a]
                    way = 0 if step >= 0 else 1
                    whole = edge_ms[way, e]
                    if whole >= CLOSED_MS and step != 0:
                        continue
                    along = np.int64(np.rint(abs(step) * whole)) if step != 0 else np.int64(0)
                    total = from_ms[i, a] + along + to_ms[j, b]
                    best[row, j] = min(best[row, j], total)
