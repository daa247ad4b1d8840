"""Which encoding a Chinese text file is in: UTF-8, or the GB family.

GB18030 is a superset of GBK and GB2312, so one codec reads all three. UTF-8 is tried first:
GB text of more than a few characters is practically never valid UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path

GB = "gb18030"
UTF8 = "utf-8"

_TRUSTED = {"utf-8", "gb18030", "gbk", "gb2312", "big5", "cp950"}
_AS_GB = {"gbk", "gb2312", GB}
_NAMES = {"936": "gbk", "cp936": "gbk", "ms936": "gbk", "65001": UTF8, "950": "big5"}


def encoding_of(pieces: Iterable[bytes]) -> str:
    """
    Tell the encoding of some text.

    Parameters
    ----------
    pieces
        The text in parts. A part may end in the middle of a character, as the fixed-width
        fields of a DBF table do.

    Returns
    -------
    name
        `utf-8`, or `gb18030` if some piece is not UTF-8.
    """
    return UTF8 if all(_decodes(piece, UTF8) for piece in pieces) else GB


def text_of(data: bytes) -> str:
    """
    Decode a whole file: UTF-8 with or without byte order mark, UTF-16 with one, or GB18030.

    Characters that fit no encoding are replaced by U+FFFD.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    return data.decode(encoding_of([data]), errors="replace")


def dbf_encoding(table: bytes, declared: str | None = None) -> str:
    """
    Tell the encoding of a DBF table, the attributes of a Shapefile.

    Parameters
    ----------
    table
        Contents of the `.dbf` file.
    declared
        What the `.cpg` file says. It is believed if it names a Chinese encoding or UTF-8 and
        all text can be read with it; many exports declare what they did not write.

    Returns
    -------
    name
        Name of a Python codec.
    """
    pieces = list(_dbf_texts(table))
    believed = _codec_name(declared) if declared else None
    if believed in _TRUSTED and all(_decodes(piece, believed) for piece in pieces):
        return GB if believed in _AS_GB else believed
    return encoding_of(pieces)


def declared_in(cpg: Path) -> str | None:
    """Read the name in a `.cpg` file; None if there is no such file."""
    return cpg.read_text("ascii", errors="ignore").strip() if cpg.is_file() else None


def _codec_name(declared: str) -> str | None:
    name = declared.strip().lower().removeprefix("ansi ").strip()
    try:
        return codecs.lookup(_NAMES.get(name, name)).name
    except LookupError:
        return None


def _dbf_texts(table: bytes) -> Iterable[bytes]:
    """Field names and character values, without their padding."""
    header_size = int.from_bytes(table[8:10], "little")
    row_size = int.from_bytes(table[10:12], "little")
    start, columns = 1, []
    for at in range(32, header_size - 1, 32):
        field = table[at : at + 32]
        if len(field) < 32 or field[0] == 0x0D:
            break
        yield field[:11].split(b"\0")[0]
        columns.append((chr(field[11]), start, field[16]))
        start += field[16]
    for at in range(header_size, len(table) - row_size + 1, max(row_size, 1)):
        for kind, begin, width in columns:
            if kind == "C":
                yield table[at + begin : at + begin + width].rstrip(b" \0")


def _decodes(piece: bytes, encoding: str) -> bool:
    """Whether the bytes are text of that encoding, but for a character cut off at the end."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(piece, final=False)
    except UnicodeDecodeError:
        return False
    return True
