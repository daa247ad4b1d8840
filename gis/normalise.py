"""One way of writing, whatever the keyboard, so that names can be compared.

Full-width and half-width, traditional and simplified, accents and capitals, spaces between
characters, characters that official lists spell out in brackets, and pinyin read out by people who
cannot type characters: all become one form. The same function runs over the gazetteer. An offset
map leads back to the original text, for highlighting.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

from gis.numerals import HAN_NUMERALS
from gis.sounds import pinyin_syllables

_TO_SIMPLIFIED = opencc.OpenCC("t2s")

# Written by hand or left over from older reforms; OpenCC keeps these.
_VARIANTS = str.maketrans(
    "囯冲沖朩邨塆罈垻嶺壩囗凃仝亍邑峯崐煙鑛砲庒亜",
    "国冲冲木村湾坛坝岭坝口涂同于邑峰昆烟矿炮庄亚",
)

# Characters of place names that lists and old printers spell out: (土+郎), (土朗).
_SPELLED_OUT = {
    "土郎": "塱", "土朗": "塱", "土朋": "堋", "土贡": "塂", "土敢": "㙟", "土步": "埗",
    "土利": "㘻", "土邦": "垹", "土段": "塅", "土龙": "垅", "土隆": "㙫", "土良": "埌",
    "土甬": "埇", "石乔": "硚", "石桥": "硚", "石祭": "磜", "氵教": "漖", "水窖": "滘",
    "氵窖": "滘", "山东": "崬", "山弄": "㟖", "木朗": "桹", "竹勒": "簕", "口力": "叻",
}  # fmt: skip
_BETWEEN_NUMBERS = "|"
_RADICALS = "土石山水氵木火金竹艹口王月田鱼虫"

_BRACKETED = re.compile(r"[(（\[［【]\s*(\S)\s*([+＋]?)\s*(\S)\s*[)）\]］】]")
_READING = re.compile(r"(?<=[㐀-鿿])[(（\[]\s*([a-zA-ZÀ-ɏ̀-ͯ' ]{1,24})\s*[)）\]]")
_ENDS = "。！？!?…;；\n\r"
_PAUSES = "，,:：|｜/／~～"

# What people type for the words after a name or a number, when they type pinyin.
_PINYIN_UNITS = {
    "cun": "村", "zu": "组", "zhen": "镇", "xiang": "乡", "hao": "号", "she": "社", "dui": "队",
    "shequ": "社区", "wangge": "网格", "jia": "家", "tun": "屯", "dong": "栋", "danyuan": "单元",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A text in the one form, and where each of its characters came from.

    `starts[i]` and `ends[i]` are offsets into `original`; `words[i]` is True where character i
    begins a word, which matters only for letters.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    words: tuple[bool, ...]

    def quoted(self, start: int, end: int) -> str:
        """Give the original words behind a span of `text`."""
        if start >= end:
            return ""
        return self.original[self.starts[start] : self.ends[end - 1]]


def normalise(name: str) -> str:
    """Write a name in the one form, without an offset map."""
    return read(name).text


def read(original: str) -> Reading:
    """Write a text in the one form, remembering where everything came from."""
    pieces = _respelled(original)
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    words: list[bool] = []
    fresh = True
    for piece, start, end in pieces:
        for char in _one_form(piece):
            if char == " ":
                fresh = True
                continue
            if fresh and char.isdecimal() and chars and chars[-1].isdecimal():
                chars.append(_BETWEEN_NUMBERS)
                starts.append(start)
                ends.append(start)
                words.append(True)
            chars.append(char)
            starts.append(start)
            ends.append(end)
            words.append(fresh or not (char.isalnum() and char.isascii()))
            fresh = not (char.isascii() and char.isalnum())
    return _with_pinyin_units(
        Reading(original, "".join(chars), tuple(starts), tuple(ends), tuple(words))
    )


def _respelled(original: str) -> list[tuple[str, int, int]]:
    """Split into characters with offsets, mending bracketed characters and readings."""
    mended: dict[int, tuple[str, int]] = {}
    for match in _BRACKETED.finditer(original):
        left, plus, right = match[1], match[2], match[3]
        whole = _SPELLED_OUT.get(_simplified(left) + _simplified(right))
        if whole is None and plus and left in _RADICALS:
            whole = right  # the right part carries the sound
        if whole is not None:
            mended[match.start()] = (whole, match.end())
    for match in _READING.finditer(original):
        if all(pinyin_syllables(_plain(word)) for word in match[1].split()):
            mended[match.start()] = ("", match.end())
    pieces = []
    at = 0
    while at < len(original):
        if at in mended:
            piece, end = mended[at]
            pieces.append((piece, at, end))
            at = end
        else:
            pieces.append((original[at], at, at + 1))
            at += 1
    return pieces


_SPACE_OR_END = {True: "。", False: " "}


@lru_cache(maxsize=65_536)
def _one_form(char: str) -> str:
    if not char or char.isspace():
        return char[:1] and _SPACE_OR_END[char in _ENDS]
    if char in _ENDS or char in _PAUSES:
        return "。" if char in _ENDS else ","
    if "㐀" <= char <= "鿿":
        return _simplified(char).translate(_VARIANTS)
    folded = unicodedata.normalize("NFKC", char)
    if folded != char:
        return "".join(_one_form(part) for part in folded)
    if unicodedata.category(char) in ("Cc", "Cf", "Mn", "Me", "Cs"):
        return ""
    return _simplified(_plain(char)).translate(_VARIANTS)


def _plain(text: str) -> str:
    """Take accents off and lower the case; ü stays a vowel of pinyin, written v."""
    lowered = text.lower().replace("ü", "v")
    split = unicodedata.normalize("NFD", lowered)
    return "".join(char for char in split if unicodedata.category(char) != "Mn")


@lru_cache(maxsize=65_536)
def _simplified(char: str) -> str:
    return str(_TO_SIMPLIFIED.convert(char))


_LETTERS = re.compile("[a-z]+")
_COUNTING = frozenset({"zu", "she", "dui", "hao", "dong", "danyuan", "jia"})
_PINYIN_NUMBERS = dict(
    zip(
        ["yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi"],
        "一二三四五六七八九十",
        strict=True,
    )
)


def _with_pinyin_units(reading: Reading) -> Reading:
    """Put characters for the pinyin words that follow names and numbers: cun, zu, sanzu, hao."""
    spans = [s for match in _LETTERS.finditer(reading.text) for s in _word_spans(reading, match)]
    runs = _counted_together(reading.text, spans)
    parts: list[tuple[str, int, int, bool]] = []
    at = 0
    for start, end in runs:
        kept, characters = _pinyin_tail(reading.text[start:end])
        if characters:
            parts.extend(_kept(reading, at, start + kept))
            first, last = reading.starts[start + kept], reading.ends[end - 1]
            parts.extend((char, first, last, True) for char in characters)
            at = end
    if not at:
        return reading
    parts.extend(_kept(reading, at, len(reading.text)))
    chars, starts, ends, words = zip(*parts, strict=True)
    return Reading(reading.original, "".join(chars), starts, ends, words)


def _counted_together(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join `san` and `zu`; leave out units that count nothing, such as the surname Hao."""
    runs: list[tuple[int, int]] = []
    for start, end in words:
        if text[start:end] in _COUNTING:
            if runs and runs[-1][1] == start and text[runs[-1][0] : start] in _PINYIN_NUMBERS:
                runs[-1] = runs[-1][0], end
                continue
            if not (text[:start][-1:].isdecimal() or text[:start][-1:] in HAN_NUMERALS):
                continue
        runs.append((start, end))
    return runs


def _kept(reading: Reading, start: int, end: int) -> list[tuple[str, int, int, bool]]:
    return [
        (reading.text[i], reading.starts[i], reading.ends[i], reading.words[i])
        for i in range(start, end)
    ]


def _word_spans(reading: Reading, match: re.Match[str]) -> list[tuple[int, int]]:
    cuts = [i for i in range(match.start(), match.end()) if reading.words[i]]
    cuts = cuts if cuts and cuts[0] == match.start() else [match.start(), *cuts]
    return list(zip(cuts, [*cuts[1:], match.end()], strict=True))


def _pinyin_tail(word: str) -> tuple[int, str]:
    """Read `cun` as 村, `sanzu` as 三组, and keep 7 letters of `shangbacun` before a 村."""
    if word in _PINYIN_UNITS:
        return 0, _PINYIN_UNITS[word]
    for ending, unit in _PINYIN_UNITS.items():
        stem = pinyin_syllables(word.removesuffix(ending)) if word.endswith(ending) else ()
        if stem and all(syllable in _PINYIN_NUMBERS for syllable in stem):
            return 0, "".join(_PINYIN_NUMBERS[syllable] for syllable in stem) + unit
        if stem and ending in ("shequ", "zhen", "cun"):
            return len(word) - len(ending), unit
    return 0, ""
