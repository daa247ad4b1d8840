"""The gazetteer as a tree: what holds what, and which unit deals with an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from gis.gazetteer import GazetteerEntry

UNITS = ("cell", "grid", "village")
_STANDS_IN_PARENT = ("landmark", "pole", "house_number", "card")


class Tree:
    """
    The entries, numbered from 0, with their ancestors.

    Entries are passed around by number; `entries[number]` is the entry itself.
    """

    def __init__(self, entries: Sequence[GazetteerEntry]) -> None:
        self.entries = entries
        self.number_of = {entry.id: number for number, entry in enumerate(entries)}
        self._parents = [self.number_of.get(entry.parent_id or "", -1) for entry in entries]
        self.children: dict[int, list[int]] = defaultdict(list)
        self.by_level: dict[str, list[int]] = defaultdict(list)
        for number, (entry, parent) in enumerate(zip(entries, self._parents, strict=True)):
            self.children[parent].append(number)
            self.by_level[entry.level].append(number)
        self._chains: dict[int, tuple[int, ...]] = {}
        self._cells_in_groups = any(
            self.level(self._parents[cell]) == "group" for cell in self.by_level["cell"]
        )

    def level(self, number: int) -> str:
        """Name the level of an entry; of no entry, nothing."""
        return self.entries[number].level if number >= 0 else ""

    def chain(self, number: int) -> tuple[int, ...]:
        """List an entry and its ancestors, itself first."""
        known = self._chains.get(number)
        if known is None:
            path = [number]
            parent = self._parents[number]
            while parent >= 0 and parent not in path:
                path.append(parent)
                parent = self._parents[parent]
            known = self._chains[number] = tuple(path)
        return known

    def above(self, number: int, level: str) -> int | None:
        """Find the ancestor of a level, or the entry itself."""
        return next((n for n in self.chain(number) if self.level(n) == level), None)

    def unit(self, number: int) -> int:
        """Find the cell, grid or village an entry stands in; else its topmost ancestor."""
        chain = self.chain(number)
        return next((n for n in chain if self.level(n) in UNITS), chain[-1])

    def place(self, number: int) -> int:
        """Find what a thing stands in: a pole its group, a plate its household."""
        parent = self._parents[number]
        stands = self.level(number) in _STANDS_IN_PARENT and parent >= 0
        return parent if stands else number

    def fits(self, left: int, right: int) -> bool:
        """Tell whether two entries can both be part of one address: one place holds the other."""
        a, b = self.place(left), self.place(right)
        if a in self.chain(b) or b in self.chain(a):
            return True
        return not self._cells_in_groups and self._group_beside(a, b)

    def _group_beside(self, a: int, b: int) -> bool:
        """Tell whether one grid or village holds a group and a cell that stands beside it."""
        if "group" not in (self.level(a), self.level(b)) or self.level(a) == self.level(b):
            return False
        return self.unit(a) in self.chain(b) or self.unit(b) in self.chain(a)

    def fitting(self, numbers: Iterable[int], others: Iterable[int]) -> set[int]:
        """Keep the entries that fit at least one of the others."""
        ends = [self.place(other) for other in others]
        bases = set(ends)
        above = {n for end in ends for n in self.chain(end)}
        kept = set()
        for number in numbers:
            place = self.place(number)
            if (
                place in above
                or not bases.isdisjoint(self.chain(place))
                or (not self._cells_in_groups and any(self._group_beside(place, e) for e in bases))
            ):
                kept.add(number)
        return kept

    def smallest_holding(self, numbers: Iterable[int]) -> int | None:
        """Find the smallest unit that holds all entries; None if no village does."""
        shared: list[int] | None = None
        for number in numbers:
            chain = self.chain(self.unit(number))
            shared = list(chain) if shared is None else [n for n in shared if n in chain]
        return next((n for n in shared or () if self.level(n) in UNITS), None)

    def below(self, number: int) -> list[int]:
        """List everything under an entry."""
        found: list[int] = []
        waiting = list(self.children[number])
        while waiting:
            child = waiting.pop()
            found.append(child)
            waiting.extend(self.children[child])
        return found
