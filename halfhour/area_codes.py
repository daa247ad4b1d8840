"""Which digits name an area (区划编码), and how areas nest by them.

A township and a village carry the twelve digits of the national statistical code: county (6),
township (3), village (3); a township ends in 000. A grid (网格) adds three digits, as in common use
(12 + 3), and a ten-household cell (十联户) three more:

    522626 103 000            township
    522626 103 201            village: 001-199 community, 200-399 village, 400 and up others
    522626 103 201 004        grid
    522626 103 201 004 012    cell

Pure rules: whether an area of that code exists is for the register to know.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from math import ceil, sqrt
from zlib import crc32

from halfhour.errors import BadAreaCodeError
from halfhour.places import LonLat
from halfhour.vocabulary import Level

LENGTHS = {Level.TOWNSHIP: 12, Level.VILLAGE: 12, Level.GRID: 15, Level.CELL: 18}
"""Digits of a code at each level."""

PROVISIONAL_COUNTY = "990000"
"""County digits for townships without an official code; no province has number 99."""

FIRST_VILLAGE_SERIAL = 200
"""Where village committees (村委会) begin; communities (居委会) begin at 1."""

_TOWNSHIP_DIGITS = 9
_SERIAL_DIGITS = 3
_MOST_SERIALS = 999
_COMMUNITY_ENDINGS = ("社区", "居委会", "居民委员会", "居", "里")


def tidy(text: object) -> str:
    """
    Read a code as people and spreadsheets write it.

    Full-width digits, spaces and the `.0` of a number column are removed, and the nine digits
    of a township get their three zeros. Anything else is returned as it stands.
    """
    digits = unicodedata.normalize("NFKC", str(text)).replace(" ", "").strip().removesuffix(".0")
    if len(digits) == _TOWNSHIP_DIGITS and digits.isdecimal():
        return digits + "0" * _SERIAL_DIGITS
    return digits


def level_of(code: str) -> Level:
    """
    Tell the level from the length, and a township from a village by its last three digits.

    Raises
    ------
    BadAreaCodeError
        If the code is not 12, 15 or 18 ASCII digits, or a serial in it is 000.
    """
    if not (code.isascii() and code.isdecimal()):
        raise BadAreaCodeError(code, "only digits are allowed")
    if len(code) not in LENGTHS.values():
        raise BadAreaCodeError(code, f"{len(code)} digits instead of 12, 15 or 18")
    serials = [code[start : start + _SERIAL_DIGITS] for start in range(6, len(code), 3)]
    if len(code) == LENGTHS[Level.TOWNSHIP] and serials[1] == "000" != serials[0]:
        return Level.TOWNSHIP
    if "000" in serials:
        raise BadAreaCodeError(code, "a serial number in it is 000")
    return Level(len(serials))


def is_well_formed(code: str, level: Level | None = None) -> bool:
    """Whether the code is one, and, if a level is given, one of that level."""
    try:
        return level_of(code) is level or level is None
    except BadAreaCodeError:
        return False


def parent_of(code: str) -> str | None:
    """
    Give the code one level up; a township has None.

    Raises
    ------
    BadAreaCodeError
        If the code is ill-formed.
    """
    match level_of(code):
        case Level.TOWNSHIP:
            return None
        case Level.VILLAGE:
            return township_of(code)
        case _:
            return code[:-_SERIAL_DIGITS]


def township_of(code: str) -> str:
    """
    Give the code of the township an area lies in; a township is its own.

    Raises
    ------
    BadAreaCodeError
        If the code is ill-formed.
    """
    level_of(code)
    return code[:_TOWNSHIP_DIGITS] + "0" * _SERIAL_DIGITS


def provisional_township(name: str, *, taken: Collection[str] = ()) -> str:
    """
    Give a code to a township that has no official one.

    It follows from the name, so the same township gets the same code whenever it is imported, and
    another one another code (but for one chance in 999); codes in `taken` are passed over.

    Raises
    ------
    BadAreaCodeError
        If all 999 are taken.
    """
    first = crc32(name.encode())
    for step in range(_MOST_SERIALS):
        serial = (first + step) % _MOST_SERIALS + 1
        code = _joined(PROVISIONAL_COUNTY, serial) + "0" * _SERIAL_DIGITS
        if code not in taken:
            return code
    raise BadAreaCodeError(PROVISIONAL_COUNTY, "all provisional codes are taken")


def child_code(parent: str, serial: int) -> str:
    """
    Give the code of a child by its serial number, 1 to 999.

    Raises
    ------
    BadAreaCodeError
        If the parent is ill-formed or a cell, or the serial number has no room.
    """
    match level_of(parent):
        case Level.TOWNSHIP:
            return _joined(parent[:_TOWNSHIP_DIGITS], serial)
        case Level.CELL:
            raise BadAreaCodeError(parent, "a cell has no children")
        case _:
            return _joined(parent, serial)


def new_codes(parent: str, names: Sequence[str], *, taken: Collection[str] = ()) -> list[str]:
    """
    Give codes to new children of a parent in the order given, never reusing a code.

    Communities (社区, 居委会) are numbered from 001, villages from 200, grids and cells from 001;
    each continues after the highest code ever taken in its range.

    Parameters
    ----------
    names
        One per child; only the ending matters, and only below a township.
    taken
        Codes in use or used once. Codes of other parents among them do not matter.

    Raises
    ------
    BadAreaCodeError
        If the parent is ill-formed or a cell, or 999 is passed.
    """
    used = {int(code[-_SERIAL_DIGITS:]) for code in taken if _is_child(code, parent)}
    codes = []
    for name in names:
        low, high = _serial_range(parent, name)
        serial = max((n for n in used if low <= n <= high), default=low - 1) + 1
        codes.append(child_code(parent, serial))
        used.add(serial)
    return codes


def reading_order(points: Sequence[LonLat]) -> list[int]:
    """
    Order places as a page is read: rows from north to south, each row from west to east.

    Rows are bands of equal height, as many as the square root of the number of places, so the
    order does not depend on how the places were listed.

    Returns
    -------
    positions
        Positions in `points`, first place first.
    """
    if not points:
        return []
    north, south = max(p.lat for p in points), min(p.lat for p in points)
    rows = ceil(sqrt(len(points)))
    height = (north - south) / rows or 1.0

    def key(position: int) -> tuple[int, float, float]:
        point = points[position]
        row = min(int((north - point.lat) / height), rows - 1)
        return (row, point.lon, -point.lat)

    return sorted(range(len(points)), key=key)


def _is_child(code: str, parent: str) -> bool:
    return is_well_formed(code) and parent_of(code) == parent


def _serial_range(parent: str, name: str) -> tuple[int, int]:
    if level_of(parent) is not Level.TOWNSHIP:
        return 1, 999
    if name.endswith(_COMMUNITY_ENDINGS):
        return 1, FIRST_VILLAGE_SERIAL - 1
    return FIRST_VILLAGE_SERIAL, 999


def _joined(prefix: str, serial: int) -> str:
    if not 1 <= serial <= 999:
        raise BadAreaCodeError(f"{prefix}{serial}", "serial numbers run from 001 to 999")
    return f"{prefix}{serial:03d}"
