"""Numbers of an address, as people say and print them."""

from __future__ import annotations

import pytest

from gis.addresses import (
    SlotKind,
    building_parts,
    group_number,
    plate_number,
    position_in,
    slots_in,
)
from gis.normalise import normalise, read
from gis.numerals import number_in, with_digits, written
from halfhour.vocabulary import Datum


def numbers(text: str, kind: SlotKind) -> list[tuple[int, ...]]:
    return [slot.numbers for slot in slots_in(normalise(text)) if slot.kind is kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上坝村三组", [(3,)]),
        ("上坝３社", [(3,)]),
        ("河石村第5村民小组", [(5,)]),
        ("南坪村民第三组", [(3,)]),
        ("生产队第五队", [(5,)]),
        ("拾组", [(10,)]),
        ("第二经济社", [(2,)]),
        ("一、三组", [(1, 3)]),
        ("1,2组之间", [(1, 2)]),
        ("一至三组", [(1, 2, 3)]),
        ("三四组", [(3, 4)]),
        ("2组和3组", [(2,), (3,)]),
        ("拍了三组照片", []),
        ("发了两组图给你", []),
        ("第三组织部", []),
        ("三社保", []),
        ("第3次打电话", []),
    ],
)
def test_groups_are_read_and_measures_are_not(text: str, expected: list[tuple[int, ...]]) -> None:
    assert numbers(text, SlotKind.GROUP) == expected


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("三组19号门口", True),
        ("12#", True),
        ("门牌37", True),
        ("12号那天我来过", False),
        ("031号杆", False),
    ],
)
def test_a_day_or_a_pole_is_no_door(text: str, door: bool) -> None:
    plates = [s for s in slots_in(normalise(text)) if s.kind is SlotKind.PLATE]
    assert any(not plate.needs_place for plate in plates) is door


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("5栋2单元302", ("5", "2", "302")),
        ("6-1-101的", ("6", "1", "101")),
        ("五栋二单元", ("5", "2", "")),
        ("9#2-602", ("9", "2", "602")),
        ("3号楼1单元", ("3", "1", "")),
        ("4幢2梯301房", ("4", "2", "301")),
        ("12幢", ("12", "", "")),
    ],
)
def test_buildings_in_every_notation(text: str, parts: tuple[str, ...]) -> None:
    found = building_parts(normalise(text))
    assert found is not None
    assert found[1] == parts


def test_names_of_the_gazetteer_are_read_alike() -> None:
    assert group_number("第三村民小组") == 3
    assert group_number("冉家寨") is None
    assert plate_number("上坝村三组19号") == ("上坝村三组", 19)
    assert building_parts("幸福小区5栋2单元302室") == ("幸福小区", ("5", "2", "302"))


@pytest.mark.parametrize(
    ("text", "lon", "lat", "datum"),
    [
        ("坐标107.922924,28.241971（百度）", 107.922924, 28.241971, Datum.BD09),
        ("高德定位 28.238423 107.978576", 107.978576, 28.238423, Datum.GCJ02),
        ("GPS北纬28.269620东经107.928361", 107.928361, 28.26962, Datum.WGS84),
        ("28°14'24\"N,107°55'48\"E", 107.93, 28.24, None),
        ("天地图 107.922924，28.241971", 107.922924, 28.241971, Datum.CGCS2000),
    ],
)
def test_positions_in_either_order(text: str, lon: float, lat: float, datum: Datum | None) -> None:
    found = position_in(normalise(text))
    assert found is not None
    assert (found.lon, found.lat) == (pytest.approx(lon), pytest.approx(lat))
    assert found.datum is datum


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("拾贰", 12),
        ("一百零一", 101),
        ("廿三", 23),
        ("幺二零", 120),
        ("十百", None),
        ("甲", None),
    ],
)
def test_numerals(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_numbers_are_written_as_said() -> None:
    assert [written(n) for n in (3, 10, 12, 30, 45, 120)] == [
        "三",
        "十",
        "十二",
        "三十",
        "四十五",
        "120",
    ]
    assert with_digits("三里村") == "3里村"


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("臺頭村二組", "台头村二组"),
        ("\uff30 \uff39\uff10\uff17", "py07"),
        ("旧(土+郎)村", "旧塱村"),
        ("旧（土郎）村", "旧塱村"),
        ("塱（lǎng）头村", "塱头村"),
        ("La Massana", "lamassana"),
        ("Sant Julià de Lòria", "santjuliadeloria"),
        ("shangba cun 3 zu", "shangba村3组"),
        ("", ""),
    ],
)
def test_whatever_the_keyboard_there_is_one_form(typed: str, form: str) -> None:
    assert normalise(typed) == form


def test_the_way_back_to_the_original_is_kept() -> None:
    reading = read("平原 镇，旧(土+郎)村３組！")
    start = reading.text.index("旧塱")
    assert reading.quoted(start, start + 3) == "旧(土+郎)村"
    assert reading.quoted(0, 3) == "平原 镇"
