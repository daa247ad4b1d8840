"""Where the files of the private cluster lie.

All of them in one folder, `HALFHOUR_HOME/postgres`: `data`, `log`, `socket` and two lock files.
Two things may move, and leave a link behind:

- If root starts the cluster and its unprivileged account cannot enter `HALFHOUR_HOME` (somebody
  works in /root, say), the folder lies in /var/lib/halfhour.
- A socket's path holds at most 107 bytes, so below a deep home the socket's folder lies in /tmp.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from halfhour.errors import DatabaseUnavailableError
from models.cluster.account import Account, account_for, current_account, owner_of

PORT = 5432
LONGEST_SOCKET_PATH_BYTES = 107
SYSTEM_ROOT = Path("/var/lib/halfhour")


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one cluster, and the account it belongs to."""

    folder: Path
    account: Account

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
    def socket(self) -> Path:
        """The socket's folder, which only the account may enter."""
        link = self.folder / "socket"
        return link.readlink() if link.is_symlink() else link

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
    return Place(folder, account)


def make_place(home: Path) -> Place:
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
        with _alone_in(home):
            account = account_for(link)
            if not link.exists():
                _make_folder(link, account)
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
    _make_socket_folder(place)
    return place


def fits_a_socket(folder: Path) -> bool:
    """Whether a socket in this folder has a path the kernel and PostgreSQL accept."""
    longest = os.fsencode(folder / f".s.PGSQL.{PORT}.lock")
    plain = re.fullmatch(r"[\w./+@-]+", str(folder)) is not None
    return plain and len(longest) <= LONGEST_SOCKET_PATH_BYTES


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Let one process at a time make the folder."""
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make_folder(link: Path, account: Account) -> None:
    """Make the cluster's folder where its account can reach it, and link to it if that is afar."""
    if account.reaches(link.parent):
        link.mkdir(mode=0o700)
        folder = link
    else:
        SYSTEM_ROOT.mkdir(parents=True, exist_ok=True)
        SYSTEM_ROOT.chmod(0o755)
        folder = Path(tempfile.mkdtemp(prefix="cluster-", dir=SYSTEM_ROOT))
        link.unlink(missing_ok=True)  # a link whose target is gone
        link.symlink_to(folder)
    if os.geteuid() == 0:
        os.chown(folder, account.uid, account.gid)


def _make_socket_folder(place: Place) -> None:
    link = place.folder / "socket"
    if _belongs_to(place.account, place.socket):
        return
    if fits_a_socket(link) and not link.is_symlink():
        place.account.run(["/bin/mkdir", "-m", "700", str(link)])
        return
    made = place.account.run(["/bin/mktemp", "--directory", "--tmpdir=/tmp", "halfhour-XXXXXXXX"])
    place.account.run(["/bin/ln", "-sfn", made.stdout.strip(), str(link)])
    if not _belongs_to(place.account, place.socket):
        raise DatabaseUnavailableError(
            f"数据库的通信文件夹建不起来：{made.stderr.strip() or place.socket}",
            "请确认 /tmp 可以写入，或用 HALFHOUR_HOME 选一个路径更短的文件夹",
        )


def _belongs_to(account: Account, folder: Path) -> bool:
    """Whether a folder is there and nobody else has put it there."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid
