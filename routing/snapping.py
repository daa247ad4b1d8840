"""Where does a door meet the street network? On the nearest edge its mode may use, between bends.

A place is tied to the nearest usable edge within `OFF_NETWORK_M`. If that edge lies outside the
mode's main part (an island, or a one-way trap), the nearest edge of the main part counts as well,
but only within `ISLAND_HOP_M`: further than that, something such as a river is likely between.
Tunnels are driven through but have no doors. The way from the door to the road is walked, at
`WALK_KPH` over `DETOUR` times the straight line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.compiled import compiled
from routing.edge_times import EARTH_M
from routing.speeds import WALK_KPH

OFF_NETWORK_M = 500.0
"""Further from any usable road than this, a place is off the network."""
ISLAND_HOP_M = 100.0
"""How far a place on an island may be from the main part to be tied to it too."""
DETOUR = 1.3
"""Walked metres per straight metre between door and road."""

CANDIDATES = 2
UNUSABLE, USABLE, MAIN = 0, 1, 2
"""What an edge is to a mode: closed or without doors, open, open and in the main part."""

_METRES_PER_E7 = np.pi / 180 * EARTH_M / 1e7
_BIN_M = 150.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Snaps(NamedTuple):
    """Where places meet edges: one row per place, one column per candidate, edge -1 for none."""

    edge: Ints
    fraction: Floats
    """Share of the edge's length before the foot of the perpendicular, 0 to 1."""
    straight_m: Floats


class EdgeIndex:
    """All pieces of all edges, sorted into square bins of about 150 m."""

    def __init__(self, point_e7: NDArray[np.int32], point_first: Ints, along_m: Floats) -> None:
        self._points = point_e7
        self._edge_of = np.repeat(np.arange(len(point_first) - 1), np.diff(point_first))
        length = along_m[point_first[1:] - 1]
        self._share = along_m / np.maximum(np.repeat(length, np.diff(point_first)), 1e-9)
        self._share[point_first[1:] - 1] = 1.0
        self._share[point_first[:-1]] = 0.0
        pieces = np.flatnonzero(self._edge_of[:-1] == self._edge_of[1:])
        self._corner = point_e7.min(axis=0).astype(np.int64)
        middle = np.radians(point_e7[:, 1].mean() / 1e7)
        tall = int(_BIN_M / _METRES_PER_E7)
        self._bin = np.array([int(tall / max(np.cos(middle), 0.01)), tall], dtype=np.int64)
        self._columns = int((np.ptp(point_e7[:, 0].astype(np.int64)) // self._bin[0]) + 1)
        self._bins, self._first, self._piece = self._sorted(pieces)

    def _sorted(self, pieces: Ints) -> tuple[Ints, Ints, Ints]:
        """
        Sort the pieces by the bins they may lie in; only bins with pieces are kept.

        Long pieces are cut first, so that a stray road across the globe does no harm.
        """
        points = (self._points - self._corner) / self._bin
        step = points[pieces + 1] - points[pieces]
        parts = np.maximum(np.ceil(np.abs(step).max(axis=1)), 1).astype(np.int64)
        owner = np.repeat(np.arange(len(pieces)), parts)
        nth = np.arange(int(parts.sum())) - np.repeat(np.cumsum(parts) - parts, parts)
        begin = points[pieces[owner]] + step[owner] * (nth / parts[owner])[:, None]
        end = begin + step[owner] / parts[owner][:, None]
        low = np.floor(np.minimum(begin, end) - 1e-6).astype(np.int64)
        high = np.floor(np.maximum(begin, end) + 1e-6).astype(np.int64)
        rows: list[Ints] = []
        for right in range(3):
            for up in range(3):
                column, row = low[:, 0] + right, low[:, 1] + up
                inside = (column <= high[:, 0]) & (row <= high[:, 1]) & (column >= 0) & (row >= 0)
                inside &= column < self._columns
                bins = row[inside] * self._columns + column[inside]
                rows.append(np.stack([bins, pieces[owner[inside]]], axis=1))
        pairs = np.concatenate(rows)
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        bins, first = np.unique(pairs[:, 0], return_index=True)
        return bins, np.append(first, len(pairs)), np.ascontiguousarray(pairs[:, 1])

    def snap(self, lon: Floats, lat: Floats, use: NDArray[np.uint8]) -> Snaps:
        """Tie places to edges; `use` says what each edge is to the mode."""
        places = len(lon)
        snaps = Snaps(
            np.full((places, CANDIDATES), -1, dtype=np.int64),
            np.zeros((places, CANDIDATES)),
            np.zeros((places, CANDIDATES)),
        )
        _snap_all(
            lon * 1e7, lat * 1e7, use, self._points, self._edge_of, self._share,
            self._bins, self._first, self._piece, self._columns, self._corner, self._bin,
            snaps.edge, snaps.fraction, snaps.straight_m,
        )  # fmt: skip
        return snaps


def access_ms(straight_m: Floats) -> Ints:
    """Milliseconds on foot between a door and the road."""
    return np.rint(straight_m * DETOUR * 3600 / WALK_KPH).astype(np.int64)


@compiled
def _snap_all(
    lon_e7: Floats,
    lat_e7: Floats,
    use: NDArray[np.uint8],
    points: NDArray[np.int32],
    edge_of: Ints,
    share: Floats,
    bins: Ints,
    first: Ints,
    piece: Ints,
    columns: int,
    corner: Ints,
    size: Ints,
    edge: Ints,
    fraction: Floats,
    straight_m: Floats,
) -> None:
    for place in range(lon_e7.shape[0]):
        for candidate in range(CANDIDATES):
            reach_m = OFF_NETWORK_M if candidate == 0 else ISLAND_HOP_M
            found, where, metres = _nearest(
                lon_e7[place], lat_e7[place], reach_m, use, candidate + USABLE,
                points, edge_of, share, bins, first, piece, columns, corner, size,
            )  # fmt: skip
            edge[place, candidate] = found
            fraction[place, candidate] = where
            straight_m[place, candidate] = metres
            if found < 0 or use[found] == MAIN:
                break


@compiled
def _nearest(
    lon_e7: float,
    lat_e7: float,
    reach_m: float,
    use: NDArray[np.uint8],
    wanted: int,
    points: NDArray[np.int32],
    edge_of: Ints,
    share: Floats,
    bins: Ints,
    first: Ints,
    piece: Ints,
    columns: int,
    corner: Ints,
    size: Ints,
) -> tuple[int, float, float]:
    """
    Find the nearest edge: its number, the share of it before the foot, the metres to it.

    Looks through rings of bins around the place until the next ring must be further than the
    best found. Equal distances go to the lower edge, then the earlier position.
    """
    y_m = _METRES_PER_E7
    x_m = _METRES_PER_E7 * np.cos(np.radians(lat_e7 / 1e7))
    ring_m = min(size[0] * x_m, size[1] * y_m)
    column = int(np.floor((lon_e7 - corner[0]) / size[0]))
    row = int(np.floor((lat_e7 - corner[1]) / size[1]))
    best_edge, best_share, best_m = -1, 0.0, reach_m
    ring = 0
    while (ring - 1) * ring_m <= best_m:
        for r in range(max(row - ring, 0), row + ring + 1):
            step = 1 if r in (row - ring, row + ring) else max(2 * ring, 1)
            for c in range(column - ring, column + ring + 1, step):
                if c < 0 or c >= columns:
                    continue
                found = np.searchsorted(bins, r * columns + c)
                if found == bins.shape[0] or bins[found] != r * columns + c:
                    continue
                for slot in range(first[found], first[found + 1]):
                    p = piece[slot]
                    e = edge_of[p]
                    if use[e] < wanted:
                        continue
                    ax = (points[p, 0] - lon_e7) * x_m
                    ay = (points[p, 1] - lat_e7) * y_m
                    dx = (points[p + 1, 0] - points[p, 0]) * x_m
                    dy = (points[p + 1, 1] - points[p, 1]) * y_m
                    square = dx * dx + dy * dy
                    t = 0.0
                    if square > 0:
                        t = min(max(-(ax * dx + ay * dy) / square, 0.0), 1.0)
                    metres = np.hypot(ax + t * dx, ay + t * dy)
                    where = share[p + 1] if t == 1.0 else share[p] + t * (share[p + 1] - share[p])
                    closer = metres < best_m or (best_edge < 0 and metres <= best_m)
                    tied = metres == best_m and best_edge >= 0
                    if closer or (tied and (e, where) < (best_edge, best_share)):
                        best_edge, best_share, best_m = e, where, metres
        ring += 1
    if best_edge < 0:
        return -1, 0.0, 0.0
    return best_edge, best_share, best_m
