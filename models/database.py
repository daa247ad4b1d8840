"""The way into the database: as the owner to migrate it, as `halfhour_app` to work in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from halfhour.errors import DatabaseUnavailableError
from models.board_news import BoardChange, board_news
from models.failures import on_error
from models.sign_in_store import SignInStore
from models.unit_of_work import UnitOfWork

__all__ = ["APP_ROLE", "Database", "UnitOfWork", "migrate", "owner_engine", "prepare_app_role"]

APP_ROLE = "halfhour_app"
_APP_LIMITS = (
    "-c lock_timeout=10s -c statement_timeout=120s -c idle_in_transaction_session_timeout=300s"
)
"""Nobody waits for ever: not for a lock, a query, or a unit of work that was forgotten."""
_MIGRATION_LOCK = 0x68616C66  # "half": one migration at a time in a database


class Database:
    """
    The database as the application sees it, acting for one person at a time.

    Safe to share between threads. Connections are checked before use, so a database that was
    restarted is simply there again.

    Parameters
    ----------
    connections
        How many may be in use at once.
    wait_s
        Seconds to wait for one of them.
    """

    def __init__(self, app_url: str, *, connections: int = 30, wait_s: float = 15) -> None:
        self.engine = _engine(
            app_url,
            _APP_LIMITS,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=wait_s,
            pool_pre_ping=True,
        )
        self.accounts = SignInStore(self.engine)

    def unit(
        self,
        person_id: int | None,
        *,
        township_code: str | None = None,
        snapshot: bool = False,
    ) -> UnitOfWork:
        """Open a unit of work for a person. See `UnitOfWork`."""
        return UnitOfWork(self.engine, person_id, township_code=township_code, snapshot=snapshot)

    def board_news(self, *, patience_s: float = 20.0) -> Iterator[BoardChange | None]:
        """Hear of every change of a board as it is committed. See `models.board_news`."""
        return board_news(self.engine, patience_s=patience_s)

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()


def migrate(owner_url: str, revision: str = "head") -> None:
    """
    Bring the tables up to date. Several processes may call this at once: they take turns.

    Everything happens in one transaction, so an interrupted migration has done nothing.

    Raises
    ------
    DatabaseUnavailableError
        If the database cannot be reached, PostGIS is missing, or the tables are newer than this
        program.
    """
    engine = owner_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK}
            )
            prepare_app_role(connection)
            _require_postgis(connection)
            config = alembic_config(connection)
            _require_known(connection, config)
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def _require_known(connection: Connection, config: Config) -> None:
    """Leave tables alone that a newer program has made."""
    stands_at = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if stands_at is not None and stands_at not in known:
        raise DatabaseUnavailableError(
            f"数据库表的版本（{stands_at}）比程序新", "请升级程序后再用，数据没有改动"
        )


def alembic_config(connection: Connection) -> Config:
    """Configure alembic for an open connection, wherever the working folder is."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrations_folder() -> Path:
    """Find the migrations: they lie beside the packages."""
    folder = Path(__file__).resolve().parent.parent / "migrations"
    if not (folder / "env.py").is_file():
        raise DatabaseUnavailableError(
            f"找不到数据库迁移脚本 {folder}", "请从完整的源码目录运行，或重新安装"
        )
    return folder


def prepare_app_role(connection: Connection) -> None:
    """
    Make the role the application connects as, if it does not exist; it owns nothing.

    Raises
    ------
    DatabaseUnavailableError
        If it is missing and the owner may not create roles, or if it is too mighty.
    """
    known = connection.execute(
        text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :name"),
        {"name": APP_ROLE},
    ).scalar_one_or_none()
    if known:
        raise DatabaseUnavailableError(
            f"数据库用户 {APP_ROLE} 权限过大，行级权限对它不起作用",
            f"请数据库管理员运行 ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS",
        )
    if known is None:
        _create_app_role(connection)


def owner_engine(owner_url: str) -> Engine:
    """Connect as the owner of the tables, whom no row policy stops. For migrations and set-up."""
    return _engine(owner_url, "", pool_size=1, max_overflow=4)


def _create_app_role(connection: Connection) -> None:
    may_create = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not connection.execute(may_create).scalar_one():
        raise DatabaseUnavailableError(
            f"数据库里还没有用户 {APP_ROLE}",
            f"请数据库管理员运行 CREATE ROLE {APP_ROLE} LOGIN",
        )
    connection.execute(
        text(f"CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
    )


def _require_postgis(connection: Connection) -> None:
    installed = text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
    if connection.execute(installed).scalar_one_or_none() is None:
        connection.execute(text("CREATE EXTENSION postgis"))


def _engine(url: str, limits: str, **options: object) -> Engine:
    """Build an engine whose errors speak our words and whose moments are UTC."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={
            "application_name": "halfhour",
            "connect_timeout": 5,
            "options": f"-c timezone=UTC -c client_encoding=UTF8 {limits}",
        },
        **options,
    )
    event.listen(engine, "handle_error", on_error)
    return engine
