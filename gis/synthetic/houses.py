"""Where do the houses stand? Along streets and lanes in town, in clusters on the slopes elsewhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import shapely

from gis.synthetic.ground import Ground
from gis.synthetic.hamlets import Hamlets
from gis.synthetic.lines import every
from gis.synthetic.raster import Floats, Ints
from gis.synthetic.streets import Town
from gis.synthetic.terrain import Terrain
from gis.synthetic.ways import Water, Way

IN_TOWN = -1
"""Number that stands in place of a hamlet's for houses in the town."""
ESTATE = -2
"""The same for flats of the estate."""


@dataclass(frozen=True)
class Houses:
    """Front doors, one per household."""

    xy: Floats
    hamlet: Ints
    stair: Ints
    """Number of the stair in the estate, 0 elsewhere."""
    heading: Floats
    """Direction of the building's long side in radians."""


@dataclass
class _Site:
    """Doors so far, findable by place, and what no house may stand near."""

    spacing_m: float
    xy: list[tuple[float, float]] = field(default_factory=list)
    at: dict[tuple[int, int], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def take(self, x: float, y: float, apart_m: float) -> bool:
        """Stand a house here unless another is closer than `apart_m`."""
        column, row = int(x // self.spacing_m), int(y // self.spacing_m)
        for i in (-1, 0, 1):
            for j in (-1, 0, 1):
                for other_x, other_y in self.at.get((column + i, row + j), ()):
                    if (x - other_x) ** 2 + (y - other_y) ** 2 < apart_m**2:
                        return False
        self.at[column, row].append((x, y))
        self.xy.append((x, y))
        return True


def place_houses(
    rng: np.random.Generator,
    terrain: Terrain,
    ground: Ground,
    hamlets: Hamlets,
    town: Town,
    ways: list[Way],
    waters: list[Water],
    *,
    in_town: int,
) -> Houses:
    """Stand every household's house on firm, gentle ground beside the roads, not on them."""
    site = _Site(24.0)
    barred = _Barred(ways, waters)
    estate, stairs, headings = _estate(site, town)
    streets = _along_streets(rng, site, terrain, ground, town, barred, in_town - estate)
    hamlet = [ESTATE] * estate + [IN_TOWN] * streets
    for number in range(len(hamlets.xy)):
        placed = _in_hamlet(rng, site, terrain, ground, hamlets, number, barred)
        hamlet += [number] * placed
    xy = np.array(site.xy)
    heading = barred.heading(xy)
    heading[:estate] = headings
    stair = np.zeros(len(xy), dtype=np.int64)
    stair[:estate] = stairs
    return Houses(xy, np.array(hamlet), stair, heading)


class _Barred:
    """Roads and water, and how far a house keeps from them."""

    def __init__(self, ways: list[Way], waters: list[Water]) -> None:
        wide = {"secondary": 11.0, "tertiary": 8.5, "residential": 6.5, "path": 3.0}
        self.roads = [shapely.LineString(way.xy) for way in ways]
        self.road_m = np.array([wide.get(way.road, 6.0) for way in ways])
        self.streams = [shapely.LineString(water.xy) for water in waters]
        self.stream_m = np.array([water.half_width_m + 9 for water in waters])
        self.road_tree, self.stream_tree = (
            shapely.STRtree(self.roads),
            shapely.STRtree(self.streams),
        )

    def free(self, xy: Floats) -> np.ndarray:
        """Which of these points lie on no road and in no water."""
        points, free = shapely.points(xy), np.ones(len(xy), dtype=bool)
        for tree, lines, keep in (
            (self.road_tree, self.roads, self.road_m),
            (self.stream_tree, self.streams, self.stream_m),
        ):
            point, line = tree.query(points, predicate="dwithin", distance=float(keep.max()))
            near = shapely.distance(points[point], np.array(lines)[line]) < keep[line]
            free[point[near]] = False
        return free

    def road_distance(self, xy: Floats) -> Floats:
        """Metres from each point to the nearest road, at most 400."""
        points = shapely.points(xy)
        (point, _), far = self.road_tree.query_nearest(
            points, max_distance=400, return_distance=True, all_matches=False
        )
        distance = np.full(len(xy), 400.0)
        distance[point] = far
        return distance

    def heading(self, xy: Floats) -> Floats:
        """Direction of the nearest road at each point."""
        points = shapely.points(xy)
        _, line = self.road_tree.query_nearest(points, all_matches=False)
        nearest = np.array(self.roads)[line]
        at = shapely.line_locate_point(nearest, points)
        here = shapely.get_coordinates(
            shapely.line_interpolate_point(nearest, np.maximum(at - 5, 0))
        )
        there = shapely.get_coordinates(shapely.line_interpolate_point(nearest, at + 5))
        return np.arctan2(there[:, 1] - here[:, 1], there[:, 0] - here[:, 0])


def _estate(site: _Site, town: Town) -> tuple[int, list[int], list[float]]:
    """Two stairs a block, six storeys, two flats a storey: doors a step apart on the map."""
    stairs, headings = [], []
    for centre, heading, number in town.estate:
        along = np.array([np.cos(heading), np.sin(heading)])
        across = np.array([-along[1], along[0]])
        for stair in (0, 1):
            for flat in range(12):
                shift = (stair - 0.5) * 22 + (flat % 6 - 2.5) * 2.6
                x, y = centre + along * shift + across * (2.4 if flat < 6 else -2.4)
                site.take(float(x), float(y), 0.5)
                stairs.append(2 * (number - 1) + stair + 1)
                headings.append(heading)
    return len(stairs), stairs, headings


def _along_streets(
    rng: np.random.Generator,
    site: _Site,
    terrain: Terrain,
    ground: Ground,
    town: Town,
    barred: _Barred,
    count: int,
) -> int:
    """Rows of houses on both sides of every street, the nearest to the seat first."""
    middle = town.main.project(shapely.Point(ground.seat_xy))
    main = shapely.get_coordinates(
        shapely.line_interpolate_point(town.main, middle + np.arange(-900.0, 900.0, 10.0))
    )
    rows = []
    for line, setback in [(main, 15.0), *[(way.xy, 10.5) for way in town.streets]]:
        front = every(line, 10.2)
        facing = np.gradient(front, axis=0) if len(front) > 1 else np.ones((1, 2))
        facing /= np.hypot(*facing.T)[:, None]
        side = np.column_stack((-facing[:, 1], facing[:, 0]))
        rows += [front + side * setback, front - side * setback]
    doors = np.vstack(rows)
    doors += rng.normal(0, 0.6, doors.shape)
    usable = barred.free(doors) & (terrain.frame.sample(ground.liveable, doors) > 0.12)
    doors = doors[usable]
    doors = doors[np.argsort(np.hypot(*(doors - ground.seat_xy).T), kind="stable")]
    estate = shapely.MultiPoint([centre for centre, _, _ in town.estate]).buffer(32)
    doors = doors[~shapely.contains_xy(estate, doors[:, 0], doors[:, 1])]
    taken = 0
    for x, y in doors.tolist():
        if taken == count:
            break
        taken += site.take(x, y, 9.0)
    return taken


def _in_hamlet(
    rng: np.random.Generator,
    site: _Site,
    terrain: Terrain,
    ground: Ground,
    hamlets: Hamlets,
    number: int,
    barred: _Barred,
) -> int:
    """Houses along the contour through the hamlet's middle, most of them near a road."""
    wanted = int(hamlets.households[number])
    centre = hamlets.xy[number]
    placed, spread = 0, 34.0 + 8.0 * np.sqrt(wanted)
    while placed < wanted and spread < 900:
        doors = _candidates(rng, terrain, centre, spread, 30 * wanted)
        liveable = terrain.frame.sample(ground.liveable, doors)
        inside = terrain.frame.sample(ground.inside.astype(float), doors) > 0.99
        usable = inside & (liveable > 0.06) & barred.free(doors)
        doors, liveable = doors[usable], liveable[usable]
        near = np.exp(-barred.road_distance(doors) / 70) + 0.05
        appeal = np.log(liveable * near) + rng.gumbel(size=len(doors))
        for x, y in doors[np.argsort(-appeal, kind="stable")].tolist():
            if placed == wanted:
                break
            placed += site.take(x, y, 13.0)
        spread *= 1.35
    return placed


def _candidates(
    rng: np.random.Generator, terrain: Terrain, centre: Floats, spread: float, count: int
) -> Floats:
    frame, reach = terrain.frame, 60.0
    ahead = np.array([[reach, 0], [-reach, 0], [0, reach], [0, -reach]]) + centre
    east, west, north, south = frame.sample(terrain.heights_m, ahead)
    uphill = np.arctan2(north - south, east - west)
    steep = min(float(np.hypot(north - south, east - west)) / (2 * reach) / 0.2, 1.0)
    along = rng.normal(0, spread * (1 + 0.35 * steep), count)
    across = rng.normal(0, spread * (1 - 0.45 * steep), count)
    turn = np.array([[-np.sin(uphill), np.cos(uphill)], [np.cos(uphill), np.sin(uphill)]])
    return centre + np.column_stack((along, across)) @ turn
