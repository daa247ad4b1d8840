"""How the private server is set up: durable, reachable through its socket only, modest.

Written anew at every start, so that a newer HalfHour brings its settings along. What an operator
wants different goes into `local.conf` in the data folder, which is read last and never written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType

from models.cluster.place import PORT, Place

SUPERUSER = "postgres"
OWNER = "halfhour_owner"
APP = "halfhour_app"
MEGABYTE = 1024 * 1024

THROWAWAY: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
)
"""Settings for a cluster whose data may be lost at any moment: tests, and nothing else."""

_SETTINGS = {
    # Reachable through the socket only.
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    # What is committed stays, whatever dies.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "restart_after_crash": "on",
    "max_wal_size": "1GB",
    # Many small map queries: compiling them takes longer than running them.
    "jit": "off",
    "random_page_cost": "1.1",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # A systemd log-out removes an ordinary user's POSIX shared memory under a running server.
    "dynamic_shared_memory_type": "mmap",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %u@%d ",
    "log_min_duration_statement": "2s",
    "log_timezone": "Asia/Shanghai",
    "timezone": "UTC",
    "datestyle": "ISO",
    "lc_messages": "C.UTF-8",
    "cluster_name": "halfhour",
}


def settings_text(place: Place, overrides: Mapping[str, str]) -> str:
    """Write `postgresql.conf`."""
    settings = _SETTINGS | _memory(_machine_memory_mb())
    settings |= {"unix_socket_directories": str(place.socket), "log_directory": str(place.log)}
    settings |= overrides
    lines = [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    lines.append("include_if_exists = 'local.conf'")
    return "\n".join(
        ["# Written at every start; put your own settings into local.conf.", *lines, ""]
    )


def access_text() -> str:
    """Write `pg_hba.conf`: the socket, and who one is there comes from the operating system."""
    return "local all all peer map=halfhour\n"


def people_text(place: Place) -> str:
    """Write `pg_ident.conf`: the cluster's account and root may be any of the three roles."""
    names = dict.fromkeys([place.account.name, "root"])
    return "".join(
        f'halfhour "{name}" {role}\n' for name in names for role in (SUPERUSER, OWNER, APP)
    )


def _memory(machine_mb: int) -> dict[str, str]:
    """Take an eighth of the machine's memory, between 64 MB and 1 GB: others live here too."""
    return {
        "shared_buffers": f"{min(max(machine_mb // 8, 64), 1024)}MB",
        "effective_cache_size": f"{max(machine_mb // 2, 128)}MB",
    }


def _machine_memory_mb() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
