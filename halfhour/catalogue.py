"""Which skill a request needs (供单), suggested from its words with the reason.

A suggestion only: the dispatcher sees the words that led to it and may choose otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from halfhour.vocabulary import Skill

_WORDS: dict[Skill, tuple[str, ...]] = {
    Skill.RESCUE: (
        "着火",
        "起火",
        "火灾",
        "冒烟",
        "塌方",
        "滑坡",
        "落石",
        "洪水",
        "涨水",
        "被困",
        "溺水",
        "山火",
        "泥石流",
    ),
    Skill.MEDICAL: (
        "晕倒",
        "昏倒",
        "摔倒",
        "摔伤",
        "受伤",
        "出血",
        "发烧",
        "心脏",
        "血压",
        "生病",
        "病了",
        "送医",
        "吃药",
        "打针",
        "看病",
        "救护",
    ),
    Skill.ELECTRICITY: (
        "停电",
        "没电",
        "断电",
        "跳闸",
        "漏电",
        "电线",
        "电杆",
        "路灯",
        "电表",
        "变压器",
        "插座",
        "线路",
        "灯泡",
    ),
    Skill.PLUMBING: (
        "停水",
        "没水",
        "断水",
        "漏水",
        "水管",
        "水龙头",
        "水表",
        "下水道",
        "堵了",
        "化粪池",
        "自来水",
        "抽水",
    ),
    Skill.MEDIATION: (
        "吵架",
        "打架",
        "纠纷",
        "矛盾",
        "争地",
        "地界",
        "宅基地",
        "欠薪",
        "工钱",
        "噪音",
        "扰民",
    ),
    Skill.REPAIR: ("漏雨", "屋顶", "房顶", "瓦片", "围墙", "裂缝", "门锁", "窗户", "危房", "翻瓦"),
    Skill.CARE: (
        "独居",
        "老人",
        "陪护",
        "照看",
        "孤寡",
        "行动不便",
        "残疾",
        "理发",
        "送饭",
        "买药",
        "代买",
    ),
    Skill.TRANSPORT: ("用车", "接送", "拉货", "搬运", "搬家", "送到", "捎"),
    Skill.TEACHING: ("作业", "功课", "辅导", "补课", "留守儿童", "上学", "学校报名"),
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A skill and the words of the request that ask for it."""

    skill: Skill
    words: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, as a dispatcher reads it."""
        if not self.words:
            return "没有专门的字眼，先按综合帮扶派人"
        return "提到" + "、".join(f"“{word}”" for word in self.words)


def suggested_skill(text: str) -> Suggestion:
    """
    Suggest the skill whose words occur most often in a request.

    Danger to life goes first: any word of `Skill.RESCUE` or `Skill.MEDICAL` decides at once.
    Equal counts go to the order of the table; no word at all is `Skill.GENERAL`.
    """
    found = {
        skill: tuple(word for word in words if word in text) for skill, words in _WORDS.items()
    }
    for skill in (Skill.RESCUE, Skill.MEDICAL):
        if found[skill]:
            return Suggestion(skill, found[skill])
    best = max(found, key=lambda skill: len(found[skill]))
    return Suggestion(best, found[best]) if found[best] else Suggestion(Skill.GENERAL)
