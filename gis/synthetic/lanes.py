"""How one walks from the door to the road.

Lanes and footpaths inside each hamlet, so that nearly every house has one within a few steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from gis.synthetic.ground import Ground
from gis.synthetic.houses import Houses
from gis.synthetic.lines import curved, dots, length_m, lengths, thinned
from gis.synthetic.raster import Bools, Floats, Frame, Ints
from gis.synthetic.terrain import Terrain
from gis.synthetic.travel import ground_graph, way_back
from gis.synthetic.ways import Way

STEP_M = 8.0
NEAR_M = 34.0
"""A house this close to a road or path needs none of its own."""
TOO_FAR_M = 380.0
"""Houses whose way to a road takes more effort than this keep to themselves."""
WINDING_M = 3.0
"""Level metres that a bin costs more on average, each a little differently: no lane is straight."""
PLOT_M = np.array([[0, 0], [5, 0], [-5, 0], [0, 5], [0, -5]], dtype=float)
"""Around a door a house stands, and nobody walks through it."""
ON_FOOT = {"path", "footway", "steps"}


def make_lanes(
    rng: np.random.Generator,
    terrain: Terrain,
    ground: Ground,
    houses: Houses,
    *,
    ways: list[Way],
) -> list[Way]:
    """Lead a lane to every house that has no road near by, hamlet by hamlet."""
    tree = shapely.STRtree([shapely.LineString(way.xy) for way in ways])
    lanes: list[Way] = []
    for hamlet in np.unique(houses.hamlet[houses.hamlet >= 0]).tolist():
        doors = houses.xy[houses.hamlet == hamlet]
        box = shapely.MultiPoint(doors).buffer(120).envelope
        near = [ways[index] for index in sorted(tree.query(box, predicate="intersects").tolist())]
        if near:
            lanes += _Window(rng, terrain, ground, doors, near).lanes()
    return lanes


@dataclass
class _Window:
    """One hamlet's ground at walking scale."""

    rng: np.random.Generator
    terrain: Terrain
    ground: Ground
    doors: Floats
    roads: list[Way]

    def lanes(self) -> list[Way]:
        frame, far, before = self._search()
        doors = frame.bin_of(self.doors)
        served = self._served(self._road_points())
        lanes: list[Way] = []
        laid: set[int] = set()
        for index in np.argsort(-far[doors], kind="stable").tolist():
            if served[index] or not far[doors[index]] < TOO_FAR_M:
                continue
            path = way_back(before, int(doors[index]))
            joins = next((at for at, bin_ in enumerate(path) if bin_ in laid), None)
            path = path if joins is None else path[: joins + 1]
            if len(path) > 1:
                meets = self.roads if joins is None else lanes
                lanes.append(self._lane(frame.xy(np.array(path)), meets))
                laid.update(path)
                served |= self._served(frame.xy(np.array(path)))
        return lanes

    def _search(self) -> tuple[Frame, Floats, Ints]:
        """Effort from the nearest road to every bin; house plots and water are gone around."""
        west, south, east, north = shapely.MultiPoint(self.doors).buffer(120).bounds
        rows, columns = int((north - south) / STEP_M) + 1, int((east - west) / STEP_M) + 1
        frame = Frame(west, south, STEP_M, rows, columns)
        x, y = frame.centres()
        flat = np.column_stack((x.ravel(), y.ravel()))
        heights = self._read(self.terrain.heights_m, flat).reshape(frame.shape)
        toll = 90.0 * self._read(self.terrain.water.channel, flat)
        toll += 900.0 * self._read(self.ground.river, flat)
        toll += self.rng.exponential(WINDING_M, toll.size)
        for aside in PLOT_M:
            toll[np.unique(frame.bin_of(self.doors + aside))] += 14.0
        everywhere = np.ones(frame.shape, dtype=bool)
        graph = ground_graph(frame, heights, toll.reshape(frame.shape), everywhere, grade=0.2)
        roads = self._road_points()
        here = (roads > (west, south)).all(axis=1) & (roads < (east, north)).all(axis=1)
        sources = np.unique(frame.bin_of(roads[here]))
        far, before, _ = dijkstra(graph, indices=sources, return_predecessors=True, min_only=True)
        return frame, far, before

    def _read(self, values: NDArray[Any], xy: Floats) -> Floats:
        frame = self.terrain.frame
        return frame.sample(values.reshape(frame.shape).astype(float), xy)

    def _road_points(self) -> Floats:
        points = []
        for road in self.roads:
            line = shapely.LineString(road.xy)
            at = np.arange(0, line.length, 6.0)
            points.append(shapely.get_coordinates(shapely.line_interpolate_point(line, at)))
        return np.vstack(points)

    def _served(self, points: Floats) -> Bools:
        tree = shapely.STRtree(dots(points))
        doors = dots(self.doors)
        served = np.zeros(len(self.doors), dtype=bool)
        served[tree.query(doors, predicate="dwithin", distance=NEAR_M)[0]] = True
        return served

    def _lane(self, xy: Floats, meets: list[Way]) -> Way:
        """Draw a lane that ends on the nearest of the ways it may join."""
        end = shapely.Point(xy[-1])
        lines = [shapely.LineString(way.xy) for way in meets]
        nearest = int(np.argmin(shapely.distance(lines, end)))
        meet = lines[nearest].interpolate(lines[nearest].project(end))
        xy = np.vstack((xy[:-1] if len(xy) > 2 else xy[:1], [[meet.x, meet.y]]))
        kind = self._kind(xy, on_foot=meets[nearest].road in ON_FOOT)
        return Way(thinned(curved(thinned(xy, 3.0), times=1), 0.6), {"highway": kind})

    def _kind(self, xy: Floats, *, on_foot: bool) -> str:
        heights = self._read(self.terrain.heights_m, xy)
        run = np.maximum(lengths(np.diff(xy, axis=0)), 1.0)
        grade = float(np.percentile(np.abs(np.diff(heights)) / run, 80))
        if grade > 0.25 and length_m(xy) < 150:
            return "steps"
        return "footway" if on_foot or grade > 0.14 or length_m(xy) < 40 else "service"
