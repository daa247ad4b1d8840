"""The requests of a desk or a wall, as rows that can be shown as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from halfhour.clock import local_midnight
from models.areas import AreaPath
from models.database import UnitOfWork
from services.bootstrap import App

Row = dict[str, Any]


def listing(app: App, person_id: int, now: datetime) -> list[Row]:
    """List what is open and what came in today, oldest first. See `named_rows`."""
    with app.unit(person_id) as unit:
        return named_rows(unit, unit.requests.board_rows(since=local_midnight(now)))


def named_rows(unit: UnitOfWork, rows: list[Row]) -> list[Row]:
    """
    Complete rows of the store for the screen.

    `area` is the full name of the finest area known, `exact` says whether `lon` and `lat` are a
    spot or stand for the whole area.
    """
    paths = [_path(row, unit.township_code) for row in rows]
    names = _names(unit, paths)
    for row, path in zip(rows, paths, strict=True):
        row["area"] = names[path]
        row["exact"] = row["lon"] is not None
        if not row["exact"]:
            anchor = unit.areas.anchor(path)
            row["lon"], row["lat"] = anchor.lon, anchor.lat
    return rows


def _path(row: Row, township_code: str) -> AreaPath:
    return AreaPath(row["edition"], township_code, row["village"], row["grid"], row["cell"])


def _names(unit: UnitOfWork, paths: Iterable[AreaPath]) -> dict[AreaPath, str]:
    """Name each path by its own edition: what has been renamed or split is still found."""
    names: dict[AreaPath, str] = {}
    for edition_id, group in groupby(sorted(set(paths), key=_edition), key=_edition):
        of_edition = list(group)
        known = unit.areas.named({p.finest_code for p in of_edition}, edition_id=edition_id)
        names |= {path: known[path.finest_code] for path in of_edition}
    return names


def _edition(path: AreaPath) -> int:
    return path.edition_id
