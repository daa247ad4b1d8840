"""What is where? Codes and names of villages, grids and cells, and groups with hamlets' names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.houses import ESTATE
from gis.synthetic.landscape import Landscape
from gis.synthetic.names import VILLAGES, Namer, numeral, short
from gis.synthetic.plates import ESTATE_NAME, door_plates, street_names, street_of
from gis.synthetic.raster import Floats, Ints
from halfhour.area_codes import child_code, new_codes, reading_order
from halfhour.places import LonLat

TOWNSHIP_CODE = "431260104000"
"""County digits 431260 are assigned to nobody."""
TOWNSHIP_NAME = "青溪镇"


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
    """By code."""
    grid_codes: list[str]
    cell_codes: list[str]
    groups: list[Group]
    plates: list[str]
    """Door plate of each household."""


def make_register(namer: Namer, lonlat: Floats, land: Landscape, tree: Hierarchy) -> Register:
    """Give codes in reading order, and names in the order of the codes."""
    villages = _village_codes(lonlat, tree)
    names = dict(zip(sorted(villages), (name for name, _ in VILLAGES), strict=False))
    grids = _child_codes(lonlat, tree.grid, tree.grid_village, villages)
    cells = _child_codes(lonlat, tree.cell, tree.cell_grid, grids)
    aliases = _group_aliases(namer, land, tree, [names[code] for code in villages])
    ids = _group_ids(lonlat, tree, villages)
    groups = []
    for number, (id_, given) in enumerate(zip(ids, aliases, strict=True)):
        code, serial = id_[:12], int(id_[13:])
        size = sum(other.startswith(code) for other in ids)
        former = _before_merger(names[code], serial, size)
        name = f"{names[code]}{numeral(serial)}组"
        grid = grids[int(tree.group_grid[number])]
        groups.append(Group(id_, name, given + former, code, grid))
    group_names = [group.name for group in groups]
    plates = door_plates(land.houses, land.town, tree.group, group_names)
    return Register(villages, names, grids, cells, groups, plates)


def _middle(lonlat: Floats, number: Ints) -> list[LonLat]:
    size = np.bincount(number)
    lon = np.bincount(number, lonlat[:, 0]) / size
    lat = np.bincount(number, lonlat[:, 1]) / size
    return [LonLat(float(x), float(y)) for x, y in zip(lon, lat, strict=True)]


def _village_codes(lonlat: Floats, tree: Hierarchy) -> list[str]:
    """Give codes by village number; the two communities are the first two numbers."""
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


def _group_ids(lonlat: Floats, tree: Hierarchy, villages: list[str]) -> list[str]:
    middles = _middle(lonlat, tree.group)
    village = tree.grid_village[tree.group_grid]
    ids = [""] * len(middles)
    for above, code in enumerate(villages):
        own = np.flatnonzero(village == above).tolist()
        order = reading_order([middles[index] for index in own])
        for serial, place in enumerate(order, start=1):
            ids[own[place]] = f"{code}Z{serial:02d}"
    return ids


def _group_aliases(
    namer: Namer, land: Landscape, tree: Hierarchy, villages: list[str]
) -> list[tuple[str, ...]]:
    """Hamlets' names in the country, streets' in town."""
    streets, names = street_of(land.town, land.houses), street_names(land.town)
    village = tree.grid_village[tree.group_grid]
    found: list[tuple[str, ...]] = []
    for number in range(len(tree.group_grid)):
        own = tree.group == number
        hamlet = land.houses.hamlet[own]
        if (hamlet == ESTATE).mean() > 0.5:
            found.append((ESTATE_NAME, "安置点", "安置小区"))
        elif (hamlet < 0).mean() > 0.5:
            most = Counter(names[street] for street in streets[own].tolist() if street >= 0)
            found.append(tuple(name for name, count in most.most_common(2) if count > 8))
        else:
            found.append(_hamlet_names(namer, villages[int(village[number])]))
    return found


def _hamlet_names(namer: Namer, village: str) -> tuple[str, ...]:
    name = namer.hamlet(village)
    return (name, namer.hamlet(village)) if namer.chance(0.22) else (name,)


def _before_merger(village: str, serial: int, groups: int) -> tuple[str, ...]:
    """Name of a group in the village it belonged to before villages were merged into this one."""
    former = [name for name in dict(VILLAGES)[village] if name.endswith("村")]
    if not former:
        return ()
    which, rest = divmod((serial - 1) * len(former), groups)
    return (f"{former[which]}{numeral(rest // len(former) + 1)}组",)


def cell_names(register: Register, tree: Hierarchy) -> list[str]:
    """Name every cell: its group and its number there."""
    group_of = {int(cell): int(group) for cell, group in zip(tree.cell, tree.group, strict=True)}
    names = [""] * len(register.cell_codes)
    serial: dict[int, int] = {}
    for cell in np.argsort(np.array(register.cell_codes), kind="stable").tolist():
        group = group_of[cell]
        serial[group] = serial.get(group, 0) + 1
        names[cell] = f"{register.groups[group].name}第{numeral(serial[group])}联户"
    return names


def grid_name(register: Register, grid_code: str) -> str:
    """Name a grid: its village and its number there."""
    village = register.village_names[grid_code[:12]]
    return f"{village}第{numeral(int(grid_code[12:]))}网格"


def short_names(village: str) -> tuple[str, ...]:
    """Other names of a village: without its ending, and what it was called before a merger."""
    return tuple(dict.fromkeys((*dict(VILLAGES)[village], short(village))))
