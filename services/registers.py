"""Who lives where, who can help, and where help sits: the township's registers, from tables.

Every import is a dry run unless `commit` is set; a row with a fault is named with its field and
the remedy, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis.crs import LONLAT
from gis.gazetteer import entries_from_households
from gis.point_files import PointTable, read_households, read_stations, read_volunteers
from halfhour.publishing import publishable
from halfhour.shifts import parse_shifts
from halfhour.vocabulary import Datum
from models.database import UnitOfWork
from models.stations import Station
from services.bootstrap import App
from services.imports import Imported, Say
from services.whereabouts import points_out_of_place, township_shape

Row = dict[str, Any]


def households(
    app: App,
    person_id: int,
    path: Path,
    *,
    commit: bool,
    datum: Datum = Datum.WGS84,
    say: Say = lambda _: None,
) -> Imported:
    """
    Import the households (户); the register that was there is replaced.

    Heads, plates and cards that the gazetteer does not have yet are added to it, so that a
    household can be found by what people call it.
    """

    def write(unit: UnitOfWork, rows: list[Row]) -> None:
        placed = [row for row in rows if row["point"] is not None]
        unit.households.replace(_household(row) for row in placed)
        _name_households(unit, placed)

    table = read_households(path, datum=datum)
    return _import(app, person_id, table, write, kind="户", commit=commit, say=say)


def volunteers(
    app: App,
    person_id: int,
    path: Path,
    *,
    commit: bool,
    datum: Datum = Datum.WGS84,
    say: Say = lambda _: None,
) -> Imported:
    """
    Import volunteers (志愿者); those known by name and phone are updated, nobody is removed.

    Whoever states no hours may be called at any hour.
    """

    def write(unit: UnitOfWork, rows: list[Row]) -> None:
        unit.volunteers.enrol([_volunteer(row) for row in rows])

    table = read_volunteers(path, datum=datum)
    return _import(app, person_id, table, write, kind="志愿者", commit=commit, say=say)


def stations(
    app: App,
    person_id: int,
    path: Path,
    *,
    commit: bool,
    datum: Datum = Datum.WGS84,
    say: Say = lambda _: None,
) -> Imported:
    """Import the stations (阵地); those that were there are replaced."""

    def write(unit: UnitOfWork, rows: list[Row]) -> None:
        unit.stations.replace(
            Station(
                kind=row["kind"],
                name=row["name"],
                point=shapely.Point(row["point"].lon, row["point"].lat),
                phone=row["phone"] or None,
            )
            for row in rows
        )

    table = read_stations(path, datum=datum)
    return _import(app, person_id, table, write, kind="阵地", commit=commit, say=say)


def _import(
    app: App,
    person_id: int,
    table: PointTable,
    write: Callable[[UnitOfWork, list[Row]], None],
    *,
    kind: str,
    commit: bool,
    say: Say,
) -> Imported:
    rows = [{str(name): row[name] for name in row} for row in table.frame.to_dict("records")]
    with app.unit(person_id) as unit:
        township = township_shape(unit.areas.frame())
        findings = (*table.findings, *points_out_of_place(table, township))
        written = commit and publishable(findings)
        if written:
            say(f"写入 {len(rows)} 个{kind} …")
            write(unit, rows)
            unit.commit()
    return Imported({kind: len(rows)}, findings, written=written)


def _household(row: Row) -> Row:
    return {
        "reference": row["id"],
        "point": shapely.Point(row["point"].lon, row["point"].lat),
        "plate": row["plate"] or None,
        "head": row["head"] or None,
        "phone": row["phone"] or None,
        "people": None if pd.isna(row["residents"]) else int(row["residents"]),
    }


def _volunteer(row: Row) -> Row:
    return {
        "name": row["name"],
        "phone": row["phone"] or None,
        "home": row["point"],
        "mode": row["mode"],
        "skills": row["skills"],
        "shifts": row["shifts"] or parse_shifts("全天"),
        "load_limit": int(row["load_limit"]),
    }


def _name_households(unit: UnitOfWork, rows: list[Row]) -> None:
    """Add to the gazetteer the households it has not, each in the finest area its door lies in."""
    entries = unit.gazetteer.entries()
    known = {entry.id for entry in entries}
    areas = unit.households.areas()
    new = [row for row in rows if row["id"] not in known and row["head"] and row["id"] in areas]
    if new:
        named = gpd.GeoDataFrame(
            {
                "id": [row["id"] for row in new],
                "area_code": [areas[row["id"]] for row in new],
                "head": [row["head"] for row in new],
                "aliases": [(row["nickname"],) if row["nickname"] else () for row in new],
                "house_number": [row["plate"] for row in new],
                "card": [row["card"] for row in new],
            },
            geometry=[shapely.Point(row["point"].lon, row["point"].lat) for row in new],
            crs=LONLAT,
        )
        unit.gazetteer.replace(
            [*entries, *entries_from_households(named)], unit.gazetteer.outside()
        )
