"""By which names can a place be found? The demo township's gazetteer, and the names around it."""

from __future__ import annotations

import numpy as np

from gis.gazetteer import GazetteerEntry, OutsideName
from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.landmarks import Landmark
from gis.synthetic.names import short
from gis.synthetic.people import Household
from gis.synthetic.places import (
    TOWNSHIP_CODE,
    TOWNSHIP_NAME,
    Register,
    cell_names,
    grid_name,
    short_names,
)
from gis.synthetic.raster import Floats, Ints

COUNTY = "沅岚县"
_AROUND = {
    "云岭镇": ("云岭社区", "大坪村", "青树坳村", "火烧坪村"),
    "龙头坳乡": ("龙头坳村", "半坡村", "黄泥田村", "白岩村"),
    "沙洲镇": ("沙洲社区", "江口村", "柳林村", "石板村"),
    "黑神界乡": ("黑神界村", "野鸡坪村", "老屋场村"),
    "瓦窑坪镇": ("瓦窑坪社区", "团结村", "新田村", "水打田村"),
    "长岭镇": ("长岭社区", "马鞍村", "金盆村"),
}


def make_gazetteer(
    register: Register,
    tree: Hierarchy,
    households: list[Household],
    landmarks: list[Landmark],
    seat: Floats,
) -> list[GazetteerEntry]:
    """Every name of the township as one tree, larger places first."""
    place = _Middles(np.array([(home.lon, home.lat) for home in households]))
    point = _degrees(seat)
    entries = [GazetteerEntry(TOWNSHIP_CODE, None, "township", TOWNSHIP_NAME, ("青溪",), *point)]
    for number in _by_code(register.village_codes):
        code = register.village_codes[number]
        name, point = register.village_names[code], place.of(tree.village == number)
        aliases = short_names(name)
        entries.append(GazetteerEntry(code, TOWNSHIP_CODE, "village", name, aliases, *point))
    for number in _by_code(register.grid_codes):
        code = register.grid_codes[number]
        name, point = grid_name(register, code), place.of(tree.grid == number)
        entries.append(GazetteerEntry(code, code[:12], "grid", name, (), *point))
    for number in _by_code([group.id for group in register.groups]):
        group, point = register.groups[number], place.of(tree.group == number)
        entries.append(
            GazetteerEntry(group.id, group.grid_code, "group", group.name, group.aliases, *point)
        )
    entries += _cells(register, tree, households, place)
    entries += _doors(households)
    entries += _poles(register, tree, place.lonlat)
    return entries + [_landmark(mark, register) for mark in landmarks]


class _Middles:
    def __init__(self, lonlat: Floats) -> None:
        self.lonlat = lonlat

    def of(self, mask: np.ndarray) -> tuple[float, float]:
        """Position of the household nearest to the middle of those marked."""
        own = self.lonlat[mask]
        gap = ((own - own.mean(axis=0)) ** 2).sum(axis=1)
        return _degrees(own[int(np.argmin(gap))])


def _degrees(point: Floats) -> tuple[float, float]:
    return round(float(point[0]), 6), round(float(point[1]), 6)


def _by_code(codes: list[str]) -> list[int]:
    return sorted(range(len(codes)), key=lambda index: codes[index])


def _cells(
    register: Register, tree: Hierarchy, households: list[Household], place: _Middles
) -> list[GazetteerEntry]:
    names = cell_names(register, tree)
    group_of = dict(zip(tree.cell.tolist(), tree.group.tolist(), strict=True))
    leads: dict[str, str] = {}
    for household in households:
        leads.setdefault(household.cell_code, household.head)
    return [
        GazetteerEntry(
            code := register.cell_codes[number],
            register.groups[group_of[number]].id,
            "cell",
            names[number],
            (f"{leads[code]}联户",),
            *place.of(tree.cell == number),
        )
        for number in _by_code(register.cell_codes)
    ]


def _doors(households: list[Household]) -> list[GazetteerEntry]:
    """Heads, with plates and cards below them; these stand where their house stands."""
    entries = []
    for home in sorted(households, key=lambda household: household.id):
        aliases = (home.nickname,) if home.nickname else ()
        point = round(home.lon, 6), round(home.lat, 6)
        entries.append(
            GazetteerEntry(home.id, home.cell_code, "household", home.head, aliases, *point)
        )
        for level, suffix, text in (("house_number", "N", home.plate), ("card", "K", home.card)):
            if text:
                entries.append(GazetteerEntry(home.id + suffix, home.id, level, text, (), *point))
    return entries


def _poles(register: Register, tree: Hierarchy, lonlat: Floats) -> list[GazetteerEntry]:
    """Stand a pole for every eight households, numbered along the line of their village."""
    entries = []
    serial: dict[str, int] = {}
    for number in _by_code([group.id for group in register.groups]):
        group = register.groups[number]
        own: Ints = np.flatnonzero(tree.group == number)
        line = short(register.village_names[group.village_code])
        for count, house in enumerate(own[3::8].tolist(), start=1):
            serial[line] = serial.get(line, 0) + 1
            lon, lat = lonlat[house]
            entries.append(
                GazetteerEntry(
                    f"{group.id}P{count:02d}",
                    group.id,
                    "pole",
                    f"10kV青溪线{line}支线{serial[line]:03d}号杆",
                    (f"{line}{serial[line]:03d}",),
                    round(float(lon) + 0.00011, 6),
                    round(float(lat) - 0.00007, 6),
                )
            )
    return entries


def _landmark(mark: Landmark, register: Register) -> GazetteerEntry:
    parent = register.groups[mark.group].id
    point = round(mark.lon, 6), round(mark.lat, 6)
    return GazetteerEntry(mark.id, parent, "landmark", mark.name, mark.aliases, *point)


def outside_names() -> list[OutsideName]:
    """List the county, its other townships and some of their villages; all are invented."""
    names = [OutsideName("county", COUNTY)]
    names += [OutsideName("township", township, COUNTY) for township in _AROUND]
    return names + [
        OutsideName("village", village, township)
        for township, villages in _AROUND.items()
        for village in villages
    ]
