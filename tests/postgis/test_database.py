"""The way in: recovering by itself, saying what is wrong, acting for somebody."""

from __future__ import annotations

import os
import signal
import time

import pytest
from sqlalchemy import make_url, text

from halfhour.errors import DatabaseUnavailableError, NoSuchError
from models.database import Database, migrate, owner_engine
from tests.builders import NOW, TOWNSHIP, a_request, settle_a_township
from tests.clusters import a_cluster


def ask_until_it_fails(database: Database, person_id: int, *, patience_s: float = 20) -> None:
    """Ask again and again: children of a killed server answer until they notice."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        with database.unit(person_id) as unit:
            unit.board_version()


def test_a_restarted_server_is_simply_there_again() -> None:
    with a_cluster(durable=True) as server:
        migrate(server.owner_url)
        database = Database(server.app_url)
        cast = settle_a_township(server.owner_url, database)
        with database.unit(cast.dispatcher) as unit:
            kept = a_request(unit)
            unit.commit()
        os.kill(server.status().pid, signal.SIGKILL)
        with pytest.raises(DatabaseUnavailableError):
            ask_until_it_fails(database, cast.dispatcher)
        server.start()
        with database.unit(cast.dispatcher) as unit:
            assert unit.requests.get(kept.id).number == f"{TOWNSHIP}-2026-00001"
            unit.commit()
        database.close()


def test_no_server_is_one_sentence_with_a_remedy(urls) -> None:
    nowhere = make_url(urls.app).set(query={"host": "/nonexistent"})
    database = Database(nowhere.render_as_string())
    unit = database.unit(1)
    with pytest.raises(DatabaseUnavailableError) as raised, unit:
        unit.areas.published()
    assert raised.value.remedy
    with pytest.raises(DatabaseUnavailableError):
        database.accounts.by_login("x")
    with pytest.raises(DatabaseUnavailableError):
        next(database.board_news())
    database.close()


def test_an_unknown_person_acts_for_no_township(database, township) -> None:
    with database.unit(10**9) as unit, pytest.raises(NoSuchError, match="人员"):
        _ = unit.township_code
    with database.unit(None) as unit, pytest.raises(NoSuchError):
        unit.requests.open_requests()


def test_work_without_a_commit_is_undone(database, township) -> None:
    with database.unit(township.dispatcher) as unit:
        a_request(unit)
    with database.unit(township.dispatcher) as unit:
        a_request(unit)
        unit.commit()
        a_request(unit)
    with database.unit(township.dispatcher) as unit:
        assert len(unit.requests.open_requests()) == 1


def test_an_error_in_the_middle_undoes_everything(database, township) -> None:
    def fail() -> None:
        with database.unit(township.dispatcher) as unit:
            a_request(unit)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.unit(township.dispatcher) as unit:
        assert unit.requests.open_requests() == []


def test_moments_are_utc(database, township) -> None:
    with database.unit(township.dispatcher) as unit:
        placed = a_request(unit)
        unit.commit()
        moment = unit.requests.history(placed.id)[0].at
    assert moment == NOW
    assert moment.utcoffset().total_seconds() == 0


def test_a_mighty_application_role_is_refused(cluster, empty_urls) -> None:
    administrator = owner_engine(cluster.admin_url)
    with administrator.begin() as connection:
        connection.execute(text("ALTER ROLE halfhour_app BYPASSRLS"))
    try:
        with pytest.raises(DatabaseUnavailableError, match="NOBYPASSRLS"):
            migrate(empty_urls.owner)
    finally:
        with administrator.begin() as connection:
            connection.execute(text("ALTER ROLE halfhour_app NOBYPASSRLS"))
        administrator.dispose()


def test_a_used_up_pool_says_so(urls, township) -> None:
    database = Database(urls.app, connections=1, wait_s=0.2)
    with database.unit(township.dispatcher) as first:
        first.board_version()
        with (
            pytest.raises(DatabaseUnavailableError, match="都在忙"),
            database.unit(township.dispatcher) as second,
        ):
            second.board_version()
    database.close()
