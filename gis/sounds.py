"""Which characters sound alike, to people of one region or another.

A name written by ear, or typed by a phone that guesses, keeps its sound and changes its
characters. Tones are dropped and syllables that many regions do not tell apart are put together,
so that 上坝 and 上霸, 龙塘 and 龙糖, 覃 read qin or tan meet.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from itertools import islice, product

from pypinyin.pinyin_dict import pinyin_dict

_MOST_READINGS = 3
_MOST_SPELLINGS = 12
_LONGEST_PINYIN = 24

# Pairs that whole regions merge: zh/z, ch/c, sh/s south of the Yangtze, n-/l- along it, -ng/-n in
# Anhui, Hunan and the south-west.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))

# Surnames that sound alike in some region but not in the standard language, by region.
_SURNAMES_ALIKE = (
    "王黄汪",  # Cantonese, Hakka, Wu: one sound; 汪 with 王 everywhere
    "吴胡伍",  # Wu and Min merge hu and wu; Cantonese 吴 and 伍 differ by tone only
    "何贺霍河",
    "罗卢骆",  # Cantonese lo, lou
    "廖刘柳",  # Cantonese liu, lau, over a bad line
    "黎李赖",  # Cantonese lai; a southwestern ear takes 黎 for 李
    "谭覃秦谈",  # 覃 is read tan or qin, by family
    "谢夏",  # southwestern xie and ha
    "邹周朱",
    "徐许余于俞",
    "欧区",
    "江姜蒋",
    "陈程沈",
    "曾郑",  # zeng, zheng
    "苏舒",
    "方房黄",  # f and h before u, Hunan and Sichuan
    "付傅胡",
    "袁阮",
    "殷应尹",
)


@cache
def syllables() -> frozenset[str]:
    """List the toneless syllables of standard Chinese."""
    return frozenset(
        plain
        for readings in pinyin_dict.values()
        for reading in readings.split(",")
        if (plain := _toneless(reading)).isascii() and plain.isalpha() and len(plain) <= 6
    ) - {"m", "n", "ng", "hm", "hng", "q"}


@lru_cache(maxsize=4096)
def pinyin_syllables(letters: str) -> tuple[str, ...]:
    """Cut a run of letters into pinyin syllables, longest first; empty if it is no pinyin."""
    if not letters:
        return ()
    if len(letters) > _LONGEST_PINYIN:
        return ()
    for length in range(min(6, len(letters)), 0, -1):
        head, tail = letters[:length], letters[length:]
        if head in syllables():
            if not tail:
                return (head,)
            rest = pinyin_syllables(tail)
            if rest:
                return (head, *rest)
    return ()


@lru_cache(maxsize=65_536)
def sounds_of(char: str) -> tuple[str, ...]:
    """List the merged sounds of one character, commonest reading first; empty for no character."""
    readings = pinyin_dict.get(ord(char), "") if len(char) == 1 else ""
    found = [merged(_toneless(reading)) for reading in readings.split(",") if reading]
    return tuple(dict.fromkeys(found[:_MOST_READINGS]))


@lru_cache(maxsize=4096)
def merged(syllable: str) -> str:
    """Reduce a toneless syllable to what all regions still hear."""
    for longer, shorter in _INITIALS:
        if syllable.startswith(longer):
            syllable = shorter + syllable[len(longer) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


def spellings(name: str) -> list[str]:
    """
    Spell a name in merged sounds, once per combination of readings.

    Characters without a sound stand for themselves, so 10组 and 11组 stay apart.
    """
    choices = [sounds_of(char) or (char,) for char in name]
    return [" ".join(parts) for parts in islice(product(*choices), _MOST_SPELLINGS)]


def alike(left: str, right: str) -> bool:
    """Tell whether two characters share a merged sound."""
    return left == right or not set(sounds_of(left)).isdisjoint(sounds_of(right))


def surnames_alike(left: str, right: str) -> bool:
    """Tell whether somebody might hear one surname for the other."""
    return alike(left, right) or any(left in group and right in group for group in _SURNAMES_ALIKE)


def _toneless(reading: str) -> str:
    split = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    plain = "".join(char for char in split if unicodedata.category(char) != "Mn")
    return plain.replace("ê", "e").replace("ɡ", "g")
