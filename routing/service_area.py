"""What half an hour reaches: the half-hour circle (半小时服务圈), and minutes per household.

Whether a household is served is counted with `minutes_to_nearest`, never read off a polygon. The
polygon is for the eye: it is drawn around bins whose middle was routed from door to door, refined
along its border to bins of `FINEST_BIN_M` or a little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.edge_times import EARTH_M
from routing.snapping import OFF_NETWORK_M
from routing.travel_time import Roads

Floats = NDArray[np.float64]

FINEST_BIN_M = 6.25
_MOST_BINS = 200_000
"""A border of more bins than this is not refined further: nobody sees it at that scale."""
_COARSEST_BIN_M = 100.0
_STAIR = 0.75
"""Half the diagonal of a square is 0.71: slanting stairs become straight, corners stay."""
_METRES_PER_DEGREE = np.pi / 180 * EARTH_M


def minutes_to_nearest(
    roads: Roads, places: Sequence[LonLat], stations: Sequence[LonLat], mode: TravelMode
) -> list[float]:
    """
    Minutes for help to arrive at each place from the station that is there first.

    Travel goes from the station to the place. Infinite where no station's help arrives.
    """
    if not stations:
        return [np.inf] * len(places)
    seconds = roads.matrix(stations, places, mode=mode)
    return [float(s) / 60 for s in seconds.min(axis=0)]


def service_area(
    roads: Roads, stations: Sequence[LonLat], *, minutes: float = 30, mode: TravelMode
) -> shapely.MultiPolygon:
    """
    Outline the places that help from the stations reaches within `minutes`, inclusive.

    Polygons in EPSG:4326, without overlaps, empty if no station is on the network.
    """
    reached = roads.reached_points(stations, mode=mode, limit_s=minutes * 60)
    if len(reached) == 0:
        return shapely.MultiPolygon()
    bins = _Bins.over(reached)
    inside = _inside(roads, stations, bins, mode, minutes * 60)
    done: list[shapely.Geometry] = []
    while bins.size_m > FINEST_BIN_M:
        border = bins.beside_other(inside)
        if border.sum() * 4 > _MOST_BINS:
            break
        done.extend(bins.only(~border & inside).boxes())
        bins = bins.only(border).quartered()
        inside = _inside(roads, stations, bins, mode, minutes * 60)
    done.extend(bins.only(inside).boxes())
    return bins.on_the_map(shapely.union_all(np.array(done)))


def share_wrong(
    roads: Roads,
    stations: Sequence[LonLat],
    area: shapely.MultiPolygon,
    *,
    minutes: float = 30,
    mode: TravelMode,
    points: int = 1000,
) -> float:
    """
    Route random points of an area again, and give the share that is not reached, 0 to 1.

    The same area is always asked about the same points. An empty area is never wrong.
    """
    if area.is_empty:
        return 0.0
    rng = np.random.default_rng(20261122)
    shapely.prepare(area)
    west, south, east, north = area.bounds
    inside = np.empty((0, 2))
    while len(inside) < points:
        drawn = rng.uniform((west, south), (east, north), (4 * points, 2))
        inside = np.concatenate([inside, drawn[shapely.contains_xy(area, *drawn.T)]])
    lon, lat = np.ascontiguousarray(inside[:points].T)
    seconds = roads.seconds_from_any(stations, lon, lat, mode=mode)
    return float((seconds > minutes * 60).mean())


class _Bins(NamedTuple):
    """Squares of one size, by column and row."""

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    size_m: float
    west: float
    south: float
    stretch: float
    """Degrees of longitude for each degree of latitude, over equal metres."""

    @classmethod
    def over(cls, points: Floats) -> _Bins:
        """Cover all points and what lies within walking reach of them."""
        west, south = points.min(axis=0)
        stretch = 1 / np.cos(np.radians(points[:, 1].mean()))
        step = _COARSEST_BIN_M / _METRES_PER_DEGREE
        at = np.floor((points - (west, south)) / (step * stretch, step)).astype(np.int64)
        margin = int(np.ceil(OFF_NETWORK_M / _COARSEST_BIN_M)) + 1
        columns, rows = (at.max(axis=0) + 2 * margin + 1).tolist()
        near = np.zeros((columns, rows), dtype=bool)
        near[at[:, 0] + margin, at[:, 1] + margin] = True
        column, row = np.nonzero(_widened(near, margin))
        origin = (west - margin * step * stretch, south - margin * step)
        return cls(column, row, _COARSEST_BIN_M, *origin, stretch)

    def middles(self) -> tuple[Floats, Floats]:
        """Longitude and latitude of the middle of each square."""
        step = self.size_m / _METRES_PER_DEGREE
        lon = self.west + (self.column + 0.5) * step * self.stretch
        return np.asarray(lon), np.asarray(self.south + (self.row + 0.5) * step)

    def boxes(self) -> list[shapely.Geometry]:
        """
        Draw the squares, those in one row and next to each other as one.

        In units of the finest squares: whole numbers, so that drawing them together is exact.
        """
        order = np.lexsort((self.column, self.row))
        column, row = self.column[order], self.row[order]
        if len(column) == 0:
            return []
        breaks = np.ones(len(column), dtype=bool)
        breaks[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1] + 1)
        first = np.flatnonzero(breaks)
        last = np.append(first[1:], len(column)) - 1
        unit = round(self.size_m / FINEST_BIN_M)
        low = np.stack([column[first], row[first]], axis=1) * unit
        high = np.stack([column[last] + 1, row[first] + 1], axis=1) * unit
        return [shapely.box(*corners) for corners in np.hstack([low, high]).tolist()]

    def on_the_map(self, drawn: shapely.Geometry) -> shapely.MultiPolygon:
        """Turn a drawing in finest squares into degrees, without its stairs."""
        step = FINEST_BIN_M / _METRES_PER_DEGREE
        scale = np.array([step * self.stretch, step])
        smooth = shapely.simplify(drawn, _STAIR * self.size_m / FINEST_BIN_M)
        placed = shapely.transform(smooth, lambda xy: xy * scale + (self.west, self.south))
        parts = [p for p in shapely.get_parts(placed) if isinstance(p, shapely.Polygon)]
        return shapely.MultiPolygon(parts)

    def only(self, chosen: NDArray[np.bool_]) -> _Bins:
        """Keep the chosen squares."""
        return self._replace(column=self.column[chosen], row=self.row[chosen])

    def quartered(self) -> _Bins:
        """Cut every square in four."""
        column = np.concatenate([self.column * 2, self.column * 2 + 1] * 2)
        row = np.concatenate([self.row * 2] * 2 + [self.row * 2 + 1] * 2)
        return self._replace(column=column, row=row, size_m=self.size_m / 2)

    def beside_other(self, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mark squares with a neighbour, also by a corner, on the other side of the border."""
        if len(self.column) == 0:
            return np.zeros(0, dtype=bool)
        columns, rows = int(self.column.max()) + 3, int(self.row.max()) + 3
        ins, outs = np.zeros((2, columns, rows), dtype=bool)
        ins[self.column[inside] + 1, self.row[inside] + 1] = True
        outs[self.column[~inside] + 1, self.row[~inside] + 1] = True
        border = (ins & _widened(outs, 1)) | (outs & _widened(ins, 1))
        return np.asarray(border[self.column + 1, self.row + 1])


def _widened(marks: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    """Mark everything within `by` steps of a mark, diagonal steps included."""
    for axis in (0, 1):
        for _ in range(by):
            earlier, later = np.roll(marks, 1, axis), np.roll(marks, -1, axis)
            marks = marks | earlier | later
    return marks


def _inside(
    roads: Roads, stations: Sequence[LonLat], bins: _Bins, mode: TravelMode, limit_s: float
) -> NDArray[np.bool_]:
    lon, lat = bins.middles()
    return roads.seconds_from_any(stations, lon, lat, mode=mode) <= limit_s
