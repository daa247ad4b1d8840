"""Where is it? From what people say to the unit that deals with it, or the one right question.

The answer is the finest unit a careful person holding the gazetteer can be sure of: never the first
of several, never the nearest neighbour of something unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gis.addresses import position_in
from gis.gazetteer import GazetteerEntry, OutsideName
from gis.locator.answers import Hint, Located, Match
from gis.locator.confidence import confidence_of
from gis.locator.names import township_stem
from gis.locator.outside import OutsideNames
from gis.locator.positions import Positions, distance_m, position_of
from gis.locator.spots import Spot
from gis.locator.tree import Tree
from gis.locator.understanding import Reader, Understanding
from gis.locator.wording import label, question, reasons
from gis.normalise import Reading, normalise, read
from halfhour.places import LonLat
from halfhour.vocabulary import Answer, Precision

_MOST_CHARACTERS = 4_000
_MOST_CANDIDATES = 20
_DOUBTED = 0.6
_WHERE = "请问在哪个村、哪个组，谁家附近？"


class Locator:
    """
    A township's gazetteer, ready to be asked.

    Building takes a fraction of a second; build it again when the gazetteer changes. Asking
    changes nothing, so one locator may serve many threads.

    Parameters
    ----------
    entries
        The gazetteer, in any order.
    outside
        Names around the township. Without them, other townships are recognised only by their form.
    """

    def __init__(
        self, entries: Iterable[GazetteerEntry], outside: Iterable[OutsideName] = ()
    ) -> None:
        self._tree = Tree(list(entries))
        townships = [self._tree.entries[n].name for n in self._tree.by_level["township"]]
        own = [normalise(name) for name in townships]
        names = OutsideNames(list(outside), [*own, *map(township_stem, own)])
        self._reader = Reader(self._tree, names)
        self._positions = Positions(self._tree)

    def locate(self, text: str, hint: Hint | None = None) -> Located:
        """
        Say where a message is about.

        Never raises for any text. Of a text longer than 4,000 characters only the beginning is
        read.

        Parameters
        ----------
        text
            What was said or written.
        hint
            What is known beside the words.
        """
        hint = hint or Hint()
        reading = read(text[:_MOST_CHARACTERS])
        shared = position_of(hint, position_in(reading.text), text[:_MOST_CHARACTERS])
        home = self._tree.number_of.get(hint.reporter_village_id or "")
        understood = self._reader.understand(reading, home)
        because = reasons(self._tree, understood, reading)
        spots = [s for s in understood.spots if not self._only_township(s)]
        if understood.outside:
            located = self._outside(understood.outside, because)
        elif spots:
            located = self._decide(spots, understood, reading, shared, because)
        elif shared is not None:
            located = self._at(shared, because)
        elif understood.unlisted:
            located = self._outside(understood.unlisted, because)
        else:
            located = self._fallback(home, because)
        return _with_shared(_doubted(located, understood.unknown), shared)

    def match(self, entry_id: str) -> Match | None:
        """Look up a place that somebody chose by its id; None if there is no such entry."""
        number = self._tree.number_of.get(entry_id)
        return None if number is None else self._match(number, 1.0)

    def _only_township(self, spot: Spot) -> bool:
        return all(self._tree.level(leaf) == "township" for leaf in spot.leaves)

    def _outside(self, name: str, because: tuple[str, ...]) -> Located:
        reason = f"“{name}”不在本乡镇"
        return Located(Answer.OUTSIDE, 0.95, evidence=tuple(dict.fromkeys([*because, reason])))

    def _fallback(self, home: int | None, because: tuple[str, ...]) -> Located:
        if home is None:
            return Located(Answer.NONE, 0.9, evidence=because, question=_WHERE)
        evidence = (*because, "话里没有地点，按来电登记的村")
        confidence = confidence_of([], home_only=True)
        return self._found([home], home, confidence, evidence)

    def _at(self, point: LonLat, because: tuple[str, ...]) -> Located:
        """Answer with the unit of the nearest known point; far from all of them is outside."""
        nearest = self._positions.nearest(point)
        if nearest is None or self._positions.is_far(nearest[1]):
            return Located(Answer.OUTSIDE, 0.95, evidence=(*because, "发来的位置不在本乡镇"))
        number, away_m = nearest
        unit = self._tree.unit(number)
        evidence = (*because, f"发来的位置离{label(self._tree, number)}约{away_m:.0f}米")
        confidence = 0.95 if away_m <= 60 else 0.85 if away_m <= 200 else 0.7
        match = self._match(unit, confidence)
        return Located(Answer.FOUND, confidence, Precision.B, (match,), evidence, point=point)

    def _decide(
        self,
        spots: Sequence[Spot],
        understood: Understanding,
        reading: Reading,
        shared: LonLat | None,
        because: tuple[str, ...],
    ) -> Located:
        leaves = list(dict.fromkeys(leaf for spot in spots for leaf in self._meant(spot)))
        units = list(dict.fromkeys(self._tree.unit(leaf) for leaf in leaves))
        if len(units) > 1 and shared is not None:
            leaves = self._nearest_of(leaves, shared)
            units = list(dict.fromkeys(self._tree.unit(leaf) for leaf in leaves))
        whole = units[0] if len(units) == 1 else self._one_grid(units)
        if whole is not None:
            confidence = confidence_of(spots)
            return self._found(leaves, whole, confidence, because)
        matches = tuple(self._match(n, 1 / len(units)) for n in self._offered(leaves))
        ask = question(self._tree, leaves, understood, reading)
        return Located(Answer.AMBIGUOUS, 0.9, None, matches, because, ask)

    def _meant(self, spot: Spot) -> list[int]:
        """List what a spot stands for: its leaves, or the unit that holds them all."""
        if spot.far:
            return _distinct(self._tree.above(n, "village") for n in spot.leaves)
        if not spot.joint:
            return spot.leaves
        villages: dict[int | None, list[int]] = {}
        for leaf in spot.leaves:
            villages.setdefault(self._tree.above(leaf, "village"), []).append(leaf)
        if len(villages) > 1:
            return spot.leaves
        holding = self._tree.smallest_holding(spot.leaves)
        return spot.leaves if holding is None else [holding]

    def _one_grid(self, units: Sequence[int]) -> int | None:
        """Find the grid that holds all units, if one does."""
        grids = {self._tree.above(unit, "grid") for unit in units}
        return next(iter(grids)) if len(grids) == 1 else None

    def _nearest_of(self, leaves: list[int], point: LonLat) -> list[int]:
        """Let a shared position choose among places that fit the words, if it clearly does."""
        away = sorted(
            (distance_m(point, place), leaf)
            for leaf in leaves
            if (place := self._tree.entries[leaf].point) is not None
        )
        clear = (
            len(away) > 1 and not self._positions.is_far(away[0][0]) and 2 * away[0][0] < away[1][0]
        )
        return [away[0][1]] if clear else leaves

    def _offered(self, leaves: Sequence[int]) -> list[int]:
        """Keep one leaf for each unit, in order."""
        offered: dict[int, int] = {}
        for leaf in leaves:
            offered.setdefault(self._tree.unit(leaf), leaf)
        return list(offered.values())[:_MOST_CANDIDATES]

    def _found(
        self, leaves: Sequence[int], unit: int, confidence: float, because: tuple[str, ...]
    ) -> Located:
        best = leaves[0] if len(leaves) == 1 else unit
        precision = Precision.for_level(self._tree.level(best))
        match = self._match(best, confidence)
        pinned = precision in (Precision.A, Precision.B)
        return Located(
            Answer.FOUND,
            confidence,
            precision,
            (match,),
            because,
            point=match.point if pinned else None,
        )

    def _match(self, number: int, score: float) -> Match:
        entry = self._tree.entries[number]
        return Match(
            id=entry.id,
            level=entry.level,
            label=label(self._tree, number),
            village_id=self._id_above(number, "village"),
            grid_id=self._id_above(number, "grid"),
            cell_id=self._id_above(number, "cell"),
            point=entry.point,
            score=round(score, 4),
        )

    def _id_above(self, number: int, level: str) -> str | None:
        found = self._tree.above(number, level)
        return None if found is None else self._tree.entries[found].id


def _distinct(numbers: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(n for n in numbers if n is not None))


def _doubted(located: Located, unknown: str) -> Located:
    """Trust an answer less if the text also names a village that nobody knows here."""
    if not unknown:
        return located
    evidence = (*located.evidence, f"没有查到“{unknown}”")
    confidence = min(located.confidence, _DOUBTED)
    return replace(located, confidence=confidence, evidence=evidence)


def _with_shared(located: Located, shared: LonLat | None) -> Located:
    return located if shared is None else replace(located, shared=shared)
