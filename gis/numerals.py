"""Chinese numerals, where they count something: 三组, 拾组, 廿三号, 一百零一号杆, 幺二零.

Never run over a whole text: 三里村, 七里冲, 四合 and 十字 are names, not numbers.
"""

from __future__ import annotations

import re

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "参": 3,
    "弍": 2,
    "两": 2,
    "俩": 2,
    "幺": 1,
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100}
_SCORES = {"廿": 20, "卅": 30}
_WRITTEN = "零一二三四五六七八九"

HAN_NUMERALS = "".join([*_DIGITS, *_TENS, *_SCORES])
NUMERAL = rf"(?:\d{{1,4}}|[{HAN_NUMERALS}]{{1,6}})"
"""Pattern of one number, in digits or characters."""


def number_in(text: str) -> int | None:
    """
    Read a number up to 9,999: `12`, 十二, 一百零一, 廿三, or digit by digit 幺二零.

    Returns None for anything else, such as 十百.
    """
    if text.isdecimal():
        return int(text) if len(text) <= 9 else None
    if not text or any(char not in HAN_NUMERALS for char in text):
        return None
    if not any(char in _TENS or char in _SCORES for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)) if len(text) <= 4 else None
    return _summed(text)


def _summed(text: str) -> int | None:
    total, pending, smallest = 0, None, 10_000
    for char in text:
        if char in _SCORES:
            if pending is not None or smallest <= 10:
                return None
            total, smallest = total + _SCORES[char], 10
        elif char in _TENS:
            unit = _TENS[char]
            if unit >= smallest:
                return None
            total, pending, smallest = (
                total + (1 if pending is None else pending) * unit,
                None,
                unit,
            )
        elif pending:
            return None
        else:
            pending = _DIGITS[char]
    return total + (pending or 0)


def written(number: int) -> str:
    """Write 0 to 99 as people say it: 7 is 七, 12 is 十二, 30 is 三十. Larger ones stay digits."""
    if number < 10:
        return _WRITTEN[number]
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _WRITTEN[tens]) + "十" + (_WRITTEN[ones] if ones else "")


def with_digits(name: str) -> str:
    """Spell a name's numerals in digits, so that 三里村 and 3里村 meet."""
    return re.sub(f"[{HAN_NUMERALS}]+", _as_digits, name)


def _as_digits(match: re.Match[str]) -> str:
    number = number_in(match[0])
    return match[0] if number is None else str(number)
