"""Files become data: checked first, all or nothing, and compared with what is known."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.boundary_files import BoundaryMapping
from gis.datum import from_wgs84
from halfhour.errors import BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum, Level, Precision, Severity
from services import imports, intake, registers
from services.bootstrap import App
from tests.builders import CELLS, NOW, TOWNSHIP, UPPER, Cast, a_tiling


def boundary_file(folder: Path, frame: gpd.GeoDataFrame) -> Path:
    path = folder / "boundaries.geojson"
    frame.to_file(path, driver="GeoJSON")
    return path


def editions(app: App, township: Cast) -> int:
    with app.unit(township.operator) as unit:
        return len(unit.areas.editions())


def test_a_sound_file_becomes_the_next_edition(app: App, township: Cast, tmp_path: Path) -> None:
    path = boundary_file(tmp_path, a_tiling())
    rehearsed = imports.boundaries(app, path, BoundaryMapping(), commit=False, now=NOW)
    assert (rehearsed.written, editions(app, township)) == (False, 1)
    assert rehearsed.counts == {"乡镇": 1, "村(社区)": 2, "网格": 3, "十联户": 6}
    assert imports.boundaries(app, path, BoundaryMapping(), commit=True, now=NOW).written
    assert editions(app, township) == 2


def test_a_file_with_an_overlap_is_not_written(app: App, township: Cast, tmp_path: Path) -> None:
    frame = a_tiling()
    cell = frame.index[frame["code"] == CELLS["A"]][0]
    frame.loc[cell, "geometry"] = frame.loc[cell, "geometry"].buffer(0.0004, join_style="mitre")
    report = imports.boundaries(
        app, boundary_file(tmp_path, frame), BoundaryMapping(), commit=True, now=NOW
    )
    overlaps = [finding for finding in report.findings if finding.check == "overlap"]
    assert overlaps
    assert all(finding.place is not None for finding in overlaps)
    assert (report.written, editions(app, township)) == (False, 1)


def test_a_file_shifted_as_phones_shift_is_recognised_beside_the_published_borders(
    app: App, township: Cast, tmp_path: Path
) -> None:
    def shifted(corners):
        return [from_wgs84(LonLat(lon, lat), Datum.GCJ02) for lon, lat in corners]

    frame = a_tiling()
    frame["geometry"] = [shapely.transform(shape, shifted) for shape in frame.geometry]
    path = boundary_file(tmp_path, frame)
    report = imports.boundaries(app, path, BoundaryMapping(), commit=False, now=NOW)
    assert any(
        "火星" in finding.sentence or "GCJ" in finding.sentence for finding in report.findings
    )
    mapping = BoundaryMapping(datum=Datum.GCJ02)
    converted = imports.boundaries(app, path, mapping, commit=False, now=NOW)
    assert not [f for f in converted.findings if f.severity is Severity.ERROR]


def test_a_household_without_a_place_in_the_gazetteer_can_be_found_afterwards(
    app: App, township: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "住户.csv"
    path.write_text(
        "户编号,户主,小名,门牌,经度,纬度\n601,覃光学,老学,上坝12号,107.931,28.249\n",
        encoding="gb18030",
    )
    assert registers.households(app, township.operator, path, commit=True).written
    with app.unit(township.dispatcher) as unit:
        assert unit.households.count() == 1
        located = app.locator(unit).locate("覃光学家停电了")
    assert located.candidates[0].cell_id == CELLS["A"]


def test_heads_can_be_found_where_there_are_villages_only(
    app: App, township: Cast, tmp_path: Path
) -> None:
    frame = a_tiling()
    villages = boundary_file(tmp_path, frame[frame["level"] <= Level.VILLAGE])
    assert imports.boundaries(app, villages, BoundaryMapping(), commit=True, now=NOW).written
    path = tmp_path / "households.csv"
    path.write_text("id,head,lon,lat\n602,覃光明,107.931,28.249\n", "utf-8")
    assert registers.households(app, township.operator, path, commit=True).written
    placed = intake.place(app, township.dispatcher, "覃光明家漏水", now=NOW)
    assert (placed.path.village_code, placed.precision) == (UPPER, Precision.A)


def test_one_bad_row_keeps_the_whole_file_out(app: App, township: Cast, tmp_path: Path) -> None:
    path = tmp_path / "volunteers.csv"
    path.write_text(
        "name,lon,lat,mode\n好人,107.931,28.249,walk\n坏行,28.249,107.931,飞\n", "utf-8"
    )
    report = registers.volunteers(app, township.operator, path, commit=True)
    assert not report.written
    assert any("飞" in finding.sentence for finding in report.findings)
    with app.unit(township.operator) as unit:
        assert len(unit.volunteers.on_hand(NOW)) == len(township.volunteers)


def test_importing_the_roster_again_updates_it(app: App, township: Cast, tmp_path: Path) -> None:
    path = tmp_path / "volunteers.csv"
    rows = "name,phone,lon,lat,mode\n罗甲,13800000000,107.931,28.249,{}\n"
    for mode in ("walk", "car"):
        path.write_text(rows.format(mode), "utf-8")
        assert registers.volunteers(app, township.operator, path, commit=True).written
    with app.unit(township.operator) as unit:
        people = unit.volunteers.on_hand(NOW)
    assert len(people) == len(township.volunteers)
    assert people[0].mode == "car"


@pytest.mark.parametrize("read", [registers.households, registers.stations])
def test_a_file_that_is_none_is_refused(app: App, township: Cast, tmp_path: Path, read) -> None:
    path = tmp_path / "nothing.csv"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(BadFileError):
        read(app, township.operator, path, commit=True)


def test_points_become_landmarks_once(app: App, township: Cast, tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    point = shapely.Point(107.9315, 28.2485)
    gpd.GeoDataFrame({"name": ["La Font"]}, geometry=[point], crs=4326).to_file(path)
    for _ in range(2):
        report = imports.places(app, township.operator, path, commit=True)
    assert report.counts["地标"] == 2
    with app.unit(township.dispatcher) as unit:
        assert app.locator(unit).locate("la font").candidates[0].village_id.startswith(TOWNSHIP[:9])


def test_a_file_of_somewhere_else_is_not_written(app: App, township: Cast, tmp_path: Path) -> None:
    table = tmp_path / "户.csv"
    table.write_text(
        "编号,户主,经度,纬度\n1,张三,107.9315,28.2485\n2,李四,116.4,39.9\n3,王五,,\n", "utf-8"
    )
    report = registers.households(app, township.operator, table, commit=False)
    assert [(f.check, f.codes) for f in report.findings] == [
        ("no_position", ("4",)),
        ("outside_township", ("3",)),
    ]
    elsewhere = tmp_path / "places.geojson"
    gpd.GeoDataFrame({"name": ["天安门"]}, geometry=[shapely.Point(116.4, 39.9)], crs=4326).to_file(
        elsewhere
    )
    report = imports.places(app, township.operator, elsewhere, commit=True)
    assert (report.written, [f.check for f in report.findings]) == (False, ["outside_township"])


def test_roads_of_another_county_are_not_written(app: App, township: Cast, tmp_path: Path) -> None:
    line = shapely.LineString([(116.4, 39.9), (116.41, 39.9)])
    path = tmp_path / "roads.geojson"
    gpd.GeoDataFrame({"highway": ["residential"]}, geometry=[line], crs=4326).to_file(path)
    report = imports.roads(app, township.operator, path, commit=True, now=NOW)
    assert (report.written, [f.check for f in report.findings]) == (False, ["roads_elsewhere"])
