"""Which ground is the township's? The catchments around its town, and where one can live there."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gis.synthetic.raster import Bools, Floats, noise, settled
from gis.synthetic.terrain import Terrain

RIVER_M2 = 60e6
"""From this much ground on a stream is a river that needs a real bridge."""


@dataclass(frozen=True)
class Ground:
    """The township's ground on the terrain's raster."""

    inside: Bools
    seat_xy: Floats
    liveable: Floats
    """0 to 1: flat enough, above the flood, not far above the stream."""
    buildable: Floats
    """`liveable` averaged over the surrounding hundred metres."""
    river: Bools


def make_ground(rng: np.random.Generator, terrain: Terrain, *, area_km2: float) -> Ground:
    """Choose the seat in the widest part of the main valley and grow the township around it."""
    water, shape = terrain.water, terrain.frame.shape
    river = (water.area_m2 >= RIVER_M2).reshape(shape)
    liveable = _liveable(terrain, river)
    buildable = settled(ndimage.gaussian_filter(liveable, 75.0 / terrain.frame.step_m))
    seat = _seat(terrain, liveable, river)
    inside = _grown(rng, terrain, seat, area_km2 * 1e6)
    return Ground(inside, seat, liveable, buildable, river)


def _liveable(terrain: Terrain, river: Bools) -> Floats:
    water, step = terrain.water, terrain.frame.step_m
    above = water.height_above_m.reshape(terrain.frame.shape)
    river_m = ndimage.distance_transform_edt(~river) * step
    stream_m = ndimage.distance_transform_edt(~water.channel.reshape(river.shape)) * step
    gentle = np.exp(-((terrain.slope / 0.27) ** 2))
    dry = (above > 1.5) & (stream_m > 18) & ((river_m > 45) | (above > 6))
    near_water = 0.25 + 0.75 * np.exp(-above / 70)
    return settled(gentle * near_water * dry)


def _seat(terrain: Terrain, liveable: Floats, river: Bools) -> Floats:
    frame = terrain.frame
    x, y = frame.centres()
    room = ndimage.gaussian_filter(liveable, 400.0 / frame.step_m)
    central = settled(np.exp(-((x / 1800) ** 2 + (y / 1800) ** 2)))
    near_river = ndimage.distance_transform_edt(~river) * frame.step_m < 260
    best = int(np.argmax(room * central * near_river * (liveable > 0.5)))
    seat: Floats = frame.xy(np.array([best]))[0]
    return seat


def _grown(rng: np.random.Generator, terrain: Terrain, seat: Floats, area_m2: float) -> Bools:
    """Add whole catchments, nearest first, until the township is large enough; no holes."""
    frame, catchment = terrain.frame, terrain.water.catchment
    count = len(terrain.water.reaches)
    x, y = frame.centres()
    wild = 1 + 0.12 * noise(rng, frame, size_m=5000.0, octaves=2)
    far = (np.hypot(x - seat[0], y - seat[1]) * wild).ravel()
    inner = catchment >= 0
    size = np.bincount(catchment[inner], minlength=count)
    cost = np.bincount(catchment[inner], far[inner], minlength=count) / np.maximum(size, 1)
    margin = round(700 / frame.step_m)
    rim = np.ones(frame.shape, dtype=bool)
    rim[margin:-margin, margin:-margin] = False
    barred = set(np.unique(catchment[rim.ravel()]).tolist()) | {-1}
    beside = _neighbours(catchment.reshape(frame.shape))
    start = int(catchment[frame.bin_of(seat[None])[0]])
    queue, seen, chosen, total = [(0.0, start)], {start} | barred, set(), 0.0
    while queue and total < area_m2:
        _, reach = heapq.heappop(queue)
        chosen.add(reach)
        total += float(size[reach]) * frame.step_m**2
        for other in sorted(beside.get(reach, set()) - seen):
            seen.add(other)
            heapq.heappush(queue, (float(cost[other]), other))
    inside = np.isin(catchment, sorted(chosen)).reshape(frame.shape)
    inside = ndimage.binary_opening(ndimage.binary_closing(inside, iterations=6), iterations=6)
    labels, _ = ndimage.label(inside)
    largest = 1 + int(np.argmax(np.bincount(labels.ravel())[1:]))
    return np.asarray(ndimage.binary_fill_holes(labels == largest))


def _neighbours(catchment: np.ndarray) -> dict[int, set[int]]:
    pairs = np.concatenate(
        [
            np.column_stack((catchment[1:].ravel(), catchment[:-1].ravel())),
            np.column_stack((catchment[:, 1:].ravel(), catchment[:, :-1].ravel())),
        ]
    )
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    beside: dict[int, set[int]] = {}
    for one, other in pairs.tolist():
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    return beside
