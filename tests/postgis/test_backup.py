"""A backup holds everything, and a restore is all of it or nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from halfhour.errors import BadFileError, DatabaseUnavailableError
from models.backup import backup, restore
from models.database import migrate
from models.embedded import EmbeddedServer
from tests.clusters import a_cluster

ADD = "INSERT INTO townships (code, name, level_names) VALUES (%s, %s, '{乡镇,村,网格,十联户}')"
RIGHTS = """
SELECT n.nspname, c.relname, c.relrowsecurity, pg_get_userbyid(c.relowner), c.relacl::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname IN ('public', 'halfhour')
  AND c.relname <> 'spatial_ref_sys'
ORDER BY 1, 2
"""
POLICIES = (
    "SELECT tablename, policyname, roles, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2"
)
FUNCTIONS = """
SELECT p.proname, pg_get_userbyid(p.proowner), p.proacl::text, p.prosecdef
FROM pg_proc p WHERE p.pronamespace = 'halfhour'::regnamespace ORDER BY 1
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedServer]:
    with a_cluster() as server:
        yield server


@pytest.fixture
def server(cluster: EmbeddedServer) -> Iterator[EmbeddedServer]:
    """A migrated database with one township, made anew for each test."""
    fresh = EmbeddedServer(cluster.home, database="backed_up")
    fresh.start()
    migrate(fresh.owner_url)
    add(fresh, "青溪镇")
    yield fresh
    with psycopg.connect(cluster.admin_url, autocommit=True) as connection:
        for name in ("backed_up", "backed_up_previous", "backed_up_restoring"):
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def add(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.owner_url) as connection:
        count = connection.execute("SELECT count(*) FROM townships").fetchone()
        connection.execute(ADD, [f"33010010{count[0]}000", name])


def townships(url: str) -> list[str]:
    return [row[0] for row in ask(url, "SELECT name FROM townships ORDER BY code")]


def ask(url: str, question: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()


def databases(server: EmbeddedServer) -> set[str]:
    return {row[0] for row in ask(server.admin_url, "SELECT datname FROM pg_database")}


def test_what_was_lost_is_back(server: EmbeddedServer, tmp_path: Path) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    add(server, "云岭乡")
    restore(server.admin_url, tmp_path / "monday.backup", complete=migrate)
    assert townships(server.owner_url) == ["青溪镇"]


def test_the_replaced_database_is_kept_until_the_next_restore(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    add(server, "云岭乡")
    for _ in range(2):
        previous = restore(server.admin_url, tmp_path / "monday.backup")
    assert previous == "backed_up_previous"
    assert townships(EmbeddedServer(server.home, database=previous).owner_url) == ["青溪镇"]
    assert "backed_up_restoring" not in databases(server)


def test_owners_rights_and_row_policies_come_back(server: EmbeddedServer, tmp_path: Path) -> None:
    questions = (RIGHTS, POLICIES, FUNCTIONS)
    before = [ask(server.owner_url, question) for question in questions]
    assert all(before)
    backup(server.admin_url, tmp_path / "monday.backup")
    restore(server.admin_url, tmp_path / "monday.backup")
    assert [ask(server.owner_url, question) for question in questions] == before
    assert ask(server.app_url, "SELECT * FROM townships") == []  # nobody acts, nobody sees
    migrate(server.owner_url)


def test_the_owner_too_may_back_up(server: EmbeddedServer, tmp_path: Path) -> None:
    backup(server.owner_url, tmp_path / "monday.backup")
    restore(server.admin_url, tmp_path / "monday.backup")
    assert townships(server.owner_url) == ["青溪镇"]


def test_the_application_may_not(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError, match="备份没有写成"):
        backup(server.app_url, tmp_path / "monday.backup")
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_a_backup(server: EmbeddedServer, tmp_path: Path) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    assert (tmp_path / "monday.backup").stat().st_mode & 0o777 == 0o600


def test_a_backup_that_fails_leaves_the_old_one(server: EmbeddedServer, tmp_path: Path) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    before = (tmp_path / "monday.backup").read_bytes()
    with pytest.raises(DatabaseUnavailableError):
        backup(server.app_url, tmp_path / "monday.backup")
    assert (tmp_path / "monday.backup").read_bytes() == before


def test_a_place_nobody_can_write_to(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="写不到这里"):
        backup(server.admin_url, tmp_path / "absent" / "monday.backup")


def test_whoever_is_connected_is_cut_off_and_comes_back(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    with psycopg.connect(server.app_url, autocommit=True) as working:
        restore(server.admin_url, tmp_path / "monday.backup")
        with pytest.raises(psycopg.OperationalError):
            working.execute("SELECT 1")
    assert ask(server.app_url, "SELECT 1") == [(1,)]


def a_text_file(path: Path, server: EmbeddedServer) -> None:
    path.write_text("CREATE TABLE townships (code text);")


def an_empty_file(path: Path, server: EmbeddedServer) -> None:
    path.touch()


def no_file(path: Path, server: EmbeddedServer) -> None:
    path.unlink(missing_ok=True)


def the_backup_of_another_program(path: Path, server: EmbeddedServer) -> None:
    other = EmbeddedServer(server.home, database="another_program")
    other.start()
    with psycopg.connect(other.owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS invoices (id int)")
    backup(other.admin_url, path)


def a_torn_backup(path: Path, server: EmbeddedServer) -> None:
    backup(server.admin_url, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])


def a_header_alone(path: Path, server: EmbeddedServer) -> None:
    path.write_bytes(b"PGDMP\x01\x0e\x00\x04\x08\x01")


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (a_text_file, "不是半小时的备份文件"),
        (an_empty_file, "不是半小时的备份文件"),
        (no_file, "打不开"),
        (the_backup_of_another_program, "不是半小时的备份文件"),
        (a_torn_backup, "读不完整"),
        (a_header_alone, "读不完整"),
    ],
)
def test_what_is_no_whole_backup_of_ours_changes_nothing(
    server: EmbeddedServer, tmp_path: Path, make, problem: str
) -> None:
    file = tmp_path / "some.backup"
    make(file, server)
    with pytest.raises(BadFileError, match=problem):
        restore(server.admin_url, file)
    assert townships(server.owner_url) == ["青溪镇"]
    assert not {"backed_up_restoring", "backed_up_previous"} & databases(server)


def test_a_completion_that_fails_changes_nothing(server: EmbeddedServer, tmp_path: Path) -> None:
    def too_new(url: str) -> None:
        assert "backed_up_restoring" in url
        raise DatabaseUnavailableError("数据库表比程序新", "请升级程序")

    backup(server.admin_url, tmp_path / "monday.backup")
    add(server, "云岭乡")
    with pytest.raises(DatabaseUnavailableError, match="比程序新"):
        restore(server.admin_url, tmp_path / "monday.backup", complete=too_new)
    assert townships(server.owner_url) == ["青溪镇", "云岭乡"]


def test_a_restore_that_is_killed_changes_nothing(server: EmbeddedServer, tmp_path: Path) -> None:
    backup(server.admin_url, tmp_path / "monday.backup")
    add(server, "云岭乡")
    script = (
        "import os, sys; from pathlib import Path; from models.backup import restore\n"
        "restore(sys.argv[1], Path(sys.argv[2]), complete=lambda url: os._exit(9))"
    )
    command = [sys.executable, "-c", script, server.admin_url, str(tmp_path / "monday.backup")]
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run(command, cwd=root, check=False).returncode == 9
    assert townships(server.owner_url) == ["青溪镇", "云岭乡"]
    assert "backed_up_restoring" in databases(server)
    restore(server.admin_url, tmp_path / "monday.backup")
    assert townships(server.owner_url) == ["青溪镇"]


def test_one_restore_at_a_time(server: EmbeddedServer, tmp_path: Path) -> None:
    def meanwhile(url: str) -> None:
        with pytest.raises(DatabaseUnavailableError, match="另一次恢复正在进行"):
            restore(server.admin_url, tmp_path / "monday.backup")

    backup(server.admin_url, tmp_path / "monday.backup")
    restore(server.admin_url, tmp_path / "monday.backup", complete=meanwhile)
