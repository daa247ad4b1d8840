"""What must stand in a server before the migrations run: two roles, a database, extensions.

Every step is done only where it is missing, so an interrupted set-up is completed by the next
start.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from halfhour.errors import DatabaseUnavailableError
from models.cluster.configuration import APP, OWNER
from models.cluster.programs import INSTALL

EXTENSIONS = ("postgis", "pg_trgm")


def ensure_roles(server: psycopg.Connection) -> None:
    """Make the role that owns the tables and the role the application acts as."""
    for role in (OWNER, APP):
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if known is None:
            server.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(role)
                )
            )


def ensure_database(
    server: psycopg.Connection, name: str, owner: str = OWNER, *, like: str = "template0"
) -> None:
    """Make an empty UTF-8 database, of the language of another, for its owner and the app alone."""
    known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    database = sql.Identifier(name)
    if known is None:
        server.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE {} LC_CTYPE {}"
            ).format(database, sql.Identifier(owner), *_language(server, like))
        )
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    let_the_app_in(server, name)


def _language(server: psycopg.Connection, name: str) -> tuple[str, str]:
    row = server.execute(
        "SELECT datcollate, datctype FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return row or ("C.UTF-8", "C.UTF-8")


def let_the_app_in(server: psycopg.Connection, name: str) -> None:
    """Let the application's role enter a database."""
    server.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
            sql.Identifier(name), sql.Identifier(APP)
        )
    )


def versions(database: psycopg.Connection) -> tuple[str, str | None]:
    """Read the versions of PostgreSQL and of PostGIS, None if that is not installed."""
    postgis = database.execute(
        "SELECT extversion FROM pg_extension WHERE extname = 'postgis'"
    ).fetchone()
    version = database.info.parameter_status("server_version") or "?"
    return version, str(postgis[0]) if postgis else None


def ensure_extensions(database: psycopg.Connection, *, remedy: str = INSTALL) -> None:
    """
    Install PostGIS and its companions into a database.

    Parameters
    ----------
    remedy
        What to do if the server does not have them.

    Raises
    ------
    DatabaseUnavailableError
        If the server does not have PostGIS, or the role may not install it.
    """
    found = database.execute(
        "SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(EXTENSIONS)]
    )
    missing = set(EXTENSIONS) - {row[0] for row in found}
    if missing:
        raise DatabaseUnavailableError(f"PostgreSQL 缺少扩展 {'、'.join(sorted(missing))}", remedy)
    for name in EXTENSIONS:
        _ensure_extension(database, name)


def _ensure_extension(database: psycopg.Connection, name: str) -> None:
    known = database.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name]).fetchone()
    if known is not None:
        return
    try:
        database.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise DatabaseUnavailableError(
            f"数据库用户无权安装扩展 {name}",
            f"请数据库管理员在该库里运行 CREATE EXTENSION {name}",
        ) from error
