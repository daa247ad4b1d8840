"""How many milliseconds each edge takes, each way, in each mode.

Whole milliseconds, so that every engine adds the same integers. With an elevation grid, an edge
is cut into stretches of about `STRETCH_M` (posts stand 30 to 90 m apart: finer steps would
measure their noise) and each stretch has its own slope; bridges and tunnels run straight from
end to end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from routing.elevation import ElevationGrid
from routing.profiles import Profile
from routing.speeds import MODES, on_slope_kph

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Milliseconds = NDArray[np.uint32]

CLOSED_MS = 2**31 - 1
"""No way through. Two of them still fit an unsigned 32-bit sum."""

EARTH_M = 6_371_009.0
STRETCH_M = 60.0

STEEPEST_ROAD = 0.15
STEEPEST_PATH = 0.6
"""Roads are cut into a slope, so the terrain's own grade is capped: JTG B01-2014 allows 9 %,
village roads in the mountains reach 15 %."""

_PATHS = frozenset(["path", "footway", "steps", "bridleway", "corridor"])


def piece_lengths_m(lon: Floats, lat: Floats) -> Floats:
    """Great-circle metres from each point to the next; one shorter than the points."""
    lon_rad, lat_rad = np.radians(lon), np.radians(lat)
    half_lat, half_lon = np.diff(lat_rad) / 2, np.diff(lon_rad) / 2
    chord = np.sin(half_lat) ** 2
    chord += np.cos(lat_rad[:-1]) * np.cos(lat_rad[1:]) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(chord, 1))))


def along_edges_m(point_first: Ints, lon: Floats, lat: Floats) -> Floats:
    """Metres from the start of its edge to each point; 0 at every first point."""
    steps = np.zeros(len(lon))
    steps[1:] = piece_lengths_m(lon, lat)
    steps[point_first[:-1]] = 0.0
    total = np.cumsum(steps)
    return np.asarray(total - np.repeat(total[point_first[:-1]], np.diff(point_first)))


def flat_times(profiles: list[Profile], profile_of: Ints, length_m: Floats) -> Milliseconds:
    """Milliseconds by mode, direction (along, against) and edge, as if the land were flat."""
    kph = _speeds(profiles)[:, :, profile_of]
    return _as_milliseconds(length_m, kph)


def sloped_times(
    profiles: list[Profile],
    profile_of: Ints,
    point_first: Ints,
    lon: Floats,
    lat: Floats,
    grid: ElevationGrid,
) -> Milliseconds:
    """Milliseconds by mode, direction and edge, on the slopes of an elevation grid."""
    along = along_edges_m(point_first, lon, lat)
    edge, start, end = _stretches(profiles, profile_of, point_first, along)
    heights = grid.heights_at(lon, lat)
    run = along[end] - along[start]
    rise = np.nan_to_num(heights[end] - heights[start])
    steepest = np.array(
        [STEEPEST_PATH if p.road_class in _PATHS else STEEPEST_ROAD for p in profiles]
    )
    cap = steepest[profile_of[edge]]
    grade = np.clip(np.divide(rise, run, out=np.zeros_like(run), where=run > 0), -cap, cap)
    speeds = _speeds(profiles)
    edges = len(profile_of)
    hours = np.zeros((len(MODES), 2, edges))
    for index, mode in enumerate(MODES):
        for way, sign in ((0, 1.0), (1, -1.0)):
            flat = speeds[index, way, profile_of[edge]]
            kph = on_slope_kph(mode, np.maximum(flat, 0.1), grade * sign)
            hours[index, way] = np.bincount(edge, run / 1000 / kph, minlength=edges)
    times = np.clip(np.rint(hours * 3_600_000), 1, CLOSED_MS - 1).astype(np.uint32)
    times[speeds[:, :, profile_of] <= 0] = CLOSED_MS
    return times


def _speeds(profiles: list[Profile]) -> Floats:
    """Kilometres per hour by mode, direction and profile."""
    table = np.array([(p.forward_kph, p.backward_kph) for p in profiles])
    return np.asarray(table.transpose(2, 1, 0))


def _as_milliseconds(length_m: Floats, kph: Floats) -> Milliseconds:
    seconds = length_m * 3.6 / np.maximum(kph, 0.1)
    times = np.clip(np.rint(seconds * 1000), 1, CLOSED_MS - 1).astype(np.uint32)
    times[kph <= 0] = CLOSED_MS
    return times


def _stretches(
    profiles: list[Profile], profile_of: Ints, point_first: Ints, along: Floats
) -> tuple[Ints, Ints, Ints]:
    """Cut every edge into stretches: its edge, first and last point of each."""
    edge_of = np.repeat(np.arange(len(profile_of)), np.diff(point_first))
    whole = np.array([bool(p.structure) for p in profiles])[profile_of]
    number = np.where(whole[edge_of], 0, along // STRETCH_M).astype(np.int64)
    begins = np.ones(len(along), dtype=bool)
    begins[1:] = (number[1:] != number[:-1]) | (edge_of[1:] != edge_of[:-1])
    begins[point_first[1:] - 1] = True
    marks = np.flatnonzero(begins)
    same = edge_of[marks[:-1]] == edge_of[marks[1:]]
    return edge_of[marks[:-1][same]], marks[:-1][same], marks[1:][same]
