"""From mentions to places: which entries fit everything that was said about one spot.

Mentions narrow one another: a third group in a named village is one group, a head in it one house.
A number that no entry bears says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gis.locator.mention import Kind, Mention
from gis.locator.names import Form, Names, village_stem
from gis.locator.tree import Tree

# What is asked first when several mentions fit: a house refines a group, a group a village.
_FINENESS = {
    "card": 9,
    "house_number": 8,
    "household": 7,
    "cell": 6,
    "landmark": 5,
    "pole": 5,
    "group": 4,
    "grid": 3,
    "village": 2,
    "township": 1,
}
_OLD = re.compile("[原老旧前](?:来的|先的|是)?$|以前的?$|从前的?$|原来的?$")


@dataclass(slots=True)
class Spot:
    """
    One place as far as the words go.

    `leaves` are the entries that may be meant. `joint` tells that all of them are meant together
    (一、三组), so that only a unit holding them all will do.
    """

    mentions: list[Mention]
    leaves: list[int] = field(default_factory=list)
    joint: bool = False
    far: bool = False
    conflicts: list[Mention] = field(default_factory=list)
    inherited: str = ""
    heard: bool = False
    preferred: bool = False


class Narrower:
    """Finds the entries that fit several mentions at once."""

    def __init__(self, tree: Tree, names: Names, text: str) -> None:
        self._tree = tree
        self._names = names
        self._text = text

    def spot(self, mentions: Sequence[Mention]) -> Spot | None:
        """Make a spot of mentions, or None if they contradict one another."""
        mentions = _once_each(mentions)
        located = [m for m in mentions if m.kind not in (Kind.PLATE, Kind.BUILDING)]
        options = self._options(located)
        if not _narrow(self._tree, options):
            return None
        kept = [m for m in located if m in options]
        spot = Spot(list(mentions), self._leaves(kept, options))
        spot.joint = self._joint(kept, options, spot.leaves)
        self._add_doors(spot, mentions, options)
        return spot

    def _options(self, mentions: Sequence[Mention]) -> dict[Mention, set[int]]:
        """List what each mention may be; one whose number nobody bears is left out."""
        cluster = self._cluster_in(mentions)
        villages = {
            n
            for m in mentions
            if m.levels == {"village"} and m.kind is Kind.NAME
            for n in m.targets
        }
        unmapped = not cluster and any(self._former_only(mention) for mention in mentions)
        options: dict[Mention, set[int]] = {}
        for mention in mentions:
            targets = set(mention.targets)
            if mention.kind is Kind.GROUP:
                targets = set() if unmapped else self._groups(mention, cluster, villages)
            if targets:
                options[mention] = targets
        return options

    def _groups(self, mention: Mention, cluster: str, villages: set[int]) -> set[int]:
        """List the groups of a number: a former village has its own, a named village its own."""
        own = self._names.clusters.get(cluster, {})
        if own:
            return {group for number in mention.numbers for group in own.get(number, ())}
        targets = set(mention.targets)
        if villages:
            return {t for t in targets if villages.intersection(self._tree.chain(t))}
        return targets

    def _cluster_in(self, mentions: Sequence[Mention]) -> str:
        """Name the former village or hamlet that numbers the groups, if one was said."""
        for mention in mentions:
            stem = village_stem(mention.name)
            if stem not in self._names.clusters or not self._names.clusters[stem]:
                continue
            said_old = _OLD.search(self._text[: mention.start]) is not None
            current = any(
                self._tree.level(n) == "village"
                and f is not Form.ALIAS
                and stem not in self._names.former
                for n, f in mention.targets.items()
            )
            if said_old or not current:
                return stem
        return ""

    def _former_only(self, mention: Mention) -> bool:
        """Tell whether a former village was said whose old group numbers nobody wrote down."""
        stem = village_stem(mention.name)
        return stem in self._names.former and stem not in self._names.clusters

    def _leaves(self, mentions: Sequence[Mention], options: dict[Mention, set[int]]) -> list[int]:
        """Take the finest things said; of a village and its namesake hamlet, the village."""
        if not mentions:
            return []
        finest = max(mentions, key=lambda m: (self._fineness(options[m]), -len(options[m])))
        leaves = options[finest]
        kept = [
            leaf
            for leaf in leaves
            if not any(o != leaf and o in self._tree.chain(leaf)[1:] for o in leaves)
        ]
        return sorted(kept)

    def _fineness(self, targets: Iterable[int]) -> int:
        return max((_FINENESS.get(self._tree.level(n), 0) for n in targets), default=0)

    def _joint(
        self, mentions: Sequence[Mention], options: dict[Mention, set[int]], leaves: list[int]
    ) -> bool:
        """Tell whether all leaves are meant: several numbers at once, or a cluster's groups."""
        if any(m.joint and set(leaves) == options[m] for m in mentions):
            return True
        shared = {self._tree.above(leaf, "village") for leaf in leaves}
        return (
            len(leaves) > 1
            and len(shared) == 1
            and any(
                m.kind is Kind.NAME and village_stem(m.name) in self._names.clusters
                for m in mentions
            )
            and all(self._tree.level(leaf) == "group" for leaf in leaves)
        )

    def _add_doors(
        self, spot: Spot, mentions: Sequence[Mention], options: dict[Mention, set[int]]
    ) -> None:
        """Refine by plate or building, if there is such a door; an unknown one says nothing."""
        if any(self._tree.level(leaf) in ("household", "card") for leaf in spot.leaves):
            return
        for mention in mentions:
            if mention.kind is Kind.PLATE:
                doors = self._plates(mention, spot.leaves, options)
            elif mention.kind is Kind.BUILDING:
                doors = self._buildings(mention, spot.leaves)
            else:
                continue
            if doors:
                spot.leaves, spot.joint = doors, False

    def _plates(
        self, mention: Mention, leaves: list[int], options: dict[Mention, set[int]]
    ) -> list[int]:
        number = mention.numbers[0]
        plates = {p for leaf in leaves for p in self._names.plates.get((leaf, number), ())}
        streets = {
            n
            for targets in options.values()
            for n in targets
            if self._tree.level(n) == "house_number" and n in self._all_plates(number, n)
        }
        return sorted(streets or plates)

    def _all_plates(self, number: int, plate: int) -> list[int]:
        village = self._tree.above(plate, "village")
        return [] if village is None else self._names.plates.get((village, number), [])

    def _buildings(self, mention: Mention, leaves: list[int]) -> list[int]:
        building, stair, room = mention.parts
        for key in ((building, stair, room), (building, "", room), (building, stair), (building,)):
            if not key[-1] or (not building and not stair):
                continue
            known = self._names.buildings.get(key, [])
            here = [
                n for n in known if not leaves or any(self._tree.fits(n, leaf) for leaf in leaves)
            ]
            if here:
                return sorted(here)
        return []


def _once_each(mentions: Sequence[Mention]) -> list[Mention]:
    """Drop what was said before in the same words: people repeat themselves."""
    seen: dict[tuple[Kind, str, tuple[int, ...], tuple[str, ...], frozenset[int]], Mention] = {}
    for m in mentions:
        seen.setdefault((m.kind, m.name, m.numbers, m.parts, frozenset(m.targets)), m)
    return list(seen.values())


def _narrow(tree: Tree, options: dict[Mention, set[int]]) -> bool:
    """Drop what fits nothing else that was said; False if something has nothing left."""
    mentions = list(options)
    changed = True
    while changed:
        changed = False
        for mention in mentions:
            for other in mentions:
                if other is mention:
                    continue
                kept = tree.fitting(options[mention], options[other])
                if len(kept) < len(options[mention]):
                    options[mention] = kept
                    changed = True
                if not kept:
                    return False
    return True
