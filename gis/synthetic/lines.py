"""How does a zigzag of bins become a road, a river or a border? Rounding, thinning, joining."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from gis.synthetic.raster import Floats

Node = TypeVar("Node", bound=Hashable)


def rounded(xy: Floats, *, passes: int) -> Floats:
    """Draw every inner vertex towards the middle of its neighbours; the ends stay."""
    xy = xy.copy()
    for _ in range(passes):
        xy[1:-1] = 0.5 * xy[1:-1] + 0.25 * (xy[:-2] + xy[2:])
    return xy


def rounded_ring(xy: Floats, *, passes: int) -> Floats:
    """Round a closed line whose first and last vertex are one."""
    ring = xy[:-1].copy()
    for _ in range(passes):
        ring = 0.5 * ring + 0.25 * (np.roll(ring, 1, axis=0) + np.roll(ring, -1, axis=0))
    return np.vstack((ring, ring[:1]))


def curved(xy: Floats, *, times: int) -> Floats:
    """Cut every inner corner (Chaikin), twice as many vertices each time; the ends stay."""
    for _ in range(times):
        if len(xy) < 3:
            return xy
        near, far = 0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]
        cut = np.empty((2 * len(near), 2))
        cut[0::2], cut[1::2] = near, far
        xy = np.vstack((xy[:1], cut[1:-1], xy[-1:]))
    return xy


def thinned(xy: Floats, tolerance_m: ArrayLike) -> Floats:
    """
    Drop vertices that lie within their tolerance of the line without them (Douglas-Peucker).

    Parameters
    ----------
    tolerance_m
        One number, or one for each vertex.
    """
    tolerance = np.broadcast_to(np.asarray(tolerance_m, dtype=float), len(xy))
    keep = np.zeros(len(xy), dtype=bool)
    keep[[0, -1]] = True
    stack = [(0, len(xy) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inner = slice(first + 1, last)
        off = _distance(xy[inner], xy[first], xy[last]) / tolerance[inner]
        worst = int(np.argmax(off))
        if off[worst] > 1:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return xy[keep]


def _distance(points: Floats, start: Floats, end: Floats) -> Floats:
    ahead = end - start
    square = float(ahead @ ahead)
    if square == 0:
        return lengths(points - start)
    share = np.clip((points - start) @ ahead / square, 0, 1)
    return lengths(points - start - share[:, None] * ahead)


def chains(edges: Iterable[tuple[Node, Node]]) -> list[list[Node]]:
    """
    Join edges end to end into chains that run from junction to junction.

    A junction has one, three or more edges. What has no junction is a ring, given with its first
    node repeated at the end.
    """
    beside: dict[Node, list[Node]] = defaultdict(list)
    for one, other in edges:
        beside[one].append(other)
        beside[other].append(one)
    used: set[tuple[Node, Node]] = set()
    found: list[list[Node]] = []

    def follow(start: Node, step: Node) -> None:
        chain = [start, step]
        used.update(((start, step), (step, start)))
        while len(beside[chain[-1]]) == 2 and chain[-1] != start:
            one, other = beside[chain[-1]]
            onward = other if one == chain[-2] else one
            used.update(((chain[-1], onward), (onward, chain[-1])))
            chain.append(onward)
        found.append(chain)

    junctions = [node for node, ends in beside.items() if len(ends) != 2]
    for node in [*junctions, *beside]:
        for step in beside[node]:
            if (node, step) not in used:
                follow(node, step)
    return found


def dots(xy: Floats) -> NDArray[Any]:
    """Make points of coordinates."""
    points: NDArray[Any] = np.asarray(shapely.points(xy))
    return points


def lengths(steps: Floats) -> Floats:
    """Lengths of vectors, one a row."""
    length: Floats = np.hypot(steps[:, 0], steps[:, 1])
    return length


def along(xy: Floats) -> Floats:
    """Metres from the start of a line to each of its vertices."""
    return np.concatenate(([0.0], np.cumsum(lengths(np.diff(xy, axis=0)))))


def length_m(xy: Floats) -> float:
    """Length of a line."""
    return float(along(xy)[-1])


def every(xy: Floats, spacing_m: float) -> Floats:
    """Points along a line, `spacing_m` apart, from its start; its end is left out."""
    vertices = along(xy)
    at = np.arange(0.0, vertices[-1], spacing_m)
    return np.column_stack((np.interp(at, vertices, xy[:, 0]), np.interp(at, vertices, xy[:, 1])))
