"""How is a street network kept on disk or in a table? A short header, then packed arrays.

Layout: the mark `HHROADS`, one byte of version, four bytes of header length, the header as JSON
(facts, and name, type and shape of each array), then all arrays in that order, packed by zlib,
whose own checksum notices damage. Geometry is kept as differences, which pack to a third.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from halfhour.errors import BadFileError
from routing.profiles import Profile

if TYPE_CHECKING:
    from routing.network import StreetNetwork

_MARK = b"HHROADS"
VERSION = 1
_ARRAYS = (
    "junction_e7", "edge_start", "edge_end", "edge_profile", "edge_way", "edge_name",
    "edge_length_m", "travel_ms", "point_first", "point_e7", "bans", "order",
)  # fmt: skip
_FACTS = ("names", "ignored", "has_slopes")
_REMEDY = "请重新导入路网"


def packed(network: StreetNetwork) -> bytes:
    """Pack a network into bytes."""
    arrays = {name: getattr(network, name) for name in _ARRAYS}
    arrays["point_e7"] = np.diff(
        arrays["point_e7"], axis=0, prepend=np.zeros((1, 2), dtype=np.int32)
    )
    header = {
        "arrays": [(name, array.dtype.str, array.shape) for name, array in arrays.items()],
        "profiles": [list(profile) for profile in network.profiles],
        **{name: getattr(network, name) for name in _FACTS},
    }
    text = json.dumps(header, ensure_ascii=False).encode()
    body = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())
    return _MARK + struct.pack("<BI", VERSION, len(text)) + text + zlib.compress(body, 1)


def unpacked(content: bytes, source: object) -> dict[str, Any]:
    """
    Give back the fields of the network that was packed.

    Raises
    ------
    BadFileError
        If the bytes are no road network, of another version, cut short or damaged.
    """
    start = len(_MARK) + struct.calcsize("<BI")
    if content[: len(_MARK)] != _MARK or len(content) < start:
        raise BadFileError(source, "不是存好的路网", _REMEDY)
    version, length = struct.unpack_from("<BI", content, len(_MARK))
    if version != VERSION:
        raise BadFileError(source, f"路网按第{version}版存放，现在用第{VERSION}版", _REMEDY)
    try:
        header = json.loads(content[start : start + length])
        fields = _arrays(header, zlib.decompress(content[start + length :]))
    except (ValueError, KeyError, zlib.error) as error:
        raise BadFileError(source, "路网不完整或已损坏", _REMEDY) from error
    fields["point_e7"] = np.cumsum(fields["point_e7"], axis=0, dtype=np.int32)
    fields["profiles"] = tuple(_profile(row) for row in header["profiles"])
    fields.update({name: header[name] for name in _FACTS}, names=tuple(header["names"]))
    return fields


def _arrays(header: dict[str, Any], body: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    position = 0
    for name, kind, shape in header["arrays"]:
        count = int(np.prod(shape))
        array = np.frombuffer(body, dtype=kind, count=count, offset=position)
        fields[name] = array.reshape(shape).copy()
        position += array.nbytes
    return fields


def _profile(row: list[Any]) -> Profile:
    road_class, surface, structure, forward, backward = row
    return Profile(road_class, surface, structure, tuple(forward), tuple(backward))
