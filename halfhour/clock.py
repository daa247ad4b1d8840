"""What time it is: aware UTC inside, Asia/Shanghai on screen."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """Read the clock. Called at entry points only; everything below is handed `now`."""
    return datetime.now(UTC)


def local_text(moment: datetime) -> str:
    """Write a moment as people here read it: 11月22日 14:05."""
    local = moment.astimezone(LOCAL_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def local_midnight(moment: datetime) -> datetime:
    """Find when the day of `moment` began here, in UTC."""
    local = moment.astimezone(LOCAL_ZONE)
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
