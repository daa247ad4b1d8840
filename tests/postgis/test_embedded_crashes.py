"""Whatever dies, however: what was committed is there, and the next start works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.cluster import processes
from models.cluster.account import account_for
from models.cluster.configuration import THROWAWAY
from models.embedded import EmbeddedServer
from tests.clusters import an_open_folder

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
import psycopg
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    for number in range(1_000_000):
        connection.execute("INSERT INTO promises VALUES (%s, repeat('半', 300))", [number])
        print(number, flush=True)
"""
ASKER = "import psycopg, sys; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000000000) AS n"
STARTER = """
import sys
from pathlib import Path
from models.cluster.configuration import THROWAWAY
from models.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1]), overrides=THROWAWAY).start()
"""


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with an_open_folder() as home:
        server = EmbeddedServer(home)
        server.start()
        yield server


def kill_main_process(server: EmbeddedServer) -> int:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def kill_everything(server: EmbeddedServer) -> None:
    """As when the machine loses its power."""
    for pid in processes.processes_of(server.status().data):
        os.kill(pid, signal.SIGKILL)


def wait_for(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("kill", [kill_main_process, kill_everything])
def test_what_was_committed_survives_a_kill(server: EmbeddedServer, kill) -> None:
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE promises (number int PRIMARY KEY, text text)")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, server.owner_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert writer.stdout is not None
    promised = [int(writer.stdout.readline()) for _ in range(300)]
    kill(server)
    promised += [int(line) for line in writer.communicate()[0].split()]
    server.start()
    with psycopg.connect(server.owner_url) as connection:
        kept = {row[0] for row in connection.execute("SELECT number FROM promises")}
    assert set(promised) <= kept
    assert len(kept) <= len(promised) + 1  # one may be committed and not yet promised


def test_a_process_left_at_work_does_not_stand_in_the_way(server: EmbeddedServer) -> None:
    busy = subprocess.Popen(
        [sys.executable, "-c", ASKER, server.app_url, ENDLESS],
        stderr=subprocess.DEVNULL,
    )
    active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(*) FROM gen%'"
    with psycopg.connect(server.admin_url, autocommit=True) as watcher:
        wait_for(lambda: watcher.execute(active).fetchone() == (1,))
    pid = kill_main_process(server)
    server.start()
    assert server.status().pid != pid
    assert busy.wait(10) != 0


def test_a_number_used_again_by_another_process_is_no_server(server: EmbeddedServer) -> None:
    data = server.status().data
    kill_everything(server)
    wait_for(lambda: not processes.processes_of(data))
    account = account_for(data)
    stranger = subprocess.Popen(
        ["sleep", "60"], user=account.uid if os.geteuid() == 0 else None, cwd="/"
    )
    try:
        for record in (data / "postmaster.pid", next(server.status().socket.glob("*.lock"))):
            lines = record.read_text().splitlines()
            record.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        assert not server.status().running
        server.start()
        assert server.status().running
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("moment", ["data.making/PG_VERSION", "data.making/global/pg_control"])
def test_an_interrupted_making_is_begun_anew(moment: str) -> None:
    with an_open_folder() as home:
        starter = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(home)], cwd=ROOT, start_new_session=True
        )
        wait_for((home / "postgres" / moment).exists)
        os.killpg(starter.pid, signal.SIGKILL)
        starter.wait()
        assert not (home / "postgres" / "data").exists()
        server = EmbeddedServer(home, overrides=THROWAWAY)
        server.start()
        assert server.status().postgis_version
        assert not (home / "postgres" / "data.making").exists()


def test_an_interrupted_provisioning_is_completed(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        connection.execute("DROP EXTENSION postgis CASCADE")
        connection.execute("REVOKE CONNECT ON DATABASE halfhour FROM halfhour_app")
    server.start()
    assert server.status().postgis_version
    with psycopg.connect(server.app_url) as connection:
        assert connection.execute("SELECT ST_SRID(ST_Point(0, 0, 4326))").fetchone() == (4326,)
