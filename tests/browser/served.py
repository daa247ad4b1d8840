"""A running dashboard for tests: its process, its address, who may sign in."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from halfhour.clock import utc_now
from halfhour.vocabulary import Role
from services import accounts
from services.bootstrap import App

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "qingxi-browser-2026"


@dataclass(frozen=True)
class Site:
    """A running dashboard, and the application on the same database."""

    url: str
    app: App
    logins: Mapping[Role, str]
    """One account of each role, all with `PASSWORD`."""
    dispatcher: int
    """Person id, for what happens elsewhere while a page is open."""


def an_account(app: App, role: Role, area: str | None = None) -> tuple[str, int]:
    """Make an account whose first password was changed, as the sign-in page demands."""
    now, login = utc_now(), f"browser-{role.value}"
    operator = accounts.operator(app)
    new = accounts.add(app, operator, login=login, name=role.label, role=role, area=area, now=now)
    token = accounts.sign_in(app, login, new.password, now=now).token
    accounts.change_password(app, token, new.password, PASSWORD, now=now)
    return login, new.person_id


@contextmanager
def serve(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server as `halfhour serve` does."""
    environment = {**os.environ, "HALFHOUR_HOME": str(home), "HALFHOUR_PORT": str(port)}
    environment.pop("HALFHOUR_DATABASE_URL", None)
    with subprocess.Popen([sys.executable, "-m", "serve"], cwd=ROOT, env=environment) as process:
        try:
            yield process
        finally:
            process.terminate()


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    """Wait until the server answers; a server that ended fails the test."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{url} did not answer; the server's exit code is {process.poll()}")


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
