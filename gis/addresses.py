"""The numbers of an address: 三组, 12号, 5栋2单元302, 第二网格, 28.25,107.93.

Works on text in the one form of `gis.normalise`, and on gazetteer names alike, so that a plate
printed 幸福小区5栋2单元302室 and a message that says 5-2-302 meet. It knows units, no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gis.numerals import HAN_NUMERALS, NUMERAL, number_in
from halfhour.vocabulary import Datum


class SlotKind(StrEnum):
    """What a number counts."""

    GROUP = "group"
    GRID = "grid"
    CELL = "cell"
    PLATE = "plate"
    BUILDING = "building"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Slot:
    """
    One number of an address, with its unit.

    `numbers` are the groups, grids or cells named together (一、三组), or the plate. A building has
    `parts`: building, stair and room as far as said. `needs_place` marks readings that count only
    right behind a place (三祖 for 三组, 一座), `before_surname` those that count only if a known
    name follows (三社区某某).
    """

    kind: SlotKind
    start: int
    end: int
    numbers: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    needs_place: bool = False
    before_surname: bool = False


@dataclass(frozen=True, slots=True)
class WrittenPosition:
    """A pair of degrees written in the text, not yet converted; `datum` if a map was named."""

    start: int
    end: int
    lon: float
    lat: float
    datum: Datum | None


# Units of a natural group, longest first: 组 nearly everywhere, 社 in Sichuan, Chongqing and Gansu,
# 队 in the north and on state farms, 经济社 and 经济合作社 in Guangdong, 生产队 from before 1984.
_GROUP_UNITS = (
    "村民小组|居民小组|村民组|居民组|生产小组|经济合作社|股份合作社|经济联社|经济社|合作社|"
    "生产队|生产组|小组|小队|屋组|组|社|队"
)
GROUP_UNIT = re.compile(rf"(?:{_GROUP_UNITS})")

_NOT_AFTER = (
    r"(?!织|员|友|保|会(?!计)|团|照片|图片|图(?:[,。发给]|$)|相(?:片|[,。发咗]|$)|片子|数据|数字|视频|资料|截图|材料|电池|号码|"
    r"器材|设备|对比|镜头|家电|沙发|柜子|工作人员)"
)
_NOT_BEFORE = rf"(?<![\d.{HAN_NUMERALS}])"
_MEASURED = re.compile(
    r"(?:拍|发|传|装|买|换|送|共|有|分|分成|分为|做|卖|来|派|照|测|抽|交)(?:了|过|出)?$"
)
_JOINED = rf"{NUMERAL}(?:(?:、|,|和|与|及|跟|同|到|至|-)第?{NUMERAL})*"
_GROUP = re.compile(
    rf"{_NOT_BEFORE}第?({_JOINED})个?"
    rf"({_GROUP_UNITS}|[祖租阻足])(?:里)?{_NOT_AFTER}"
)
_GRID = re.compile(rf"{_NOT_BEFORE}第?({_JOINED})号?(?:片区?)?网格")
_CELL = re.compile(
    rf"{_NOT_BEFORE}第?({_JOINED})号?个?(?:十联户|联户组|联户|微网格|小网格|十户组|十户)(?!长制)"
)

# A number with 号 is a line, a road or a pole as often as a door, and oftener still a day.
_NOT_DOOR = (
    r"(?!\d|线|杆|塔|楼|栋|幢|座|机|台区|变|公路|桥|井|文|通知|工单|网格|电话|"
    r"地块|隧道|病房|电杆|车|路|铺位|球|码|矿|坑)"
)
_DAY = re.compile(
    r"那天|晚|早|上午|下午|中午|凌晨|当天|前|之前|以后|开始|打|来|反映|就|起|左右|又|才|"
    r"到|至|也|还|再|通|停|报|我|下"
)
_PLATE = re.compile(
    rf"(?<![\d.月第{HAN_NUMERALS}])({NUMERAL})(?:(?:-|之)\d{{1,3}})?(?:号院|号门牌|号|#){_NOT_DOOR}"
)
_NAMED_PLATE = re.compile(rf"门牌(?:号码|号)?(?:是|为|,|系)?({NUMERAL})(?:号|#)?(?![\d栋幢])")

_BUILDING_UNITS = "号楼|号栋|号幢|栋|幢|座|#楼|号公寓"
_STAIR_UNITS = "单元|梯|单(?!位)|门(?!口|前|面)"
_BUILDING = re.compile(
    rf"(?<![\d.a-z{HAN_NUMERALS}])第?({NUMERAL}|[a-h])(?:{_BUILDING_UNITS}|#(?=\d{{1,2}}(?:-|单元|梯)))"
    rf"(?:第?({NUMERAL}|[a-h])(?:{_STAIR_UNITS}|-(?=\d)))?(?:(?:的|,)?(\d{{3,4}})(?:室|房|号|户)?)?"
)
_COMPACT = re.compile(
    r"(?<![\d.a-z-])(\d{1,2})(?:-|#|栋)(?:(\d{1,2})(?:-|单元))?(\d{3,4})(?:室|房|号)?(?![\d.-])"
)
_STAIR_ONLY = re.compile(rf"(?<![\d{HAN_NUMERALS}])({NUMERAL})单元(?:(\d{{3,4}})(?:室|房|号)?)?")

_DEGREES = r"(\d{1,3}\.\d{3,})°?"
_SEXAGESIMAL = r"(\d{1,3})[°度](\d{1,2})['′’分](\d{1,2}(?:\.\d+)?)[\"″”秒′']*"
_PAIR = re.compile(rf"{_DEGREES}([^\d]{{0,8}}){_DEGREES}")
_SEXAGESIMAL_PAIR = re.compile(rf"{_SEXAGESIMAL}([^\d]{{0,8}}){_SEXAGESIMAL}")

# The map decides the datum. WeChat's and Tencent's maps, and 高德, are GCJ-02.
_DATUM_WORDS = (
    (re.compile("百度|bd-?09|bd09"), Datum.BD09),
    (re.compile("高德|腾讯|微信|火星|gcj|奥维中国|谷歌中国"), Datum.GCJ02),
    (re.compile("cgcs|国家2000|2000坐标|天地图|大地2000"), Datum.CGCS2000),
    (re.compile("gps|wgs|北斗|手持机|无人机|卫星定位"), Datum.WGS84),
)


def slots_in(text: str) -> list[Slot]:
    """Find the numbers of an address, in order of appearance; overlapping readings are kept."""
    found = [*_groups(text), *_counted(_GRID, SlotKind.GRID, text)]
    found += [*_counted(_CELL, SlotKind.CELL, text), *_buildings(text), *_plates(text)]
    return sorted(found, key=lambda slot: (slot.start, -slot.end))


def group_number(name: str) -> int | None:
    """Read the number of a group called nothing but a number: 三组, 第3村民小组. Else None."""
    match = _GROUP.fullmatch(name)
    if match is None or match[2] in "祖租阻足":
        return None
    numbers = _numbers(match[1])
    return numbers[0] if len(numbers) == 1 else None


def plate_number(name: str) -> tuple[str, int] | None:
    """Split a printed plate into what stands before the number, and the number."""
    match = re.fullmatch(rf"(.*?)({NUMERAL})(?:(?:-|之)\d+)?(?:号|#)?(?:院|门牌)?", name)
    number = number_in(match[2]) if match else None
    return None if match is None or number is None else (match[1].removesuffix("门牌"), number)


def building_parts(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Split a name into the estate, and its building, stair and room as far as given."""
    for slot in _buildings(name):
        return name[: slot.start], slot.parts
    return None


def position_in(text: str) -> WrittenPosition | None:
    """
    Find a pair of degrees written out, in either order, decimal or with minutes and seconds.

    The order follows from the words beside them, else from the ranges of China, else longitude
    comes first as everywhere in this project.
    """
    for pattern in (_PAIR, _SEXAGESIMAL_PAIR):
        match = pattern.search(text)
        if match is None:
            continue
        first, second = _pair_of(match)
        before = text[max(0, match.start() - 6) : match.start()]
        lon, lat = _ordered(first, second, before)
        if abs(lon) <= 180 and abs(lat) <= 90:
            return WrittenPosition(match.start(), match.end(), lon, lat, datum_in(text))
    return None


def datum_in(text: str) -> Datum | None:
    """Name the datum of the map a text mentions, if it mentions one."""
    return next((datum for pattern, datum in _DATUM_WORDS if pattern.search(text)), None)


def _pair_of(match: re.Match[str]) -> tuple[float, float]:
    parts = match.groups()
    if len(parts) == 3:
        return float(parts[0]), float(parts[2])
    first, second = parts[:3], parts[4:]
    return _decimal(*first), _decimal(*second)


def _decimal(degrees: str, minutes: str, seconds: str) -> float:
    return int(degrees) + int(minutes) / 60 + float(seconds) / 3600


def _ordered(first: float, second: float, before: str) -> tuple[float, float]:
    if re.search("北纬|纬度|lat|n$", before):
        return second, first
    if re.search("东经|经度|lon|lng|e$", before):
        return first, second
    if abs(second) > 90 or (3 <= first <= 54 and 73 <= second <= 136):
        return second, first
    return first, second


def _groups(text: str) -> Iterator[Slot]:
    for match in _GROUP.finditer(text):
        numbers = _numbers(match[1])
        unit = match[2]
        behind = text[max(0, match.start() - 3) : match.start()]
        if not numbers or max(numbers) > 199:
            continue
        if _MEASURED.search(behind) and not re.search("[村区]", behind):
            continue
        into_surname = unit + text[match.end() : match.end() + 1] in ("社区", "队伍")
        yield Slot(
            SlotKind.GROUP,
            match.start(),
            match.end(),
            numbers,
            needs_place=unit in "祖租阻足",
            before_surname=into_surname,
        )


def _counted(pattern: re.Pattern[str], kind: SlotKind, text: str) -> Iterator[Slot]:
    for match in pattern.finditer(text):
        numbers = _numbers(match[1])
        if numbers:
            yield Slot(kind, match.start(), match.end(), numbers)


def _plates(text: str) -> Iterator[Slot]:
    for pattern in (_NAMED_PLATE, _PLATE):
        for match in pattern.finditer(text):
            number = number_in(match[1])
            if number is not None:
                day = pattern is _PLATE and _DAY.match(text, match.end()) is not None
                span = match.start(), match.end()
                yield Slot(SlotKind.PLATE, *span, (number,), needs_place=day)


def _buildings(text: str) -> Iterator[Slot]:
    taken: set[int] = set()
    for pattern in (_COMPACT, _BUILDING, _STAIR_ONLY):
        for match in pattern.finditer(text):
            if taken.isdisjoint(range(match.start(), match.end())):
                groups = match.groups() if len(match.groups()) == 3 else (None, *match.groups())
                parts = tuple(_part(group) for group in groups)
                taken.update(range(match.start(), match.end()))
                span = match.start(), match.end()
                counted = text[match.start()] in "一两" and not parts[1] and not parts[2]
                yield Slot(SlotKind.BUILDING, *span, parts=parts, needs_place=counted)


def _part(written: str | None) -> str:
    if written is None:
        return ""
    number = number_in(written)
    return written if number is None else str(number)


def _numbers(joined: str) -> tuple[int, ...]:
    """Read 一、三 as 1 and 3, 1-3 and 一至三 as 1, 2, 3, and 一二 as 1 and 2."""
    pieces = re.split("([、,和与及跟同到至-])第?", joined)
    found: list[int] = []
    for at in range(0, len(pieces), 2):
        numbers = _run(pieces[at])
        if numbers is None:
            return ()
        is_range = at and pieces[at - 1] in "到至-" and found and found[-1] < numbers[0] < 200
        found.extend(range(found[-1] + 1, numbers[0]) if is_range else ())
        found.extend(numbers)
    return tuple(dict.fromkeys(found))


def _run(written: str) -> tuple[int, ...] | None:
    spoken_pair = len(written) == 2 and all(char in "一二三四五六七八九" for char in written)
    if spoken_pair:
        return tuple(number for char in written if (number := number_in(char)) is not None)
    number = number_in(written)
    return None if number is None else (number,)
