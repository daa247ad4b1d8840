"""What the desk would do: know the place, or ask the one right question."""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from gis.datum import from_wgs84
from gis.gazetteer import (
    GazetteerEntry,
    OutsideName,
    entries_from_areas,
    entries_from_places,
)
from gis.locator.answers import Hint, Located
from gis.locator.locator import Locator
from halfhour.places import LonLat
from halfhour.vocabulary import Answer, Channel, Datum, Precision

ANDORRA = Path(__file__).parents[2] / ".." / "shared" / "data" / "andorra"

VILLAGES = {
    "A": ("云坪村", ("岩脚", "大湾", "柳树坎")),
    "B": ("雾坪村", ("石桥边", "大湾", "榨房")),
    "C": ("红星社区", ("老街", "井巷")),
}
HEADS = ["向应举", "覃光碧", "罗永顺", "彭绍清", "牟志远", "谯大全"]


def small_township() -> list[GazetteerEntry]:
    entries = [GazetteerEntry("T", None, "township", "青溪镇", ("青溪",), 107.9, 28.2)]
    for v, (village, (name, hamlets)) in enumerate(VILLAGES.items()):
        lon, merged = 107.9 + 0.02 * v, ("旧寨村",) if village == "B" else ()
        entries.append(GazetteerEntry(village, "T", "village", name, merged, lon, 28.2))
        for g, hamlet in enumerate(hamlets, start=1):
            grid, group, cell = f"{village}W{(g + 1) // 2}", f"{village}Z{g}", f"{village}L{g}"
            if g != 2:
                entries.append(GazetteerEntry(grid, village, "grid", f"{name}第{g}网格"))
            former = {("B", 3): ("原旧寨村一组",), ("B", 2): ("旧寨村三组",)}.get((village, g), ())
            aliases = (hamlet, *former)
            lat = 28.2 + 0.004 * g
            entries += [
                GazetteerEntry(
                    group, grid, "group", f"{name}{'一二三'[g - 1]}组", aliases, lon, lat
                ),
                GazetteerEntry(cell, group, "cell", f"{name}第{g}联户", (), lon, lat),
                GazetteerEntry(
                    f"{group}P", group, "pole", f"10kV{name[:2]}线0{g}7号杆", (), lon, lat
                ),
            ]
            for h, head in enumerate(
                (
                    HEADS[(v * 2 + g) % 6],
                    "张永安" if g == 1 else f"{'龚邬晏'[v]}明{'甲丙戊'[g - 1]}",
                )
            ):
                home = f"{group}H{h}"
                place = lon + 0.0004 * h, lat + 0.0003
                plate = f"{name}{'一二三'[g - 1]}组{h + 8}号"
                entries += [
                    GazetteerEntry(
                        home,
                        cell,
                        "household",
                        head,
                        ("向木匠",) if home == "AZ1H0" else (),
                        *place,
                    ),
                    GazetteerEntry(f"{home}N", home, "house_number", plate, (), *place),
                    GazetteerEntry(f"{home}K", home, "card", f"QX{v}{g}00{h}", (), *place),
                ]
        entries += [
            GazetteerEntry(
                f"{village}M1", f"{village}Z1", "landmark", f"{name[:2]}小学", (), lon, 28.201
            ),
            GazetteerEntry(
                f"{village}M2",
                f"{village}Z2",
                "landmark",
                f"{name}卫生室",
                ("卫生室",),
                lon,
                28.203,
            ),
        ]
    entries.append(
        GazetteerEntry("M9", "CZ1", "landmark", "青溪镇卫生院", ("卫生院",), 107.94, 28.2)
    )
    return entries


OUTSIDE = [
    OutsideName("county", "江坪县"),
    OutsideName("township", "磨溪镇", "江坪县"),
    OutsideName("village", "双凤村", "磨溪镇"),
    OutsideName("village", "云坪村", "磨溪镇"),
]


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(small_township(), OUTSIDE)


def found(located: Located) -> str:
    assert located.answer is Answer.FOUND, located
    return located.candidates[0].id


@pytest.mark.parametrize(
    ("text", "place", "precision"),
    [
        ("青溪镇云坪村三组覃光碧家水管爆了", None, None),
        ("云坪村一组向木匠家路灯不亮", "AZ1H0", Precision.A),
        ("云坪村一组9号，漏雨", "AZ1H1N", Precision.A),
        ("卡号QX12001，水管坏了", "BZ2H1K", Precision.A),
        ("云坪线027号杆歪了", "AZ2P", Precision.B),
        ("雾坪小学对面的护栏断了", "BM1", Precision.B),
        ("雾坪村2社停水", "BZ2", Precision.C),
        ("雲坪村參組停水", "AZ3", Precision.C),
        ("云坪村第三网格员报：路边有弃置车辆", "AW2", Precision.D),
        ("红星社区路灯都不亮", "C", Precision.E),
        ("旧寨村一组的桥", "BZ3", Precision.C),
        ("旧寨三组的桥", "BZ2", Precision.C),
        ("雾坪村三组的桥", "BZ3", Precision.C),
        ("不是云坪是雾坪，三组停水", "BZ3", Precision.C),
        ("云坪村一组，讲错了，是雾坪村二组", "BZ2", Precision.C),
        ("我是云坪村一组的，刚才路过雾坪小学，护栏断了", "BM1", Precision.B),
        ("户口在红星社区，现住云坪村二组，停水了", "AZ2", Precision.C),
        ("云坪村三组有人摔了，要送卫生院", "AZ3", Precision.C),
        ("离云坪村三组大概2公里的地方塌方", "A", Precision.E),
        ("云坪村的罐头厂着火了", "A", Precision.E),
        ("云平村二组断电", "AZ2", Precision.C),
    ],
)
def test_the_finest_sure_place_is_found(
    locator: Locator, text: str, place: str | None, precision: Precision | None
) -> None:
    located = locator.locate(text)
    if place is not None:
        assert found(located) == place
        assert located.precision is precision


def test_a_pin_is_put_only_on_a_point(locator: Locator) -> None:
    house, village = locator.locate("云坪村一组向木匠家"), locator.locate("红星社区停水")
    assert house.point is not None
    assert village.point is None
    assert (
        house.candidates[0].label == "青溪镇云坪村一组向应举家" or "家" in house.candidates[0].label
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("大湾的路塌了", "是云坪村的大湾，还是雾坪村的大湾？"),
        ("张永安家漏水", "是云坪村的张永安，还是雾坪村的张永安，还是红星社区的张永安？"),
        ("云坪还是雾坪，没听清，三组停水", "是云坪村三组，还是雾坪村三组？"),
    ],
)
def test_the_one_question_tells_the_candidates_apart(
    locator: Locator, text: str, question: str
) -> None:
    located = locator.locate(text)
    assert located.answer is Answer.AMBIGUOUS
    assert located.question == question


def test_the_reporters_village_fills_in_and_never_overrules(locator: Locator) -> None:
    at_b = Hint(channel=Channel.PHONE, reporter_village_id="B")
    assert found(locator.locate("大湾的路塌了", at_b)) == "BZ2"
    assert found(locator.locate("路灯坏了", at_b)) == "B"
    assert found(locator.locate("云坪村三组停水", at_b)) == "AZ3"


@pytest.mark.parametrize(
    "text", ["磨溪镇云坪村二组停电", "双凤村有人挖沙", "江坪县人民医院没人", "贵阳市房东不退押金"]
)
def test_other_townships_are_outside(locator: Locator, text: str) -> None:
    assert locator.locate(text).answer is Answer.OUTSIDE


@pytest.mark.parametrize(
    "text", ["", "医保怎么交", "路灯坏了", "拍了三组照片", "卡号QX9999", "红星闪闪"]
)
def test_nothing_is_made_of_nothing(locator: Locator, text: str) -> None:
    located = locator.locate(text)
    assert located.answer is Answer.NONE
    assert located.question


@pytest.mark.parametrize("datum", list(Datum))
def test_a_shared_position_belongs_to_the_nearest_door(locator: Locator, datum: Datum) -> None:
    lon, lat = from_wgs84(LonLat(107.9204, 28.2083), datum)
    located = locator.locate("就是这里", Hint(lon=lon, lat=lat, crs=datum))
    assert located.candidates[0].cell_id == "BL2"
    assert located.shared == LonLat(107.9204, 28.2083)


def test_the_text_wins_over_the_position(locator: Locator) -> None:
    hint = Hint(channel="wechat", lon=107.92, lat=28.208)
    assert found(locator.locate("云坪村三组停水", hint)) == "AZ3"
    assert locator.locate("发个定位", Hint(lon=109.0, lat=27.0)).answer is Answer.OUTSIDE


def test_the_reasons_are_said(locator: Locator) -> None:
    evidence = locator.locate("不是云坪是雾坪，三组停水").evidence
    assert "“云坪”被否定，不算" in evidence
    assert any("雾坪村" in reason for reason in evidence)


def test_two_troubles_in_two_villages_are_asked_about(locator: Locator) -> None:
    located = locator.locate("云坪三组路灯坏了，还有雾坪二组的水管也爆了")
    assert located.answer is Answer.AMBIGUOUS
    assert [match.village_id for match in located.candidates] == ["A", "B"]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_gets_an_answer(locator: Locator, text: str) -> None:
    located = locator.locate(text)
    assert 0 <= located.confidence <= 1


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.lists(
        st.sampled_from(
            (  # noqa: SIM905
                "云坪 村 三组 大湾 不是 是 从 到 张永安 家 12号 5栋 杆 ， 我是 的 磨溪镇 QX1201 "
                "还是 107.92 28.2 离 2公里 * 卫生室 讲错"
            ).split()
        ),
        max_size=25,
    ),
    home=st.sampled_from([None, "A", "B", "nowhere"]),
)
def test_any_jumble_of_addresses_gets_an_answer(
    locator: Locator, pieces: list[str], home: str | None
) -> None:
    located = locator.locate("".join(pieces), Hint(reporter_village_id=home))
    ids = {entry.id for entry in small_township()}
    assert {match.id for match in located.candidates} <= ids
    assert (located.answer is Answer.AMBIGUOUS) <= bool(located.question)


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(), lat=st.floats(), crs=st.sampled_from([None, "gcj02", "bd09", "wgs84", "??"])
)
def test_any_numbers_as_a_position_get_an_answer(
    locator: Locator, lon: float, lat: float, crs: str | None
) -> None:
    locator.locate("这里", Hint(lon=lon, lat=lat, crs=crs))


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 50_000,
        "1" * 100_000,
        "三组" * 40_000,
        "云坪村三组" * 20_000,
        "'; DROP TABLE places;--",
        "不是" * 9,
    ],
    ids=["emoji", "digits", "groups", "addresses", "sql", "negation"],
)
def test_long_and_odd_texts_are_answered_in_time(locator: Locator, text: str) -> None:
    started = time.process_time()
    locator.locate(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("entries", [[], small_township()[:1], small_township()[:2]])
def test_an_empty_gazetteer_is_no_reason_to_fail(entries: list[GazetteerEntry]) -> None:
    located = Locator(entries).locate(
        "云坪村三组12号，5栋2单元，卡号QX1", Hint(lon=107.9, lat=28.2)
    )
    assert located.answer in set(Answer)


def test_levels_may_be_missing_and_names_may_be_latin() -> None:
    if not (ANDORRA / "andorra_places.geojson").exists():
        pytest.skip(f"{ANDORRA} is absent")
    parishes = gpd.read_file(ANDORRA / "andorra_parishes.geojson").reset_index(names="row")
    areas = gpd.GeoDataFrame(
        {
            "code": [f"AD{n}" for n in parishes.row],
            "name": parishes["name"],
            "level": 2,
            "parent_code": "AD",
        },
        geometry=parishes.geometry,
        crs="EPSG:4326",
    )
    country = GazetteerEntry("AD", None, "township", "Andorra")
    places = gpd.read_file(ANDORRA / "andorra_places.geojson")
    locator = Locator([country, *entries_from_areas(areas), *entries_from_places(places, areas)])
    for text in ("La Massana", "la massana: el carrer està tallat", "LA MASSANA!"):
        located = locator.locate(text)
        assert located.answer is Answer.FOUND
        assert located.candidates[0].label.endswith("La Massana")
    assert found(locator.locate("a Sant Julia de Loria, sense aigua")).startswith("AD")


def test_a_point_in_an_unsettled_corner_still_has_a_village() -> None:
    areas = gpd.GeoDataFrame(
        {
            "code": ["T", "V"],
            "name": ["青溪镇", "云坪村"],
            "level": [1, 2],
            "parent_code": [None, "T"],
        },
        geometry=[box(107.9, 28.2, 107.92, 28.22)] * 2,
        crs="EPSG:4326",
    )
    located = Locator(entries_from_areas(areas)).locate(
        "这里", Hint(lon=107.911, lat=28.211, crs="wgs84")
    )
    assert found(located) == "V"
