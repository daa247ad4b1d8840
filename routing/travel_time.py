"""How many seconds from door to door, from many to one, one to many, many to many.

A place is tied to the network as `routing.snapping` says; what lies between is exact: the same
as networkx finds on `StreetNetwork.to_networkx` (`routing.checking` shows how to compare). A
place off the network, or in a part with no way out, is infinitely far. A place is 0 seconds from
itself. Nothing here is changed after it is made, so threads may share one `Roads`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.checking import Explanation, Snap
from routing.climbs import straight_ms
from routing.conditions import Conditions
from routing.doors import Doors
from routing.edge_times import CLOSED_MS
from routing.engine import Seeds, at_places
from routing.network import StreetNetwork
from routing.road_state import RoadState, axes
from routing.route_lines import drawn_route
from routing.speeds import MODES

Floats = NDArray[np.float64]


class Roads:
    """Travel times on one street network, for every mode."""

    def __init__(self, network: StreetNetwork, *, state: RoadState | None = None) -> None:
        self.network = network
        self.state = RoadState.open(network) if state is None else state

    def with_closed(self, edges: Iterable[int], *, modes: Iterable[TravelMode] = MODES) -> Roads:
        """
        Give the same roads with exactly these edges closed to some modes, both ways.

        Edges closed before and not named again are open again. Only what a closure can have
        changed is worked out anew, in milliseconds; this object stays as it is. Parallel edges
        are closed only if named.

        Raises
        ------
        NoSuchError
            If the network has no edge of some number.
        """
        return Roads(self.network, state=self.state.with_closed(edges, modes))

    def with_conditions(self, conditions: Conditions) -> Roads:
        """Give the same roads at night, in rain or with the township's adjustments."""
        return Roads(self.network, state=self.state.with_conditions(conditions))

    def to_networkx(self, mode: TravelMode) -> nx.MultiDiGraph[int]:
        """Lay out the graph as it is now, closures and conditions included, for networkx."""
        return self.network.to_networkx(mode, self.state.of_mode(mode).doorway.edge_ms)

    def seconds_to(
        self,
        origins: Sequence[LonLat],
        destination: LonLat,
        *,
        mode: TravelMode,
        limit_s: float = inf,
    ) -> list[float]:
        """Seconds from each origin, door to door; infinite if unreachable or over `limit_s`."""
        there, here = self.state.doors(origins, mode), self.state.doors([destination], mode)
        roads = self.state.of_mode(mode)
        by_road = roads.engine.to_one(there.leaving, here.arriving, _milliseconds(limit_s))
        along = roads.doorway.straight_along(there, here)[:, 0]
        same = [origin == destination for origin in origins]
        return list(map(float, _seconds(by_road, along, np.array(same, dtype=bool), limit_s)))

    def seconds_from(
        self,
        origin: LonLat,
        destinations: Sequence[LonLat],
        *,
        mode: TravelMode,
        limit_s: float = inf,
    ) -> list[float]:
        """Seconds to each destination, door to door; infinite if unreachable or over `limit_s`."""
        here, there = self.state.doors([origin], mode), self.state.doors(destinations, mode)
        roads = self.state.of_mode(mode)
        by_road = roads.engine.from_one(here.leaving, there.arriving, _milliseconds(limit_s))
        along = roads.doorway.straight_along(here, there)[0]
        same = [origin == destination for destination in destinations]
        return list(map(float, _seconds(by_road, along, np.array(same, dtype=bool), limit_s)))

    def matrix(
        self,
        origins: Sequence[LonLat],
        destinations: Sequence[LonLat],
        *,
        mode: TravelMode,
        limit_s: float = inf,
    ) -> Floats:
        """Seconds from each origin (row) to each destination (column), infinite as above."""
        here, there = self.state.doors(origins, mode), self.state.doors(destinations, mode)
        roads = self.state.of_mode(mode)
        by_road = roads.engine.matrix(here.leaving, there.arriving, _milliseconds(limit_s))
        along = roads.doorway.straight_along(here, there)
        return _seconds(by_road, along, _same(origins, destinations), limit_s)

    def nearest(
        self,
        origins: Sequence[LonLat],
        destination: LonLat,
        *,
        mode: TravelMode,
        k: int = 5,
        limit_s: float = inf,
    ) -> list[tuple[int, float]]:
        """
        Find the `k` origins from which the destination is reached first.

        Returns
        -------
        nearest
            Index of the origin and seconds, soonest first, equal times by lower index; fewer
            than `k` if no more arrive within `limit_s`.
        """
        there, here = self.state.doors(origins, mode), self.state.doors([destination], mode)
        roads = self.state.of_mode(mode)
        direct = roads.doorway.straight_along(there, here)[:, 0]
        direct[[origin == destination for origin in origins]] = 0
        lon, lat = axes(origins)
        found, found_ms = roads.engine.nearest(
            there.leaving,
            here.arriving,
            k=k,
            least_ms=straight_ms(lon, lat, destination.lon, destination.lat, roads.ms_per_m),
            direct_ms=direct,
            limit_ms=_milliseconds(limit_s),
        )
        return [(int(i), int(ms) / 1000) for i, ms in zip(found, found_ms, strict=True)]

    def metres_to_road(self, places: Sequence[LonLat], *, mode: TravelMode) -> list[float]:
        """Straight metres to the nearest edge the mode may use; infinite off the network."""
        snaps = self.state.doors(places, mode).snaps
        return list(map(float, np.where(snaps.edge[:, 0] >= 0, snaps.straight_m[:, 0], inf)))

    def seconds_from_any(
        self, origins: Sequence[LonLat], lon: Floats, lat: Floats, *, mode: TravelMode
    ) -> Floats:
        """Seconds to each of many points (degrees) from the origin that is there first."""
        roads, here = self.state.of_mode(mode), self.state.doors(origins, mode)
        reached = roads.engine.from_any(here.leaving)
        there = self.state.doors_at(lon, lat, mode)
        along = roads.doorway.straight_along_from_any(here, there)
        by_road = at_places(reached, there.arriving)
        return _seconds(by_road, along, np.zeros(len(lon), dtype=bool), inf)

    def reached_points(
        self, origins: Sequence[LonLat], *, mode: TravelMode, limit_s: float
    ) -> Floats:
        """Longitude and latitude of points along all edges that are entered within `limit_s`."""
        network, roads = self.network, self.state.of_mode(mode)
        here = self.state.doors(origins, mode)
        reached = roads.engine.from_any(here.leaving)
        entered = np.zeros(network.edges, dtype=bool)
        usable = roads.weight < CLOSED_MS
        in_time = usable & (reached[network.arcs.tail] <= _milliseconds(limit_s))
        entered[network.arcs.edge[in_time]] = True
        entered[here.snaps.edge[here.snaps.edge >= 0]] = True
        return network.points_along(np.flatnonzero(entered))

    def route(self, origin: LonLat, destination: LonLat, *, mode: TravelMode) -> list[LonLat]:
        """
        Draw a fastest way from door to door.

        The first and last points are the doors. Empty if there is no way.
        """
        here, there = self.state.doors([origin], mode), self.state.doors([destination], mode)
        return drawn_route(
            self.network, self.state.of_mode(mode), here, there, (origin, destination)
        )

    def explain(self, origin: LonLat, destination: LonLat, *, mode: TravelMode) -> Explanation:
        """Say what a travel time is made of, so that others can check it."""
        here, there = self.state.doors([origin], mode), self.state.doors([destination], mode)
        along = int(self.state.of_mode(mode).doorway.straight_along(here, there)[0, 0])
        direct_s = along / 1000 if along < CLOSED_MS else inf
        return Explanation(
            origin=_snaps(here),
            destination=_snaps(there),
            starts=_seeds(here.leaving),
            ends=_seeds(there.arriving),
            direct_s=0.0 if origin == destination else direct_s,
            total_s=self.seconds_from(origin, [destination], mode=mode)[0],
        )


def _snaps(doors: Doors) -> tuple[Snap, ...]:
    edges, shares, metres = (column[0].tolist() for column in doors.snaps)
    walks = doors.access_ms[0].tolist()
    return tuple(
        Snap(edge, share, straight_m, walk / 1000)
        for edge, share, straight_m, walk in zip(edges, shares, metres, walks, strict=True)
        if edge >= 0
    )


def _seeds(seeds: Seeds) -> tuple[tuple[int, float], ...]:
    return tuple(zip(seeds.node.tolist(), (seeds.ms / 1000).tolist(), strict=True))


def _milliseconds(limit_s: float) -> int:
    return CLOSED_MS - 1 if limit_s * 1000 >= CLOSED_MS else int(limit_s * 1000)


def _seconds(
    by_road: NDArray[np.uint32],
    along: NDArray[np.int64],
    same: NDArray[np.bool_],
    limit_s: float,
) -> Floats:
    best = np.where(same, 0, np.minimum(by_road, along))
    seconds = np.where(best < CLOSED_MS, best / 1000, inf)
    return np.where(seconds <= limit_s, seconds, inf)


def _same(origins: Sequence[LonLat], destinations: Sequence[LonLat]) -> NDArray[np.bool_]:
    columns: dict[LonLat, list[int]] = {}
    for column, place in enumerate(destinations):
        columns.setdefault(place, []).append(column)
    same = np.zeros((len(origins), len(destinations)), dtype=bool)
    for row, place in enumerate(origins):
        same[row, columns.get(place, [])] = True
    return same
