"""Who goes (派单): the choice of a volunteer, and the reasons for and against each.

Pure rules. Travel times come from whoever implements `TravelTimes`; who is available comes from
the store. Nothing here knows a road or a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from halfhour.errors import NobodyInReachError
from halfhour.places import LonLat
from halfhour.vocabulary import Skill, TravelMode

HALF_HOUR_S = 1800.0


class TravelTimes(Protocol):
    """Seconds by road. `routing.travel_time.Roads` is the one implementation."""

    def seconds_to(
        self, origins: Sequence[LonLat], destination: LonLat, *, mode: TravelMode, limit_s: float
    ) -> list[float]:
        """Seconds from each origin, door to door; infinite if unreachable or over the limit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be sent, with what speaks for and against them."""

    volunteer_id: int
    name: str
    mode: TravelMode
    place: LonLat
    travel_s: float
    """Door to door by road; infinite if no road leads there within the limit."""
    open_requests: int = 0
    load_limit: int = 3
    skills: frozenset[Skill] = frozenset()
    on_shift: bool = True
    unanswered: bool = False
    """Whether an offer to them waits for an answer; nobody is asked twice at once."""
    reasons: tuple[str, ...] = ()
    """Why not, in Chinese, empty for somebody who may be sent."""

    @property
    def minutes(self) -> float:
        """Travel time in minutes, as people read it."""
        return self.travel_s / 60


def judged(
    candidate: Candidate, *, needs: frozenset[Skill] = frozenset(), limit_s: float = HALF_HOUR_S
) -> Candidate:
    """State every reason against sending this candidate; none means they may be sent."""
    missing = needs - candidate.skills
    against = [
        (not candidate.on_shift, "不在班"),
        (candidate.unanswered, "有一单还没答复"),
        (candidate.open_requests >= candidate.load_limit, f"手上已有{candidate.open_requests}单"),
        (bool(missing), "缺少技能：" + "、".join(sorted(skill.label for skill in missing))),
        (candidate.travel_s > limit_s, f"{limit_s / 60:g}分钟内到不了"),
    ]
    return replace(candidate, reasons=tuple(text for applies, text in against if applies))


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Sort those who may be sent first, then by travel time, load and id, so ties are decided."""
    return sorted(
        candidates, key=lambda c: (bool(c.reasons), c.travel_s, c.open_requests, c.volunteer_id)
    )


def choose(candidates: Iterable[Candidate], limit_s: float = HALF_HOUR_S) -> Candidate:
    """
    Choose the candidate without objections who arrives first within `limit_s` seconds, inclusive.

    Equal travel times go to whoever carries fewer open requests, then to the lower id, so
    the same facts always give the same answer.

    Raises
    ------
    NobodyInReachError
        If no candidate arrives in time.
    """
    known = list(candidates)
    fit = [c for c in known if not c.reasons and c.travel_s <= limit_s]
    if not fit:
        raise NobodyInReachError(limit_s, available=len(known))
    return ranked(fit)[0]


def by_mode(people: Iterable[Candidate]) -> Mapping[TravelMode, list[Candidate]]:
    """Group people by how they travel: one travel-time query for each mode."""
    groups: dict[TravelMode, list[Candidate]] = {}
    for person in people:
        groups.setdefault(person.mode, []).append(person)
    return groups
