"""What does the road map say? Lines with tags, that meet at shared vertices and bridge streams."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from gis.synthetic.lines import chains, curved, length_m, thinned
from gis.synthetic.raster import Floats
from gis.synthetic.roads import RoadPlan

TOUCH_M = 0.3
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
                ways.append(Way(thinned(curved(thinned(xy, 7.0), times=2), 0.9), {"highway": road}))
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
    """Give ways that cross or touch a shared vertex there."""
    lines = [shapely.LineString(way.xy) for way in ways]
    tree = shapely.STRtree(lines)
    extra: dict[int, list[tuple[float, float]]] = defaultdict(list)
    one, other = tree.query(lines, predicate="intersects")
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if first < second:
            for x, y in shapely.get_coordinates(lines[first].intersection(lines[second])).tolist():
                extra[first].append((x, y))
                extra[second].append((x, y))
    ends = shapely.points(np.array([way.xy[side] for way in ways for side in (0, -1)]))
    at, line = tree.query(ends, predicate="dwithin", distance=TOUCH_M)
    for point, index in zip(at.tolist(), line.tolist(), strict=True):
        if point // 2 != index:
            extra[index].append((ends[point].x, ends[point].y))
    return [
        replace(way, xy=_with_vertices(way.xy, extra[index])) if index in extra else way
        for index, way in enumerate(ways)
    ]


def _with_vertices(xy: Floats, points: list[tuple[float, float]]) -> Floats:
    line = shapely.LineString(xy)
    steps = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))))
    vertices = [(float(at), x, y) for at, (x, y) in zip(steps, xy.tolist(), strict=True)]
    for x, y in sorted(set(points)):
        at = line.project(shapely.Point(x, y))
        beside = min(vertices, key=lambda vertex: abs(vertex[0] - at))
        if np.hypot(beside[1] - x, beside[2] - y) < TOUCH_M:
            if beside in (vertices[0], vertices[-1]):
                continue
            vertices.remove(beside)
        vertices.append((at, x, y))
        vertices.sort()
    return np.array([vertex[1:] for vertex in vertices])


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
        for point in shapely.points(shapely.get_coordinates(line.intersection(stream))):
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
