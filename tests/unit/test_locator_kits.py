"""Whole townships of messages: the public kit, and generated ones of other regions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.locator.habits import HABITS, township_of
from benchmarks.locator.messages import Writer
from benchmarks.locator.scoring import score
from gis.gazetteer import read_gazetteer, read_outside
from gis.locate_cases import locate_file
from gis.locator.locator import Locator
from gis.locator.tree import Tree
from halfhour.errors import BadFieldError

KIT = Path(__file__).parents[2] / ".." / "shared" / "geocode_kit" / "A_pingyuan"


@pytest.fixture(scope="module")
def kit() -> Path:
    if not (KIT / "cases.jsonl").exists():
        pytest.skip(f"{KIT} is absent")
    return KIT


def test_the_public_kit_is_passed(kit: Path) -> None:
    entries = read_gazetteer(kit / "gazetteer.csv")
    locator = Locator(entries, read_outside(kit / "outside.csv"))
    lines = (kit / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    result = score(locator, Tree(entries), [json.loads(line) for line in lines])
    assert result.decision_share >= 0.98, result.misses
    assert result.wrong_share <= 0.008, result.misses
    assert result.calibration_error <= 0.05


@pytest.mark.parametrize("code", HABITS)
def test_other_regions_are_understood_as_well(code: str, tmp_path: Path) -> None:
    town = township_of(HABITS[code], seed=3)
    town.write(tmp_path)
    entries = read_gazetteer(tmp_path / "gazetteer.csv")
    locator = Locator(entries, read_outside(tmp_path / "outside.csv"))
    cases = [
        {"text": case.text, "hint": case.hint, "expect": case.expect}
        for case in Writer(town, seed=11).write()
    ]
    result = score(locator, Tree(entries), cases)
    assert result.decision_share >= 0.97, result.misses
    assert result.wrong_share <= 0.008, result.misses


def test_a_file_of_messages_is_answered_line_by_line(tmp_path: Path) -> None:
    township_of(HABITS["CQ"], households=2).write(tmp_path)
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    cases.write_text(
        '{"id": 1, "text": "团坝村三社停水", "expect": {"kind": "none"}}\n\n'
        '{"id": 2, "text": "[位置]", "hint": {"channel": "wechat", "lon": 107.21, "lat": 29.41}}\n',
        encoding="utf-8",
    )
    assert locate_file(tmp_path / "gazetteer.csv", cases, out, tmp_path / "outside.csv") == 2
    first, second = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert (first["id"], first["kind"], first["candidates"]) == (1, "found", ["CQ04Z03"])
    assert {"lon", "lat"} <= second.keys()


@pytest.mark.parametrize(
    ("line", "field"), [("nonsense", "-"), ("{}", "id"), ('{"id": 1}', "text")]
)
def test_a_line_that_is_no_message_is_named(tmp_path: Path, line: str, field: str) -> None:
    township_of(HABITS["CQ"], households=1).write(tmp_path)
    cases = tmp_path / "cases.jsonl"
    cases.write_text(line, encoding="utf-8")
    with pytest.raises(BadFieldError) as caught:
        locate_file(tmp_path / "gazetteer.csv", cases, tmp_path / "out.jsonl")
    assert caught.value.field == field
