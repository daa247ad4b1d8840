"""Road graphs everybody can get: whole milliseconds per arc, the same for every engine."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from halfhour.vocabulary import TravelMode
from routing.edge_times import CLOSED_MS
from routing.network import E7, read_network

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"

_NY_MS_PER_UNIT = 4.8
"""The DIMACS unit of time; this makes a local street 30 km/h."""


@dataclass(frozen=True)
class Graph:
    """A directed multigraph with coordinates, arcs sorted by tail."""

    name: str
    nodes: int
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    ms: NDArray[np.uint32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def load(name: str) -> Graph:
    """Load `andorra`, `luxembourg` or `new_york`."""
    return {"andorra": _andorra, "luxembourg": _luxembourg, "new_york": _new_york}[name]()


def _graph(name: str, tail, head, ms, lon, lat) -> Graph:
    """Sort the arcs and leave out loops, which some peers cannot read."""
    keep = np.flatnonzero(np.asarray(tail) != np.asarray(head))
    keep = keep[np.lexsort((head[keep], tail[keep]))]
    columns = (np.ascontiguousarray(c[keep], dtype=np.uint32) for c in (tail, head, ms))
    return Graph(name, len(lon), *columns, lon.astype(np.float64), lat.astype(np.float64))


def _andorra() -> Graph:
    network = read_network(SHARED / "andorra/andorra.osm.pbf")
    arcs = network.arcs
    ms = network.weights(TravelMode.CAR)
    usable = ms < CLOSED_MS
    lon, lat = (network.junction_e7[arcs.place_of] / E7).T
    return _graph("andorra", arcs.tail[usable], arcs.head[usable], ms[usable], lon, lat)


def _luxembourg() -> Graph:
    folder = SHARED / "routing/luxembourg"

    def read(name: str, kind=np.uint32):
        return np.fromfile(folder / f"luxembourg_{name}", dtype=kind)

    first = read("first_out").astype(np.int64)
    tail = np.repeat(np.arange(len(first) - 1), np.diff(first))
    lon, lat = read("longitude", np.float32), read("latitude", np.float32)
    return _graph("luxembourg", tail, read("head"), np.maximum(read("travel_time"), 1), lon, lat)


def _new_york() -> Graph:
    folder = SHARED / "routing/dimacs"
    arcs = _rows(folder / "USA-road-t.NY.gr.gz", "a")
    nodes = _rows(folder / "USA-road-d.NY.co.gz", "v")
    lon, lat = np.empty((2, len(nodes)))
    lon[nodes[:, 0] - 1], lat[nodes[:, 0] - 1] = nodes[:, 1] / 1e6, nodes[:, 2] / 1e6
    ms = np.maximum(np.rint(arcs[:, 2] * _NY_MS_PER_UNIT), 1)
    return _graph("new_york", arcs[:, 0] - 1, arcs[:, 1] - 1, ms, lon, lat)


def _rows(path: Path, letter: str) -> NDArray[np.int64]:
    with gzip.open(path, "rt") as lines:
        return np.array([line.split()[1:] for line in lines if line[0] == letter], dtype=np.int64)
