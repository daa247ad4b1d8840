"""Signing in: hashes stay inside, attempts are counted, sessions end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from halfhour.errors import AlreadyThereError, BadFieldError, NoSuchError, NotEntitledError
from models.database import Database
from tests.builders import NOW, Cast

LOCK = {"lock_after": 5, "lock_for": timedelta(minutes=15)}
PASSWORD = "一个很长的口令"
LATER = NOW + timedelta(hours=12)


@pytest.fixture
def account(database: Database, township: Cast) -> int:
    """The dispatcher's account, `paidan`."""
    with database.unit(township.operator) as unit:
        unit.accounts.add(township.dispatcher, "PaiDan", PASSWORD)
        unit.commit()
    return township.dispatcher


def test_a_login_leads_to_one_account_whatever_its_case(database, account) -> None:
    found = database.accounts.by_login(" PAIDAN ")
    assert (found.person_id, found.name, found.must_change) == (account, "派单员", True)
    assert found.password_hash.startswith("$argon2id$")
    assert database.accounts.password_fits(found, PASSWORD)
    assert not database.accounts.password_fits(found, PASSWORD + "x")
    assert database.accounts.by_login("niemand") is None
    assert not database.accounts.password_fits(None, PASSWORD)


def test_wrong_passwords_lock_the_account_even_when_they_come_at_once(database, account) -> None:
    with ThreadPoolExecutor(5) as pool:
        ends = list(
            pool.map(lambda _: database.accounts.note_failure("paidan", now=NOW, **LOCK), range(5))
        )
    assert [end for end in ends if end] == [NOW + timedelta(minutes=15)]
    assert database.accounts.by_login("paidan").locked_until == NOW + timedelta(minutes=15)
    assert database.accounts.note_failure("niemand", now=NOW, **LOCK) is None


def test_a_session_holds_until_it_expires_or_ends(database, account) -> None:
    desk = database.accounts
    desk.note_failure("paidan", now=NOW, **LOCK)
    desk.open_session(account, "geheim", now=NOW, expires_at=LATER)
    found = desk.session("geheim", now=LATER - timedelta(seconds=1))
    assert (found.person_id, found.name, found.expires_at) == (account, "派单员", LATER)
    assert desk.session("geheim", now=LATER) is None
    assert desk.session("anders", now=NOW) is None
    assert desk.by_login("paidan").failed_attempts == 0
    desk.end_session("geheim", now=NOW)
    assert desk.session("geheim", now=NOW) is None


def test_signing_out_everywhere_ends_every_session(database, account) -> None:
    for token in ("eins", "zwei"):
        database.accounts.open_session(account, token, now=NOW, expires_at=LATER)
    with database.unit(account) as unit:
        assert unit.accounts.end_sessions(account, now=NOW) == 2
        unit.commit()
    assert database.accounts.session("eins", now=NOW) is None


def test_a_disabled_account_is_out_at_once(database, account, township) -> None:
    database.accounts.open_session(account, "geheim", now=NOW, expires_at=LATER)
    with database.unit(township.operator) as unit:
        unit.accounts.disable(account, now=NOW)
        unit.commit()
    assert database.accounts.session("geheim", now=NOW) is None
    assert database.accounts.by_login("paidan").disabled
    with pytest.raises(NotEntitledError):
        database.accounts.open_session(account, "neu", now=NOW, expires_at=LATER)
    with database.unit(township.operator) as unit:
        unit.accounts.enable(account)
        unit.commit()
    database.accounts.open_session(account, "neu", now=NOW, expires_at=LATER)
    assert database.accounts.session("geheim", now=NOW) is None


def test_a_token_is_not_in_the_database(database, account, owner) -> None:
    database.accounts.open_session(account, "geheim", now=NOW, expires_at=LATER)
    with owner.connect() as connection:
        (kept,) = connection.scalars(text("SELECT token_hash FROM auth_sessions"))
    assert b"geheim" not in bytes(kept)
    assert len(bytes(kept)) == 32


def test_a_new_password_lifts_the_lock_and_the_duty_to_change(database, account) -> None:
    database.accounts.note_failure("paidan", now=NOW, lock_after=1, lock_for=timedelta(hours=1))
    with database.unit(account) as unit:
        assert unit.accounts.own_login() == "paidan"
        unit.accounts.set_password(account, "ein anderes langes Wort")
        unit.commit()
    found = database.accounts.by_login("paidan")
    assert (found.locked_until, found.must_change) == (None, False)
    assert database.accounts.password_fits(found, "ein anderes langes Wort")


def test_administrators_list_accounts_without_hashes(database, account, township) -> None:
    with database.unit(township.operator) as unit:
        (line,) = unit.accounts.all()
    assert (line.person_id, line.login) == (account, "paidan")
    with database.unit(account) as unit:
        assert unit.accounts.all() == []


def test_a_login_is_given_once(database, account, township) -> None:
    with database.unit(township.operator) as unit, pytest.raises(AlreadyThereError, match="登录名"):
        unit.accounts.add(township.planner, "paidan", PASSWORD)
    with database.unit(township.operator) as unit, pytest.raises(AlreadyThereError, match="账号"):
        unit.accounts.add(account, "zweiter", PASSWORD)
    with database.unit(township.operator) as unit, pytest.raises(BadFieldError, match="登录名"):
        unit.accounts.add(township.planner, "", PASSWORD)


class TestCheating:
    """Attempts on other people's accounts."""

    def test_to_add_an_account(self, database, township) -> None:
        with database.unit(township.dispatcher) as unit, pytest.raises(NotEntitledError):
            unit.accounts.add(township.dispatcher, "ich", PASSWORD)

    def test_to_change_anothers_password(self, database, account, township) -> None:
        for person in (township.planner, None):
            with database.unit(person) as unit, pytest.raises(NotEntitledError):
                unit.accounts.set_password(account, "gekapert")

    def test_to_disable_another(self, database, account, township) -> None:
        with database.unit(township.planner) as unit, pytest.raises(NotEntitledError):
            unit.accounts.disable(account, now=NOW)

    def test_to_end_anothers_sessions(self, database, account, township) -> None:
        with database.unit(township.planner) as unit, pytest.raises(NotEntitledError):
            unit.accounts.end_sessions(account, now=NOW)

    def test_to_sign_in_as_somebody_without_an_account(self, database, township) -> None:
        with pytest.raises(NotEntitledError):
            database.accounts.open_session(township.nobody_special, "x", now=NOW, expires_at=LATER)
        with database.unit(township.nobody_special) as unit, pytest.raises(NoSuchError):
            unit.accounts.own_login()
