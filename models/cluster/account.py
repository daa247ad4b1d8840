"""Whose processes and files are the cluster's? Never root's: PostgreSQL refuses that, rightly.

Started by an ordinary user, the cluster is that user's. Started by root, it belongs to the system
user `halfhour`, which is made when it is missing; an existing cluster stays with its owner.
Whatever happens inside the cluster's folder is done by that account itself, so that root never
follows a link somebody else has put there.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from halfhour.errors import DatabaseUnavailableError

SYSTEM_USER = "halfhour"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system user."""

    name: str
    uid: int
    gid: int

    def run(
        self,
        command: Sequence[str],
        *,
        text_in: str = "",
        folder: Path = Path("/"),
        variables: Mapping[str, str] | None = None,
        keep: Sequence[int] = (),
    ) -> subprocess.CompletedProcess[str]:
        """
        Run a command as this account, in a session of its own, and wait for its end.

        Parameters
        ----------
        text_in
            Text for standard input.
        folder
            Working folder.
        variables
            Environment on top of a plain one: the caller's PGDATA, PGHOST, LC_ALL do not leak in.
        keep
            File descriptors the command inherits.
        """
        as_root = os.geteuid() == 0
        return subprocess.run(  # noqa: S603  # commands of ours, without a shell
            command,
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            input=text_in,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **(variables or {})},
            umask=0o077,
            start_new_session=True,
            pass_fds=keep,
            user=self.uid if as_root else None,
            group=self.gid if as_root else None,
            extra_groups=[] if as_root else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether this account may enter a folder, asked by trying."""
        return self.run(["/usr/bin/test", "-x", str(folder)]).returncode == 0


def current_account() -> Account:
    """
    Describe whoever runs this program.

    Raises
    ------
    DatabaseUnavailableError
        If the user has no name.
    """
    return _account(os.geteuid())


def account_for(folder: Path) -> Account:
    """
    Find whose the cluster in `folder` is, or will be; root may make a system user for it.

    Raises
    ------
    DatabaseUnavailableError
        If the folder belongs to somebody else, or the account has no name.
    """
    owner_uid = owner_of(folder)
    if os.geteuid() != 0:
        if owner_uid not in {None, os.geteuid()}:
            raise DatabaseUnavailableError(
                f"没有权限：数据文件夹 {folder} 属于用户 {_name(owner_uid)}",
                "请用该用户或 root 运行，或用 HALFHOUR_HOME 另选一个文件夹",
            )
        return current_account()
    if owner_uid:
        return _account(owner_uid)
    return _system_account()


def owner_of(folder: Path) -> int | None:
    """
    Find whose a folder is; None if there is no such folder.

    Raises
    ------
    DatabaseUnavailableError
        If the folder it lies in cannot be entered.
    """
    try:
        return folder.stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError:
        raise DatabaseUnavailableError(
            f"没有权限进入文件夹 {folder.parent}",
            f"请运行 chmod u+rwx {folder.parent}，或用 HALFHOUR_HOME 另选一个文件夹",
        ) from None


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid).pw_name if uid is not None else "?"
    except KeyError:
        return str(uid)


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseUnavailableError(
            f"编号 {uid} 的用户没有用户名，PostgreSQL 不能以它运行",
            "请换一个有用户名的用户运行（容器里用 useradd 建一个）",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _system_account() -> Account:
    for attempt in ("look", "make and look"):
        if attempt != "look":
            _make_system_user()
        try:
            return _account(pwd.getpwnam(SYSTEM_USER).pw_uid)
        except KeyError:
            continue
    raise DatabaseUnavailableError(
        f"PostgreSQL 不能以 root 运行，而系统用户 {SYSTEM_USER} 建不起来",
        f"请运行 useradd --system {SYSTEM_USER}，或换一个普通用户运行",
    )


def _make_system_user() -> None:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(  # noqa: S603  # fixed words
            ["/usr/sbin/useradd", *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=False,
            capture_output=True,
        )
    except FileNotFoundError:
        return
