"""What do the mountains look like? Heights raised as noise, cut by rivers, with flats along them.

The land rises slowly while rivers cut into it in proportion to the ground they drain (the
stream-power law, solved implicitly from the outlet upward), so valleys join and drain as real
ones do. A large river enters in the north and leaves in the south.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from gis.synthetic.drainage import (
    Drainage,
    accumulated,
    drained,
    filled,
    nearest_channel,
    receivers,
    upstream_first,
)
from gis.synthetic.raster import Bools, Floats, Frame, noise, ridged, settled

UPSTREAM_M2 = 260e6
"""Ground beyond the northern edge that feeds the main river."""
STREAM_M2 = 0.45e6
"""From this much ground on there is water all year."""
AREA_EXPONENT = 0.45


@dataclass(frozen=True)
class Terrain:
    """Heights in metres above the sea, their slope (rise over run) and their water."""

    frame: Frame
    heights_m: Floats
    slope: Floats
    water: Drainage
    floor_m: Floats
    """Half-width of the valley floor at the nearest stream."""


def make_terrain(
    rng: np.random.Generator, *, width_m: float, height_m: float, step_m: float, low_m: float
) -> Terrain:
    """
    Raise and carve a mountain landscape.

    Parameters
    ----------
    low_m
        Height of the river where it leaves the raster.
    """
    coarse = _frame(width_m, height_m, 2 * step_m)
    fine = _frame(width_m, height_m, step_m)
    axis = _river_axis(rng, coarse)
    carved = _carved(rng, coarse, axis)
    heights = _refined(carved, coarse, fine) + noise(rng, fine, size_m=260.0, octaves=3) * 2.5
    inflow = _inflow(fine, axis)
    outlets = _edge(fine)
    outlets[-1] &= np.abs(fine.centres()[0][-1] - axis[-1]) > 1500
    heights = filled(heights, outlets)
    heights, floor_m = _with_flats(rng, heights, fine, inflow, axis)
    heights = np.round(filled(heights, outlets, rise_m=0.02) + low_m, 3)
    slope_y, slope_x = np.gradient(ndimage.gaussian_filter(heights, 0.8), step_m)
    water = drained(heights, fine, inflow, STREAM_M2)
    return Terrain(fine, heights, settled(np.hypot(slope_x, slope_y)), water, floor_m)


def _frame(width_m: float, height_m: float, step_m: float) -> Frame:
    rows, columns = round(height_m / step_m), round(width_m / step_m)
    return Frame(-columns * step_m / 2, -rows * step_m / 2, step_m, rows, columns)


def _edge(frame: Frame) -> Bools:
    edge = np.ones(frame.shape, dtype=bool)
    edge[1:-1, 1:-1] = False
    return edge


def _river_axis(rng: np.random.Generator, frame: Frame) -> Floats:
    """Local x of the main river at each row, south to north."""
    along = np.linspace(0, 1, frame.rows)
    bends = [
        rng.normal(0, size) * np.sin(2 * np.pi * (waves * along + rng.random()))
        for waves, size in ((1, 0.06), (2, 0.04), (4, 0.024), (7, 0.013), (13, 0.006))
    ]
    lean = rng.uniform(-0.12, 0.12)
    share = 0.5 + lean * (along - 0.5) + np.sum(bends, axis=0)
    return settled(frame.west_m + share * frame.columns * frame.step_m)


def _river_bins(frame: Frame, axis: Floats) -> Bools:
    """Bins under the axis, joined sideways where it moves more than one column a row."""
    column = ((axis - frame.west_m) / frame.step_m).astype(int)
    river = np.zeros(frame.shape, dtype=bool)
    for row, (here, there) in enumerate(
        zip(column, np.append(column[1:], column[-1]), strict=True)
    ):
        river[row, min(here, there) : max(here, there) + 1] = True
    return river


def _inflow(frame: Frame, axis: Floats) -> Floats:
    inflow = np.zeros(frame.shape)
    column = int((axis[-1] - frame.west_m) / frame.step_m)
    inflow[-1, column] = UPSTREAM_M2
    return inflow


def _carved(rng: np.random.Generator, frame: Frame, axis: Floats) -> Floats:
    x, y = frame.centres()
    off_axis = np.abs(x - axis[:, None])
    north = (y - frame.south_m) / (frame.rows * frame.step_m)
    crests = ridged(noise(rng, frame, size_m=3600.0, octaves=5))
    valley = 60 * north + 170 * np.minimum(off_axis / 4500, 1.3)
    heights = valley + 60 * crests + 35 * noise(rng, frame, size_m=800.0)
    fixed = _edge(frame)
    rim = valley + 60 * noise(rng, frame, size_m=2600.0) + 90
    heights[fixed] = np.maximum(rim, 120.0)[fixed]
    river = _river_bins(frame, axis)
    heights[river] = (60 * north)[river]
    soft = settled(np.exp(0.4 * noise(rng, frame, size_m=2300.0, octaves=5)))
    heights = settled(heights)
    rise = 1.0 + 0.25 * noise(rng, frame, size_m=1500.0, octaves=5)
    return _uplifted(
        rng, filled(heights, fixed | river), fixed | river, frame, soft=soft, rise=rise
    )


def _uplifted(
    rng: np.random.Generator,
    heights: Floats,
    fixed: Bools,
    frame: Frame,
    *,
    soft: Floats,
    rise: Floats,
) -> Floats:
    """Let the land rise and the rivers cut, step by step; `soft` rock is cut faster."""
    rise_m, cutting, steps, steepest = 14.0, 0.62, 60, 0.6
    own = np.full(frame.shape, frame.step_m**2)
    growth = (rise_m * rise * ~fixed).ravel()
    number = np.arange(fixed.size)
    for step in range(steps):
        if step % 12 == 0:
            heights = filled(heights, fixed)
        heights = heights + 0.12 * ndimage.laplace(heights, mode="nearest") * ~fixed
        target = np.where(fixed.ravel(), number, receivers(heights, frame.step_m, rng))
        levels = upstream_first(target)
        area = accumulated(target, levels, own)
        across = np.isin(np.abs(target - number), (1, frame.columns))
        length_m = np.where(across, 1.0, np.sqrt(2)) * frame.step_m
        factor = cutting * soft.ravel() * area**AREA_EXPONENT / length_m
        height = heights.ravel() + growth
        for bins in reversed(levels[:-1]):
            below, cut = height[target[bins]], factor[bins]
            eroded = (height[bins] + cut * below) / (1 + cut)
            height[bins] = np.minimum(eroded, below + steepest * length_m[bins])
        heights = settled(height.reshape(frame.shape))
    return heights


def _refined(heights: Floats, coarse: Frame, fine: Frame) -> Floats:
    x, y = fine.centres()
    row = (y - coarse.south_m) / coarse.step_m - 0.5
    column = (x - coarse.west_m) / coarse.step_m - 0.5
    read: Floats = ndimage.map_coordinates(heights, [row, column], order=3, mode="nearest")
    return read


def _with_flats(
    rng: np.random.Generator, heights: Floats, frame: Frame, inflow: Floats, axis: Floats
) -> tuple[Floats, Floats]:
    """Fill the valleys with gravel: floors that widen with the stream, and with the place."""
    water = drained(heights, frame, inflow, STREAM_M2 / 2)
    distance_m, nearest = nearest_channel(water.channel.reshape(frame.shape), frame.step_m)
    bed = ndimage.gaussian_filter(heights.ravel()[nearest], 1.5)
    basin = np.clip(1.0 + 0.75 * noise(rng, frame, size_m=3600.0, octaves=2), 0.25, 2.4)
    x, y = frame.centres()
    middle = axis[len(axis) // 2]
    basin += 2.0 * np.exp(-(((x - middle) / 1300) ** 2 + (y / 1500) ** 2))
    width_m = 26.0 * (water.area_m2[nearest] / 1e6) ** 0.42 * basin
    width_m = settled(ndimage.gaussian_filter(width_m, 4.0), 4)
    inside = np.clip(distance_m / np.maximum(width_m, 1.0), 0.0, 1.6)
    share = np.where(inside < 1, 0.0, _smooth((inside - 1) / 0.6))
    floor = bed + 2.0 * np.minimum(distance_m / 20, 1) + 0.02 * distance_m
    return np.where(heights > floor, floor + (heights - floor) * share, heights), width_m


def _smooth(share: Floats) -> Floats:
    return share * share * (3 - 2 * share)
