"""A PostGIS of somebody else, named by HALFHOUR_DATABASE_URL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from halfhour.errors import DatabaseUnavailableError
from halfhour.settings import Settings
from models.backup import backup, restore
from models.cluster.place import PORT
from models.database import migrate
from models.embedded import EmbeddedServer
from models.external import ExternalServer
from models.server import server_for
from tests.clusters import a_cluster

ACCESS = """
local all halfhour_app scram-sha-256
local all postgres peer map=halfhour
local all all trust
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedServer]:
    """A server whose application role signs in with a password."""
    with a_cluster() as server:
        (server.status().data / "pg_hba.conf").write_text(ACCESS)
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE ROLE county LOGIN CREATEROLE CREATEDB")
        yield server


@pytest.fixture
def url(cluster: EmbeddedServer) -> Iterator[str]:
    """Address of an empty database with PostGIS, as the role that owns it."""
    maintenance = cluster.admin_url.replace("/halfhour?", "/postgres?")
    run(cluster.admin_url, "DROP OWNED BY halfhour_app")
    with psycopg.connect(maintenance, autocommit=True) as server:
        server.execute("DROP OWNED BY halfhour_app")
        server.execute("DROP ROLE halfhour_app")
        server.execute("CREATE DATABASE county OWNER county TEMPLATE template0")
        with psycopg.connect(in_county(cluster, "postgres"), autocommit=True) as database:
            database.execute("CREATE EXTENSION postgis")
        yield in_county(cluster, "county")
        for name in ("county", "county_previous"):
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute("DO $$ BEGIN CREATE ROLE halfhour_app; EXCEPTION WHEN OTHERS THEN END $$")


def in_county(cluster: EmbeddedServer, role: str) -> str:
    return f"postgresql://{role}@/county?host={cluster.status().socket}&port={PORT}"


def sentence(server: ExternalServer) -> str:
    with pytest.raises(DatabaseUnavailableError) as caught:
        server.start()
    assert caught.value.remedy
    return f"{caught.value.problem}。{caught.value.remedy}"


def run(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command)


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(server_for(Settings(home=tmp_path)), EmbeddedServer)
    named = server_for(Settings(home=tmp_path, database_url="postgres://me:secret@far:5433/county"))
    assert named.owner_url == "postgresql://me:secret@far:5433/county"
    assert not named.stop()
    assert list(tmp_path.iterdir()) == []


def test_the_application_gets_a_role_and_a_password_of_its_own(url: str, tmp_path: Path) -> None:
    server = ExternalServer(url, tmp_path)
    server.start()
    server.start()
    migrate(server.owner_url)
    with psycopg.connect(server.app_url) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("halfhour_app",)
    kept = tmp_path / "app_password"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert len(kept.read_text().strip()) >= 40
    assert server.status().running
    assert server.status().postgis_version
    assert server.status().size_bytes > 1_000_000


def test_a_second_computer_without_the_password_is_told(url: str, tmp_path: Path) -> None:
    ExternalServer(url, tmp_path / "one").start()
    said = sentence(ExternalServer(url, tmp_path / "two"))
    assert "halfhour_app 登录不了" in said
    assert str(tmp_path / "two" / "app_password") in said
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "app_password").write_text((tmp_path / "one" / "app_password").read_text())
    ExternalServer(url, tmp_path / "two").start()


def test_nobody_there(tmp_path: Path) -> None:
    server = ExternalServer("postgresql://me:secret@127.0.0.1:1/county", tmp_path)
    said = sentence(server)
    assert "连不上数据库" in said
    assert "secret" not in said
    assert not server.status().running


def test_an_owner_who_may_not_create_roles(
    cluster: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    run(cluster.admin_url, "ALTER ROLE county NOCREATEROLE")
    try:
        said = sentence(ExternalServer(url, tmp_path))
    finally:
        run(cluster.admin_url, "ALTER ROLE county CREATEROLE")
    assert "CREATE ROLE halfhour_app LOGIN PASSWORD" in said
    assert not (tmp_path / "app_password").exists()


def test_an_owner_who_may_not_install_postgis(
    cluster: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    run(in_county(cluster, "postgres"), "DROP EXTENSION postgis")
    assert "CREATE EXTENSION postgis" in sentence(ExternalServer(url, tmp_path))


def test_a_database_that_cannot_hold_all_characters(
    cluster: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    create = "CREATE DATABASE narrow OWNER county TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
    run(cluster.admin_url, create)
    try:
        said = sentence(ExternalServer(url.replace("/county?", "/narrow?"), tmp_path))
    finally:
        run(cluster.admin_url, "DROP DATABASE narrow")
    assert "LATIN1" in said


def test_an_owner_is_told_what_a_restore_needs(
    cluster: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    server = ExternalServer(url, tmp_path)
    server.start()
    migrate(server.owner_url)
    backup(server.admin_url, tmp_path / "county.backup")
    with pytest.raises(DatabaseUnavailableError, match="ALTER ROLE county SUPERUSER"):
        restore(server.admin_url, tmp_path / "county.backup")
    run(cluster.admin_url, "ALTER ROLE county SUPERUSER")
    try:
        restore(server.admin_url, tmp_path / "county.backup", complete=migrate)
    finally:
        run(cluster.admin_url, "ALTER ROLE county NOSUPERUSER")
    server.start()
    migrate(server.owner_url)


def test_a_backup_moves_from_there_to_our_own(
    cluster: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    server = ExternalServer(url, tmp_path)
    server.start()
    migrate(server.owner_url)
    run(
        server.owner_url,
        "INSERT INTO townships (code, name, level_names) "
        "VALUES ('330100100000', '青溪镇', '{a,b,c,d}')",
    )
    backup(server.admin_url, tmp_path / "county.backup")
    restore(cluster.admin_url, tmp_path / "county.backup", complete=migrate)
    with psycopg.connect(cluster.owner_url) as connection:
        assert connection.execute("SELECT name FROM townships").fetchall() == [("青溪镇",)]
