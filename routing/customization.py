"""How long each shortcut takes, for one mode and one state of the roads.

Basic customization: every arc of the hierarchy takes the least of its road arcs and of all
detours over one lower node (its lower triangles), bottom up. After a closure only the arcs whose
value can have changed are done again, in the same order, so the result is that of a fresh start
(Dibbelt, Strasser, Wagner 2016, sections 6 and 8).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.hierarchy import Hierarchy, Ints, UInt32s

_NEVER = np.uint32(CLOSED_MS)


class Metric:
    """Milliseconds of every arc of a hierarchy, up and down."""

    def __init__(self, hierarchy: Hierarchy, weight: UInt32s, up: UInt32s, down: UInt32s) -> None:
        self.hierarchy = hierarchy
        self.weight = weight
        """Of the road arcs."""
        self.up = up
        """From the lower end of each hierarchy arc to the higher."""
        self.down = down
        """From the higher end to the lower."""

    @classmethod
    def of(cls, hierarchy: Hierarchy, weight: UInt32s) -> Metric:
        """Customize a hierarchy for the milliseconds of each road arc."""
        shortcuts, sources = hierarchy.shortcuts, hierarchy.sources
        arcs = len(shortcuts.up_head)
        up = np.full(arcs, _NEVER, dtype=np.uint32)
        down = np.full(arcs, _NEVER, dtype=np.uint32)
        weight = np.array(weight, dtype=np.uint32)  # a copy: `change` writes into it
        _copy_roads(weight, sources.slot, sources.is_up, up, down)
        _relax_triangles(
            shortcuts.up_first, shortcuts.up_head, shortcuts.down_first, shortcuts.down_arc,
            shortcuts.tail, up, down,
        )  # fmt: skip
        return cls(hierarchy, weight, up, down)

    def changed(self, arcs: Ints, weight: UInt32s) -> Metric:
        """Give the metric with other milliseconds on some road arcs; this one stays as it is."""
        other = Metric(self.hierarchy, self.weight.copy(), self.up.copy(), self.down.copy())
        other.change(arcs, weight)
        return other

    def change(self, arcs: Ints, weight: UInt32s) -> int:
        """Set the milliseconds of some road arcs in place; gives the number of shortcuts redone."""
        self.weight[arcs] = weight
        sources, shortcuts = self.hierarchy.sources, self.hierarchy.shortcuts
        workspace = self.hierarchy.workspace
        straight = arcs[sources.is_up[arcs] < 2]
        return _redo(
            np.unique(sources.slot[straight]),
            sources.first, sources.arc, sources.is_up, self.weight,
            shortcuts.up_first, shortcuts.up_head, shortcuts.down_first, shortcuts.down_arc,
            shortcuts.tail, self.up, self.down, workspace.is_queued, workspace.queue,
        )  # fmt: skip


@compiled
def _copy_roads(
    weight: UInt32s, slot: UInt32s, is_up: NDArray[np.uint8], up: UInt32s, down: UInt32s
) -> None:
    for arc in range(weight.shape[0]):
        if is_up[arc] == 1:
            up[slot[arc]] = min(up[slot[arc]], weight[arc])
        elif is_up[arc] == 0:
            down[slot[arc]] = min(down[slot[arc]], weight[arc])


@compiled
def _relax_triangles(
    up_first: Ints,
    up_head: UInt32s,
    down_first: Ints,
    down_arc: UInt32s,
    tail: UInt32s,
    up: UInt32s,
    down: UInt32s,
) -> None:
    """Relax x to y over every lower v; all arcs of v are final before those of x."""
    nodes = up_first.shape[0] - 1
    arc_to = np.empty(nodes, np.int64)
    for x in range(nodes):
        for arc in range(up_first[x], up_first[x + 1]):
            arc_to[up_head[arc]] = arc
        for i in range(down_first[x], down_first[x + 1]):
            below = np.int64(down_arc[i])
            to_x, from_x = up[below], down[below]
            for side in range(below + 1, up_first[np.int64(tail[below]) + 1]):
                arc = arc_to[up_head[side]]
                up[arc] = min(up[arc], from_x + up[side])
                down[arc] = min(down[arc], down[side] + to_x)


@compiled
def _find(up_first: Ints, up_head: UInt32s, low: np.int64, high: np.int64) -> np.int64:
    begin, end = up_first[low], up_first[low + 1]
    while begin < end:
        middle = (begin + end) >> 1
        if up_head[middle] < high:
            begin = middle + 1
        else:
            end = middle
    return np.int64(begin)


@compiled
def _push(queue: UInt32s, size: int, arc: np.int64) -> int:
    slot = size
    queue[slot] = arc
    while slot > 0:
        above = (slot - 1) >> 1
        if queue[above] <= queue[slot]:
            break
        queue[above], queue[slot] = queue[slot], queue[above]
        slot = above
    return size + 1


@compiled
def _pop(queue: UInt32s, size: int) -> int:
    size -= 1
    queue[0] = queue[size]
    slot = 0
    while True:
        below = 2 * slot + 1
        if below >= size:
            return size
        if below + 1 < size and queue[below + 1] < queue[below]:
            below += 1
        if queue[below] >= queue[slot]:
            return size
        queue[below], queue[slot] = queue[slot], queue[below]
        slot = below


@compiled
def _afresh(
    arc: np.int64,
    source_first: Ints,
    source_arc: UInt32s,
    is_up: NDArray[np.uint8],
    weight: UInt32s,
    up_head: UInt32s,
    down_first: Ints,
    down_arc: UInt32s,
    tail: UInt32s,
    up: UInt32s,
    down: UInt32s,
) -> tuple[np.uint32, np.uint32]:
    """Work out both values of one arc from its road arcs and all its lower triangles."""
    there, back = _NEVER, _NEVER
    for i in range(source_first[arc], source_first[arc + 1]):
        road = source_arc[i]
        if is_up[road] == 1:
            there = min(there, weight[road])
        else:
            back = min(back, weight[road])
    x, y = np.int64(tail[arc]), np.int64(up_head[arc])
    i, i_end = down_first[x], down_first[x + 1]
    j, j_end = down_first[y], down_first[y + 1]
    while i < i_end and j < j_end:
        p, q = down_arc[i], down_arc[j]
        if tail[p] == tail[q]:
            there = min(there, down[p] + up[q])
            back = min(back, down[q] + up[p])
            i += 1
            j += 1
        elif tail[p] < tail[q]:
            i += 1
        else:
            j += 1
    return there, back


@compiled
def _redo(
    touched: UInt32s,
    source_first: Ints,
    source_arc: UInt32s,
    is_up: NDArray[np.uint8],
    weight: UInt32s,
    up_first: Ints,
    up_head: UInt32s,
    down_first: Ints,
    down_arc: UInt32s,
    tail: UInt32s,
    up: UInt32s,
    down: UInt32s,
    is_queued: NDArray[np.uint8],
    queue: UInt32s,
) -> int:
    """
    Bring the metric up to date after the road arcs under `touched` changed.

    Arc numbers ascend with the rank of their lower end, so taking the least number first meets
    every arc after all the arcs it depends on.
    """
    size = 0
    done = 0
    for i in range(touched.shape[0]):
        is_queued[touched[i]] = 1
        size = _push(queue, size, touched[i])
    while size > 0:
        arc = np.int64(queue[0])
        size = _pop(queue, size)
        is_queued[arc] = 0
        done += 1
        there, back = _afresh(
            arc, source_first, source_arc, is_up, weight, up_head, down_first, down_arc, tail,
            up, down,
        )  # fmt: skip
        old_there, old_back = up[arc], down[arc]
        if there == old_there and back == old_back:
            continue
        x, y = np.int64(tail[arc]), np.int64(up_head[arc])
        for side in range(up_first[x], up_first[x + 1]):
            z = np.int64(up_head[side])
            if z == y:
                continue
            if z > y:
                above = _find(up_first, up_head, y, z)
                old_up, new_up = old_back + up[side], back + up[side]
                old_down, new_down = down[side] + old_there, down[side] + there
            else:
                above = _find(up_first, up_head, z, y)
                old_up, new_up = down[side] + old_there, down[side] + there
                old_down, new_down = old_back + up[side], back + up[side]
            is_better = new_up < up[above] or new_down < down[above]
            was_used = (new_up != old_up and old_up == up[above]) or (
                new_down != old_down and old_down == down[above]
            )
            if (is_better or was_used) and is_queued[above] == 0:
                is_queued[above] = 1
                size = _push(queue, size, above)
        up[arc], down[arc] = there, back
    return done
