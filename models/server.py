"""Which PostGIS an installation uses: its own, or the one its settings name."""

from __future__ import annotations

from typing import Protocol

from halfhour.settings import Settings
from models.cluster.status import ServerStatus
from models.embedded import EmbeddedServer
from models.external import ExternalServer


class Server(Protocol):
    """A PostGIS with our database in it."""

    @property
    def owner_url(self) -> str:
        """Address for migrations: the role that owns the tables."""

    @property
    def app_url(self) -> str:
        """Address for the application: a role that owns nothing."""

    @property
    def admin_url(self) -> str:
        """Address for backups and restores."""

    def start(self) -> None:
        """Make it run and ready, or raise `DatabaseUnavailableError`."""

    def stop(self) -> bool:
        """Stop it if it is ours; whether it was running."""

    def status(self) -> ServerStatus:
        """Describe it without changing anything."""


def server_for(settings: Settings) -> Server:
    """Choose the server the settings name; nothing is started or looked at yet."""
    if settings.database_url is None:
        return EmbeddedServer(settings.home)
    return ExternalServer(settings.database_url, settings.home)
