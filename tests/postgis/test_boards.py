"""A live screen knows when it is old: one number, and news on commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest

from halfhour.six_orders import Step
from halfhour.vocabulary import StationKind
from models.board_news import BoardChange
from models.unit_of_work import UnitOfWork
from tests.builders import IN_A, IN_B, NOW, TOWNSHIP, a_request, a_tiling, offer_to


def version(database, township) -> int:
    with database.unit(township.dispatcher) as unit:
        return unit.board_version()


def place_one(database, dispatcher: int) -> None:
    with database.unit(dispatcher) as unit:
        a_request(unit)
        unit.commit()


def test_a_commit_counts_the_board_on_once(database, township) -> None:
    before = version(database, township)
    with database.unit(township.dispatcher) as unit:
        for _ in range(3):
            a_request(unit)
        assert version(database, township) == before
        unit.commit()
        assert version(database, township) == before + 1


def test_what_is_rolled_back_does_not_count(database, township) -> None:
    before = version(database, township)
    with database.unit(township.dispatcher) as unit:
        a_request(unit)
    assert version(database, township) == before


def move_a_volunteer(unit: UnitOfWork) -> None:
    unit.volunteers.seen(unit.volunteers.on_hand(NOW)[0].volunteer_id, IN_B, now=NOW)


def publish(unit: UnitOfWork) -> None:
    unit.areas.add_edition(a_tiling(), TOWNSHIP, by=unit.person_id or 0, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        a_request,
        move_a_volunteer,
        publish,
        lambda unit: unit.stations.add(StationKind.POINT, "新点", IN_A),
        lambda unit: unit.roads.replace(b"roads", {}, by=unit.person_id, now=NOW),
    ],
    ids=["request", "volunteer", "boundaries", "station", "roads"],
)
def test_whatever_a_board_shows_counts(
    database, township, change: Callable[[UnitOfWork], object]
) -> None:
    before = version(database, township)
    with database.unit(township.operator) as unit:
        change(unit)
        unit.commit()
    assert version(database, township) > before


def test_many_commits_at_once_are_all_counted(database, township) -> None:
    before = version(database, township)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: place_one(database, township.dispatcher), range(24)))
    assert version(database, township) == before + 24


def test_whoever_sees_the_number_sees_the_change(database, township) -> None:
    """Read the version first, then the rows: the rows are never older than the number."""
    with database.unit(township.dispatcher) as unit:
        a_request(unit)
        unit.commit()

    def watch(_: int) -> bool:
        with database.unit(township.dispatcher) as unit:
            seen = unit.board_version()
            unit.session.rollback()
            return len(unit.requests.open_requests()) >= seen - first

    first = version(database, township) - 1
    with ThreadPoolExecutor(6) as pool:
        watching = pool.map(watch, range(40))
        placing = [pool.submit(place_one, database, township.dispatcher) for _ in range(10)]
        assert all(watching)
        for placed in placing:
            placed.result()


def test_news_of_a_commit_is_heard(database, township) -> None:
    news = database.board_news(patience_s=10)
    assert next(news) is None
    with database.unit(township.dispatcher) as unit:
        request = a_request(unit)
        unit.commit()
        reached = unit.board_version()
        offer_to(unit, request, township.volunteers[0])
        unit.commit()
    with database.unit(township.volunteers[0]) as unit:
        mine = unit.requests.locked(request.id)
        mine.take(Step.ACCEPT, at=NOW, by=township.volunteers[0])
        unit.commit()
    assert list(islice(news, 3)) == [
        BoardChange(TOWNSHIP, reached),
        BoardChange(TOWNSHIP, reached + 1),
        BoardChange(TOWNSHIP, reached + 2),
    ]
    news.close()


def test_silence_is_told_too(database, township) -> None:
    news = database.board_news(patience_s=0.05)
    assert list(islice(news, 3)) == [None, None, None]
    news.close()


def test_a_snapshot_stands_still_and_writes_nothing(database, township) -> None:
    with database.unit(township.dispatcher, snapshot=True) as snapshot:
        before = snapshot.board_version()
        with database.unit(township.dispatcher) as unit:
            a_request(unit)
            unit.commit()
        assert snapshot.board_version() == before
        assert snapshot.requests.open_requests() == []
