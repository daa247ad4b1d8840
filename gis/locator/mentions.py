"""Which places a text mentions, word by word, each with the entries that bear the name.

Longest names win, what is found exactly goes before what merely sounds alike, and a name that is
also a word of every day counts only where a place may stand.
"""

from __future__ import annotations

import re
from dataclasses import replace

from gis.addresses import Slot, SlotKind, slots_in
from gis.locator.codes import Codes
from gis.locator.lexicon import Found, Lexicon
from gis.locator.mention import Kind, Mention
from gis.locator.names import Form
from gis.locator.outside import OutsideNames
from gis.locator.standing import Standing, follows_as_village
from gis.locator.tree import Tree
from gis.locator.words import AFTER_PLACE
from gis.normalise import Reading

_COMMITTEE = re.compile(".(?:村|社区)?(?:村委会|村委|村民委员会|居委会|居委|居民委员会)$")


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
        said = sorted(chosen.mentions, key=lambda mention: mention.start)
        followers: list[Mention | None] = [*said[1:], None]
        return [self._as_address(m, f) for m, f in zip(said, followers, strict=False)]

    def _as_address(self, mention: Mention, follower: Mention | None) -> Mention:
        """Read 某村委会 right before a group or hamlet as the village, not as the building."""
        beside = follower is not None and 0 <= follower.start - mention.end <= 1
        if not beside or mention.levels != {"landmark"} or not _COMMITTEE.search(mention.name):
            return mention
        villages = {v for n in mention.targets if (v := self._tree.above(n, "village")) is not None}
        address = follower is not None and follower.levels & {"group", "household", "cell"}
        if len(villages) != 1 or not address:
            return mention
        return mention.meaning(dict.fromkeys(villages, Form.NAME), self._tree)

    def _take_exact(self, chosen: _Chosen, reading: Reading, slots: list[Slot]) -> list[Mention]:
        options: list[Mention] = [
            self._named(found, found.bearers) for found in self.lexicon.exact(reading)
        ]
        options += [
            Mention(Kind.OUTSIDE, found.start, found.end, {}, outside=found)
            for found in self._outside.found_in(reading)
        ]
        options.sort(key=lambda m: (m.start - m.end, m.kind is Kind.OUTSIDE, m.start))
        standing = Standing(self._tree, reading.text, options, slots)
        waiting: list[Mention] = []
        for option in options:
            if not chosen.free_span(option.start, option.end):
                continue
            checked = standing.judged(option)
            if checked is None:
                continue
            if checked.sureness < 0:
                waiting.append(replace(checked, sureness=1.0))
                continue
            chosen.take(checked)
        return waiting

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
                if self._sound_counts(
                    n, form, found, text, group_starts=group_starts, chosen=chosen
                )
            }
            if kept:
                mention = self._named(found, kept)
                longer = Standing(self._tree, text, [], []).lengthened(mention)
                if chosen.free_span(longer.start, longer.end):
                    chosen.take(longer)

    def _sound_counts(
        self,
        number: int,
        form: Form,
        found: Found,
        text: str,
        *,
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
            if any("village" in m.levels and m.sureness == 1 for m in chosen.mentions):
                return False  # the village is known; 核实三组 is no 河石三组
            return found.end in group_starts or bool(follows_as_village(text, found.end))
        if level == "group":
            return self._behind_its_village(number, found.start, chosen) and bool(
                re.match(AFTER_PLACE, text[found.end :])
            )
        return False

    def _behind_its_village(self, number: int, at: int, chosen: _Chosen) -> bool:
        village = self._tree.above(number, "village")
        return any(m.end == at and village in m.targets for m in chosen.mentions)

    def _named(self, found: Found, bearers: dict[int, Form]) -> Mention:
        span = found.start, found.end
        mention = self._mention(Kind.NAME, *span, bearers, found.sureness)
        return replace(mention, name=found.name)

    def _mention(
        self, kind: Kind, start: int, end: int, targets: dict[int, Form], sureness: float
    ) -> Mention:
        return Mention(kind, start, end, targets, sureness, levels=self._levels(targets))

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
