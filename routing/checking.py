"""How could somebody else check an answer? With networkx on the same graph, doors and all.

`with_places` adds an origin and a destination to `StreetNetwork.to_networkx(mode)`, so that
`networkx.shortest_path_length(graph, "origin", "destination", weight="travel_s")` is the seconds
that `Roads.seconds_to` prints. `Roads.explain` gives the same facts as plain numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf
from typing import Any

import networkx as nx

ORIGIN, DESTINATION = "origin", "destination"


@dataclass(frozen=True)
class Snap:
    """One edge a place is tied to."""

    edge: int
    fraction: float
    """Share of the edge before the foot of the perpendicular, in its drawn direction."""
    straight_m: float
    access_s: float
    """On foot between the door and the edge."""


@dataclass(frozen=True)
class Explanation:
    """What a travel time is made of."""

    origin: tuple[Snap, ...]
    destination: tuple[Snap, ...]
    starts: tuple[tuple[int, float], ...]
    """Nodes first reached from the origin's door, with the seconds until there."""
    ends: tuple[tuple[int, float], ...]
    """Nodes last left before the destination's door, with the seconds from there."""
    direct_s: float
    """Along one shared edge, or 0 for one and the same place; infinite if neither."""
    total_s: float
    """Door to door: the least of `direct_s` and start + road + end."""

    def as_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; infinite becomes None."""
        plain = asdict(self)
        for name in ("direct_s", "total_s"):
            plain[name] = None if plain[name] == inf else plain[name]
        return plain


def with_places(graph: nx.MultiDiGraph[Any], explained: Explanation) -> nx.MultiDiGraph[Any]:
    """Copy a graph of `to_networkx`, with the nodes "origin" and "destination" added to it."""
    grown = graph.copy()
    _add_places(grown, explained)
    return grown


def networkx_seconds(graph: nx.MultiDiGraph[Any], explained: Explanation) -> float:
    """
    Seconds from door to door as networkx finds them; infinite without a path.

    The places are added to `graph` itself while it is asked, and taken out again.
    """
    _add_places(graph, explained)
    try:
        found = nx.shortest_path_length(graph, ORIGIN, DESTINATION, weight="travel_s")
    except nx.NetworkXNoPath:
        return inf
    else:
        return float(found)
    finally:
        graph.remove_nodes_from((ORIGIN, DESTINATION))


def _add_places(graph: nx.MultiDiGraph[Any], explained: Explanation) -> None:
    graph.add_nodes_from((ORIGIN, DESTINATION))
    for node, seconds in explained.starts:
        graph.add_edge(ORIGIN, node, travel_s=seconds)
    for node, seconds in explained.ends:
        graph.add_edge(node, DESTINATION, travel_s=seconds)
    if explained.direct_s < inf:
        graph.add_edge(ORIGIN, DESTINATION, travel_s=explained.direct_s)
