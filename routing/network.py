"""What streets are there, and how long does each take? Read from a file, stored, loaded again.

One network serves all modes. Junctions and edges are numbered from 0; the numbers stay the same
for the same file. Coordinates are kept as whole 1e-7 degrees, times as whole milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from halfhour.errors import BadFileError
from halfhour.vocabulary import TravelMode
from routing import network_file
from routing.arcs import Arcs, Ban, arcs_of
from routing.edge_times import CLOSED_MS, along_edges_m
from routing.profiles import Profile
from routing.report import RoadReport, report_on
from routing.speeds import MODES

E7 = 10_000_000


@dataclass(frozen=True, eq=False)
class StreetNetwork:
    """Junctions, edges with their geometry and travel times, and the contraction order."""

    junction_e7: NDArray[np.int32]
    """One row per junction: longitude and latitude in 1e-7 degrees."""
    edge_start: NDArray[np.uint32]
    edge_end: NDArray[np.uint32]
    edge_profile: NDArray[np.uint16]
    edge_way: NDArray[np.int64]
    """The first of the file's ways an edge was drawn by."""
    edge_name: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    travel_ms: NDArray[np.uint32]
    """By mode (`MODES`), direction (along, against the drawing) and edge."""
    point_first: NDArray[np.int64]
    point_e7: NDArray[np.int32]
    """Geometry: edge `i` owns rows `point_first[i]` to `point_first[i + 1]`, ends included."""
    bans: NDArray[np.uint32]
    """One row per forbidden turn: arc, arc, bits of the modes. See `routing.arcs`."""
    order: NDArray[np.uint32]
    """Nodes of the routing graph in the order of contraction."""
    profiles: tuple[Profile, ...]
    names: tuple[str, ...]
    ignored: dict[str, int] = field(default_factory=dict)
    """What of the file was left out and why, in words, with how often."""
    has_slopes: bool = False

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.edge_start)

    @cached_property
    def arcs(self) -> Arcs:
        """The routing graph shared by all modes."""
        bans = [Ban(*row) for row in self.bans.tolist()]
        return arcs_of(self.edge_start, self.edge_end, len(self.junction_e7), bans)

    @cached_property
    def along_m(self) -> NDArray[np.float64]:
        """Metres from the start of its edge to each point of `point_e7`."""
        lon, lat = (self.point_e7[:, axis] / E7 for axis in (0, 1))
        return along_edges_m(self.point_first, lon, lat)

    def weights(self, mode: TravelMode) -> NDArray[np.uint32]:
        """Milliseconds of every arc for one mode."""
        index = MODES.index(mode)
        return self.arcs.weights(self.travel_ms[index], index)

    def line(self, edge: int) -> NDArray[np.float64]:
        """Longitude and latitude of the points of an edge, ends included."""
        return self.point_e7[self.point_first[edge] : self.point_first[edge + 1]] / E7

    def points_along(self, edges: NDArray[np.int64], step_m: float = 100.0) -> NDArray[np.float64]:
        """Longitude and latitude of all bends of some edges, and of points between, every step."""
        chosen = np.zeros(self.edges, dtype=bool)
        chosen[edges] = True
        owner = np.repeat(np.arange(self.edges), np.diff(self.point_first))
        piece = np.flatnonzero((owner[:-1] == owner[1:]) & chosen[owner[:-1]])
        steps = (
            np.ceil((self.along_m[piece + 1] - self.along_m[piece]) / step_m).astype(np.int64) + 1
        )
        nth = np.arange(int(steps.sum())) - np.repeat(np.cumsum(steps) - steps, steps)
        share = (nth / np.maximum(np.repeat(steps, steps) - 1, 1))[:, None]
        begin, end = (np.repeat(self.point_e7[p], steps, axis=0) / E7 for p in (piece, piece + 1))
        return np.asarray(begin * (1 - share) + end * share)

    def report(self) -> RoadReport:
        """Summarise the network for those who imported it."""
        return report_on(self)

    def to_bytes(self) -> bytes:
        """Pack the network; `from_bytes` gives it back."""
        return network_file.packed(self)

    @classmethod
    def from_bytes(cls, content: bytes, source: object = "road network") -> StreetNetwork:
        """
        Unpack what `to_bytes` made.

        Raises
        ------
        BadFileError
            If the bytes are no road network, of another version, cut short or damaged.
        """
        return cls(**network_file.unpacked(content, source))

    def save(self, path: Path) -> None:
        """Write the packed network."""
        path.write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: Path) -> StreetNetwork:
        """Read a packed network; raises BadFileError as `from_bytes` does."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BadFileError(path, "读不出路网", "请重新导入路网") from error
        return cls.from_bytes(content, path)

    def to_networkx(
        self, mode: TravelMode, edge_ms: NDArray[np.uint32] | None = None
    ) -> nx.MultiDiGraph[int]:
        """
        Lay out the same graph for networkx, so that anybody can check an answer.

        Nodes carry `x`, `y` and `junction`; several nodes stand at a junction with turn rules.
        Edges carry `travel_s`, `edge` and `against`; arcs closed to the mode are left out.
        `routing.checking.with_places` adds two doors to it. `edge_ms` takes the place of the
        mode's own milliseconds by direction and edge.
        """
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326")
        for node, junction in enumerate(self.arcs.place_of.tolist()):
            lon, lat = (self.junction_e7[junction] / E7).tolist()
            graph.add_node(node, x=lon, y=lat, junction=junction)
        index = MODES.index(mode)
        weight = self.arcs.weights(self.travel_ms[index] if edge_ms is None else edge_ms, index)
        for arc in np.flatnonzero(weight < CLOSED_MS).tolist():
            graph.add_edge(
                int(self.arcs.tail[arc]),
                int(self.arcs.head[arc]),
                key=arc,
                travel_s=int(weight[arc]) / 1000,
                edge=int(self.arcs.edge[arc]),
                against=bool(self.arcs.against[arc]),
            )
        return graph


def read_network(path: Path, *, dem: Path | None = None) -> StreetNetwork:
    """
    Build the street network of a road file, for all modes at once.

    Parameters
    ----------
    path
        OpenStreetMap (`.osm.pbf`, `.osm`, `.osm.gz`, `.osm.bz2`) or a layer of lines (GeoJSON,
        GeoPackage, Shapefile, GeoParquet).
    dem
        Elevation grid (`.hgt`, `.asc`, also `.gz`); without it the land is taken as flat.

    Raises
    ------
    BadFileError
        If a file cannot be read, or holds no road.
    MissingCrsError
        If a layer of lines does not say what its coordinates are.
    """
    from routing.network_building import built_network  # noqa: PLC0415 -- osmnx loads slowly

    return built_network(Path(path), None if dem is None else Path(dem))
