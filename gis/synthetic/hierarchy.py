"""Which household belongs to which cell, grid and village, and which ground goes with it.

Households are gathered first (neighbours of about ten make a cell, hamlets a grid, valleys a
village); then each level claims its ground inside the level above, so cells tile their grid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from gis.synthetic.hamlets import Hamlets
from gis.synthetic.houses import ESTATE, IN_TOWN, Houses
from gis.synthetic.mesh import OUTSIDE, Mesh, claimed
from gis.synthetic.raster import Bools, Floats, Ints

CELL_HOUSEHOLDS = 10
TOWN_GRID_HOUSEHOLDS = 112
TOWN_GROUP_HOUSEHOLDS = 40
FEWEST_IN_GROUP = 8
_TOWN = 50_000
"""Above the numbers of hamlets."""


@dataclass(frozen=True)
class Hierarchy:
    """Numbers from 0 for villages, grids and cells over the whole township, level by level."""

    village: Ints
    """Village of each household; the town's two communities come first."""
    grid: Ints
    cell: Ints
    group: Ints
    """Villagers' group of each household; a group lies in one grid."""
    patch_cell: Ints
    """Cell of each patch of the mesh, `OUTSIDE` beyond the township."""
    grid_village: Ints
    cell_grid: Ints
    group_grid: Ints


def gather(
    rng: np.random.Generator, mesh: Mesh, houses: Houses, hamlets: Hamlets, downtown: Bools
) -> Hierarchy:
    """
    Gather households level by level and let every level claim its ground.

    Parameters
    ----------
    downtown
        Which houses of the town lie in its second community.
    """
    rural = houses.hamlet >= 0
    hamlet = np.clip(houses.hamlet, 0, None)
    village = np.where(rural, hamlets.village[hamlet] + 2, downtown.astype(np.int64))
    all_ground = np.where(mesh.inside, 0, OUTSIDE)
    patch_village = claimed(mesh, village, all_ground, ridge_m=420, stream_m=26)
    village = patch_village[: mesh.houses]

    wish = _grid_wish(rng, houses, hamlets, village)
    grid = _agreed(mesh, wish, village)
    patch_grid = claimed(mesh, grid, patch_village, ridge_m=260, stream_m=18)
    patch_grid, grid_village = _numbered(patch_grid, patch_village, mesh.houses)
    grid = patch_grid[: mesh.houses]

    group = _groups(rng, houses, grid)
    cell = _cells(rng, mesh.xy[: mesh.houses], houses.stair, group)
    patch_cell = claimed(mesh, cell, patch_grid, ridge_m=150, stream_m=12)
    patch_cell, cell_grid = _numbered(patch_cell, patch_grid, mesh.houses)
    cell = patch_cell[: mesh.houses]
    group, group_grid = _group_of_cells(group, cell, cell_grid)
    return Hierarchy(village, grid, cell, group, patch_cell, grid_village, cell_grid, group_grid)


def _grid_wish(rng: np.random.Generator, houses: Houses, hamlets: Hamlets, village: Ints) -> Ints:
    """Say which grid each household should be in: its hamlet's, or its part of town."""
    wish = houses.hamlet * 0
    rural = houses.hamlet >= 0
    hamlet = houses.hamlet[rural]
    wish[rural] = 1000 * (hamlets.village[hamlet] + 2) + hamlets.grid[hamlet]
    for community in (0, 1):
        own = np.flatnonzero((village == community) & ~rural)
        if len(own):
            parts = max(1, round(len(own) / TOWN_GRID_HOUSEHOLDS))
            wish[own] = 1000 * community + balanced(rng, houses.xy[own], parts)
    flats = np.flatnonzero(houses.hamlet == ESTATE)
    if len(flats):
        wish[flats] = 1000 * village[flats[0]] + 900
    return wish


def _agreed(mesh: Mesh, wish: Ints, parent: Ints) -> Ints:
    """Where a household's wish belongs to another parent, take the nearest neighbour's."""
    settled = wish.copy()
    wrong = wish // 1000 != parent
    for number in np.unique(parent[wrong]).tolist():
        here = parent == number
        fine = np.flatnonzero(here & ~wrong)
        lost = np.flatnonzero(here & wrong)
        near = cKDTree(mesh.xy[fine]).query(mesh.xy[lost])[1]
        settled[lost] = wish[fine[near]]
    return settled


def _numbered(patch: Ints, parent: Ints, houses: int) -> tuple[Ints, Ints]:
    """Renumber owners from 0 in the order of their parents; give the parent of each."""
    owners = np.unique(patch[:houses])
    of = np.zeros(int(patch.max()) + 1, dtype=np.int64)
    of[patch[patch != OUTSIDE]] = parent[patch != OUTSIDE]
    order = owners[np.argsort(of[owners], kind="stable")]
    number = np.full(int(patch.max()) + 1, OUTSIDE)
    number[order] = np.arange(len(order))
    return np.where(patch == OUTSIDE, OUTSIDE, number[patch]), of[order]


def _groups(rng: np.random.Generator, houses: Houses, grid: Ints) -> Ints:
    """Make groups: households of one hamlet and grid, or a few blocks of the town."""
    base = np.where(houses.hamlet >= 0, houses.hamlet, 0)
    for number in np.unique(grid[houses.hamlet == IN_TOWN]).tolist():
        own = np.flatnonzero((houses.hamlet == IN_TOWN) & (grid == number))
        parts = max(1, round(len(own) / TOWN_GROUP_HOUSEHOLDS))
        base[own] = _TOWN + balanced(rng, houses.xy[own], parts)
    base = np.where(houses.hamlet == ESTATE, _TOWN - 1, base)
    group = np.unique(grid * 100_000 + base, return_inverse=True)[1]
    size = np.bincount(group)
    for number in np.flatnonzero(size < FEWEST_IN_GROUP).tolist():
        own = np.flatnonzero(group == number)
        beside = np.flatnonzero((grid == grid[own[0]]) & (group != number))
        if len(beside):
            near = cKDTree(houses.xy[beside]).query(houses.xy[own].mean(axis=0))[1]
            group[own] = group[beside[near]]
    return np.asarray(np.unique(group, return_inverse=True)[1])


def _cells(rng: np.random.Generator, xy: Floats, stair: Ints, group: Ints) -> Ints:
    cell = np.zeros(len(xy), dtype=np.int64)
    first = 0
    for number in range(int(group.max()) + 1):
        own = np.flatnonzero(group == number)
        if stair[own].any():
            _, part = np.unique(stair[own], return_inverse=True)
        else:
            part = balanced(rng, xy[own], max(1, round(len(own) / CELL_HOUSEHOLDS)))
        cell[own] = first + part
        first += int(part.max()) + 1
    return cell


def balanced(rng: np.random.Generator, xy: Floats, parts: int) -> Ints:
    """Split points into compact parts of nearly equal size."""
    if parts <= 1:
        return np.zeros(len(xy), dtype=np.int64)
    centre = xy[[int(rng.integers(len(xy)))]]
    while len(centre) < parts:
        gap = np.min(np.hypot(*(xy[:, None] - centre[None]).transpose(2, 0, 1)), axis=1)
        centre = np.vstack((centre, xy[np.argmax(gap)]))
    seats = np.arange(len(xy)) % parts
    part = np.zeros(len(xy), dtype=np.int64)
    for _ in range(8):
        square = ((xy[:, None] - centre[None]) ** 2).sum(axis=2)
        _, seat = linear_sum_assignment(np.round(square[:, seats], 1))
        part = seats[seat]
        centre = np.array([xy[part == number].mean(axis=0) for number in range(parts)])
    return part


def _group_of_cells(group: Ints, cell: Ints, cell_grid: Ints) -> tuple[Ints, Ints]:
    """Settle every cell in the group most of its households are in."""
    most = np.zeros(len(cell_grid), dtype=np.int64)
    for number in range(len(cell_grid)):
        most[number] = np.bincount(group[cell == number]).argmax()
    _, most = np.unique(cell_grid * 100000 + most, return_inverse=True)
    group_grid = np.zeros(int(most.max()) + 1, dtype=np.int64)
    group_grid[most] = cell_grid
    return most[cell], group_grid
