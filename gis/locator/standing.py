"""Whether a listed name is a place here, judged by what stands around it.

A head's name may be a piece of a longer one, a village's name a word of every day, a hamlet's a
mere direction. Nothing here knows any name; it knows how people put names into sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gis.addresses import GROUP_UNIT, Slot, SlotKind
from gis.locator.mention import Kind, Mention
from gis.locator.names import Form
from gis.locator.tree import Tree
from gis.locator.words import (
    AFTER_PERSON,
    BEFORE_PERSON,
    BEFORE_PLACE,
    BEFORE_SUBJECT,
    EVERYDAY,
    NEVER_AFTER,
    NOT_LANDMARK_AFTER,
    RELATIONS,
    STRICTLY_AFTER_PERSON,
)

_VILLAGE_WORD = re.compile(
    "行政村|社区居委会|社区|居委会|村委会|村委|村(?!民[^第委小]|委|口|头|里|上|长|支|干|医|道|级)"
)
_GROUP_WORD = re.compile(rf"自然村|(?:{GROUP_UNIT.pattern})(?!区|保|会|员|伍|织)")
_TOWN_WORD = re.compile(
    "镇(?!上|里|政府|长|干|中|卫|小)|乡(?!里|下|村|亲|长|干|镇|政府)|县|市(?!场)|街道(?!边|上|两|旁)"
)
_OWNED = re.compile("(?<!以前)(?<!从前)(?<!原来)(?<!原先)(?<!旧时)(?<!旧阵时)[的嘅]$")
_BEFORE_NAME = frozenset(
    "组社队村区寨户主号庄街巷屯埂圩的嘅是系叫找给和跟与同在到去家屋我他她佢姓名人长"
)
_HAN = re.compile("[㐀-鿿]")
_AREAS = ("village", "group", "township")


class Standing:
    """Judges the listed names of one text, knowing all that were found and the numbers beside."""

    def __init__(
        self, tree: Tree, text: str, options: Sequence[Mention], slots: Sequence[Slot]
    ) -> None:
        self._tree = tree
        self._text = text
        self._slots = {slot.start: slot for slot in slots}
        self._ends = {option.end: option for option in options}
        self._all_ends = {*self._ends, *(slot.end for slot in slots)}
        self._options = options

    def judged(self, option: Mention) -> Mention | None:
        """
        Judge one listed name.

        Returns it, perhaps lengthened by 村 or 组 and narrowed to what bears that; or with a
        negative sureness if it counts only beside another local name; or None.
        """
        if option.kind is Kind.OUTSIDE:
            return option
        kept = {
            number: form
            for number, form in option.targets.items()
            if self._person_stands(number, option) and self._landmark_stands(number, option)
        }
        return self._place_stands(option.meaning(kept, self._tree)) if kept else None

    def _person_stands(self, number: int, option: Mention) -> bool:
        """Tell whether a head's name is a name here, not a piece of a longer one or a word."""
        name = self._text[option.start : option.end]
        if self._tree.level(number) != "household" or name.isascii():
            return True
        if len(name) > 2:
            return name not in EVERYDAY
        return self._begins_name(option) and self._ends_name(name, option)

    def _begins_name(self, option: Mention) -> bool:
        before = self._text[max(0, option.start - 1) : option.start]
        inside = bool(_HAN.match(before)) and before not in _BEFORE_NAME
        return not inside or option.start in self._all_ends

    def _ends_name(self, name: str, option: Mention) -> bool:
        before, after = self._text[: option.start][-4:], self._text[option.end :]
        if re.match(STRICTLY_AFTER_PERSON, after):
            return True
        closed = not after or re.match(AFTER_PERSON, after) is not None
        if name in EVERYDAY or (len(after) > 1 and _HAN.match(after) and not closed):
            return False
        introduced = re.search(rf"(?:{BEFORE_PERSON}|[组社队村区寨户主]|号)$", before) is not None
        return closed or (introduced and not _HAN.match(after))

    def _landmark_stands(self, number: int, option: Mention) -> bool:
        """Tell whether a building's name is not a piece of a word such as 小学生 or 广场舞."""
        if self._tree.level(number) != "landmark":
            return True
        if _OTHER_TOWN.match(self._text, option.end) or self._claimed(option):
            return False
        return not _NOT_LANDMARK.match(self._text, option.end - 1)

    def _claimed(self, option: Mention) -> bool:
        """Tell whether a name outside ends inside this one: 磨溪镇政府 is no 镇政府 of ours."""
        return any(
            m.kind is Kind.OUTSIDE and m.start < option.start < m.end < option.end
            for m in self._options
        )

    def _place_stands(self, option: Mention) -> Mention | None:
        name = self._text[option.start : option.end]
        if not option.levels & set(_AREAS):
            return option
        if self._only_relation(name, option.start):
            return None
        if option.levels >= {"township", "village"}:
            option = self._without(option, ("township",))
        if not self._bare(name, option):
            return self.lengthened(option)
        slot = self._slots.get(option.end)
        if slot is not None and slot.kind is SlotKind.GROUP:
            return self._narrowed_by_number(option)
        longer = self.lengthened(option)
        return longer if longer.end > option.end else self._bare_stands(name, option)

    def _bare(self, name: str, option: Mention) -> bool:
        stems = any(
            form is Form.STEM for n, form in option.targets.items() if self._tree.level(n) in _AREAS
        )
        return stems or name in EVERYDAY or len(name) == 2

    def _bare_stands(self, name: str, option: Mention) -> Mention | None:
        if _TOWN_WORD.match(self._text, option.end) and "township" not in option.levels:
            return None
        owned = _OWNED.search(self._text[: option.start]) is not None
        beside_owner = option.start - 1 in self._ends
        listed = option.start in self._ends and option.levels == {"village"}
        placed = _bare_place(name, self._text, option.start, option.end)
        if (placed or (listed and name not in EVERYDAY)) and (beside_owner or not owned):
            return option
        others = self._without(option, _AREAS)
        return others if others.targets else replace(option, sureness=-1.0)

    def _without(self, option: Mention, levels: tuple[str, ...]) -> Mention:
        kept = {n: f for n, f in option.targets.items() if self._tree.level(n) not in levels}
        return option.meaning(kept, self._tree)

    def _only_relation(self, name: str, start: int) -> bool:
        """Tell whether a hamlet's name is a direction here: 菜市场坎脚, 谁家高头."""
        if name not in RELATIONS:
            return False
        beside = any(
            m.end == start and not m.levels & {"village", "township"} for m in self._options
        )
        return beside or self._text[start - 1 : start] in tuple("家屋户院楼店厂桥口")

    def lengthened(self, option: Mention) -> Mention:
        """Take 村 or 组 behind a bare name into it, and keep what is called that."""
        levels = {number: self._tree.level(number) for number in option.targets}
        for word, level in ((_VILLAGE_WORD, "village"), (_GROUP_WORD, "group")):
            match = word.match(self._text, option.end)
            if match is None:
                continue
            kept = {n: f for n, f in option.targets.items() if levels[n] == level}
            if not kept and level == "village":
                kept = {n: f for n, f in option.targets.items() if levels[n] == "group"}
            if kept:
                firm = {n: max(f, Form.ALIAS) for n, f in kept.items()}
                return replace(option, end=match.end()).meaning(firm, self._tree)
        return option

    def _narrowed_by_number(self, option: Mention) -> Mention:
        """Before 三组, a name is a village or cluster that numbers its groups, if one bears it."""
        villages = {n: f for n, f in option.targets.items() if self._tree.level(n) == "village"}
        return option.meaning(villages, self._tree) if villages else option


_OTHER_TOWN = re.compile("镇(?!政府|卫生院|上|里|中)|县(?!医|城)|乡(?!卫|政府|下|村|里)")
_NOT_LANDMARK = re.compile(NOT_LANDMARK_AFTER)


def follows_as_village(text: str, at: int) -> bool:
    """Tell whether 村 or 社区 stands at an offset."""
    return _VILLAGE_WORD.match(text, at) is not None


def _bare_place(name: str, text: str, start: int, end: int) -> bool:
    """Tell whether a bare name stands where a place is said."""
    before, after = text[max(0, start - 1) : start], text[end:]
    if re.match(NEVER_AFTER, after):
        return False
    if name in EVERYDAY:
        either = text[max(0, start - 2) : start] in ("还是", "或者", "定系", "抑或")
        between = either or (before in "和与跟同及到至" and bool(_BETWEEN.match(after)))
        clear = before == "" or before in _CLEARLY_BEFORE
        return between or (clear and (not after or bool(_FIRM.match(after))))
    if len(name) >= 3 or _POINTED_AT.match(after):
        return True
    return before == "" or before in BEFORE_PLACE or before in BEFORE_SUBJECT


_CLEARLY_BEFORE = "、,。(在到从去住系喺是叫"
_POINTED_AT = re.compile("那边|这边|那里|这里|那坨|那点|那块|那个|那段|那条|嗰边|呢边|嗰度|村|街上")
_BETWEEN = re.compile("之间|中间|交界|的路|那条路|嗰条路|那段")
_FIRM = re.compile(
    "[两三四五几]个?村|等[两三四五几]?个?村|、|那边|这边|那里|这里|那坨|那个|那段|那条|那家|那户|嗰边|呢边|嗰度|(?:的|嘅)?(?:[,。)]|$)|村|街上|到|至|"
    "有人|有个|有条|有辆|有车|有头|有棵|有处|上有|里有|上的|里的|口子|路(?:滑|面|基|烂|断|窄|塌|垮|上)|"
    "和|与|还是|定系|定是|定(?=.{1,4}(?:,|。|$|我|佢))|抑或|或者|路灯|停水|停电|断水|断电|没水|冇水|没电|电线|水管|自来水|塌方|滑坡|"
    "的(?:路灯|自来水|水管|电|网|路|垃圾|桥|沟|渠|村民|老百姓|群众|公路|机耕道|水沟)"
)
