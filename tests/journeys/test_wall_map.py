"""The wall: one snapshot that grows a version with every change, as one person may see it."""

from __future__ import annotations

import json

import pytest

from halfhour.errors import NoSuchError
from halfhour.vocabulary import Level, StationKind
from services import dispatch, intake, wall_map
from services.bootstrap import App
from tests.builders import IN_A, IN_C, LOWER, NOW, TOWNSHIP, Cast, a_tiling


def test_every_change_gives_the_board_a_new_version(app: App, township: Cast) -> None:
    versions = [wall_map.board_version(app, township.dispatcher)]
    placed = intake.place(app, township.dispatcher, "家里停电", pin=IN_A, skill=None, now=NOW)
    versions.append(wall_map.board_version(app, township.dispatcher))
    intake.suggest(app, township.dispatcher, "罗木匠家")
    versions.append(wall_map.board_version(app, township.dispatcher))
    intake.correct(app, township.dispatcher, placed.request_id, pin=IN_C, now=NOW)
    versions.append(wall_map.board_version(app, township.dispatcher))
    assert versions[0] < versions[1] == versions[2] < versions[3]


def test_the_board_counts_what_it_lists(app: App, township: Cast) -> None:
    first = intake.place(app, township.dispatcher, "要帮忙", pin=IN_A, now=NOW)
    intake.place(app, township.dispatcher, "下坝村要帮忙", now=NOW)
    dispatch.dispatch(app, township.dispatcher, first.request_id, NOW)
    board = wall_map.read_board(app, township.dispatcher, NOW).as_json()
    counts = board["counts"]
    assert counts["open"] == len(board["requests"]) == 2
    assert sum(stage["count"] for stage in counts["by_stage"]) == 2
    assert (counts["volunteers"], counts["on_shift"], counts["free"]) == (3, 3, 2)
    assert (counts["sent_today"], counts["in_time_today"]) == (1, 1)
    assert [row["exact"] for row in board["requests"]] == [True, False]
    json.dumps(board)


def test_new_stations_are_drawn_anew_and_requests_are_not_a_reason(
    app: App, township: Cast
) -> None:
    before = wall_map.map_revision(app, township.dispatcher)
    intake.place(app, township.dispatcher, "要帮忙", pin=IN_A, now=NOW)
    assert wall_map.map_revision(app, township.dispatcher) == before
    with app.unit(township.operator) as unit:
        unit.stations.add(StationKind.COMMAND_CENTRE, "综治中心", IN_C)
        unit.commit()
    assert wall_map.map_revision(app, township.dispatcher) != before


def test_a_request_in_a_village_that_is_no_more_keeps_its_name_and_place(
    app: App, township: Cast
) -> None:
    placed = intake.place(app, township.dispatcher, "下坝村要帮忙", now=NOW)
    renamed = {LOWER: "520626101299"}
    merged = a_tiling()
    for column in ("code", "parent_code"):
        merged[column] = [
            None if code is None else renamed.get(code[:12], code[:12]) + code[12:]
            for code in merged[column]
        ]
    with app.unit(township.operator) as unit:
        unit.areas.add_edition(merged, TOWNSHIP, by=township.operator, now=NOW)
        unit.commit()
    (row,) = wall_map.read_board(app, township.dispatcher, NOW).requests
    assert (row["id"], row["area"]) == (placed.request_id, "青溪镇下坝村")
    assert row["lon"] is not None


def test_a_grid_chief_sees_the_requests_of_the_own_grid_only(app: App, township: Cast) -> None:
    mine = intake.place(app, township.dispatcher, "要帮忙", pin=IN_A, now=NOW)
    theirs = intake.place(app, township.dispatcher, "要帮忙", pin=IN_C, now=NOW)
    board = wall_map.read_board(app, township.first_chief, NOW)
    assert [row["id"] for row in board.requests] == [mine.request_id]
    with pytest.raises(NoSuchError):
        dispatch.candidates(app, township.first_chief, theirs.request_id, NOW)


@pytest.mark.parametrize("level", Level)
def test_each_level_is_drawn_with_names_and_places_for_them(
    app: App, township: Cast, level: Level
) -> None:
    drawn = json.loads(wall_map.area_geojson(app, township.dispatcher, level))
    assert len(drawn["features"]) == {1: 1, 2: 2, 3: 3, 4: 6}[level]
    assert all(f["properties"]["name"] and f["properties"]["label"] for f in drawn["features"])


def test_a_village_without_grids_is_drawn_beside_those_that_have_them(
    app: App, township: Cast
) -> None:
    tiling = a_tiling()
    ungridded = tiling["code"].str.startswith(LOWER) & (tiling["level"] > Level.VILLAGE)
    with app.unit(township.operator) as unit:
        unit.areas.add_edition(tiling[~ungridded], TOWNSHIP, by=township.operator, now=NOW)
        unit.commit()
    for level, number in zip(Level, (1, 2, 2, 4), strict=True):
        drawn = json.loads(wall_map.area_geojson(app, township.dispatcher, level))["features"]
        assert len(drawn) == number
        assert all(f["geometry"]["coordinates"] for f in drawn)


def test_roads_and_the_half_hour_circle_are_drawn(app: App, township: Cast) -> None:
    roads = json.loads(wall_map.roads_geojson(app, township.dispatcher))
    assert {f["properties"]["class"] for f in roads["features"]} == {"residential"}
    (circle,) = json.loads(wall_map.half_hour_geojson(app, township.dispatcher))["features"]
    assert circle["properties"]["minutes"] == 30
    assert circle["geometry"]["coordinates"]
