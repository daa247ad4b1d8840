"""Where the hamlets are, and which of them make a village and a grid.

Hamlets stand on gentle ground near water. Villages are hamlets that are easy to reach from one
another over the ground as it is, so a ridge parts them and a valley joins them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.sparse.csgraph import dijkstra

from gis.synthetic.ground import RIVER_M2, Ground
from gis.synthetic.raster import Floats, Frame, Ints, settled
from gis.synthetic.terrain import Terrain
from gis.synthetic.travel import ground_graph


@dataclass(frozen=True)
class Hamlets:
    """Hamlets outside the town: where, how many households, and of which village and grid."""

    xy: Floats
    households: Ints
    village: Ints
    grid: Ints
    """Number of the grid within its village."""
    centre: Ints
    """Hamlet in which each village has its seat."""


def make_hamlets(
    rng: np.random.Generator,
    terrain: Terrain,
    ground: Ground,
    *,
    hamlets: int,
    households: int,
    villages: int,
    grids: int,
    town_radius_m: float,
) -> Hamlets:
    """Choose hamlet sites outside the town and gather them into villages and grids."""
    xy = _sites(rng, terrain.frame, ground, hamlets, town_radius_m)
    room = terrain.frame.sample(ground.buildable, xy)
    weight = (0.25 + room) * settled(rng.lognormal(0, 0.38, len(xy)))
    sizes = _shared_out(weight, households, least=9)
    apart = _apart(terrain, xy)
    village, centre = grouped(rng, apart, sizes, villages)
    share = _shared_out(np.bincount(village, sizes, minlength=villages), grids, least=2)
    grid = np.zeros(len(xy), dtype=np.int64)
    for number in range(villages):
        own = np.flatnonzero(village == number)
        count = min(int(share[number]), len(own))
        grid[own], _ = grouped(rng, apart[np.ix_(own, own)], sizes[own], count)
    return Hamlets(xy, sizes, village, grid, centre)


def _sites(
    rng: np.random.Generator, frame: Frame, ground: Ground, count: int, town_radius_m: float
) -> Floats:
    x, y = frame.centres()
    free = ndimage.binary_erosion(ground.inside, iterations=round(110 / frame.step_m))
    free &= np.hypot(x - ground.seat_xy[0], y - ground.seat_xy[1]) > town_radius_m + 150
    room = settled(ground.buildable**1.3, 9) + 0.004
    appeal = (room * (ground.liveable > 0.12) * free).ravel()
    flat_x, flat_y = x.ravel(), y.ravel()
    chosen: list[int] = []
    while len(chosen) < count and appeal.any():
        pick = int(rng.choice(appeal.size, p=appeal / appeal.sum()))
        chosen.append(pick)
        keep_m = rng.uniform(240, 400)
        appeal[np.hypot(flat_x - flat_x[pick], flat_y - flat_y[pick]) < keep_m] = 0
    return frame.xy(np.array(chosen))


def _shared_out(weight: Floats | Ints, total: int, *, least: int) -> Ints:
    """Split `total` in proportion, at least `least` each; the largest remainders get the rest."""
    exact = weight / weight.sum() * (total - least * len(weight))
    parts = np.floor(exact).astype(np.int64) + least
    rest = total - int(parts.sum())
    parts[np.argsort(parts - exact, kind="stable")[:rest]] += 1
    return np.asarray(parts)


def _apart(terrain: Terrain, xy: Floats) -> Floats:
    """Effort in level metres between every two hamlets, on a raster a third as fine."""
    frame, third = terrain.frame, 3
    coarse = Frame(
        frame.west_m,
        frame.south_m,
        frame.step_m * third,
        frame.rows // third,
        frame.columns // third,
    )

    def blocks(values: Floats) -> Floats:
        cut = values.reshape(frame.shape)[: coarse.rows * third, : coarse.columns * third]
        return cut.reshape(coarse.rows, third, coarse.columns, third)

    heights = blocks(terrain.heights_m).mean(axis=(1, 3))
    wide = blocks(terrain.water.area_m2).max(axis=(1, 3)) > RIVER_M2
    toll = np.where(wide, 500.0, 0.0)
    everywhere = np.ones(coarse.shape, dtype=bool)
    graph = ground_graph(coarse, heights, toll, everywhere, grade=0.16)
    bins = coarse.bin_of(xy)
    distances: Floats = dijkstra(graph, indices=bins)[:, bins]
    return (distances + distances.T) / 2


def grouped(rng: np.random.Generator, apart: Floats, weight: Ints, count: int) -> tuple[Ints, Ints]:
    """
    Gather places into `count` groups of similar weight around the best-placed member of each.

    Returns
    -------
    group, centre
        Number of each place's group, and the place each group has its centre in.
    """
    centre = _spread(rng, apart, count)
    handicap = np.ones(count)
    group = np.zeros(len(apart), dtype=np.int64)
    fair = settled(rng.lognormal(0, 0.25, count))
    fair *= weight.sum() / fair.sum()
    for round_ in range(60):
        group = np.argmin(apart[:, centre] * handicap, axis=1)
        group[centre] = np.arange(count)
        load = np.bincount(group, weight, minlength=count)
        handicap = settled(handicap * np.clip(load / fair, 0.6, 1.6) ** 0.25)
        if round_ % 6 == 5:
            for number in range(count):
                own = np.flatnonzero(group == number)
                effort = (apart[np.ix_(own, own)] * weight[own]).sum(axis=1)
                centre[number] = own[np.argmin(effort)]
    return group, centre


def _spread(rng: np.random.Generator, apart: Floats, count: int) -> Ints:
    centre = [int(rng.integers(len(apart)))]
    while len(centre) < count:
        gap = apart[:, centre].min(axis=1)
        centre.append(int(rng.choice(len(apart), p=gap**2 / (gap**2).sum())))
    return np.array(centre)
