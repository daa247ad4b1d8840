"""What are people and places called? Names put together at random from characters and syllables.

No name refers to a person. Village names are common ones that fit the country; below the village
everything is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

NUMERALS = "零一二三四五六七八九"

SURNAMES = (
    "杨", "吴", "龙", "石", "田", "张", "向", "滕", "黄", "李", "刘", "陈", "周", "彭", "谭", "覃",
    "唐", "蒲", "舒", "瞿", "米", "邓", "肖", "曾", "罗", "姚", "粟", "梁", "戴", "余",
)  # fmt: skip
GENERATION = "昌再正通光秀宗承世家庭绍先明永兴国仁义胜顺安文学"
MEN = "华军平贵发才林松海成忠武强富生全清云友祥炳坤财龙虎"
WOMEN = "英芳兰秀梅珍莲凤香桂花菊玉翠娥妹芬琼莉云"
SHORT = "勇伟军斌涛艳霞丽娟敏芳辉刚波鹏静琴燕"

VILLAGES = (
    ("青溪社区", ("街上", "老街")),
    ("新桥社区", ("新桥", "桥头街")),
    ("白岩村", ()),
    ("白崖坪村", ("白崖坪",)),
    ("团结村", ("岩头村", "木油坪村")),
    ("上洞溪村", ("上洞",)),
    ("下洞溪村", ("下洞",)),
    ("枫木坳村", ("枫木",)),
    ("茶林村", ()),
    ("三合村", ("楠木冲村", "桐子坪村", "火麻塘村")),
    ("石板桥村", ("石板",)),
    ("大溶江村", ("大溶",)),
    ("云盘村", ("云盘山",)),
    ("马家坪村", ("马坪",)),
    ("金竹湾村", ("金竹",)),
)
"""Name and aliases of the two communities and of the villages in the order of their codes."""

_BEFORE = (
    "杨家", "吴家", "龙家", "石家", "田家", "向家", "滕家", "谭家", "唐家", "蒲家", "瞿家",
    "米家", "大", "小", "长", "上", "下", "岩", "岩板", "青树", "枫香", "楠木", "桐木", "茶油",
    "梨子", "杉木", "牛栏", "鸭", "老鹰", "野猫", "黄泥", "沙", "水", "龙井", "庙", "瓦窑",
    "碾子", "油榨", "烂泥", "七里", "半", "对门", "屋背", "新", "老", "中", "高", "铜鼓", "铁炉",
    "竹子", "白泥",
)  # fmt: skip
_AFTER = (
    "湾", "冲", "坪", "垴", "坳", "寨", "溪", "田", "塘", "界", "岭", "溶", "坡", "洞", "园",
    "院子", "坎", "沟", "坨", "堰",
)  # fmt: skip

_TRADES = (
    "木匠",
    "石匠",
    "瓦匠",
    "篾匠",
    "裁缝",
    "老师",
    "医生",
    "会计",
    "师傅",
    "司机",
    "支书",
    "组长",
)
_SHOPS = (
    "面馆",
    "小卖部",
    "超市",
    "修理铺",
    "药店",
    "理发店",
    "农家乐",
    "米粉店",
    "五金店",
    "家具店",
)
_RANKS = ("大", "二", "三", "四", "五", "六", "满")


def numeral(number: int) -> str:
    """Write 1 to 99 as in 第十二组."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else NUMERALS[tens] + "十")
    return head + (NUMERALS[ones] if ones or not tens else "")


def short(village: str) -> str:
    """Drop 村 or 社区."""
    return village.removesuffix("社区").removesuffix("村")


@dataclass
class Namer:
    """Draws names; hamlets of one village never share one, those of different villages may."""

    rng: np.random.Generator
    used: dict[str, set[str]] = field(default_factory=dict)

    def one_of(self, choices: Sequence[str]) -> str:
        """Draw one."""
        return choices[int(self.rng.integers(len(choices)))]

    def chance(self, share: float) -> bool:
        """Say yes that often."""
        return bool(self.rng.random() < share)

    def clan(self) -> tuple[str, ...]:
        """Surnames of a hamlet, the most common first."""
        weights = 1.0 / (4 + np.arange(len(SURNAMES)))
        drawn = self.rng.choice(len(SURNAMES), 3, replace=False, p=weights / weights.sum())
        return tuple(SURNAMES[int(index)] for index in drawn)

    def surname(self, clan: tuple[str, ...]) -> str:
        """Draw a surname; most people in a hamlet share two."""
        roll = self.rng.random()
        if roll < 0.46:
            return clan[0]
        return clan[1] if roll < 0.68 else clan[2] if roll < 0.78 else self.one_of(SURNAMES)

    def person(self, surname: str, *, woman: bool) -> str:
        """Draw a full name."""
        last = WOMEN if woman else MEN
        if self.chance(0.18):
            return surname + self.one_of(SHORT)
        return surname + self.one_of(GENERATION) + self.one_of(last)

    def nickname(self, head: str, *, woman: bool) -> str:
        """Draw what neighbours call a household."""
        surname, roll = head[0], self.rng.random()
        if roll < 0.4:
            return surname + self.one_of(_TRADES)
        if roll < 0.6:
            kin = ("娘", "婆", "姐", "嫂") if woman else ("爷", "伯", "哥", "叔")
            return surname + self.one_of(_RANKS) + self.one_of(kin)
        if roll < 0.85:
            return f"{surname}记{self.one_of(_SHOPS)}"
        return f"老{surname}家{self.one_of(('油坊', '碾坊', '院子', '老屋', '新屋'))}"

    def hamlet(self, village: str) -> str:
        """Draw a hamlet's name that its village does not have yet."""
        used = self.used.setdefault(village, set())
        while True:
            name = self.one_of(_BEFORE) + self.one_of(_AFTER)
            if name not in used and name[0] != name[-1]:
                used.add(name)
                return name
