"""How does one walk from the door to the road? Lanes and footpaths inside each hamlet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from gis.synthetic.houses import Houses
from gis.synthetic.lines import curved, length_m, thinned
from gis.synthetic.raster import Floats, Frame
from gis.synthetic.terrain import Terrain
from gis.synthetic.travel import ground_graph, way_back
from gis.synthetic.ways import Way

STEP_M = 8.0
NEAR_M = 34.0
"""A house this close to a road or path needs none of its own."""
TOO_FAR_M = 520.0
"""Houses farther than this from every road keep to themselves."""


def make_lanes(terrain: Terrain, houses: Houses, ways: list[Way]) -> list[Way]:
    """Lead a lane to every house that has no road near by, hamlet by hamlet."""
    roads = [shapely.LineString(way.xy) for way in ways]
    tree = shapely.STRtree(roads)
    lanes: list[Way] = []
    for hamlet in np.unique(houses.hamlet[houses.hamlet >= 0]).tolist():
        doors = houses.xy[houses.hamlet == hamlet]
        box = shapely.MultiPoint(doors).buffer(120).envelope
        near = [roads[index] for index in sorted(tree.query(box, predicate="intersects").tolist())]
        if near:
            lanes += _Window(terrain, doors, near).lanes()
    return lanes


@dataclass
class _Window:
    """One hamlet's ground at walking scale."""

    terrain: Terrain
    doors: Floats
    roads: list[shapely.LineString]

    def lanes(self) -> list[Way]:
        frame, far, before = self._search()
        doors = frame.bin_of(self.doors)
        served = self._served(self._road_points())
        lanes: list[Way] = []
        laid: set[int] = set()
        for index in np.argsort(-far[doors], kind="stable").tolist():
            if served[index] or not far[doors[index]] < TOO_FAR_M * 3:
                continue
            path = way_back(before, int(doors[index]))
            joins = next((at for at, bin_ in enumerate(path) if bin_ in laid), None)
            path = path if joins is None else path[: joins + 1]
            if len(path) > 1:
                meets = (
                    self.roads if joins is None else [shapely.LineString(way.xy) for way in lanes]
                )
                lanes.append(self._lane(frame, path, meets))
                laid.update(path)
                served |= self._served(frame.xy(np.array(path)))
        return lanes

    def _search(self) -> tuple[Frame, Floats, np.ndarray]:
        """Effort from the nearest road to every bin; house plots are gone around."""
        west, south, east, north = shapely.MultiPoint(self.doors).buffer(120).bounds
        rows, columns = int((north - south) / STEP_M) + 1, int((east - west) / STEP_M) + 1
        frame = Frame(west, south, STEP_M, rows, columns)
        x, y = frame.centres()
        flat = np.column_stack((x.ravel(), y.ravel()))
        heights = self.terrain.frame.sample(self.terrain.heights_m, flat).reshape(frame.shape)
        plots = np.zeros(rows * columns)
        plots[frame.bin_of(self.doors)] = 45.0
        wet = self.terrain.water.channel.astype(float).reshape(self.terrain.frame.shape)
        plots += 120.0 * self.terrain.frame.sample(wet, flat)
        everywhere = np.ones(frame.shape, dtype=bool)
        graph = ground_graph(frame, heights, plots.reshape(frame.shape), everywhere, grade=0.2)
        inside = self._road_points()
        inside = inside[(inside[:, 0] > west) & (inside[:, 0] < east)]
        inside = inside[(inside[:, 1] > south) & (inside[:, 1] < north)]
        sources = np.unique(frame.bin_of(inside))
        far, before, _ = dijkstra(graph, indices=sources, return_predecessors=True, min_only=True)
        return frame, far, before

    def _road_points(self) -> Floats:
        return np.vstack(
            [
                shapely.get_coordinates(
                    shapely.line_interpolate_point(road, np.arange(0, road.length, 6.0))
                )
                for road in self.roads
            ]
        )

    def _served(self, points: Floats) -> np.ndarray:
        tree = shapely.STRtree(shapely.points(points))
        served = np.zeros(len(self.doors), dtype=bool)
        served[tree.query(shapely.points(self.doors), predicate="dwithin", distance=NEAR_M)[0]] = (
            True
        )
        return served

    def _lane(self, frame: Frame, path: list[int], meets: list[shapely.LineString]) -> Way:
        xy = frame.xy(np.array(path))
        end = shapely.Point(xy[-1])
        road = min(meets, key=lambda line: line.distance(end))
        meet = road.interpolate(road.project(end))
        xy = np.vstack((xy[:-1] if len(xy) > 2 else xy[:1], [[meet.x, meet.y]]))
        heights = self.terrain.frame.sample(self.terrain.heights_m, xy)
        run = np.maximum(np.hypot(*np.diff(xy, axis=0).T), 1.0)
        grade = float(np.percentile(np.abs(np.diff(heights)) / run, 80))
        kind = "service" if grade < 0.13 and length_m(xy) > 45 else "footway"
        kind = "steps" if grade > 0.33 and length_m(xy) < 120 else kind
        inner = thinned(xy, 3.0)
        return Way(thinned(curved(inner, times=1), 0.6), {"highway": kind})
