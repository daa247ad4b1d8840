"""How a server is, as `halfhour db status` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """
    What can be said about a server without changing it.

    Attributes
    ----------
    version, postgis_version
        None while the server is not running.
    pid, data, socket
        None for a server that is not ours to run.
    size_bytes
        What the data takes on the disk; for a server of somebody else, what the database takes.
    """

    running: bool
    pid: int | None
    version: str | None
    postgis_version: str | None
    data: Path | None
    socket: Path | None
    size_bytes: int
