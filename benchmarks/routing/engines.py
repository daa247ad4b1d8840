"""One adapter for each engine: the same questions, the same integers back.

- `nearest(request, people, k, limit)`: milliseconds of the k who arrive first, ascending
- `matrix(sources, targets)`: milliseconds, `CLOSED_MS` where unreachable
- `from_nearest(stations, limit)`: for every node, from the nearest station
- `from_each(stations, limit)`: for every node, from each station
- `close(arcs)`, `reopen(arcs)`

An engine that lacks a question leaves it out.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import routingkit_cch
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from benchmarks.routing.graphs import Graph
from routing.climbs import straight_ms
from routing.contraction_order import contraction_order
from routing.customization import Metric
from routing.dijkstra import Dijkstra
from routing.edge_times import CLOSED_MS, EARTH_M
from routing.engine import Seeds
from routing.hierarchy import Hierarchy
from routing.router import Router

NEVER = np.uint32(CLOSED_MS)


class HalfHour:
    """Our hierarchy, as the product uses it."""

    name = "HalfHour"

    def __init__(self, graph: Graph, order=None) -> None:
        self.graph = graph
        found = contraction_order(graph.nodes, graph.tail, graph.head) if order is None else order
        self.order = found
        self.router = Router(Metric.of(Hierarchy(found, graph.tail, graph.head), graph.ms))
        chord_m = _chords(graph)
        long_enough = chord_m > 1
        self.ms_per_m = float((graph.ms[long_enough] / chord_m[long_enough]).min())

    def nearest(self, request, people, k, limit):
        at = self.graph
        bound = straight_ms(
            at.lon[people], at.lat[people], at.lon[request], at.lat[request], self.ms_per_m
        )
        sources, target = Seeds.at_nodes(people), Seeds.at_nodes([request])
        found = self.router.nearest(sources, target, k=k, least_ms=bound, limit_ms=limit)
        return found[1].tolist()

    def matrix(self, sources, targets):
        return self.router.matrix(Seeds.at_nodes(sources), Seeds.at_nodes(targets))

    def from_nearest(self, stations, limit):
        return self.router.from_any(Seeds.at_nodes(stations), limit)

    def from_each(self, stations, limit):
        everywhere = Seeds.at_nodes(np.arange(self.graph.nodes))
        return self.router.matrix(Seeds.at_nodes(stations), everywhere, limit)

    def close(self, arcs):
        self.router.metric.change(arcs, np.full(len(arcs), NEVER, dtype=np.uint32))

    def reopen(self, arcs):
        self.router.metric.change(arcs, self.graph.ms[arcs])

    def saved(self):
        return self.order

    @classmethod
    def loaded(cls, graph, saved):
        return cls(graph, saved)


class PlainSearch:
    """Our oracle: a bounded Dijkstra, nothing prepared."""

    name = "HalfHour, plain search"

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.plain = Dijkstra(graph.nodes, graph.tail, graph.head, graph.ms)

    def nearest(self, request, people, k, limit):
        times = self.plain.to_one(Seeds.at_nodes(people), Seeds.at_nodes([request]), limit)
        return np.sort(times[times < NEVER])[:k].tolist()

    def matrix(self, sources, targets):
        return self.plain.matrix(Seeds.at_nodes(sources), Seeds.at_nodes(targets))

    def from_nearest(self, stations, limit):
        return self.plain.from_any(Seeds.at_nodes(stations), limit)

    def from_each(self, stations, limit):
        places = Seeds.at_nodes(stations)
        return np.array([self.plain.from_any(places.one(i), limit) for i in range(len(places))])


class NetworkX:
    """networkx on the multigraph osmnx makes."""

    name = "networkx"

    def __init__(self, graph: Graph) -> None:
        self.nx, self.graph = nx, graph
        self.forward = nx.MultiDiGraph()
        self.forward.add_nodes_from(range(graph.nodes))
        rows = zip(graph.tail.tolist(), graph.head.tolist(), graph.ms.tolist(), strict=True)
        self.forward.add_edges_from((t, h, i, {"ms": ms}) for i, (t, h, ms) in enumerate(rows))
        self.backward = self.forward.reverse(copy=True)

    def nearest(self, request, people, k, limit):
        reached = self.nx.single_source_dijkstra_path_length(
            self.backward, int(request), cutoff=limit, weight="ms"
        )
        return sorted(reached[p] for p in people.tolist() if p in reached)[:k]

    def matrix(self, sources, targets):
        out = np.full((len(sources), len(targets)), NEVER, dtype=np.uint32)
        for i, source in enumerate(sources.tolist()):
            reached = self.nx.single_source_dijkstra_path_length(self.forward, source, weight="ms")
            out[i] = [reached.get(target, CLOSED_MS) for target in targets.tolist()]
        return out

    def from_nearest(self, stations, limit):
        reached = self.nx.multi_source_dijkstra_path_length(
            self.forward, set(stations.tolist()), cutoff=limit, weight="ms"
        )
        return self._row(reached)

    def from_each(self, stations, limit):
        return np.array(
            [self.from_nearest(stations[i : i + 1], limit) for i in range(len(stations))]
        )

    def close(self, arcs):
        for arc in arcs.tolist():
            tail, head = int(self.graph.tail[arc]), int(self.graph.head[arc])
            self.forward.remove_edge(tail, head, arc)
            self.backward.remove_edge(head, tail, arc)

    def reopen(self, arcs):
        for arc in arcs.tolist():
            tail, head = int(self.graph.tail[arc]), int(self.graph.head[arc])
            ms = int(self.graph.ms[arc])
            self.forward.add_edge(tail, head, arc, ms=ms)
            self.backward.add_edge(head, tail, arc, ms=ms)

    def _row(self, reached):
        out = np.full(self.graph.nodes, NEVER, dtype=np.uint32)
        out[list(reached)] = list(reached.values())
        return out


class SciPy:
    """scipy.sparse.csgraph.dijkstra, the lightest of parallel arcs only."""

    name = "scipy"

    def __init__(self, graph: Graph) -> None:
        self.graph, self.dijkstra = graph, dijkstra
        key = graph.tail.astype(np.int64) * graph.nodes + graph.head
        order = np.lexsort((graph.ms, key))
        kept = order[np.r_[True, np.diff(key[order]) > 0]]
        shape = (graph.nodes, graph.nodes)
        ms, tail, head = graph.ms[kept].astype(float), graph.tail[kept], graph.head[kept]
        self.forward = csr_matrix((ms, (tail, head)), shape=shape)
        self.backward = csr_matrix((ms, (head, tail)), shape=shape)

    def nearest(self, request, people, k, limit):
        times = self.dijkstra(self.backward, indices=int(request), limit=float(limit))[people]
        return np.sort(times[np.isfinite(times)])[:k].astype(int).tolist()

    def matrix(self, sources, targets):
        rows = [self.dijkstra(self.forward, indices=int(s))[targets] for s in sources]
        return _whole(np.array(rows))

    def from_nearest(self, stations, limit):
        return _whole(
            self.dijkstra(self.forward, indices=stations, limit=float(limit), min_only=True)
        )

    def from_each(self, stations, limit):
        return _whole(self.dijkstra(self.forward, indices=stations, limit=float(limit)))


class RoutingKit:
    """routingkit-cch: RoutingKit's customizable hierarchy (C++ behind Rust)."""

    name = "routingkit-cch"

    def __init__(self, graph: Graph, order=None) -> None:
        self.kit, self.graph = routingkit_cch, graph
        tail, head = graph.tail.tolist(), graph.head.tolist()
        if order is None:
            order = routingkit_cch.compute_order_inertial(
                graph.nodes, tail, head, graph.lat.tolist(), graph.lon.tolist()
            )
        self.order = order
        self.hierarchy = routingkit_cch.CCH(order, tail, head, False)
        self.metric = routingkit_cch.CCHMetric(self.hierarchy, graph.ms.tolist())
        self.updater = routingkit_cch.CCHMetricPartialUpdater(self.hierarchy)
        self.people = self.everywhere = None

    def nearest(self, request, people, k, limit):
        if self.people is None:
            self.people = self.kit.CCHManyToOne(self.metric, people.tolist())
        else:
            self.people.repin_sources(people.tolist())
        times = self.people.distances_to(int(request))
        return sorted(ms for ms in times if ms is not None and ms <= limit)[:k]

    def matrix(self, sources, targets):
        query = self.kit.CCHOneToMany(self.metric, targets.tolist())
        return np.array([self._row(query.distances_from(s)) for s in sources.tolist()])

    def from_nearest(self, stations, limit):
        row = self._row(self._all().distances_from_multi([(s, 0) for s in stations.tolist()]))
        row[row > limit] = NEVER
        return row

    def from_each(self, stations, limit):
        rows = np.array([self._row(self._all().distances_from(s)) for s in stations.tolist()])
        rows[rows > limit] = NEVER
        return rows

    def close(self, arcs):
        self._change({int(arc): CLOSED_MS for arc in arcs})

    def reopen(self, arcs):
        self._change({int(arc): int(self.graph.ms[arc]) for arc in arcs})

    def saved(self):
        return np.array(self.order, dtype=np.uint32)

    @classmethod
    def loaded(cls, graph, saved):
        return cls(graph, saved.tolist())

    def _all(self):
        if self.everywhere is None:
            self.everywhere = self.kit.CCHOneToMany(self.metric, list(range(self.graph.nodes)))
        return self.everywhere

    def _change(self, weights):
        self.people = self.everywhere = None  # the metric may not change under a living query
        self.updater.apply(self.metric, weights)

    @staticmethod
    def _row(times):
        return np.array([CLOSED_MS if ms is None else ms for ms in times], dtype=np.uint32)


ENGINES = {e.name: e for e in (HalfHour, RoutingKit, PlainSearch, SciPy, NetworkX)}


def _whole(times):
    times[~np.isfinite(times)] = CLOSED_MS
    return times.astype(np.uint32)


def _chords(graph: Graph):
    lon, lat = np.radians(graph.lon), np.radians(graph.lat)
    xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    return EARTH_M * np.linalg.norm(xyz[graph.tail] - xyz[graph.head], axis=1)
