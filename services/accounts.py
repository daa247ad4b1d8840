"""Who is there: sign-in with local accounts, sessions, and who may sign in at all."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from halfhour.errors import BadFieldError, NoSuchError, NothingImportedError, SignInError
from halfhour.vocabulary import Role
from models.account_store import AccountLine as KnownAccount
from models.founding import operators
from models.sign_in_store import SignInAccount
from services.bootstrap import App

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10

_LEGIBLE = "".join(set(string.ascii_lowercase + string.digits) - set("01lio"))
"""Letters that cannot be taken for one another on a slip of paper."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that was just opened; the token is shown once and kept only as a hash."""

    token: str
    person_id: int
    name: str
    must_change: bool


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who a session belongs to, and what they may do where."""

    person_id: int
    name: str
    roles: tuple[tuple[Role, str], ...]
    must_change: bool

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of these roles somewhere."""
        return any(role in roles for role, _ in self.roles)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A login and the first password, which is shown once and kept only as a hash."""

    login: str
    password: str
    person_id: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in an administrator's list."""

    person_id: int
    login: str
    name: str
    roles: tuple[tuple[Role, str], ...]
    state: str

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        return {
            "person_id": self.person_id,
            "login": self.login,
            "name": self.name,
            "roles": [{"role": role.value, "area": area} for role, area in self.roles],
            "state": self.state,
        }


def sign_in(app: App, login: str, password: str, now: datetime) -> SignedIn:
    """
    Open a session.

    Unknown names take as long as wrong passwords, so that names cannot be guessed by the clock.

    Raises
    ------
    SignInError
        If name and password do not belong together, or the account is locked.
    """
    account = _proven(app, login, password, now)
    if account.disabled:
        raise SignInError
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(hours=app.settings.session_hours)
    app.database.accounts.open_session(account.person_id, token, now=now, expires_at=expires_at)
    return SignedIn(token, account.person_id, account.name, account.must_change)


def person_of(app: App, token: str, now: datetime) -> SignedInPerson:
    """
    Say whom a session belongs to.

    Raises
    ------
    SignInError
        If it has ended, expired, or never was.
    """
    session = app.database.accounts.session(token, now=now)
    if session is None:
        raise SignInError
    with app.unit(session.person_id) as unit:
        roles = unit.people.roles(session.person_id, now=now)
    return SignedInPerson(session.person_id, session.name, tuple(roles), session.must_change)


def sign_out(app: App, token: str, now: datetime) -> None:
    """End a session."""
    app.database.accounts.end_session(token, now=now)


def change_password(app: App, token: str, old: str, new: str, now: datetime) -> SignedIn:
    """
    Change one's own password; every other session of the person ends.

    A wrong old password counts like one at the door: a browser left open is no place to guess.

    Returns
    -------
    signed_in
        A new session in the place of the one given.

    Raises
    ------
    SignInError
        If the session has ended, the old password is wrong, or the account is locked.
    BadFieldError
        If the new password is too short, the old one again, or the login.
    """
    person = person_of(app, token, now)
    with app.unit(person.person_id) as unit:
        login = unit.accounts.own_login()
    _proven(app, login, old, now)
    _require_good_password(new, old=old, login=login)
    with app.unit(person.person_id) as unit:
        unit.accounts.set_password(person.person_id, new)
        unit.accounts.end_sessions(person.person_id, now=now)
        unit.commit()
    return sign_in(app, login, new, now)


def add(
    app: App,
    person_id: int,
    *,
    login: str,
    name: str,
    role: Role,
    area: str | None,
    now: datetime,
) -> NewAccount:
    """
    Add a person with a role and an account; the first password has to be changed.

    Raises
    ------
    BadFieldError
        If the login is empty or has blanks in it.
    NoSuchError
        If the township has no area of that code.
    NotEntitledError
        If the acting person does not administer the township.
    AlreadyThereError
        If the login is taken.
    """
    if not login or any(character.isspace() for character in login):
        raise BadFieldError("-", "登录名", "是空的，或含有空格", "请写成连在一起的几个字")
    password = _first_password()
    with app.unit(person_id) as unit:
        code = area or unit.township_code
        if code != unit.township_code and unit.areas.path_of(code) is None:
            raise NoSuchError("辖区编码", code)
        person = unit.people.add(name)
        unit.people.grant(person.id, role, code, by=person_id, now=now)
        unit.accounts.add(person.id, login, password)
        unit.commit()
    return NewAccount(login, password, person.id)


def reset(app: App, person_id: int, login: str, now: datetime) -> NewAccount:
    """
    Give an account a new first password, lift its lock and end its sessions.

    Raises
    ------
    NoSuchError
        If the acting person administers no account of that login.
    """
    password = _first_password()
    with app.unit(person_id) as unit:
        whose = _person_with(unit.accounts.all(), login)
        unit.accounts.set_password(whose, password, must_change=True)
        unit.accounts.end_sessions(whose, now=now)
        unit.commit()
    return NewAccount(login, password, whose)


def disable(app: App, person_id: int, login: str, now: datetime) -> None:
    """Close an account and end its sessions at once; raises NoSuchError as `reset` does."""
    with app.unit(person_id) as unit:
        unit.accounts.disable(_person_with(unit.accounts.all(), login), now=now)
        unit.commit()


def listing(app: App, person_id: int, now: datetime) -> list[AccountLine]:
    """List the accounts that the acting person administers, by login."""
    with app.unit(person_id) as unit:
        names = {person.id: person.name for person in unit.people.all()}
        return [
            AccountLine(
                person_id=account.person_id,
                login=account.login,
                name=names.get(account.person_id, ""),
                roles=tuple(unit.people.roles(account.person_id, now=now)),
                state=_state(account, now),
            )
            for account in unit.accounts.all()
        ]


def townships(app: App) -> dict[str, int]:
    """List the townships here, with the local operator of each."""
    return operators(app.server.owner_url)


def operator(app: App, township_code: str | None = None) -> int:
    """
    Find whom the terminal acts for.

    Raises
    ------
    NothingImportedError
        If there is no township yet.
    NoSuchError
        If there is none of that code.
    BadFieldError
        If there are several and none is named.
    """
    known = townships(app)
    if not known:
        raise NothingImportedError("乡镇", "halfhour import boundaries 文件 --commit")
    if township_code is None and len(known) > 1:
        several = f"库里有{len(known)}个乡镇：{'、'.join(known)}"
        raise BadFieldError("-", "--township", several, "请用 --township 指明是哪一个")
    code = township_code or next(iter(known))
    if code not in known:
        raise NoSuchError("乡镇", code)
    return known[code]


def person_with_login(app: App, login: str) -> int:
    """
    Find the person of a login, for the terminal.

    Raises
    ------
    NoSuchError
        If there is no such account, or it is disabled.
    """
    account = app.database.accounts.by_login(login)
    if account is None or account.disabled:
        raise NoSuchError("账号", login)
    return account.person_id


def _proven(app: App, login: str, password: str, now: datetime) -> SignInAccount:
    """Give the account a password belongs to; a wrong one is counted, a lock is respected."""
    doors = app.database.accounts
    account = doors.by_login(login)
    fits = doors.password_fits(account, password)
    _require_unlocked(None if account is None else account.locked_until, now)
    if account is None or not fits:
        locked_until = doors.note_failure(login, now=now, lock_after=LOCK_AFTER, lock_for=LOCK_FOR)
        _require_unlocked(locked_until, now)
        raise SignInError
    return account


def _require_unlocked(until: datetime | None, now: datetime) -> None:
    if until is not None and until > now:
        raise SignInError(locked_minutes=ceil((until - now) / timedelta(minutes=1)))


def _first_password() -> str:
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(3))


def _require_good_password(new: str, *, old: str, login: str) -> None:
    if len(new) < SHORTEST_PASSWORD:
        remedy = f"请用至少{SHORTEST_PASSWORD}个字符"
        raise BadFieldError("-", "新密码", "太短", remedy)
    if new == old or new.casefold() == login.casefold():
        raise BadFieldError("-", "新密码", "与原密码或登录名相同", "请另想一个")


def _person_with(accounts: list[KnownAccount], login: str) -> int:
    for account in accounts:
        if account.login == login.strip().lower():
            return account.person_id
    raise NoSuchError("账号", login)


def _state(account: KnownAccount, now: datetime) -> str:
    if account.disabled_at is not None:
        return "已停用"
    if account.locked_until is not None and account.locked_until > now:
        return "已锁定"
    return "待改密" if account.must_change else "正常"
