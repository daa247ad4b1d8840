"""Where the files of the private cluster lie.

All of them in one folder, `HALFHOUR_HOME/postgres`: `data`, `log`, `socket` and two lock files.
Two things may move:

- If root starts the cluster and its unprivileged account cannot enter `HALFHOUR_HOME` (somebody
  works in /root, say), the folder lies in /var/lib/halfhour and `HALFHOUR_HOME/postgres` is a link
  to it.
- A socket's path holds at most 107 bytes, so a deep home gets its socket folder in /tmp, under a
  name derived from the home.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from halfhour.errors import DatabaseUnavailableError
from models.cluster.account import Account, account_for, current_account, owner_of

PORT = 5432
LONGEST_SOCKET_PATH_BYTES = 107
SYSTEM_ROOT = Path("/var/lib/halfhour")
SHORT_ROOT = Path("/tmp")  # noqa: S108  # a folder of our own is made in it and its owner checked


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one cluster, and the account it belongs to."""

    folder: Path
    account: Account
    socket: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.folder / "data"

    @property
    def making(self) -> Path:
        """A data folder still being made; never worth keeping."""
        return self.folder / "data.making"

    @property
    def log(self) -> Path:
        """One file for each day of the week, and `start.log`."""
        return self.folder / "log"

    @property
    def made(self) -> bool:
        """Whether there is a cluster: `data` gets its name only when it is complete."""
        return (self.data / "PG_VERSION").is_file()

    def url(self, role: str, database: str) -> str:
        """Address of a database through the socket, for any libpq or SQLAlchemy."""
        return socket_url(self.socket, role, database)


def socket_url(socket: Path, role: str, database: str) -> str:
    """Write the address of a database behind a socket folder."""
    return f"postgresql://{role}@/{quote(database)}?host={quote(str(socket))}&port={PORT}"


def find_place(home: Path) -> Place:
    """
    Find the cluster's folder without making anything.

    Raises
    ------
    DatabaseUnavailableError
        If the folder belongs to somebody else or cannot be looked at.
    """
    link = home / "postgres"
    there = owner_of(link) is not None
    account = account_for(link) if there else current_account()
    folder = link.resolve() if there else link
    return Place(folder, account, socket_folder(folder))


def make_place(home: Path, *, system_root: Path = SYSTEM_ROOT) -> Place:
    """
    Make the cluster's folder, unless it is there.

    Raises
    ------
    DatabaseUnavailableError
        If it may not be made, or its account cannot reach it.
    """
    link = home / "postgres"
    try:
        home.mkdir(parents=True, exist_ok=True)
        account = account_for(link)
        if not link.exists():
            folder = link if account.reaches(home) else system_root / _short_hash(link)
            _make_folder(folder, account)
            if folder != link:
                link.unlink(missing_ok=True)  # a link whose target is gone
                link.symlink_to(folder)
    except PermissionError as error:
        raise DatabaseUnavailableError(
            f"没有权限在 {home} 里建立数据文件夹",
            f"请运行 chown -R {current_account().name} {home}，或用 HALFHOUR_HOME 另选一个文件夹",
        ) from error
    place = find_place(home)
    if not account.reaches(place.folder):
        raise DatabaseUnavailableError(
            f"运行数据库的用户 {account.name} 进不了 {place.folder}",
            f"请让上级文件夹可以进入（chmod o+x），并运行 chown -R {account.name} {place.folder}",
        )
    make_socket_folder(place)
    return place


def socket_folder(folder: Path) -> Path:
    """Choose the socket's folder for a cluster: beside the data if the path is short and plain."""
    near = folder / "socket"
    if fits_a_socket(near) and re.fullmatch(r"[\w./+@-]+", str(near)):
        return near
    return SHORT_ROOT / f"halfhour-{_short_hash(folder)}"


def fits_a_socket(folder: Path) -> bool:
    """Whether a socket in this folder has a path the kernel accepts."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH_BYTES


def make_socket_folder(place: Place) -> None:
    """
    Make the socket's folder, for the account alone.

    Raises
    ------
    DatabaseUnavailableError
        If somebody else has put something under that name.
    """
    try:
        _make_folder(place.socket, place.account)
    except FileExistsError:
        found = place.socket.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.account.uid:
            raise DatabaseUnavailableError(
                f"数据库的通信文件夹 {place.socket} 被别的用户占用",
                f"请删除 {place.socket} 后再试",
            ) from None
        if stat.S_IMODE(found.st_mode) != 0o700:
            place.account.run(["/bin/chmod", "700", str(place.socket)])


def _make_folder(folder: Path, account: Account) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _short_hash(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
