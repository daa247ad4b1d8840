"""Reading one field of a table: what people write, and what to tell them if it does not fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from gis.datum import to_wgs84
from halfhour.area_codes import tidy
from halfhour.errors import BadFieldError, BadInputError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum, Skill


def unfit(problem: str, remedy: str) -> BadFieldError:
    """Make the error for a value that cannot be read; the caller knows its row and column."""
    return BadFieldError("-", "-", problem, remedy)


def plain(text: str) -> str:
    """Take the text as it is."""
    return text


def several(text: str) -> tuple[str, ...]:
    """Read a list: parts separated by |、,;/ without repeats."""
    parts = (part.strip() for part in re.split(r"[|、,，;；/]", text))
    return tuple(dict.fromkeys(part for part in parts if part))


def whole(text: str) -> int:
    """Read a whole number of Arabic digits, full-width ones too."""
    plain = unicodedata.normalize("NFKC", text).removesuffix(".0")
    if not plain.isdecimal():
        raise unfit(f"“{text}”不是整数", "请写阿拉伯数字")
    return int(plain)


def phone(text: str) -> str:
    """Read a telephone number: 3 to 15 digits, without spaces, hyphens and brackets."""
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text)).removesuffix(".0")
    if not re.fullmatch(r"\+?\d{3,15}", plain):
        raise unfit(f"“{text}”不是电话号码", "请只写数字，座机加区号")
    return plain


def area_code(text: str) -> str:
    """Read an area code as people and spreadsheets write it."""
    return tidy(text)


def one_of(
    words: type[StrEnum], also: Mapping[str, StrEnum] = MappingProxyType({})
) -> Callable[[str], Any]:
    """Make a reader for one word of a vocabulary: its value, its Chinese label, or `also`."""

    def read(text: str) -> Any:
        for word in words:
            if text.casefold() in {word.value, word.label}:  # type: ignore[attr-defined]
                return word
        if text in also:
            return also[text]
        labels = "、".join(word.label for word in words)  # type: ignore[attr-defined]
        raise unfit(f"不认识“{text}”", f"请写其中之一：{labels}")

    return read


def skills(text: str) -> frozenset[Skill]:
    """Read a list of skills."""
    return frozenset(one_of(Skill)(part) for part in several(text))


def point(lon: str, lat: str, datum: Datum, *, needed: bool) -> LonLat | None:
    """Read a pair of degrees and bring it to WGS-84; None if both are empty and not needed."""
    if not lon and not lat:
        if needed:
            raise unfit("没有填", "请在地图上点选位置，或补上经纬度")
        return None
    try:
        x, y = float(unicodedata.normalize("NFKC", lon)), float(unicodedata.normalize("NFKC", lat))
    except ValueError:
        raise unfit(f"“{lon}, {lat}”不是数字", "请写成十进制度数，例如 107.93、28.24") from None
    if 3 <= x <= 54 and 73 <= y <= 136:
        raise unfit(f"{lon}, {lat} 的经度和纬度写反了", "请把经度写在经度一列")
    try:
        return to_wgs84(x, y, datum)
    except BadInputError:
        raise unfit(
            f"{lon}, {lat} 不是中国境内的经纬度", f"请核对数值和坐标基准（现按{datum.label}）"
        ) from None
