"""How is the hierarchy asked? As `routing.engine.Engine` says, from any number of threads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing import climbs, sweeps
from routing.customization import Metric
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds
from routing.hierarchy import Hierarchy, UInt32s

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Router:
    """A hierarchy with the milliseconds of one mode and one state of the roads."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric
        self.hierarchy: Hierarchy = metric.hierarchy

    def to_one(self, sources: Seeds, target: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from each source to the target; `CLOSED_MS` where it cannot be reached."""
        return self._climb(sources, target, limit_ms, self.metric.up, self.metric.down)

    def from_one(self, source: Seeds, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from the source to each target."""
        return self._climb(targets, source, limit_ms, self.metric.down, self.metric.up)

    def nearest(
        self,
        sources: Seeds,
        target: Seeds,
        *,
        k: int,
        least_ms: Floats,
        direct_ms: Ints | None = None,
        limit_ms: int = CLOSED_MS - 1,
    ) -> tuple[Ints, Ints]:
        """
        Find the `k` sources that reach the target first.

        Parameters
        ----------
        least_ms
            A lower bound of the time of each source; the closer, the fewer are looked at.
        direct_ms
            A way of each source outside the graph, `CLOSED_MS` for none.

        Returns
        -------
        found, found_ms
            Indices and milliseconds, soonest first, ties by lower index.
        """
        workspace, shortcuts = self.hierarchy.workspace, self.hierarchy.shortcuts
        rank = self.hierarchy.rank
        found, found_ms = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64)
        if direct_ms is None:
            direct_ms = np.full(len(sources), CLOSED_MS, dtype=np.int64)
        count = climbs.nearest(
            rank[target.node], target.ms, sources.first, rank[sources.node], sources.ms, least_ms,
            direct_ms, shortcuts.parent, shortcuts.up_first, shortcuts.up_head,
            self.metric.up, self.metric.down, workspace.notes, workspace.path,
            workspace.next_query(),
            np.uint32(limit_ms), found, found_ms,
        )  # fmt: skip
        return found[:count], found_ms[:count]

    def matrix(self, sources: Seeds, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from each source (row) to each target (column)."""
        workspace, shortcuts = self.hierarchy.workspace, self.hierarchy.shortcuts
        there, here = self.hierarchy.ranked(targets), self.hierarchy.ranked(sources)
        member = workspace.member
        ranks, first, head, arc_of = sweeps.closure(
            there.node, shortcuts.parent, shortcuts.up_first, shortcuts.up_head, member
        )
        out = np.full((len(sources), len(targets)), CLOSED_MS, dtype=np.uint32)
        lanes = np.empty((len(ranks), min(sweeps.LANES, max(len(sources), 1))), dtype=np.uint32)
        try:
            sweeps.matrix(
                here.first, here.node, here.ms,
                there.first, member[there.node].astype(np.uint32), there.ms,
                shortcuts.parent, shortcuts.up_first, shortcuts.up_head, self.metric.up,
                workspace.upward, member, first, head, self.metric.down[arc_of],
                lanes, out,
            )  # fmt: skip
        finally:
            member[ranks] = -1
        out[out > limit_ms] = CLOSED_MS
        return out

    def from_any(self, sources: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds to every node from the nearest source."""
        return self._sweep(sources, limit_ms, self.metric.up, self.metric.down)

    def to_any(self, targets: Seeds, limit_ms: int = CLOSED_MS) -> UInt32s:
        """Milliseconds from every node to the nearest target."""
        return self._sweep(targets, limit_ms, self.metric.down, self.metric.up)

    def _climb(
        self, places: Seeds, one: Seeds, limit_ms: int, up: UInt32s, down: UInt32s
    ) -> UInt32s:
        workspace, shortcuts = self.hierarchy.workspace, self.hierarchy.shortcuts
        rank = self.hierarchy.rank
        out = np.empty(len(places), dtype=np.uint32)
        climbs.to_one(
            rank[one.node], one.ms, places.first, rank[places.node], places.ms,
            shortcuts.parent, shortcuts.up_first, shortcuts.up_head, up, down,
            workspace.notes, workspace.path, workspace.next_query(), np.uint32(limit_ms), out,
        )  # fmt: skip
        return out

    def _sweep(self, seeds: Seeds, limit_ms: int, up: UInt32s, down: UInt32s) -> UInt32s:
        shortcuts = self.hierarchy.shortcuts
        by_rank = np.empty(self.hierarchy.nodes, dtype=np.uint32)
        sweeps.from_any(
            self.hierarchy.rank[seeds.node], seeds.ms, shortcuts.parent, shortcuts.up_first,
            shortcuts.up_head, up, down, by_rank,
        )  # fmt: skip
        reached = by_rank[self.hierarchy.rank]
        if limit_ms < CLOSED_MS:
            reached[reached > limit_ms] = CLOSED_MS
        return reached
