"""Who is on hand: shifts, their own word, where they are, what they carry."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from halfhour.errors import BadFieldError, NoSuchError
from halfhour.shifts import Hours
from halfhour.six_orders import Step
from halfhour.vocabulary import Role, Skill, TravelMode
from models.geometry import point_at
from tests.builders import (
    ALWAYS,
    IN_A,
    IN_B,
    IN_C,
    LOWER,
    NOW,
    OUTSIDE,
    a_request,
    a_volunteer,
    offer_to,
)

MONDAY_10 = NOW
"""Ten in the morning on a Monday, in Asia/Shanghai."""


def one(unit, volunteer_id: int, now: datetime = NOW):
    (found,) = [v for v in unit.volunteers.on_hand(now) if v.volunteer_id == volunteer_id]
    return found


@pytest.mark.parametrize(
    ("shift", "moment", "on_shift"),
    [
        ((1, time(8), time(18)), MONDAY_10, True),
        ((1, time(10), time(18)), MONDAY_10, True),
        ((1, time(8), time(10)), MONDAY_10, False),
        ((2, time(8), time(18)), MONDAY_10, False),
        ((7, time(20), time(12)), MONDAY_10, True),
        ((1, time(20), time(6)), datetime(2026, 11, 23, 21, tzinfo=UTC), True),
        ((1, time(0), time(0)), MONDAY_10, True),
        ((1, time(0), time(12)), datetime(2026, 11, 22, 16, tzinfo=UTC), True),
        ((1, time(0), time(12)), datetime(2026, 11, 22, 15, 59, tzinfo=UTC), False),
    ],
    ids=[
        "within",
        "as it begins",
        "as it ends",
        "another day",
        "since Sunday night",
        "on Tuesday before dawn",
        "all day",
        "midnight in Shanghai",
        "a minute before",
    ],
)
def test_shifts_are_hours_of_the_week_in_shanghai(
    acting, township, shift: Hours, moment: datetime, on_shift: bool
) -> None:
    with acting(township.operator) as unit:
        volunteer = a_volunteer(unit, shifts=(shift,))
        assert one(unit, volunteer, moment).on_shift is on_shift


def test_their_own_word_beats_the_shift_while_it_holds(acting, township) -> None:
    volunteer = township.volunteers[0]
    later = NOW + timedelta(hours=2)
    with acting(volunteer) as unit:
        unit.volunteers.set_duty(volunteer, "off", until=later)
        assert not one(unit, volunteer, NOW).on_shift
        assert one(unit, volunteer, later).on_shift
        unit.volunteers.set_shifts(volunteer, ())
        assert not one(unit, volunteer, later).on_shift
        unit.volunteers.set_duty(volunteer, "on", until=None)
        assert one(unit, volunteer, later + timedelta(days=9)).on_shift
        unit.volunteers.set_duty(volunteer, None, until=None)
        assert not one(unit, volunteer, later).on_shift
        unit.commit()


def test_they_are_where_they_were_last_seen_for_an_hour_then_at_home(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(volunteer) as unit:
        assert one(unit, volunteer).place == IN_A
        unit.volunteers.seen(volunteer, IN_C, now=NOW)
        assert one(unit, volunteer, NOW + timedelta(minutes=60)).place == IN_C
        assert one(unit, volunteer, NOW + timedelta(minutes=61)).place == IN_A


def test_everything_choosing_needs_is_there(acting, township) -> None:
    skills = frozenset({Skill.MEDICAL, Skill.CARE})
    with acting(township.operator) as unit:
        volunteer = a_volunteer(
            unit, "杨护士", home=IN_B, mode=TravelMode.WALK, skills=skills, load_limit=2
        )
        found = one(unit, volunteer)
    assert (found.name, found.mode, found.place) == ("杨护士", TravelMode.WALK, IN_B)
    assert (found.skills, found.load_limit, found.open_requests) == (skills, 2, 0)
    assert found.travel_s == float("inf")
    assert found.reasons == ()


def test_what_they_carry_counts_from_offer_to_completion(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(township.dispatcher) as unit:
        request = a_request(unit)
        offer_to(unit, request, volunteer)
        unit.commit()
        found = one(unit, volunteer)
        assert (found.open_requests, found.unanswered) == (1, True)
        assert not unit.volunteers.hold_if_free(volunteer, now=NOW)
        request.take(Step.ACCEPT, at=NOW, by=township.dispatcher)
        unit.commit()
        found = one(unit, volunteer)
        assert (found.open_requests, found.unanswered) == (1, False)
        assert unit.volunteers.hold_if_free(volunteer, now=NOW)
        request.take(Step.COMPLETE, at=NOW, by=township.dispatcher)
        unit.commit()
        assert one(unit, volunteer).open_requests == 0
        assert request.volunteer_id == volunteer


def test_a_village_desk_sees_what_its_people_carry_for_other_villages(acting, township) -> None:
    at_home_here = township.volunteers[0]
    with acting(township.dispatcher) as unit:
        offer_to(unit, a_request(unit, point=IN_C), at_home_here)
        unit.commit()
    with acting(township.upper_dispatcher) as unit:
        assert one(unit, at_home_here).unanswered
        assert not unit.volunteers.hold_if_free(at_home_here, now=NOW)
        assert unit.requests.open_requests() == []


def test_those_off_duty_full_or_gone_are_not_held(acting, township) -> None:
    first, second, third = township.volunteers
    with acting(township.dispatcher) as unit:
        unit.volunteers.set_duty(first, "off", until=None)
        assert not unit.volunteers.hold_if_free(first, now=NOW)
        unit.volunteers.get(second).active = False
        unit.flush()
        assert not unit.volunteers.hold_if_free(second, now=NOW)
        unit.volunteers.get(third).load_limit = 1
        request = a_request(unit)
        offer_to(unit, request, third)
        request.take(Step.ACCEPT, at=NOW, by=township.dispatcher)
        unit.flush()
        assert not unit.volunteers.hold_if_free(third, now=NOW)
        assert not unit.volunteers.hold_if_free(10**9, now=NOW)


def test_many_are_enrolled_at_once_and_in_order(acting, township) -> None:
    rows = [
        {"name": f"队员{n}", "phone": str(n), "home": IN_A, "mode": TravelMode.E_BIKE}
        for n in range(40)
    ]
    rows[3] |= {"skills": {Skill.RESCUE}, "load_limit": 5, "shifts": ALWAYS}
    with acting(township.operator) as unit:
        ids = unit.volunteers.add_many(rows)
        people = {v.volunteer_id: v for v in unit.volunteers.on_hand(NOW)}
        unit.commit()
    assert [people[i].name for i in ids] == [row["name"] for row in rows]
    assert (people[ids[3]].skills, people[ids[3]].load_limit) == ({Skill.RESCUE}, 5)
    assert people[ids[3]].on_shift
    assert not people[ids[4]].on_shift


def test_a_roster_read_again_adds_nobody_twice(acting, township) -> None:
    rows = [{"name": "吴哥", "phone": "1", "home": IN_A, "mode": TravelMode.WALK, "shifts": ALWAYS}]
    with acting(township.operator) as unit:
        assert unit.volunteers.enrol(rows) == (1, 0)
        rows[0]["mode"] = TravelMode.CAR
        assert unit.volunteers.enrol(rows) == (0, 1)
        (again,) = [v for v in unit.volunteers.on_hand(NOW) if v.name == "吴哥"]
        assert again.mode is TravelMode.CAR
        unit.commit()


def test_moving_house_moves_them_into_another_chiefs_view(acting, township) -> None:
    volunteer = township.volunteers[0]
    with acting(township.operator) as unit:
        unit.volunteers.get(volunteer).home = point_at(IN_C)
        unit.commit()
    with acting(township.third_chief) as unit:
        assert one(unit, volunteer).place == IN_C
    with acting(township.first_chief) as unit:
        assert unit.volunteers.on_hand(NOW) == []


def test_a_volunteer_who_lives_outside_is_seen_by_the_township_only(acting, township) -> None:
    with acting(township.operator) as unit:
        volunteer = a_volunteer(unit, home=OUTSIDE)
        unit.commit()
    with acting(township.dispatcher) as unit:
        assert one(unit, volunteer).place == OUTSIDE
    with acting(township.upper_dispatcher) as unit, pytest.raises(NoSuchError):
        unit.volunteers.get(volunteer)


def test_a_senseless_load_limit_is_refused_in_words(acting, township) -> None:
    with acting(township.operator) as unit, pytest.raises(BadFieldError, match="接单上限"):
        a_volunteer(unit, load_limit=0)


def test_a_stand_in_sees_the_polygon_for_as_long_as_they_stand_in(acting, township) -> None:
    now = datetime.now(UTC)
    with acting(township.operator) as unit:
        stand_in = unit.people.add("代班").id
        granted = unit.people.grant(
            stand_in,
            Role.GRID_CHIEF,
            LOWER + "001",
            by=township.operator,
            now=now - timedelta(hours=1),
            until=now + timedelta(hours=1),
        )
        unit.commit()
        assert unit.people.roles(stand_in, now=now) == [(Role.GRID_CHIEF, LOWER + "001")]
        assert unit.people.roles(stand_in, now=now + timedelta(hours=1)) == []
    with acting(stand_in) as unit:
        assert unit.households.count() == 2
    with acting(township.operator) as unit:
        unit.people.end_grant(granted.id, now=now)
        unit.commit()
    with acting(stand_in) as unit:
        assert unit.households.count() == 0
