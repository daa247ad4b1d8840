"""What does a road file say, whatever its format? Lines through numbered points, with profiles."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from halfhour.vocabulary import TravelMode
from routing.profiles import Profile


class DrawnRoad(NamedTuple):
    """One line of the file."""

    way: int
    """Its number in the file: an OpenStreetMap way id, or a row."""
    name: str
    points: tuple[int, ...]
    profile: Profile


class TurnRule(NamedTuple):
    """No way, or the only way, from one road into another at a junction."""

    from_way: int
    via_point: int
    to_way: int
    is_only: bool
    modes: frozenset[TravelMode]


@dataclass
class DrawnRoads:
    """All that is kept of a road file, and a count of what is not."""

    roads: list[DrawnRoad] = field(default_factory=list)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Longitude and latitude of each point."""
    barriers: dict[int, frozenset[TravelMode]] = field(default_factory=dict)
    turn_rules: list[TurnRule] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    """What was left out and why, in words, with how often."""
