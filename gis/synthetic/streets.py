"""How is the town laid out? Streets along the main road, lanes across, and one estate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from scipy import ndimage

from gis.synthetic.ground import Ground
from gis.synthetic.lines import chains, rounded
from gis.synthetic.raster import Floats
from gis.synthetic.terrain import Terrain
from gis.synthetic.ways import Way

REACH_M = 620.0
"""How far the streets run along the main road to either side of the seat."""
ROWS_M = (-215.0, -145.0, -75.0, 0.0, 75.0, 145.0, 215.0)
"""Offsets of the streets from the main road, left positive."""
MAIN_ROW = 3
MAIN_STREET = "青溪大道"
ESTATE_LANE = "锦溪家园内部路"
ROW_NAMES = ("后坝路", "学府路", "新街", MAIN_STREET, "老街", "河滨路", "沿江路")
LANE_NAMES = (
    "供销巷", "粮站巷", "书院巷", "牛场巷", "盐店巷", "桂花巷", "水井巷", "铁匠巷", "庙口巷",
    "桥头巷", "染坊巷", "油坊巷", "马家巷", "石梯巷", "杨柳巷",
)  # fmt: skip

_BASE_M = 5.0
_COLUMN = 20
"""Base points between two cross lanes: a hundred metres."""
_DRY_ENOUGH = 0.28

Node = tuple[int, int]
"""A crossing: base point along the main road, and row across it."""
Edge = tuple[Node, Node]


@dataclass(frozen=True)
class Block:
    """A building of the estate: its centre, its long side's direction in radians, its number."""

    centre: Floats
    heading: float
    number: int


@dataclass(frozen=True)
class Town:
    """The town's streets, the main road through it, and its estate."""

    streets: list[Way]
    main: shapely.LineString
    estate: list[Block]
    gate: Floats


def make_town(terrain: Terrain, ground: Ground, ways: list[Way]) -> Town:
    """Lay streets beside the main road wherever the ground is flat and dry."""
    main = _longest([way for way in ways if way.road == "secondary"])
    middle = main.project(shapely.Point(ground.seat_xy))
    along = np.arange(-REACH_M, REACH_M + 1, _BASE_M) + middle
    base = shapely.get_coordinates(shapely.line_interpolate_point(main, along))
    facing = np.gradient(rounded(base, passes=400), axis=0)
    facing /= np.hypot(*facing.T)[:, None]
    others = [way.xy for way in ways if way.road not in {"secondary", "path"}]
    layout = _Layout(
        base,
        np.column_stack((-facing[:, 1], facing[:, 0])),
        terrain,
        _dry(terrain, ground),
        shapely.MultiLineString(others),
    )
    edges = layout.connected()
    streets = [_street(layout, chain) for chain in _straight(edges)]
    estate, gate = layout.estate(edges)
    return Town([*streets, *layout.estate_lanes(estate, gate)], main, estate, gate)


def _longest(ways: list[Way]) -> shapely.LineString:
    merged = shapely.line_merge(shapely.MultiLineString([way.xy for way in ways]))
    lines = [shapely.LineString(part.coords) for part in shapely.get_parts(merged)]
    return max(lines, key=lambda line: line.length)


def _dry(terrain: Terrain, ground: Ground) -> Floats:
    river_m = ndimage.distance_transform_edt(~ground.river) * terrain.frame.step_m
    dry: Floats = np.minimum(ground.liveable, (river_m - 40) / 40)
    return dry


@dataclass(frozen=True)
class _Layout:
    base: Floats
    normal: Floats
    terrain: Terrain
    dry: Floats
    others: shapely.MultiLineString

    def at(self, node: Node) -> Floats:
        column, row = node
        point: Floats = self.base[column] + self.normal[column] * ROWS_M[row]
        return point

    def connected(self) -> list[Edge]:
        """Street edges on usable ground that hang together with the main road."""
        columns = range(0, len(self.base), _COLUMN)
        edges: list[Edge] = []
        for column in columns:
            for row in range(len(ROWS_M)):
                if column + _COLUMN < len(self.base) and row != MAIN_ROW:
                    edges.append(((column, row), (column + _COLUMN, row)))
                if row + 1 < len(ROWS_M) and (column // _COLUMN) % 3 != row % 3:
                    edges.append(((column, row), (column, row + 1)))
        usable = [edge for edge in edges if self._usable(edge)]
        reached, size = {(column, MAIN_ROW) for column in columns}, 0
        while size < len(reached):
            size = len(reached)
            reached |= {node for edge in usable if not reached.isdisjoint(edge) for node in edge}
        return [edge for edge in usable if edge[0] in reached]

    def _usable(self, edge: Edge) -> bool:
        line = self.points(edge)
        if self._worst(line) < _DRY_ENOUGH:
            return False
        on_main = MAIN_ROW in {node[1] for node in edge}
        return on_main or shapely.LineString(line).distance(self.others) >= 16

    def _worst(self, points: Floats) -> float:
        return float(self.terrain.frame.sample(self.dry, points).min())

    def points(self, edge: Edge) -> Floats:
        """Line of an edge: along a row it follows the main road's bends."""
        (column, row), (to_column, to_row) = edge
        if row != to_row:
            return np.array([self.at((column, row)), self.at((to_column, to_row))])
        step = 5 if to_column > column else -5
        columns = [*range(column, to_column, step), to_column]
        return np.array([self.at((between, row)) for between in columns])

    def estate(self, edges: list[Edge]) -> tuple[list[Block], Floats]:
        """Find the flattest place beside a street for eight blocks, and the gate to it."""
        streets = shapely.MultiLineString([self.points(edge) for edge in edges])
        best: tuple[float, list[Block], Floats] = (_DRY_ENOUGH, [], self.base[0])
        for node in sorted({node for edge in edges for node in edge}):
            for side in (-1, 1):
                blocks = self._blocks(node, side)
                spots = shapely.MultiPoint([block.centre for block in blocks])
                room = self._worst(shapely.get_coordinates(spots))
                clear = spots.distance(self.others) > 30 and spots.distance(streets) > 16
                if clear and room > best[0]:
                    best = (room, blocks, self.at(node))
        return best[1], best[2]

    def _blocks(self, node: Node, side: int) -> list[Block]:
        """Two columns of four blocks beside a crossing, away from the main road."""
        across = self.normal[node[0]] * (1 if node[1] >= MAIN_ROW else -1)
        along = np.array([-across[1], across[0]]) * side
        heading = float(np.arctan2(along[1], along[0]))
        return [
            Block(
                self.at(node) + along * (40 + 62 * column) + across * (24 + 34 * row),
                heading,
                1 + 4 * column + row,
            )
            for column in range(2)
            for row in range(4)
        ]

    def estate_lanes(self, blocks: list[Block], gate: Floats) -> list[Way]:
        """Draw the estate's own lane: from the gate between the two columns to the last block."""
        if not blocks:
            return []
        between = [(blocks[row].centre + blocks[row + 4].centre) / 2 for row in range(4)]
        tags = {"highway": "service", "name": ESTATE_LANE, "surface": "concrete"}
        inside = blocks[0].centre - (blocks[1].centre - blocks[0].centre) * 0.5
        return [Way(np.vstack((gate, inside, between[0], between[1], between[3])), tags)]


def _straight(edges: list[Edge]) -> list[list[Node]]:
    """Join edges into streets: along one row, or across at one column."""
    rows = [edge for edge in edges if edge[0][1] == edge[1][1]]
    lanes = [edge for edge in edges if edge[0][1] != edge[1][1]]
    found = []
    for row in sorted({edge[0][1] for edge in rows}):
        found += chains([edge for edge in rows if edge[0][1] == row])
    for column in sorted({edge[0][0] for edge in lanes}):
        found += chains([edge for edge in lanes if edge[0][0] == column])
    return [sorted(chain) for chain in found]


def _street(layout: _Layout, chain: list[Node]) -> Way:
    pieces = [layout.points(edge) for edge in pairwise(chain)]
    xy = np.vstack([pieces[0][:1], *[piece[1:] for piece in pieces]])
    (column, row), (_, last_row) = chain[0], chain[-1]
    along = row == last_row
    name = ROW_NAMES[row] if along else LANE_NAMES[column // _COLUMN % len(LANE_NAMES)]
    tags = {"highway": "residential", "name": name, "surface": "concrete"}
    if along and row in {MAIN_ROW - 1, MAIN_ROW + 1}:
        tags["oneway"] = "yes"
        xy = xy if row < MAIN_ROW else xy[::-1]
    return Way(xy, tags)
