"""Locate a file of messages, offline: one JSON object a line in, one answer a line out.

The format is that of the place-resolution kits, so that anyone can score the locator from outside.
Expected answers and tags in the file are never looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gis.gazetteer import read_gazetteer, read_outside
from gis.locator.answers import Hint, Located
from gis.locator.locator import Locator
from halfhour.errors import BadFieldError, BadFileError


def locate_file(
    gazetteer_csv: Path | str,
    cases_jsonl: Path | str,
    out_jsonl: Path | str,
    outside_csv: Path | str | None = None,
) -> int:
    """
    Write one prediction for each message of a file.

    Parameters
    ----------
    gazetteer_csv
        As for `gis.gazetteer.read_gazetteer`.
    cases_jsonl
        One object a line, with `id`, `text` and perhaps `hint` (`channel`,
        `reporter_village_id`, `lon`, `lat`, `crs`).
    out_jsonl
        Where to write `id`, `kind`, `confidence`, `candidates` (ids, best first), and `lon`,
        `lat` in WGS-84 where a position was shared.
    outside_csv
        As for `gis.gazetteer.read_outside`.

    Returns
    -------
    count
        How many messages were located.

    Raises
    ------
    BadFileError
        If a file cannot be read or written.
    BadFieldError
        If a line is no JSON object with an `id` and a `text`.
    """
    entries = read_gazetteer(gazetteer_csv)
    locator = Locator(entries, read_outside(outside_csv) if outside_csv else ())
    lines = []
    for number, case in _cases(cases_jsonl):
        located = locator.locate(_text(case, number), _hint(case, number))
        lines.append(json.dumps(prediction(case["id"], located), ensure_ascii=False))
    try:
        Path(out_jsonl).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise BadFileError(out_jsonl, "写不了这个文件", "请核对路径和权限") from error
    return len(lines)


def prediction(case_id: object, located: Located) -> dict[str, Any]:
    """Put an answer into the kits' format."""
    answer: dict[str, Any] = {
        "id": case_id,
        "kind": located.answer.value,
        "confidence": round(located.confidence, 4),
        "candidates": [match.id for match in located.candidates],
    }
    if located.shared is not None:
        answer |= {"lon": located.shared.lon, "lat": located.shared.lat}
    return answer


def _cases(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        content = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFileError(path, "读不了这个文件", "请核对路径，并存为 UTF-8") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
        except ValueError as error:
            raise BadFieldError(number, "-", "这一行不是 JSON", "请一行写一个对象") from error
        if not isinstance(case, dict) or "id" not in case:
            raise BadFieldError(number, "id", "没有填写", "请给每条一个编号")
        yield number, case


def _text(case: dict[str, Any], number: int) -> str:
    text = case.get("text")
    if not isinstance(text, str):
        raise BadFieldError(number, "text", "没有填写", "请写上原话")
    return text


def _hint(case: dict[str, Any], number: int) -> Hint:
    given = case.get("hint") or {}
    if not isinstance(given, dict):
        raise BadFieldError(number, "hint", "不是对象", '请写成 {"channel": …} 的样子')
    return Hint(
        channel=given.get("channel"),
        reporter_village_id=given.get("reporter_village_id"),
        lon=_number(given.get("lon")),
        lat=_number(given.get("lat")),
        crs=given.get("crs"),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
