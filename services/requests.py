"""The requests of a desk or a wall, as rows that can be shown as they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from halfhour.clock import local_midnight
from models.areas import AreaPath
from models.database import UnitOfWork
from services.bootstrap import App

Row = dict[str, Any]


def listing(app: App, person_id: int, now: datetime) -> list[Row]:
    """List what is open and what came in today, oldest first. See `named_rows`."""
    with app.unit(person_id) as unit:
        return named_rows(unit, unit.requests.board_rows(now, since=local_midnight(now)))


def named_rows(unit: UnitOfWork, rows: list[Row]) -> list[Row]:
    """
    Complete rows of the store for the screen.

    `area` is the full name of the finest area known, `exact` says whether `lon` and `lat` are a
    spot or stand for the whole area, `minutes` is the way of whoever was sent.
    """
    codes = [_finest(row) for row in rows]
    names = unit.areas.named(set(codes))
    township_code = unit.township_code
    edition_id = unit.areas.published().id if rows else 0
    for row, code in zip(rows, codes, strict=True):
        row["area"] = names.get(code, code)
        row["minutes"] = None if row["travel_s"] is None else round(row["travel_s"] / 60, 1)
        row["exact"] = row["lon"] is not None
        if not row["exact"] and code in names:
            path = AreaPath(edition_id, township_code, row["village"], row["grid"], row["cell"])
            anchor = unit.areas.anchor(path)
            row["lon"], row["lat"] = anchor.lon, anchor.lat
    return rows


def _finest(row: Row) -> str:
    return str(row["cell"] or row["grid"] or row["village"])
