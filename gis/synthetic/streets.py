"""How is the town laid out? Streets along the main road, lanes across, and one estate."""

from __future__ import annotations

from dataclasses import dataclass

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
ROW_NAMES = ("后坝路", "学府路", "新街", "青溪大道", "老街", "河滨路", "沿江路")
LANE_NAMES = (
    "供销巷", "粮站巷", "书院巷", "牛场巷", "盐店巷", "桂花巷", "水井巷", "铁匠巷", "庙口巷", "桥头巷",
    "染坊巷", "油坊巷", "马家巷", "石梯巷", "杨柳巷",
)  # fmt: skip

Node = tuple[int, int]


@dataclass(frozen=True)
class Town:
    """The town's streets, and the buildings of its estate as centre, heading and number."""

    streets: list[Way]
    main: shapely.LineString
    estate: list[tuple[Floats, float, int]]
    gate: Floats


def make_town(terrain: Terrain, ground: Ground, ways: list[Way]) -> Town:
    """Lay streets beside the main road wherever the ground is flat and dry."""
    lines = [shapely.LineString(way.xy) for way in ways if way.road == "secondary"]
    main = shapely.line_merge(shapely.MultiLineString(lines))
    if main.geom_type != "LineString":
        main = max(main.geoms, key=lambda line: line.length)
    middle = main.project(shapely.Point(ground.seat_xy))
    columns = np.arange(-REACH_M, REACH_M + 1, 5.0) + middle
    base = shapely.get_coordinates(shapely.line_interpolate_point(main, columns))
    facing = np.gradient(rounded(base, passes=400), axis=0)
    facing /= np.hypot(*facing.T)[:, None]
    normal = np.column_stack((-facing[:, 1], facing[:, 0]))
    dry = _dry(terrain, ground)
    others = shapely.MultiLineString(
        [way.xy for way in ways if way.road not in ("secondary", "path")]
    )
    layout = _Layout(base, normal, terrain, dry, others)
    edges = layout.connected()
    streets = [_street(layout, chain) for chain in _straight(edges)]
    estate, gate = layout.estate(edges)
    return Town(streets, main, estate, gate)


def _dry(terrain: Terrain, ground: Ground) -> Floats:
    river_m = ndimage.distance_transform_edt(~ground.river) * terrain.frame.step_m
    return np.minimum(ground.liveable, (river_m - 40) / 40)


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

    def connected(self) -> list[tuple[Node, Node]]:
        """Street edges on usable ground that hang together with the main road."""
        columns = range(0, len(self.base), 20)
        edges: list[tuple[Node, Node]] = []
        for column in columns:
            for row in range(len(ROWS_M)):
                if column + 20 < len(self.base) and row != 3:
                    edges.append(((column, row), (column + 20, row)))
                if row + 1 < len(ROWS_M) and (column // 20) % 3 != row % 3:
                    edges.append(((column, row), (column, row + 1)))
        usable = [edge for edge in edges if self._usable(edge)]
        reached = {(column, 3) for column in columns}
        grown = True
        while grown:
            more = {b for a, b in usable if a in reached} | {a for a, b in usable if b in reached}
            grown = not more <= reached
            reached |= more
        degree: dict[Node, int] = {}
        for one, other in usable:
            for node in (one, other):
                degree[node] = degree.get(node, 0) + 1
        return [edge for edge in usable if edge[0] in reached]

    def _usable(self, edge: tuple[Node, Node]) -> bool:
        line = self.points(edge)
        if self.terrain.frame.sample(self.dry, line).min() < 0.28:
            return False
        inner = [
            point for point, node in zip((line[0], line[-1]), edge, strict=True) if node[1] != 3
        ]
        crosses = shapely.LineString(line).distance(self.others) < 16
        return not (crosses and len(inner) == 2)

    def points(self, edge: tuple[Node, Node]) -> Floats:
        """Line of an edge: along a row it follows the main road's bends."""
        (column, row), (to_column, to_row) = edge
        if row != to_row:
            return np.array([self.at((column, row)), self.at((to_column, to_row))])
        step = 5 if to_column > column else -5
        columns = [*range(column, to_column, step), to_column]
        return np.array([self.at((between, row)) for between in columns])

    def estate(
        self, edges: list[tuple[Node, Node]]
    ) -> tuple[list[tuple[Floats, float, int]], Floats]:
        """Eight blocks of flats in the flattest place at the town's edge beyond the last row."""
        nodes = sorted({node for edge in edges for node in edge if node[1] in (0, 1, 5, 6)})
        best, room = nodes[0], -1.0
        for node in nodes:
            for side in (-1, 1):
                block = self._blocks(node, side)
                centres = np.array([centre for centre, _, _ in block])
                free = shapely.MultiPoint(centres).distance(self.others) > 30
                taken = shapely.MultiPoint(centres).distance(self._streets(edges)) > 14
                worst = (
                    float(self.terrain.frame.sample(self.dry, centres).min())
                    if free and taken
                    else -1
                )
                if worst > room:
                    best, room, chosen = node, worst, side
        return self._blocks(best, chosen), self.at(best)

    def _streets(self, edges: list[tuple[Node, Node]]) -> shapely.MultiLineString:
        return shapely.MultiLineString([self.points(edge) for edge in edges])

    def _blocks(self, node: Node, side: int) -> list[tuple[Floats, float, int]]:
        origin = self.at(node)
        across = self.normal[node[0]] * (1 if node[1] >= 3 else -1)
        along = np.array([-across[1], across[0]]) * side
        heading = float(np.arctan2(along[1], along[0]))
        return [
            (
                origin + along * (40 + 62 * column) + across * (24 + 34 * row),
                heading,
                1 + 4 * column + row,
            )
            for column in range(2)
            for row in range(4)
        ]


def _straight(edges: list[tuple[Node, Node]]) -> list[list[Node]]:
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
    pieces = [layout.points(edge) for edge in zip(chain, chain[1:], strict=False)]
    xy = np.vstack([pieces[0][:1], *[piece[1:] for piece in pieces]])
    along = chain[0][1] == chain[-1][1]
    number = chain[0][0] // 20
    name = ROW_NAMES[chain[0][1]] if along else LANE_NAMES[number % len(LANE_NAMES)]
    tags = {"highway": "residential", "name": name, "surface": "concrete"}
    if along and chain[0][1] in (2, 4):
        tags["oneway"] = "yes"
        xy = xy if chain[0][1] == 2 else xy[::-1]
    return Way(xy, tags)
