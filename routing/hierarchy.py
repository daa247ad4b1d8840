"""Which shortcuts can matter at all, whatever the speeds? The metric-free half of the hierarchy.

Contracting the nodes in a fixed order joins the later neighbours of each node; the arcs that can
appear, and the elimination tree, follow from the order alone. So this is done once for a network,
and a new speed, a closed bridge or another mode only fills in numbers (`routing.customization`).

Dibbelt, Strasser, Wagner 2016, "Customizable Contraction Hierarchies", ACM Journal of
Experimental Algorithmics 21, sections 4 and 5; the tree is that of sparse Cholesky factorisation
(Liu 1990, SIAM Journal on Matrix Analysis 11). Nodes are called by their rank here: 0 goes first.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds

UInt32s = NDArray[np.uint32]
Int32s = NDArray[np.int32]
Ints = NDArray[np.int64]


class Shortcuts(NamedTuple):
    """Arcs of the hierarchy, each from a lower rank to a higher one, grouped by the lower."""

    parent: Int32s
    """Elimination tree: the lowest higher neighbour; -1 at a root."""
    up_first: Ints
    up_head: UInt32s
    tail: UInt32s
    down_first: Ints
    down_arc: UInt32s
    """Arcs grouped by their higher end, lower ends ascending."""


class Sources(NamedTuple):
    """Which road arcs lie under each arc of the hierarchy."""

    first: Ints
    arc: UInt32s
    slot: UInt32s
    """The hierarchy arc of each road arc."""
    is_up: NDArray[np.uint8]
    """1 for road arcs to a higher rank, 0 to a lower, 2 for loops, which never help."""


class Workspace:
    """Scratch of one thread, so that queries need not clear anything of the size of the network."""

    def __init__(self, nodes: int, arcs: int) -> None:
        self.notes = np.zeros((nodes, 4), dtype=np.uint32)
        self.path = np.empty(nodes, dtype=np.uint32)
        self.upward = np.full(nodes, CLOSED_MS, dtype=np.uint32)
        self.member = np.full(nodes, -1, dtype=np.int32)
        self._arcs = arcs
        self._query = 0

    def next_query(self) -> np.uint32:
        """Give the next query its number; what earlier ones wrote counts as unwritten."""
        self._query += 1
        if self._query >= 2**32 - 1:
            self.notes[:] = 0
            self._query = 1
        return np.uint32(self._query)

    @cached_property
    def is_queued(self) -> NDArray[np.uint8]:
        """Marks of the queue of a partial customization; all 0 between uses."""
        return np.zeros(self._arcs, dtype=np.uint8)

    @cached_property
    def queue(self) -> UInt32s:
        """Room for the queue of a partial customization."""
        return np.empty(self._arcs, dtype=np.uint32)


class Hierarchy:
    """The shortcuts of one road graph in one contraction order."""

    def __init__(self, order: UInt32s, tail: UInt32s, head: UInt32s) -> None:
        self.nodes = len(order)
        self.order = order
        self.rank = np.empty(self.nodes, dtype=np.uint32)
        self.rank[order] = np.arange(self.nodes, dtype=np.uint32)
        tail_rank, head_rank = self.rank[tail], self.rank[head]
        first, neighbour = _upper_neighbours(self.nodes, tail_rank, head_rank)
        up_first, up_head, parent = _eliminate(first, neighbour)
        down_first, down_arc, arc_tail = _from_above(up_first, up_head)
        self.shortcuts = Shortcuts(parent, up_first, up_head, arc_tail, down_first, down_arc)
        slot, is_up = _find_slots(tail_rank, head_rank, up_first, up_head)
        self.sources = _by_slot(slot, is_up, len(up_head))
        self._of_thread = threading.local()

    @property
    def workspace(self) -> Workspace:
        """The scratch of the calling thread."""
        if not hasattr(self._of_thread, "workspace"):
            self._of_thread.workspace = Workspace(self.nodes, len(self.shortcuts.up_head))
        workspace: Workspace = self._of_thread.workspace
        return workspace

    def ranked(self, seeds: Seeds) -> Seeds:
        """Call the nodes of places by their rank."""
        return Seeds(seeds.first, self.rank[seeds.node], seeds.ms)


def _upper_neighbours(nodes: int, tail: UInt32s, head: UInt32s) -> tuple[Ints, UInt32s]:
    low = np.minimum(tail, head).astype(np.int64)
    high = np.maximum(tail, head).astype(np.int64)
    pairs = np.unique((low * nodes + high)[low != high])
    first = np.zeros(nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // max(nodes, 1), minlength=nodes), out=first[1:])
    return first, (pairs % max(nodes, 1)).astype(np.uint32)


def _by_slot(slot: UInt32s, is_up: NDArray[np.uint8], slots: int) -> Sources:
    arc = np.flatnonzero(is_up < 2)
    arc = arc[np.argsort(slot[arc], kind="stable")]
    first = np.searchsorted(slot[arc], np.arange(slots + 1)).astype(np.int64)
    return Sources(first, arc.astype(np.uint32), slot, is_up)


@compiled
def _eliminate(first: Ints, neighbour: UInt32s) -> tuple[Ints, UInt32s, Int32s]:
    """
    Contract all nodes in order.

    The higher neighbours of a node are its own, and those of its children in the tree without
    itself: each node hands its list to its lowest higher neighbour only.
    """
    nodes = first.shape[0] - 1
    up_head = np.empty(neighbour.shape[0] * 3 + nodes, np.uint32)
    up_first = np.empty(nodes + 1, np.int64)
    parent = np.full(nodes, -1, np.int32)
    child = np.full(nodes, -1, np.int32)
    sibling = np.full(nodes, -1, np.int32)
    seen_by = np.full(nodes, -1, np.int32)
    end = 0
    for v in range(nodes):
        begin = end
        up_first[v] = begin
        most = first[v + 1] - first[v]
        c = child[v]
        while c >= 0:
            most += up_first[c + 1] - up_first[c]
            c = sibling[c]
        if begin + most > up_head.shape[0]:
            wider = np.empty(max(up_head.shape[0] * 2, begin + most), np.uint32)
            wider[:begin] = up_head[:begin]
            up_head = wider
        seen_by[v] = v
        for slot in range(first[v], first[v + 1]):
            u = neighbour[slot]
            if seen_by[u] != v:
                seen_by[u] = v
                up_head[end] = u
                end += 1
        c = child[v]
        while c >= 0:
            for slot in range(up_first[c], up_first[c + 1]):
                u = up_head[slot]
                if seen_by[u] != v:
                    seen_by[u] = v
                    up_head[end] = u
                    end += 1
            c = sibling[c]
        if end > begin:
            up_head[begin:end] = np.sort(up_head[begin:end])
            lowest = np.int64(up_head[begin])
            parent[v] = lowest
            sibling[v] = child[lowest]
            child[lowest] = v
        up_first[v + 1] = end
    up_first[nodes] = end
    return up_first, up_head[:end].copy(), parent


@compiled
def _from_above(up_first: Ints, up_head: UInt32s) -> tuple[Ints, UInt32s, UInt32s]:
    """Group the arcs by their higher end as well, and note the lower end of each."""
    nodes = up_first.shape[0] - 1
    down_first = np.zeros(nodes + 1, np.int64)
    for arc in range(up_head.shape[0]):
        down_first[np.int64(up_head[arc]) + 1] += 1
    for v in range(nodes):
        down_first[v + 1] += down_first[v]
    fill = down_first[:-1].copy()
    down_arc = np.empty(up_head.shape[0], np.uint32)
    tail = np.empty(up_head.shape[0], np.uint32)
    for v in range(nodes):
        for arc in range(up_first[v], up_first[v + 1]):
            tail[arc] = v
            down_arc[fill[up_head[arc]]] = arc
            fill[up_head[arc]] += 1
    return down_first, down_arc, tail


@compiled
def _find_slots(
    tail: UInt32s, head: UInt32s, up_first: Ints, up_head: UInt32s
) -> tuple[UInt32s, NDArray[np.uint8]]:
    """Find the hierarchy arc over each road arc, and which way it goes."""
    slot = np.zeros(tail.shape[0], np.uint32)
    is_up = np.full(tail.shape[0], 2, np.uint8)
    for arc in range(tail.shape[0]):
        low, high = tail[arc], head[arc]
        if low == high:
            continue
        is_up[arc] = 1 if low < high else 0
        if low > high:
            low, high = high, low
        begin, end = up_first[low], up_first[low + 1]
        while begin < end:
            middle = (begin + end) >> 1
            if up_head[middle] < high:
                begin = middle + 1
            else:
                end = middle
        slot[arc] = begin
    return slot, is_up
