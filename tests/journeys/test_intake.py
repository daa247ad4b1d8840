"""From what was said to where somebody is sent; and nothing is written when that is not known."""

from __future__ import annotations

import pytest

from gis.locator.answers import Hint
from halfhour.errors import (
    AmbiguousPlaceError,
    NoPlaceGivenError,
    NoSuchError,
    OutsideTownshipError,
    WrongStageError,
)
from halfhour.vocabulary import Precision, Skill
from services import dispatch, intake, requests
from services.bootstrap import App
from services.meeting_places import meeting_place
from tests.builders import CELLS, FIRST, IN_B, IN_C, NOW, OUTSIDE, SECOND, UPPER, Cast


def requests_written(app: App, person_id: int) -> int:
    with app.unit(person_id) as unit:
        return len(unit.requests.open_requests())


def test_a_head_gives_the_cell_and_the_spot(app: App, township: Cast) -> None:
    placed = intake.place(app, township.dispatcher, "罗木匠家停电了", now=NOW)
    assert placed.path.codes() == (*placed.path.codes()[:1], UPPER, FIRST, CELLS["A"])
    assert placed.precision is Precision.A
    assert (placed.skill, placed.skill_reason) == (Skill.ELECTRICITY, "提到“停电”")


def test_a_landmark_is_refined_to_the_cell_its_point_lies_in(app: App, township: Cast) -> None:
    placed = intake.place(app, township.dispatcher, "上坝村老水井没水了", now=NOW)
    assert placed.path.cell_code == CELLS["A"]
    assert placed.precision is Precision.B


def test_a_village_alone_is_no_spot_but_somebody_can_still_be_sent(
    app: App, township: Cast
) -> None:
    placed = intake.place(app, township.dispatcher, "上坝村停电了", now=NOW)
    assert (placed.point, placed.precision) == (None, Precision.E)
    with app.unit(township.dispatcher) as unit:
        there = meeting_place(unit, unit.requests.get(placed.request_id))
    assert "会合点" in there.what
    (row,) = requests.listing(app, township.dispatcher, NOW)
    assert (row["exact"], row["area"]) == (False, "青溪镇上坝村")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("木匠家停电了", NoPlaceGivenError),
        ("停电了", NoPlaceGivenError),
        ("   ", NoPlaceGivenError),
        ("北京市朝阳区停电了", OutsideTownshipError),
    ],
)
def test_without_a_place_nothing_is_written(app: App, township: Cast, text: str, refusal) -> None:
    with pytest.raises(refusal):
        intake.place(app, township.dispatcher, text, now=NOW)
    assert requests_written(app, township.dispatcher) == 0


def test_two_carpenters_are_asked_about(app: App, township: Cast) -> None:
    with pytest.raises(AmbiguousPlaceError) as asked:
        intake.place(app, township.dispatcher, "上坝村罗木匠家和下坝村冉木匠家都停电了", now=NOW)
    assert len(asked.value.names) == 2
    assert requests_written(app, township.dispatcher) == 0


def test_a_persons_choice_and_pin_beat_the_words(app: App, township: Cast) -> None:
    chosen = intake.place(app, township.dispatcher, "停电了", choice="H-C", now=NOW)
    assert chosen.path.cell_code == CELLS["C"]
    pinned = intake.place(app, township.dispatcher, "罗木匠家停电了", pin=IN_B, now=NOW)
    assert (pinned.path.grid_code, pinned.point) == (SECOND, IN_B)
    with pytest.raises(NoSuchError):
        intake.place(app, township.dispatcher, "停电了", choice="H-X", now=NOW)
    with pytest.raises(OutsideTownshipError):
        intake.place(app, township.dispatcher, "停电了", pin=OUTSIDE, now=NOW)


def test_a_shared_position_far_away_is_outside(app: App, township: Cast) -> None:
    hint = Hint("wechat", None, 116.39, 39.9, "wgs84")
    with pytest.raises(OutsideTownshipError):
        intake.place(app, township.dispatcher, "这里停电了", hint=hint, now=NOW)


def test_a_request_can_be_moved_until_somebody_is_sent(app: App, township: Cast) -> None:
    placed = intake.place(app, township.dispatcher, "罗木匠家停电了", now=NOW, skill=Skill.GENERAL)
    path = intake.correct(app, township.dispatcher, placed.request_id, pin=IN_C, now=NOW)
    assert path.cell_code == CELLS["C"]
    dispatch.dispatch(app, township.dispatcher, placed.request_id, NOW)
    with pytest.raises(WrongStageError):
        intake.correct(app, township.dispatcher, placed.request_id, pin=IN_B, now=NOW)
    with app.unit(township.dispatcher) as unit:
        steps = [event.step.value for event in unit.requests.history(placed.request_id)]
    assert steps == ["place", "correct", "classify", "dispatch"]


def test_whoever_declined_is_not_asked_again(app: App, township: Cast) -> None:
    placed = intake.place(app, township.dispatcher, "罗木匠家要帮忙", now=NOW)
    first, _ = dispatch.dispatch(app, township.dispatcher, placed.request_id, NOW)
    dispatch.decline(app, township.dispatcher, placed.request_id, NOW, reason="在外地")
    second, ranking = dispatch.dispatch(app, township.dispatcher, placed.request_id, NOW)
    assert second.volunteer_id != first.volunteer_id
    refused = next(c for c in ranking if c.volunteer_id == first.volunteer_id)
    assert "已拒此单" in refused.reasons


def test_the_way_is_drawn_from_the_volunteer_to_the_door(app: App, township: Cast) -> None:
    placed = intake.place(app, township.dispatcher, "冉木匠家要帮忙", pin=IN_C, now=NOW)
    chosen, _ = dispatch.dispatch(
        app, township.dispatcher, placed.request_id, NOW, volunteer_id=township.volunteers[0]
    )
    way = dispatch.route(app, township.dispatcher, placed.request_id, NOW)
    assert (way[0], way[-1]) == (chosen.place, IN_C)
    assert len(way) > 2
