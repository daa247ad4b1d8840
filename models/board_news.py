"""Hearing of changes as they are committed, without asking: one connection that listens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine, text

from models.failures import in_our_words

CHANNEL = "halfhour_board"


@dataclass(frozen=True, slots=True)
class BoardChange:
    """A township's board has reached a version. It says nothing about what has changed."""

    township_code: str
    version: int


def board_news(engine: Engine, *, patience_s: float) -> Iterator[BoardChange | None]:
    """
    Yield every change of a board as it is committed, and None after each quiet `patience_s`.

    Listens from the first `next` on and holds one connection for as long as it is iterated. What
    happened before is not told: read `BoardStore.version` once after the first value.

    Raises
    ------
    DatabaseUnavailableError
        If the connection is lost; begin again.
    """
    with in_our_words(), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text(f"LISTEN {CHANNEL}"))
        listening = connection.connection.driver_connection
        assert listening is not None  # noqa: S101  # a connection in use has one
        try:
            yield None
            while True:
                quiet = True
                for notice in listening.notifies(timeout=patience_s, stop_after=1):
                    quiet = False
                    told = json.loads(notice.payload)
                    yield BoardChange(told["township"], told["version"])
                if quiet:
                    yield None
        finally:
            connection.invalidate()  # a connection that listens must not go back to the pool
