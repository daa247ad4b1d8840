"""The private PostGIS of an installation: made when missing, started when asleep, else joined.

The server is a child of nobody: it goes on when the program that started it ends, by whatever
signal, and the next program joins it. See `models.cluster` for its parts.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from halfhour.errors import DatabaseUnavailableError
from models.cluster import configuration, failures, processes, provisioning
from models.cluster.configuration import APP, OWNER, SUPERUSER
from models.cluster.place import Place, find_place, make_place
from models.cluster.programs import Programs, choose_programs, installed_programs
from models.cluster.status import ServerStatus

DATABASE = "halfhour"
PATIENCE_S = 120.0
LEFTOVER_PATIENCE_S = 20.0
STOP_PATIENCE_S = 60.0


class EmbeddedServer:
    """
    A private PostgreSQL with PostGIS in a folder of its own, reached through a Unix socket only.

    Parameters
    ----------
    home
        `HALFHOUR_HOME`; the cluster lies in its folder `postgres`.
    database
        Database to make and to point the addresses at. Several may share one cluster.
    overrides
        PostgreSQL settings that replace ours, such as `THROWAWAY` in tests.
    installed
        PostgreSQLs to choose from; None looks for those of the machine.
    needed_mb
        Megabytes that must be free on the disk for a start.
    patience_s
        Seconds to wait for a server that starts, stops or repairs itself.
    """

    def __init__(
        self,
        home: Path,
        *,
        database: str = DATABASE,
        overrides: Mapping[str, str] | None = None,
        installed: Sequence[Programs] | None = None,
        needed_mb: int = failures.ENOUGH_FREE_MB,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.home = home.absolute()
        self.database = database
        self._overrides = dict(overrides or {})
        self._installed = installed
        self._needed_mb = needed_mb
        self._patience_s = patience_s

    @property
    def owner_url(self) -> str:
        """Address for migrations: the role that owns the tables."""
        return find_place(self.home).url(OWNER, self.database)

    @property
    def app_url(self) -> str:
        """Address for the application: a role that owns nothing."""
        return find_place(self.home).url(APP, self.database)

    @property
    def admin_url(self) -> str:
        """Address for backups and for making databases: the superuser."""
        return find_place(self.home).url(SUPERUSER, self.database)

    def start(self) -> None:
        """
        Make the server run and the database exist; do nothing if both are so.

        Raises
        ------
        DatabaseUnavailableError
            With the one sentence and remedy that fits.
        """
        place = make_place(self.home)
        with self._turn(place):
            if not self._joined(place):
                self._launch(place)
            self._provision(place)

    def stop(self) -> bool:
        """
        Stop the server, waiting for its last writes.

        Returns
        -------
        stopped
            Whether it was running.

        Raises
        ------
        DatabaseUnavailableError
            If it does not stop in time.
        """
        place = find_place(self.home)
        if processes.main_process(place.data) is None:
            return False
        with self._turn(place):
            # The gentle way can hang, on a full disk say; the other costs a repair, but no data.
            if not (self._told_to_stop(place, "fast") or self._told_to_stop(place, "immediate")):
                raise _unresponsive(place, processes.main_process(place.data))
        return True

    def status(self) -> ServerStatus:
        """Describe the server without starting it."""
        place = find_place(self.home)
        pid = processes.main_process(place.data)
        version = postgis_version = None
        if pid is not None:
            with suppress(psycopg.OperationalError), self._connected() as connection:
                version, postgis_version = provisioning.versions(connection)
        return ServerStatus(
            running=version is not None,
            pid=pid,
            version=version,
            postgis_version=postgis_version,
            data=place.data,
            socket=place.socket,
            size_bytes=_size_bytes(place.data),
        )

    def _told_to_stop(self, place: Place, mode: str) -> bool:
        patience_s = min(self._patience_s, STOP_PATIENCE_S)
        wait = ["-w", "-t", f"{patience_s:.0f}", "-m", mode]
        pg_ctl = self._programs(place).path("pg_ctl")
        place.account.run([pg_ctl, "stop", "-D", str(place.data), *wait])
        return processes.main_process(place.data) is None

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self.admin_url, autocommit=True, connect_timeout=5)

    @contextmanager
    def _turn(self, place: Place) -> Iterator[None]:
        """Let one process at a time start or stop; the kernel takes a dead one's turn back."""
        lock = _open_lock(place, "turn.lock")
        try:
            deadline = time.monotonic() + self._patience_s
            while not _try_lock(lock):
                if time.monotonic() > deadline:
                    raise _turn_not_given(os.pread(lock, 20, 0).decode(errors="replace"))
                time.sleep(0.05)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(lock)

    def _joined(self, place: Place) -> bool:
        """Wait for a living server to answer; False if there is none, or it dies meanwhile."""
        deadline = time.monotonic() + self._patience_s
        while (pid := processes.main_process(place.data)) is not None:
            if _answers(place):
                return True
            if time.monotonic() > deadline:
                raise _unresponsive(place, pid)
            time.sleep(0.05)
        return False

    def _launch(self, place: Place) -> None:
        failures.require_space(place.folder, self._needed_mb)
        programs = self._programs(place)
        lock = _open_lock(place, "server.lock")
        try:
            self._clear_leftovers(place, lock)
            if not place.made:
                self._make_data(place, programs, lock)
            self._configure(place, place.data)
            self._run_server(place, programs, lock)
        finally:
            os.close(lock)  # the server has its own handle on the lock by now

    def _programs(self, place: Place) -> Programs:
        installed = installed_programs() if self._installed is None else self._installed
        return choose_programs(installed, _data_major(place))

    def _clear_leftovers(self, place: Place, lock: int) -> None:
        """Take the lock that a server, or the initdb of a killed starter, holds while it lives."""
        deadline = time.monotonic() + min(self._patience_s, LEFTOVER_PATIENCE_S)
        gone = all(processes.end_processes(folder) for folder in (place.data, place.making))
        while gone and not (locked := _try_lock(lock)) and time.monotonic() < deadline:
            time.sleep(0.05)
        if not (gone and locked):
            raise DatabaseUnavailableError(
                f"数据文件夹 {place.data} 正被别处（例如另一个容器）的数据库使用",
                "请先在那里运行 halfhour db stop",
            )
        stale = [place.data / "postmaster.pid", *place.socket.glob(".s.PGSQL.*")]
        place.account.run(["/bin/rm", "-f", *map(str, stale)])

    def _make_data(self, place: Place, programs: Programs, lock: int) -> None:
        """Make the cluster under another name; it gets its own only when it is complete."""
        if place.data.exists() and any(place.data.iterdir()):
            raise DatabaseUnavailableError(
                f"{place.data} 里有文件，但不是完整的数据库",
                "请把它移走，或从备份 halfhour db restore",
            )
        place.account.run(["/bin/rm", "-rf", str(place.making)])
        sync = ["--no-sync"] if self._overrides.get("fsync") == "off" else []
        language = ["--encoding=UTF8", "--locale=C.UTF-8"]
        access = ["--auth-local=peer", "--auth-host=reject", "--data-checksums"]
        initdb = [programs.path("initdb"), "-D", str(place.making), "-U", SUPERUSER]
        made = place.account.run([*initdb, *language, *access, *sync], keep=[lock])
        if made.returncode == 0:
            made = place.account.run(["/bin/mv", "-T", str(place.making), str(place.data)])
        if made.returncode != 0:
            raise failures.explain(place, made.stdout + made.stderr, {})

    def _configure(self, place: Place, data: Path) -> None:
        texts = {
            "postgresql.conf": configuration.settings_text(place, self._overrides),
            "pg_hba.conf": configuration.access_text(),
            "pg_ident.conf": configuration.people_text(place),
        }
        for name, text in texts.items():
            new = f"{data / name}.new"
            written = place.account.run(["/usr/bin/tee", new], text_in=text)
            if written.returncode == 0:
                written = place.account.run(["/bin/mv", "-T", new, str(data / name)])
            if written.returncode != 0:
                raise failures.explain(place, written.stderr, {})

    def _run_server(self, place: Place, programs: Programs, lock: int) -> None:
        place.account.run(["/bin/mkdir", "-p", str(place.log)])
        before = failures.log_sizes(place)
        wait = ["-w", "-t", f"{self._patience_s:.0f}"]
        started = place.account.run(
            [programs.path("pg_ctl"), "start", "-l", "log/start.log", *wait],
            # pg_ctl builds a shell command from its options: a path in them could be anything.
            folder=place.folder,
            variables={"PGDATA": str(place.data)},
            keep=[lock],
        )
        if started.returncode != 0 and not self._joined(place):
            raise failures.explain(place, started.stdout + started.stderr, before)

    def _provision(self, place: Place) -> None:
        """Make what the database needs, where it is missing."""
        try:
            with psycopg.connect(place.url(SUPERUSER, "postgres"), autocommit=True) as server:
                provisioning.ensure_roles(server)
                provisioning.ensure_database(server, self.database)
            with psycopg.connect(self.admin_url, autocommit=True) as database:
                provisioning.ensure_extensions(database)
        except psycopg.errors.DiskFull as error:
            raise failures.disk_full(place.folder, "写不下了") from error
        except psycopg.OperationalError as error:
            raise failures.explain(place, str(error), {}) from error


def _open_lock(place: Place, name: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        lock = os.open(place.folder / name, flags, 0o600)
    except PermissionError as error:
        raise failures.explain(place, "Permission denied", {}) from error
    if os.geteuid() == 0:
        os.fchown(lock, place.account.uid, place.account.gid)
    return lock


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _answers(place: Place) -> bool:
    try:
        with psycopg.connect(place.url(SUPERUSER, "postgres"), connect_timeout=3) as connection:
            connection.execute("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def _data_major(place: Place) -> int | None:
    try:
        return int((place.data / "PG_VERSION").read_text(encoding="utf-8").split(".")[0])
    except FileNotFoundError:
        return None


def _size_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):  # PostgreSQL removes files while we look
                total += (Path(parent) / name).lstat().st_size
    return total


def _unresponsive(place: Place, pid: int | None) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"数据库进程 {pid} 在运行，但不回应",
        f"请稍等再试；仍不行，运行 kill -9 {pid} 后重新启动（已提交的数据不会丢），"
        f"日志在 {place.log}",
    )


def _turn_not_given(pid: str) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"另一个程序（进程 {pid or '?'}）一直占着数据库的启动锁",
        f"请等它结束，或运行 kill {pid or '该进程'} 后再试",
    )
