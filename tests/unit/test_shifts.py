from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.clock import LOCAL_ZONE
from halfhour.errors import BadFieldError
from halfhour.shifts import format_shifts, holds, on_shift, parse_shifts

MORNING, EVENING = time(8), time(18)
WORKDAYS = tuple((day, MORNING, EVENING) for day in range(1, 6))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of the week that begins on Monday 2026-11-16, in UTC."""
    return datetime(2026, 11, 15 + day, hour, minute, tzinfo=LOCAL_ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "shifts"),
    [
        ("1-5 08:00-18:00", WORKDAYS),
        ("1-5 8:00-18:00;6 09:00-12:00", (*WORKDAYS, (6, time(9), time(12)))),
        ("周一至周五 8:00-18:00", WORKDAYS),
        ("工作日8:00~18:00", WORKDAYS),
        ("星期一、星期三 08:00-18:00", (WORKDAYS[0], WORKDAYS[2])),
        ("1,2,3,4,5 08：00－18：00； ", WORKDAYS),
        ("6-1 20:00-06:00", tuple((d, time(20), time(6)) for d in (1, 6, 7))),
        ("08:00-24:00", tuple((d, MORNING, time(0)) for d in range(1, 8))),
        ("全天", tuple((d, time(0), time(0)) for d in range(1, 8))),
        ("周末全天", ((6, time(0), time(0)), (7, time(0), time(0)))),
        ("", ()),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, shifts: tuple) -> None:
    assert parse_shifts(text) == shifts


@pytest.mark.parametrize(
    "text",
    ["随时", "8-5 08:00-18:00", "1-5", "1-5 25:00-26:00", "1-5 08:60-09:00", "1--5 8:00-9:00"],
)
def test_other_words_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadFieldError, match="1-5 08:00-18:00"):
        parse_shifts(text)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (local(1, 8), True),
        (local(1, 7, 59), False),
        (local(5, 17, 59), True),
        (local(5, 18), False),
        (local(6, 10), False),
    ],
)
def test_a_shift_includes_its_first_minute_and_not_its_last(moment: datetime, on: bool) -> None:
    assert on_shift(WORKDAYS, moment) is on


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (local(6, 23), True),
        (local(7, 5, 59), True),
        (local(7, 6), False),
        (local(6, 5), False),
    ],
)
def test_a_night_shift_belongs_to_the_day_it_begins_on(moment: datetime, on: bool) -> None:
    assert on_shift(parse_shifts("6 20:00-06:00"), moment) is on


def test_sunday_night_runs_into_monday() -> None:
    assert on_shift(parse_shifts("7 22:00-02:00"), local(8, 1))


def test_nobody_without_hours_is_on_shift() -> None:
    assert not on_shift((), local(1, 12))


times = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
hours = st.tuples(st.integers(1, 7), times, times)


@given(st.lists(hours))
def test_what_is_written_is_read_back(shifts: list) -> None:
    assert parse_shifts(format_shifts(shifts)) == tuple(sorted(set(shifts)))


@given(hours)
def test_a_shift_lasts_as_long_as_it_says(shift: tuple) -> None:
    _, starts, ends = shift
    minutes = (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) % (24 * 60)
    week = (local(1, 0) + timedelta(minutes=n) for n in range(7 * 24 * 60))
    assert sum(holds(shift, moment) for moment in week) == (minutes or 24 * 60)
