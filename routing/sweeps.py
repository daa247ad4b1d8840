"""How long to everywhere, or between two long lists? By sweeping the hierarchy from the top.

PHAST: climb from the sources, then go once through all nodes in descending rank; memory is read
in order, nothing is queued (Delling, Goldberg, Nowatzyk, Werneck 2011, IPDPS). RPHAST: do it only
for the ancestors of the targets, renumbered densely (Delling, Goldberg, Werneck 2011, ATMOS).
Up to `LANES` sources travel side by side, so that one instruction serves several.
"""

from __future__ import annotations

import numpy as np

from routing.compiled import compiled
from routing.edge_times import CLOSED_MS
from routing.hierarchy import Int32s, Ints, UInt32s

LANES = 64

_NEVER = np.uint32(CLOSED_MS)


@compiled
def from_any(
    seed_node: UInt32s,
    seed_ms: UInt32s,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    up: UInt32s,
    down: UInt32s,
    reached: UInt32s,
) -> None:
    """Milliseconds to every rank from the nearest seed."""
    reached[:] = _NEVER
    for i in range(seed_node.shape[0]):
        reached[seed_node[i]] = min(reached[seed_node[i]], seed_ms[i])
    for i in range(seed_node.shape[0]):
        node = np.int64(seed_node[i])
        while node >= 0:
            if reached[node] < _NEVER:
                for arc in range(up_first[node], up_first[node + 1]):
                    u = up_head[arc]
                    reached[u] = min(reached[u], reached[node] + up[arc])
            node = np.int64(parent[node])
    for v in range(parent.shape[0] - 1, -1, -1):
        ms = reached[v]
        for arc in range(up_first[v], up_first[v + 1]):
            ms = min(ms, reached[up_head[arc]] + down[arc])
        reached[v] = ms


@compiled
def closure(
    nodes: UInt32s, parent: Int32s, up_first: Ints, up_head: UInt32s, member: Int32s
) -> tuple[UInt32s, Ints, UInt32s, UInt32s]:
    """
    Collect the ancestors of some nodes, densely numbered by rank.

    Writes each one's number into `member` (all -1 before). Returns their ranks, and their upward
    arcs as first slots, dense heads and hierarchy arcs.
    """
    count = 0
    arcs = 0
    for i in range(nodes.shape[0]):
        node = np.int64(nodes[i])
        while node >= 0 and member[node] < 0:
            member[node] = 0
            count += 1
            arcs += up_first[node + 1] - up_first[node]
            node = np.int64(parent[node])
    rank = np.empty(count, np.uint32)
    first = np.empty(count + 1, np.int64)
    head = np.empty(arcs, np.uint32)
    arc_of = np.empty(arcs, np.uint32)
    count = 0
    end = 0
    for v in range(parent.shape[0]):
        if member[v] < 0:
            continue
        member[v] = count
        rank[count] = v
        first[count] = end
        count += 1
        for arc in range(up_first[v], up_first[v + 1]):
            arc_of[end] = arc
            end += 1
    first[count] = end
    for slot in range(end):
        head[slot] = member[up_head[arc_of[slot]]]
    return rank, first, head, arc_of


@compiled
def matrix(
    source_first: Ints,
    source_node: UInt32s,
    source_ms: UInt32s,
    target_first: Ints,
    target_member: UInt32s,
    target_ms: UInt32s,
    parent: Int32s,
    up_first: Ints,
    up_head: UInt32s,
    up: UInt32s,
    upward: UInt32s,
    member: Int32s,
    first: Ints,
    head: UInt32s,
    down: UInt32s,
    lanes: UInt32s,
    out: UInt32s,
) -> None:
    """
    Milliseconds from each source (row) to each target (column).

    `member`, `first`, `head` are those of the targets' `closure`, `down` its descending weights;
    `upward` is all `CLOSED_MS` before and after.
    """
    for begin in range(0, out.shape[0], lanes.shape[1]):
        width = min(lanes.shape[1], out.shape[0] - begin)
        lanes[:] = _NEVER
        for lane in range(width):
            source = begin + lane
            for i in range(source_first[source], source_first[source + 1]):
                v = np.int64(source_node[i])
                upward[v] = min(upward[v], source_ms[i])
                while v >= 0:
                    ms = upward[v]
                    if ms < _NEVER:
                        for arc in range(up_first[v], up_first[v + 1]):
                            u = up_head[arc]
                            upward[u] = min(upward[u], ms + up[arc])
                        if member[v] >= 0:
                            lanes[member[v], lane] = ms
                    v = np.int64(parent[v])
            for i in range(source_first[source], source_first[source + 1]):
                v = np.int64(source_node[i])
                while v >= 0:
                    upward[v] = _NEVER
                    v = np.int64(parent[v])
        _descend(first, head, down, lanes)
        for target in range(out.shape[1]):
            for i in range(target_first[target], target_first[target + 1]):
                row = lanes[target_member[i]]
                for lane in range(width):
                    ms = row[lane] + target_ms[i]
                    out[begin + lane, target] = min(out[begin + lane, target], ms)


@compiled
def _descend(first: Ints, head: UInt32s, down: UInt32s, lanes: UInt32s) -> None:
    width = lanes.shape[1]  # not a constant: a short loop would be unrolled, not vectorised
    for v in range(first.shape[0] - 2, -1, -1):
        row = lanes[v]
        for slot in range(first[v], first[v + 1]):
            above = lanes[np.int64(head[slot])]
            ms = down[slot]
            for lane in range(width):
                row[lane] = min(row[lane], above[lane] + ms)
