"""What is the state of the roads just now? One engine for each mode, with what is closed to it.

A state never changes: closing or reopening edges gives another one, which shares everything that
stayed the same. So queries under way finish on the state they began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from halfhour.errors import NoSuchError
from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.conditions import DRY_DAY, Conditions, under
from routing.customization import Metric
from routing.doors import Doors, Doorway
from routing.edge_times import CLOSED_MS
from routing.hierarchy import Hierarchy
from routing.network import StreetNetwork
from routing.report import main_part
from routing.router import Router
from routing.snapping import MAIN, UNUSABLE, USABLE, EdgeIndex, access_ms
from routing.speeds import MODES

Floats = NDArray[np.float64]
Closures = Mapping[TravelMode, frozenset[int]]


@dataclass(frozen=True)
class ModeRoads:
    """What one mode needs: its engine, its doors, and which edges a place may be tied to."""

    engine: Router
    doorway: Doorway
    use: NDArray[np.uint8]
    ms_per_m: float
    """No way is faster than this over a straight line, walked or driven."""

    @property
    def weight(self) -> NDArray[np.uint32]:
        """Milliseconds of every arc."""
        return self.engine.metric.weight


class RoadState:
    """All modes on one network, each prepared when it is first asked for."""

    def __init__(
        self,
        network: StreetNetwork,
        hierarchy: Hierarchy,
        index: EdgeIndex,
        *,
        conditions: Conditions,
        closed: Closures,
        before: Mapping[TravelMode, ModeRoads],
    ) -> None:
        self.network = network
        self.conditions = conditions
        self.closed = closed
        self._hierarchy = hierarchy
        self._index = index
        self._by_mode = {
            mode: self._brought_up_to_date(mode, roads.engine.metric)
            for mode, roads in before.items()
        }

    @classmethod
    def open(cls, network: StreetNetwork) -> RoadState:
        """Start with nothing closed."""
        arcs = network.arcs
        hierarchy = Hierarchy(network.order, arcs.tail, arcs.head)
        index = EdgeIndex(network.point_e7, network.point_first, network.along_m)
        return cls(network, hierarchy, index, conditions=DRY_DAY, closed={}, before={})

    def with_closed(self, edges: Iterable[int], modes: Iterable[TravelMode]) -> RoadState:
        """
        Close exactly these edges to some modes, both ways; other modes keep their closures.

        Raises
        ------
        NoSuchError
            If the network has no edge of some number.
        """
        chosen = frozenset(edges)
        for edge in chosen:
            if not 0 <= edge < self.network.edges:
                raise NoSuchError("路段", edge)
        closed = {**self.closed, **dict.fromkeys(modes, chosen)}
        return self._other(self.conditions, closed, dict(self._by_mode))

    def with_conditions(self, conditions: Conditions) -> RoadState:
        """Give the state at night, in rain or with other adjustments; closures stay."""
        return self._other(conditions, self.closed, {})

    def of_mode(self, mode: TravelMode) -> ModeRoads:
        """Give what one mode needs, customizing the hierarchy the first time."""
        if mode not in self._by_mode:
            weight = self.network.arcs.weights(self._edge_ms(mode), MODES.index(mode))
            metric = Metric.of(self._hierarchy, weight)
            self._by_mode[mode] = self._brought_up_to_date(mode, metric)
        return self._by_mode[mode]

    def doors(self, places: Sequence[LonLat], mode: TravelMode) -> Doors:
        """Tie places to the network."""
        return self.doors_at(*axes(places), mode)

    def doors_at(self, lon: Floats, lat: Floats, mode: TravelMode) -> Doors:
        """Tie points, in degrees, to the network."""
        roads = self.of_mode(mode)
        return roads.doorway.doors(self._index.snap(lon, lat, roads.use))

    def _other(
        self,
        conditions: Conditions,
        closed: Closures,
        before: Mapping[TravelMode, ModeRoads],
    ) -> RoadState:
        return RoadState(
            self.network,
            self._hierarchy,
            self._index,
            conditions=conditions,
            closed=closed,
            before=before,
        )

    def _edge_ms(self, mode: TravelMode) -> NDArray[np.uint32]:
        """Milliseconds by direction and edge, under the conditions, with what is closed."""
        network = self.network
        edge_ms = under(
            self.conditions,
            mode,
            network.profiles,
            network.edge_profile,
            network.travel_ms[MODES.index(mode)],
        )
        closed = np.fromiter(self.closed.get(mode, ()), dtype=np.int64)
        if len(closed):
            edge_ms = edge_ms.copy()
            edge_ms[:, closed] = CLOSED_MS
        return edge_ms

    def _brought_up_to_date(self, mode: TravelMode, metric: Metric) -> ModeRoads:
        """Bring a metric of this mode, whatever it had closed, to this state."""
        network, edge_ms = self.network, self._edge_ms(mode)
        weight = network.arcs.weights(edge_ms, MODES.index(mode))
        differing = np.flatnonzero(weight != metric.weight)
        if len(differing):
            metric = metric.changed(differing, weight[differing])
        return ModeRoads(
            Router(metric),
            Doorway(network, weight, edge_ms),
            _use(network, weight, edge_ms),
            _ms_per_m(network, edge_ms),
        )


def axes(places: Sequence[LonLat]) -> tuple[Floats, Floats]:
    """Give longitudes and latitudes of places."""
    lon = np.array([place.lon for place in places], dtype=np.float64)
    return lon, np.array([place.lat for place in places], dtype=np.float64)


def _use(
    network: StreetNetwork, weight: NDArray[np.uint32], edge_ms: NDArray[np.uint32]
) -> NDArray[np.uint8]:
    """Say what each edge is to a mode: closed or without doors, open, or in the main part."""
    has_doors = np.array([profile.structure != "tunnel" for profile in network.profiles])
    usable = (edge_ms < CLOSED_MS).any(axis=0) & has_doors[network.edge_profile]
    use = np.where(usable, USABLE, UNUSABLE).astype(np.uint8)
    use[usable & main_part(network, weight)] = MAIN
    return use


def _ms_per_m(network: StreetNetwork, edge_ms: NDArray[np.uint32]) -> float:
    long_enough = network.edge_length_m > 1.0
    by_road = (edge_ms.min(axis=0) / np.maximum(network.edge_length_m, 1.0))[long_enough]
    return float(min(by_road.min(initial=np.inf), access_ms(np.array([1000.0]))[0] / 1000))
