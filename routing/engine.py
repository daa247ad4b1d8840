"""What can be asked of a routing engine? Milliseconds between sets of weighted nodes.

`routing.dijkstra.Dijkstra` answers by plain search, `routing.hierarchy.Router` by a customizable
contraction hierarchy; both give the same integers, `CLOSED_MS` for "cannot be reached".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.edge_times import CLOSED_MS

UInt32s = NDArray[np.uint32]


class Seeds(NamedTuple):
    """
    Places, each as the nodes it touches and the milliseconds between.

    Place `i` owns the entries `first[i]` to `first[i + 1]`; without entries it is nowhere.
    """

    first: NDArray[np.int64]
    node: UInt32s
    ms: UInt32s

    @classmethod
    def at_nodes(cls, nodes: Sequence[int] | NDArray[np.integer]) -> Seeds:
        """Make a place of each node."""
        node = np.asarray(nodes, dtype=np.uint32)
        return cls(np.arange(len(node) + 1), node, np.zeros(len(node), dtype=np.uint32))

    def __len__(self) -> int:
        return len(self.first) - 1

    def one(self, index: int) -> Seeds:
        """Take a single place."""
        begin, end = int(self.first[index]), int(self.first[index + 1])
        return Seeds(np.array([0, end - begin]), self.node[begin:end], self.ms[begin:end])


class Engine(Protocol):
    """Exact travel times on one set of arcs and weights."""

    def to_one(self, sources: Seeds, target: Seeds, limit_ms: int = ...) -> UInt32s:
        """Milliseconds from each source to the one target."""

    def from_one(self, source: Seeds, targets: Seeds, limit_ms: int = ...) -> UInt32s:
        """Milliseconds from the one source to each target."""

    def matrix(self, sources: Seeds, targets: Seeds, limit_ms: int = ...) -> UInt32s:
        """Milliseconds from each source (row) to each target (column)."""

    def from_any(self, sources: Seeds, limit_ms: int = ...) -> UInt32s:
        """Milliseconds to every node from the nearest source."""

    def to_any(self, targets: Seeds, limit_ms: int = ...) -> UInt32s:
        """Milliseconds from every node to the nearest target."""


def at_places(reached: UInt32s, places: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
    """Milliseconds at each place: the least over its nodes; `CLOSED_MS` beyond the limit."""
    total = reached[places.node].astype(np.int64) + places.ms
    best = np.full(len(places), CLOSED_MS, dtype=np.int64)
    np.minimum.at(best, np.repeat(np.arange(len(places)), np.diff(places.first)), total)
    best[best > limit_ms] = CLOSED_MS
    return best.astype(np.uint32)
