"""Whether the cluster's server is alive, and what a dead one left behind.

A process belongs to a cluster if it is a `postgres` whose working folder is the data folder: a
number read from a file is not enough, because numbers are used again after a restart of the
machine. On top of that the server inherits a locked file from whoever starts it, and the lock
lasts as long as any of its processes does, seen even from another container.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def recorded_pid(data: Path) -> int | None:
    """Read the number of the server's main process from `postmaster.pid`, true or stale."""
    try:
        return int((data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None


def processes_of(data: Path) -> set[int]:
    """Find every living `postgres` process that works in a data folder."""
    folder = str(data.resolve())
    return {pid for pid in _pids() if _works_in(pid, folder)}


def main_process(data: Path) -> int | None:
    """Find the server's main process; None if it is not alive, whatever `postmaster.pid` says."""
    pid = recorded_pid(data)
    return pid if pid is not None and _works_in(pid, str(data.resolve())) else None


def end_processes(data: Path, *, patience_s: float = 2.0) -> bool:
    """
    Wait until the processes a dead server left behind are gone; then ask, then force them.

    Safe only if the main process is dead: the next start repairs the data from the log anyway.

    Returns
    -------
    gone
        Whether none is left.
    """
    if _wait_until_gone(data, patience_s):
        return True
    for urge in (signal.SIGQUIT, signal.SIGKILL):
        _signal(processes_of(data), urge)
        if _wait_until_gone(data, patience_s):
            return True
    return False


def _wait_until_gone(data: Path, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while processes_of(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _signal(pids: Iterable[int], urge: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, urge)


def _pids() -> Iterable[int]:
    return (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())


def _works_in(pid: int, folder: str) -> bool:
    try:
        name = (PROC / str(pid) / "comm").read_text(encoding="utf-8").strip()
        return name == "postgres" and str((PROC / str(pid) / "cwd").readlink()) == folder
    except (OSError, UnicodeDecodeError):
        return False
