"""What went wrong when the server did not start, said in one sentence with its remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

from halfhour.errors import DatabaseUnavailableError
from models.cluster.place import Place

ENOUGH_FREE_MB = 200
_LAST_BYTES = 20_000


def require_space(folder: Path, needed_mb: int) -> None:
    """
    Look for free space before anything is written.

    Raises
    ------
    DatabaseUnavailableError
        If fewer than `needed_mb` megabytes are free.
    """
    free_mb = shutil.disk_usage(folder).free // 1024**2
    if free_mb < needed_mb:
        raise disk_full(folder, f"只剩 {free_mb} MB，至少要 {needed_mb} MB")


def disk_full(folder: Path, detail: str) -> DatabaseUnavailableError:
    """Say that the disk is full."""
    return DatabaseUnavailableError(
        f"磁盘已满：{folder} 所在的磁盘{detail}",
        "请清理磁盘，或用 HALFHOUR_HOME 把数据放到更大的磁盘，再重新启动",
    )


def log_sizes(place: Place) -> dict[Path, int]:
    """Measure the logs, to tell later what was written since."""
    return {path: path.stat().st_size for path in place.log.glob("*.log")}


def explain(place: Place, output: str, before: dict[Path, int]) -> DatabaseUnavailableError:
    """
    Explain a failed start from what the programs said and what the logs say since.

    Parameters
    ----------
    output
        What initdb or pg_ctl wrote.
    before
        Sizes of the logs before the start, from `log_sizes`.
    """
    said = output + "".join(_written_since(path, before.get(path, 0)) for path in log_sizes(place))
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return disk_full(place.folder, "写不下了")
    if "Permission denied" in said:
        return DatabaseUnavailableError(
            f"没有权限：用户 {place.account.name} 不能读写 {place.folder}",
            f"请运行 chown -R {place.account.name} {place.folder}",
        )
    if "invalid permissions" in said or "has wrong ownership" in said:
        return DatabaseUnavailableError(
            f"数据文件夹 {place.data} 的权限不对",
            f"请运行 chown -R {place.account.name} {place.data} 和 chmod 700 {place.data}",
        )
    if "could not create shared memory" in said or "Cannot allocate memory" in said:
        return DatabaseUnavailableError(
            "内存不足，数据库没有启动",
            f"请关闭其他程序，或在 {place.data / 'local.conf'} 里写 shared_buffers = 64MB",
        )
    return DatabaseUnavailableError(
        f"数据库没有启动：{_gravest_line(said)}",
        f"请查看日志 {place.log}，解决后再运行 halfhour db start",
    )


def _written_since(path: Path, size: int) -> str:
    with path.open("rb") as log:
        end = log.seek(0, 2)
        log.seek(max(size if size <= end else 0, end - _LAST_BYTES))
        return log.read().decode("utf-8", errors="replace")


def _gravest_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    grave = [
        line
        for line in lines
        if any(w in line for w in ("FATAL", "PANIC", "error:", "ERROR", "could not"))
    ]
    return (grave or lines or ["没有留下说明"])[-1]
