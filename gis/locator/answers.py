"""What goes into the locator beside the text, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass

from halfhour.places import LonLat
from halfhour.vocabulary import Answer, Channel, Datum, Precision


@dataclass(frozen=True, slots=True)
class Hint:
    """
    What is known beside the words.

    `lon`, `lat` are a shared position in degrees as they arrived; `crs` is what they are measured
    on. A position without `crs` counts as GCJ-02 in China, since phones and maps there speak it,
    and as WGS-84 elsewhere and from a drone.
    """

    channel: Channel | str | None = None
    reporter_village_id: str | None = None
    lon: float | None = None
    lat: float | None = None
    crs: Datum | str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """
    One place that may be meant.

    `label` is its full path in Chinese. `score` is the share of belief in it, 0 to 1.
    """

    id: str
    level: str
    label: str
    village_id: str | None
    grid_id: str | None
    cell_id: str | None
    point: LonLat | None
    score: float


@dataclass(frozen=True, slots=True)
class Located:
    """
    The locator's answer.

    `confidence` is the probability that the answer is right. `precision` and `point` are given
    only with a place; `question` is the one thing to ask when the words do not settle it. For an
    ambiguous answer the candidates are in the order in which they should be offered. `point` is
    where to put a pin, and None where the answer is an area: an area is drawn as one. `shared` is
    the position that came with the message, in WGS-84, whether or not the answer rests on it.
    """

    answer: Answer
    confidence: float
    precision: Precision | None = None
    candidates: tuple[Match, ...] = ()
    evidence: tuple[str, ...] = ()
    question: str | None = None
    point: LonLat | None = None
    shared: LonLat | None = None
