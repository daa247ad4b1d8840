"""The demo township: it tiles, people live where they are said to, one seed gives one township."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.boundary_files import read_boundaries
from gis.gazetteer import read_gazetteer, read_outside
from gis.synthetic.files import boundaries, elevation, osm_xml, write_township
from gis.synthetic.landscape import raised
from gis.synthetic.osm_map import make_map
from gis.synthetic.people import NIGHT_TRADES
from gis.synthetic.placement import Placement
from gis.synthetic.township import SEED, SMALL, Size, Township, make_township
from gis.topology import check_areas
from halfhour.area_codes import is_well_formed, parent_of
from halfhour.clock import LOCAL_ZONE
from halfhour.shifts import on_shift, parse_shifts
from halfhour.vocabulary import Level, Skill, StationKind, TravelMode

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def township() -> Township:
    return make_township(size=SMALL)


@pytest.fixture(scope="module")
def folder(township: Township, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("township")
    write_township(township, folder)
    return folder


def shapes(township: Township, level: Level) -> dict[str, shapely.MultiPolygon]:
    rows = township.areas[township.areas["level"] == level]
    return dict(zip(rows["code"], rows.geometry, strict=True))


@pytest.mark.parametrize("level", list(Level))
def test_the_areas_of_a_level_fit_without_voids_or_overlaps(
    township: Township, level: Level
) -> None:
    areas = np.array(list(shapes(township, level).values()))
    assert shapely.coverage_is_valid(areas)
    assert shapely.is_valid(areas).all()
    assert (shapely.get_num_geometries(areas) == 1).all()


@pytest.mark.parametrize("level", [Level.TOWNSHIP, Level.VILLAGE, Level.GRID])
def test_an_area_is_exactly_the_union_of_its_children(township: Township, level: Level) -> None:
    children = shapes(township, Level(level + 1))
    for code, shape in shapes(township, level).items():
        own = [child for child_code, child in children.items() if parent_of(child_code) == code]
        union = shapely.coverage_union_all(own)
        assert corners(union) == corners(shape)
        assert union.equals(shape)


def corners(shape: shapely.Geometry) -> set[tuple[float, float]]:
    return {(x, y) for x, y in shapely.get_coordinates(shape)}


def test_corners_are_kept_to_a_ten_millionth_of_a_degree(township: Township) -> None:
    coordinates = shapely.get_coordinates(township.areas.geometry.values)
    assert (coordinates == np.round(coordinates, 7)).all()


def test_codes_name_the_level_and_the_parent(township: Township) -> None:
    for row in township.areas.itertuples():
        assert is_well_formed(row.code, Level(row.level))
        assert parent_of(row.code) == row.parent_code


def test_the_checks_of_an_import_find_nothing(folder: Path) -> None:
    areas = read_boundaries(folder / "boundaries" / "demo_township.geojson")
    assert check_areas(areas) == []


def test_every_household_lies_inside_its_own_cell(township: Township) -> None:
    cells = shapes(township, Level.CELL)
    for home in township.households:
        assert cells[home.cell_code].contains_properly(shapely.Point(home.lon, home.lat))


def test_cells_hold_about_ten_households_and_none_is_empty(township: Township) -> None:
    sizes = Counter(home.cell_code for home in township.households)
    assert set(sizes) == set(shapes(township, Level.CELL))
    assert 9 <= np.mean(list(sizes.values())) <= 11


def test_people_live_low_and_the_ridges_are_empty(township: Township) -> None:
    terrain, ground = township.landscape.terrain, township.landscape.ground
    homes = terrain.frame.sample(terrain.heights_m, township.landscape.houses.xy)
    land = terrain.heights_m[ground.inside]
    assert np.median(homes) < np.percentile(land, 40)
    assert np.percentile(homes, 98) < np.percentile(land, 90)


def test_nobody_lives_in_the_river(township: Township) -> None:
    doors = shapely.points(township.landscape.houses.xy)
    for water in township.landscape.waters:
        river = shapely.LineString(water.xy).buffer(water.half_width_m)
        assert not shapely.intersects(river, doors).any()


def test_water_runs_downhill(township: Township) -> None:
    terrain = township.landscape.terrain
    heights = terrain.heights_m.ravel()
    target = terrain.water.target
    drains = target != np.arange(target.size)
    assert (heights[target[drains]] < heights[drains]).all()


def test_nearly_every_house_has_a_road_or_path_near_by(township: Township) -> None:
    lines = shapely.MultiLineString([way.xy for way in township.landscape.ways])
    far = shapely.distance(shapely.points(township.landscape.houses.xy), lines)
    assert (far <= 80).mean() > 0.97


def test_roads_hang_together_by_shared_vertices(township: Township) -> None:
    drawn = make_map(township)
    leader: dict[int, int] = {}

    def find(node: int) -> int:
        while leader.setdefault(node, node) != node:
            node = leader[node]
        return node

    roads = [refs for refs, tags in drawn.ways if "highway" in tags]
    for refs in roads:
        for one, other in pairwise(refs):
            leader[find(one)] = find(other)
    parts = Counter(find(refs[0]) for refs in roads)
    assert parts.most_common(1)[0][1] / parts.total() > 0.98


def test_roads_cross_streams_on_bridges_or_fords_only(township: Township) -> None:
    streams = shapely.MultiLineString([water.xy for water in township.landscape.waters])
    for way in township.landscape.ways:
        if "bridge" not in way.tags and "ford" not in way.tags:
            assert not shapely.LineString(way.xy).intersects(streams)


def test_there_is_one_institute_one_centre_and_a_station_in_every_village(
    township: Township,
) -> None:
    kinds = Counter(station.kind for station in township.stations)
    villages = len(shapes(township, Level.VILLAGE))
    assert kinds[StationKind.INSTITUTE] == kinds[StationKind.COMMAND_CENTRE] == 1
    assert kinds[StationKind.STATION] == villages
    assert kinds[StationKind.POINT] > 0


def test_no_two_committed_stations_share_a_name() -> None:
    with (DATA / "demo" / "stations.csv").open(encoding="utf-8", newline="") as rows:
        names = Counter(row["name"] for row in csv.DictReader(rows))
    assert names.most_common(1)[0][1] == 1


def test_volunteers_use_the_words_of_the_field(township: Township) -> None:
    assert len(township.volunteers) == SMALL.volunteers
    for volunteer in township.volunteers:
        TravelMode(volunteer.mode)
        assert {Skill(skill) for skill in volunteer.skills.split("|")}
        assert volunteer.load_limit > 0


@pytest.mark.parametrize("skill", NIGHT_TRADES)
def test_somebody_answers_at_every_hour_of_the_week(skill: Skill) -> None:
    with (DATA / "demo" / "volunteers.csv").open(encoding="utf-8", newline="") as rows:
        shifts = [parse_shifts(r["shifts"]) for r in csv.DictReader(rows) if skill in r["skills"]]
    monday = datetime(2026, 11, 23, tzinfo=LOCAL_ZONE)
    for hour in range(168):
        assert sum(on_shift(week, monday + timedelta(hours=hour)) for week in shifts) >= 5


def test_nobody_can_be_called(township: Township) -> None:
    phones = [person.phone for person in [*township.households, *township.volunteers]]
    assert all(phone == "" or (phone.startswith("154") and len(phone) == 11) for phone in phones)


def test_the_gazetteer_is_a_tree_that_speaks_of_the_same_areas(
    township: Township, folder: Path
) -> None:
    entries = read_gazetteer(folder / "demo" / "gazetteer.csv")
    names = {"township": 1, "village": 2, "grid": 3, "cell": 4}
    for name, level in names.items():
        ids = {entry.id for entry in entries if entry.level == name}
        assert ids == set(shapes(township, Level(level)))
    homes = {entry.id for entry in entries if entry.level == "household"}
    assert homes == {home.id for home in township.households}
    assert read_outside(folder / "demo" / "outside.csv")


def test_people_share_names_and_use_nicknames(township: Township) -> None:
    landmarks = [entry for entry in township.gazetteer if entry.level == "landmark"]
    shared = Counter(alias for entry in landmarks for alias in entry.aliases)
    assert shared.most_common(1)[0][1] > 2
    assert any(home.nickname for home in township.households)
    heads = Counter(home.head for home in township.households)
    assert heads.most_common(1)[0][1] > 1


def test_the_elevation_grid_holds_the_terrain(township: Township) -> None:
    words = elevation(township.landscape.terrain, township.placement).split()
    columns, rows = int(words[1]), int(words[3])
    posts = np.array(words[12:], dtype=float)
    assert posts.size == columns * rows
    assert posts.min() >= township.landscape.terrain.heights_m.min() - 0.1


def test_one_seed_gives_one_township_to_the_byte(township: Township) -> None:
    again = make_township(size=SMALL)
    assert boundaries(again) == boundaries(township)
    assert osm_xml(make_map(again)) == osm_xml(make_map(township))
    assert again.households == township.households
    assert again.volunteers == township.volunteers
    assert again.stations == township.stations
    assert again.gazetteer == township.gazetteer


def test_another_seed_gives_another_township(township: Township) -> None:
    other = make_township(SEED + 1, SMALL)
    assert boundaries(other) != boundaries(township)
    assert shapely.coverage_is_valid(np.array(list(shapes(other, Level.CELL).values())))


def test_the_committed_files_belong_together() -> None:
    areas = read_boundaries(DATA / "boundaries" / "demo_township.geojson")
    assert check_areas(areas) == []
    levels = Counter(areas["level"])
    assert levels[Level.VILLAGE] == 15
    assert 85 <= levels[Level.GRID] <= 110
    assert 900 <= levels[Level.CELL] <= 1100
    homes = rows_of(DATA / "demo" / "households.csv")
    assert 9_500 <= len(homes) <= 10_500
    assert {home["cell_code"] for home in homes} == set(areas["code"][areas["level"] == Level.CELL])
    assert len(rows_of(DATA / "demo" / "volunteers.csv")) == 300
    with gzip.open(DATA / "roads" / "demo_roads.osm.gz", "rt", encoding="utf-8") as file:
        assert 'v="青溪大道"' in file.read()


def test_the_committed_mountains_are_the_generators() -> None:
    terrain = raised(SEED, Size())
    with gzip.open(DATA / "demo" / "elevation.asc.gz") as file:
        assert file.read() == elevation(terrain, Placement())


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
