"""Measure the locator: right answers, reliability, time and memory, beside name matching alone.

    python -m benchmarks.locator.run [KIT_DIR ...]

Generated townships are always measured; folders in the kits' format are measured if named.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from benchmarks.locator.habits import HABITS, township_of
from benchmarks.locator.messages import Writer
from benchmarks.locator.scoring import Score, score
from gis.gazetteer import GazetteerEntry, OutsideName, read_gazetteer, read_outside
from gis.locator.answers import Hint
from gis.locator.locator import Locator
from gis.locator.tree import Tree

SEEDS = (21, 22, 23)


def main(folders: list[str]) -> None:
    """Print all tables."""
    total = Score()
    print(
        "| kit | entries | cases | decision | wrong dispatch | sent and right | ask P/R | ECE | p95 ms | ratio only |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for folder in map(Path, folders):
        lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
        cases = [json.loads(line) for line in lines if line.strip()]
        _row(folder.name, folder, cases, total)
    with tempfile.TemporaryDirectory() as scratch:
        for code, habit in HABITS.items():
            for seed in SEEDS:
                town = township_of(habit, seed)
                town.write(Path(scratch))
                cases = [
                    {"text": c.text, "hint": c.hint, "expect": c.expect}
                    for c in Writer(town, seed + 100).write()
                ]
                _row(f"{code}-{seed}", Path(scratch), cases, total)
        _reliability(total)
        _size(Path(scratch))


def _row(name: str, folder: Path, cases: list[dict[str, Any]], total: Score) -> None:
    entries, outside = (
        read_gazetteer(folder / "gazetteer.csv"),
        read_outside(folder / "outside.csv"),
    )
    locator = Locator(entries, outside)
    result = score(locator, Tree(entries), cases)
    for shelf, counts in result.reliability.items():
        sums = total.reliability.setdefault(shelf, [0, 0, 0])
        sums[:] = [a + b for a, b in zip(sums, counts, strict=True)]
    asked = f"{_share(result.asked_rightly, result.asked)}/{_share(result.asked_rightly, result.to_ask)}"
    print(
        f"| {name} | {len(entries)} | {result.cases} | {result.decision_share:.1%} | {result.wrong_share:.1%} | "
        f"{_share(result.sent_right, result.findable)} | {asked} | {result.calibration_error:.3f} | "
        f"{_p95_ms(locator, cases):.1f} | {_ratio_only(entries, cases):.1%} |"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _p95_ms(locator: Locator, cases: list[dict[str, Any]]) -> float:
    spent = []
    for case in cases:
        started = time.process_time()
        locator.locate(case["text"], Hint(**(case.get("hint") or {})))
        spent.append(1000 * (time.process_time() - started))
    return statistics.quantiles(spent, n=20)[-1]


def _ratio_only(entries: list[GazetteerEntry], cases: list[dict[str, Any]]) -> float:
    """Score the peer: the entry whose name is most like the message, always answered."""
    tree = Tree(entries)
    named = [n for n, entry in enumerate(entries) if entry.level not in ("card", "house_number")]
    names = [entries[n].name for n in named]
    right = 0
    for case in cases[:120]:
        best = process.extractOne(case["text"], names, scorer=fuzz.partial_ratio)
        unit = entries[tree.unit(named[best[2]])].id if best else ""
        right += unit == case["expect"].get("id")
    return right / max(1, len(cases[:120]))


def _reliability(total: Score) -> None:
    print("\n| confidence | found | right |\n| --- | --- | --- |")
    for shelf in sorted(total.reliability):
        found, right, confidence = total.reliability[shelf]
        print(f"| {confidence / 1e6 / found:.3f} | {found} | {right / found:.3f} |")


def _size(scratch: Path) -> None:
    """Build a township of 10,000 households."""
    town = township_of(HABITS["CQ"], 1, households=46)
    town.write(scratch)
    entries = read_gazetteer(scratch / "gazetteer.csv")
    outside: list[OutsideName] = read_outside(scratch / "outside.csv")
    Locator(entries[:10], outside)
    before, started = _memory_mb(), time.process_time()
    locator = Locator(entries, outside)
    built_s, grown_mb = time.process_time() - started, _memory_mb() - before
    cases = [{"text": c.text, "hint": c.hint} for c in Writer(town, 5).write()]
    households = sum(entry.level == "household" for entry in entries)
    print(
        f"\n{households} households, {len(entries)} entries: built in {built_s:.2f} s with {grown_mb:.0f} MB more; "
        f"p95 {_p95_ms(locator, cases):.1f} ms; process {_memory_mb():.0f} MB"
    )


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1:])
