"""Accounts as a signed-in person deals with them: the own one, and those one administers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from halfhour.errors import NoSuchError
from models.passwords import hashed
from models.store import Store


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in an administrator's list. No hash."""

    person_id: int
    login: str
    must_change: bool
    locked_until: datetime | None
    disabled_at: datetime | None
    created_at: datetime


class AccountStore(Store):
    """Accounts, by functions of the database that check who asks."""

    def add(self, person_id: int, login: str, password: str, *, must_change: bool = True) -> None:
        """
        Give a person an account.

        Raises
        ------
        NotEntitledError
            If the acting person administers no township of theirs.
        AlreadyThereError
            If the login is taken or the person has one already.
        """
        self._session.execute(
            select(func.halfhour.add_account(person_id, login, hashed(password), must_change))
        )

    def own_login(self) -> str:
        """
        Read the acting person's own login.

        Raises
        ------
        NoSuchError
            If they have no account.
        """
        login = self._session.scalars(select(func.halfhour.my_login())).one()
        if login is None:
            raise NoSuchError("账号", self._unit.person_id)
        return str(login)

    def set_password(self, person_id: int, password: str, *, must_change: bool = False) -> None:
        """
        Change a password, one's own or one that one administers; a lock is lifted.

        Raises
        ------
        NotEntitledError
            If it is neither, or there is no account.
        """
        self._session.execute(
            select(func.halfhour.set_password(person_id, hashed(password), must_change))
        )

    def disable(self, person_id: int, *, now: datetime) -> None:
        """Close an account and end its sign-ins at once."""
        self._session.execute(select(func.halfhour.set_disabled(person_id, now)))

    def enable(self, person_id: int) -> None:
        """Open a closed account again."""
        self._session.execute(select(func.halfhour.set_disabled(person_id, None)))

    def end_sessions(self, person_id: int, *, now: datetime) -> int:
        """End every sign-in of a person; returns how many there were."""
        ended = select(func.halfhour.end_sessions_of(person_id, now))
        return int(self._session.scalars(ended).one())

    def all(self) -> list[AccountLine]:
        """List the accounts of the townships the acting person administers, by login."""
        rows = self._session.execute(text("SELECT * FROM halfhour.accounts_i_administer()"))
        return [AccountLine(**row) for row in rows.mappings()]
