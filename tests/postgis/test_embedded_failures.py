"""What cannot work says so in one Chinese sentence with its remedy. Every condition is real."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from halfhour.errors import DatabaseUnavailableError
from models.cluster.configuration import THROWAWAY
from models.cluster.programs import Programs, installed_programs
from models.embedded import EmbeddedServer
from tests.clusters import an_open_folder

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def home() -> Iterator[Path]:
    with an_open_folder() as folder:
        yield folder


@pytest.fixture
def server(home: Path) -> EmbeddedServer:
    server = EmbeddedServer(home, overrides=THROWAWAY)
    server.start()
    return server


def sentence(server: EmbeddedServer) -> str:
    with pytest.raises(DatabaseUnavailableError) as caught:
        server.start()
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    return f"{caught.value.problem}。{caught.value.remedy}"


def sentence_as(user: str, home: Path) -> str:
    """Start as an ordinary user, in a copy of this process: Python may be out of their reach."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "died"
        try:
            become(user)
            EmbeddedServer(home, overrides=THROWAWAY).start()
            said = ""
        except DatabaseUnavailableError as error:
            said = f"{error.problem}。{error.remedy}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def test_no_postgresql_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    assert installed_programs(root=home) == []
    assert "没有安装 PostgreSQL" in sentence(EmbeddedServer(home, installed=[]))


def test_a_postgresql_that_is_too_old(home: Path) -> None:
    folder = home / "13" / "bin"
    folder.mkdir(parents=True)
    for name in ("pg_ctl", "postgres"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4 (Debian)'\n")
        (folder / name).chmod(0o755)
    found = [one for one in installed_programs(root=home) if one.folder == folder]
    assert found == [Programs(folder, 13)]
    said = sentence(EmbeddedServer(home / "home", installed=found))
    assert "PostgreSQL 13 太旧" in said
    assert "make setup" in said


def test_a_data_folder_of_another_version(server: EmbeddedServer) -> None:
    server.stop()
    (server.status().data / "PG_VERSION").write_text("99\n")
    said = sentence(server)
    assert "PostgreSQL 99 建立" in said
    assert "postgresql-99-postgis-3" in said


def test_postgis_is_missing(home: Path) -> None:
    """A PostgreSQL finds its extensions beside itself, so a copy can lack one."""
    whole = installed_programs()[0]
    share = Path(f"/usr/share/postgresql/{whole.major}")
    if not share.is_dir():
        pytest.skip("PostgreSQL is not laid out as Debian does")
    lib, copied_share = (
        home / f"lib/postgresql/{whole.major}",
        home / f"share/postgresql/{whole.major}",
    )
    shutil.copytree(whole.folder, lib / "bin")
    shutil.copytree(
        whole.folder.parent / "lib", lib / "lib", ignore=shutil.ignore_patterns("bitcode")
    )
    shutil.copytree(share, copied_share, ignore=shutil.ignore_patterns("postgis*"))
    bare = Programs(lib / "bin", whole.major)
    said = sentence(EmbeddedServer(home, overrides=THROWAWAY, installed=[bare]))
    assert "缺少扩展 postgis" in said
    assert "postgresql-15-postgis-3" in said


def test_too_little_space_is_seen_before_anything_is_written(home: Path) -> None:
    said = sentence(EmbeddedServer(home, needed_mb=10**9))
    assert "磁盘已满" in said
    assert "HALFHOUR_HOME" in said
    assert not (home / "postgres" / "data").exists()


@contextmanager
def a_disk_of(megabytes: int, folder: Path) -> Iterator[None]:
    size = f"size={megabytes}m,mode=755"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        EmbeddedServer(folder, patience_s=5).stop()
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("megabytes", [10, 60], ids=["while it is made", "while it is filled"])
def test_a_disk_that_fills_up(home: Path, megabytes: int) -> None:
    small = home / "small"
    small.mkdir()
    with a_disk_of(megabytes, small):
        said = sentence(EmbeddedServer(small, needed_mb=1))
        assert "磁盘已满" in said
        assert "清理磁盘" in said


def test_a_server_that_does_not_answer(server: EmbeddedServer) -> None:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        said = sentence(EmbeddedServer(server.home, patience_s=1))
    finally:
        os.kill(pid, signal.SIGCONT)
    assert f"数据库进程 {pid} 在运行，但不回应" in said
    assert f"kill -9 {pid}" in said


def test_a_starter_that_never_ends(server: EmbeddedServer) -> None:
    with (server.home / "postgres" / "turn.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        said = sentence(EmbeddedServer(server.home, patience_s=0.2))
    assert "进程 4711" in said
    server.start()


def test_a_cluster_in_use_from_another_container(server: EmbeddedServer) -> None:
    """Its processes cannot be seen from here, but the lock they hold can."""
    server.stop()
    with (server.home / "postgres" / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "另一个容器" in sentence(EmbeddedServer(server.home, patience_s=0.2))
    server.start()


def test_a_data_folder_that_is_something_else(home: Path) -> None:
    EmbeddedServer(home, overrides=THROWAWAY).start()
    EmbeddedServer(home).stop()
    data = EmbeddedServer(home).status().data
    shutil.rmtree(data)
    data.mkdir()
    (data / "letter.txt").write_text("not a database")
    assert "不是完整的数据库" in sentence(EmbeddedServer(home))
    assert (data / "letter.txt").exists()


def test_a_setting_postgresql_refuses(server: EmbeddedServer) -> None:
    server.stop()
    conf = server.status().data / "local.conf"
    conf.write_text("shared_buffers = 'a lot'\n")
    conf.chmod(0o644)
    said = sentence(server)
    assert "数据库没有启动" in said
    assert "local.conf" in said or "configuration file" in said
    assert str(server.home / "postgres" / "log") in said


@pytest.mark.skipif(not AS_ROOT, reason="only root changes its user")
def test_a_home_somebody_may_not_write(home: Path) -> None:
    said = sentence_as("nobody", home / "below")
    assert "没有权限" in said
    assert "chown -R nobody" in said


@pytest.mark.skipif(not AS_ROOT, reason="only root changes its user")
def test_a_cluster_of_somebody_else(server: EmbeddedServer) -> None:
    owner = pwd.getpwuid(server.status().data.stat().st_uid).pw_name
    assert f"属于用户 {owner}" in sentence_as("nobody", server.home)


@pytest.mark.skipif(not AS_ROOT, reason="only root changes its user")
def test_a_cluster_its_account_can_no_longer_enter(server: EmbeddedServer) -> None:
    server.stop()
    server.home.chmod(0o700)
    said = sentence(server)
    assert "halfhour 进不了" in said
    assert "chmod o+x" in said


@pytest.mark.skipif(not AS_ROOT, reason="only root changes its user")
def test_an_ordinary_user_has_a_cluster_of_their_own(home: Path) -> None:
    theirs = home / "theirs"
    theirs.mkdir()
    os.chown(theirs, pwd.getpwnam("nobody").pw_uid, -1)
    assert sentence_as("nobody", theirs) == ""
    assert EmbeddedServer(theirs).status().running  # root may look, and join
    EmbeddedServer(theirs).start()
