"""The wall: one snapshot that grows a version with every change, as one person may see it."""

from __future__ import annotations

import json

import pytest

from halfhour.errors import NoSuchError
from halfhour.vocabulary import Level
from services import dispatch, intake, wall_map
from services.bootstrap import App
from tests.builders import IN_A, IN_C, NOW, Cast


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


def test_roads_and_the_half_hour_circle_are_drawn(app: App, township: Cast) -> None:
    roads = json.loads(wall_map.roads_geojson(app, township.dispatcher))
    assert {f["properties"]["class"] for f in roads["features"]} == {"residential"}
    (circle,) = json.loads(wall_map.half_hour_geojson(app, township.dispatcher))["features"]
    assert circle["properties"]["minutes"] == 30
    assert circle["geometry"]["coordinates"]
