"""`halfhour demo --once`: the whole journey of one request, as somebody sees it who just cloned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clusters import an_open_folder

HALFHOUR = Path(sys.executable).with_name("halfhour")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with an_open_folder() as folder:
        yield folder


def halfhour(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HALFHOUR_HOME": str(home)}
    return subprocess.run(
        [HALFHOUR, *words], env=environment, capture_output=True, text=True, check=False
    )


def test_the_demo_takes_a_sentence_to_a_volunteer_and_can_be_repeated(home: Path) -> None:
    first = halfhour(home, "demo", "--once", "--json")
    assert first.returncode == 0, first.stderr
    journey = json.loads(first.stdout)["journey"]
    assert journey["located"]["answer"] == "found"
    assert journey["request"]["cell"].startswith(journey["request"]["grid"])
    assert journey["assigned"]["minutes"] <= 30
    assert journey["considered"] == 300

    again = halfhour(home, "demo", "--once", "--text", "停电了")
    assert "青溪镇已经在库里" in again.stderr
    assert again.returncode == 3
    assert "请问一问" in again.stderr

    status = json.loads(halfhour(home, "db", "status", "--json").stdout)
    assert status["running"]
    backup = home / "demo.backup"
    assert halfhour(home, "db", "backup", str(backup)).returncode == 0
    placed = json.loads(halfhour(home, "place", journey["text"], "--json").stdout)
    assert placed["request"]["id"] > journey["request"]["id"]
    restored = halfhour(home, "db", "restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    once_more = json.loads(halfhour(home, "place", journey["text"], "--json").stdout)
    assert once_more["request"]["number"] == placed["request"]["number"]
    assert halfhour(home, "db", "stop").returncode == 0


def test_a_mistake_ends_in_one_chinese_sentence_and_an_exit_code(home: Path) -> None:
    ran = halfhour(home, "travel-times", "--roads", str(HALFHOUR), "--origins", str(HALFHOUR),
                   "--destinations", str(HALFHOUR), "--out", str(home / "out.csv"))  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr.strip().splitlines()[-1].startswith("✗")
    assert "Traceback" not in ran.stderr
