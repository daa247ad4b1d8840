"""Which way do the roads go? Cheapest paths over the terrain, shared wherever they can be.

One search from the roads that exist already gives every new road at once: paths to neighbouring
hamlets run together until they must part, which is how valley roads come about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy import ndimage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gis.synthetic.ground import Ground
from gis.synthetic.hamlets import Hamlets
from gis.synthetic.raster import Bools, Floats, Frame, Ints
from gis.synthetic.terrain import Terrain
from gis.synthetic.travel import ground_graph, way_back

CLASSES = ("secondary", "tertiary", "unclassified", "track", "path")
"""Road classes from the main road to the footpath; a stretch has the best class that uses it."""

Segment = tuple[int, int]


@dataclass
class RoadPlan:
    """Stretches from bin to bin, each with its class; ends are in rising order."""

    frame: Frame
    segments: dict[Segment, str] = field(default_factory=dict)

    def add(self, bins: list[int], road: str) -> None:
        """Lay a path of bins; where a road lies already, the better class stays."""
        for one, other in pairwise(bins):
            key = (min(one, other), max(one, other))
            laid = self.segments.get(key, road)
            self.segments[key] = min(laid, road, key=CLASSES.index)

    def bins(self, *roads: str) -> Ints:
        """Bins on roads of these classes, or on any road."""
        used = {
            end
            for ends, road in self.segments.items()
            if not roads or road in roads
            for end in ends
        }
        return np.array(sorted(used), dtype=np.int64)


def plan_roads(
    rng: np.random.Generator, terrain: Terrain, ground: Ground, hamlets: Hamlets
) -> RoadPlan:
    """Lay main, county, village and field roads and footpaths between the hamlets."""
    plan = RoadPlan(terrain.frame)
    near = ndimage.binary_dilation(ground.inside, iterations=round(900 / terrain.frame.step_m))
    for_cars = _graph(terrain, ground, near, grade=0.075, bridge_m=(110.0, 900.0))
    seat = int(terrain.frame.bin_of(ground.seat_xy[None])[0])
    _through_roads(plan, for_cars, terrain, ground, seat)
    homes = terrain.frame.bin_of(hamlets.xy)
    _connect(plan, for_cars, homes[hamlets.centre], ["tertiary"] * len(hamlets.centre))
    small = hamlets.households < rng.integers(10, 34, len(homes))
    kinds = np.where(small, "track", "unclassified").tolist()
    _connect(plan, for_cars, homes[~small], [kind for kind in kinds if kind != "track"])
    _connect(plan, for_cars, homes[small], ["track"] * int(small.sum()))
    on_foot = _graph(terrain, ground, ground.inside, grade=0.22, bridge_m=(80.0, 700.0))
    _shortcuts(plan, for_cars, homes, "track", count=34, detour=2.6, longest_m=3200)
    _shortcuts(plan, on_foot, homes, "path", count=70, detour=2.2, longest_m=2600)
    return plan


def _graph(
    terrain: Terrain, ground: Ground, open_: Bools, *, grade: float, bridge_m: tuple[float, float]
) -> csr_array:
    """Effort over the ground: grades, side slopes, wet ground, and what a bridge costs."""
    shape = terrain.frame.shape
    channel = terrain.water.channel.reshape(shape)
    wet = ndimage.binary_dilation(channel, iterations=1)
    wide = ndimage.binary_dilation(ground.river, structure=np.ones((3, 3)), iterations=1)
    above = terrain.water.height_above_m.reshape(shape)
    toll = np.where(wet, bridge_m[0] / 3, 0.0) + np.where(wide, bridge_m[1] / 4, 0.0)
    toll += terrain.frame.step_m * 0.6 * (terrain.slope / 0.35) ** 2
    toll += np.where((above < 2.0) & ~wet, terrain.frame.step_m * 0.4, 0.0)
    return ground_graph(terrain.frame, terrain.heights_m, toll, open_, grade=grade)


def _through_roads(
    plan: RoadPlan, graph: csr_array, terrain: Terrain, ground: Ground, seat: int
) -> None:
    """Lay the main road along the river, and the county road across it to the neighbours."""
    far, before = dijkstra(graph, indices=seat, return_predecessors=True)
    rim = ndimage.binary_dilation(ground.inside, iterations=round(700 / terrain.frame.step_m))
    beyond = (far < np.inf) & ~rim.ravel()
    x, y = terrain.frame.centres()
    east, north = x.ravel() - ground.seat_xy[0], y.ravel() - ground.seat_xy[1]
    river = ndimage.distance_transform_edt(~ground.river).ravel() * terrain.frame.step_m
    for valley in (north > 0, north < 0):
        plan.add(way_back(before, _cheapest(far, beyond & valley & (river < 300))), "secondary")
    for side in (east > 2 * np.abs(north), east < -2 * np.abs(north)):
        plan.add(way_back(before, _cheapest(far, beyond & side)), "tertiary")


def _cheapest(far: Floats, wanted: Bools) -> int:
    return int(np.argmin(np.where(wanted, far, np.inf)))


def _connect(plan: RoadPlan, graph: csr_array, homes: Ints, kinds: list[str]) -> None:
    """Join places to the roads there are, all in one search, so that new roads share their way."""
    _, before, _ = dijkstra(graph, indices=plan.bins(), return_predecessors=True, min_only=True)
    for home, kind in zip(homes.tolist(), kinds, strict=True):
        plan.add(way_back(before, home), kind)


def _shortcuts(
    plan: RoadPlan,
    graph: csr_array,
    homes: Ints,
    kind: str,
    *,
    count: int,
    detour: float,
    longest_m: float,
) -> None:
    """Link neighbouring hamlets whose way by road is much longer than the way over the hill."""
    far, before, nearest = dijkstra(graph, indices=homes, return_predecessors=True, min_only=True)
    links = _meetings(graph, far, nearest)
    roads = _road_graph(plan, far.size)
    sources = np.unique(homes)
    by_road = dijkstra(roads, indices=sources, limit=longest_m * 8)
    place = {int(home): row for row, home in enumerate(sources)}
    gains = []
    for (one, other), (effort, here, there) in sorted(links.items()):
        way = by_road[place[one], other]
        direct = plan.frame.xy(np.array([one, other]))
        gap_m = float(np.hypot(*(direct[0] - direct[1])))
        if gap_m < longest_m and way > detour * gap_m:
            gains.append((min(way, longest_m * 8) / effort, here, there))
    for _, here, there in sorted(gains, reverse=True)[:count]:
        plan.add(way_back(before, here)[::-1] + way_back(before, there), kind)


def _meetings(
    graph: csr_array, far: Floats, nearest: Ints
) -> dict[tuple[int, int], tuple[float, int, int]]:
    """Cheapest step between the grounds of every two neighbouring hamlets."""
    steps = graph.tocoo()
    meet = (nearest[steps.row] >= 0) & (nearest[steps.row] < nearest[steps.col])
    start, end = steps.row[meet], steps.col[meet]
    effort = far[start] + steps.data[meet] + far[end]
    links: dict[tuple[int, int], tuple[float, int, int]] = {}
    for index in np.lexsort((end, start, effort))[::-1].tolist():
        pair = (int(nearest[start[index]]), int(nearest[end[index]]))
        links[pair] = (float(effort[index]), int(start[index]), int(end[index]))
    return links


def _road_graph(plan: RoadPlan, size: int) -> csr_array:
    ends = np.array(list(plan.segments))
    start, end = plan.frame.xy(ends[:, 0]), plan.frame.xy(ends[:, 1])
    length = np.hypot(*(start - end).T)
    both = np.concatenate((ends, ends[:, ::-1]))
    return csr_array((np.tile(length, 2), (both[:, 0], both[:, 1])), shape=(size, size))
