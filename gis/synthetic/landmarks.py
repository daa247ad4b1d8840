"""What do people steer by? Offices, schools, wells, bridges, and the stations of 1+15+N."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.spatial import cKDTree

from gis.synthetic.hierarchy import Hierarchy
from gis.synthetic.landscape import Landscape
from gis.synthetic.names import Namer, short
from gis.synthetic.places import TOWNSHIP_NAME, Register
from gis.synthetic.raster import Bools, Floats, Ints
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

CENTRAL = 0.9
"""What at least this share of villages has stands in the village's middle."""
OFFICE_HOURS = "1-5 08:30-17:30;6 09:00-12:00"
POINT_HOURS = ("1-7 08:00-20:00", "1-5 09:00-17:00", "1,3,5 09:00-16:00", "6-7 09:00-17:00")


@dataclass(frozen=True)
class Landmark:
    """A place people name, and the number of the group it stands in."""

    id: str
    name: str
    aliases: tuple[str, ...]
    village_code: str
    group: int
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
    land: Landscape,
    *,
    lonlat: Floats,
    bridges: dict[str, tuple[Floats, Floats]],
) -> list[Landmark]:
    """
    Put landmarks beside houses: the town's around its seat, each village's around its centre.

    Parameters
    ----------
    lonlat
        Degrees of every house.
    bridges
        Place of every named bridge in local metres and in degrees.
    """
    setter = _Setter(namer, register, tree, land, lonlat)
    setter.town()
    for number, code in enumerate(register.village_codes):
        setter.village(number, register.village_names[code])
    near = cKDTree(land.houses.xy)
    for name, (xy, degrees) in bridges.items():
        generic = "大桥|大桥头" if name.endswith("大桥") else "桥头|老桥"
        setter.put((name, generic, "bridge"), int(near.query(xy)[1]), degrees)
    return setter.found


@dataclass
class _Setter:
    namer: Namer
    register: Register
    tree: Hierarchy
    land: Landscape
    lonlat: Floats
    found: list[Landmark] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def put(self, what: tuple[str, str, str], house: int, degrees: Floats) -> None:
        """Add a landmark (name, aliases joined by `|`, amenity) to the group of a house."""
        name, aliases, amenity = what
        village = self.register.village_codes[int(self.tree.village[house])]
        self.counts[village] = self.counts.get(village, 0) + 1
        self.found.append(
            Landmark(
                id=f"{village}M{self.counts[village]:02d}",
                name=name,
                aliases=tuple(alias for alias in aliases.split("|") if alias and alias != name),
                village_code=village,
                group=int(self.tree.group[house]),
                lon=float(degrees[0]),
                lat=float(degrees[1]),
                amenity=amenity,
            )
        )

    def town(self) -> None:
        """Spread the town's offices, schools and shops from its seat outward."""
        near = self._by_distance(self.tree.village < 2, self.land.ground.seat_xy)
        for rank, what in enumerate(TOWN_PLACES):
            place = rank * 37 + int(self.namer.rng.integers(30))
            house = int(near[min(place, len(near) - 1)])
            self.put(what, house, self.lonlat[house])

    def village(self, number: int, name: str) -> None:
        """Give a village its office and other places; the town's communities only an office."""
        own = self.tree.village == number
        if number < 2:
            near = self._by_distance(own, self.land.houses.xy[own].mean(axis=0))
            what = (f"{name}居委会", "居委会|社区|居委", "townhall")
            house = int(near[int(self.namer.rng.integers(12))])
            self.put(what, house, self.lonlat[house])
            return
        centre = self.land.hamlets.xy[self.land.hamlets.centre[number - 2]]
        near = self._by_distance(own, centre)
        for full, aliases, share, amenity in VILLAGE_PLACES:
            if self.namer.chance(share):
                words = {"v": short(name), "s": self.namer.clan()[0]}
                reach = 12 if share >= CENTRAL else len(near)
                house = int(near[int(self.namer.rng.integers(reach))])
                what = (full.format(**words), aliases.format(**words), amenity)
                self.put(what, house, self.lonlat[house])

    def _by_distance(self, own: Bools, centre: Floats) -> Ints:
        houses = np.flatnonzero(own)
        far = np.hypot(*(self.land.houses.xy[houses] - centre).T)
        ordered: Ints = houses[np.argsort(far, kind="stable")]
        return ordered


def make_stations(
    namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats, landmarks: list[Landmark]
) -> list[Station]:
    """One institute and command centre, a station in every village, points in most grids."""
    office, centre = landmarks[0], landmarks[1]
    institute = f"{TOWNSHIP_NAME}新时代文明实践所"
    stations = [
        _at(office, StationKind.INSTITUTE, institute, OFFICE_HOURS),
        _at(centre, StationKind.COMMAND_CENTRE, centre.name, "1-7 00:00-24:00"),
    ]
    committees = ("村委会", "居委会")
    seats = {mark.village_code: mark for mark in landmarks if mark.name.endswith(committees)}
    for code in sorted(register.village_codes):
        name = f"{register.village_names[code]}新时代文明实践站"
        stations.append(_at(seats[code], StationKind.STATION, name, OFFICE_HOURS))
    grids = np.argsort(np.array(register.grid_codes), kind="stable").tolist()
    chosen = [grid for grid in grids if namer.chance(0.62)]
    points = [_point(namer, register, tree, lonlat, grid) for grid in chosen]
    return stations + _told_apart(points)


def _told_apart(points: list[Station]) -> list[Station]:
    """Give the points of one street numbers: 青溪老街文明实践点, 青溪老街第2文明实践点."""
    seen: Counter[str] = Counter()
    named = []
    for station in points:
        seen[station.name] += 1
        number = f"第{seen[station.name]}文明" if seen[station.name] > 1 else "文明"
        named.append(replace(station, name=station.name.replace("文明", number)))
    return named


def _at(place: Landmark, kind: StationKind, name: str, hours: str) -> Station:
    return Station(kind.value, name, place.lon, place.lat, place.village_code, hours)


def _point(namer: Namer, register: Register, tree: Hierarchy, lonlat: Floats, grid: int) -> Station:
    own = np.flatnonzero(tree.grid == grid)
    middle = lonlat[own].mean(axis=0)
    house = int(own[np.argmin(((lonlat[own] - middle) ** 2).sum(axis=1))])
    group = register.groups[int(tree.group[house])]
    village = short(register.village_names[group.village_code])
    place = group.aliases[0] if group.aliases else group.name
    lon, lat = lonlat[house]
    return Station(
        kind=StationKind.POINT.value,
        name=f"{village}{place}文明实践点",
        lon=float(lon),
        lat=float(lat),
        village_code=group.village_code,
        hours=namer.one_of(POINT_HOURS),
    )
