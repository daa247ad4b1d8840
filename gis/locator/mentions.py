"""Which places a text mentions, word by word, each with the entries that bear the name.

Longest names win, what is found exactly goes before what merely sounds alike, and a name that is
also a word of every day counts only where a place may stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gis.addresses import GROUP_UNIT, Slot, SlotKind, slots_in
from gis.locator.codes import Codes
from gis.locator.lexicon import Found, Lexicon
from gis.locator.names import Form
from gis.locator.outside import OutsideMention, OutsideNames
from gis.locator.tree import Tree
from gis.locator.words import (
    AFTER_PERSON,
    AFTER_PLACE,
    BEFORE_PERSON,
    BEFORE_PLACE,
    BEFORE_SUBJECT,
    EVERYDAY,
    NEVER_AFTER,
    NOT_LANDMARK_AFTER,
    RELATIONS,
    STRICTLY_AFTER_PERSON,
)
from gis.normalise import Reading


class Kind(StrEnum):
    """What sort of mention it is."""

    NAME = "name"
    GROUP = "group"
    GRID = "grid"
    CELL = "cell"
    PLATE = "plate"
    BUILDING = "building"
    CODE = "code"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """
    One stretch of a text that names a place.

    `targets` are the entries that may be meant, with how they bear the name. A number of a group,
    grid, plate or building has all entries of that number until its neighbours narrow it.
    `joint` marks several numbers said together (一、三组). `sureness` is how surely it was read.
    """

    kind: Kind
    start: int
    end: int
    targets: dict[int, Form]
    sureness: float = 1.0
    numbers: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    name: str = ""
    outside: OutsideMention | None = None
    levels: frozenset[str] = field(default_factory=frozenset)

    @property
    def joint(self) -> bool:
        """Tell whether several numbers are said together."""
        return len(self.numbers) > 1


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


class MentionFinder:
    """Finds the mentions of a text, given the township's names and those around it."""

    def __init__(self, tree: Tree, outside: OutsideNames) -> None:
        self._tree = tree
        self._outside = outside
        self.lexicon = Lexicon(tree)
        self._codes = Codes(tree)
        self._names = self.lexicon.names

    def find(self, reading: Reading) -> list[Mention]:
        """List the mentions in order of appearance; they do not overlap."""
        chosen = _Chosen(len(reading.text))
        for code in self._codes.found_in(reading.text):
            targets = dict.fromkeys(code.targets, Form.NAME if code.whole else Form.ALIAS)
            sureness = 1.0 if code.whole else 0.9
            chosen.take(self._mention(Kind.CODE, code.start, code.end, targets, sureness))
        slots = slots_in(reading.text)
        waiting = self._take_exact(chosen, reading, slots)
        self._take_slots(chosen, slots)
        self._take_supported(chosen, waiting)
        self._take_wildcards(chosen, reading)
        self._take_alike(chosen, reading, slots)
        self._take_slots(chosen, slots)
        self._take_supported(chosen, waiting)
        return sorted(chosen.mentions, key=lambda mention: mention.start)

    def _take_exact(self, chosen: _Chosen, reading: Reading, slots: list[Slot]) -> list[Mention]:
        text = reading.text
        options: list[Mention] = [
            self._named(found, found.bearers) for found in self.lexicon.exact(reading)
        ]
        options += [
            Mention(Kind.OUTSIDE, found.start, found.end, {}, outside=found)
            for found in self._outside.found_in(reading)
        ]
        slot_starts = {slot.start: slot for slot in slots}
        options.sort(key=lambda m: (m.start - m.end, m.kind is Kind.OUTSIDE, m.start))
        waiting: list[Mention] = []
        for option in options:
            if not chosen.free_span(option.start, option.end):
                continue
            checked = self._checked(option, text, slot_starts, options)
            if checked is None:
                continue
            if checked.sureness < 0:
                waiting.append(replace(checked, sureness=1.0))
                continue
            chosen.take(checked)
        return waiting

    def _checked(
        self, option: Mention, text: str, slots: dict[int, Slot], options: list[Mention]
    ) -> Mention | None:
        """
        Judge one listed name by what stands around it.

        Returns it, perhaps lengthened by 村 or 组 and narrowed to what bears that; or with a
        negative sureness if it counts only beside another local name; or None.
        """
        if option.kind is Kind.OUTSIDE:
            return option
        kept = {
            number: form
            for number, form in option.targets.items()
            if self._person_stands(number, option, text, options, slots)
            and self._landmark_stands(number, option, text)
        }
        if not kept:
            return None
        return self._place_stands(self._remade(option, kept), text, slots, options)

    def _person_stands(
        self,
        number: int,
        option: Mention,
        text: str,
        options: list[Mention],
        slots: dict[int, Slot],
    ) -> bool:
        """Tell whether a head's name is a name here, not a piece of a longer one or a word."""
        if self._tree.level(number) != "household":
            return True
        before, after = text[: option.start][-4:], text[option.end :]
        name = text[option.start : option.end]
        if name.isascii():
            return True
        if len(name) > 2:
            return name not in EVERYDAY
        if _HAN.match(before[-1:]) and before[-1] not in _BEFORE_NAME:
            behind = [m.end for m in options] + [slot.end for slot in slots.values()]
            if option.start not in behind:
                return False
        if re.match(STRICTLY_AFTER_PERSON, after):
            return True
        if name in EVERYDAY:
            return False
        introduced = re.search(rf"(?:{BEFORE_PERSON}|[组社队村区寨户户主]|号)$", before) is not None
        closed = not after or re.match(AFTER_PERSON, after) is not None
        longer = len(after) > 1 and bool(_HAN.match(after)) and not closed
        if longer:
            return False
        return closed or (introduced and not _HAN.match(after))

    def _landmark_stands(self, number: int, option: Mention, text: str) -> bool:
        """Tell whether a building's name is not a piece of a word such as 小学生 or 广场舞."""
        if self._tree.level(number) != "landmark":
            return True
        return not re.compile(NOT_LANDMARK_AFTER).match(text, option.end - 1)

    def _place_stands(
        self, option: Mention, text: str, slots: dict[int, Slot], options: list[Mention]
    ) -> Mention | None:
        areas = {
            n for n in option.targets if self._tree.level(n) in ("village", "group", "township")
        }
        if not areas:
            return option
        name = text[option.start : option.end]
        if self._only_relation(name, text, option.start, options):
            return None
        if option.levels >= {"township", "village"}:
            kept = {n: f for n, f in option.targets.items() if self._tree.level(n) != "township"}
            option = self._remade(option, kept)
            areas &= kept.keys()
        bare = (
            any(option.targets[n] is Form.STEM for n in areas) or name in EVERYDAY or len(name) == 2
        )
        if not bare:
            return self._lengthened(option, text)
        if option.end in slots and slots[option.end].kind is SlotKind.GROUP:
            return self._narrowed_by_number(option)
        longer = self._lengthened(option, text)
        if longer is None or longer.end > option.end:
            return longer
        if _TOWN_WORD.match(text, option.end) and not self._is_township(option):
            return None
        owned = _OWNED.search(text[: option.start]) is not None
        beside_owner = any(m.end == option.start - 1 for m in options)
        if _bare_place(name, text, option.start, option.end) and (beside_owner or not owned):
            return option
        others = {n: f for n, f in option.targets.items() if n not in areas}
        if others:
            return self._remade(option, others)
        return replace(option, sureness=-1.0)

    def _only_relation(self, name: str, text: str, start: int, options: list[Mention]) -> bool:
        """Tell whether a hamlet's name is a direction here: 菜市场坎脚, 谁家高头."""
        if name not in RELATIONS:
            return False
        beside = any(m.end == start and not m.levels & {"village", "township"} for m in options)
        return beside or text[start - 1 : start] in tuple("家屋户院楼店厂桥口")

    def _is_township(self, option: Mention) -> bool:
        return any(self._tree.level(number) == "township" for number in option.targets)

    def _lengthened(self, option: Mention, text: str) -> Mention | None:
        """Take 村 or 组 behind a bare name into it, and keep what is called that."""
        levels = {number: self._tree.level(number) for number in option.targets}
        for word, level in ((_VILLAGE_WORD, "village"), (_GROUP_WORD, "group")):
            match = word.match(text, option.end)
            if match is None:
                continue
            kept = {n: f for n, f in option.targets.items() if levels[n] == level}
            if not kept and level == "village":
                kept = {n: f for n, f in option.targets.items() if levels[n] == "group"}
            if kept:
                firm = {n: max(f, Form.ALIAS) for n, f in kept.items()}
                return self._remade(replace(option, end=match.end()), firm)
        return option

    def _narrowed_by_number(self, option: Mention) -> Mention:
        """Before 三组, a name is a village or cluster that numbers its groups, if one bears it."""
        villages = {n: f for n, f in option.targets.items() if self._tree.level(n) == "village"}
        return self._remade(option, villages) if villages else option

    def _take_supported(self, chosen: _Chosen, waiting: list[Mention]) -> None:
        for option in sorted(waiting, key=lambda m: (m.start - m.end, m.start)):
            pairs = [m for m in waiting if m.end == option.start or m.start == option.end]
            if self._supported(option, chosen, [*chosen.mentions, *pairs]):
                chosen.take(option)

    def _supported(self, option: Mention, chosen: _Chosen, others: list[Mention]) -> bool:
        """Tell whether a bare word stands right beside a local name that fits it."""
        for other in others:
            beside = 0 <= other.start - option.end <= 1 or other.end == option.start
            if beside and any(self._tree.fits(a, b) for a in option.targets for b in other.targets):
                return chosen.free_span(option.start, option.end)
        return False

    def _take_slots(self, chosen: _Chosen, slots: list[Slot]) -> None:
        for slot in slots:
            if not chosen.free_span(slot.start, slot.end):
                continue
            if slot.needs_place and not chosen.ends_at(slot.start):
                continue
            beside = chosen.starts_at(slot.end) or chosen.ends_at(slot.start)
            if slot.before_surname and not beside:
                continue
            mention = self._slot_mention(slot)
            if mention is not None:
                chosen.take(mention)

    def _slot_mention(self, slot: Slot) -> Mention | None:
        if slot.kind is SlotKind.PLATE:
            return Mention(Kind.PLATE, slot.start, slot.end, {}, numbers=slot.numbers)
        if slot.kind is SlotKind.BUILDING:
            if not self._names.buildings:
                return None
            return Mention(Kind.BUILDING, slot.start, slot.end, {}, parts=slot.parts)
        index, kind = {
            SlotKind.GROUP: (self._names.groups, Kind.GROUP),
            SlotKind.GRID: (self._names.grids, Kind.GRID),
            SlotKind.CELL: (self._names.cells, Kind.CELL),
        }[slot.kind]
        targets = {n: Form.NAME for number in slot.numbers for n in index.get(number, ())}
        mention = self._mention(kind, slot.start, slot.end, targets, 1.0)
        return replace(mention, numbers=slot.numbers)

    def _take_wildcards(self, chosen: _Chosen, reading: Reading) -> None:
        """Read *竹村 as every village whose name fits: the writer did not catch a character."""
        for match in re.finditer(r"[*×□?_][㐀-鿿]{1,4}", reading.text):
            tail = match[0][1:]
            fitting: dict[int, Form] = {}
            length = 0
            for name, bearers in self._names.forms.items():
                if len(name) >= 2 and tail.startswith(name[1:]) and len(name) >= length:
                    villages = {
                        n: f for n, f in bearers.items() if self._tree.level(n) == "village"
                    }
                    if villages:
                        fitting = villages if len(name) > length else fitting | villages
                        length = len(name)
            end = match.start() + length
            if fitting and chosen.free_span(match.start(), match.start() + 1):
                for taken in list(chosen.mentions):
                    if taken.start < end and taken.end > match.start():
                        chosen.drop(taken)
                chosen.take(self._mention(Kind.NAME, match.start(), end, fitting, 0.8))

    def _take_alike(self, chosen: _Chosen, reading: Reading, slots: list[Slot]) -> None:
        text = reading.text
        group_starts = {slot.start for slot in slots if slot.kind is SlotKind.GROUP}
        options = sorted(
            self.lexicon.alike(reading, chosen.free), key=lambda f: (f.start - f.end, -f.sureness)
        )
        for found in options:
            if not chosen.free_span(found.start, found.end):
                continue
            kept = {
                n: form
                for n, form in found.bearers.items()
                if self._sound_counts(n, form, found, text, group_starts, chosen)
            }
            if kept:
                mention = self._named(found, kept)
                longer = self._lengthened(mention, text)
                if longer is not None and chosen.free_span(longer.start, longer.end):
                    chosen.take(longer)

    def _sound_counts(
        self,
        number: int,
        form: Form,
        found: Found,
        text: str,
        group_starts: set[int],
        chosen: _Chosen,
    ) -> bool:
        """Tell whether a name that only sounds alike is long enough, or placed well enough."""
        level = self._tree.level(number)
        length = found.end - found.start
        if text[found.start].isascii():
            length = 3 if length >= 5 else 2
        if level == "household" or form is Form.TAIL:
            return False
        if length >= 3:
            return True
        if level == "village":
            return found.end in group_starts or bool(_VILLAGE_WORD.match(text, found.end))
        if level == "group":
            return chosen.ends_at(found.start) and bool(re.match(AFTER_PLACE, text[found.end :]))
        return False

    def _named(self, found: Found, bearers: dict[int, Form]) -> Mention:
        span = found.start, found.end
        mention = self._mention(Kind.NAME, *span, bearers, found.sureness)
        return replace(mention, name=found.name)

    def _mention(
        self, kind: Kind, start: int, end: int, targets: dict[int, Form], sureness: float
    ) -> Mention:
        return Mention(kind, start, end, targets, sureness, levels=self._levels(targets))

    def _remade(self, mention: Mention, targets: dict[int, Form]) -> Mention:
        return replace(mention, targets=targets, levels=self._levels(targets))

    def _levels(self, targets: dict[int, Form]) -> frozenset[str]:
        return frozenset(self._tree.level(number) for number in targets)


class _Chosen:
    """The mentions taken so far, and which characters are still free."""

    def __init__(self, length: int) -> None:
        self.mentions: list[Mention] = []
        self.free = [True] * length

    def free_span(self, start: int, end: int) -> bool:
        return all(self.free[start:end])

    def take(self, mention: Mention) -> None:
        if self.free_span(mention.start, mention.end):
            self.mentions.append(mention)
            self._mark(mention, free=False)

    def drop(self, mention: Mention) -> None:
        self.mentions.remove(mention)
        self._mark(mention, free=True)

    def _mark(self, mention: Mention, *, free: bool) -> None:
        self.free[mention.start : mention.end] = [free] * (mention.end - mention.start)

    def ends_at(self, at: int) -> bool:
        return any(mention.end == at for mention in self.mentions)

    def starts_at(self, at: int) -> bool:
        return any(mention.start == at for mention in self.mentions)


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


_CLEARLY_BEFORE = ",。(在到从去住系喺是叫"
_POINTED_AT = re.compile("那边|这边|那里|这里|那坨|那点|那块|那个|那段|那条|嗰边|呢边|嗰度|村|街上")
_BETWEEN = re.compile("之间|中间|交界|的路|那条路|嗰条路|那段")
_FIRM = re.compile(
    "那边|这边|那里|这里|那坨|那个|那段|那条|那家|那户|嗰边|呢边|嗰度|的?[,。)]|村|街上|到|至|"
    "和|与|还是|定系|定是|定(?=.{1,4}(?:,|。|$|我|佢))|抑或|或者|路灯|停水|停电|断水|断电|没水|冇水|没电|电线|水管|自来水|塌方|滑坡|"
    "的(?:路灯|自来水|水管|电|网|路|垃圾|桥|沟|渠|村民|老百姓|群众|公路|机耕道|水沟)"
)
