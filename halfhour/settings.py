"""Settings, read once from HALFHOUR_* and passed down. Nothing else reads the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from pathlib import Path

from halfhour.errors import BadSettingError


@dataclass(frozen=True)
class Settings:
    """
    Everything an installation may decide.

    Attributes
    ----------
    home
        Folder of the private PostGIS cluster, caches and logs (`HALFHOUR_HOME`).
    database_url
        Another PostGIS to use instead of the private one, as its owner (`HALFHOUR_DATABASE_URL`).
    host, port
        Where the dashboard listens (`HALFHOUR_HOST`, `HALFHOUR_PORT`).
    public_address
        Name or address people type in their browsers (`HALFHOUR_PUBLIC_ADDRESS`).
    session_hours
        Hours a sign-in lasts (`HALFHOUR_SESSION_HOURS`).
    """

    home: Path = Path(".halfhour")
    database_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8501
    public_address: str = "localhost"
    session_hours: float = 12.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """
        Read settings from an environment; absent or empty names keep their defaults.

        Raises
        ------
        BadSettingError
            If a value is not usable; names the setting and the remedy.
        """
        given = {name: value for name, value in environment.items() if value}
        return cls(
            home=Path(given.get("HALFHOUR_HOME", cls.home)).expanduser().resolve(),
            database_url=_database_url(given.get("HALFHOUR_DATABASE_URL")),
            host=given.get("HALFHOUR_HOST", cls.host),
            port=int(_number(given, "HALFHOUR_PORT", cls.port, low=1, high=65535)),
            public_address=given.get("HALFHOUR_PUBLIC_ADDRESS", cls.public_address),
            session_hours=_number(
                given, "HALFHOUR_SESSION_HOURS", cls.session_hours, low=0.1, high=720
            ),
        )


def _number(
    given: Mapping[str, str], name: str, default: float, *, low: float, high: float
) -> float:
    text = given.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = nan
    if not low <= value <= high:
        raise BadSettingError(name, text, f"请填{low:g}到{high:g}之间的数")
    return value


def _database_url(text: str | None) -> str | None:
    if text is not None and not text.startswith(("postgresql://", "postgres://")):
        raise BadSettingError(
            "HALFHOUR_DATABASE_URL", text, "请写成 postgresql://用户@主机/库名 的样子"
        )
    return text
