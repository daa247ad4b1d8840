"""The one built application, for pages and routes.

Built on first use, once per process; a failed start is tried again at the next use, so a page
recovers by itself when the database is back.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from threading import Lock

from halfhour.errors import HalfHourError
from halfhour.settings import Settings
from services import accounts
from services.bootstrap import App, start

_lock = Lock()


@cache
def settings() -> Settings:
    """Read the settings of this process, once."""
    return Settings.from_environment(os.environ)


def app() -> App:
    """
    Give the application, building it if nobody has yet.

    Raises
    ------
    DatabaseUnavailableError
        If PostGIS cannot be started or reached.
    """
    with _lock:
        return _built()


def warm_up() -> None:
    """Build what the first person would otherwise wait for: roads and the locator."""
    with suppress(HalfHourError):  # not there yet: tried again, and told, at the first use
        built = app()
        for operator in accounts.townships(built).values():
            with built.unit(operator) as unit:
                built.roads(unit)
                built.locator(unit)


@cache
def _built() -> App:
    return start(settings())
