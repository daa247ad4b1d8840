"""How migrations run: as the owner, in one transaction, on the connection they are handed."""

from __future__ import annotations

import os

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection

import models
from halfhour.settings import Settings
from models.base import Base
from models.database import owner_engine


def run(connection: Connection) -> None:
    """Run what was asked for on an open connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def from_the_command_line() -> None:
    """Open the database the settings name: `alembic` itself was called, by a developer."""
    url = Settings.from_environment(os.environ).database_url
    if url is None:
        raise SystemExit(
            "set HALFHOUR_DATABASE_URL to the owner's URL; `halfhour db url` prints it"
        )
    engine = owner_engine(url)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()


if models.__all__:  # the metadata is complete
    handed: Connection | None = context.config.attributes.get("connection")
    if handed is None:
        from_the_command_line()
    else:
        run(handed)
