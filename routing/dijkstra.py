"""How long from everywhere to everywhere, the plain way? Dijkstra's algorithm with a limit.

The readable oracle beside the contraction hierarchy: nothing is prepared, every answer is a
search from scratch (Dijkstra 1959, Numerische Mathematik 1). Keys of the queue hold milliseconds
in the upper half and the node in the lower.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds, at_places

UInt32s = NDArray[np.uint32]
Ints = NDArray[np.int64]

_NEVER = np.uint32(CLOSED_MS)
_NODE_BITS = np.uint64(32)
_NODE_MASK = np.uint64(0xFFFFFFFF)


class _Side(NamedTuple):
    """Arcs grouped by the node the search leaves."""

    first: Ints
    start: UInt32s
    head: UInt32s
    weight: UInt32s
    arc: Ints


class Path(NamedTuple):
    """A way through the graph, from one place's node to another's."""

    arcs: list[int]
    first_node: int
    first_ms: int
    """From the origin's door to the first node."""
    last_node: int
    last_ms: int
    """From the last node to the destination's door."""
    ms: int
    """Door to door."""


class Dijkstra:
    """One set of arcs and weights, searched from scratch for every question."""

    def __init__(self, nodes: int, tail: UInt32s, head: UInt32s, weight: UInt32s) -> None:
        self.nodes = nodes
        self._onward = _grouped(nodes, tail, head, weight)
        self._backward = _grouped(nodes, head, tail, weight)

    def to_one(self, sources: Seeds, target: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from each source to the target; `CLOSED_MS` where it cannot be reached."""
        return at_places(self.to_any(target, limit_ms), sources, limit_ms)

    def from_one(self, source: Seeds, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from the source to each target."""
        return at_places(self.from_any(source, limit_ms), targets, limit_ms)

    def matrix(self, sources: Seeds, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from each source (row) to each target (column)."""
        rows = [self.from_one(sources.one(i), targets, limit_ms) for i in range(len(sources))]
        return np.array(rows, dtype=np.uint32).reshape(len(sources), len(targets))

    def from_any(self, sources: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds to every node from the nearest of all sources."""
        return self._search(self._onward, sources, limit_ms)[0]

    def to_any(self, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from every node to the nearest of all targets."""
        return self._search(self._backward, targets, limit_ms)[0]

    def path(self, source: Seeds, target: Seeds) -> Path | None:
        """Find a fastest path between two places; None if there is none."""
        reached, came_by = self._search(self._onward, source, CLOSED_MS - 1)
        total = reached[target.node].astype(np.int64) + target.ms
        if len(total) == 0 or total.min() >= CLOSED_MS:
            return None
        last = int(np.argmin(total))
        node = last_node = int(target.node[last])
        arcs = []
        while came_by[node] >= 0:
            slot = came_by[node]
            arcs.append(int(self._onward.arc[slot]))
            node = int(self._onward.start[slot])
        return Path(
            arcs[::-1], node, int(reached[node]), last_node, int(target.ms[last]), int(total[last])
        )

    def _search(self, side: _Side, seeds: Seeds, limit_ms: int) -> tuple[UInt32s, Ints]:
        reached = np.full(self.nodes, _NEVER, dtype=np.uint32)
        came_by = np.full(self.nodes, -1, dtype=np.int64)
        queue = np.empty(len(side.head) + len(seeds.node) + 1, dtype=np.uint64)
        _settle(
            side.first, side.head, side.weight, seeds.node, seeds.ms, np.uint32(limit_ms),
            reached, came_by, queue,
        )  # fmt: skip
        return reached, came_by


def _grouped(nodes: int, start: UInt32s, end: UInt32s, weight: UInt32s) -> _Side:
    """Group arcs by their start, leaving out those nobody may use."""
    open_arcs = np.flatnonzero(weight < _NEVER)
    arc = open_arcs[np.argsort(start[open_arcs], kind="stable")]
    first = np.searchsorted(start[arc], np.arange(nodes + 1)).astype(np.int64)
    return _Side(first, start[arc], end[arc], weight[arc], arc)


@compiled
def _push(queue: NDArray[np.uint64], size: int, key: np.uint64) -> int:
    slot = size
    while slot > 0:
        parent = (slot - 1) >> 2
        if queue[parent] <= key:
            break
        queue[slot] = queue[parent]
        slot = parent
    queue[slot] = key
    return size + 1


@compiled
def _pop(queue: NDArray[np.uint64], size: int) -> int:
    """Remove the least key; the caller has read it from `queue[0]`."""
    size -= 1
    key = queue[size]
    slot = 0
    while True:
        child = (slot << 2) + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if queue[other] < queue[least]:
                least = other
        if queue[least] >= key:
            break
        queue[slot] = queue[least]
        slot = least
    queue[slot] = key
    return size


@compiled
def _settle(
    first: Ints,
    head: UInt32s,
    weight: UInt32s,
    seed_node: UInt32s,
    seed_ms: UInt32s,
    limit_ms: np.uint32,
    reached: UInt32s,
    came_by: Ints,
    queue: NDArray[np.uint64],
) -> None:
    """Settle nodes outward from the seeds, up to the limit; fills `reached` and `came_by`."""
    size = 0
    for i in range(seed_node.shape[0]):
        node, ms = seed_node[i], seed_ms[i]
        if ms <= limit_ms and ms < reached[node]:
            reached[node] = ms
            size = _push(queue, size, (np.uint64(ms) << _NODE_BITS) | np.uint64(node))
    while size > 0:
        key = queue[0]
        size = _pop(queue, size)
        node = np.uint32(key & _NODE_MASK)
        ms = np.uint32(key >> _NODE_BITS)
        if ms > reached[node]:
            continue
        for slot in range(first[node], first[node + 1]):
            onward = ms + weight[slot]
            if onward < reached[head[slot]] and onward <= limit_ms:
                reached[head[slot]] = onward
                came_by[head[slot]] = slot
                size = _push(queue, size, (np.uint64(onward) << _NODE_BITS) | np.uint64(head[slot]))
