"""Which PostgreSQL of this machine runs the private cluster."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from halfhour.errors import DatabaseUnavailableError

OLDEST_MAJOR = 15
DEBIAN_ROOT = Path("/usr/lib/postgresql")
INSTALL = "请运行 make setup，或安装 postgresql-15 与 postgresql-15-postgis-3"


@dataclass(frozen=True, slots=True)
class Programs:
    """One installed PostgreSQL."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Give the full path of one program, such as `pg_dump`."""
        return str(self.folder / name)


def installed_programs(root: Path = DEBIAN_ROOT) -> list[Programs]:
    """List every PostgreSQL server of this machine, newest first: Debian's folders, then PATH."""
    folders = [path.parent for path in root.glob("*/bin/pg_ctl")]
    on_path = shutil.which("pg_ctl")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    found = {folder: major for folder in folders if (major := _major_version(folder))}
    programs = [Programs(folder, major) for folder, major in found.items()]
    return sorted(programs, key=lambda one: one.major, reverse=True)


def choose_programs(installed: Iterable[Programs], data_major: int | None = None) -> Programs:
    """
    Choose the PostgreSQL to run.

    Parameters
    ----------
    data_major
        Major version that made the data folder; None if there is no data yet, then the newest
        wins.

    Raises
    ------
    DatabaseUnavailableError
        If none is installed, all are older than 15, or none can read the data folder.
    """
    known = sorted(installed, key=lambda one: one.major, reverse=True)
    if not known:
        raise DatabaseUnavailableError("这台电脑没有安装 PostgreSQL", INSTALL)
    new_enough = [one for one in known if one.major >= OLDEST_MAJOR]
    if not new_enough:
        raise DatabaseUnavailableError(
            f"PostgreSQL {known[0].major} 太旧，需要 {OLDEST_MAJOR} 或更新", INSTALL
        )
    if data_major is None:
        return new_enough[0]
    for one in new_enough:
        if one.major == data_major:
            return one
    have = "、".join(str(one.major) for one in new_enough)
    raise DatabaseUnavailableError(
        f"数据文件夹由 PostgreSQL {data_major} 建立，而这台电脑只有 {have}",
        f"请安装 postgresql-{data_major} 与 postgresql-{data_major}-postgis-3；要换新版本，"
        "先用旧版本 halfhour db backup，再在新文件夹里 halfhour db restore",
    )


def choose_clients(installed: Iterable[Programs], server_major: int) -> Programs:
    """
    Choose the `pg_dump` and `pg_restore` for a server: the oldest that is not older than it.

    Raises
    ------
    DatabaseUnavailableError
        If all are older.
    """
    fit = [one for one in installed if one.major >= server_major]
    if not fit:
        raise DatabaseUnavailableError(
            f"这台电脑没有 PostgreSQL {server_major} 的备份程序 pg_dump",
            f"请安装 postgresql-client-{server_major} 或更新的版本",
        )
    return min(fit, key=lambda one: one.major)


def _major_version(folder: Path) -> int | None:
    program = folder / "postgres"
    if not program.is_file():
        return None
    command = [str(program), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match[1]) if match else None
