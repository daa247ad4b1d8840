"""The application over a real database and real roads, as the terminal and the pages have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from halfhour.settings import Settings
from models.database import Database
from models.embedded import EmbeddedServer
from services import imports
from services.bootstrap import App, start
from tests.builders import NOW, Cast, a_gazetteer, settle_a_township
from tests.clusters import an_open_folder
from tests.conftest import Urls
from tests.journeys.lanes import lanes_file


class OneOfMany(EmbeddedServer):
    """One database of the cluster that the tests share, as the application's server."""

    def __init__(self, cluster: EmbeddedServer, urls: Urls) -> None:
        super().__init__(cluster.home)
        self._urls = urls

    @property
    def owner_url(self) -> str:
        """Address of this test's database."""
        return self._urls.owner


@pytest.fixture
def app(cluster: EmbeddedServer, urls: Urls, township: Cast, tmp_path: Path) -> Iterator[App]:
    """The small township of `tests.builders`, with lanes between its cells and a gazetteer."""
    app = App(Settings(home=tmp_path), OneOfMany(cluster, urls), Database(urls.app))
    furnish(app, township, tmp_path)
    yield app
    app.close()


@pytest.fixture
def home() -> Iterator[Path]:
    """A HALFHOUR_HOME of its own, with a durable cluster that a test may kill."""
    with an_open_folder() as folder:
        yield folder


@pytest.fixture
def mortal(home: Path, tmp_path: Path) -> Iterator[tuple[App, Cast]]:
    """The same township in a durable cluster of its own, which a test may kill."""
    app = start(Settings(home=home))
    cast = settle_a_township(app.server.owner_url, app.database)
    furnish(app, cast, tmp_path)
    yield app, cast
    app.close()


def furnish(app: App, cast: Cast, folder: Path) -> None:
    """Give the small township roads and names."""
    lanes = lanes_file(folder / "lanes.geojson")
    imports.roads(app, cast.operator, lanes, commit=True, now=NOW)
    with app.unit(cast.operator) as unit:
        unit.gazetteer.replace(a_gazetteer())
        unit.commit()
