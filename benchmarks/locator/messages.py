"""Messages about a generated township, with the answers a careful person would give.

The expected answers follow from how each message was made, by the rules of the public kits, never
from asking the locator.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import opencc
from pypinyin import lazy_pinyin

from benchmarks.locator.habits import NUMERALS, Row, Township, bare, person
from gis.datum import from_wgs84
from halfhour.places import LonLat
from halfhour.vocabulary import Datum

COMMON = "上下大小中河石红旗南平十字龙塘田台头四合竹寨湾坝坪岩沟坡林山水沙白金星新村社区口桥头庄楼集寺庙官洞冈朗滘埗陈横坑古寮樟孟郝柳苏杜双佛胡同圩埂张冲杨渡狮子油坊牛马兴正三里白果凉风安尖胜利团云盘桂花城西"
SOUNDS: dict[str, list[str]] = {}
for _char in (
    COMMON + "霸糖何贺投同和勇雪军君朝超正政文闻忠中云芸辉晖伟维为明鸣强国帼荣容"
    "宏鸿红洪洞动冻唐堂汤青清轻庆李里理礼屯吞芽牙亚扬洋阳羊章彰樟漳吴无武五午刘流留柳周州洲舟潮沈审婶由游有友犬全泉权石时实食是"
    "事市视沟勾构购郭果锅过国孙笋桥乔侨谯果裹岗刚钢港"
):
    for _reading in lazy_pinyin(_char):
        SOUNDS.setdefault(_reading, []).append(_char)


@dataclass
class Case:
    """One message with its expected answer, in the kits' format."""

    text: str
    expect: dict[str, Any]
    tag: str
    hint: dict[str, Any] = field(default_factory=dict)


class Writer:
    """Writes messages about one township."""

    def __init__(self, town: Township, seed: int = 7) -> None:
        self.town = town
        self.habit = town.habit
        self.dice = Random(seed)
        self.villages = town.level("village")
        self.groups = [g for g in town.level("group") if g.id[-3:] != "Z99"]
        self.households = [h for h in town.level("household") if "Z99" not in h.id]
        self.heads = Counter(h.name for h in town.level("household"))
        self.nicknames = Counter(h.aliases for h in town.level("household") if h.aliases)
        self.hamlets = Counter(self.hamlet(g) for g in self.groups)
        self.plain = [
            v
            for v in self.villages
            if len(bare(v.name)) >= 2 and not any(v.name == e for e, _ in self.habit.everyday)
        ]

    # what things are called

    def hamlet(self, group: Row) -> str:
        if "{h}" in self.habit.group:
            return group.name.removeprefix(self.village(group).name).removesuffix("组")
        return group.aliases.split("|")[-1]

    def village(self, row: Row) -> Row:
        found = self.town.above(row, "village")
        assert found is not None
        return found

    def group_of(self, row: Row) -> Row:
        found = self.town.above(row, "group")
        assert found is not None
        return found

    def number(self, group: Row) -> int:
        return int(group.id[-2:])

    def said_group(self, group: Row) -> str:
        pattern = self.dice.choice(self.habit.said_groups)
        n = self.number(group)
        numeral = NUMERALS[n] if n <= 10 else "十" + NUMERALS[n - 10]
        return pattern.format(n=numeral, d=n, h=self.hamlet(group))

    def trouble(self) -> str:
        return self.dice.choice(self.habit.troubles)

    def at_home(self) -> str:
        return self.habit.home + self.dice.choice(("", *self.habit.relations))

    def a_group(self) -> Row:
        while True:
            group = self.dice.choice(self.groups)
            if self.village(group) in self.plain:
                return group

    def a_house(self) -> Row:
        while True:
            house = self.dice.choice(self.households)
            if (
                len(house.name) == 3
                and self.heads[house.name] == 1
                and self.village(house) in self.plain
            ):
                return house

    # what is expected

    def found(self, row: Row) -> dict[str, Any]:
        unit = self.town.unit(row)
        return {"kind": "found", "id": unit.id, "level": unit.level}

    def either(self, rows: list[Row]) -> dict[str, Any]:
        units = list(dict.fromkeys(self.town.unit(row).id for row in rows))
        if len(units) == 1:
            return self.found(self.town.by_id[units[0]])
        grids = {g.id if (g := self.town.above(self.town.by_id[u], "grid")) else u for u in units}
        if len(grids) == 1:
            return self.found(self.town.by_id[next(iter(grids))])
        return {"kind": "ambiguous", "ids": units}

    def hint(self, village: Row, channel: str = "phone") -> dict[str, Any]:
        return {"channel": channel, "reporter_village_id": village.id}

    # the messages

    def write(self) -> list[Case]:
        cases: list[Case] = []
        for kind, count in KINDS.items():
            made = 0
            for _ in range(count * 6):
                case = kind(self)
                if case is not None:
                    case.tag = kind.__name__.lstrip("_")
                    cases.append(case)
                    made += 1
                if made == count:
                    break
        return cases


def _full(w: Writer) -> Case:
    house = w.a_house()
    village, group = w.village(house), w.group_of(house)
    town = w.dice.choice(("", "", w.habit.township, w.habit.county + w.habit.township))
    text = f"{town}{village.name}{w.said_group(group)}{house.name}{w.at_home()}{w.dice.choice(('', '，'))}{w.trouble()}"
    return Case(text, w.found(house), "")


def _group_only(w: Writer) -> Case:
    group = w.a_group()
    village = w.village(group).name
    said = w.dice.choice((village, bare(village)))
    return Case(
        f"{said}{w.said_group(group)}{w.dice.choice(('', '，', '那边'))}{w.trouble()}",
        w.found(group),
        "",
    )


def _fullwidth_or_traditional(w: Writer) -> Case:
    house = w.a_house()
    text = f"{w.village(house).name}{w.said_group(w.group_of(house))}{house.name}家{w.trouble()}"
    if w.dice.random() < 0.5:
        text = text.translate({ord(str(i)): chr(0xFF10 + i) for i in range(10)})
    return Case(opencc.OpenCC("s2t").convert(text), w.found(house), "")


def _hint_group_house(w: Writer) -> Case:
    house = w.a_house()
    who = house.aliases if house.aliases and w.nicknames[house.aliases] == 1 else house.name
    text = f"{w.said_group(w.group_of(house))}{who}{w.at_home()}{w.trouble()}"
    return Case(text, w.found(house), "", w.hint(w.village(house)))


def _hint_group(w: Writer) -> Case:
    group = w.a_group()
    if "{h}" in w.habit.group and w.hamlets[w.hamlet(group)] > 1:
        same = [
            g
            for g in w.groups
            if w.hamlet(g) == w.hamlet(group) and w.village(g) is w.village(group)
        ]
        if len(same) > 1:
            return Case(
                f"{w.said_group(group)}{w.trouble()}", w.either(same), "", w.hint(w.village(group))
            )
    return Case(f"{w.said_group(group)}{w.trouble()}", w.found(group), "", w.hint(w.village(group)))


def _hint_only(w: Writer) -> Case:
    village = w.dice.choice(w.villages)
    text = w.dice.choice(
        (w.trouble(), f"我{w.habit.home}门口{w.trouble()}", f"我们村{w.trouble()}")
    )
    return Case(text, w.found(village), "", w.hint(village))


def _hint_landmark(w: Writer) -> Case | None:
    village = w.dice.choice(w.villages)
    marks = [
        m
        for m in w.town.level("landmark")
        if w.village(m) is village and m.aliases.endswith(("卫生室", "党群服务中心"))
    ]
    if not marks:
        return None
    mark = w.dice.choice(marks)
    word = mark.aliases.split("|")[-1].removeprefix("村")
    return Case(
        f"{word}{w.dice.choice(w.habit.relations)}{w.trouble()}", w.found(mark), "", w.hint(village)
    )


def _hamlet(w: Writer) -> Case:
    group = w.a_group()
    name = w.hamlet(group)
    same = [g for g in w.groups if w.hamlet(g) == name]
    return Case(f"{name}{w.dice.choice(('那边', '', '的'))}{w.trouble()}", w.either(same), "")


def _hamlet_in_village(w: Writer) -> Case:
    group = w.a_group()
    name = w.hamlet(group)
    same = [g for g in w.groups if w.hamlet(g) == name and w.village(g) is w.village(group)]
    village = w.village(group).name
    text = w.dice.choice(
        (f"{village}{name}{w.trouble()}", f"{name}，{bare(village)}这边的，{w.trouble()}")
    )
    return Case(text, w.either(same), "")


def _landmark(w: Writer) -> Case | None:
    single = [
        m
        for m in w.town.level("landmark")
        if m.name in ("观音桥", "红砖厂", "农贸市场", "敬老院", "污水处理站", "变电站", "老粮站")
        or m.name.endswith(("卫生院", "人民政府"))
    ]
    mark = w.dice.choice(single)
    word = w.dice.choice([mark.name, *filter(None, mark.aliases.split("|"))])
    return Case(
        f"{word}{w.dice.choice(w.habit.relations)}{w.dice.choice(('', '那家', '，'))}{w.trouble()}",
        w.found(mark),
        "",
    )


def _village_landmark(w: Writer) -> Case | None:
    marks = [
        m
        for m in w.town.level("landmark")
        if m.name.endswith(("小学", "卫生室", "文化广场", "村委会", "居委会"))
        and w.village(m) in w.plain
    ]
    mark = w.dice.choice(marks)
    tail = mark.name.removeprefix(w.village(mark).name).removeprefix(bare(w.village(mark).name))
    lead = w.dice.choice((bare(w.village(mark).name), w.village(mark).name))
    return Case(f"{lead}{tail}{w.dice.choice(w.habit.relations)}{w.trouble()}", w.found(mark), "")


def _generic_landmark(w: Writer) -> Case:
    word = w.dice.choice(("卫生室", "小学", "文化广场"))
    same = [m for m in w.town.level("landmark") if m.name.endswith(word)]
    return Case(f"{word}{w.dice.choice(w.habit.relations)}{w.trouble()}", w.either(same), "")


def _plate(w: Writer) -> Case | None:
    plates = [
        p for p in w.town.level("house_number") if "Z99" not in p.id and w.village(p) in w.plain
    ]
    plate = w.dice.choice(plates)
    name = plate.name
    if "{v}" in w.habit.plate:
        name = w.village(plate).name + name.removeprefix(w.village(plate).name)
    digits = re.findall(r"\d+", name)[-1]
    if "经济社" in name or "社" in name:
        name = f"{w.village(plate).name}{w.said_group(w.group_of(plate))}{w.dice.choice((digits + '号', digits + '#', '门牌' + digits))}"
    return Case(f"{name}，{w.trouble()}", w.found(plate), "")


def _estate(w: Writer) -> Case:
    plates = [p for p in w.town.level("house_number") if "Z99" in p.id]
    plate = w.dice.choice(plates)
    cell = w.town.by_id[w.town.by_id[plate.parent].parent]
    b, u, r = cell.id[-3], cell.id[-1], plate.id.split("R")[-1].removesuffix("N")
    e = w.habit.estate
    form = w.dice.choice(
        (
            f"{e}{b}栋{u}单元{r}",
            f"{e}{b}-{u}-{r}",
            f"{e}{b}号楼{u}单元",
            f"{e}{b}幢{u}梯{r}房",
            f"{e}{b}#{u}-{r}",
            f"{e}{NUMERALS[int(b)]}栋{NUMERALS[int(u)]}单元{r}室",
        )
    )
    return Case(f"{form}{w.trouble()}", w.found(cell), "")


def _estate_building(w: Writer) -> Case:
    cells = [c for c in w.town.level("cell") if "Z99" in c.id]
    b = w.dice.choice("1234")
    same = [c for c in cells if f"B{b}U" in c.id]
    return Case(
        f"{w.habit.estate}{b}{w.dice.choice(('栋', '幢', '号楼'))}{w.trouble()}", w.either(same), ""
    )


def _unknown_building(w: Writer) -> Case:
    estate = next(g for g in w.town.level("group") if g.id.endswith("Z99"))
    return Case(f"{w.habit.estate}37栋2单元{w.trouble()}", w.found(estate), "")


def _pole(w: Writer) -> Case:
    pole = w.dice.choice(w.town.level("pole"))
    form = w.dice.choice(
        (
            pole.name,
            pole.aliases,
            pole.name.replace("10kV", "").replace("10千伏", ""),
            "电线杆编号：" + pole.aliases,
        )
    )
    if form == pole.aliases:
        form = f"电杆上写{form}，"
    return Case(
        f"{form}{w.dice.choice(('有鸟窝', '歪了', '下面堆垃圾', '拉线断了'))}", w.found(pole), ""
    )


def _card(w: Writer) -> Case:
    card = w.dice.choice(w.town.level("card"))
    form = w.dice.choice(
        (card.name, card.name.lower(), card.name.replace("-", " "), card.name.replace("-", ""))
    )
    form = w.dice.choice((f"卡号{form}", f"便民服务卡{form}", f"服务卡号：{form}"))
    return Case(f"{form}，{w.trouble()}", w.found(card), "")


def _unknown_card(w: Writer) -> Case:
    code = w.habit.card.format(c=w.habit.code, v=88, k=99988)
    village = w.dice.choice(w.villages)
    if w.dice.random() < 0.5:
        return Case(f"卡号{code}，{w.trouble()}", w.found(village), "", w.hint(village))
    return Case(f"卡号{code}，{w.trouble()}", {"kind": "none"}, "")


def _heard(w: Writer, name: str) -> str | None:
    """Write one character of a name as another of the same sound."""
    places = list(range(len(name)))
    w.dice.shuffle(places)
    for at in places:
        sound = lazy_pinyin(name[at])[0]
        others = [c for c in SOUNDS.get(sound, ()) if c != name[at]]
        if others and name[at] not in "村社区":
            return name[:at] + w.dice.choice(others) + name[at + 1 :]
    return None


def _typo_village(w: Writer) -> Case | None:
    house = w.a_house()
    village = w.village(house)
    typed = _heard(w, village.name)
    names = {v.name for v in w.villages} | {
        v for vs in w.habit.outside_townships.values() for v in vs
    }
    if typed is None or typed in names:
        return None
    return Case(
        f"{typed}{w.said_group(w.group_of(house))}{house.name}家{w.trouble()}", w.found(house), ""
    )


def _typo_head(w: Writer) -> Case | None:
    house = w.a_house()
    group = w.group_of(house)
    typed = _heard(w, house.name)
    if typed is None or typed in w.heads:
        return None
    if not _only_here(w, house, typed):
        return None
    return Case(
        f"{w.village(house).name}{w.said_group(group)}{typed}家{w.trouble()}", w.found(house), ""
    )


def _only_here(w: Writer, house: Row, typed: str) -> bool:
    sounds = lazy_pinyin(typed)
    group = w.group_of(house)
    same = [h for h in w.households if w.group_of(h) is group and lazy_pinyin(h.name) == sounds]
    return len(same) == 1


def _given_only(w: Writer) -> Case | None:
    house = w.a_house()
    group = w.group_of(house)
    given = house.name[1:]
    same = [h for h in w.households if w.group_of(h) is group and h.name.endswith(given)]
    if len(same) > 1:
        return None
    return Case(
        f"{w.village(house).name}{w.said_group(group)}{given}家{w.trouble()}", w.found(house), ""
    )


def _family(w: Writer) -> Case:
    house = w.a_house()
    return Case(w.dice.choice(w.habit.family).format(h=house.name), w.found(house), "")


def _two_villages(w: Writer) -> tuple[Row, Row]:
    a, b = w.dice.sample(w.plain, 2)
    return a, b


def _negation(w: Writer) -> Case:
    a, b = _two_villages(w)
    group = w.dice.choice([g for g in w.groups if w.village(g) is b])
    text = w.dice.choice(w.habit.negation).format(a=bare(a.name), b=bare(b.name))
    return Case(
        f"{text}，{w.said_group(group)}{w.trouble()}",
        w.found(group) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, group)),
        "",
    )


def _same_hamlet(w: Writer, group: Row) -> list[Row]:
    return [
        g for g in w.groups if w.village(g) is w.village(group) and w.hamlet(g) == w.hamlet(group)
    ]


def _correction(w: Writer) -> Case:
    a, b = _two_villages(w)
    ga = w.dice.choice([g for g in w.groups if w.village(g) is a])
    gb = w.dice.choice([g for g in w.groups if w.village(g) is b])
    text = w.dice.choice(w.habit.correction).format(
        a=a.name + w.said_group(ga), b=b.name + w.said_group(gb)
    )
    expect = w.found(gb) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, gb))
    return Case(f"{text}，{w.trouble()}", expect, "")


def _former(w: Writer) -> Case | None:
    groups = [g for g in w.groups if "原" in g.aliases]
    group = w.dice.choice(groups)
    old = group.aliases.split("|")[0].removeprefix("原")
    village, count = old.split("村")
    lead = w.dice.choice((old, "原" + old, f"老{village}{count}", f"以前的{village}村{count}"))
    return Case(f"{lead}{w.trouble()}", w.found(group), "")


def _former_village(w: Writer) -> Case | None:
    village = w.dice.choice([v for v in w.villages if v.aliases])
    former = w.dice.choice(village.aliases.split("|"))
    return Case(f"{former}{w.trouble()}", w.found(village), "")


def _stretch(w: Writer) -> Case:
    text = w.dice.choice(w.habit.stretch)
    a, b = _two_villages(w)
    if w.dice.random() < 0.5:
        return Case(
            text.format(a=bare(a.name), b=bare(b.name)),
            {"kind": "ambiguous", "ids": [a.id, b.id]},
            "",
        )
    g1, g2 = w.dice.sample([g for g in w.groups if w.village(g) is a], 2)
    if "{h}" in w.habit.group and (len(_same_hamlet(w, g1)) > 1 or len(_same_hamlet(w, g2)) > 1):
        return Case(
            text.format(a=bare(a.name), b=bare(b.name)),
            {"kind": "ambiguous", "ids": [a.id, b.id]},
            "",
        )
    same = w.town.unit(g1).id == w.town.unit(g2).id
    expect = w.found(g1) if same else w.found(a)
    return Case(text.format(a=a.name + w.said_group(g1), b=w.said_group(g2)), expect, "")


def _joint_groups(w: Writer) -> Case | None:
    if "{h}" in w.habit.group:
        return None
    village = w.dice.choice(w.plain)
    g1, g2 = sorted(
        w.dice.sample([g for g in w.groups if w.village(g) is village and w.number(g) < 10], 2),
        key=lambda g: g.id,
    )
    unit = w.habit.said_groups[0][-1]
    text = w.dice.choice(
        (
            f"{village.name}{NUMERALS[w.number(g1)]}、{NUMERALS[w.number(g2)]}{unit}都停水",
            f"{village.name}{w.number(g1)},{w.number(g2)}{unit}之间的路",
        )
    )
    expect = w.found(g1) if w.town.unit(g1).id == w.town.unit(g2).id else w.found(village)
    return Case(text, expect, "")


def _not_home(w: Writer) -> Case:
    a, b = _two_villages(w)
    group = w.dice.choice([g for g in w.groups if w.village(g) is b])
    lead = w.dice.choice((*w.habit.me_home, *w.habit.passing)).format(
        a=w.dice.choice((a.name, bare(a.name)))
    )
    saw = w.dice.choice(("看到", "路过", "刚才走到", "发现"))
    expect = w.found(group) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, group))
    return Case(f"{lead}{saw}{b.name}{w.said_group(group)}{w.trouble()}", expect, "")


def _home_counts(w: Writer) -> Case:
    group = w.a_group()
    lead = w.dice.choice(w.habit.me_home).format(a=w.village(group).name + w.said_group(group))
    expect = w.found(group) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, group))
    return Case(f"{lead}{w.trouble()}", expect, "")


def _no_village(w: Writer) -> Case | None:
    group = w.a_group()
    if "{h}" in w.habit.group:
        same = [g for g in w.groups if w.hamlet(g) == w.hamlet(group)]
    else:
        same = [g for g in w.groups if w.number(g) == w.number(group)]
    return Case(f"{w.said_group(group)}{w.trouble()}", w.either(same), "")


def _namesakes(w: Writer) -> Case | None:
    names = [n for n, count in w.heads.items() if count > 1 and len(n) == 3]
    if not names:
        return None
    name = w.dice.choice(names)
    same = [h for h in w.town.level("household") if h.name == name]
    return Case(f"{name}家{w.trouble()}", w.either(same), "")


def _card_conflict(w: Writer) -> Case:
    card = w.dice.choice(w.town.level("card"))
    other = w.dice.choice([v for v in w.plain if v is not w.village(card)])
    return Case(
        f"{other.name}的，卡号{card.name}，{w.trouble()}",
        {"kind": "ambiguous", "ids": [other.id, w.town.unit(card).id]},
        "",
    )


def _wrong_group(w: Writer) -> Case | None:
    if "{h}" in w.habit.group:
        return None
    house = w.a_house()
    village = w.village(house)
    others = [g for g in w.groups if w.village(g) is village and g is not w.group_of(house)]
    group = w.dice.choice(others)
    if any(
        lazy_pinyin(h.name)[1:] == lazy_pinyin(house.name)[1:]
        for h in w.households
        if w.group_of(h) is group
    ):
        return None
    return Case(
        f"{village.name}{w.said_group(group)}{house.name}家{w.trouble()}",
        w.either([group, house]),
        "",
    )


def _choice(w: Writer) -> Case | None:
    if "{h}" in w.habit.group:
        return None
    a, b = _two_villages(w)
    n = w.dice.randint(1, 5)
    groups = [g for g in w.groups if w.village(g) in (a, b) and w.number(g) == n]
    text = w.dice.choice(w.habit.choice).format(
        a=bare(a.name), b=bare(b.name), x=w.said_group(groups[0])
    )
    return Case(f"{text}{w.trouble()}", w.either(groups), "")


def _two_troubles(w: Writer) -> Case:
    a, b = _two_villages(w)
    ga = w.dice.choice([g for g in w.groups if w.village(g) is a])
    gb = w.dice.choice([g for g in w.groups if w.village(g) is b])
    rows = [ga, gb] if "{h}" not in w.habit.group else [*_same_hamlet(w, ga), *_same_hamlet(w, gb)]
    return Case(
        f"{a.name}{w.said_group(ga)}{w.trouble()}，{w.dice.choice(('还有', '另外'))}{b.name}{w.said_group(gb)}{w.trouble()}",
        w.either(rows),
        "",
    )


def _outside(w: Writer) -> Case:
    township = w.dice.choice(list(w.habit.outside_townships))
    village = w.dice.choice(w.habit.outside_townships[township])
    number = NUMERALS[w.dice.randint(1, 6)]
    text = w.dice.choice(
        (
            f"{township}{village}{number}组",
            f"{w.habit.county}{township}{village}",
            f"{township}政府门口",
            f"{township}街上",
        )
    )
    return Case(f"{text}{w.trouble()}", {"kind": "outside"}, "")


def _outside_village(w: Writer) -> Case | None:
    own = {v.name for v in w.villages} | {a for v in w.villages for a in v.aliases.split("|")}
    names = [v for vs in w.habit.outside_townships.values() for v in vs if v not in own]
    return Case(
        f"{w.dice.choice(names)}{w.dice.choice(('二组', '', '村口'))}{w.trouble()}",
        {"kind": "outside"},
        "",
    )


def _outside_local_name(w: Writer) -> Case:
    township = w.dice.choice(list(w.habit.outside_townships))
    village = w.dice.choice(w.plain)
    return Case(f"{township}{village.name}{w.trouble()}", {"kind": "outside"}, "")


def _elsewhere(w: Writer) -> Case:
    text = w.dice.choice(w.habit.elsewhere)
    if w.dice.random() < 0.3:
        text += (
            w.dice.choice(w.habit.me_home).format(a=bare(w.dice.choice(w.plain).name)).rstrip("，")
        )
    return Case(
        text,
        {"kind": "outside"},
        "",
        w.hint(w.dice.choice(w.villages)) if w.dice.random() < 0.3 else {},
    )


def _nothing(w: Writer) -> Case:
    return Case(w.dice.choice(w.habit.nothing), {"kind": "none"}, "")


def _everyday(w: Writer) -> Case:
    _, text = w.dice.choice(w.habit.everyday)
    if w.dice.random() < 0.4:
        village = w.dice.choice(w.villages)
        return Case(text, w.found(village), "", w.hint(village))
    return Case(text, {"kind": "none"}, "")


def _position(w: Writer) -> Case:
    house = w.dice.choice(w.households)
    datum = w.dice.choice(list(Datum))
    point = LonLat(house.lon, house.lat)
    lon, lat = (round(x, 6) for x in from_wgs84(point, datum))
    expect = w.found(house) | {"lon": house.lon, "lat": house.lat}
    if w.dice.random() < 0.5:
        hint = {"channel": "wechat", "lon": lon, "lat": lat, "crs": datum.value}
        return Case(w.dice.choice(("[位置]", w.trouble(), "发个定位")), expect, "", hint)
    name = {"gcj02": "高德地图", "bd09": "百度", "wgs84": "GPS", "cgcs2000": "CGCS2000坐标"}[
        datum.value
    ]
    pair = w.dice.choice((f"{lon},{lat}", f"{lat},{lon}"))
    return Case(f"{name} {pair} {w.trouble()}", expect, "", {"channel": "sms"})


def _position_and_text(w: Writer) -> Case:
    group = w.a_group()
    house = w.dice.choice(w.households)
    lon, lat = (round(x, 6) for x in from_wgs84(LonLat(house.lon, house.lat), Datum.GCJ02))
    hint = {"channel": "wechat", "lon": lon, "lat": lat, "crs": "gcj02"}
    expect = (
        w.found(group)
        if "{h}" not in w.habit.group or len(_same_hamlet(w, group)) == 1
        else w.found(w.village(group))
    )
    said = w.said_group(group) if expect["id"] == w.town.unit(group).id else ""
    return Case(
        f"{w.village(group).name}{said}{w.trouble()}",
        expect | {"lon": house.lon, "lat": house.lat},
        "",
        hint,
    )


def _far_position(w: Writer) -> Case:
    hint = {"channel": "wechat", "lon": w.habit.lon + 0.3, "lat": w.habit.lat + 0.2, "crs": "gcj02"}
    return Case(w.trouble(), {"kind": "outside"}, "", hint)


def _unknown_head(w: Writer) -> Case | None:
    group = w.a_group()
    name = w.dice.choice("蒙卜宦佟") + "".join(w.dice.choices("贤哲凯瑞琪", k=2))
    expect = w.found(group) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, group))
    return Case(f"{w.village(group).name}{w.said_group(group)}{name}家{w.trouble()}", expect, "")


def _unknown_landmark(w: Writer) -> Case:
    village = w.dice.choice(w.plain)
    thing = w.dice.choice(("那个废弃的罐头厂", "湿地公园", "红军纪念碑", "采摘大棚"))
    return Case(f"{village.name}{thing}{w.trouble()}", w.found(village), "")


def _far_relation(w: Writer) -> Case:
    village = w.dice.choice(w.plain)
    return Case(
        f"离{village.name}{w.dice.choice(('大概', '有', ''))}{w.dice.choice(('2公里', '三里路', '1.5公里', '800米'))}的地方{w.trouble()}",
        w.found(village),
        "",
    )


def _ticket(w: Writer) -> Case:
    house = w.a_house()
    text = (
        f"【12345工单】诉求编号2025-{w.dice.randint(100, 999)}-{w.dice.randint(1000, 9999)}，来电人{person(w.habit, w.dice)[0]}先生（139****{w.dice.randint(1000, 9999)}）反映："
        f"其住在{w.habit.county}{w.habit.township}{w.village(house).name}{w.said_group(w.group_of(house))}，{house.name}家附近，"
        f"近{w.dice.randint(2, 9)}天以来{w.trouble()}，望相关部门核实处理，限时5个工作日答复。"
    )
    return Case(text, w.found(house), "", {"channel": "12345"})


def _cell(w: Writer) -> Case | None:
    cells = [c for c in w.town.level("cell") if "Z99" not in c.id and w.village(c) in w.plain]
    cell = w.dice.choice(cells)
    group = w.group_of(cell)
    if "{h}" in w.habit.group and len(_same_hamlet(w, group)) > 1:
        return None
    return Case(
        f"{w.village(cell).name}{w.said_group(group)}第{NUMERALS[int(cell.id[-1])]}联户{w.trouble()}",
        w.found(cell),
        "",
    )


def _grid(w: Writer) -> Case:
    grid = w.dice.choice([g for g in w.town.level("grid") if w.village(g) in w.plain])
    return Case(
        f"{w.dice.choice((grid.name, grid.name.replace('第', '')))}网格员报：{w.trouble()}",
        w.found(grid),
        "",
    )


def _pinyin(w: Writer) -> Case | None:
    if "{h}" in w.habit.group:
        return None
    house = w.a_house()
    village = "".join(lazy_pinyin(bare(w.village(house).name)))
    suffix = "cun" if w.village(house).name.endswith("村") else "shequ"
    name = lazy_pinyin(house.name)
    text = f"{village} {suffix} {w.number(w.group_of(house))} zu {name[0]} {''.join(name[1:])} {w.trouble()}"
    return Case(text, w.found(house), "")


def _reordered(w: Writer) -> Case:
    house = w.a_house()
    return Case(
        f"{house.name}家，{w.said_group(w.group_of(house))}，{w.village(house).name}的，{w.trouble()}",
        w.found(house),
        "",
    )


def _two_people(w: Writer) -> Case | None:
    a, b = w.a_house(), w.a_house()
    if a is b:
        return None
    return Case(f"{a.name}和{b.name}两家吵架，打起来了", w.either([a, b]), "")


def _number_noise(w: Writer) -> Case:
    group = w.a_group()
    expect = w.found(group) if "{h}" not in w.habit.group else w.either(_same_hamlet(w, group))
    lead = w.dice.choice(
        (
            "2024年6月12号就反映过，5号又打一次，",
            "一共3户8个人，",
            "打了4次12345，",
            "我电话13800001111，",
        )
    )
    return Case(f"{lead}{w.village(group).name}{w.said_group(group)}{w.trouble()}", expect, "")


def _sent(w: Writer) -> Case:
    house = w.a_house()
    return Case(f"{w.village(house).name}{house.name}摔倒了，要人送卫生院", w.found(house), "")


KINDS: dict[Callable[[Writer], Case | None], int] = {
    _full: 14, _group_only: 14, _fullwidth_or_traditional: 8, _hint_group_house: 10, _hint_group: 8, _hint_only: 6,
    _hint_landmark: 5, _hamlet: 10, _hamlet_in_village: 8, _landmark: 10, _village_landmark: 8, _generic_landmark: 3,
    _plate: 8, _estate: 8, _estate_building: 3, _unknown_building: 2, _pole: 8, _card: 8, _unknown_card: 3,
    _typo_village: 12, _typo_head: 8, _given_only: 4, _family: 5, _negation: 6, _correction: 6, _former: 6,
    _former_village: 3, _stretch: 8, _joint_groups: 4, _not_home: 10, _home_counts: 6, _no_village: 5, _namesakes: 4,
    _card_conflict: 3, _wrong_group: 4, _choice: 3, _two_troubles: 5, _outside: 8, _outside_village: 4,
    _outside_local_name: 3, _elsewhere: 5, _nothing: 8, _everyday: 6, _position: 10, _position_and_text: 3,
    _far_position: 2, _unknown_head: 4, _unknown_landmark: 4, _far_relation: 4, _ticket: 5, _cell: 4, _grid: 4,
    _pinyin: 4, _reordered: 5, _two_people: 3, _number_noise: 5, _sent: 3,
}  # fmt: skip


def write_cases(cases: list[Case], path: Path) -> None:
    """Write messages as one JSON object a line."""
    lines: Iterator[str] = (
        json.dumps(
            {"id": f"{n:04d}", "text": c.text, "hint": c.hint, "expect": c.expect, "tags": [c.tag]},
            ensure_ascii=False,
        )
        for n, c in enumerate(cases, start=1)
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
