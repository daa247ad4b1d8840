"""What does it cost to go over the ground? A graph of bins whose steps cost more on slopes."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from gis.synthetic.raster import Bools, Floats, Frame, Ints

STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2))
"""Half of the sixteen directions a path may leave a bin in; the others are their opposites."""


def ground_graph(
    frame: Frame, heights: Floats, toll_m: Floats, open_: Bools, *, grade: float
) -> csr_array:
    """
    Join neighbouring bins with the effort of going from one to the other, in level metres.

    Parameters
    ----------
    toll_m
        Metres added for entering or leaving a bin, half of it at each end.
    open_
        Bins that may be used.
    grade
        Slope at which a metre costs two.
    """
    number = np.arange(heights.size).reshape(frame.shape)
    ends, starts, costs = [], [], []
    for down, right in STEPS:
        here = _window(down, right, frame.shape)
        there = _window(-down, -right, frame.shape)
        usable = open_[here] & open_[there]
        length_m = float(np.hypot(down, right)) * frame.step_m
        slope = (heights[there] - heights[here])[usable] / length_m
        cost = length_m * (1 + np.minimum((slope / grade) ** 2, 80))
        cost += (toll_m[here][usable] + toll_m[there][usable]) / 2
        starts.append(number[here][usable])
        ends.append(number[there][usable])
        costs.append(np.round(cost * 16) / 16)
    start, end, cost = np.concatenate(starts), np.concatenate(ends), np.concatenate(costs)
    both = (np.concatenate((start, end)), np.concatenate((end, start)))
    return csr_array((np.tile(cost, 2), both), shape=(heights.size, heights.size))


def _window(down: int, right: int, shape: tuple[int, int]) -> tuple[slice, slice]:
    """Bins that have a neighbour at this offset."""
    rows, columns = shape
    return (
        slice(max(0, -down), rows - max(0, down)),
        slice(max(0, -right), columns - max(0, right)),
    )


def way_back(before: Ints, end: int) -> list[int]:
    """Bins from `end` back to the source its search began at."""
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path
