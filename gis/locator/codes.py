"""Numbers printed on cards and painted on poles, found however they are written down.

Each township has its own format, so nothing is assumed about it: a code is compared as bare
letters, digits and characters. A pole's number also loses its leading zeros and the words around it
(10kV…线…号杆), because people read out only what they see.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

import ahocorasick

from gis.locator.tree import Tree
from gis.normalise import normalise
from gis.numerals import HAN_NUMERALS, NUMERAL, number_in

_CARD_WORDS = re.compile("卡|证号|服务码|二维码|扫码")
_POLE_WORDS = re.compile("杆|线|塔|电|变压|变台|台区|kv|千伏|路灯号")
_FILLER = re.compile(
    r"(?:\d{1,3}(?:\.\d)?)(?:kv|千伏)|(?:kv|千伏)|线路|支线|线|号|电杆|杆|铁塔|塔|编|第|基|[^0-9a-z㐀-鿿,。]"
)
_SPOKEN = re.compile(rf"[{HAN_NUMERALS}]{{1,6}}(?=号?(?:电杆|杆|塔|铁塔|号变)|$)")
_SPELLED = re.compile("[零〇一二三四五六七八九幺0-9]{4,}")
_BARE_POLE = re.compile(
    rf"(?<![\d线支#{HAN_NUMERALS}-])({NUMERAL})(?:号|#)?(?:电线杆|电杆|杆)(?!子)|(?:电线杆|电杆|杆)(?:编号|号码|号)?(?:是|为|,)?({NUMERAL})号?"
)
_UNITS_AFTER = "组社队户栋幢村岁斤亩元米年月日点人个"


@dataclass(frozen=True, slots=True)
class CodeFound:
    """A printed number found in a text: its span, the entries that bear it, and whether whole."""

    start: int
    end: int
    targets: tuple[int, ...]
    level: str
    whole: bool


class Codes:
    """The cards and poles of a gazetteer, by what is printed on them."""

    def __init__(self, tree: Tree) -> None:
        self._cards: dict[str, list[int]] = defaultdict(list)
        self._card_digits: dict[str, list[int]] = defaultdict(list)
        self._poles: dict[str, list[int]] = defaultdict(list)
        for number in tree.by_level["card"]:
            for name in (tree.entries[number].name, *tree.entries[number].aliases):
                bare = _bare(normalise(name))
                self._cards[bare].append(number)
                self._card_digits[re.sub(r"\D", "", bare)].append(number)
        for number in tree.by_level["pole"]:
            for name in (tree.entries[number].name, *tree.entries[number].aliases):
                self._poles[_pole_key(normalise(name))].append(number)
        self._pole_numbers: dict[int, set[int]] = defaultdict(set)
        for key, numbers in self._poles.items():
            last = re.search(r"\d+$", key)
            if last and len(last[0]) <= 4:
                self._pole_numbers[int(last[0])].update(numbers)
        self._card_automaton = _automaton(self._cards)
        self._pole_automaton = _automaton(self._poles)

    def found_in(self, text: str) -> list[CodeFound]:
        """Find cards, then poles."""
        return [*self._cards_in(text), *self._poles_in(text)]

    def _cards_in(self, text: str) -> list[CodeFound]:
        spoken = bool(_CARD_WORDS.search(text))
        bare, offsets = _without(
            re.compile(r"[^0-9a-z㐀-鿿]"), _spelled_out(text) if spoken else text
        )
        found = []
        for end, code in _matches(self._card_automaton, bare):
            start = end - len(code)
            lettered = not code.isdecimal()
            if _stands_alone(bare, start, end) and (spoken or len(code) >= (5 if lettered else 6)):
                span = offsets[start], offsets[end - 1] + 1
                found.append(CodeFound(*span, tuple(self._cards[code]), "card", whole=True))
        if found or not spoken:
            return found
        for match in re.finditer(r"\d{4,}", bare):
            targets = self._card_digits.get(match[0])
            letters_before = re.search("[a-z]$", bare[: match.start()])
            said = _card_word_before(bare, match.start()) or bare[match.end() :][:2] in (
                "号卡",
                "的卡",
            )
            if targets and not letters_before and said:
                span = offsets[match.start()], offsets[match.end() - 1] + 1
                found.append(CodeFound(*span, tuple(targets), "card", whole=False))
        return found

    def _poles_in(self, text: str) -> list[CodeFound]:
        if not _POLE_WORDS.search(text) and not re.search(r"0\d", text):
            return []
        spelled = _SPOKEN.sub(_digits_of, text)
        if len(spelled) != len(text):
            spelled = text if not self._poles else spelled
        bare, offsets = _without(_FILLER, spelled, zeros=True)
        shift = len(spelled) != len(text)
        found = []
        for end, code in _matches(self._pole_automaton, bare):
            start = end - len(code)
            if _stands_alone(bare, start, end) and bare[end : end + 1] not in tuple(_UNITS_AFTER):
                first, last = offsets[start], offsets[end - 1] + 1
                if shift:
                    first, last = min(first, len(text) - 1), min(last, len(text))
                last = _past_filler(spelled, last)
                span = first, min(last, len(text))
                found.append(CodeFound(*span, tuple(self._poles[code]), "pole", whole=True))
        return found or self._bare_pole(text)

    def _bare_pole(self, text: str) -> list[CodeFound]:
        """Read 12号杆 without its line: all poles of that number, for the village to tell."""
        for match in _BARE_POLE.finditer(text):
            number = number_in(match[1] or match[2])
            targets = self._pole_numbers.get(number or 0, set())
            if targets:
                span = match.start(), match.end()
                return [CodeFound(*span, tuple(sorted(targets)), "pole", whole=False)]
        return []


def _card_word_before(text: str, at: int) -> bool:
    return bool(_CARD_WORDS.search(text[max(0, at - 10) : at]))


def _past_filler(text: str, at: int) -> int:
    match = re.compile("号?(?:电杆|杆塔|杆|铁塔|塔|#)").match(text, at)
    return match.end() if match else at


def _digits_of(match: re.Match[str]) -> str:
    """Write a spoken number in digits, padded so that the text keeps its length."""
    number = number_in(match[0])
    return (
        match[0]
        if number is None
        else str(number).zfill(len(match[0]))[-max(len(match[0]), len(str(number))) :]
    )


def _spelled_out(text: str) -> str:
    """Write numbers read out digit by digit, 零六幺二, in digits."""
    table = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
    return _SPELLED.sub(lambda match: match[0].translate(table), text)


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z㐀-鿿]", "", name)


def _pole_key(name: str) -> str:
    return _without(_FILLER, _SPOKEN.sub(_digits_of, name), zeros=True)[0]


def _without(unwanted: re.Pattern[str], text: str, *, zeros: bool = False) -> tuple[str, list[int]]:
    """Drop what is unwanted, and leading zeros if asked; keep the offsets of what remains."""
    keep = [True] * len(text)
    for match in unwanted.finditer(text):
        keep[match.start() : match.end()] = [False] * (match.end() - match.start())
    if zeros:
        for match in re.finditer(r"(?<!\d)0+(?=\d)", text):
            keep[match.start() : match.end()] = [False] * (match.end() - match.start())
    offsets = [at for at, kept in enumerate(keep) if kept]
    return "".join(text[at] for at in offsets), offsets


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a code is not a piece of a longer number or word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    cut = (first.isdecimal() and before.isdecimal()) or (last.isdecimal() and after.isdecimal())
    return not cut and not (
        first.isascii() and first.isalpha() and before.isascii() and before.isalpha()
    )


def _automaton(keys: dict[str, list[int]]) -> ahocorasick.Automaton | None:
    wanted = [key for key in keys if len(key) >= 3]
    if not wanted:
        return None
    automaton = ahocorasick.Automaton()
    for key in wanted:
        automaton.add_word(key, key)
    automaton.make_automaton()
    return automaton


def _matches(automaton: ahocorasick.Automaton | None, text: str) -> list[tuple[int, str]]:
    """List the longest matches, as (end, key); one inside another is dropped."""
    if automaton is None:
        return []
    found = [(at + 1, key) for at, key in automaton.iter(text)]
    found.sort(key=lambda pair: -len(pair[1]))
    taken: set[int] = set()
    kept = []
    for end, key in found:
        if taken.isdisjoint(range(end - len(key), end)):
            taken.update(range(end - len(key), end))
            kept.append((end, key))
    return kept
