"""What does the road map say? Lines with tags, that meet at shared vertices and bridge streams."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gis.synthetic.lines import chains, curved, dots, length_m, rounded, thinned
from gis.synthetic.raster import Floats
from gis.synthetic.roads import RoadPlan

TOUCH_M = 0.5
"""Ends closer than this to another way meet it."""


@dataclass(frozen=True)
class Way:
    """A line in local metres and what OpenStreetMap would say about it."""

    xy: Floats
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def road(self) -> str:
        """Its class of road, empty for anything else."""
        return self.tags.get("highway", "")


@dataclass(frozen=True)
class Water:
    """A stream from its head down, with half its width."""

    xy: Floats
    half_width_m: float
    river: bool


def planned_ways(plan: RoadPlan) -> list[Way]:
    """Turn stretches of bins into sinuous ways from junction to junction, by class."""
    by_class: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for ends, road in plan.segments.items():
        by_class[road].append(ends)
    junctions = _junctions(plan)
    ways = []
    for road, segments in sorted(by_class.items()):
        for chain in chains(sorted(segments)):
            for piece in _cut_at(chain, junctions):
                xy = plan.frame.xy(np.array(piece))
                built = road in {"secondary", "tertiary"}
                coarse = thinned(rounded(xy, passes=4 if built else 1), 9.0 if built else 6.0)
                ways.append(Way(thinned(curved(coarse, times=2), 0.9), {"highway": road}))
    return ways


def _junctions(plan: RoadPlan) -> set[int]:
    ends: dict[int, list[str]] = defaultdict(list)
    for (one, other), road in plan.segments.items():
        ends[one].append(road)
        ends[other].append(road)
    return {node for node, roads in ends.items() if len(roads) != 2 or len(set(roads)) == 2}


def _cut_at(chain: list[int], junctions: set[int]) -> list[list[int]]:
    pieces, start = [], 0
    for index in range(1, len(chain)):
        if chain[index] in junctions or index == len(chain) - 1:
            pieces.append(chain[start : index + 1])
            start = index
    return pieces


def joined(ways: list[Way]) -> list[Way]:
    """Give ways that cross or touch a shared vertex there; vertices that nearly meet become one."""
    lines = np.array([shapely.LineString(way.xy) for way in ways])
    tree = shapely.STRtree(lines)
    ends = np.array([way.xy[side] for way in ways for side in (0, -1)])
    crossings, owners = _crossings(lines, tree)
    meeting = _settled(np.vstack((ends, crossings)))
    at, line = tree.query(shapely.points(ends), predicate="dwithin", distance=TOUCH_M)
    extra: dict[int, set[int]] = defaultdict(set)
    for point, index in zip(at.tolist(), line.tolist(), strict=True):
        extra[index].add(point)
    for point, pair in enumerate(owners, start=len(ends)):
        for index in pair:
            extra[index].add(point)
    return [
        replace(way, xy=_through(way.xy, meeting[[2 * i, 2 * i + 1]], meeting[sorted(extra[i])]))
        for i, way in enumerate(ways)
    ]


def _crossings(lines: NDArray[Any], tree: shapely.STRtree) -> tuple[Floats, list[tuple[int, int]]]:
    """Points in which two lines cross, and the two lines of each."""
    points, owners = [np.empty((0, 2))], []
    one, other = tree.query(lines, predicate="intersects")
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if first < second:
            met = shapely.get_coordinates(lines[first].intersection(lines[second]))
            points.append(met)
            owners += [(first, second)] * len(met)
    return np.vstack(points), owners


def _settled(points: Floats) -> Floats:
    """Move points closer than `TOUCH_M` onto the first of them."""
    near = cKDTree(points).query_pairs(TOUCH_M, output_type="ndarray")
    links = csr_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(len(points),) * 2)
    _, cluster = connected_components(links, directed=False)
    _, first = np.unique(cluster, return_index=True)
    settled: Floats = points[first[cluster]]
    return settled


def _through(xy: Floats, ends: Floats, extra: Floats) -> Floats:
    """Lead a line from end to end through more vertices, without doubling those it has."""
    line = shapely.LineString(xy)
    steps = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    added = np.unique(extra, axis=0) if len(extra) else extra
    known = np.vstack((ends, added))
    added = added[cKDTree(ends).query(added)[0] > 1e-9] if len(added) else added
    inner = xy[1:-1]
    clear = cKDTree(known).query(inner)[0] > TOUCH_M if len(inner) else np.empty(0, dtype=bool)
    at = np.concatenate(
        (steps[1:-1][clear], shapely.line_locate_point(line, shapely.points(added)))
    )
    middle = np.vstack((inner[clear], added))[np.argsort(at, kind="stable")]
    return np.vstack((ends[:1], middle, ends[1:]))


def bridged(ways: list[Way], waters: list[Water], fords: int) -> list[Way]:
    """
    Cut every way where it crosses a stream, and say bridge there.

    Parameters
    ----------
    fords
        How many of the longest tracks' crossings of a brook have no bridge.
    """
    streams = [shapely.LineString(water.xy) for water in waters]
    tree = shapely.STRtree(streams)
    result: list[Way] = []
    for way in ways:
        line = shapely.LineString(way.xy)
        met = sorted(tree.query(line, predicate="intersects").tolist())
        spans = _spans(line, [(streams[index], waters[index]) for index in met])
        ford = way.road == "track" and fords > 0 and len(met) == 1 and not waters[met[0]].river
        fords -= ford
        crossing = {"ford": "yes"} if ford else {"bridge": "yes", "layer": "1"}
        result += _cut(way, line, spans, crossing)
    return result


def _spans(
    line: shapely.LineString, crossed: list[tuple[shapely.LineString, Water]]
) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for stream, water in crossed:
        for point in dots(shapely.get_coordinates(line.intersection(stream))):
            at, reach = line.project(point), water.half_width_m + 5.0
            spans.append((max(at - reach, 0.0), min(at + reach, line.length)))
    merged: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] < 30:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _cut(
    way: Way, line: shapely.LineString, spans: list[tuple[float, float]], crossing: dict[str, str]
) -> list[Way]:
    if not spans:
        return [way]
    pieces, done = [], 0.0
    for start, end in spans:
        pieces.append((done, start, way.tags))
        pieces.append((start, end, way.tags | crossing))
        done = end
    pieces.append((done, line.length, way.tags))
    return [
        Way(_part(way.xy, start, end), tags) for start, end, tags in pieces if end - start > 1e-6
    ]


def _part(xy: Floats, start: float, end: float) -> Floats:
    at = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    inner = xy[(at > start + 1e-6) & (at < end - 1e-6)]
    ends = [[np.interp(s, at, xy[:, 0]), np.interp(s, at, xy[:, 1])] for s in (start, end)]
    return np.vstack((ends[0], inner, ends[1]))


def kilometres(ways: list[Way]) -> dict[str, float]:
    """Length of road by class."""
    total: dict[str, float] = defaultdict(float)
    for way in ways:
        total[way.road] += length_m(way.xy) / 1000
    return dict(total)
