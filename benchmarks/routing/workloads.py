"""The work of a township's dispatch desk, made once per graph, with the right answers.

- W1: the nearest 5 within 30 minutes among 200 people who are elsewhere at every request
- W2: a matrix of 300 places to 3,000
- W3: every node from the nearest of 20 stations (a), and from each of them (b), within 30 minutes
- W4: close five edges on the ways of the nearest (all parallels, both directions), then W1 again
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.routing.engines import SciPy
from benchmarks.routing.graphs import Graph

LIMIT_MS = 30 * 60 * 1000
NEAREST = 5
REQUESTS, PEOPLE = 200, 200
SOURCES, TARGETS, STATIONS, CLOSURES = 300, 3000, 20, 15


@dataclass(frozen=True)
class Work:
    """All questions about one graph."""

    requests: NDArray[np.int64]
    people: NDArray[np.int64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    stations: NDArray[np.int64]
    closures: tuple[tuple[int, NDArray[np.int64]], ...]
    """Number of the request, and the arcs that are closed before it."""


def work_on(graph: Graph, seed: int = 20261122) -> Work:
    """Draw the questions, always the same for one graph."""
    rng = np.random.default_rng(seed)
    nodes = graph.nodes
    requests = rng.integers(nodes, size=REQUESTS)
    people = np.array([rng.choice(nodes, PEOPLE, replace=False) for _ in range(REQUESTS)])
    drawn = [
        rng.choice(nodes, min(count, nodes), replace=False)
        for count in (SOURCES, TARGETS, STATIONS)
    ]
    return Work(requests, people, *drawn, tuple(_closures(graph, requests, people)))


def _closures(graph: Graph, requests, people):
    """Midway to each of the five nearest, close all that joins the two nodes there."""
    peer = SciPy(graph)
    made = 0
    for number, request in enumerate(requests):
        times, onward = peer.dijkstra(
            peer.backward, indices=int(request), limit=float(LIMIT_MS), return_predecessors=True
        )
        arcs: set[int] = set()
        for person in people[number][np.argsort(times[people[number]])][:NEAREST]:
            if not np.isfinite(times[person]) or person == request:
                continue
            way = [int(person)]
            while way[-1] != request:
                way.append(int(onward[way[-1]]))
            middle = max(0, len(way) // 2 - 1)
            one, other = way[middle], way[middle + 1]
            there = (graph.tail == one) & (graph.head == other)
            back = (graph.tail == other) & (graph.head == one)
            arcs.update(np.flatnonzero(there | back).tolist())
        if arcs:
            yield number, np.array(sorted(arcs))
            made += 1
        if made == CLOSURES:
            return
