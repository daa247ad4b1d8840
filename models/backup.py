"""One file that holds everything, and the way back from it.

A backup is pg_dump's own format, so any PostgreSQL can look into it. It appears under its name
only when it is complete. A restore fills a database beside the present one and changes the two
names in one transaction, so that there is never half a restore; the present one is kept beside
it under the name `…_previous` until the next restore.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from halfhour.errors import BadFileError, DatabaseUnavailableError
from models.cluster import provisioning
from models.cluster.programs import choose_clients, installed_programs

_MAINTENANCE = "postgres"
_RESTORE_LOCK = 0x72657374  # one restore at a time on a server
_OURS = (" TABLE public alembic_version ", " SCHEMA - halfhour ")
_PROVISIONED = (
    " EXTENSION - ",
    " COMMENT - EXTENSION ",
    " TABLE DATA public spatial_ref_sys ",
    " SCHEMA - public ",
)
_RENAME_TRIES = 5


def backup(url: str, file: Path) -> None:
    """
    Write the whole database into one file, while everybody goes on working.

    The file shows one moment. It holds personal data, so only its owner may read it.

    Parameters
    ----------
    url
        Address as the owner of the tables, or a superuser.
    file
        Replaced when the new one is complete and on the disk.

    Raises
    ------
    BadFileError
        If the file cannot be written there.
    DatabaseUnavailableError
        If the database cannot be read.
    """
    partial = _partial_beside(file)
    try:
        with _connected(url) as connection:
            server_major = connection.info.server_version // 10_000
        options = ["--format=custom", "--no-tablespaces", f"--file={partial}"]
        said = _run(server_major, "pg_dump", url, options)
        if said is not None:
            raise _backup_failed(file, said)
        partial.replace(file)
        _onto_disk(file.parent)
    finally:
        partial.unlink(missing_ok=True)


def restore(url: str, file: Path, *, complete: Callable[[str], None] | None = None) -> str:
    """
    Put the contents of a backup in the place of the present database.

    Whoever is connected is cut off when the names change, and finds the restored data when they
    connect again.

    Parameters
    ----------
    url
        Address of the present database, as its owner or a superuser.
    complete
        Called with the address of the restored database before it takes its place, such as
        `migrate` for a backup older than this program. What it raises stops the restore.

    Returns
    -------
    previous
        Name under which the database that was replaced is kept.

    Raises
    ------
    BadFileError
        If the file is no backup of ours, or is damaged. Nothing is changed.
    DatabaseUnavailableError
        If the server does not allow it. Nothing is changed.
    """
    present = make_url(url).database or ""
    fresh, previous = f"{present}_restoring", f"{present}_previous"
    with _connected(url, _MAINTENANCE) as server, _only_one_restore(server):
        contents = _contents(file, server.info.server_version // 10_000)
        owner = _owner(server, present)
        try:
            _drop(server, fresh)
            provisioning.ensure_database(server, fresh, owner, like=present)
            _fill(url, fresh, owner, file, contents)
            if complete is not None:
                complete(_as_owner(url, fresh, owner))
            _drop(server, previous)
            _swap(server, present=present, fresh=fresh, previous=previous)
        except psycopg.errors.InsufficientPrivilege as error:
            raise _not_mighty_enough("新建和改名数据库", owner) from error
        finally:
            _drop(server, fresh)
    return previous


def _contents(file: Path, server_major: int) -> list[str]:
    """List what is in a backup, refusing what is none of ours."""
    try:
        with file.open("rb") as opened:
            magic = opened.read(5)
    except OSError as error:
        raise BadFileError(file, f"打不开（{error.strerror}）", "请核对文件名与权限") from error
    if magic != b"PGDMP":
        raise _not_ours(file)
    programs = choose_clients(installed_programs(), server_major)
    listing = subprocess.run(  # noqa: S603  # a program of PostgreSQL
        [programs.path("pg_restore"), "--list", str(file.absolute())],
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode != 0:
        raise _damaged(file, listing.stderr)
    entries = [line for line in listing.stdout.splitlines() if not line.startswith(";")]
    if not all(any(mark in line for line in entries) for mark in _OURS):
        raise _not_ours(file)
    return [line for line in entries if not any(mark in line for mark in _PROVISIONED)]


def _fill(url: str, name: str, owner: str, file: Path, contents: Sequence[str]) -> None:
    with _connected(url, name) as database:
        try:
            provisioning.ensure_extensions(database)
        except DatabaseUnavailableError as error:
            if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
                raise _not_mighty_enough("在新建的库里安装 PostGIS", owner) from error
            raise
        server_major = database.info.server_version // 10_000
        with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as chosen:
            chosen.write("\n".join(contents) + "\n")
            chosen.flush()
            wanted = ["--no-owner", f"--role={owner}", "--exit-on-error", "--no-tablespaces"]
            options = [*wanted, f"--use-list={chosen.name}", str(file.absolute())]
            said = _run(server_major, "pg_restore", _in_database(url, name), options)
        if said is not None:
            raise _damaged(file, said)
        database.execute("ANALYZE")


def _swap(server: psycopg.Connection, *, present: str, fresh: str, previous: str) -> None:
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    for attempt in range(1, _RENAME_TRIES + 1):
        try:
            with server.transaction():
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = %s AND pg_has_role(usesysid, 'USAGE')",
                    [present],
                )
                server.execute(rename.format(sql.Identifier(present), sql.Identifier(previous)))
                server.execute(rename.format(sql.Identifier(fresh), sql.Identifier(present)))
        except psycopg.errors.ObjectInUse as error:  # somebody was quicker to come back
            if attempt == _RENAME_TRIES:
                raise DatabaseUnavailableError(
                    "数据库一直有程序在使用，换不上恢复好的数据",
                    "请先停掉 halfhour serve 和其他连接数据库的程序，再恢复一次",
                ) from error
        else:
            return


@contextmanager
def _only_one_restore(server: psycopg.Connection) -> Iterator[None]:
    row = server.execute("SELECT pg_try_advisory_lock(%s)", [_RESTORE_LOCK]).fetchone()
    if row is None or not row[0]:
        raise DatabaseUnavailableError("另一次恢复正在进行", "请等它结束后再试")
    yield


def _drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _owner(server: psycopg.Connection, name: str) -> str:
    """Find who will own the restored tables: ourselves; for a superuser, the database's owner."""
    row = server.execute(
        "SELECT CASE WHEN r.rolsuper THEN pg_get_userbyid(d.datdba) ELSE r.rolname END "
        "FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = %s",
        [name],
    ).fetchone()
    if row is None:
        raise DatabaseUnavailableError(f"没有数据库 {name}", "请先运行 halfhour db start")
    return str(row[0])


@contextmanager
def _connected(url: str, name: str | None = None) -> Iterator[psycopg.Connection]:
    address = url if name is None else _in_database(url, name)
    try:
        connection = psycopg.connect(_text(make_url(address)), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(
            f"连不上数据库：{_first_line(str(error))}",
            "请确认数据库在运行（halfhour db start），并核对 HALFHOUR_DATABASE_URL",
        ) from error
    with connection:
        yield connection


def _run(server_major: int, program: str, url: str, options: Sequence[str]) -> str | None:
    """Run a program of PostgreSQL on a database; what it complained of, None if all went well."""
    address = make_url(url)
    secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    programs = choose_clients(installed_programs(), server_major)
    ended = subprocess.run(  # noqa: S603  # a program of PostgreSQL
        [programs.path(program), f"--dbname={_text(address, with_password=False)}", *options],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=os.environ | secret | {"LC_ALL": "C.UTF-8"},
    )
    return ended.stderr if ended.returncode else None


def _partial_beside(file: Path) -> Path:
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}.partial")
    try:
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise BadFileError(
            file, f"写不到这里（{error.strerror}）", "请换一个存在且可以写的文件夹"
        ) from error
    return partial


def _onto_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_database(url: str, name: str) -> str:
    return _text(make_url(url).set(database=name))


def _as_owner(url: str, name: str, owner: str) -> str:
    return _text(make_url(url).set(database=name, username=owner))


def _text(address: URL, *, with_password: bool = True) -> str:
    plain = address.set(drivername="postgresql")
    if not with_password:
        plain = plain._replace(password=None)
    return plain.render_as_string(hide_password=False)


def _backup_failed(file: Path, said: str) -> Exception:
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return BadFileError(file, "磁盘已满，备份没有写成", "请清理磁盘，或换一个磁盘再备份")
    return DatabaseUnavailableError(f"备份没有写成：{_last_line(said)}", "请解决后再备份一次")


def _not_mighty_enough(action: str, role: str) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(
        f"恢复要{action}，而数据库用户 {role} 无权这样做",
        f"请数据库管理员先运行 ALTER ROLE {role} SUPERUSER，"
        f"恢复后再运行 ALTER ROLE {role} NOSUPERUSER",
    )


def _not_ours(file: Path) -> BadFileError:
    return BadFileError(
        file, "不是半小时的备份文件", "请选 halfhour db backup 写出的文件；现有数据没有改动"
    )


def _damaged(file: Path, said: str) -> BadFileError:
    return BadFileError(
        file, f"备份文件读不完整（{_last_line(said)}）", "请换一份备份；现有数据没有改动"
    )


def _first_line(said: str) -> str:
    return said.strip().splitlines()[0].strip()


def _last_line(said: str) -> str:
    return (said.strip().splitlines() or ["没有留下说明"])[-1].strip()
