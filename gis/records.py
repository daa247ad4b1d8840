"""Rows of a table as people send it: CSV, Excel or GeoJSON, every value as text.

Encoding, separator and the row that holds the headings are found out. What columns mean is for
the reader of the rows to say.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gis.headers import columns_for
from gis.text_encoding import text_of
from halfhour.errors import BadFileError

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".geojson", ".json")
"""Endings of files that can be read."""

_HEADING_ROWS = 5
"""How many rows may stand above the headings: titles, dates, who filled it in."""


@dataclass(frozen=True, slots=True)
class Record:
    """
    One row.

    Attributes
    ----------
    row
        Its number as the file shows it: in CSV and Excel the first row is 1, in GeoJSON the
        first feature.
    values
        Meaning to text, stripped; empty where the file has nothing.
    """

    row: int
    values: Mapping[str, str]


def read_records(
    path: Path, known: Mapping[str, Sequence[str]], *, encoding: str | None = None
) -> tuple[list[Record], set[str]]:
    """
    Read the rows of a table.

    Parameters
    ----------
    known
        Meaning to the headings it goes by, the preferred one first. Points of GeoJSON are
        `lon` and `lat`.
    encoding
        Of a CSV; None to find out.

    Returns
    -------
    records
        In file order; rows without any value are left out.
    found
        The meanings for which there is a column.

    Raises
    ------
    BadFileError
        If the file is missing, damaged, of another kind, empty, or none of the headings is known.
    """
    path = Path(path)
    if not path.is_file():
        raise BadFileError(path, "文件不存在", "请核对路径和文件名")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise BadFileError(path, "不是能读的格式", "请存为 CSV、Excel(.xlsx) 或 GeoJSON")
    if suffix in {".geojson", ".json"}:
        return _from_features(path, known)
    rows = _excel_rows(path) if suffix.startswith(".xls") else _csv_rows(path, encoding)
    return _from_rows(path, rows, known)


def _csv_rows(path: Path, encoding: str | None) -> list[list[str]]:
    data = path.read_bytes()
    text = data.decode(encoding, errors="replace") if encoding else text_of(data)
    first = text.partition("\n")[0]
    separator = max(",\t;", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def _excel_rows(path: Path) -> list[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
        rows = [[_text(value) for value in row] for row in book.worksheets[0].values]
        book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError) as error:
        raise BadFileError(
            path, "Excel打不开，可能已损坏", "请另存为 .xlsx 或 CSV 后再试"
        ) from error
    return rows


def _from_rows(
    path: Path, rows: list[list[str]], known: Mapping[str, Sequence[str]]
) -> tuple[list[Record], set[str]]:
    at, columns = _headings(rows, known)
    if not columns:
        listed = "、".join(names[0] for names in known.values())
        raise BadFileError(path, "没有认得的列名", f"第一行请写列名，例如：{listed}")
    records = []
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        values = {m: row[c].strip() if c < len(row) else "" for m, c in columns.items()}
        if any(values.values()):
            records.append(Record(number, values))
    return _not_empty(path, records), set(columns)


def _headings(
    rows: list[list[str]], known: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int]]:
    """Find the row with the most known headings near the top, and the column of each."""
    best: tuple[int, dict[str, int]] = (0, {})
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        position = {heading: n for n, heading in reversed(list(enumerate(row)))}
        columns = {m: position[str(h)] for m, h in columns_for(position, known).items()}
        if len(columns) > len(best[1]):
            best = (at, columns)
    return best


def _from_features(path: Path, known: Mapping[str, Sequence[str]]) -> tuple[list[Record], set[str]]:
    try:
        features = json.loads(text_of(path.read_bytes()))["features"]
        properties = [feature.get("properties") or {} for feature in features]
        points = [_point(feature.get("geometry")) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadFileError(path, "不是完整的 GeoJSON", "请重新导出后再试") from error
    columns = columns_for(dict.fromkeys(key for each in properties for key in each), known)
    records = [
        Record(
            number,
            {
                **{m: _text(each.get(str(heading))).strip() for m, heading in columns.items()},
                **point,
            },
        )
        for number, (each, point) in enumerate(zip(properties, points, strict=True), start=1)
    ]
    return _not_empty(path, records), {*columns, "lon", "lat"}


def _point(geometry: Any) -> dict[str, str]:
    if not geometry or geometry.get("type") != "Point":
        return {}
    lon, lat = geometry["coordinates"][:2]
    return {"lon": repr(lon), "lat": repr(lat)}


def _not_empty(path: Path, records: list[Record]) -> list[Record]:
    if not records:
        raise BadFileError(path, "只有列名，没有内容", "请重新导出，并确认选中了要导出的行")
    return records


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)
