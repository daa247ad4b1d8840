"""Run the routing benchmark and print its table.

    python -m benchmarks.routing [andorra] [luxembourg] [new_york]

Every answer is compared with that of the plain search; a wrong one is counted, not hidden. Times
are processor time of the thread, medians, so that other load hardly matters; still, trust the
ratios and not the milliseconds. Slow engines answer fewer sources, scaled up and marked `*`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from benchmarks.routing.engines import ENGINES
from benchmarks.routing.graphs import Graph, load
from benchmarks.routing.measuring import Row, measure, timed
from benchmarks.routing.workloads import Work, work_on

COLUMNS = ("W1 ms", "W2 ms", "W3a ms", "W3b ms", "W4 ms", "build s", "load s", "MB", "wrong")


def main(names: list[str]) -> None:
    for name in names or ["andorra", "luxembourg", "new_york"]:
        graph = load(name)
        rows = dict(_rows(graph, work_on(graph)))
        _print_table(graph, rows)


def _rows(graph: Graph, work: Work) -> Iterator[tuple[str, Row]]:
    """Measure each engine in a process of its own, one after the other."""
    for engine in ENGINES:
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            yield engine, process.submit(measure, engine, graph, work).result()
            print(f"{graph.name}: {engine} measured", file=sys.stderr, flush=True)


def _print_table(graph: Graph, rows: dict[str, Row]) -> None:
    ours = next(iter(rows.values()))
    print(f"\n{graph.name}: {graph.nodes:,} nodes, {len(graph.tail):,} arcs")
    print("in brackets: how many times as long as HalfHour\n")
    print("| engine | " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " ---: |" * len(COLUMNS))
    for name, row in rows.items():
        print(f"| {name} | " + " | ".join(_cell(row, ours, column) for column in COLUMNS) + " |")
    streamed = [timed(lambda: int(graph.head.sum()) + int(graph.ms.sum()))[0] for _ in range(25)]
    print(f"\nstreaming all arcs once takes {np.median(streamed) * 1000:.2f} ms", flush=True)


def _cell(row: Row, ours: Row, column: str) -> str:
    if column not in row:
        return "–"
    value = row[column]
    if column == "wrong":
        return str(int(value))
    text = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    if column == "W2 ms" and row["W2 share"] < 1:
        text += "*"
    times = value / ours[column] if ours.get(column) else 0
    return text if row is ours else f"{text} ({times:,.3g})"


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(sys.argv[1:])
