"""Settings → App: the one place that knows every concrete part."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from gis.locator.locator import Locator
from halfhour.errors import NothingImportedError
from halfhour.settings import Settings
from models.database import Database, UnitOfWork, migrate
from models.server import Server, server_for
from routing.network import StreetNetwork
from routing.travel_time import Roads

KEPT_LOCATORS = 4
"""Locators differ by what a person may see; a few views are in use at any time."""


@dataclass
class App:
    """
    HalfHour, ready to work: the database and what is derived from it and kept in memory.

    Safe to share between threads. Derived values are rebuilt when their source changes.
    """

    settings: Settings
    server: Server
    database: Database
    _roads: tuple[str, Roads] | None = None
    _locators: OrderedDict[tuple[object, ...], Locator] = field(default_factory=OrderedDict)
    _building: threading.Lock = field(default_factory=threading.Lock)

    def unit(self, person_id: int) -> UnitOfWork:
        """Open a unit of work that acts for a person; it rolls back unless committed."""
        return self.database.unit(person_id)

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
            if self._roads is None or self._roads[0] != digest:
                network = StreetNetwork.from_bytes(unit.roads.payload(digest))
                self._roads = (digest, Roads(network))
            return self._roads[1]

    def locator(self, unit: UnitOfWork) -> Locator:
        """Read the gazetteer as this person may see it, once for each revision and view."""
        key = (unit.gazetteer.revision(), unit.gazetteer.view())
        with self._building:
            if key not in self._locators:
                self._locators[key] = Locator(unit.gazetteer.entries(), unit.gazetteer.outside())
                while len(self._locators) > KEPT_LOCATORS:
                    self._locators.popitem(last=False)
            self._locators.move_to_end(key)
            return self._locators[key]

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
