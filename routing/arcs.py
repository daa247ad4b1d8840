"""Which arcs a router walks along: two for each edge, and copies of junctions with a turn rule.

A forbidden turn, or a barrier a mode cannot pass, depends on where one comes from. So the arc that
comes from there ends, for the modes concerned, in a copy of the junction which lacks the forbidden
exits. All modes share one set of arcs, so one contraction order serves them all; what a mode may
not use costs `CLOSED_MS` for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.edge_times import CLOSED_MS, Milliseconds
from routing.speeds import MODES

UInt32s = NDArray[np.uint32]
ALL_MODES = (1 << len(MODES)) - 1


class Ban(NamedTuple):
    """From one arc into another, for some modes. Arc = `2 * edge`, plus 1 against its drawing."""

    into: int
    out_of: int
    modes: int
    """One bit for each mode, in the order of `MODES`."""


class Arcs(NamedTuple):
    """The routing graph of all modes, grouped by edge."""

    tail: UInt32s
    head: UInt32s
    edge: UInt32s
    against: NDArray[np.uint8]
    """1 for arcs against the edge's drawing."""
    modes: NDArray[np.uint8]
    place_of: UInt32s
    """The junction each node stands at; copies follow the junctions themselves."""
    first_of_edge: NDArray[np.int64]

    def weights(self, edge_ms: Milliseconds, mode_index: int) -> Milliseconds:
        """
        Milliseconds of every arc for one mode; `CLOSED_MS` where it may not go.

        `edge_ms` is that mode's, by direction and edge.
        """
        weight = edge_ms[self.against, self.edge]
        allowed = (self.modes >> mode_index) & 1
        return np.where(allowed.astype(bool), weight, np.uint32(CLOSED_MS))


def arcs_of(edge_start: UInt32s, edge_end: UInt32s, junctions: int, bans: Iterable[Ban]) -> Arcs:
    """Lay out the arcs of all edges, and a copy of a junction for every arc banned there."""
    tail0 = np.stack([edge_start, edge_end], axis=1).ravel()
    head0 = np.stack([edge_end, edge_start], axis=1).ravel()
    copies = _copies(bans, junctions)
    tails, heads = _at_copies(copies, tail0)
    special = np.array(sorted(set(tails) | set(heads)), dtype=np.int64)
    plain = np.ones(len(tail0), dtype=bool)
    plain[special] = False
    rows = [
        (tail, head, arc, tail_modes & head_modes)
        for arc in special.tolist()
        for tail, tail_modes in [(int(tail0[arc]), ALL_MODES), *tails.get(arc, ())]
        for head, head_modes in _heads(int(head0[arc]), heads.get(arc, ()))
        if tail_modes & head_modes
    ]
    extra = np.array(rows, dtype=np.int64).reshape(-1, 4)
    arc = np.concatenate([np.flatnonzero(plain), extra[:, 2]])
    order = np.argsort(arc, kind="stable")
    arc = arc[order]
    edges = len(edge_start)
    place_of = np.concatenate([np.arange(junctions), [int(head0[copy[0]]) for copy in copies]])
    return Arcs(
        np.concatenate([tail0[plain], extra[:, 0]])[order].astype(np.uint32),
        np.concatenate([head0[plain], extra[:, 1]])[order].astype(np.uint32),
        (arc // 2).astype(np.uint32),
        (arc % 2).astype(np.uint8),
        np.concatenate([np.full(int(plain.sum()), ALL_MODES), extra[:, 3]])[order].astype(np.uint8),
        place_of.astype(np.uint32),
        np.searchsorted(arc // 2, np.arange(edges + 1)).astype(np.int64),
    )


_Copy = tuple[int, int, frozenset[int], int]
"""Arc that leads into it, modes it is for, exits it lacks, node number."""


def _copies(bans: Iterable[Ban], junctions: int) -> list[_Copy]:
    lacking: dict[tuple[int, int], set[int]] = {}
    for ban in bans:
        for index in range(len(MODES)):
            if ban.modes >> index & 1:
                lacking.setdefault((ban.into, index), set()).add(ban.out_of)
    together: dict[tuple[int, frozenset[int]], int] = {}
    for (into, index), exits in sorted(lacking.items()):
        key = (into, frozenset(exits))
        together[key] = together.get(key, 0) | 1 << index
    return [
        (into, modes, exits, junctions + number)
        for number, ((into, exits), modes) in enumerate(together.items())
    ]


def _at_copies(
    copies: list[_Copy], tail0: UInt32s
) -> tuple[dict[int, list[tuple[int, int]]], dict[int, list[tuple[int, int]]]]:
    """List for each arc the copies it starts from and the copies it ends in, with their modes."""
    tails: dict[int, list[tuple[int, int]]] = {}
    heads: dict[int, list[tuple[int, int]]] = {}
    if not copies:
        return tails, heads
    junction_of = {into: int(tail0[into ^ 1]) for into, *_ in copies}
    wanted = np.isin(tail0, list(set(junction_of.values())))
    exits_of: dict[int, list[int]] = {}
    for arc in np.flatnonzero(wanted).tolist():
        exits_of.setdefault(int(tail0[arc]), []).append(arc)
    for into, modes, lacking, node in copies:
        heads.setdefault(into, []).append((node, modes))
        for arc in exits_of[junction_of[into]]:
            if arc not in lacking:
                tails.setdefault(arc, []).append((node, modes))
    return tails, heads


def _heads(junction: int, copies: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    rest = ALL_MODES
    for _, modes in copies:
        rest &= ~modes
    return [(junction, rest), *copies]
