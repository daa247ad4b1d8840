"""The private PostGIS: what it is made of, and that everybody joins the same one."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.cluster import processes
from models.cluster.configuration import THROWAWAY
from models.cluster.place import fits_a_socket
from models.embedded import EmbeddedServer
from tests.clusters import a_cluster, an_open_folder

ROOT = Path(__file__).resolve().parents[2]
START = """
import sys
from pathlib import Path
from models.cluster.configuration import THROWAWAY
from models.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), overrides=THROWAWAY)
server.start()
print(server.status().pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedServer]:
    with a_cluster(durable=True) as running:
        yield running


@pytest.fixture
def home() -> Iterator[Path]:
    with an_open_folder() as folder:
        yield folder


def a_starter(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def pid_said_by(starter: subprocess.Popen[str]) -> int:
    assert starter.stdout is not None
    return int(starter.stdout.readline())


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_a_status_says_what_runs_and_where(server: EmbeddedServer) -> None:
    status = server.status()
    assert status.running
    assert status.pid == processes.main_process(status.data)
    assert int((status.version or "0").split(".")[0]) >= 15
    assert (status.postgis_version or "").startswith("3.")
    assert status.data.is_relative_to(server.home)
    assert status.size_bytes > 10_000_000


def test_a_status_makes_nothing(home: Path) -> None:
    assert not EmbeddedServer(home).status().running
    assert list(home.iterdir()) == []


def test_a_second_start_changes_nothing(server: EmbeddedServer) -> None:
    before = server.status().pid
    server.start()
    assert server.status().pid == before


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("timezone", "UTC"),
    ],
)
def test_the_server_is_durable_and_private(
    server: EmbeddedServer, setting: str, value: str
) -> None:
    assert ask(server.app_url, f"SHOW {setting}") == value


def test_chinese_letters_are_letters(server: EmbeddedServer) -> None:
    assert ask(server.app_url, "SELECT show_trgm('青溪镇') <> '{}'")
    assert ask(server.app_url, "SELECT similarity('青溪镇柳树村', '青溪镇柳树') > 0.5")


def test_no_process_of_the_server_listens_on_the_network(server: EmbeddedServer) -> None:
    inodes = {
        line.split()[9]
        for table in ("tcp", "tcp6")
        for line in Path("/proc/net", table).read_text().splitlines()[1:]
    }
    handles = Path("/proc", str(server.status().pid), "fd").iterdir()
    sockets = {link for handle in handles if "socket:" in (link := str(handle.readlink()))}
    assert sockets
    assert not {f"socket:[{inode}]" for inode in inodes} & sockets


def test_the_server_is_never_root(server: EmbeddedServer) -> None:
    owners = {
        Path("/proc", str(p)).stat().st_uid for p in processes.processes_of(server.status().data)
    }
    assert len(owners) == 1
    assert 0 not in owners
    assert server.status().data.stat().st_uid in owners


def test_only_its_account_may_enter_the_socket_folder(server: EmbeddedServer) -> None:
    assert server.status().socket.stat().st_mode & 0o777 == 0o700


def test_the_application_owns_nothing(server: EmbeddedServer) -> None:
    assert ask(server.app_url, "SELECT current_user") == "halfhour_app"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server.app_url, "CREATE TABLE mine (id int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server.app_url, "CREATE SCHEMA mine")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(server.app_url, "SET ROLE halfhour_owner")


def test_the_owner_owns_the_database_and_no_more(server: EmbeddedServer) -> None:
    owns = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(server.owner_url, owns) == "halfhour_owner"
    assert not ask(server.owner_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


def test_several_databases_share_one_cluster(server: EmbeddedServer) -> None:
    other = EmbeddedServer(server.home, database="another")
    other.start()
    assert other.status().pid == server.status().pid
    assert ask(other.owner_url, "SELECT current_database()") == "another"


def test_an_operator_may_overrule_a_setting(home: Path) -> None:
    server = EmbeddedServer(home, overrides=THROWAWAY)
    server.start()
    server.stop()
    (server.status().data / "local.conf").write_text("work_mem = '5MB'\n")
    (server.status().data / "local.conf").chmod(0o644)
    server.start()
    assert ask(server.app_url, "SHOW work_mem") == "5MB"


def test_a_second_process_joins_and_the_server_outlives_both(home: Path) -> None:
    first, second = a_starter(home), a_starter(home)
    pids = {pid_said_by(first), pid_said_by(second)}
    first.communicate()
    os.killpg(second.pid, signal.SIGINT)
    second.communicate()
    assert pids == {EmbeddedServer(home).status().pid}
    assert EmbeddedServer(home).status().running


def test_many_may_start_it_at_the_same_moment(home: Path) -> None:
    starters = [a_starter(home) for _ in range(5)]
    assert len({pid_said_by(starter) for starter in starters}) == 1
    for starter in starters:
        starter.communicate()
        assert starter.returncode == 0


def test_stopping_twice_is_no_error(home: Path) -> None:
    server = EmbeddedServer(home, overrides=THROWAWAY)
    assert not server.stop()
    server.start()
    assert server.stop()
    assert not server.stop()
    assert not server.status().running


@pytest.mark.parametrize("name", ["deep/" * 30 + "home", "我的 半小时", 'it\'s, "odd" $(false)'])
def test_any_home_will_do(home: Path, name: str) -> None:
    server = EmbeddedServer(home / name, overrides=THROWAWAY)
    server.start()
    assert fits_a_socket(server.status().socket)
    assert ask(server.app_url, "SELECT 1") == 1
    server.stop()


@pytest.mark.parametrize("what", ["nothing", "a file", "a folder of somebody else"])
def test_a_short_socket_folder_that_is_gone_or_taken_is_made_anew(home: Path, what: str) -> None:
    server = EmbeddedServer(home / ("deep/" * 30), overrides=THROWAWAY)
    server.start()
    server.stop()
    lost = server.status().socket
    shutil.rmtree(lost)
    if what == "a file":
        lost.touch()
    elif what == "a folder of somebody else":
        lost.mkdir()
        if os.geteuid() != 0:
            pytest.skip("only root makes folders for others")
        os.chown(lost, pwd.getpwnam("nobody").pw_uid, -1)
    server.start()
    assert server.status().socket != lost
    assert ask(server.app_url, "SELECT 1") == 1
    subprocess.run(["rm", "-rf", lost], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")
def test_a_home_that_only_root_may_enter_keeps_its_data_elsewhere(home: Path) -> None:
    home.chmod(0o700)
    server = EmbeddedServer(home / "below", overrides=THROWAWAY)
    server.start()
    link = server.home / "postgres"
    assert link.is_symlink()
    assert server.status().data.parent == link.resolve()
    assert pwd.getpwuid(link.stat().st_uid).pw_name == "halfhour"
    server.stop()
    server.start()
    assert ask(server.owner_url, "SELECT 1") == 1
