"""Who the terminal acts for, and how a command gets its App."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from services import accounts
from services.bootstrap import App, start
from services.cli.environment import settings

ActingAs = Annotated[
    str | None,
    typer.Option("--as", help="以哪个账号的身份操作；默认为本机管理员。Act for this login."),
]


Township = Annotated[
    str | None, typer.Option("--township", help="有几个乡镇时，指明编码。Township code.")
]


@dataclass(frozen=True, slots=True)
class Acting:
    """An App and the person a command acts for."""

    app: App
    person_id: int


@contextmanager
def started() -> Iterator[App]:
    """Start or join the database while a command runs."""
    app = start(settings())
    try:
        yield app
    finally:
        app.close()


@contextmanager
def acting(login: str | None = None, township: str | None = None) -> Iterator[Acting]:
    """
    Start or join the database and act for a person while a command runs.

    Whoever may run this command already owns the machine and its database; so without a name
    the terminal acts for the local operator, an administrator of the township.

    Raises
    ------
    NoSuchError
        If no account has that login, or there is no such township.
    NothingImportedError
        If there is no township yet.
    """
    with started() as app:
        if login is None:
            yield Acting(app, accounts.operator(app, township))
        else:
            yield Acting(app, accounts.person_with_login(app, login))
