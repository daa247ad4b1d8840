"""When in the week somebody may be called (班次): reading the hours, and whether they hold now.

Hours are local, Asia/Shanghai. A shift belongs to the day it begins on and may run past midnight.

    1-5 08:00-18:00;6 09:00-12:00      Monday to Friday, and Saturday morning
    周一至周五 8:00-18:00               the same days in words
    每天 20:00-06:00                    every night
    全天                                always
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, time

from halfhour.clock import LOCAL_ZONE
from halfhour.errors import BadFieldError

Hours = tuple[int, time, time]
"""Weekday (1 Monday to 7 Sunday), from, until. Until is exclusive; not after from: next day."""

_MIDNIGHT = time(0, 0)
_EVERY_DAY = tuple(range(1, 8))
_DAY_WORDS = {
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "日": "7",
    "天": "7",
}
_NAMED_DAYS = {"工作日": "1-5", "周末": "6-7", "每天": "1-7", "每日": "1-7", "天天": "1-7"}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_PART = re.compile(r"^(?P<days>[1-7,\-]*)\s*(?P<hours>\d{1,2}:\d{2}-\d{1,2}:\d{2})$")


def parse_shifts(text: str) -> tuple[Hours, ...]:
    """
    Read weekly hours.

    Parts are separated by semicolons; each is days and hours. Days are numbers, ranges and lists
    (`1-5`, `1,3,5`; a range may run over Sunday: `6-1`), or Chinese words; none means every day.
    An empty text is no shift at all.

    Returns
    -------
    shifts
        One for each weekday and stretch, in the order of the week, without repeats.

    Raises
    ------
    BadFieldError
        If a part is none of this; its row is `-`, the caller knows which it is.
    """
    shifts = {hours for part in _parts(text) for hours in _read(part)}
    return tuple(sorted(shifts))


def format_shifts(shifts: Iterable[Hours]) -> str:
    """Write weekly hours so that `parse_shifts` reads the same; equal hours share their days."""
    days: dict[tuple[time, time], list[int]] = {}
    for weekday, starts, ends in sorted(set(shifts)):
        days.setdefault((starts, ends), []).append(weekday)
    return ";".join(
        f"{_days_text(weekdays)} {starts:%H:%M}-{'24:00' if ends == _MIDNIGHT else f'{ends:%H:%M}'}"
        for (starts, ends), weekdays in days.items()
    )


def on_shift(shifts: Iterable[Hours], moment: datetime) -> bool:
    """Tell whether any of the weekly hours hold an aware moment."""
    return any(holds(hours, moment) for hours in shifts)


def holds(hours: Hours, moment: datetime) -> bool:
    """Tell whether one stretch of weekly hours holds an aware moment, last minute excluded."""
    weekday, starts, ends = hours
    local = moment.astimezone(LOCAL_ZONE)
    today, at = local.isoweekday(), local.time()
    if starts < ends:
        return today == weekday and starts <= at < ends
    return (today == weekday and at >= starts) or (today == weekday % 7 + 1 and at < ends)


def _parts(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace("。", ";")
    for word, days in _NAMED_DAYS.items():
        plain = plain.replace(word, days)
    plain = re.sub(r"(?:周|星期|礼拜)([一二三四五六日天])", lambda m: _DAY_WORDS[m[1]], plain)
    plain = re.sub(r"[至到~—–]", "-", plain)
    plain = re.sub(r"\s*([-,])\s*", r"\1", plain)
    return [part.strip() for part in plain.split(";") if part.strip()]


def _read(part: str) -> list[Hours]:
    if part in {"全天", "24小时", "1-7全天", "1-7 全天"}:
        return [(day, _MIDNIGHT, _MIDNIGHT) for day in _EVERY_DAY]
    match = _PART.match(part.replace("全天", "00:00-24:00"))
    if match is None:
        raise _unreadable(part)
    starts, ends = (_time(hour, minute, part) for hour, minute in _CLOCK.findall(match["hours"]))
    return [(day, starts, ends) for day in _weekdays(match["days"], part)]


def _weekdays(days: str, part: str) -> list[int]:
    if not days:
        return list(_EVERY_DAY)
    weekdays: list[int] = []
    for piece in days.split(","):
        ends = piece.split("-")
        if len(ends) > 2 or not all(len(end) == 1 for end in ends):
            raise _unreadable(part)
        first, last = int(ends[0]), int(ends[-1])
        weekdays += [(first + n - 1) % 7 + 1 for n in range((last - first) % 7 + 1)]
    return weekdays


def _time(hour: str, minute: str, part: str) -> time:
    if (hour, minute) == ("24", "00"):
        return _MIDNIGHT
    if int(hour) > 23 or int(minute) > 59:
        raise _unreadable(part)
    return time(int(hour), int(minute))


def _days_text(weekdays: list[int]) -> str:
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)


def _unreadable(part: str) -> BadFieldError:
    return BadFieldError(
        "-", "班次", f"看不懂“{part}”", "请写成 1-5 08:00-18:00;6 09:00-12:00 的样子"
    )
