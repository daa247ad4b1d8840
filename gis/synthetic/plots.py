"""Where may a house stand? Not on a road, in the water or on top of another."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.synthetic.lines import dots
from gis.synthetic.raster import Bools, Floats
from gis.synthetic.ways import Water, Way

_ROAD_M = {"secondary": 11.0, "tertiary": 8.5, "residential": 6.5, "path": 3.0}
_OTHER_ROAD_M = 6.0
_BANK_M = 9.0
_BLOCK_M = 24.0
FAR_M = 400.0
"""No road within this distance counts as this far."""


@dataclass
class Plots:
    """Doors so far, findable by place."""

    xy: list[tuple[float, float]] = field(default_factory=list)
    _near: dict[tuple[int, int], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, x: float, y: float, *, apart_m: float) -> bool:
        """Stand a house here, unless another is closer than `apart_m` (at most 24 m)."""
        column, row = int(x // _BLOCK_M), int(y // _BLOCK_M)
        blocks = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        others = (door for block in blocks for door in self._near.get(block, ()))
        if any((x - a) ** 2 + (y - b) ** 2 < apart_m**2 for a, b in others):
            return False
        self._near[column, row].append((x, y))
        self.xy.append((x, y))
        return True


class Barred:
    """Roads and water, and how far a house keeps from them."""

    def __init__(self, ways: list[Way], waters: list[Water]) -> None:
        self._roads = _lines([way.xy for way in ways])
        self._streams = _lines([water.xy for water in waters])
        self._road_m = np.array([_ROAD_M.get(way.road, _OTHER_ROAD_M) for way in ways])
        self._stream_m = np.array([water.half_width_m + _BANK_M for water in waters])
        self._road_tree = shapely.STRtree(self._roads)
        self._stream_tree = shapely.STRtree(self._streams)

    def free(self, xy: Floats) -> Bools:
        """Tell which of these points lie on no road and in no water."""
        points, free = dots(xy), np.ones(len(xy), dtype=bool)
        for tree, lines, keep in (
            (self._road_tree, self._roads, self._road_m),
            (self._stream_tree, self._streams, self._stream_m),
        ):
            point, line = tree.query(points, predicate="dwithin", distance=float(keep.max()))
            near = shapely.distance(points[point], lines[line]) < keep[line]
            free[point[near]] = False
        return free

    def road_distance(self, xy: Floats) -> Floats:
        """Metres from each point to the nearest road, at most `FAR_M`."""
        (point, _), far = self._road_tree.query_nearest(
            dots(xy), max_distance=FAR_M, return_distance=True, all_matches=False
        )
        distance = np.full(len(xy), FAR_M)
        distance[point] = far
        return distance

    def heading(self, xy: Floats) -> Floats:
        """Direction of the nearest road at each point, in radians."""
        points = dots(xy)
        _, line = self._road_tree.query_nearest(points, all_matches=False)
        nearest = self._roads[line]
        at = np.asarray(shapely.line_locate_point(nearest, points))
        here = shapely.line_interpolate_point(nearest, np.maximum(at - 5, 0))
        there = shapely.line_interpolate_point(nearest, at + 5)
        east, north = (shapely.get_coordinates(there) - shapely.get_coordinates(here)).T
        angle: Floats = np.arctan2(north, east)
        return angle


def _lines(shapes: list[Floats]) -> NDArray[Any]:
    return np.array([shapely.LineString(xy) for xy in shapes])
