"""What would OpenStreetMap hold? Numbered points, lines and outlines of the demo township."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from gis.synthetic.houses import ESTATE
from gis.synthetic.lines import every, rounded_ring, thinned
from gis.synthetic.places import TOWNSHIP_NAME
from gis.synthetic.raster import Floats
from gis.synthetic.streets import ESTATE_LANE
from gis.synthetic.township import Township

Tags = dict[str, str]


@dataclass
class OsmMap:
    """Nodes by place (equal places are one node) and ways as node numbers, all with tags."""

    nodes: dict[tuple[float, float], int] = field(default_factory=dict)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)

    def point(self, lonlat: Floats, tags: Tags) -> None:
        """Add a tagged point."""
        self.node_tags.setdefault(self._node(lonlat), {}).update(tags)

    def line(self, lonlat: Floats, tags: Tags) -> None:
        """Add a line, or an outline if it ends where it begins; doubled vertices are dropped."""
        refs = [self._node(vertex) for vertex in lonlat]
        refs = [ref for at, ref in enumerate(refs) if at == 0 or ref != refs[at - 1]]
        if len(refs) > 1:
            self.ways.append((refs, tags))

    def _node(self, lonlat: Floats) -> int:
        key = (float(lonlat[0]), float(lonlat[1]))
        return self.nodes.setdefault(key, len(self.nodes) + 1)


def make_map(township: Township) -> OsmMap:
    """Draw roads, water, buildings, land use, places and landmarks."""
    drawn = OsmMap()
    to_lonlat = township.placement.to_lonlat
    for way in township.landscape.ways:
        drawn.line(to_lonlat(way.xy), way.tags)
    _add_barriers(drawn, township)
    _add_water(drawn, township)
    for ring, tags in [*_buildings(township), *_land(township)]:
        drawn.line(to_lonlat(ring), tags)
    _add_places(drawn, township)
    return drawn


def _add_barriers(drawn: OsmMap, township: Township) -> None:
    """Put a gate before the estate, a bollard in a lane, a locked gate on the longest track."""
    ways = township.landscape.ways
    inside = [way for way in ways if way.tags.get("name") == ESTATE_LANE]
    lanes = [w for w in ways if w.tags.get("name", "").endswith("巷") and len(w.xy) > 2]
    tracks = sorted((way for way in ways if way.road == "track"), key=lambda way: len(way.xy))
    for found, tags in (
        (inside[:1], {"barrier": "lift_gate", "access": "permissive"}),
        (lanes[:1], {"barrier": "bollard"}),
        (tracks[-1:], {"barrier": "gate", "access": "no", "foot": "yes"}),
    ):
        for way in found:
            drawn.point(township.placement.to_lonlat(way.xy[1:2])[0], tags)


def _add_water(drawn: OsmMap, township: Township) -> None:
    to_lonlat = township.placement.to_lonlat
    rivers = []
    for water in township.landscape.waters:
        tags = {"waterway": "river", "name": "青溪河"} if water.river else {"waterway": "stream"}
        drawn.line(to_lonlat(water.xy), tags)
        if water.river:
            rivers.append(shapely.LineString(water.xy).buffer(water.half_width_m, quad_segs=2))
    for part in shapely.get_parts(shapely.union_all(rivers)):
        ring = shapely.get_coordinates(shapely.simplify(part.exterior, 0.7))
        drawn.line(to_lonlat(ring), {"natural": "water", "water": "river"})


def _buildings(township: Township) -> list[tuple[Floats, Tags]]:
    """Draw a rectangle for every house, and one for each block of the estate."""
    rng = np.random.default_rng(len(township.households))
    found: list[tuple[Floats, Tags]] = []
    for block in township.landscape.town.estate:
        tags = {"building": "apartments", "building:levels": "6", "ref": f"{block.number}"}
        found.append((_rectangle(block.centre, block.heading, 44.0, 12.0), tags))
    houses = township.landscape.houses
    for index in np.flatnonzero(houses.hamlet != ESTATE).tolist():
        in_town = houses.hamlet[index] < 0
        across = 8.6 if in_town else float(rng.uniform(8, 12))
        deep = 11.0 if in_town else float(rng.uniform(7, 9))
        heading = houses.heading[index]
        found.append((_rectangle(houses.xy[index], heading, across, deep), {"building": "house"}))
    return found


def _rectangle(centre: Floats, heading: float, along: float, across: float) -> Floats:
    ahead = np.array([np.cos(heading), np.sin(heading)]) * along / 2
    aside = np.array([-np.sin(heading), np.cos(heading)]) * across / 2
    corners = [ahead + aside, ahead - aside, -ahead - aside, -ahead + aside, ahead + aside]
    return centre + np.array(corners)


def _land(township: Township) -> list[tuple[Floats, Tags]]:
    """Settled ground around the houses, and fields on the flats beside them."""
    doors = shapely.points(township.landscape.houses.xy)
    settled = shapely.union_all(shapely.buffer(doors, 26, quad_segs=2)).buffer(-8)
    found = [
        (_outline(part, 4.0), {"landuse": "residential"})
        for part in shapely.get_parts(settled)
        if part.area > 1500
    ]
    frame = township.landscape.terrain.frame
    flat = (
        (township.landscape.terrain.slope < 0.13)
        & township.landscape.ground.inside
        & ~township.landscape.ground.river
    )
    x, y = frame.centres()
    half = frame.step_m / 2 + 0.5
    squares = shapely.box(x[flat] - half, y[flat] - half, x[flat] + half, y[flat] + half)
    fields = shapely.union_all(squares).buffer(-20).buffer(26)
    found += [
        (_outline(part, 6.0), {"landuse": "farmland"})
        for part in shapely.get_parts(fields)
        if part.area > 20_000
    ]
    return found


def _outline(part: shapely.Polygon, tolerance_m: float) -> Floats:
    ring = rounded_ring(_spaced(part, 15.0), passes=4)
    half = len(ring) // 2
    first = thinned(ring[: half + 1], tolerance_m)
    return np.vstack((first, thinned(ring[half:], tolerance_m)[1:]))


def _spaced(part: shapely.Polygon, spacing_m: float) -> Floats:
    ring = every(shapely.get_coordinates(part.exterior), spacing_m)
    return np.vstack((ring, ring[:1]))


def _add_places(drawn: OsmMap, township: Township) -> None:
    for entry in township.gazetteer:
        if entry.lon is None or entry.lat is None:
            continue
        place = np.array([entry.lon, entry.lat])
        if entry.level == "township":
            drawn.point(place, {"place": "town", "name": TOWNSHIP_NAME})
        elif entry.level == "village":
            drawn.point(place, {"place": "village", "name": entry.name})
        elif entry.level == "group" and entry.aliases:
            drawn.point(place, {"place": "hamlet", "name": entry.aliases[0]})
    for mark in township.landmarks:
        tags = {"name": mark.name}
        if mark.amenity == "shop":
            tags["shop"] = "convenience"
        elif mark.amenity and mark.amenity != "bridge":
            tags["amenity"] = mark.amenity
        drawn.point(np.array([mark.lon, mark.lat]) + 2e-6, tags)
