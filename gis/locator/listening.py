"""Names of heads written as they were heard: 冉光雪 for 冉光学, 黄国强 for 王国强, 光学 alone.

Only inside a group or village that the words already name, and only if one house fits: elsewhere a
name that merely sounds alike is somebody else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from gis.locator.tree import Tree
from gis.normalise import Reading, normalise
from gis.sounds import alike, merged, pinyin_syllables, sounds_of, surnames_alike

_MOST_RUNS = 40
_HAN_RUN = re.compile("[㐀-鿿]+")
_LETTERS = re.compile("[a-z]{4,20}")
_BEFORE_GIVEN = re.compile(r"[老小阿]$|^$|[,。、(的嘅那家]$")
_AFTER_GIVEN = re.compile(r"家|屋|户|他|她|佢|的|嘅|,|。|$|门|院|叔|伯|哥|嫂|爷|婆|老")
_NOT_SURNAMES = frozenset("的了在是有个那这家里上下大小老我你他她们人不来去门口路水电灯坏")


class Listener:
    """Hears heads' names in the words that are left over."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @cached_property
    def _heads(self) -> dict[int, list[tuple[int, str]]]:
        """The full names of heads, under every group and village."""
        heads: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for number in self._tree.by_level["household"]:
            name = normalise(self._tree.entries[number].name)
            for level in ("group", "village"):
                holder = self._tree.above(number, level)
                if holder is not None and 2 <= len(name) <= 4:
                    heads[holder].append((number, name))
        return heads

    def heard_in(self, reading: Reading, free: Sequence[bool], holder: int) -> list[int]:
        """
        List the heads under a group or village whose names were probably meant.

        The best kind of likeness wins: the whole name by sound, then the given name alone.
        """
        heads = self._heads.get(holder, [])
        if not heads:
            return []
        in_group = self._tree.level(holder) == "group"
        runs = list(dict.fromkeys(r for r in _free_runs(reading.text, free) if len(r) >= 2))[
            :_MOST_RUNS
        ]
        letters = [
            [merged(s) for s in syllables]
            for word in _LETTERS.findall(
                "".join(c if f else " " for c, f in zip(reading.text, free, strict=True))
            )
            if (syllables := pinyin_syllables(word))
        ]
        best: dict[int, list[int]] = defaultdict(list)
        for number, name in heads:
            strength = max(
                max((_likeness(name, run, in_group=in_group) for run in runs), default=0),
                3 if any(_spelled(name, syllables) for syllables in letters) else 0,
            )
            if strength:
                best[strength].append(number)
        return best[max(best)] if best else []


def _likeness(name: str, run: str, *, in_group: bool) -> int:
    """Give 3 for the whole name by sound, 2 for a surname that only sounds alike, 1 without one."""
    surname, given = _split(name)
    strongest = 0
    for at in range(len(run) - len(name) + 1):
        said = run[at : at + len(name)]
        if said == name:
            return 3
        exact_given = said[len(surname) :] == given
        if said[0] in _NOT_SURNAMES and not exact_given:
            continue
        if len(name) >= 3 and _sounds_like(name, said):
            strongest = max(strongest, 3 if in_group or _same_sound(name, said) else 0)
        heard = surnames_alike(surname[0], said[0]) and exact_given
        if in_group and len(given) >= 2 and heard:
            strongest = max(strongest, 2)
        if in_group and len(name) == 2 and heard and _AFTER_GIVEN.match(run[at + 2 :]):
            strongest = max(strongest, 2)
    if in_group and not strongest and len(given) >= 2:
        for match in re.finditer(re.escape(given), run):
            before, after = run[: match.start()], run[match.end() :]
            if _BEFORE_GIVEN.search(before) and _AFTER_GIVEN.match(after):
                strongest = 1
    return strongest


def _split(name: str) -> tuple[str, str]:
    """Split surname and given name; four characters are a double surname."""
    return (name[:2], name[2:]) if len(name) == 4 else (name[:1], name[1:])


def _sounds_like(name: str, said: str) -> bool:
    given_alike = all(alike(a, b) for a, b in zip(name[1:], said[1:], strict=True))
    return given_alike and surnames_alike(name[0], said[0])


def _same_sound(name: str, said: str) -> bool:
    """Tell whether the commonest readings agree throughout, as a phone's keyboard would have it."""
    return all(
        a == b or (sounds_of(a)[:1] == sounds_of(b)[:1] and sounds_of(a) != ())
        for a, b in zip(name, said, strict=True)
    )


def _spelled(name: str, syllables: list[str]) -> bool:
    """Tell whether a name typed in letters contains this one."""
    for at in range(len(syllables) - len(name) + 1):
        if all(s in sounds_of(c) for s, c in zip(syllables[at:], name, strict=False)):
            return True
    return False


def _free_runs(text: str, free: Sequence[bool]) -> list[str]:
    """Cut the text into runs of characters that no mention has taken."""
    marked = "".join(char if is_free else " " for char, is_free in zip(text, free, strict=True))
    return _HAN_RUN.findall(marked)
