"""Signing in, staying signed in, and being locked out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from halfhour.errors import (
    AlreadyThereError,
    BadFieldError,
    NoSuchError,
    NotEntitledError,
    SignInError,
)
from halfhour.vocabulary import Role
from services import accounts
from services.accounts import NewAccount
from services.bootstrap import App
from tests.builders import FIRST, NOW, TOWNSHIP, Cast

LATER = NOW + timedelta(minutes=1)
GOOD = "长长的新密码二〇二六"


@pytest.fixture
def chief(app: App, township: Cast) -> NewAccount:
    return accounts.add(
        app,
        township.operator,
        login="chief",
        name="王网格",
        role=Role.GRID_CHIEF,
        area=FIRST,
        now=NOW,
    )


def test_the_first_password_signs_in_and_must_be_changed(app: App, chief: NewAccount) -> None:
    signed_in = accounts.sign_in(app, "Chief", chief.password, LATER)
    person = accounts.person_of(app, signed_in.token, LATER)
    assert signed_in.must_change
    assert person.roles == ((Role.GRID_CHIEF, FIRST),)
    renewed = accounts.change_password(app, signed_in.token, chief.password, GOOD, LATER)
    assert not renewed.must_change
    with pytest.raises(SignInError):
        accounts.person_of(app, signed_in.token, LATER)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [("短" * 9, "太短"), ("{old}", "相同"), ("Upper-Village-Chief", "相同")],
    ids=["short", "the old one", "the login"],
)
def test_a_bad_new_password_is_refused(app: App, township: Cast, new: str, refusal: str) -> None:
    made = accounts.add(
        app,
        township.operator,
        login="upper-village-chief",
        name="王网格",
        role=Role.GRID_CHIEF,
        area=FIRST,
        now=NOW,
    )
    token = accounts.sign_in(app, made.login, made.password, LATER).token
    with pytest.raises(BadFieldError, match=refusal):
        accounts.change_password(app, token, made.password, new.format(old=made.password), LATER)


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(
    app: App, chief: NewAccount
) -> None:
    for _ in range(4):
        with pytest.raises(SignInError, match="do not belong"):
            accounts.sign_in(app, "chief", "wrong", LATER)
    with pytest.raises(SignInError, match="locked"):
        accounts.sign_in(app, "chief", "wrong", LATER)
    with pytest.raises(SignInError, match="locked"):
        accounts.sign_in(app, "chief", chief.password, LATER)
    after = LATER + accounts.LOCK_FOR + timedelta(seconds=1)
    with pytest.raises(SignInError, match="do not belong"):
        accounts.sign_in(app, "chief", "wrong", after)
    assert accounts.sign_in(app, "chief", chief.password, after).name == "王网格"


def test_guessing_the_old_password_in_an_open_session_locks_the_account_too(
    app: App, chief: NewAccount
) -> None:
    token = accounts.sign_in(app, "chief", chief.password, LATER).token
    for _ in range(accounts.LOCK_AFTER):
        with pytest.raises(SignInError):
            accounts.change_password(app, token, "wrong", GOOD, LATER)
    with pytest.raises(SignInError, match="locked"):
        accounts.change_password(app, token, chief.password, GOOD, LATER)


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(
    app: App, chief: NewAccount
) -> None:
    answers = []
    for login in ("chief", "nobody"):
        with pytest.raises(SignInError) as refused:
            accounts.sign_in(app, login, "wrong", LATER)
        answers.append(str(refused.value))
    assert answers[0] == answers[1]


def test_a_session_ends_by_signing_out_by_time_and_by_disabling(
    app: App, chief: NewAccount, township: Cast
) -> None:
    tokens = [accounts.sign_in(app, "chief", chief.password, LATER).token for _ in range(3)]
    accounts.sign_out(app, tokens[0], LATER)
    with pytest.raises(SignInError):
        accounts.person_of(app, tokens[0], LATER)
    with pytest.raises(SignInError):
        accounts.person_of(app, tokens[1], LATER + timedelta(hours=13))
    accounts.disable(app, township.operator, "chief", LATER)
    with pytest.raises(SignInError):
        accounts.person_of(app, tokens[2], LATER)
    with pytest.raises(SignInError):
        accounts.sign_in(app, "chief", chief.password, LATER)


def test_only_an_administrator_makes_accounts(app: App, chief: NewAccount, township: Cast) -> None:
    with pytest.raises(NotEntitledError):
        accounts.add(
            app, chief.person_id, login="me2", name="x", role=Role.ADMINISTRATOR, area=None, now=NOW
        )
    with pytest.raises(NoSuchError):
        accounts.reset(app, chief.person_id, "chief", NOW)
    with pytest.raises(AlreadyThereError):
        accounts.add(
            app, township.operator, login="chief", name="y", role=Role.VOLUNTEER, area=None, now=NOW
        )
    with pytest.raises(NoSuchError):
        accounts.add(
            app, township.operator, login="z", name="z", role=Role.GRID_CHIEF, area="99", now=NOW
        )


def test_the_list_names_roles_places_and_state(app: App, chief: NewAccount, township: Cast) -> None:
    (line,) = accounts.listing(app, township.operator, NOW)
    assert line.as_json() == {
        "person_id": chief.person_id,
        "login": "chief",
        "name": "王网格",
        "roles": [{"role": "grid_chief", "area": FIRST}],
        "state": "待改密",
    }
    assert accounts.townships(app) == {TOWNSHIP: township.operator}
