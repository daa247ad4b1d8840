"""How is a street network built from a road file? Read, cut at junctions, timed, put in order."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from halfhour.errors import BadFileError
from routing import line_files, osm_files
from routing.arcs import arcs_of
from routing.contraction_order import contraction_order
from routing.drawn_roads import DrawnRoads
from routing.edge_times import along_edges_m, flat_times, sloped_times
from routing.elevation import read_elevation
from routing.network import E7, StreetNetwork
from routing.profiles import Profile
from routing.street_graph import streets_of
from routing.turn_rules import bans_of

_Value = TypeVar("_Value", str, Profile)


def built_network(path: Path, dem: Path | None) -> StreetNetwork:
    """Build the network of a road file; see `routing.network.read_network`."""
    drawn = _drawn(path)
    if not drawn.roads:
        raise BadFileError(path, "里面没有道路", "请连同道路(highway)重新导出这一带")
    return network_of(drawn, dem=dem)


def network_of(drawn: DrawnRoads, *, dem: Path | None = None) -> StreetNetwork:
    """Build the network of roads already read."""
    streets = streets_of(drawn)
    points = sorted({street.start for street in streets} | {street.end for street in streets})
    number = {point: junction for junction, point in enumerate(points)}
    edge_start = np.array([number[street.start] for street in streets], dtype=np.uint32)
    edge_end = np.array([number[street.end] for street in streets], dtype=np.uint32)
    profiles, profile_of = _numbered([street.profile for street in streets])
    names, name_of = _numbered([street.name for street in streets])
    point_first = np.zeros(len(streets) + 1, dtype=np.int64)
    np.cumsum([len(street.coordinates) for street in streets], out=point_first[1:])
    point_e7 = _e7([place for street in streets for place in street.coordinates])
    lon, lat = (point_e7[:, axis] / E7 for axis in (0, 1))
    length_m = along_edges_m(point_first, lon, lat)[point_first[1:] - 1]
    travel_ms = (
        flat_times(profiles, profile_of, length_m)
        if dem is None
        else sloped_times(profiles, profile_of, point_first, lon, lat, read_elevation(dem))
    )
    bans = bans_of(drawn, streets)
    arcs = arcs_of(edge_start, edge_end, len(points), bans)
    return StreetNetwork(
        junction_e7=_e7([drawn.places[point] for point in points]),
        edge_start=edge_start,
        edge_end=edge_end,
        edge_profile=profile_of.astype(np.uint16),
        edge_way=np.array([street.ways[0] for street in streets], dtype=np.int64),
        edge_name=name_of.astype(np.int32),
        edge_length_m=length_m,
        travel_ms=travel_ms,
        point_first=point_first,
        point_e7=point_e7,
        bans=np.array(bans, dtype=np.uint32).reshape(-1, 3),
        order=contraction_order(len(arcs.place_of), arcs.tail, arcs.head),
        profiles=tuple(profiles),
        names=tuple(names),
        ignored=dict(sorted(drawn.ignored.items())),
        has_slopes=dem is not None,
    )


def _drawn(path: Path) -> DrawnRoads:
    name = path.name.lower()
    if name.endswith(osm_files.ENDINGS):
        return osm_files.read_osm(path)
    if name.endswith(line_files.ENDINGS):
        return line_files.read_lines(path)
    known = "、".join((*osm_files.ENDINGS, *line_files.ENDINGS))
    raise BadFileError(path, "不是认识的路网格式", f"可用：{known}")


def _numbered(values: list[_Value]) -> tuple[list[_Value], NDArray[np.int64]]:
    distinct = sorted(set(values))
    number = {value: index for index, value in enumerate(distinct)}
    return distinct, np.array([number[value] for value in values], dtype=np.int64)


def _e7(places: list[tuple[float, float]]) -> NDArray[np.int32]:
    return np.rint(np.array(places, dtype=np.float64) * E7).astype(np.int32).reshape(-1, 2)
