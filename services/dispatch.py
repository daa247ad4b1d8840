"""派单, 接单, 拒单, 办结: who goes to a request, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import inf

from halfhour.dispatching import HALF_HOUR_S, Candidate, TravelTimes, by_mode, judged, ranked
from halfhour.errors import NobodyInReachError, NoSuchError, UnfitVolunteerError
from halfhour.places import LonLat
from halfhour.six_orders import Stage, Step
from halfhour.vocabulary import Skill
from models.database import UnitOfWork
from models.requests import Request
from services.bootstrap import App
from services.meeting_places import MeetingPlace, meeting_place


def request_id(app: App, person_id: int, number: str) -> int:
    """Find a request by its number, the end of it, or its id. See `RequestStore.find`."""
    with app.unit(person_id) as unit:
        return unit.requests.find(number).id


def candidates(app: App, person_id: int, request_id: int, now: datetime) -> list[Candidate]:
    """List everybody who could be sent, the best first, with reasons against. Writes nothing."""
    with app.unit(person_id) as unit:
        return _candidates(app, unit, unit.requests.get(request_id), now=now)


def dispatch(
    app: App,
    person_id: int,
    request_id: int,
    now: datetime,
    *,
    volunteer_id: int | None = None,
) -> tuple[Candidate, list[Candidate]]:
    """
    派单: offer a request to the available volunteer who can arrive first.

    The request is locked until the commit, and so is the volunteer once chosen: two dispatchers
    cannot send two people, nor one person twice. A request still at 点单 is classified first.

    Parameters
    ----------
    volunteer_id
        Somebody in particular, chosen by a person; the same rules hold.

    Returns
    -------
    chosen, ranking
        Who goes, and everybody considered with the reasons at that moment.

    Raises
    ------
    WrongStageError
        If the request is not waiting to be dispatched.
    NobodyInReachError
        If nobody available arrives within 30 minutes. Nothing is changed.
    """
    with app.unit(person_id) as unit:
        request = unit.requests.locked(request_id)
        if request.stage is Stage.PLACED:
            facts = {"skill": request.skill.value, "automatic": True}
            request.take(Step.CLASSIFY, at=now, by=person_id, facts=facts)
        ranking = _candidates(app, unit, request, now=now)
        wanted = ranking if volunteer_id is None else _only(ranking, volunteer_id)
        chosen = _first_still_free(unit, wanted, now=now)
        request.take(
            Step.DISPATCH,
            at=now,
            by=person_id,
            volunteer_id=chosen.volunteer_id,
            travel_s=round(chosen.travel_s, 1),
            facts={"considered": _as_kept(ranking)},
        )
        unit.commit()
    return chosen, ranking


def accept(app: App, person_id: int, request_id: int, now: datetime) -> None:
    """接单: the volunteer takes the offer."""
    _answer(app, person_id, request_id, Step.ACCEPT, now=now)


def decline(app: App, person_id: int, request_id: int, now: datetime, *, reason: str) -> None:
    """拒单: the volunteer cannot; the request waits for another dispatch, with the reason."""
    _answer(app, person_id, request_id, Step.DECLINE, now=now, reason=reason)


def complete(
    app: App, person_id: int, request_id: int, now: datetime, *, reason: str | None = None
) -> None:
    """办结: the work is done; the volunteer is free again."""
    _answer(app, person_id, request_id, Step.COMPLETE, now=now, reason=reason)


def route(app: App, person_id: int, request_id: int, now: datetime) -> list[LonLat]:
    """
    Draw the road the offered or working volunteer takes to a request; empty if nobody goes.

    The line is from the volunteer's last known place as the store has it now.
    """
    with app.unit(person_id) as unit:
        request = unit.requests.get(request_id)
        going = [v for v in unit.volunteers.on_hand(now) if v.volunteer_id == request.volunteer_id]
        if not going:
            return []
        there = meeting_place(unit, request).point
        return app.roads(unit).route(going[0].place, there, mode=going[0].mode)


def destination(app: App, person_id: int, request_id: int) -> MeetingPlace:
    """Say where whoever is sent to a request should go."""
    with app.unit(person_id) as unit:
        return meeting_place(unit, unit.requests.get(request_id))


def with_travel_times(
    people: Sequence[Candidate], destination: LonLat, roads: TravelTimes, *, limit_s: float = inf
) -> list[Candidate]:
    """Fill in the seconds by road for each candidate, one query for each travel mode."""
    timed: list[Candidate] = []
    for mode, group in by_mode(people).items():
        seconds = roads.seconds_to(
            [person.place for person in group], destination, mode=mode, limit_s=limit_s
        )
        timed += [replace(p, travel_s=s) for p, s in zip(group, seconds, strict=True)]
    return timed


def _candidates(app: App, unit: UnitOfWork, request: Request, *, now: datetime) -> list[Candidate]:
    needs = frozenset() if request.skill is Skill.GENERAL else frozenset({request.skill})
    people = unit.volunteers.on_hand(now)
    refused = unit.requests.refused_by(request.id)
    timed = with_travel_times(people, meeting_place(unit, request).point, app.roads(unit))
    return ranked(
        _without_refusal(judged(person, needs=needs), refused=person.volunteer_id in refused)
        for person in timed
    )


def _without_refusal(candidate: Candidate, *, refused: bool) -> Candidate:
    return replace(candidate, reasons=(*candidate.reasons, "已拒此单")) if refused else candidate


def _only(ranking: list[Candidate], volunteer_id: int) -> list[Candidate]:
    chosen = [c for c in ranking if c.volunteer_id == volunteer_id]
    if not chosen:
        raise NoSuchError("志愿者", volunteer_id)
    if chosen[0].reasons:
        raise UnfitVolunteerError(chosen[0].name, chosen[0].reasons)
    return chosen


def _first_still_free(
    unit: UnitOfWork, ranking: Sequence[Candidate], *, now: datetime
) -> Candidate:
    """Lock the best candidate who is still free; another dispatcher may have been quicker."""
    for candidate in ranking:
        if candidate.reasons:
            continue
        if unit.volunteers.hold_if_free(candidate.volunteer_id, now=now):
            return candidate
    raise NobodyInReachError(HALF_HOUR_S, available=len(ranking))


def _as_kept(ranking: Sequence[Candidate], most: int = 10) -> list[dict[str, object]]:
    """Keep the best few with times and reasons: what the request remembers of the choice."""
    return [
        {
            "volunteer_id": c.volunteer_id,
            "travel_s": None if c.travel_s == inf else round(c.travel_s, 1),
            "reasons": list(c.reasons),
        }
        for c in ranking[:most]
    ]


def _answer(
    app: App,
    person_id: int,
    request_id: int,
    step: Step,
    *,
    now: datetime,
    reason: str | None = None,
) -> None:
    with app.unit(person_id) as unit:
        unit.requests.locked(request_id).take(step, at=now, by=person_id, reason=reason)
        unit.commit()
