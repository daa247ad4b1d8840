"""Which households does help reach in time, and which lie where no road is mapped?

Everything is counted household by household, door to door; no polygon takes part. Help travels
from the station to the household.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.travel_time import Roads

MISSING_ROAD_M = 100.0
"""A household further than this from any mapped road may have a road that is not mapped."""

_STATIONS_AT_ONCE = 64


@dataclass(frozen=True)
class Reach:
    """How soon help arrives at one household."""

    first_s: float
    """From the station that is there first; infinite if none is."""
    first_station: int | None
    """Its index; None if no station's help arrives."""
    second_s: float
    """From the next station: what is left if the first is busy."""


@dataclass(frozen=True)
class Coverage:
    """Coverage (覆盖率) of a set of households, and what it was counted with."""

    households: int
    served: int
    """Reached by the first station within the minutes, inclusive."""
    served_twice: int
    """Reached by two stations within the minutes."""
    off_network: int
    """Too far from any road to be reached at all."""
    minutes: float
    mode: TravelMode
    reach: tuple[Reach, ...]

    @property
    def served_share(self) -> float:
        """Share of the households that are served, 0 to 1; of no households, 0."""
        return self.served / self.households if self.households else 0.0

    @property
    def gaps(self) -> list[int]:
        """Indices of the households outside every circle (盲区)."""
        return [i for i, reach in enumerate(self.reach) if reach.first_s > self.minutes * 60]


def reach_of(
    roads: Roads, households: Sequence[LonLat], stations: Sequence[LonLat], *, mode: TravelMode
) -> list[Reach]:
    """Find the first and second station for each household; ties go to the lower index."""
    seconds = np.full((2, len(households)), inf)
    station = np.full(len(households), -1)
    for begin in range(0, len(stations), _STATIONS_AT_ONCE):
        some = stations[begin : begin + _STATIONS_AT_ONCE]
        for offset, row in enumerate(roads.matrix(some, households, mode=mode)):
            is_first = row < seconds[0]
            seconds[1] = np.where(is_first, seconds[0], np.minimum(seconds[1], row))
            seconds[0] = np.where(is_first, row, seconds[0])
            station[is_first] = begin + offset
    return [
        Reach(first, None if index < 0 else index, second)
        for first, index, second in zip(
            seconds[0].tolist(), station.tolist(), seconds[1].tolist(), strict=True
        )
    ]


def coverage(
    roads: Roads,
    households: Sequence[LonLat],
    stations: Sequence[LonLat],
    *,
    minutes: float = 30,
    mode: TravelMode,
) -> Coverage:
    """Count the households that help reaches within `minutes`, inclusive."""
    reach = reach_of(roads, households, stations, mode=mode)
    limit_s = minutes * 60
    return Coverage(
        households=len(households),
        served=sum(r.first_s <= limit_s for r in reach),
        served_twice=sum(r.second_s <= limit_s for r in reach),
        off_network=sum(m == inf for m in roads.metres_to_road(households, mode=mode)),
        minutes=minutes,
        mode=mode,
        reach=tuple(reach),
    )


def missing_roads(
    roads: Roads, households: Sequence[LonLat], *, over_m: float = MISSING_ROAD_M
) -> list[tuple[int, float]]:
    """
    List households that may have a road nobody mapped ("缺路？"), furthest first.

    Returns
    -------
    missing
        Index and straight metres to the nearest road walkers may use; infinite beyond
        `routing.snapping.OFF_NETWORK_M`.
    """
    metres = roads.metres_to_road(households, mode=TravelMode.WALK)
    far = [(i, m) for i, m in enumerate(metres) if m > over_m]
    return sorted(far, key=lambda pair: (-pair[1], pair[0]))
