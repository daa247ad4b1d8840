"""To whom does each patch of ground belong? Patches claimed outward from the houses.

The ground is cut into small patches: one around every house, the others on a loose lattice, and
pairs of them along streams so that a stream can be a border. Claims spread over the terrain from
the houses; ridges and streams slow them, so borders come to lie there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import Voronoi, cKDTree

from gis.synthetic.ground import Ground
from gis.synthetic.lines import every
from gis.synthetic.raster import Bools, Floats, Ints, settled
from gis.synthetic.terrain import Terrain
from gis.synthetic.ways import Water

LATTICE_M = 34.0
OUTSIDE = -1
PASSAGE_M = 1.5
"""Patches that share less than this only touch."""


@dataclass(frozen=True)
class Mesh:
    """Patches and which of them touch; the first patches are the houses, in order."""

    xy: Floats
    houses: int
    corners: Floats
    """Corners of the patches."""
    between: Ints
    """Two patches on either side of each edge, shape (n, 2)."""
    edge: Ints
    """The two corners of each edge, shape (n, 2)."""
    passable: Bools
    """Edges wide enough to hold an area together."""
    inside: Bools
    """Which patches belong to the township."""
    effort_m: Floats
    """Effort of crossing each edge, in level metres, without tolls."""
    ridge: Bools
    """Edges between two catchments."""
    stream: Floats
    """Half-width of the stream under each edge, 0 where there is none."""


def make_mesh(
    rng: np.random.Generator, terrain: Terrain, ground: Ground, doors: Floats, waters: list[Water]
) -> Mesh:
    """Cut the township and a rim around it into patches."""
    frame = terrain.frame
    banks = _banks(waters)
    lattice = _lattice(rng, terrain, ground)
    keep_off = cKDTree(np.vstack((doors, banks)))
    lattice = lattice[keep_off.query(lattice)[0] > 15.0]
    banks = banks[cKDTree(doors).query(banks)[0] > 7.0]
    xy = settled(np.vstack((doors, banks, lattice)), 4)
    voronoi = Voronoi(np.vstack((xy, _far_corners(frame.west_m))))
    finite = (np.array(voronoi.ridge_vertices) >= 0).all(axis=1)
    finite &= (voronoi.ridge_points < len(xy)).all(axis=1)
    between = voronoi.ridge_points[finite].astype(np.int64)
    edge = np.array(voronoi.ridge_vertices)[finite].astype(np.int64)
    bins = frame.bin_of(xy)
    inside = ground.inside.ravel()[bins]
    inside[: len(doors)] = True
    inside |= _enclosed(inside, between)
    heights = frame.sample(terrain.heights_m, xy)
    one, other = xy[between[:, 0]], xy[between[:, 1]]
    run = np.maximum(np.hypot(*(one - other).T), 0.5)
    grade = (heights[between[:, 1]] - heights[between[:, 0]]) / run
    effort = run * (1 + np.minimum((grade / 0.22) ** 2, 12)) * rng.lognormal(0, 0.22, len(run))
    catchment = terrain.water.catchment[bins]
    ridge = catchment[between[:, 0]] != catchment[between[:, 1]]
    stream = _crossed(one, other, waters)
    width_m = np.hypot(*(voronoi.vertices[edge[:, 0]] - voronoi.vertices[edge[:, 1]]).T)
    return Mesh(
        xy=xy,
        houses=len(doors),
        corners=voronoi.vertices,
        between=between,
        edge=edge,
        passable=width_m > PASSAGE_M,
        inside=inside,
        effort_m=settled(effort, 4),
        ridge=ridge & (stream == 0),
        stream=stream,
    )


def _enclosed(inside: Bools, between: Ints) -> Bools:
    """Find the patches outside that the township surrounds: they would be holes in it."""
    touching = between[~inside[between].any(axis=1)]
    links = csr_array((np.ones(len(touching)), touching.T), shape=(len(inside),) * 2)
    _, part = connected_components(links, directed=False)
    open_ground = np.argmax(np.bincount(part[~inside]))
    enclosed: Bools = ~inside & (part != open_ground)
    return enclosed


def _lattice(rng: np.random.Generator, terrain: Terrain, ground: Ground) -> Floats:
    frame = terrain.frame
    width, height = frame.columns * frame.step_m, frame.rows * frame.step_m
    x = np.arange(frame.west_m, frame.west_m + width, LATTICE_M)
    y = np.arange(frame.south_m, frame.south_m + height, LATTICE_M * 0.87)
    grid_x, grid_y = np.meshgrid(x, y)
    grid_x[1::2] += LATTICE_M / 2
    points = np.column_stack((grid_x.ravel(), grid_y.ravel()))
    points += rng.uniform(-0.38, 0.38, points.shape) * LATTICE_M
    rim = ndimage.binary_dilation(ground.inside, iterations=round(150 / frame.step_m))
    inside: Floats = points[rim.ravel()[frame.bin_of(points)]]
    return inside


def _banks(waters: list[Water]) -> Floats:
    """Pairs of points on either side of every stream."""
    points = []
    for water in waters:
        line = every(water.xy, 21.0)
        if len(line) < 2:
            continue
        facing = np.gradient(line, axis=0)
        facing /= np.maximum(np.hypot(*facing.T), 1e-9)[:, None]
        side = np.column_stack((-facing[:, 1], facing[:, 0])) * 9.0
        points += [line + side, line - side]
    return np.vstack(points)


def _far_corners(west_m: float) -> Floats:
    far = abs(west_m) * 20
    return np.array([[-far, -far], [far, -far], [far, far], [-far, far]])


def _crossed(one: Floats, other: Floats, waters: list[Water]) -> Floats:
    steps = np.asarray(shapely.linestrings(np.stack((one, other), axis=1)))
    tree = shapely.STRtree(steps)
    half_width = np.zeros(len(steps))
    lines = [shapely.LineString(water.xy) for water in waters]
    line, step = tree.query(lines, predicate="intersects")
    np.maximum.at(half_width, step, np.array([water.half_width_m for water in waters])[line])
    return half_width


def claimed(mesh: Mesh, owner: Ints, within: Ints, *, ridge_m: float, stream_m: float) -> Ints:
    """
    Give every patch to the owner whose houses reach it with the least effort.

    Parameters
    ----------
    owner
        Whose each house is.
    within
        Area each patch lies in already; claims do not leave it, and `OUTSIDE` is nobody's.
    ridge_m, stream_m
        Level metres it takes to cross a ridge, or a stream for each metre of its half-width.

    Returns
    -------
    owner
        Whose each patch is, every owner's ground in one piece; a house cut off from its owner
        goes to the owner around it.
    """
    same = within[mesh.between[:, 0]] == within[mesh.between[:, 1]]
    same &= mesh.passable & (within[mesh.between[:, 0]] != OUTSIDE)
    start, end = mesh.between[same].T
    effort = mesh.effort_m + ridge_m * mesh.ridge + stream_m * mesh.stream
    effort = np.maximum(np.round(effort[same] * 16), 1) / 16
    size = len(mesh.xy)
    graph = csr_array(
        (np.tile(effort, 2), (np.concatenate((start, end)), np.concatenate((end, start)))),
        shape=(size, size),
    )
    houses = np.arange(mesh.houses)
    far, _, nearest = dijkstra(graph, indices=houses, return_predecessors=True, min_only=True)
    owned = np.where(np.isfinite(far), owner[np.clip(nearest, 0, None)], OUTSIDE)
    owned[within == OUTSIDE] = OUTSIDE
    return _in_one_piece(owned, start, end, mesh.houses)


def _in_one_piece(owned: Ints, start: Ints, end: Ints, houses: int) -> Ints:
    """Keep the piece with most houses; hand others to the neighbour they share most edges with."""
    size = len(owned)
    for _ in range(20):
        joined = (owned[start] == owned[end]) & (owned[start] != OUTSIDE)
        links = csr_array((np.ones(joined.sum()), (start[joined], end[joined])), shape=(size, size))
        _, piece = connected_components(links, directed=False)
        weight = np.bincount(piece) + size * np.bincount(piece[:houses], minlength=piece.max() + 1)
        piece_owner = np.full(len(weight), OUTSIDE)
        piece_owner[piece] = owned
        main = {}
        for number in np.argsort(weight, kind="stable").tolist():
            main[int(piece_owner[number])] = number
        stray = np.array([main[int(own)] != number for number, own in enumerate(piece_owner)])
        stray &= piece_owner != OUTSIDE
        if not stray.any():
            return owned
        owned = _handed_over(owned, piece, stray, start, end)
    return owned


def _handed_over(owned: Ints, piece: Ints, stray: Bools, start: Ints, end: Ints) -> Ints:
    votes: dict[int, dict[int, int]] = {}
    for one, other in ((start, end), (end, start)):
        border = stray[piece[one]] & (owned[one] != owned[other]) & (owned[other] != OUTSIDE)
        pairs = np.column_stack((piece[one][border], owned[other][border]))
        for number, owner in pairs.tolist():
            count = votes.setdefault(number, {})
            count[owner] = count.get(owner, 0) + 1
    owned = owned.copy()
    for number, count in sorted(votes.items()):
        owned[piece == number] = max(count, key=lambda owner: (count[owner], -owner))
    return owned
