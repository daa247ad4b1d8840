"""点单: a resident's words become a request in the right cell and grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gis.locator.answers import Hint, Located, Match
from halfhour.catalogue import suggested_skill
from halfhour.errors import (
    AmbiguousPlaceError,
    NoPlaceGivenError,
    NoSuchError,
    OutsideTownshipError,
)
from halfhour.places import LonLat
from halfhour.six_orders import Step
from halfhour.vocabulary import Answer, Channel, Level, Precision, Skill
from models.areas import AreaPath
from models.database import UnitOfWork
from services.bootstrap import App

_AREAS = {level.name.lower() for level in Level}
"""Gazetteer levels that are polygons of the hierarchy."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A request that was written, and where it stands."""

    request_id: int
    number: str
    path: AreaPath
    area_name: str
    point: LonLat | None
    """The spot; None where only an area is known, which is then drawn as an area."""
    precision: Precision
    confidence: float
    evidence: tuple[str, ...]
    skill: Skill
    skill_reason: str


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a request is to stand, however that was found out."""

    path: AreaPath
    point: LonLat | None
    label: str
    precision: Precision
    confidence: float
    evidence: tuple[str, ...]


def suggest(app: App, person_id: int, text: str, hint: Hint | None = None) -> Located:
    """Say where a sentence seems to be. Nothing is written."""
    with app.unit(person_id) as unit:
        return app.locator(unit).locate(text, hint or Hint())


def place(
    app: App,
    person_id: int,
    text: str,
    *,
    now: datetime,
    channel: Channel = Channel.DESK,
    hint: Hint | None = None,
    choice: str | None = None,
    pin: LonLat | None = None,
    skill: Skill | None = None,
    reporter_phone: str | None = None,
) -> Placed:
    """
    Write a request where the sentence, a person's choice or a pin on the map says it is.

    Parameters
    ----------
    hint
        What is known beside the words; a shared position is converted here.
    choice
        Gazetteer id chosen by a person; beats the words.
    pin
        WGS-84 point set by a person on our own map; beats words and choice.
    skill
        What is needed; suggested from the words if absent.

    Raises
    ------
    AmbiguousPlaceError
        If several places fit; nothing is written, the question is for the resident.
    NoPlaceGivenError, OutsideTownshipError
        If there is nowhere to go; nothing is written.
    """
    if not text.strip():
        raise NoPlaceGivenError(text)
    with app.unit(person_id) as unit:
        site = _site(app, unit, text, hint or Hint(), choice=choice, pin=pin)
        suggestion = suggested_skill(text)
        request = unit.requests.open_new(
            text=text,
            channel=channel,
            path=site.path,
            point=site.point,
            label=site.label,
            precision=site.precision,
            confidence=site.confidence,
            evidence=site.evidence,
            skill=skill or suggestion.skill,
            reporter_phone=reporter_phone,
            now=now,
        )
        placed = Placed(
            request_id=request.id,
            number=request.number,
            path=site.path,
            area_name=unit.areas.full_name(site.path),
            point=site.point,
            precision=site.precision,
            confidence=site.confidence,
            evidence=site.evidence,
            skill=request.skill,
            skill_reason="由受理人选定" if skill else suggestion.reason,
        )
        unit.commit()
    return placed


def correct(
    app: App,
    person_id: int,
    request_id: int,
    *,
    now: datetime,
    choice: str | None = None,
    pin: LonLat | None = None,
) -> AreaPath:
    """
    Move a request to the place a person chose, before anybody is sent.

    Raises
    ------
    WrongStageError
        If somebody was sent already.
    """
    with app.unit(person_id) as unit:
        request = unit.requests.locked(request_id)
        site = _site(app, unit, request.text, Hint(), choice=choice, pin=pin)
        facts = {"from": request.area_codes(), "to": list(site.path.codes())}
        request.take(Step.CORRECT, at=now, by=person_id, facts=facts)
        request.move(
            path=site.path,
            point=site.point,
            label=site.label,
            precision=site.precision,
            confidence=site.confidence,
            evidence=site.evidence,
        )
        unit.commit()
    return site.path


def classify(app: App, person_id: int, request_id: int, *, skill: Skill, now: datetime) -> None:
    """供单: state what a request needs, so that somebody able can be sent."""
    with app.unit(person_id) as unit:
        request = unit.requests.locked(request_id)
        request.skill = skill
        request.take(Step.CLASSIFY, at=now, by=person_id, facts={"skill": skill.value})
        unit.commit()


def located_json(located: Located) -> dict[str, Any]:
    """Turn the locator's answer into plain values, for pages and programs."""
    return {
        "answer": located.answer.value,
        "confidence": round(located.confidence, 3),
        "precision": located.precision.value if located.precision else None,
        "question": located.question,
        "evidence": list(located.evidence),
        "candidates": [_match_json(match) for match in located.candidates],
        "point": [located.point.lon, located.point.lat] if located.point else None,
    }


def _match_json(match: Match) -> Mapping[str, Any]:
    return {
        "id": match.id,
        "level": match.level,
        "label": match.label,
        "village": match.village_id,
        "grid": match.grid_id,
        "cell": match.cell_id,
        "point": [match.point.lon, match.point.lat] if match.point else None,
    }


def _site(
    app: App, unit: UnitOfWork, text: str, hint: Hint, *, choice: str | None, pin: LonLat | None
) -> _Site:
    if pin is not None:
        path = unit.areas.path_at(pin)
        return _Site(path, pin, unit.areas.full_name(path), Precision.B, 1.0, ("在地图上点选",))
    locator = app.locator(unit)
    if choice is not None:
        return _chosen_site(unit, locator.match(choice), choice)
    located = locator.locate(text, hint)
    if located.answer is Answer.AMBIGUOUS:
        raise AmbiguousPlaceError(located.question or "", [m.label for m in located.candidates])
    if located.answer is Answer.OUTSIDE:
        raise OutsideTownshipError(located.point or "、".join(located.evidence) or text)
    if located.answer is Answer.NONE or not located.candidates:
        raise NoPlaceGivenError(text)
    return _located_site(unit, located)


def _chosen_site(unit: UnitOfWork, match: Match | None, choice: str) -> _Site:
    if match is None:
        raise NoSuchError("地名编号", choice)
    path, point = _path_and_point(unit, match)
    precision = Precision.for_level(match.level)
    return _Site(path, point, match.label, precision, 1.0, ("由受理人选定",))


def _located_site(unit: UnitOfWork, located: Located) -> _Site:
    best = located.candidates[0]
    path, point = _path_and_point(unit, best)
    precision = located.precision or Precision.for_level(best.level)
    return _Site(
        path, located.point or point, best.label, precision, located.confidence, located.evidence
    )


def _path_and_point(unit: UnitOfWork, match: Match) -> tuple[AreaPath, LonLat | None]:
    """
    Prefer the hierarchy that the gazetteer states; let the point refine it, never overrule it.

    A gazetteer without area codes (points from elsewhere) is placed by its points alone. The
    point of a whole area is nobody's door: it is not returned.
    """
    stated = match.cell_id or match.grid_id or match.village_id
    path = unit.areas.path_of(stated) if stated else None
    if path is None:
        if match.point is None:
            raise NoSuchError("地点坐标", match.label)
        return unit.areas.path_at(match.point), match.point
    if match.point is None or match.level in _AREAS:
        return path, None
    if path.cell_code is None and Precision.for_level(match.level) <= Precision.B:
        path = _refined(unit, path, match.point)
    return path, match.point


def _refined(unit: UnitOfWork, path: AreaPath, point: LonLat) -> AreaPath:
    try:
        finer = unit.areas.path_at(point)
    except OutsideTownshipError:
        return path
    return finer if path.holds(finer) else path
