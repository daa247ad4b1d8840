"""From phrases to spots: what belongs together, what is another place, what contradicts.

Phrases that fit one place are joined, whatever their order; a village said once counts for what
follows; what the words leave out is filled in from weaker phrases and at last from the reporter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gis.locator.mention import Kind, Mention
from gis.locator.names import Form, village_stem
from gis.locator.roles import Phrase, Rank, Roles
from gis.locator.spots import Narrower, Spot
from gis.locator.tree import Tree
from gis.locator.words import TITLES
from gis.normalise import Reading, normalise


class Assembly:
    """Joins phrases into spots."""

    def __init__(
        self,
        tree: Tree,
        narrower: Narrower,
        roles: Roles,
        local: list[Phrase],
        reading: Reading,
        *,
        home: int | None,
    ) -> None:
        self._tree = tree
        self._narrower = narrower
        self._roles = roles
        self._text = reading.text
        self._home = home
        everything, local = local, [p for p in local if p.rank > Rank.NONE]
        best = max((p.rank for p in local if self._says_where(p)), default=Rank.PLAIN)
        self._main = [p for p in local if p.rank >= best or (p.rank == best)]
        self._context = [p for p in everything if p.rank < best]

    def _says_where(self, phrase: Phrase) -> bool:
        return bool(phrase.levels - {"township"}) or phrase.mentions[0].kind is Kind.BUILDING

    def spots(self) -> list[Spot]:
        """Make the spots the main phrases speak of."""
        phrases = self._merged_choices(self._main)
        spots: list[Spot] = []
        done: set[int] = set()
        for first, second in self._roles.stretches:
            if first in phrases and second in phrases and not {id(first), id(second)} & done:
                spot = self._stretch(first, second)
                if spot is not None:
                    done |= {id(first), id(second)}
                    spots.append(spot)
        for phrase in phrases:
            if id(phrase) not in done:
                self._add(spots, phrase)
        self._inherit(spots)
        for spot in spots:
            self._prefer_called(spot)
        return self._absorbed([spot for spot in spots if spot.leaves])

    def _prefer_called(self, spot: Spot) -> None:
        """Of several bridges, mean the one that is listed as 大桥 before a 沙湾大桥."""
        for mention in spot.mentions:
            called = [n for n in spot.leaves if mention.targets.get(n, Form.TAIL) > Form.TAIL]
            if mention.levels == {"landmark"} and called and len(called) < len(spot.leaves):
                spot.leaves, spot.preferred = called, True

    def _absorbed(self, spots: list[Spot]) -> list[Spot]:
        """Drop a village said beside something finer in it."""
        return [
            spot
            for spot in spots
            if not any(
                other is not spot and set(spot.leaves) < self._holders(other) - set(other.leaves)
                for other in spots
            )
        ]

    def _merged_choices(self, phrases: list[Phrase]) -> list[Phrase]:
        """Make one phrase of two places of which either may be meant (上坝还是上堰)."""
        merged = list(phrases)
        for first, second in self._roles.choices:
            if first in merged and second in merged and first is not second:
                either = self._either(first, second)
                if either is not None:
                    at = merged.index(first)
                    merged = [p for p in merged if p is not first and p is not second]
                    merged.insert(at, either)
        return merged

    def _either(self, first: Phrase, second: Phrase) -> Phrase | None:
        targets: dict[int, Form] = {}
        for phrase in (first, second):
            spot = self._narrower.spot(phrase.mentions)
            if spot is None:
                return None
            targets |= dict.fromkeys(spot.leaves, Form.NAME)
        levels = frozenset(self._tree.level(n) for n in targets)
        last = second.mentions[-1]
        whole = Mention(Kind.NAME, first.start, last.end, targets, 0.9, levels=levels)
        return Phrase([whole], rank=first.rank)

    def _stretch(self, first: Phrase, second: Phrase) -> Spot | None:
        """Find both ends of a stretch; the second may leave out what the first said."""
        start = self._narrower.spot(first.mentions)
        end = self._narrower.spot(second.mentions)
        if start is None or end is None:
            return None
        self._lend(start, end)
        self._lend(end, start)
        for context in self._context:
            for spot in (start, end):
                self._borrow(spot, context.mentions)
        self._to_home(start)
        self._to_home(end)
        both = Spot([*start.mentions, *end.mentions])
        both.leaves = sorted({*start.leaves, *end.leaves})
        single = len(self._units(start)) == 1 and len(self._units(end)) == 1
        both.joint = single or self._same_villages(start, end)
        both.inherited = start.inherited or end.inherited
        return both

    def _same_villages(self, start: Spot, end: Spot) -> bool:
        return (
            {self._tree.above(n, "village") for n in start.leaves}
            == {self._tree.above(n, "village") for n in end.leaves}
            and start.leaves != end.leaves
            and all(self._tree.level(n) == "group" for n in (*start.leaves, *end.leaves))
        )

    def _units(self, spot: Spot) -> set[int]:
        return {self._tree.unit(leaf) for leaf in spot.leaves}

    def _lend(self, giver: Spot, taker: Spot) -> None:
        """Let the village of one place count for another that several villages have."""
        if len(self._villages(taker.leaves)) < 2:
            return
        if not self._borrow(taker, giver.mentions):
            named: set[int | None] = {n for m in _villages_of(giver.mentions) for n in m.targets}
            self._keep_in(taker, named or self._named_villages(giver.mentions))

    def _villages(self, leaves: Sequence[int]) -> set[int | None]:
        return {self._tree.above(leaf, "village") for leaf in leaves}

    def _keep_in(self, spot: Spot, villages: set[int | None]) -> None:
        here = [n for n in spot.leaves if self._tree.above(n, "village") in villages]
        if len(villages) == 1 and here:
            spot.leaves = here

    def _named_villages(self, mentions: Sequence[Mention]) -> set[int | None]:
        """List the villages whose names a building's name contains: 上坝 in 上坝小学."""
        return {
            village
            for m in mentions
            if m.levels == {"landmark"}
            for n in m.targets
            if (village := self._tree.above(n, "village")) is not None
            and m.name.startswith(village_stem(normalise(self._tree.entries[village].name)))
        }

    def _borrow(self, spot: Spot, mentions: Sequence[Mention]) -> bool:
        villages = _villages_of(mentions)
        if not villages or len({self._tree.above(n, "village") for n in spot.leaves}) < 2:
            return False
        joined = self._narrower.spot([*villages, *spot.mentions])
        if joined is None or not joined.leaves or set(joined.leaves) == set(spot.leaves):
            return False
        if self._tree.level(joined.leaves[0]) == "village":
            return False
        spot.leaves, spot.joint = joined.leaves, joined.joint
        return True

    def _add(self, spots: list[Spot], phrase: Phrase) -> None:
        """Join a phrase to the latest spot it fits, or begin a new one."""
        for spot in reversed(spots):
            if spot.joint and len(spot.mentions) > 1 and not phrase.far:
                joined = self._narrower.spot([*spot.mentions, *phrase.mentions])
                if joined is None:
                    leaves = set(self._leaves(phrase))
                    if leaves & self._holders(spot):
                        self._keep_in(spot, {*leaves})
                        return
                    continue
            joined = self._narrower.spot([*spot.mentions, *phrase.mentions])
            if joined is not None and joined.leaves:
                joined.far = spot.far or phrase.far
                joined.conflicts = spot.conflicts
                spots[spots.index(spot)] = joined
                return
        self._begin(spots, phrase)

    def _leaves(self, phrase: Phrase) -> list[int]:
        spot = self._narrower.spot(phrase.mentions)
        return spot.leaves if spot else []

    def _holders(self, spot: Spot) -> set[int]:
        return {n for leaf in spot.leaves for n in self._tree.chain(leaf)}

    def _begin(self, spots: list[Spot], phrase: Phrase) -> None:
        spot = self._narrower.spot(phrase.mentions)
        if spot is None:
            spot = self._contradiction(phrase)
        spot.far = phrase.far
        if not spot.leaves and not any(m.kind is Kind.BUILDING for m in phrase.mentions):
            return
        for earlier in reversed(spots):
            self._borrow(spot, earlier.mentions)
            if self._idle(phrase, spot, earlier):
                return
            if self._contradicts(phrase, spot, earlier):
                earlier.conflicts.extend(phrase.mentions)
                return
        spots.append(spot)

    def _contradiction(self, phrase: Phrase) -> Spot:
        """Take as much of a self-contradicting phrase as fits together, from the left."""
        taken: list[Mention] = []
        left: list[Mention] = []
        for mention in phrase.mentions:
            spot = self._narrower.spot([*taken, mention])
            (taken if spot is not None else left).append(mention)
        spot = self._narrower.spot(taken)
        result = spot if spot is not None else Spot([])
        result.conflicts = left
        return result

    def _idle(self, phrase: Phrase, spot: Spot, earlier: Spot) -> bool:
        """Tell whether a phrase that does not fit is too vague to count against what was said."""
        named_village = any("village" in m.levels or m.kind is Kind.GROUP for m in earlier.mentions)
        if not named_village:
            return False
        words = [self._text[m.start : m.end] for m in phrase.mentions]
        levels = phrase.levels
        if levels <= {"landmark"}:
            shared = len(spot.leaves) > 1 or all(
                f <= Form.ALIAS for m in phrase.mentions for f in m.targets.values()
            )
            beside = any(0 <= phrase.start - m.end <= 1 for m in earlier.mentions)
            return beside or (shared and len(words[0]) <= 3)
        if levels <= {"household"}:
            nickname = all(f is not Form.NAME for m in phrase.mentions for f in m.targets.values())
            elsewhere = not self._same_village(spot, earlier)
            many = len(spot.leaves) > 1
            titled = (
                nickname and re.fullmatch(rf".{{1,2}}(?:{TITLES})|[老小阿].", words[0]) is not None
            )
            return elsewhere and (titled or many)
        return (
            len(words) == 1 and len(words[0]) <= 2 and levels <= {"group"} and len(spot.leaves) > 1
        )

    def _contradicts(self, phrase: Phrase, spot: Spot, earlier: Spot) -> bool:
        """Tell whether a head named beside a group lives elsewhere: one of the two is wrong."""
        return (
            phrase.levels <= {"household"}
            and bool(spot.leaves)
            and any(0 <= phrase.start - m.end <= 2 for m in earlier.mentions)
        )

    def _same_village(self, left: Spot, right: Spot) -> bool:
        return not {self._tree.above(n, "village") for n in left.leaves}.isdisjoint(
            self._tree.above(n, "village") for n in right.leaves
        )

    def _inherit(self, spots: list[Spot]) -> None:
        """Fill in the village from other spots, from weaker phrases, then from the reporter."""
        for spot in spots:
            for other in spots:
                if other is not spot:
                    self._lend(other, spot)
            for context in sorted(self._context, key=lambda p: -p.rank):
                before = len(spot.leaves)
                self._lend(Spot(context.mentions), spot)
                if len(spot.leaves) < before:
                    spot.inherited = "context"
            self._to_home(spot)

    def _to_home(self, spot: Spot) -> None:
        """Of several places that fit, keep those in the reporter's village, if any."""
        if self._home is None:
            return
        if not any(self._home in self._tree.chain(n) for n in spot.leaves) and _only_counted(spot):
            # the reporter's village has no such group: the number says nothing, the call does
            spot.leaves, spot.inherited, spot.preferred = [self._home], "reporter", True
        if len(self._units(spot)) < 2:
            return
        here = [leaf for leaf in spot.leaves if self._home in self._tree.chain(leaf)]
        if here and len(here) < len(spot.leaves):
            spot.leaves = here
            spot.inherited = "reporter"


def _only_counted(spot: Spot) -> bool:
    counted = (Kind.GROUP, Kind.GRID, Kind.CELL)
    return bool(spot.mentions) and all(m.kind in counted for m in spot.mentions)


def _villages_of(mentions: Sequence[Mention]) -> list[Mention]:
    return [m for m in mentions if "village" in m.levels and m.kind is Kind.NAME]
