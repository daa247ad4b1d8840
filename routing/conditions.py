"""How much longer do ways take at night, in the rain, or by the township's own experience?

Times are multiplied, by mode and by what the road is. Rain on asphalt: FHWA's Road Weather
Management gives 3 to 16 % lower speeds in heavy rain. Mud: 道路交通安全法实施条例 §46 allows
30 km/h at most, which the wet factor on earth keeps. Night and the factors of walkers are our
judgement; `Adjustment`s found from accept-to-arrive times replace them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, atan2, cos, degrees, radians, sin
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.edge_times import CLOSED_MS
from routing.profiles import Profile
from routing.speeds import MODES, Speeds

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)

WET_FACTOR: Mapping[str, Speeds] = MappingProxyType(
    {
        "paved": (1.05, 1.15, 1.15, 1.1),
        "cobbled": (1.1, 1.25, 1.25, 1.15),
        "gravel": (1.1, 1.3, 1.3, 1.25),
        "earth": (1.25, 1.8, 1.8, 1.8),
    }
)
"""Times in rain as a multiple, by surface and mode (`MODES`)."""

NIGHT_FACTOR: Speeds = (1.1, 1.15, 1.15, 1.1)
"""Times in the dark as a multiple, by mode."""

NIGHT_ON_PATHS = 1.25
"""Walkers in the dark on paths and steps."""

_PATHS = frozenset({"path", "steps", "track", "bridleway"})


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a township knows better: times of some modes on some roads, as a multiple."""

    time_factor: float
    mode: TravelMode | None = None
    """None for every mode."""
    road_class: str | None = None
    """The OpenStreetMap word; None for every class."""
    surface: str | None = None
    """paved, cobbled, gravel or earth; None for every surface."""

    def holds_for(self, profile: Profile, mode: TravelMode) -> bool:
        """Say whether this mode on this road is meant."""
        return (
            self.mode in {None, mode}
            and self.road_class in {None, profile.road_class}
            and self.surface in {None, profile.surface}
        )


@dataclass(frozen=True, slots=True)
class Conditions:
    """Night, rain, and the township's own adjustments, which all multiply."""

    is_night: bool = False
    is_wet: bool = False
    adjustments: tuple[Adjustment, ...] = ()

    def time_factor(self, profile: Profile, mode: TravelMode) -> float:
        """How many times as long as by day on a dry road."""
        index = MODES.index(mode)
        factor = WET_FACTOR[profile.surface][index] if self.is_wet else 1.0
        if self.is_night:
            in_the_dark = mode is TravelMode.WALK and profile.road_class in _PATHS
            factor *= NIGHT_ON_PATHS if in_the_dark else NIGHT_FACTOR[index]
        for adjustment in self.adjustments:
            if adjustment.holds_for(profile, mode):
                factor *= adjustment.time_factor
        return factor


DRY_DAY = Conditions()

_DARK_BELOW_DEG = -6.0
"""Civil twilight: with the sun lower than this, people need a lamp."""


def is_dark(moment: datetime, place: LonLat) -> bool:
    """
    Say whether it is night at a place, from the height of the sun (good to a few minutes).

    `moment` must know its time zone. After the low-precision formulas of the Astronomical
    Almanac, section C.
    """
    days = (moment - _J2000).total_seconds() / 86400
    mean, anomaly = radians(280.460 + 0.9856474 * days), radians(357.528 + 0.9856003 * days)
    ecliptic = mean + radians(1.915) * sin(anomaly) + radians(0.020) * sin(2 * anomaly)
    tilt = radians(23.439 - 4e-7 * days)
    ascension = atan2(cos(tilt) * sin(ecliptic), cos(ecliptic))
    declination = asin(sin(tilt) * sin(ecliptic))
    sidereal = radians(280.46062 + 360.98564737 * days + place.lon)
    lat, hour = radians(place.lat), sidereal - ascension
    height = asin(sin(lat) * sin(declination) + cos(lat) * cos(declination) * cos(hour))
    return degrees(height) < _DARK_BELOW_DEG


def under(
    conditions: Conditions,
    mode: TravelMode,
    profiles: tuple[Profile, ...],
    profile_of: NDArray[np.integer],
    edge_ms: NDArray[np.uint32],
) -> NDArray[np.uint32]:
    """Milliseconds of one mode, by direction and edge, under some conditions."""
    factors = np.array([conditions.time_factor(profile, mode) for profile in profiles])
    if np.all(factors == 1.0):
        return edge_ms
    slower = np.rint(edge_ms * factors[profile_of]).clip(1, CLOSED_MS - 1).astype(np.uint32)
    return np.where(edge_ms < CLOSED_MS, slower, np.uint32(CLOSED_MS))
