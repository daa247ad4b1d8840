"""Signing in: what may be asked before it is known who asks.

Each question is a short transaction of its own that acts for nobody, so a failed attempt is
counted whatever happens afterwards. Tokens are kept as SHA-256 only.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select, text

from models.passwords import fits


@dataclass(frozen=True, slots=True)
class SignInAccount:
    """What is known of one account while somebody signs in."""

    person_id: int
    name: str
    password_hash: str
    must_change: bool
    failed_attempts: int
    locked_until: datetime | None
    disabled: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that still holds."""

    person_id: int
    name: str
    must_change: bool
    expires_at: datetime


class SignInStore:
    """Accounts and sessions, one at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def by_login(self, login: str) -> SignInAccount | None:
        """Look up one account; None if nobody has that name."""
        query = text("SELECT * FROM halfhour.account_to_sign_in(:login)")
        with self._engine.connect() as connection:
            row = connection.execute(query, {"login": login.strip()}).mappings().one_or_none()
        return None if row is None else SignInAccount(**row)

    def password_fits(self, account: SignInAccount | None, password: str) -> bool:
        """Check a password, as slowly for nobody as for somebody."""
        return fits(None if account is None else account.password_hash, password)

    def note_failure(
        self, login: str, *, now: datetime, lock_after: int, lock_for: timedelta
    ) -> datetime | None:
        """Count a wrong password; returns until when the account is locked, if it is."""
        noted = select(func.halfhour.note_failure(login.strip(), lock_after, now + lock_for))
        with self._engine.begin() as connection:
            return connection.execute(noted).scalar_one_or_none()

    def open_session(
        self, person_id: int, token: str, *, now: datetime, expires_at: datetime
    ) -> None:
        """
        Keep a sign-in, and forget the wrong passwords before it.

        Raises
        ------
        NotEntitledError
            If the person has no account, or it is disabled.
        """
        begun = select(func.halfhour.begin_session(person_id, _digest(token), now, expires_at))
        with self._engine.begin() as connection:
            connection.execute(begun)

    def session(self, token: str, *, now: datetime) -> OpenSession | None:
        """Find whose sign-in a token is; None if it has ended or never was."""
        query = text("SELECT * FROM halfhour.person_of_session(:token, :now)")
        with self._engine.connect() as connection:
            given = {"token": _digest(token), "now": now}
            row = connection.execute(query, given).mappings().one_or_none()
        return None if row is None else OpenSession(**row)

    def end_session(self, token: str, *, now: datetime) -> None:
        """Sign out."""
        with self._engine.begin() as connection:
            connection.execute(select(func.halfhour.end_session(_digest(token), now)))


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
