"""A real country through the command line: boundaries, roads, places, volunteers, one request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import networkx as nx
import pytest
from typer.testing import CliRunner

from halfhour.places import LonLat
from halfhour.settings import Settings
from halfhour.vocabulary import TravelMode
from models.embedded import EmbeddedServer
from routing.checking import networkx_seconds
from routing.travel_time import Roads
from services import accounts
from services.bootstrap import start
from services.cli.main import app as commands
from tests.clusters import an_open_folder
from tests.streets import shared

Run = Callable[..., dict]

VOLUNTEERS = """id,name,phone,lon,lat,mode,skills
1,Anna,15400000001,1.5212,42.5070,car,general
2,Bernat,15400000002,1.5145,42.5450,car,general|electricity
3,Carla,15400000003,1.5334,42.5561,walk,general
4,Dídac,15400000004,1.4914,42.4636,motorcycle,general
5,Emma,15400000005,1.5800,42.5360,e_bike,general
6,Ferran,15400000006,1.5150,42.5470,walk,general
7,Gemma,15400000007,1.6600,42.5800,car,general
8,Hug,15400000008,1.5390,42.5078,car,medical
9,Iris,15400000009,1.4800,42.5700,car,general
10,Joan,15400000010,1.7330,42.5420,car,general
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with an_open_folder() as folder:
        yield folder
        EmbeddedServer(folder).stop()


@pytest.fixture(scope="module")
def run(home: Path) -> Run:
    def run(*words: object, code: int = 0) -> dict:
        ran = CliRunner().invoke(
            commands, [*map(str, words), "--json"], env={"HALFHOUR_HOME": str(home)}
        )
        assert ran.exit_code == code, ran.output + repr(ran.exception)
        return json.loads(ran.stdout)

    return run


@pytest.fixture(scope="module")
def andorra(run: Run, home: Path) -> None:
    parishes = shared("andorra/andorra_parishes.geojson")
    level = ("--level", "village", "--township-name", "Andorra")
    rehearsed = run("import", "boundaries", parishes, *level)
    assert (rehearsed["written"], rehearsed["errors"]) == (False, 0)
    assert run("import", "boundaries", parishes, *level, "--commit")["written"]
    roads = run("import", "roads", shared("andorra/andorra.osm.pbf"), "--commit")
    assert "坡度取自 N42E001.hgt.gz" in roads["notes"]
    assert run("import", "places", shared("andorra/andorra_places.geojson"), "--commit")["written"]
    people = home / "volunteers.csv"
    people.write_text(VOLUNTEERS, encoding="utf-8")
    assert run("import", "volunteers", people, "--commit")["counts"] == {"志愿者": 10}


def test_a_dry_run_writes_nothing(run: Run, andorra: None) -> None:
    before = run("place", "La Massana", "--dry-run")
    run("import", "places", shared("andorra/andorra_places.geojson"))
    assert run("place", "La Massana", "--dry-run") == before


def test_the_printed_minutes_are_those_of_networkx(run: Run, andorra: None, home: Path) -> None:
    placed = run("place", "La Massana")
    assert placed["answer"] == "found"
    assert placed["candidates"][0]["label"].endswith("La Massana")
    answer = run("dispatch", placed["request"]["number"])
    assert len(answer["candidates"]) == 10
    assert answer["assigned"]["name"] == "Bernat"
    roads = roads_of(home)
    there = LonLat(answer["destination"]["lon"], answer["destination"]["lat"])
    graphs: dict[TravelMode, nx.MultiDiGraph] = {}
    for candidate in answer["candidates"]:
        mode = TravelMode(candidate["mode"])
        graph = graphs.setdefault(mode, roads.network.to_networkx(mode))
        here = LonLat(candidate["lon"], candidate["lat"])
        expected_s = networkx_seconds(graph, roads.explain(here, there, mode=mode))
        assert candidate["travel_s"] == pytest.approx(expected_s, abs=0.1)


def test_a_place_that_is_nowhere_here_is_said_to_be(run: Run, andorra: None) -> None:
    answer = run("place", "停电了", code=3)
    assert answer["answer"] == "none"
    assert answer["request"] is None
    assert "哪个村" in answer["sentence"]


def test_a_request_cannot_be_sent_twice(run: Run, andorra: None) -> None:
    placed = run("place", "Ordino")
    run("dispatch", placed["request"]["id"])
    with pytest.raises(AssertionError, match="WrongStageError"):
        run("dispatch", placed["request"]["id"])


def roads_of(home: Path) -> Roads:
    app = start(Settings(home=home))
    try:
        with app.unit(accounts.operator(app)) as unit:
            return app.roads(unit)
    finally:
        app.close()
