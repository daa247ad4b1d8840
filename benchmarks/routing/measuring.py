"""Measure one engine on one graph: every question, and how many answers are wrong.

Times are processor time of the thread, medians, so that other load hardly matters.
"""

from __future__ import annotations

import gc
import io
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.routing.engines import ENGINES, PlainSearch
from benchmarks.routing.graphs import Graph
from benchmarks.routing.workloads import LIMIT_MS, NEAREST, Work
from routing.edge_times import CLOSED_MS

PATIENCE_S = 12.0
"""How long one question may take; slower engines answer fewer."""

Row = dict[str, float]


def measure(engine_name: str, graph: Graph, work: Work) -> Row:
    """Put all questions to one engine."""
    kind, plain = ENGINES[engine_name], PlainSearch(graph)
    warm = kind(graph)  # loads machine code; kept, so that its memory is not counted again
    gc.collect()
    before = _memory_mb()
    engine, row = None, Row()
    row["build s"], engine = timed(lambda: kind(graph))
    row["MB"] = _memory_mb() - before
    del warm
    if hasattr(engine, "saved"):
        kept = io.BytesIO()
        np.save(kept, engine.saved())
        row["load s"] = timed(lambda: kind.loaded(graph, np.load(io.BytesIO(kept.getvalue()))))[0]
    row["wrong"] = 0
    _w1(engine, plain, work, row)
    _w2(engine, plain, work, row)
    for key, question in (("W3a ms", "from_nearest"), ("W3b ms", "from_each")):
        expected = getattr(plain, question)(work.stations, LIMIT_MS)
        answer = getattr(engine, question)(work.stations, LIMIT_MS)
        row["wrong"] += int((answer != expected).sum())
        row[key] = _median_ms(lambda q=question: getattr(engine, q)(work.stations, LIMIT_MS), 9)
    if hasattr(engine, "close"):
        _w4(engine, graph, work, row)
    return row


def _w1(engine, plain, work: Work, row: Row) -> None:
    times = []
    engine.nearest(work.requests[0], work.people[0], NEAREST, LIMIT_MS)
    begun = time.perf_counter()
    for request, people in zip(work.requests, work.people, strict=True):
        took, answer = timed(lambda r=request, p=people: engine.nearest(r, p, NEAREST, LIMIT_MS))
        times.append(took * 1000)
        row["wrong"] += answer != plain.nearest(request, people, NEAREST, LIMIT_MS)
        if time.perf_counter() - begun > PATIENCE_S:
            break
    row["W1 ms"] = float(np.median(times))


def _w2(engine, plain, work: Work, row: Row) -> None:
    per_source = timed(lambda: engine.matrix(work.sources[:2], work.targets))[0] / 2
    count = int(np.clip(PATIENCE_S / max(per_source, 1e-6), 2, len(work.sources)))
    sources = work.sources[:count]
    took, answer = min(
        (
            timed(lambda: engine.matrix(sources, work.targets))
            for _ in range(3 if per_source < 0.01 else 1)
        ),
        key=lambda pair: pair[0],
    )
    row["W2 ms"] = took * 1000 * len(work.sources) / count
    row["W2 share"] = count / len(work.sources)
    checked = min(count, 20)
    expected = plain.matrix(sources[:checked], work.targets)
    row["wrong"] += int((answer[:checked] != expected).sum())


def _w4(engine, graph: Graph, work: Work, row: Row) -> None:
    times = []
    for round_number in range(2):  # the first loads machine code
        for number, arcs in work.closures:
            request, people = work.requests[number], work.people[number]

            def asked(arcs=arcs, request=request, people=people):
                engine.close(arcs)
                return engine.nearest(request, people, NEAREST, LIMIT_MS)

            took, answer = timed(asked)
            engine.reopen(arcs)
            if round_number:
                times.append(took * 1000)
                ms = graph.ms.copy()
                ms[arcs] = CLOSED_MS
                closed = PlainSearch(Graph(**{**vars(graph), "ms": ms}))
                row["wrong"] += answer != closed.nearest(request, people, NEAREST, LIMIT_MS)
    row["W4 ms"] = float(np.median(times))


def timed(question: Callable):
    begun = time.thread_time()
    answer = question()
    return time.thread_time() - begun, answer


def _median_ms(question: Callable, most: int) -> float:
    times: list[float] = []
    while len(times) < most and sum(times) < PATIENCE_S:
        times.append(timed(question)[0])
    return float(np.median(times)) * 1000


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
