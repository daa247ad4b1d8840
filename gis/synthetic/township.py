"""青溪镇: a whole township from one seed, from its mountains to the card on the door."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis.crs import LONLAT, in_degrees, metric_crs_at
from gis.gazetteer import GazetteerEntry, OutsideName
from gis.synthetic.borders import tiled
from gis.synthetic.gazetteer import make_gazetteer, outside_names
from gis.synthetic.ground import Ground, make_ground
from gis.synthetic.hamlets import Hamlets, make_hamlets
from gis.synthetic.hierarchy import Hierarchy, gather
from gis.synthetic.houses import ESTATE, Houses, place_houses
from gis.synthetic.landmarks import Landmark, Station, make_landmarks, make_stations
from gis.synthetic.lanes import make_lanes
from gis.synthetic.mesh import make_mesh
from gis.synthetic.names import Namer
from gis.synthetic.people import Household, Phones, Volunteer, heads, reasons, volunteers
from gis.synthetic.places import (
    TOWNSHIP_CODE,
    TOWNSHIP_NAME,
    Register,
    cell_names,
    grid_name,
    make_register,
)
from gis.synthetic.raster import Bools, Floats
from gis.synthetic.roads import plan_roads
from gis.synthetic.signs import signed
from gis.synthetic.streams import make_streams
from gis.synthetic.streets import Town, make_town
from gis.synthetic.terrain import Terrain, make_terrain
from gis.synthetic.ways import Water, Way, bridged, joined, planned_ways
from halfhour.places import DECIMALS
from halfhour.vocabulary import Level

SEED = 7
LON, LAT = 110.31, 27.86
"""Where the middle of the raster lies: in the mountains of western Hunan, on nobody's town."""


@dataclass(frozen=True)
class Size:
    """How much of everything; the defaults are the committed demo township."""

    width_m: float = 16_000.0
    height_m: float = 15_000.0
    step_m: float = 25.0
    area_km2: float = 122.0
    villages: int = 13
    """Besides the town's two communities."""
    hamlets: int = 205
    grids: int = 82
    """Besides the town's."""
    rural_households: int = 8_500
    town_households: int = 1_750
    volunteers: int = 300


SMALL = Size(
    width_m=7_500.0,
    height_m=7_000.0,
    area_km2=18.0,
    villages=4,
    hamlets=36,
    grids=12,
    rural_households=1_150,
    town_households=420,
    volunteers=40,
)
"""Enough for a test: the same steps in a few seconds."""


@dataclass(frozen=True)
class Place:
    """Local metres to degrees: the raster's middle stands at one longitude and latitude."""

    lon: float = LON
    lat: float = LAT

    def to_lonlat(self, xy: Floats) -> Floats:
        """Degrees of points in local metres, rounded to 1e-7."""
        crs = metric_crs_at(self.lon)
        origin = shapely.get_coordinates(_in_metres(self.lon, self.lat))[0]
        points = in_degrees(shapely.points(xy + origin), crs)
        return np.round(shapely.get_coordinates(points), DECIMALS)

    def to_local(self, lonlat: Floats) -> Floats:
        """Local metres of points in degrees."""
        from gis.crs import in_metres

        origin = shapely.get_coordinates(_in_metres(self.lon, self.lat))[0]
        points = in_metres(shapely.points(lonlat), metric_crs_at(self.lon))
        return shapely.get_coordinates(points) - origin


def _in_metres(lon: float, lat: float) -> shapely.Point:
    from gis.crs import in_metres

    point: shapely.Point = in_metres(shapely.Point(lon, lat), metric_crs_at(lon))
    return point


@dataclass(frozen=True)
class Township:
    """Everything there is to know about 青溪镇. Geometry in degrees, unless a name says local."""

    areas: gpd.GeoDataFrame
    """`code`, `name`, `level` (1 to 4), `parent_code`, polygons in EPSG:4326."""
    households: list[Household]
    volunteers: list[Volunteer]
    stations: list[Station]
    landmarks: list[Landmark]
    gazetteer: list[GazetteerEntry]
    outside: list[OutsideName]
    ways: list[Way]
    """Roads and paths in local metres."""
    waters: list[Water]
    """Rivers and brooks in local metres."""
    houses: Houses
    """Doors in local metres, in the order of `households`."""
    town: Town
    terrain: Terrain
    ground: Ground
    register: Register
    place: Place


def make_township(seed: int = SEED, size: Size | None = None) -> Township:
    """
    Make a township. The same seed and size always give the same one.

    Every step draws from its own stream of the seed, so a change in one leaves the draws of the
    others as they were.
    """
    size = size or Size()
    terrain = make_terrain(
        _stream(seed, 1),
        width_m=size.width_m,
        height_m=size.height_m,
        step_m=size.step_m,
        low_m=310,
    )
    ground = make_ground(_stream(seed, 2), terrain, area_km2=size.area_km2)
    hamlets = make_hamlets(
        _stream(seed, 3),
        terrain,
        ground,
        hamlets=size.hamlets,
        households=size.rural_households,
        villages=size.villages,
        grids=size.grids,
        town_radius_m=300 + 12 * size.town_households**0.5,
    )
    waters = make_streams(terrain)
    planned = planned_ways(plan_roads(_stream(seed, 4), terrain, ground, hamlets))
    town = make_town(terrain, ground, planned)
    roads = planned + town.streets
    houses = place_houses(
        _stream(seed, 5),
        terrain,
        ground,
        hamlets,
        town,
        roads,
        waters,
        in_town=size.town_households,
    )
    roads = joined(roads + make_lanes(terrain, houses, roads))
    ways = signed(_stream(seed, 8), bridged(roads, waters, fords=2), town, ground.seat_xy)
    mesh = make_mesh(_stream(seed, 6), terrain, ground, houses.xy, waters)
    tree = gather(_stream(seed, 7), mesh, houses, hamlets, _downtown(town, houses))
    place = Place()
    cells = tiled(mesh, tree.patch_cell, place.to_lonlat)
    return _peopled(
        seed, size, terrain, ground, hamlets, waters, ways, town, houses, tree, cells, place
    )


def _stream(seed: int, step: int) -> np.random.Generator:
    return np.random.default_rng([seed, step])


def _downtown(town: Town, houses: Houses) -> Bools:
    """The half of the town farther along the main road."""
    along = shapely.line_locate_point(town.main, shapely.points(houses.xy))
    in_town = houses.hamlet < 0
    downtown: Bools = in_town & (along > np.median(along[in_town]))
    flats = houses.hamlet == ESTATE
    downtown[flats] = downtown[flats].mean() > 0.5 if flats.any() else False
    return downtown


def _peopled(
    seed: int,
    size: Size,
    terrain: Terrain,
    ground: Ground,
    hamlets: Hamlets,
    waters: list[Water],
    ways: list[Way],
    town: Town,
    houses: Houses,
    tree: Hierarchy,
    cells: list[shapely.Polygon],
    place: Place,
) -> Township:
    lonlat = place.to_lonlat(houses.xy)
    register = make_register(Namer(_stream(seed, 9)), lonlat, houses.xy, houses, tree, town)
    people = _households(Namer(_stream(seed, 10)), register, tree, lonlat)
    helpers = volunteers(
        Namer(_stream(seed, 11)),
        people,
        tree.village,
        register.village_names,
        lonlat,
        count=size.volunteers,
    )
    centres = np.vstack(
        (ground.seat_xy, houses.xy[tree.village == 1].mean(axis=0), hamlets.xy[hamlets.centre])
    )
    bridges = _bridges(ways, place)
    marks = make_landmarks(
        Namer(_stream(seed, 12)), register, tree, houses.xy, lonlat, centres, bridges
    )
    stations = make_stations(Namer(_stream(seed, 13)), register, tree, lonlat, marks)
    seat = place.to_lonlat(ground.seat_xy[None])[0]
    entries = make_gazetteer(register, tree, people, lonlat, marks, seat)
    return Township(
        areas=_areas(register, tree, cells),
        households=people,
        volunteers=helpers,
        stations=stations,
        landmarks=marks,
        gazetteer=entries,
        outside=outside_names(),
        ways=ways,
        waters=waters,
        houses=houses,
        town=town,
        terrain=terrain,
        ground=ground,
        register=register,
        place=place,
    )


def _households(
    namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats
) -> list[Household]:
    phones = Phones()
    serial: dict[str, int] = {}
    cards: dict[str, int] = {}
    people = []
    for index, head in enumerate(heads(namer, tree.group)):
        code = register.cell_codes[int(tree.cell[index])]
        village = code[:12]
        serial[village] = serial.get(village, 0) + 1
        residents = 1 + int(namer.rng.binomial(6, 0.33))
        card = ""
        if namer.chance(0.76):
            cards[village] = cards.get(village, 0) + 1
            card = f"QX{village[9:]}-{cards[village]:04d}"
        people.append(
            Household(
                id=f"{village}H{serial[village]:04d}",
                cell_code=code,
                group=register.groups[int(tree.group[index])].name,
                head=head,
                nickname=namer.nickname(head) if namer.chance(0.11) else "",
                plate=register.plates[index] if namer.chance(0.87) else "",
                card=card,
                phone=phones.number(index) if namer.chance(0.94) else "",
                lon=float(lonlat[index, 0]),
                lat=float(lonlat[index, 1]),
                residents=residents,
                vulnerable=reasons(namer, residents),
            )
        )
    return people


def _bridges(ways: list[Way], place: Place) -> list[tuple[str, str, Floats, Floats]]:
    """Bridges with a name, where they are."""
    found: dict[str, tuple[str, str, Floats, Floats]] = {}
    for way in ways:
        name = way.tags.get("bridge:name", "")
        if name and name not in found:
            middle = way.xy.mean(axis=0)
            alias = "大桥|大桥头" if name.endswith("大桥") else "桥头|老桥"
            found[name] = (name, alias, middle, place.to_lonlat(middle[None])[0])
    return list(found.values())


def _areas(register: Register, tree: Hierarchy, cells: list[shapely.Polygon]) -> gpd.GeoDataFrame:
    """Cells as drawn, and each level above as the exact union of the level below."""
    shapes = dict(zip(register.cell_codes, cells, strict=True))
    names = dict(zip(register.cell_codes, cell_names(register, tree), strict=True))
    rows = [(code, names[code], Level.CELL, code[:15], shapes[code]) for code in sorted(shapes)]
    shapes = _union(shapes, [code[:15] for code in shapes])
    rows += [(c, grid_name(register, c), Level.GRID, c[:12], shapes[c]) for c in sorted(shapes)]
    shapes = _union(shapes, [code[:12] for code in shapes])
    villages = register.village_names
    rows += [(c, villages[c], Level.VILLAGE, TOWNSHIP_CODE, shapes[c]) for c in sorted(shapes)]
    shapes = _union(shapes, [TOWNSHIP_CODE] * len(shapes))
    rows += [(TOWNSHIP_CODE, TOWNSHIP_NAME, Level.TOWNSHIP, None, shapes[TOWNSHIP_CODE])]
    rows.sort(key=lambda row: (row[2], row[0]))
    code, name, level, parent, shape = zip(*rows, strict=True)
    table = {
        "code": code,
        "name": name,
        "level": [int(one) for one in level],
        "parent_code": parent,
    }
    polygons = [shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one for one in shape]
    return gpd.GeoDataFrame(table, geometry=polygons, crs=LONLAT)


def _union(shapes: dict[str, shapely.Geometry], parents: list[str]) -> dict[str, shapely.Geometry]:
    members: dict[str, list[shapely.Geometry]] = {}
    for shape, parent in zip(shapes.values(), parents, strict=True):
        members.setdefault(parent, []).append(shape)
    return {
        parent: shapely.normalize(shapely.coverage_union_all(own))
        for parent, own in members.items()
    }
