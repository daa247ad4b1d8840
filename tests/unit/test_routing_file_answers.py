"""Circles, coverage and the nearest people from files alone; day and night."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely

from halfhour.errors import BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.conditions import Conditions, is_dark
from routing.file_answers import coverage_figures, nearest_people, write_service_area
from routing.tables import NamedPlace, roads_of_file, write_travel_times
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, on, street_file

WALK, E_BIKE, MOTORCYCLE, CAR = TravelMode
BEIJING = timedelta(hours=8)


def named(**spots: tuple[float, float]) -> list[NamedPlace]:
    return [NamedPlace(name, on(*spot)) for name, spot in spots.items()]


@pytest.fixture
def roads_file(tmp_path: Path) -> Path:
    drawing = "A" + "." * 20 + "B" + "." * 20 + "C"
    streets = [("AB", RESIDENTIAL), ("BC", {"highway": "tertiary"})]
    return street_file(tmp_path / "roads.osm", drawing, streets)


@pytest.fixture
def roads(roads_file: Path) -> Roads:
    return roads_of_file(roads_file)


def test_circles_are_written_with_their_proof(tmp_path: Path, roads: Roads) -> None:
    out = tmp_path / "circles.geojson"
    stations = named(东=(20, 0), 外=(20, 90))
    said = write_service_area(roads, stations, minutes=10, mode=WALK, out_geojson=out)
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [f["properties"]["id"] for f in features] == ["东", "外"]
    assert said["worst_wrong_share"] < 0.01
    here = on(20, 0)
    circle = shapely.from_geojson(json.dumps(features[0]["geometry"]))
    assert shapely.contains_xy(circle, here.lon, here.lat)
    with pytest.raises(BadFileError, match="写不了"):
        write_service_area(roads, [], minutes=1, mode=WALK, out_geojson=tmp_path / "no" / "x")


def test_coverage_comes_with_gaps_missing_roads_and_its_definition(roads: Roads) -> None:
    households = named(near=(1, 0.1), late=(40, 0.1), astray=(3, 2), lost=(3, 90))
    found = coverage_figures(roads, households, named(s=(0, 0)), minutes=10, mode=WALK)
    assert (found["households"], found["served"], found["off_network"]) == (4, 2, 1)
    assert found["gaps"] == ["late", "lost"]
    assert [row["id"] for row in found["missing_road"]] == ["lost", "astray"]
    assert found["missing_road"][0]["straight_m"] is None
    assert "10 分钟之内（含）" in found["definition"]["text"]
    json.dumps(found)


def test_the_nearest_people_are_listed_for_each_request(roads: Roads) -> None:
    people = named(far=(40, 0), near=(2, 0), next=(5, 0))
    (found,) = nearest_people(roads, people, named(r=(0, 0)), mode=WALK, k=2, minutes=30)
    assert found["request"] == "r"
    assert [person["id"] for person in found["people"]] == ["near", "next"]


def test_closures_and_night_reach_the_table(tmp_path: Path, roads_file: Path) -> None:
    table = tmp_path / "a.csv"
    points = [on(0, 0), on(10, 0), on(40, 0)]
    rows = [f"{i},{place.lon},{place.lat}" for i, place in enumerate(points)]
    table.write_text("\n".join(["id,lon,lat", *rows]))
    closed = tmp_path / "closed.geojson"
    click = {"type": "Point", "coordinates": [on(30, 0).lon, on(30, 0).lat]}
    closed.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": click}))
    out = tmp_path / "m.csv"

    def seconds(**more) -> dict[tuple[str, str], str]:
        write_travel_times(roads_file, table, table, mode=CAR, out_csv=out, **more)
        lines = out.read_text().splitlines()[1:]
        return {tuple(line.split(",")[:2]): line.split(",")[2] for line in lines}

    open_by_day, shut = seconds(), seconds(closed=closed)
    assert shut["0", "2"] == ""
    assert shut["0", "1"] == open_by_day["0", "1"]
    assert open_by_day["0", "2"] != ""
    by_night = seconds(conditions=Conditions(is_night=True))
    assert float(by_night["0", "1"]) > float(open_by_day["0", "1"])


@pytest.mark.parametrize(
    ("month", "hour", "dark"),
    [
        (12, 7.0, True),
        (12, 8.5, False),
        (12, 17.5, False),
        (12, 19.0, True),
        (6, 5.0, True),
        (6, 6.2, False),
        (6, 19.5, False),
        (6, 21.0, True),
        (6, 0.0, True),
        (3, 12.0, False),
    ],
)
def test_night_falls_in_guizhou_when_it_does(month: int, hour: float, dark: bool) -> None:
    moment = datetime(2026, month, 21, tzinfo=UTC) + timedelta(hours=hour) - BEIJING
    assert is_dark(moment, LonLat(107.5, 28.2)) is dark
