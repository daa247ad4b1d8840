"""Files become a township's data: read, checked, listed; written in one transaction on request.

Every import is a dry run unless `commit` is set. What a check finds is returned with its place;
errors stand in the way of writing, warnings do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gis.boundary_files import BoundaryMapping, by_township, read_boundaries
from gis.crs import LONLAT
from gis.gazetteer import (
    GazetteerEntry,
    entries_from_places,
    is_gazetteer,
    read_gazetteer,
    read_outside,
)
from gis.point_files import read_places
from gis.repair import repaired
from gis.topology import check_areas
from halfhour.errors import NothingImportedError
from halfhour.publishing import Finding, publishable
from halfhour.vocabulary import Datum, Level
from models.database import UnitOfWork
from models.founding import found_township, operators
from routing.network import read_network
from services.bootstrap import App
from services.whereabouts import points_out_of_place, roads_out_of_place, township_shape

Say = Callable[[str], None]

_LABELS = {
    **{level.name.lower(): level.label for level in Level},
    "group": "村民组",
    "household": "住户",
    "house_number": "门牌",
    "card": "便民服务卡",
    "landmark": "地标",
    "pole": "电杆",
}

ELEVATION_ENDINGS = (".hgt", ".hgt.gz", ".asc", ".asc.gz")


@dataclass(frozen=True, slots=True)
class Imported:
    """
    What an import read, found and perhaps wrote.

    Attributes
    ----------
    counts
        What was read, by kind, in Chinese.
    notes
        What was made or converted on the way, in Chinese.
    written
        Whether it was committed.
    """

    counts: dict[str, int]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    written: bool = False
    details: dict[str, Any] = field(default_factory=dict)


def boundaries(
    app: App,
    path: Path,
    mapping: BoundaryMapping,
    *,
    commit: bool,
    now: datetime,
    repair: bool = False,
    note: str | None = None,
    say: Say = lambda _: None,
) -> Imported:
    """
    Import the boundaries of one or several townships as a new published edition each.

    A township that is not known yet is founded, with the local operator as its administrator.

    Nothing is written if a check finds an error, whether asked to or not.
    """
    say(f"读取 {path.name} …")
    areas = read_boundaries(path, mapping)
    notes = list(areas.attrs["notes"])
    say(f"检查 {len(areas)} 个区域 …")
    if repair:
        areas, changes = repaired(areas)
        notes += changes
    findings = check_areas(areas, reference=_borders_until_now(app, areas))
    counts = {
        level.label: int((areas["level"] == level).sum())
        for level in Level
        if (areas["level"] == level).any()
    }
    details = {"townships": areas.loc[areas["level"] == Level.TOWNSHIP, "code"].tolist()}
    written = commit and publishable(findings)
    if written:
        say("写入 …")
        _write_editions(app, by_township(areas), now=now, note=note or path.name)
    return Imported(counts, tuple(findings), tuple(notes), written, details)


def roads(
    app: App,
    person_id: int,
    path: Path,
    *,
    commit: bool,
    now: datetime,
    dem: Path | None = None,
    say: Say = lambda _: None,
) -> Imported:
    """
    Import a road network, with slopes if an elevation grid is given or lies beside the file.

    Raises
    ------
    BadFileError
        If a file cannot be read or holds no road.
    """
    elevation = dem or elevation_beside(path)
    notes = [f"坡度取自 {elevation.name}" if elevation else "没有高程文件，按平地计算时间"]
    say(f"读取路网 {path.name} …")
    network = read_network(path, dem=elevation)
    report = network.report().as_dict()
    with app.unit(person_id) as unit:
        township = township_shape(unit.areas.frame())
        findings = tuple(roads_out_of_place(network.point_e7, township))
        written = commit and publishable(findings)
        if written:
            say("写入 …")
            unit.roads.replace(network.to_bytes(), report, by=person_id, now=now)
            unit.commit()
    counts = {"路口": report["nodes"], "路段": report["edges"], "不连通部分": report["parts"]}
    return Imported(counts, findings, tuple(notes), written, report)


def places(
    app: App,
    person_id: int,
    path: Path,
    *,
    commit: bool,
    outside: Path | None = None,
    datum: Datum = Datum.WGS84,
    say: Say = lambda _: None,
) -> Imported:
    """
    Import what people call places: a whole gazetteer (CSV), or named points (GeoJSON, …).

    A gazetteer replaces the old one. Points become landmarks beside the names that are there;
    importing the same points again changes nothing.

    Raises
    ------
    BadFileError, BadFieldError
        If the file cannot be read, or a row of a gazetteer is wrong.
    """
    say(f"读取地名 {path.name} …")
    with app.unit(person_id) as unit:
        entries, findings = _entries(unit, path, datum)
        around = read_outside(outside) if outside else unit.gazetteer.outside()
        written = commit and publishable(findings)
        if written:
            say(f"写入 {len(entries)} 条地名 …")
            unit.gazetteer.replace(entries, around)
            unit.commit()
    counts = Counter(_LABELS.get(entry.level, "地点") for entry in entries)
    counts["周边地名"] = len(around)
    return Imported(dict(counts), findings, written=written)


def _entries(
    unit: UnitOfWork, path: Path, datum: Datum
) -> tuple[list[GazetteerEntry], tuple[Finding, ...]]:
    """Read a whole gazetteer, or the one that is there together with the named points of a file."""
    if is_gazetteer(path):
        return read_gazetteer(path), ()
    table = read_places(path, datum=datum)
    points = [shapely.Point(p.lon, p.lat) for p in table.frame["point"]]
    named = gpd.GeoDataFrame({"name": table.frame["name"]}, geometry=points, crs=LONLAT)
    areas = unit.areas.frame()
    landmarks = entries_from_places(named, areas)
    fresh = {entry.id for entry in landmarks}
    kept = [entry for entry in unit.gazetteer.entries() if entry.id not in fresh]
    return kept + landmarks, (*table.findings, *points_out_of_place(table, township_shape(areas)))


def elevation_beside(path: Path) -> Path | None:
    """Find the elevation grid in the folder of a road file, if there is exactly one."""
    grids = [p for p in sorted(path.parent.iterdir()) if p.name.lower().endswith(ELEVATION_ENDINGS)]
    return grids[0] if len(grids) == 1 else None


def _borders_until_now(app: App, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame | None:
    """Read the published areas of the same townships: a file in GCJ-02 lies beside them."""
    known = operators(app.server.owner_url)
    frames = []
    for code in set(areas.loc[areas["level"] == Level.TOWNSHIP, "code"]) & set(known):
        with app.unit(known[code]) as unit, suppress(NothingImportedError):
            frames.append(unit.areas.frame())
    return pd.concat(frames, ignore_index=True) if frames else None


def _write_editions(
    app: App,
    townships: dict[str, gpd.GeoDataFrame],
    *,
    now: datetime,
    note: str,
) -> None:
    for code, areas in townships.items():
        name = str(areas.loc[areas["code"] == code, "name"].iloc[0])
        by = found_township(app.server.owner_url, code, name, now=now)
        with app.unit(by) as unit:
            unit.areas.add_edition(areas, code, by=by, now=now, note=note)
            unit.gazetteer.refresh_areas(areas, township_code=code)
            unit.commit()
