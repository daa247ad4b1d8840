"""What was imported: junctions, edges, kilometres, connected parts, and what was left out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from routing.edge_times import CLOSED_MS
from routing.speeds import MODES

if TYPE_CHECKING:
    from routing.network import StreetNetwork


@dataclass(frozen=True)
class ModeReport:
    """What of the network one mode may use."""

    km: float
    parts: int
    """Parts within which every place reaches every other, there and back."""
    largest_part_share: float
    """Share of the kilometres open to the mode that lie in the largest part, 0 to 1."""
    one_way_trap_edges: int
    """Edges of a connected piece that can be entered or left, but not both."""


@dataclass(frozen=True)
class RoadReport:
    """A summary of a street network."""

    nodes: int
    edges: int
    km: float
    km_by_class: dict[str, float]
    parts: int
    """Parts not connected to each other, whatever the mode."""
    largest_part_share: float
    """Share of the junctions in the largest part, 0 to 1."""
    turn_rules: int
    has_slopes: bool
    by_mode: dict[str, ModeReport]
    ignored: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Give the report as plain values for JSON."""
        return asdict(self)


def report_on(network: StreetNetwork) -> RoadReport:
    """Summarise a network."""
    length_m = network.edge_length_m
    classes = np.array([profile.road_class for profile in network.profiles])
    by_class = np.bincount(network.edge_profile, length_m, minlength=len(classes)) / 1000
    km_by_class: dict[str, float] = {}
    for name, km in zip(classes.tolist(), by_class.tolist(), strict=True):
        km_by_class[name] = km_by_class.get(name, 0.0) + km
    part_of = _parts(len(network.junction_e7), network.edge_start, network.edge_end, "weak")
    sizes = np.bincount(part_of)
    return RoadReport(
        nodes=len(network.junction_e7),
        edges=network.edges,
        km=round(float(length_m.sum()) / 1000, 3),
        km_by_class={k: round(v, 3) for k, v in sorted(km_by_class.items(), key=lambda i: -i[1])},
        parts=len(sizes),
        largest_part_share=round(float(sizes.max() / sizes.sum()), 4),
        turn_rules=len(network.bans),
        has_slopes=network.has_slopes,
        by_mode={mode.value: _mode_report(network, index) for index, mode in enumerate(MODES)},
        ignored=network.ignored,
    )


def main_part(network: StreetNetwork, weight: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Mark the edges of the largest part within which every place reaches every other."""
    part_of = _strong_parts(network, weight)
    inside = _inside(network, weight, part_of)
    km = np.bincount(
        part_of[network.arcs.tail[inside]], network.edge_length_m[network.arcs.edge[inside]]
    )
    main = np.zeros(network.edges, dtype=bool)
    if len(km):
        in_main = inside[part_of[network.arcs.tail[inside]] == km.argmax()]
        main[network.arcs.edge[in_main]] = True
    return main


def _mode_report(network: StreetNetwork, index: int) -> ModeReport:
    weight = network.arcs.weights(network.travel_ms[index], index)
    usable = (network.travel_ms[index] < CLOSED_MS).any(axis=0)
    part_of = _strong_parts(network, weight)
    inside = _inside(network, weight, part_of)
    looping = np.zeros(network.edges, dtype=bool)
    looping[network.arcs.edge[inside]] = True
    main = main_part(network, weight)
    total_m = float(network.edge_length_m[usable].sum())
    return ModeReport(
        km=round(total_m / 1000, 3),
        parts=len(np.unique(part_of[network.arcs.tail[inside]])),
        largest_part_share=round(float(network.edge_length_m[main].sum()) / max(total_m, 1e-9), 4),
        one_way_trap_edges=int((usable & ~looping).sum()),
    )


def _strong_parts(network: StreetNetwork, weight: NDArray[np.uint32]) -> NDArray[np.int32]:
    usable = weight < CLOSED_MS
    arcs = network.arcs
    return _parts(len(arcs.place_of), arcs.tail[usable], arcs.head[usable], "strong")


def _inside(
    network: StreetNetwork, weight: NDArray[np.uint32], part_of: NDArray[np.int32]
) -> NDArray[np.int64]:
    """List the usable arcs that lead from a part into the same part."""
    arcs = network.arcs
    return np.flatnonzero((weight < CLOSED_MS) & (part_of[arcs.tail] == part_of[arcs.head]))


def _parts(
    nodes: int, tail: NDArray[np.uint32], head: NDArray[np.uint32], connection: str
) -> NDArray[np.int32]:
    graph = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=True, connection=connection)[1])
