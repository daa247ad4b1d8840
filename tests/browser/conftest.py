"""The real server on the demo township, and a Chromium that may speak to nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from dashboard.vendor import missing_files
from halfhour.clock import utc_now
from halfhour.settings import Settings
from halfhour.six_orders import Stage
from halfhour.vocabulary import Role
from models.cluster.configuration import THROWAWAY
from models.embedded import EmbeddedServer
from services import demo, requests
from services.bootstrap import App, start
from tests.browser.served import PASSWORD, Site, an_account, free_port, serve, wait_for
from tests.clusters import an_open_folder

CHROMIUM = os.environ.get("HALFHOUR_CHROMIUM", "/usr/bin/chromium")
PATIENCE_MS = 30_000
"""For a machine with other work to do; a test that passes takes no notice of it."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Serve the demo township as `halfhour serve` does, in a process of its own."""
    if missing := missing_files():
        pytest.skip(f"browser files are missing, run `make setup`: {', '.join(missing)}")
    with an_open_folder() as home:
        EmbeddedServer(home, overrides=THROWAWAY).start()
        with closing(start(Settings(home=home))) as app:
            logins, dispatcher = _township_at_work(app)
            port = free_port()
            with serve(home, port) as process:
                wait_for(f"http://localhost:{port}/login", process)
                yield Site(f"http://localhost:{port}", app, logins, dispatcher)


def _township_at_work(app: App) -> tuple[dict[Role, str], int]:
    now = utc_now()
    demo.load(app, now=now)
    roles = (Role.DISPATCHER, Role.COMMITTEE, Role.PLANNER)
    made = {role: an_account(app, role) for role in roles}
    dispatcher = made[Role.DISPATCHER][1]
    demo.busy_morning(app, dispatcher, now=now)
    rows = requests.listing(app, dispatcher, now)
    busy_grid = next(row["grid"] for row in rows if row["grid"] and Stage(row["stage"]).open)
    made[Role.GRID_CHIEF] = an_account(app, Role.GRID_CHIEF, busy_grid)
    return {role: login for role, (login, _) in made.items()}, dispatcher


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Run one Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; set HALFHOUR_CHROMIUM")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(site: Site, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """
    Open a page as somebody with a role, in a window of some size.

    The test fails if any page asked another host for anything, or threw an error.
    """
    foreign: list[str] = []
    errors: list[str] = []
    contexts = []

    def watch(route: Route) -> None:
        if route.request.url.startswith((site.url, "data:", "blob:")):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    def opened(
        path: str, *, role: Role | None = Role.DISPATCHER, width: int = 1366, height: int = 768
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.route("**/*", watch)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.url + path)
        if role is not None:
            page.fill("[name=login]", site.logins[role])
            page.fill("[name=password]", PASSWORD)
            page.click("button[type=submit]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert foreign == []
    assert errors == []
