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

EXTENSIONS = ("postgis", "pg_trgm", "btree_gist")


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


def ensure_database(server: psycopg.Connection, name: str, owner: str = OWNER) -> None:
    """Make an empty UTF-8 database that only its owner and the application may enter."""
    known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    database = sql.Identifier(name)
    if known is None:
        server.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' "
                "LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
            ).format(database, sql.Identifier(owner))
        )
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP))
    )


def ensure_extensions(database: psycopg.Connection) -> None:
    """
    Install PostGIS and its companions into a database.

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
        raise DatabaseUnavailableError(f"PostgreSQL 缺少扩展 {'、'.join(sorted(missing))}", INSTALL)
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
