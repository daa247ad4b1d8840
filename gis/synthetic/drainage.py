"""Where does the water go? Filled hollows, flow directions, streams and their catchments."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gis.synthetic.raster import EIGHT, Bools, Floats, Frame, Ints, shifted


def filled(heights: Floats, outlets: Bools, *, rise_m: float = 0.01) -> Floats:
    """
    Raise every hollow until it drains, by flooding inward from the outlets.

    Each bin ends at least `rise_m` above the bin it drains to, so flats have a direction too.
    """
    rows, columns = heights.shape
    level = heights.ravel().tolist()
    done = outlets.ravel().tolist()
    queue = [(level[flat], flat) for flat in np.flatnonzero(outlets.ravel()).tolist()]
    heapq.heapify(queue)
    while queue:
        height, flat = heapq.heappop(queue)
        row, column = divmod(flat, columns)
        floor = height + rise_m
        for down, right in EIGHT:
            r, c = row + down, column + right
            if 0 <= r < rows and 0 <= c < columns and not done[near := r * columns + c]:
                done[near] = True
                level[near] = max(level[near], floor)
                heapq.heappush(queue, (level[near], near))
    return np.array(level).reshape(rows, columns)


def receivers(heights: Floats, step_m: float, rng: np.random.Generator | None = None) -> Ints:
    """
    Find the bin each bin drains to: its steepest lower neighbour, or itself at an outlet.

    With `rng` the choice among lower neighbours is blurred, which keeps young rivers from
    running straight along the eight directions of the raster.
    """
    rows, columns = heights.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    steepest = np.zeros(heights.shape)
    target = number.copy()
    for down, right in EIGHT:
        length_m = step_m * float(np.hypot(down, right))
        fall = (heights - shifted(heights, down, right, np.inf)) / length_m
        if rng is not None:
            fall = fall * rng.uniform(0.55, 1.0, fall.shape)
        better = fall > steepest
        steepest[better] = fall[better]
        target[better] = number[better] + down * columns + right
    return target.ravel()


def upstream_first(target: Ints) -> list[Ints]:
    """List bins by their steps to the outlet, farthest first: each list drains to the next."""
    depth = (target != np.arange(target.size)).astype(np.int64)
    jump = target.copy()
    while True:
        further = depth[jump]
        if not further.any():
            break
        depth += further
        jump = jump[jump]
    order = np.argsort(depth, kind="stable")
    ends = np.flatnonzero(np.diff(depth[order])) + 1
    return list(np.split(order, ends))[::-1]


def accumulated(target: Ints, levels: list[Ints], own: Floats) -> Floats:
    """Sum `own` over each bin and everything above it."""
    total = own.ravel().copy()
    for bins in levels[:-1]:
        np.add.at(total, target[bins], total[bins])
    return total


@dataclass(frozen=True)
class Stream:
    """One reach between confluences: bins from its head down to the first bin of the next reach."""

    bins: Ints
    area_m2: float
    """Ground that drains through the lower end."""


@dataclass(frozen=True)
class Drainage:
    """The water of a raster; all arrays are numbered like its bins."""

    target: Ints
    area_m2: Floats
    channel: Bools
    height_above_m: Floats
    """How far a bin lies above the stream bin its water reaches first."""
    catchment: Ints
    """Number of the reach a bin drains to."""
    reaches: list[Stream]


def drained(heights: Floats, frame: Frame, inflow_m2: Floats, channel_m2: float) -> Drainage:
    """
    Follow the water over a surface without hollows.

    Parameters
    ----------
    inflow_m2
        Ground beyond the raster that drains in at a bin.
    channel_m2
        From how much ground on a bin carries a stream.
    """
    target = receivers(heights, frame.step_m)
    levels = upstream_first(target)
    area = accumulated(target, levels, inflow_m2 + frame.step_m**2)
    channel = area >= channel_m2
    first = _first_channel(target, levels, channel)
    above = heights.ravel() - heights.ravel()[first]
    reaches, reach_of = _reaches(target, area, channel)
    return Drainage(target, area, channel, above, reach_of[first], reaches)


def _first_channel(target: Ints, levels: list[Ints], channel: Bools) -> Ints:
    """Bin of the stream each bin meets first on its way down; an outlet stands for itself."""
    first = np.arange(target.size)
    for bins in reversed(levels[:-1]):
        dry = bins[~channel[bins]]
        first[dry] = first[target[dry]]
    return first


def _reaches(target: Ints, area: Floats, channel: Bools) -> tuple[list[Stream], Ints]:
    above = np.zeros(target.size, dtype=np.int64)
    wet = np.flatnonzero(channel)
    flowing = wet[target[wet] != wet]
    np.add.at(above, target[flowing], 1)
    starts = wet[above[wet] != 1]
    reach_of = np.full(target.size, -1, dtype=np.int64)
    reaches: list[Stream] = []
    for start in starts.tolist():
        bins = [start]
        while target[bins[-1]] != bins[-1]:
            bins.append(int(target[bins[-1]]))
            if above[bins[-1]] != 1:
                break
        own = bins if target[bins[-1]] == bins[-1] and len(bins) == 1 else bins[:-1]
        reach_of[own] = len(reaches)
        reaches.append(Stream(np.array(bins), float(area[own[-1]])))
    return reaches, reach_of


def nearest_channel(channel: Bools, step_m: float) -> tuple[Floats, Ints]:
    """Distance in metres to the nearest marked bin, and that bin's number."""
    distance, (row, column) = ndimage.distance_transform_edt(~channel, return_indices=True)
    return distance * step_m, row * channel.shape[1] + column
