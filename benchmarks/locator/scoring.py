"""How well were messages located? The figures of the locator's targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gis.locator.answers import Hint, Located
from gis.locator.locator import Locator
from gis.locator.tree import Tree

SENT_FROM = 0.8
"""Confidence from which a found place is acted on without asking."""


@dataclass
class Score:
    """Counts over a set of messages."""

    cases: int = 0
    right: int = 0
    wrong_dispatch: int = 0
    findable: int = 0
    sent_right: int = 0
    asked: int = 0
    asked_rightly: int = 0
    to_ask: int = 0
    misses: list[str] = field(default_factory=list)
    reliability: dict[int, list[int]] = field(default_factory=dict)

    @property
    def decision_share(self) -> float:
        """Share of messages with the right kind of answer and exactly the right unit."""
        return self.right / max(1, self.cases)

    @property
    def wrong_share(self) -> float:
        """Share of messages somebody would be sent to the wrong place for."""
        return self.wrong_dispatch / max(1, self.cases)

    @property
    def calibration_error(self) -> float:
        """Expected gap between confidence and truth, over found answers."""
        answered = [pair for pairs in self.reliability.values() for pair in [pairs]]
        total = sum(n for n, _, _ in answered)
        return sum(abs(conf / 1e6 - hits) for n, hits, conf in answered if n) / max(1, total)


def score(locator: Locator, tree: Tree, cases: list[dict[str, Any]]) -> Score:
    """Locate every message and compare with its expected answer."""
    result = Score()
    for case in cases:
        located = locator.locate(case["text"], Hint(**(case.get("hint") or {})))
        _count(result, tree, case, located)
    return result


def _count(result: Score, tree: Tree, case: dict[str, Any], located: Located) -> None:
    expect = case["expect"]
    kind = located.answer.value
    unit = _unit(tree, located) if kind == "found" else None
    right = kind == expect["kind"] and (kind != "found" or unit == expect["id"])
    holds = unit is not None and expect["kind"] == "found" and unit in _chain(tree, expect["id"])
    sent = kind == "found" and located.confidence >= SENT_FROM
    result.cases += 1
    result.right += right
    result.findable += expect["kind"] == "found"
    result.sent_right += sent and right
    result.wrong_dispatch += sent and not holds
    result.asked += kind == "ambiguous"
    result.to_ask += expect["kind"] == "ambiguous"
    result.asked_rightly += kind == expect["kind"] == "ambiguous"
    if kind == "found":
        shelf = result.reliability.setdefault(min(9, int(located.confidence * 10)), [0, 0, 0])
        shelf[0] += 1
        shelf[1] += holds
        shelf[2] += round(located.confidence * 1e6)
    if not right:
        got = unit or kind
        result.misses.append(f"{case['text']} | {expect.get('id', expect['kind'])} | {got}")


def _unit(tree: Tree, located: Located) -> str:
    number = tree.number_of[located.candidates[0].id]
    return tree.entries[tree.unit(number)].id


def _chain(tree: Tree, entry_id: str) -> list[str]:
    return [tree.entries[n].id for n in tree.chain(tree.number_of[entry_id])]
