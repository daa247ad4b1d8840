"""What roads, barriers and turn rules an OpenStreetMap extract holds.

Reads `.osm.pbf`, `.osm`, `.osm.gz` and `.osm.bz2` through pyosmium. Points that an
extract cut away are left out and counted; the rest of their road is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import osmium

from halfhour.errors import BadFileError
from halfhour.vocabulary import TravelMode
from routing.access import stopped_by_barrier
from routing.drawn_roads import DrawnRoad, DrawnRoads, TurnRule
from routing.profiles import profile_of

ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".osm.xml")

_KEYS = ("highway", "barrier", "type", "access", "motor_vehicle", "foot", "bicycle", "route")
_VEHICLES = frozenset(TravelMode) - {TravelMode.WALK}
_RESTRICTION_KEYS = {
    "restriction": _VEHICLES,
    "restriction:motor_vehicle": frozenset({TravelMode.CAR, TravelMode.MOTORCYCLE}),
    "restriction:motorcar": frozenset({TravelMode.CAR}),
    "restriction:motorcycle": frozenset({TravelMode.MOTORCYCLE}),
    "restriction:bicycle": frozenset({TravelMode.E_BIKE}),
}
_EXCEPTIONS = {
    "motor_vehicle": frozenset({TravelMode.CAR, TravelMode.MOTORCYCLE}),
    "motorcar": frozenset({TravelMode.CAR}),
    "motorcycle": frozenset({TravelMode.MOTORCYCLE}),
    "bicycle": frozenset({TravelMode.E_BIKE}),
}


def read_osm(path: Path) -> DrawnRoads:
    """
    Read every road of an OpenStreetMap file.

    Raises
    ------
    BadFileError
        If the file is missing, empty, cut short or no OpenStreetMap file.
    """
    _refuse_absent(path)
    drawn = DrawnRoads()
    try:
        for element in _elements(path):
            _take(element, drawn)
        _look_up_missing(path, drawn)
    except (RuntimeError, OSError, ValueError) as error:
        remedy = "请重新下载或导出，并与来源核对大小"
        raise BadFileError(path, "读不出 OSM 数据，可能已损坏或没传完", remedy) from error
    drawn.roads = list(_whole_stretches(drawn))
    drawn.barriers = {ref: modes for ref, modes in drawn.barriers.items() if ref in drawn.places}
    return drawn


def _refuse_absent(path: Path) -> None:
    if not path.is_file():
        raise BadFileError(path, "文件不存在", "请核对路径和文件名")
    if path.stat().st_size == 0:
        raise BadFileError(path, "文件是空的", "请重新下载或导出")


def _elements(path: Path) -> Iterator[osmium.osm.types.OSMEntity]:
    processor = osmium.FileProcessor(str(path)).with_locations()
    yield from processor.with_filter(osmium.filter.KeyFilter(*_KEYS))


def _take(element: osmium.osm.types.OSMEntity, drawn: DrawnRoads) -> None:
    if isinstance(element, osmium.osm.Changeset) or element.deleted:
        return
    tags = {tag.k: tag.v for tag in element.tags}
    if isinstance(element, osmium.osm.Node):
        stopped = stopped_by_barrier(tags)
        if stopped:
            drawn.barriers[element.id] = stopped
    elif isinstance(element, osmium.osm.Way):
        _take_way(element, tags, drawn)
    elif isinstance(element, osmium.osm.Relation) and tags.get("type") == "restriction":
        _take_turn_rule(element, tags, drawn)


def _take_way(way: osmium.osm.Way, tags: dict[str, str], drawn: DrawnRoads) -> None:
    if "highway" not in tags:
        if tags.get("route") == "ferry":
            drawn.ignored["ferries"] += 1
        return
    profile = profile_of(tags)
    if profile is None:
        drawn.ignored[f"highway={tags['highway']}"] += 1
        return
    if profile.is_closed:
        drawn.ignored["closed to every mode"] += 1
        return
    if tags.get("oneway") == "reversible":
        drawn.ignored["reversible lanes, for vehicles"] += 1
    points: list[int] = []
    for point in way.nodes:
        if not points or points[-1] != point.ref:
            points.append(point.ref)
        if point.location.valid():
            drawn.places[point.ref] = (point.lon, point.lat)
    name = tags.get("name", tags.get("ref", ""))
    drawn.roads.append(DrawnRoad(way.id, name, tuple(points), profile))


def _look_up_missing(path: Path, drawn: DrawnRoads) -> None:
    """
    Look for points that were not met before their roads.

    Editors number new points below zero, and some write roads before points; neither is found
    on the way through the file.
    """
    missing = {point for road in drawn.roads for point in road.points} - drawn.places.keys()
    if not missing:
        return
    for node in osmium.FileProcessor(str(path), osmium.osm.NODE):
        if isinstance(node, osmium.osm.Node) and node.id in missing and node.location.valid():
            drawn.places[node.id] = (node.lon, node.lat)


def _whole_stretches(drawn: DrawnRoads) -> Iterator[DrawnRoad]:
    """Yield the stretches of roads whose points are all in the file."""
    for road in drawn.roads:
        if len(road.points) < 2:
            drawn.ignored["roads of fewer than two points"] += 1
        for is_there, stretch in groupby(road.points, key=drawn.places.__contains__):
            points = tuple(stretch)
            if not is_there:
                drawn.ignored["points cut away by the extract"] += len(points)
            elif len(points) >= 2:
                yield road._replace(points=points)


def _take_turn_rule(relation: osmium.osm.Relation, tags: dict[str, str], drawn: DrawnRoads) -> None:
    roles: dict[str, list[tuple[str, int]]] = {}
    for member in relation.members:
        roles.setdefault(member.role, []).append((member.type, member.ref))
    via = roles.get("via", [])
    if len(via) != 1 or via[0][0] != "n":
        drawn.ignored["turn rules without one via point"] += 1
        return
    excepted = frozenset[TravelMode]().union(
        *(_EXCEPTIONS.get(word.strip(), frozenset()) for word in tags.get("except", "").split(";"))
    )
    for key, modes in _RESTRICTION_KEYS.items():
        kind = tags.get(key, "")
        if not kind.startswith(("no_", "only_")) or not modes - excepted:
            continue
        for _, from_way in roles.get("from", []):
            for _, to_way in roles.get("to", []):
                drawn.turn_rules.append(
                    TurnRule(
                        from_way, via[0][1], to_way, kind.startswith("only_"), modes - excepted
                    )
                )
    if any(key.endswith(":conditional") for key in tags):
        drawn.ignored["turn rules by the hour"] += 1
