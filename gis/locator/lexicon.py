"""Every name of a gazetteer, findable in a text in one pass: exactly, by sound, or misread.

Sound and shape are a second chance for what was not found exactly; they never turn one listed
name into another, because what is found exactly is no longer free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product

import ahocorasick

from gis.locator.names import Form, Names, names_of
from gis.locator.tree import Tree
from gis.normalise import Reading
from gis.sounds import merged, pinyin_syllables, sounds_of, spellings

_SOUNDED_LEVELS = ("township", "village", "group", "landmark")
_LONGEST_SOUNDED = 9
_MOST_TOKENS = 600
_MOST_COMBINATIONS = 8

# Characters taken for one another by hand and by character recognition, in names of places.
_SHAPES = (  # noqa: SIM905 - a line reads better than a list
    "土士 干千于 未末 木术本 大太犬 田由甲 日曰 人入 王玉 石右 牛午 己已巳 天夫 刀力 贝见 "
    "乌鸟 折拆 沙抄 坪坏 洋样 拔拨 西酉 晴睛 侯候 茶荼"
).split()
_SHAPED_LIKE = {
    char: [other for other in group if other != char] for group in _SHAPES for char in group
}


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text: its span, who bears it and how, and how surely it was read."""

    start: int
    end: int
    name: str
    bearers: dict[int, Form]
    sureness: float


@dataclass(frozen=True, slots=True)
class _Token:
    """A stretch of text with a sound: a character, or a syllable typed in letters."""

    start: int
    end: int
    sounds: tuple[str, ...]


class Lexicon:
    """The names of a gazetteer as an automaton, with an index by sound."""

    def __init__(self, tree: Tree) -> None:
        self.names: Names = names_of(tree)
        self._automaton = ahocorasick.Automaton()
        for name in self.names.forms:
            self._automaton.add_word(name, name)
        if self.names.forms:
            self._automaton.make_automaton()
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._beginnings: set[str] = set()
        self._misread: dict[str, str] = {}
        for name, bearers in self.names.forms.items():
            if any(tree.level(number) in _SOUNDED_LEVELS for number in bearers):
                self._index_sound(name)
                self._index_shapes(name)

    def exact(self, reading: Reading) -> Iterator[Found]:
        """Find every listed name, overlapping ones too."""
        if not self.names.forms:
            return
        for last, name in self._automaton.iter(reading.text):
            start, end = last + 1 - len(name), last + 1
            if _whole_words(reading, start, end):
                yield Found(start, end, name, self.names.forms[name], 1.0)

    def alike(self, reading: Reading, free: list[bool]) -> Iterator[Found]:
        """Find names by sound or misread shape, in the characters that are still free."""
        yield from self._sounding(reading, free)
        yield from self._looking(reading, free)

    def _sounding(self, reading: Reading, free: list[bool]) -> Iterator[Found]:
        tokens = _tokens(reading, free)
        for at, first in enumerate(tokens[:-1]):
            second = tokens[at + 1]
            if second.start != first.end:
                continue
            pairs = [f"{a} {b}" for a in first.sounds for b in second.sounds]
            if not self._beginnings.intersection(pairs):
                continue
            for length in range(2, _LONGEST_SOUNDED + 1):
                window = tokens[at : at + length]
                if len(window) < length or any(a.end != b.start for a, b in pairwise(window)):
                    break
                said = reading.text[first.start : window[-1].end]
                for name in self._names_sounding(window) - {said}:
                    sureness = 0.75 + 0.02 * length
                    span = first.start, window[-1].end
                    yield Found(*span, name, self.names.forms[name], sureness)

    def _names_sounding(self, window: list[_Token]) -> set[str]:
        keys = product(*(token.sounds for token in window))
        names: set[str] = set()
        for key in islice(keys, _MOST_COMBINATIONS):
            names |= self._by_sound.get(" ".join(key), set())
        return names

    def _looking(self, reading: Reading, free: list[bool]) -> Iterator[Found]:
        text = reading.text[:_MOST_TOKENS]
        for start in range(len(text)):
            for length in (3, 4, 5):
                end = start + length
                name = self._misread.get(text[start:end]) if end <= len(text) else None
                if name is not None and all(free[start:end]):
                    yield Found(start, end, name, self.names.forms[name], 0.7)

    def _index_sound(self, name: str) -> None:
        if not 2 <= len(name) <= _LONGEST_SOUNDED or name.isascii():
            return
        for spelling in spellings(name):
            self._by_sound[spelling].add(name)
            self._beginnings.add(" ".join(spelling.split(" ")[:2]))

    def _index_shapes(self, name: str) -> None:
        if not 3 <= len(name) <= 5:
            return
        for at, char in enumerate(name):
            for other in _SHAPED_LIKE.get(char, ()):
                misread = name[:at] + other + name[at + 1 :]
                if misread not in self.names.forms:
                    self._misread[misread] = name


def _whole_words(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a name in letters is not a piece of a longer word; others always are whole."""
    text = reading.text
    if text[start].isascii() and text[start].isalpha() and not reading.words[start]:
        return False
    if end < len(text) and text[end - 1].isascii() and text[end - 1].isalpha():
        return reading.words[end] or not (text[end].isascii() and text[end].isalpha())
    return True


def _tokens(reading: Reading, free: list[bool]) -> list[_Token]:
    text = reading.text[:_MOST_TOKENS]
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        if not free[at]:
            at += 1
        elif char.isascii() and char.isalpha():
            end = at + 1
            while end < len(text) and free[end] and text[end].isascii() and text[end].isalpha():
                end += 1
            tokens.extend(_syllable_tokens(text, at, end))
            at = end
        else:
            sounds = sounds_of(char) or ((char,) if char.isalnum() else ())
            if sounds:
                tokens.append(_Token(at, at + 1, sounds))
            at += 1
    return tokens


def _syllable_tokens(text: str, start: int, end: int) -> list[_Token]:
    tokens = []
    at = start
    for syllable in pinyin_syllables(text[start:end]):
        tokens.append(_Token(at, at + len(syllable), (merged(syllable),)))
        at += len(syllable)
    return tokens
