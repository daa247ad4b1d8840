"""What is where? Codes and names of areas, groups with their hamlets' names, plates and landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.houses import ESTATE, Houses
from gis.synthetic.names import VILLAGES, Namer, numeral, short
from gis.synthetic.raster import Floats, Ints
from gis.synthetic.streets import Town
from halfhour.area_codes import child_code, new_codes, reading_order
from halfhour.places import LonLat

TOWNSHIP_CODE = "431260104000"
"""County digits 431260 are assigned to nobody."""
TOWNSHIP_NAME = "青溪镇"
ESTATE_NAME = "锦溪家园"


@dataclass(frozen=True)
class Group:
    """A villagers' group (村民组): its number within the village and the names of its hamlets."""

    id: str
    name: str
    aliases: tuple[str, ...]
    village_code: str
    grid_code: str


@dataclass(frozen=True)
class Register:
    """Codes and names, by the numbers of the hierarchy."""

    village_codes: list[str]
    village_names: dict[str, str]
    grid_codes: list[str]
    cell_codes: list[str]
    groups: list[Group]
    plates: list[str]
    """Door plate of each household."""


def make_register(
    namer: Namer, lonlat: Floats, xy: Floats, houses: Houses, tree: Hierarchy, town: Town
) -> Register:
    """Give codes in reading order, and names in the order of the codes."""
    villages = _village_codes(lonlat, tree)
    names = dict(zip(sorted(villages), (name for name, _ in VILLAGES), strict=False))
    grids = _child_codes(lonlat, tree.grid, tree.grid_village, villages)
    cells = _child_codes(lonlat, tree.cell, tree.cell_grid, grids)
    streets = _streets(town, xy, houses)
    groups = _groups(namer, lonlat, houses, tree, villages, grids, names, streets)
    return Register(
        villages, names, grids, cells, groups, _plates(houses, tree, groups, streets, town, xy)
    )


def _middle(lonlat: Floats, number: Ints) -> list[LonLat]:
    size = np.bincount(number)
    lon = np.bincount(number, lonlat[:, 0]) / size
    lat = np.bincount(number, lonlat[:, 1]) / size
    return [LonLat(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]


def _village_codes(lonlat: Floats, tree: Hierarchy) -> list[str]:
    """Codes by village number; the two communities are the first two numbers."""
    middles = _middle(lonlat, tree.village)
    order = [0, 1, *(2 + place for place in reading_order(middles[2:]))]
    fresh = new_codes(TOWNSHIP_CODE, [VILLAGES[rank][0] for rank in range(len(order))])
    codes = [""] * len(order)
    for rank, number in enumerate(order):
        codes[number] = fresh[rank]
    return codes


def _child_codes(lonlat: Floats, number: Ints, parent: Ints, parents: list[str]) -> list[str]:
    middles = _middle(lonlat, number)
    codes = [""] * len(middles)
    for above, code in enumerate(parents):
        own = np.flatnonzero(parent == above).tolist()
        order = reading_order([middles[index] for index in own])
        for serial, place in enumerate(order, start=1):
            codes[own[place]] = child_code(code, serial)
    return codes


def _streets(town: Town, xy: Floats, houses: Houses) -> Ints:
    """Number of the street each house in town stands at; the last number is the main road's."""
    lines = [shapely.LineString(way.xy) for way in town.streets] + [town.main]
    tree = shapely.STRtree(lines)
    nearest: Ints = tree.query_nearest(shapely.points(xy), all_matches=False)[1]
    return np.where(houses.hamlet < 0, nearest, -1)


def _street_name(town: Town, number: int) -> str:
    return town.streets[number].tags["name"] if number < len(town.streets) else "青溪大道"


def _groups(
    namer: Namer,
    lonlat: Floats,
    houses: Houses,
    tree: Hierarchy,
    villages: list[str],
    grids: list[str],
    names: dict[str, str],
    streets: Ints,
) -> list[Group]:
    middles = _middle(lonlat, tree.group)
    village = tree.grid_village[tree.group_grid]
    former = dict(VILLAGES)
    groups: list[Group | None] = [None] * len(middles)
    for above, code in enumerate(villages):
        own = np.flatnonzero(village == above).tolist()
        order = reading_order([middles[index] for index in own])
        old = [name for name in former[names[code]] if name.endswith("村")]
        for serial, place in enumerate(order, start=1):
            index = own[place]
            aliases = _hamlet_names(namer, names[code], houses.hamlet[tree.group == index])
            if old:
                which, rank = divmod((serial - 1) * len(old), len(order))
                aliases += (f"{old[which]}{numeral(rank // len(old) + 1)}组",)
            groups[index] = Group(
                f"{code}Z{serial:02d}",
                f"{names[code]}{numeral(serial)}组",
                aliases,
                code,
                grids[int(tree.group_grid[index])],
            )
    return [group for group in groups if group is not None]


def _hamlet_names(namer: Namer, village: str, hamlet: Ints) -> tuple[str, ...]:
    if (hamlet == ESTATE).mean() > 0.5:
        return (ESTATE_NAME, "安置点", "安置小区")
    name = namer.hamlet(village)
    if namer.chance(0.22):
        return (name, namer.hamlet(village))
    return (name,)


def _plates(
    houses: Houses, tree: Hierarchy, groups: list[Group], streets: Ints, town: Town, xy: Floats
) -> list[str]:
    plates = [""] * len(xy)
    serial: dict[int, int] = {}
    for index, group in enumerate(tree.group.tolist()):
        serial[group] = serial.get(group, 0) + 1
        plates[index] = f"{groups[group].name}{serial[group]}号"
    lines = [shapely.LineString(way.xy) for way in town.streets] + [town.main]
    along = [
        (
            _street_name(town, int(street)),
            int(street),
            lines[street].project(shapely.Point(xy[index])),
            index,
        )
        for index, street in enumerate(streets.tolist())
        if street >= 0 and houses.hamlet[index] != ESTATE
    ]
    count: dict[str, int] = {}
    for name, _, _, index in sorted(along):
        count[name] = count.get(name, 0) + 1
        plates[index] = f"{name}{count[name]}号"
    flats = np.flatnonzero(houses.hamlet == ESTATE).tolist()
    for rank, index in enumerate(flats):
        block, stair = divmod(int(houses.stair[index]) - 1, 2)
        floor, door = divmod(rank % 12, 2)
        plates[index] = f"{ESTATE_NAME}{block + 1}栋{stair + 1}单元{floor + 1}0{door + 1}室"
    return plates


def cell_names(register: Register, tree: Hierarchy) -> list[str]:
    """Name of every cell: its group and its number there."""
    most = {int(cell): int(group) for cell, group in zip(tree.cell, tree.group, strict=True)}
    names = [""] * len(register.cell_codes)
    serial: dict[int, int] = {}
    for cell in np.argsort(np.array(register.cell_codes), kind="stable").tolist():
        group = most[cell]
        serial[group] = serial.get(group, 0) + 1
        names[cell] = f"{register.groups[group].name}第{numeral(serial[group])}联户"
    return names


def grid_name(register: Register, grid_code: str) -> str:
    """Name of a grid: its village and its number there."""
    village = register.village_names[grid_code[:12]]
    return f"{village}第{numeral(int(grid_code[12:]))}网格"


def short_names(village: str) -> tuple[str, ...]:
    """Other names of a village: without its ending, and what it was called before a merger."""
    known = dict(VILLAGES)[village]
    return tuple(dict.fromkeys((*known, short(village))))
