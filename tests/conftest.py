"""What tests share: one private PostGIS for each process, and a fresh database for each test.

A test that takes `township` finds the small township of `tests.builders` in its database;
`empty_database` is migrated and holds nothing. Both are copies of templates made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from sqlalchemy import Engine, make_url

from models.cluster.configuration import APP, OWNER
from models.database import Database, UnitOfWork, migrate, owner_engine
from models.embedded import EmbeddedServer
from tests.builders import Cast, settle_a_township
from tests.clusters import a_cluster


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file on one worker, and all that need the served demo: what is dear is made once."""
    for item in items:
        served = "browser" in item.path.parts
        item.add_marker(pytest.mark.xdist_group("browser" if served else str(item.path)))


@dataclass(frozen=True)
class Urls:
    """The addresses of one database."""

    owner: str
    app: str


settings.register_profile("halfhour", deadline=None)  # tests assert no times
settings.load_profile("halfhour")

_number = count(1)
_unused: dict[str, Urls] = {}
"""Copies, by template, that a test had and did not write to."""


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedServer]:
    """Run a PostGIS for this process, with PostGIS in `template_bare` and nothing of ours."""
    with a_cluster(database="template_bare") as server:
        yield server


@pytest.fixture(scope="session")
def empty_template(cluster: EmbeddedServer) -> str:
    """Migrate a database once, to be copied."""
    urls = _copy(cluster, "template_bare", "template_empty")
    migrate(urls.owner)
    return "template_empty"


@pytest.fixture(scope="session")
def township_template(cluster: EmbeddedServer, empty_template: str) -> tuple[str, Cast]:
    """Make a database with the small township once, to be copied."""
    name = "template_township"
    urls = _copy(cluster, empty_template, name)
    database = Database(urls.app)
    cast = settle_a_township(urls.owner, database)
    database.close()
    return name, cast


@pytest.fixture
def empty_urls(cluster: EmbeddedServer, empty_template: str) -> Iterator[Urls]:
    """Copy the empty database for one test."""
    with a_database(cluster, empty_template) as urls:
        yield urls


@pytest.fixture
def urls(cluster: EmbeddedServer, township_template: tuple[str, Cast]) -> Iterator[Urls]:
    """Copy the small township for one test."""
    with a_database(cluster, township_template[0]) as urls:
        yield urls


@pytest.fixture
def township(urls: Urls, township_template: tuple[str, Cast]) -> Cast:
    """The people of the small township, which is in `database`."""
    return township_template[1]


@pytest.fixture
def empty_database(empty_urls: Urls) -> Iterator[Database]:
    """A migrated database with nothing in it, as the application sees it."""
    database = Database(empty_urls.app)
    yield database
    database.close()


@pytest.fixture
def database(urls: Urls) -> Iterator[Database]:
    """The database of the small township, as the application sees it."""
    database = Database(urls.app)
    yield database
    database.close()


@pytest.fixture
def owner(urls: Urls) -> Iterator[Engine]:
    """The database of the small township as its owner, whom no policy stops."""
    engine = owner_engine(urls.owner)
    yield engine
    engine.dispose()


@pytest.fixture
def acting(database: Database) -> Callable[[int | None], UnitOfWork]:
    """Open a unit of work for a person of the small township."""
    return database.unit


@contextmanager
def a_database(cluster: EmbeddedServer, template: str) -> Iterator[Urls]:
    """
    Copy a database of the cluster, and drop the copy afterwards.

    A copy in which no transaction wrote anything is as good as new: the next test gets it.
    """
    urls = _unused.pop(template, None) or _copy(cluster, template, f"test_{next(_number)}")
    before = _transactions(cluster)
    yield urls
    if template not in _unused and _transactions(cluster) == before:
        _unused[template] = urls
    else:
        _run(cluster, "DROP DATABASE {} WITH (FORCE)", make_url(urls.owner).database or "")


def _transactions(cluster: EmbeddedServer) -> object:
    """Count the cluster's transactions that wrote or locked something."""
    with psycopg.connect(_beside(cluster.admin_url, "postgres"), autocommit=True) as server:
        return server.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())").fetchone()


def _copy(cluster: EmbeddedServer, template: str, name: str) -> Urls:
    _run(cluster, "CREATE DATABASE {} TEMPLATE {} OWNER {}", name, template, OWNER)
    _run(cluster, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    _run(cluster, "GRANT CONNECT ON DATABASE {} TO {}", name, APP)
    return Urls(_beside(cluster.owner_url, name), _beside(cluster.app_url, name))


def _run(cluster: EmbeddedServer, statement: str, *names: str) -> None:
    with psycopg.connect(_beside(cluster.admin_url, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _beside(url: str, database: str) -> str:
    """Point an address at another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)
