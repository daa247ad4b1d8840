"""Travel times from files alone: places in as CSV, seconds out as CSV.

A table of places has a column of identifiers, longitudes and latitudes, named in English or
Chinese; UTF-8 with or without a mark, or GBK. Nothing else is needed: no database, no township.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from halfhour.errors import BadCoordinateError, BadFieldError, BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing import network_file
from routing.closures import read_closed_edges
from routing.conditions import DRY_DAY, Conditions
from routing.network import StreetNetwork, read_network
from routing.travel_time import Roads

if TYPE_CHECKING:
    from _csv import Writer as _Writer

HEADERS = {
    "id": ("id", "编号", "序号", "标识", "code", "代码", "name", "名称"),
    "lon": ("lon", "lng", "long", "longitude", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
}
OUT_COLUMNS = ("origin_id", "destination_id", "seconds")

_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One row of a table of places."""

    id: str
    place: LonLat


def write_travel_times(
    roads_file: Path,
    origins_csv: Path,
    destinations_csv: Path,
    *,
    mode: TravelMode,
    out_csv: Path,
    dem: Path | None = None,
    closed: Path | None = None,
    conditions: Conditions = DRY_DAY,
    cache_folder: Path | None = None,
) -> int:
    """
    Write the seconds from every origin to every destination, door to door.

    Columns `origin_id`, `destination_id`, `seconds` (to the millisecond); unreachable is left
    empty. Rows are in the order of the two tables.

    Returns
    -------
    rows
        How many were written, without the header.

    Raises
    ------
    BadFileError
        If a file cannot be read or written.
    BadFieldError
        If a row of a table is wrong; it names the row, the field and the remedy.
    """
    origins, destinations = read_places(origins_csv), read_places(destinations_csv)
    roads = roads_of_file(
        roads_file, dem=dem, closed=closed, conditions=conditions, cache_folder=cache_folder
    )
    try:
        with Path(out_csv).open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(OUT_COLUMNS)
            for begin in range(0, len(origins), _ROWS_AT_ONCE):
                _write_rows(
                    writer, roads, origins[begin : begin + _ROWS_AT_ONCE], destinations, mode
                )
    except OSError as error:
        raise BadFileError(out_csv, "写不了这个文件", "请换一个能写的文件夹") from error
    return len(origins) * len(destinations)


def roads_of_file(
    roads_file: Path,
    *,
    dem: Path | None = None,
    closed: Path | None = None,
    conditions: Conditions = DRY_DAY,
    cache_folder: Path | None = None,
) -> Roads:
    """
    Open the roads of a file, with slopes, closures and conditions.

    Parameters
    ----------
    closed
        GeoJSON of what is closed; see `routing.closures.read_closed_edges`.
    cache_folder
        Keeps the network, so that the same file is read once only.
    """
    network = cached_network(Path(roads_file), dem=dem, cache_folder=cache_folder)
    roads = Roads(network).with_conditions(conditions)
    return roads if closed is None else roads.with_closed(read_closed_edges(closed, network))


def _write_rows(
    writer: _Writer,
    roads: Roads,
    origins: Sequence[NamedPlace],
    destinations: Sequence[NamedPlace],
    mode: TravelMode,
) -> None:
    there = [row.place for row in destinations]
    seconds = roads.matrix([row.place for row in origins], there, mode=mode)
    for origin, times in zip(origins, seconds.tolist(), strict=True):
        writer.writerows(
            (origin.id, destination.id, f"{time:.3f}" if time < inf else "")
            for destination, time in zip(destinations, times, strict=True)
        )


def cached_network(
    path: Path, *, dem: Path | None = None, cache_folder: Path | None = None
) -> StreetNetwork:
    """
    Read a road file, or the network built from the very same bytes before.

    The cache is keyed by the contents of the road file and the elevation grid, so a changed file
    is read anew.
    """
    if cache_folder is None:
        return read_network(path, dem=dem)
    kept = Path(cache_folder) / f"{_digest(path, dem)}.roads"
    if kept.is_file():
        try:
            return StreetNetwork.load(kept)
        except BadFileError:
            kept.unlink(missing_ok=True)  # damaged: the road file itself is still there
    network = read_network(path, dem=dem)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part")
    network.save(unfinished)
    unfinished.replace(kept)
    return network


def _digest(path: Path, dem: Path | None) -> str:
    digest = hashlib.sha256(f"{network_file.VERSION} {path.suffix}".encode())
    for file in (path, dem):
        if file is not None:
            try:
                digest.update(Path(file).read_bytes())
            except OSError as error:
                raise BadFileError(file, "文件不存在", "请核对路径和文件名") from error
    return digest.hexdigest()[:32]


def read_places(path: Path) -> list[NamedPlace]:
    """
    Read a table of places.

    Raises
    ------
    BadFileError
        If the file is missing or empty, is no text, or lacks a column.
    BadFieldError
        If a row lacks a number or an identifier, or its numbers are no degrees.
    """
    rows = csv.reader(io.StringIO(_text(Path(path)), newline=""))
    header = next(rows, None)
    if header is None:
        raise BadFileError(path, "文件是空的", "表头应有 id、lon、lat 三列")
    columns = {field: _column(path, header, field) for field in HEADERS}
    return [
        _named_place(number, row, columns)
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFileError(path, "文件不存在", "请核对路径和文件名") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFileError(path, "既不是 UTF-8 也不是 GBK 文字", "请另存为 CSV(UTF-8)")


def _column(path: Path, header: Sequence[str], field: str) -> int:
    known = [cell.strip().lower() for cell in header]
    for name in HEADERS[field]:
        if name in known:
            return known.index(name)
    given = "、".join(cell.strip() for cell in header)
    raise BadFileError(path, f"没有 {field} 这一列（现有：{given}）", "表头应有 id、lon、lat 三列")


def _named_place(number: int, row: Sequence[str], columns: dict[str, int]) -> NamedPlace:
    cells = {
        field: row[column].strip() if column < len(row) else "" for field, column in columns.items()
    }
    if not cells["id"]:
        raise BadFieldError(number, "id", "没有填写", "请给每个地点一个编号")
    lon, lat = (_degrees(number, field, cells[field]) for field in ("lon", "lat"))
    try:
        return NamedPlace(cells["id"], LonLat(lon, lat))
    except BadCoordinateError as error:
        remedy = "请对调经度和纬度两列" if error.swapped else "请填 WGS-84 经纬度"
        raise BadFieldError(number, "lon, lat", "不是有效的经纬度", remedy) from error


def _degrees(number: int, field: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        problem = f"“{text}”不是数" if text else "没有填写"
        raise BadFieldError(number, field, problem, "请填十进制度数") from error
    if not isfinite(value):
        raise BadFieldError(number, field, f"“{text}”不是数", "请填十进制度数")
    return value
