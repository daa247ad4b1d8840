"""Who finds which page, and what a page says when something is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import session, texts, wiring
from halfhour.clock import utc_now
from halfhour.errors import DatabaseUnavailableError
from halfhour.settings import Settings
from models.database import Database
from models.server import server_for
from services import accounts
from services.bootstrap import App
from tests.builders import Cast

SCRIPT = Path(__file__).resolve().parents[2] / "streamlit_app.py"


@pytest.fixture
def app(urls, database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    settings = Settings(database_url=urls.owner)
    built = App(settings, server_for(settings), database)
    monkeypatch.setattr(wiring, "app", lambda: built)
    return built


@pytest.fixture
def page_of(app: App, township: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], AppTest]:
    """Run the app as somebody with a real session; only the cookie is put there by the test."""

    def run(person_id: int, **query: str) -> AppTest:
        login, now = f"person-{person_id}", utc_now()
        with app.unit(township.operator) as unit:
            unit.accounts.add(person_id, login, "a-long-password")
            unit.commit()
        token = accounts.sign_in(app, login, "a-long-password", now).token
        monkeypatch.setattr(session, "_token", lambda: token)
        page = AppTest.from_file(str(SCRIPT), default_timeout=20)
        page.query_params.update(query)
        return page.run()

    return run


def said(page: AppTest) -> str:
    kinds = (page.warning, page.error, page.info, page.caption)
    return " ".join(element.value for kind in kinds for element in kind)


@pytest.mark.parametrize(
    ("who", "first_page"),
    [
        ("dispatcher", "wall"),
        ("committee", "none"),
        ("first_chief", "wall"),
        ("cell_lead", "desk"),
        ("nobody_special", "none"),
    ],
)
def test_each_role_starts_on_a_page_of_its_own(page_of, township, who, first_page) -> None:
    page = page_of(getattr(township, who))
    assert not page.exception
    desk = any(area.label == texts.WORDS for area in page.text_area)
    assert desk == (first_page == "desk")
    assert (texts.NO_PAGE in said(page)) == (first_page == "none")


@pytest.mark.parametrize(("who", "allowed"), [("dispatcher", True), ("committee", False)])
def test_the_desk_does_not_exist_for_who_may_not_place(page_of, township, who, allowed) -> None:
    page = page_of(getattr(township, who))
    links = [link.label for link in page.get("page_link")]
    assert (texts.INTAKE_DESK in links) == allowed


def test_without_a_session_there_is_only_the_way_back(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_token", lambda: "forged")
    page = AppTest.from_file(str(SCRIPT), default_timeout=20).run()
    assert texts.SIGNED_OUT in said(page)
    assert not page.text_area


def test_a_database_that_is_away_is_said_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> App:
        raise DatabaseUnavailableError("连接被拒绝", "请运行 halfhour db start")

    monkeypatch.setattr(wiring, "app", away)
    monkeypatch.setattr(session, "_token", lambda: "any")
    page = AppTest.from_file(str(SCRIPT), default_timeout=20).run()
    assert "halfhour db start" in said(page)
    assert not page.exception
