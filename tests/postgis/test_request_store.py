"""Requests: found, listed, counted; and the two records of them that never part."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfhour.errors import BadFieldError, NoSuchError, WrongStageError
from halfhour.six_orders import Stage, Step, stage_from
from halfhour.vocabulary import Channel, Precision, Skill
from tests.builders import (
    CELLS,
    FIRST,
    IN_A,
    IN_B,
    IN_C,
    NOW,
    SECOND,
    TOWNSHIP,
    a_request,
    offer_to,
)


def test_what_was_said_is_kept_as_it_was_said(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        placed = unit.requests.open_new(
            text="3组罗木匠家停电了，老人怕冷",
            channel=Channel.WECHAT,
            path=unit.areas.path_at(IN_A),
            point=IN_A,
            now=NOW,
            label="青溪镇上坝村第一网格A联户",
            precision=Precision.A,
            confidence=0.93,
            evidence=("罗木匠：户主", "3组：村民组"),
            skill=Skill.ELECTRICITY,
            reporter="罗某",
            reporter_phone="13900000000",
        )
        unit.commit()
    with acting(township.operator) as unit:
        kept = unit.requests.get(placed.id)
    assert (kept.text, kept.channel, kept.skill) == (
        "3组罗木匠家停电了，老人怕冷",
        Channel.WECHAT,
        Skill.ELECTRICITY,
    )
    assert (kept.place, kept.precision, kept.confidence) == (IN_A, Precision.A, 0.93)
    assert kept.evidence == ["罗木匠：户主", "3组：村民组"]
    assert (kept.stage, kept.placed_at, kept.placed_by) == (
        Stage.PLACED,
        NOW,
        township.dispatcher,
    )
    assert kept.area_codes() == [TOWNSHIP, FIRST[:12], FIRST, CELLS["A"]]


def test_a_request_may_know_its_village_only(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        path = unit.areas.path_of(FIRST[:12])
        placed = unit.requests.open_new(
            text="村里路断了", channel=Channel.VISIT, path=path, point=None, now=NOW
        )
        unit.commit()
        assert placed.place is None
        assert [row["lon"] for row in unit.requests.board_rows()] == [None]
        assert unit.requests.counts_by_grid() == {}


def test_numbers_begin_anew_each_year_of_shanghai(acting, township) -> None:
    last_night = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    new_year = last_night + timedelta(minutes=1)
    with acting(township.dispatcher) as unit:
        numbers = [a_request(unit, now=now).number for now in (last_night, new_year, new_year)]
    assert numbers == [
        f"{TOWNSHIP}-2026-00001",
        f"{TOWNSHIP}-2027-00001",
        f"{TOWNSHIP}-2027-00002",
    ]


@pytest.mark.parametrize("written", ["{number}", " {number} ", "{id}", "2026-00001"])
def test_a_request_is_found_by_number_id_or_the_end_of_its_number(
    acting, township, written: str
) -> None:
    with acting(township.dispatcher) as unit:
        placed = a_request(unit)
        a_request(unit)
        unit.commit()
        wanted = written.format(number=placed.number, id=placed.id)
        assert unit.requests.find(wanted).id == placed.id


def test_a_serial_that_is_also_the_id_of_another_request_is_asked_about(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        given_up = a_request(unit)
        serial = int(given_up.number.rsplit("-", 1)[-1])
    with acting(township.dispatcher) as unit:
        first, second = a_request(unit), a_request(unit)
        unit.commit()
        assert second.number.endswith(f"-{serial + 1:05d}")
        assert first.id == serial + 1
        with pytest.raises(BadFieldError, match=second.number):
            unit.requests.find(str(first.id))
        assert unit.requests.find(f"{serial + 1:05d}").id == second.id


@pytest.mark.parametrize("written", ["", "0", "9" * 40, "2026-99999", "' OR 1=1 --", "单"])
def test_what_is_no_number_finds_nothing(acting, township, written: str) -> None:
    with acting(township.dispatcher) as unit:
        a_request(unit)
        with pytest.raises(NoSuchError):
            unit.requests.find(written)


def test_open_requests_are_listed_oldest_first_and_counted_by_grid(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(township.dispatcher) as unit:
        late = a_request(unit, now=NOW + timedelta(hours=1))
        early = a_request(unit, point=IN_B, now=NOW)
        done = a_request(unit, point=IN_C)
        offer_to(unit, done, volunteer)
        for step in (Step.ACCEPT, Step.COMPLETE):
            done.take(step, at=NOW, by=township.dispatcher)
        unit.commit()
        assert [r.id for r in unit.requests.open_requests()] == [early.id, late.id]
        assert unit.requests.counts_by_grid() == {FIRST: 1, SECOND: 1}


def test_the_board_says_who_is_on_the_way(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(township.dispatcher) as unit:
        waiting = a_request(unit, now=NOW)
        sent = a_request(unit, point=IN_B, now=NOW + timedelta(minutes=1))
        offer_to(unit, sent, volunteer, now=NOW + timedelta(minutes=2))
        unit.commit()
        rows = unit.requests.board_rows()
    assert [row["id"] for row in rows] == [waiting.id, sent.id]
    assert [row["stage"] for row in rows] == ["catalogued", "dispatched"]
    assert [row["volunteer"] for row in rows] == [None, "罗甲"]
    assert [row["travel_s"] for row in rows] == [None, 600.0]
    assert (rows[0]["lon"], rows[0]["lat"]) == (IN_A.lon, IN_A.lat)


def test_today_counts_from_midnight_in_shanghai(acting, township) -> None:
    first, second, third = township.volunteers
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
    with acting(township.dispatcher) as unit:
        for volunteer, moment, travel_s in (
            (first, midnight - timedelta(minutes=1), 600.0),
            (second, midnight, 1800.0),
            (third, NOW, 1800.1),
        ):
            a_request(unit, now=moment).take(
                Step.DISPATCH,
                at=moment,
                by=township.dispatcher,
                volunteer_id=volunteer,
                travel_s=travel_s,
            )
        unit.flush()
        assert unit.requests.in_time_today(NOW) == (2, 1)


def test_the_wait_for_an_offer_counts_as_much_as_the_way(acting, township) -> None:
    volunteer, refuser, _ = township.volunteers
    with acting(township.dispatcher) as unit:
        request = a_request(unit, now=NOW)
        for number, (whom, minutes) in enumerate([(refuser, 1), (volunteer, 25)]):
            at = NOW + timedelta(minutes=minutes)
            request.take(
                Step.DISPATCH, at=at, by=township.dispatcher, volunteer_id=whom, travel_s=360.0
            )
            unit.flush()
            if number == 0:
                assert unit.requests.in_time_today(at) == (1, 1)
                request.take(Step.DECLINE, at=at, by=township.dispatcher, reason="在外地")
                unit.flush()
        assert unit.requests.in_time_today(at) == (1, 0)


def test_offers_that_wait_too_long_are_found(acting, township) -> None:
    first, second, _ = township.volunteers
    with acting(township.dispatcher) as unit:
        for volunteer, minutes in ((first, 10), (second, 5)):
            a_request(unit).take(
                Step.DISPATCH,
                at=NOW,
                by=township.dispatcher,
                volunteer_id=volunteer,
                answer_by=NOW + timedelta(minutes=minutes),
            )
        unit.commit()
        late = unit.requests.unanswered_since(NOW + timedelta(minutes=5))
        assert len(late) == 1
        assert len(unit.requests.unanswered_since(NOW + timedelta(minutes=30))) == 2
    with acting(township.operator) as unit:
        request = unit.requests.locked(late[0])
        request.take(Step.EXPIRE, at=NOW + timedelta(minutes=5), by=township.operator)
        unit.commit()
        assert request.stage is Stage.CATALOGUED
        assert unit.requests.refused_by(request.id) == {second}
        assert unit.requests.unanswered_since(NOW + timedelta(minutes=5)) == []


def test_a_declined_request_goes_to_the_next(acting, township) -> None:
    first, second, _ = township.volunteers
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        offer_to(unit, request, first)
        request.take(Step.DECLINE, at=NOW, by=township.dispatcher, reason="在外地")
        unit.flush()
        offer_to(unit, request, second)
        unit.commit()
        assert request.volunteer_id == second
        assert [offer.state.value for offer in unit.requests.get(request.id).offers] == [
            "declined",
            "dispatched",
        ]


def test_a_dispatch_names_somebody(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        with pytest.raises(WrongStageError):
            request.take(Step.DISPATCH, at=NOW, by=township.dispatcher)
        unit.commit()
        assert unit.requests.get(request.id).stage is Stage.CATALOGUED


def test_a_refused_step_changes_nothing(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        unit.commit()
        with pytest.raises(WrongStageError):
            request.take(Step.RATE, at=NOW, by=township.dispatcher)
        unit.commit()
        assert len(unit.requests.history(request.id)) == 2


@pytest.mark.parametrize("text", ["", "有零字节\x00"])
def test_words_that_cannot_be_kept_are_refused_in_words(acting, township, text: str) -> None:
    with acting(township.dispatcher) as unit, pytest.raises(BadFieldError):
        a_request(unit, text)


def test_words_that_look_like_sql_are_words(acting, township) -> None:
    said = "'); DROP TABLE requests; -- %s %(x)s :name \\' 100%"
    with acting(township.dispatcher) as unit:
        placed = a_request(unit, said)
        unit.commit()
    with acting(township.operator) as unit:
        assert unit.requests.get(placed.id).text == said


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**32))
def test_after_any_walk_the_stage_follows_from_the_history(database, township, seed) -> None:
    """Steps drawn at random, legal and illegal, by the person each is left to."""
    choice = random.Random(seed)
    actors = {
        Step.REVIEW: township.committee,
        Step.EXPIRE: township.operator,
    }
    with database.unit(township.dispatcher) as unit:
        request_id = a_request(unit, classified=False).id
        unit.commit()
    for _ in range(12):
        step = choice.choice([s for s in Step if s is not Step.PLACE])
        by = actors.get(step, township.dispatcher)
        with database.unit(by) as unit:
            request = unit.requests.locked(request_id)
            free = [v.volunteer_id for v in unit.volunteers.on_hand(NOW) if not v.open_requests]
            whom = free[0] if step is Step.DISPATCH and free else None
            try:
                request.take(step, at=NOW, by=by, volunteer_id=whom)
            except WrongStageError:
                continue
            unit.commit()
    with database.unit(township.operator) as unit:
        request = unit.requests.get(request_id)
        history = unit.requests.history(request_id)
        assert stage_from([event.step for event in history]) is request.stage
        assert [event.seq for event in history] == list(range(1, len(history) + 1))
        assert history[-1].stage is request.stage
        if request.offer is not None:  # free the volunteer for the next walk
            end = Step.EXPIRE if request.stage is Stage.DISPATCHED else Step.COMPLETE
            by = township.operator if end is Step.EXPIRE else township.dispatcher
    if request.offer is not None:
        with database.unit(by) as unit:
            unit.requests.locked(request_id).take(end, at=NOW, by=by)
            unit.commit()
