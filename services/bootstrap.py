"""Settings → App: the one place that knows every concrete part."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from gis.locator.locator import Locator
from halfhour.errors import NothingImportedError
from halfhour.settings import Settings
from models.database import Database, UnitOfWork, migrate
from models.server import Server, server_for
from routing.network import StreetNetwork
from routing.travel_time import Roads

KEPT_LOCATORS = 4
"""Locators differ by what a person may see; a few views are in use at any time."""

KEPT_ROADS = 32
"""One network for each township; a county has a few dozen."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass
class App:
    """
    HalfHour, ready to work: the database and what is derived from it and kept in memory.

    Safe to share between threads. Derived values are rebuilt when their source changes.
    """

    settings: Settings
    server: Server
    database: Database
    _roads: OrderedDict[str, Roads] = field(default_factory=OrderedDict)
    _locators: OrderedDict[tuple[object, ...], Locator] = field(default_factory=OrderedDict)
    _building: threading.Lock = field(default_factory=threading.Lock)

    def unit(self, person_id: int, *, snapshot: bool = False) -> UnitOfWork:
        """Open a unit of work that acts for a person. See `models.unit_of_work`."""
        return self.database.unit(person_id, snapshot=snapshot)

    def roads(self, unit: UnitOfWork) -> Roads:
        """
        Travel times on the township's roads, decoded once for each imported network.

        Raises
        ------
        NothingImportedError
            If no roads were imported.
        """
        digest = unit.roads.digest()
        if digest is None:
            raise NothingImportedError("路网", "halfhour import roads 文件 --commit")
        with self._building:
            return _kept(
                self._roads,
                digest,
                lambda: Roads(StreetNetwork.from_bytes(unit.roads.payload(digest))),
                most=KEPT_ROADS,
            )

    def locator(self, unit: UnitOfWork) -> Locator:
        """Read the gazetteer as this person may see it, once for each revision and view."""
        key = (unit.gazetteer.revision(), unit.gazetteer.view())
        with self._building:
            return _kept(
                self._locators,
                key,
                lambda: Locator(unit.gazetteer.entries(), unit.gazetteer.outside()),
                most=KEPT_LOCATORS,
            )

    def close(self) -> None:
        """Give back the connections; the server keeps running for others."""
        self.database.close()


def start(settings: Settings) -> App:
    """
    Start or join the database, bring its tables up to date, and connect as the application.

    Raises
    ------
    DatabaseUnavailableError
        If PostGIS cannot be started or reached; says what to do.
    """
    server = server_for(settings)
    server.start()
    migrate(server.owner_url)
    return App(settings, server, Database(server.app_url))


def _kept(
    shelf: OrderedDict[Key, Value], key: Key, build: Callable[[], Value], *, most: int
) -> Value:
    """Give what is kept under a key, building it if need be; the longest unused gives way."""
    if key not in shelf:
        shelf[key] = build()
        while len(shelf) > most:
            shelf.popitem(last=False)
    shelf.move_to_end(key)
    return shelf[key]
