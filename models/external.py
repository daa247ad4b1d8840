"""A PostGIS somebody else runs, named by `HALFHOUR_DATABASE_URL`: checked and made ready.

The address belongs to the owner of the tables. The application works as `halfhour_app`, whose
password is made here and kept in `HALFHOUR_HOME/app_password`, for its owner's eyes only.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from halfhour.errors import DatabaseUnavailableError
from models.cluster import provisioning
from models.cluster.configuration import APP
from models.cluster.programs import OLDEST_MAJOR
from models.cluster.status import ServerStatus

_CONNECT_S = 10
_INSTALL_THERE = "请在数据库那台服务器上安装与其版本相配的 PostGIS（如 postgresql-15-postgis-3）"


class ExternalServer:
    """
    A PostGIS that is there already.

    Parameters
    ----------
    url
        Address of the database, as the owner of its tables.
    home
        `HALFHOUR_HOME`; keeps the application's password.
    """

    def __init__(self, url: str, home: Path) -> None:
        self._url = make_url(url).set(drivername="postgresql")
        self._password_file = home / "app_password"

    @property
    def owner_url(self) -> str:
        """Address for migrations."""
        return _text(self._url)

    @property
    def admin_url(self) -> str:
        """Address for backups: the owner's."""
        return self.owner_url

    @property
    def app_url(self) -> str:
        """Address for the application: a role that owns nothing."""
        return _text(self._url.set(username=APP, password=self._kept_password()))

    def start(self) -> None:
        """
        Check the server, install PostGIS and make the application's role, where missing.

        Raises
        ------
        DatabaseUnavailableError
            With the one sentence and remedy that fits.
        """
        with self._connected() as connection:
            _require_version(connection)
            _require_unicode(connection)
            provisioning.ensure_extensions(connection, remedy=_INSTALL_THERE)
            if not _role_exists(connection):
                self._make_role(connection)
            provisioning.let_the_app_in(connection, connection.info.dbname)
        self._require_sign_in()

    def stop(self) -> bool:
        """Leave it running: it is not ours. Always False."""
        return False

    def status(self) -> ServerStatus:
        """Describe the server."""
        version = postgis_version = None
        size_bytes = 0
        with suppress(DatabaseUnavailableError), self._connected() as connection:
            version, postgis_version = provisioning.versions(connection)
            size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            size_bytes = size[0] if size else 0
        return ServerStatus(
            running=version is not None,
            pid=None,
            version=version,
            postgis_version=postgis_version,
            data=None,
            socket=None,
            size_bytes=size_bytes,
        )

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            connection = psycopg.connect(
                self.owner_url, autocommit=True, connect_timeout=_CONNECT_S
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError(
                f"连不上数据库 {self._url.render_as_string()}：{_said(error)}",
                "请核对 HALFHOUR_DATABASE_URL，并确认那台服务器在运行、允许这台电脑连接",
            ) from error
        with connection:
            yield connection

    def _make_role(self, connection: psycopg.Connection) -> None:
        password = secrets.token_urlsafe(32)
        scrambled = connection.pgconn.encrypt_password(
            password.encode(), APP.encode(), b"scram-sha-256"
        )
        self._keep(password)
        try:
            connection.execute(
                sql.SQL(
                    "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}"
                ).format(sql.Identifier(APP), scrambled.decode())
            )
            # so that a restore may cut the application off
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(APP)))
        except psycopg.errors.InsufficientPrivilege as error:
            self._password_file.unlink()
            raise DatabaseUnavailableError(
                f"数据库里还没有用户 {APP}，而 HALFHOUR_DATABASE_URL 的用户无权新建",
                f"请数据库管理员运行 CREATE ROLE {APP} LOGIN PASSWORD '口令'，"
                f"并把口令写入 {self._password_file}",
            ) from error

    def _require_sign_in(self) -> None:
        try:
            psycopg.connect(self.app_url, connect_timeout=_CONNECT_S).close()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError(
                f"数据库用户 {APP} 登录不了：{_said(error)}",
                f"请把另一台电脑的 app_password 复制为 {self._password_file}，"
                f"或请数据库管理员运行 ALTER ROLE {APP} PASSWORD '新口令' 并写入该文件；"
                "还要在 pg_hba.conf 里允许它用口令登录",
            ) from error

    def _keep(self, password: str) -> None:
        self._password_file.parent.mkdir(parents=True, exist_ok=True)
        new = self._password_file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password + "\n")
        new.replace(self._password_file)

    def _kept_password(self) -> str | None:
        try:
            return self._password_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None  # the server may not ask for one
        except PermissionError as error:
            raise DatabaseUnavailableError(
                f"没有权限读取 {self._password_file}", "请用建立它的用户或 root 运行"
            ) from error


def _require_version(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10_000
    if major < OLDEST_MAJOR:
        raise DatabaseUnavailableError(
            f"那台服务器的 PostgreSQL {major} 太旧，需要 {OLDEST_MAJOR} 或更新",
            "请升级它，或去掉 HALFHOUR_DATABASE_URL 改用自带的数据库",
        )


def _require_unicode(connection: psycopg.Connection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseUnavailableError(
            f"数据库 {connection.info.dbname} 的编码是 {encoding}，存不下全部汉字",
            "请用 CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0 另建一个",
        )


def _role_exists(connection: psycopg.Connection) -> bool:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
    return known is not None


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _said(error: Exception) -> str:
    """Give the first line: the rest of libpq's words is advice for programmers."""
    return str(error).strip().splitlines()[0].strip()
