"""What do people steer by? Offices, schools, wells, bridges, and the stations of 1+15+N."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.names import Namer, short
from gis.synthetic.places import TOWNSHIP_NAME, Register
from gis.synthetic.raster import Floats
from halfhour.vocabulary import StationKind

TOWN_PLACES = (
    ("青溪镇人民政府", "镇政府|政府大院|乡政府", "townhall"),
    ("青溪镇综治中心", "综治中心|指挥中心", "community_centre"),
    ("青溪镇卫生院", "卫生院|新卫生院", "hospital"),
    ("老卫生院", "老医院", ""),
    ("青溪中学", "中学|镇中学", "school"),
    ("青溪镇中心小学", "小学|中心校", "school"),
    ("青溪镇中心幼儿园", "幼儿园", "kindergarten"),
    ("青溪派出所", "派出所", "police"),
    ("青溪农贸市场", "菜市场|农贸市场|市场", "marketplace"),
    ("老供销社", "供销社", ""),
    ("老粮站", "粮站", ""),
    ("青溪农商银行", "信用社|农商行", "bank"),
    ("青溪邮政所", "邮政所|邮局", "post_office"),
    ("青溪客运站", "客运站|车站", "bus_station"),
    ("青溪加油站", "加油站", "fuel"),
    ("青溪镇敬老院", "敬老院", "nursing_home"),
    ("文化广场", "广场|大坝子", ""),
    ("青溪水厂", "水厂|自来水厂", ""),
    ("青溪供电所", "供电所|电管站", ""),
    ("老戏台", "戏台", ""),
)
VILLAGE_PLACES = (
    ("{v}村委会", "村委会|村部|{v}村部", 1.0, "townhall"),
    ("{v}卫生室", "卫生室|村卫生室", 0.9, "clinic"),
    ("{v}小学", "小学|村小|学校", 0.5, "school"),
    ("{v}老水井", "老水井|水井|井边", 0.7, ""),
    ("{v}土地庙", "土地庙|庙边", 0.5, ""),
    ("{v}古枫树", "大枫树|古树|老树脚", 0.5, ""),
    ("{v}山塘", "山塘|塘边", 0.5, ""),
    ("{v}老碾坊", "碾坊", 0.3, ""),
    ("{s}家祠堂", "祠堂", 0.4, ""),
    ("{v}便民超市", "超市|小卖部", 0.6, "shop"),
    ("{v}老学校", "老学校", 0.35, ""),
    ("{v}文化活动中心", "活动室|文化广场|广场", 0.4, ""),
    ("{v}变压器", "变压器|配电房", 0.5, ""),
)


@dataclass(frozen=True)
class Landmark:
    """A place people name, in a group, or in a village where `group` is None."""

    id: str
    name: str
    aliases: tuple[str, ...]
    village_code: str
    group: int | None
    lon: float
    lat: float
    amenity: str = ""


@dataclass(frozen=True)
class Station:
    """Institute, command centre, station or point of the service network, and when it is open."""

    kind: str
    name: str
    lon: float
    lat: float
    village_code: str
    hours: str


def make_landmarks(
    namer: Namer,
    register: Register,
    tree: Hierarchy,
    xy: Floats,
    lonlat: Floats,
    centres: Floats,
    bridges: list[tuple[str, str, Floats, Floats]],
) -> list[Landmark]:
    """
    Put landmarks beside houses: the town's around its seat, each village's around its centre.

    Parameters
    ----------
    centres
        Local metres of each village's centre, by village number.
    bridges
        Name, alias, place in local metres and in degrees.
    """
    found: list[Landmark] = []
    counts: dict[str, int] = {}

    def put(name: str, aliases: str, house: int, place: Floats, amenity: str) -> None:
        village = register.village_codes[int(tree.village[house])]
        counts[village] = counts.get(village, 0) + 1
        found.append(
            Landmark(
                f"{village}M{counts[village]:02d}",
                name,
                tuple(alias for alias in aliases.split("|") if alias and alias != name),
                village,
                int(tree.group[house]),
                float(place[0]),
                float(place[1]),
                amenity,
            )
        )

    town = np.flatnonzero(tree.village < 2)
    near_seat = town[np.argsort(np.hypot(*(xy[town] - centres[0]).T), kind="stable")]
    for rank, (name, aliases, amenity) in enumerate(TOWN_PLACES):
        house = int(near_seat[min(rank * 37 + int(namer.rng.integers(30)), len(near_seat) - 1)])
        put(name, aliases, house, lonlat[house], amenity)
    for number, code in enumerate(register.village_codes):
        own = np.flatnonzero(tree.village == number)
        own = own[np.argsort(np.hypot(*(xy[own] - centres[number]).T), kind="stable")]
        for name, aliases, share, amenity in VILLAGE_PLACES:
            if (number < 2 and share < 1) or not namer.chance(share):
                continue
            central = share >= 0.9
            house = int(own[int(namer.rng.integers(12 if central else len(own)))])
            full = name.format(v=short(register.village_names[code]), s=namer.clan()[0])
            if number < 2:
                full, aliases = f"{register.village_names[code]}居委会", "居委会|社区|居委"
            put(
                full,
                aliases.format(v=short(register.village_names[code])),
                house,
                lonlat[house],
                amenity,
            )
    near = cKDTree(xy)
    for name, alias, place, degrees in bridges:
        put(name, alias, int(near.query(place)[1]), degrees, "bridge")
    return found


def make_stations(
    namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats, landmarks: list[Landmark]
) -> list[Station]:
    """One institute and command centre, a station in every village, points in most grids."""
    office, centre = landmarks[0], landmarks[1]
    stations = [
        Station(
            StationKind.INSTITUTE.value,
            f"{TOWNSHIP_NAME}新时代文明实践所",
            office.lon,
            office.lat,
            office.village_code,
            "1-5 08:30-17:30;6 09:00-12:00",
        ),
        Station(
            StationKind.COMMAND_CENTRE.value,
            centre.name,
            centre.lon,
            centre.lat,
            centre.village_code,
            "1-7 00:00-24:00",
        ),
    ]
    offices = {
        mark.village_code: mark for mark in landmarks if mark.name.endswith(("村委会", "居委会"))
    }
    for code in sorted(register.village_codes):
        place = offices[code]
        name = f"{register.village_names[code]}新时代文明实践站"
        hours = "1-5 08:30-17:30;6 09:00-12:00"
        stations.append(Station(StationKind.STATION.value, name, place.lon, place.lat, code, hours))
    for grid in np.argsort(np.array(register.grid_codes), kind="stable").tolist():
        if namer.chance(0.62):
            stations.append(_point(namer, register, tree, lonlat, grid))
    return stations


def _point(namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats, grid: int) -> Station:
    own = np.flatnonzero(tree.grid == grid)
    middle = lonlat[own].mean(axis=0)
    house = int(own[np.argmin(((lonlat[own] - middle) ** 2).sum(axis=1))])
    group = register.groups[int(tree.group[house])]
    name = f"{short(register.village_names[group.village_code])}{group.aliases[0]}文明实践点"
    hours = namer.one_of(
        ("1-7 08:00-20:00", "1-5 09:00-17:00", "1,3,5 09:00-16:00", "6-7 09:00-17:00")
    )
    lon, lat = lonlat[house]
    kind = StationKind.POINT.value
    return Station(kind, name, float(lon), float(lat), group.village_code, hours)
