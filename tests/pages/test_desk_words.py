"""What the desk shows and understands, without a page."""

from __future__ import annotations

from math import inf

import pytest

from dashboard import desk_view, snippets
from halfhour.places import LonLat
from halfhour.six_orders import Stage


def test_a_click_counts_once() -> None:
    told = {"op": "pin", "lon": 107.2, "lat": 27.9, "names": ["青溪镇", "桐木村"], "seq": 5}
    click = desk_view.read_click(told, last_seq=4)
    assert click is not None
    assert click.pin == desk_view.Pin(LonLat(107.2, 27.9), ("青溪镇", "桐木村"))
    assert click.pin.label == "桐木村"
    assert desk_view.read_click(told, last_seq=5) is None


@pytest.mark.parametrize("told", [None, {}, {"seq": "9"}, {"op": "fly", "seq": 9}, {"zoom": 12}])
def test_what_the_map_cannot_mean_is_ignored(told) -> None:
    assert desk_view.read_click(told, last_seq=0) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(10, "1分钟"), (60, "1分钟"), (61, "2分钟"), (1800, "30分钟"), (inf, "到不了")],
)
def test_minutes_are_rounded_up_so_that_nobody_is_promised_too_much(seconds, said) -> None:
    assert snippets.minutes_text(seconds) == said


@pytest.mark.parametrize(
    "said",
    ["![x](http://a/b.png)", "**大**", ":material/add:", "<img src=x onerror=y>", "$x$", "`a`"],
)
def test_words_in_labels_and_cards_are_shown_as_they_are(said: str) -> None:
    label = snippets.plain(said)
    assert label.replace("\\", "") == said
    assert all(label[at - 1] == "\\" for at, mark in enumerate(label) if mark in "![]()*:<>$`")
    card = snippets.request_card("520626101000-2026-00017", said, said, [said])
    assert "<img" not in card


def test_a_request_is_called_by_its_serial() -> None:
    assert snippets.short_number("520626101000-2026-00017") == "№ 17"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("青溪镇下洞溪村第二网格下洞溪村五组第二联户", "下洞溪村第二网格五组第二联户"),
        ("青溪镇新桥社区第一网格", "新桥社区第一网格"),
        ("青溪镇", "青溪镇"),
        ("La Massana", "La Massana"),
    ],
)
def test_a_list_does_not_repeat_what_everybody_knows(name: str, short: str) -> None:
    assert snippets.short_area(name) == short


@pytest.mark.parametrize("stage", list(Stage))
def test_each_stage_marks_the_steps_taken_and_the_next(stage: Stage) -> None:
    drawn = snippets.steps(stage)
    assert drawn.count('class="done"') == list(Stage).index(stage) + 1
    assert drawn.count('class="next"') == (stage is not Stage.REVIEWED)


def test_a_rerun_with_the_same_facts_leaves_the_view_alone() -> None:
    request = {"id": 3, "stage": "catalogued", "lon": 107.2, "lat": 27.9, "label": "桐木村"}
    assert desk_view.working(request, ())["view"] == desk_view.working(request, ())["view"]
    moved = desk_view.going(request, [LonLat(107.2, 27.9)], name="李志", note="9分钟")
    assert moved["view"] != desk_view.working(request, ())["view"]
