"""The one built application, for pages and routes.

Built on first use, once per process; a failed start is tried again at the next use, so a page
recovers by itself when the database is back.
"""

from __future__ import annotations

import os
from functools import cache
from threading import Lock

from halfhour.settings import Settings
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


@cache
def _built() -> App:
    return start(settings())
