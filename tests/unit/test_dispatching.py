"""Who goes: the first to arrive among those nothing speaks against."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.dispatching import HALF_HOUR_S, Candidate, choose, judged, ranked
from halfhour.errors import NobodyInReachError
from halfhour.places import LonLat
from halfhour.vocabulary import Skill, TravelMode


def a_candidate(volunteer_id: int = 1, travel_s: float = 600, **facts: object) -> Candidate:
    return replace(
        Candidate(
            volunteer_id, f"志愿者{volunteer_id}", TravelMode.WALK, LonLat(108, 28), travel_s
        ),
        **facts,
    )


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    return judged(
        a_candidate(
            volunteer_id=draw(st.integers(1, 500)),
            travel_s=draw(st.one_of(st.floats(0, 4000), st.just(float("inf")))),
            open_requests=draw(st.integers(0, 4)),
            on_shift=draw(st.booleans()),
            skills=draw(st.frozensets(st.sampled_from(Skill))),
        ),
        needs=draw(st.sampled_from([frozenset(), frozenset({Skill.ELECTRICITY})])),
    )


def test_the_first_to_arrive_goes() -> None:
    near, far = a_candidate(1, 900), a_candidate(2, 600)
    assert choose([near, far]) == far


def test_equal_times_go_to_whoever_carries_less_then_to_the_lower_id() -> None:
    busy, free = a_candidate(1, open_requests=1), a_candidate(2)
    assert choose([busy, free]) == free
    assert choose([a_candidate(4), a_candidate(3)]).volunteer_id == 3


def test_half_an_hour_is_inclusive() -> None:
    assert choose([a_candidate(travel_s=HALF_HOUR_S)]).travel_s == HALF_HOUR_S
    with pytest.raises(NobodyInReachError, match="none of 1 volunteers"):
        choose([a_candidate(travel_s=HALF_HOUR_S + 1)])


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"on_shift": False}, "不在班"),
        ({"open_requests": 3}, "手上已有3单"),
        ({"travel_s": float("inf")}, "30分钟内到不了"),
        ({}, "缺少技能：电工"),
    ],
)
def test_each_objection_is_said(facts: dict[str, object], reason: str) -> None:
    needs = frozenset() if facts else frozenset({Skill.ELECTRICITY})
    assert judged(a_candidate(**facts), needs=needs).reasons == (reason,)


@given(people=st.lists(candidates(), min_size=1), shuffle=st.randoms(use_true_random=False))
def test_the_ranking_does_not_depend_on_who_is_listed_first(people, shuffle) -> None:
    unique = list({person.volunteer_id: person for person in people}.values())
    assert ranked(shuffle.sample(unique, len(unique))) == ranked(unique)


@given(people=st.lists(candidates()))
def test_nobody_with_an_objection_is_ever_chosen(people: list[Candidate]) -> None:
    try:
        chosen = choose(people)
    except NobodyInReachError:
        assert all(person.reasons for person in people)
    else:
        assert not chosen.reasons
        assert all(p.reasons or p.travel_s >= chosen.travel_s for p in people)
