"""Places outside the township: its county's other townships and villages, and the rest of China.

The township's own province, city and county stand in front of many addresses and say nothing; the
same words in front of another township's name say that the message went to the wrong desk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick

from gis.gazetteer import OutsideName
from gis.locator.divisions import divisions
from gis.locator.names import township_stem, village_stem, without_people
from gis.locator.words import EVERYDAY
from gis.normalise import Reading, normalise

# What a county seat or a city has and a township has not.
_FACILITIES = (
    "县城|城(?!管)|城区|市区|城关|城里|市里|县里|高铁|火车|汽车|客运|机场|人民医院|中医院|妇幼|医院|一中|二中|三中|法院|检察院|"
    "公安局|交警|看守所|监狱|大学|学院|职校|火葬场|殡仪馆|政务大厅|行政中心|步行街|动物园|"
    "体育馆|少管所|收费站|开发区|工业园|新区|老城|新城|街上|街"
)
_AFTER_TOWNSHIP = re.compile(
    "[,。)(]|那|这|街|赶|来|到|至|去|回|往|的(?!话)|嘅|嗰|呢边|有人|停|过|方向|政府|卫生院|中学|派出所|边|老街|集镇|下面|坐车|"
    "[㐀-鿿]{1,3}(?:村|社区)"
)
_GENERIC_DISTRICTS = frozenset(
    [
        "郊区",
        "城区",
        "矿区",
        "新区",
        "老城区",
        "新城区",
        "城中区",
        "城东区",
        "城西区",
        "市中区",
        "河东区",
        "河西区",
    ]
)
_COUNTY_SEAT = re.compile(
    r"(?<![一-鿿])(?:在|去|到)?(县城|县医院|县人民医院|市人民医院|市医院|省城|省医)"
)

_UNLISTED = re.compile(
    r"(?:(?<=[,。县市区州在到(:])|^)([㐀-鿿]{2,4}?)(镇|乡|街道)(?!上(?![㐀-鿿]{1,3}[村社组])|里|长|下|的|级|亲|干部|村民|领导)"
)
_NOT_TOWNSHIPS = re.compile(
    "^[我你他她它这那各本全哪每该请问找叫给向跟和是有从由说报就关打及与对把被让催到在去咱俺]|[县市区镇乡村社们哋城]|"
    "请问|麻烦|联系|反映|投诉|咨询|电话|请求|希望|要求|感谢|建议|通知|上报|一个|哪个"
)


@dataclass(frozen=True, slots=True)
class OutsideMention:
    """
    A name outside the township, found in a text.

    `own` tells that it is the township's own province, city or county.
    """

    start: int
    end: int
    name: str
    level: str
    belongs_to: str
    own: bool


class OutsideNames:
    """The names around a township, and the provinces, cities and counties of the country."""

    def __init__(self, outside: Sequence[OutsideName], own_townships: Sequence[str]) -> None:
        self._own_townships = frozenset(own_townships)
        self._forms: dict[str, list[OutsideName]] = {}
        for name in outside:
            for form in _forms_of(name):
                self._forms.setdefault(form, []).append(name)
        self.own = _own_divisions(outside)
        self._automaton = ahocorasick.Automaton()
        for form in {*self._forms, *_national()}:
            self._automaton.add_word(form, form)
        self._automaton.make_automaton()

    @property
    def own_known(self) -> bool:
        """Tell whether the township's own county is known."""
        return bool(self.own)

    @property
    def own_upper_known(self) -> bool:
        """Tell whether what holds the own county is known too."""
        return any(name in self.own for name in _upper_names())

    def found_in(self, reading: Reading) -> list[OutsideMention]:
        """List the outside names of a text, the longest where several overlap."""
        found = []
        for last, form in self._automaton.iter(reading.text):
            start, end = last + 1 - len(form), last + 1
            bearer = self._bearer(form)
            if bearer is None or form in self._own_townships:
                continue
            if _accepted(reading.text, start, end, bearer, form):
                found.append(_mention(start, end, bearer, own=_is_own(bearer, self.own)))
        return found

    def unlisted_in(self, text: str) -> list[tuple[int, int, str]]:
        """List what reads like another township's name although no list has it."""
        return [
            (match.start(1), match.end(2), match[1] + match[2])
            for match in _UNLISTED.finditer(text)
            if not _NOT_TOWNSHIPS.search(match[1])
        ]

    def county_seat_in(self, text: str) -> tuple[int, int, str] | None:
        """Find the county town, when only called that."""
        match = _COUNTY_SEAT.search(text)
        return (match.start(1), match.end(1), match[1]) if match else None

    def _bearer(self, form: str) -> OutsideName | None:
        listed = self._forms.get(form)
        return listed[0] if listed else _national().get(form)


def followed_by_facility(text: str, end: int) -> bool:
    """Tell whether a county's or city's name leads to something only a town has."""
    return bool(re.compile(f"(?:市|县|区)?(?:{_FACILITIES})").match(text, end))


def _mention(start: int, end: int, name: OutsideName, *, own: bool) -> OutsideMention:
    return OutsideMention(start, end, name.name, name.level, name.parent, own)


def _is_own(name: OutsideName, own: frozenset[str]) -> bool:
    return name.level in ("province", "city", "county") and name.name in own


def _forms_of(name: OutsideName) -> set[str]:
    full = normalise(name.name)
    if name.level == "village":
        stem = village_stem(full)
        short = stem + ("社区" if "社区" in full or "居" in full else "村")
        return {full, short} if stem != full else {full}
    if name.level == "township":
        stem = township_stem(full)
        suffix = "街道" if full.endswith(("街道", "街道办事处")) else full[-1:]
        return {full, stem + suffix, stem} - {""}
    return _division_forms(full, name.level)


def _division_forms(full: str, level: str) -> set[str]:
    match = re.fullmatch(
        r"(.{2,}?)(特别行政区|自治区|自治州|自治县|自治旗|省|市|地区|盟|州|县|区|旗)", full
    )
    if match is None:
        return {full}
    stem = without_people(match[1])
    if level in ("province", "city"):
        short = re.sub("壮族|回族|维吾尔", "", stem)
        return {full, short, short + "市", short + "州"} if len(short) >= 2 else {full}
    county = {full, stem + "县"} if "自治" in match[2] else {full}
    return {form for form in county if len(form) >= 2}


def _accepted(text: str, start: int, end: int, name: OutsideName, form: str) -> bool:
    """Bare names count only where a place may begin, and not as the name of a road or a person."""
    after = text[end : end + 2]
    if form[-1] in "镇乡县市省村州盟旗" or form.endswith(("街道", "社区", "自治区")):
        return not after.startswith(("长", "民政府补")) or name.level != "township"
    if name.level == "village":
        return True
    before = text[max(0, start - 1) : start]
    if form.endswith("区") and name.level == "county":
        known = form not in _GENERIC_DISTRICTS and len(form) > 2
        return known and (before in ("", *",。:(在到去从往是来") or before in "市省州")
    if before and before not in ",。:(在到从去往是来至离住回经过县市省州和跟与、由赴赶人":
        return False
    if name.level == "township":
        return form not in EVERYDAY and (not after or bool(_AFTER_TOWNSHIP.match(text, end)))
    return not re.match("[路街道巷桥村组寨话菜人佬家姓]|大道|社区", after)


def _own_divisions(outside: Sequence[OutsideName]) -> frozenset[str]:
    """Find the county that the listed townships belong to, and what holds it."""
    counties = {name.parent for name in outside if name.level == "township" and name.parent}
    counties &= {name.name for name in outside if name.level == "county"}
    own = set(counties)
    for county in counties:
        for name, parents in _parents().items():
            if name == county:
                own |= parents
    listed = {
        name.name for name in outside if name.level in ("province", "city") and not name.parent
    }
    return frozenset(own | listed)


@cache
def _national() -> dict[str, OutsideName]:
    """Lead from every form of a division's name to the division; the larger one wins."""
    forms: dict[str, OutsideName] = {}
    for name in divisions():
        for form in _division_forms(name.name, name.level):
            forms.setdefault(form, name)
    return forms


@cache
def _upper_names() -> frozenset[str]:
    return frozenset(name.name for name in divisions() if name.level in ("province", "city"))


@cache
def _parents() -> dict[str, set[str]]:
    """Lead from a county or city to the names of what holds it."""
    direct: dict[str, set[str]] = {}
    for name in divisions():
        direct.setdefault(name.name, set()).add(name.parent)
    return {
        name: {p for parent in parents for p in (parent, *direct.get(parent, ())) if p}
        for name, parents in direct.items()
    }
