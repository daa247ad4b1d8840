"""Nobody gets anything without signing in, and nothing after signing out."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlencode, urlsplit

import pytest

from dashboard import texts
from halfhour.clock import utc_now
from halfhour.vocabulary import Role
from services import accounts
from tests.browser.served import PASSWORD, Site


def ask(site: Site, path: str, *, method: str = "GET", cookie: str = "", **headers: str):
    """One request without following redirects."""
    connection = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=20)
    body = headers.pop("body", None)
    if cookie:
        headers["Cookie"] = cookie
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.text = answer.read()
    connection.close()
    return answer


def post(site: Site, path: str, *, cookie: str = "", **fields: str):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return ask(site, path, method="POST", cookie=cookie, body=urlencode(fields), **form)


def signed_in(site: Site, role: Role) -> str:
    answer = post(site, "/login", login=site.logins[role], password=PASSWORD)
    assert answer.status == 303
    set_cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in set_cookie
    assert "samesite=lax" in set_cookie.lower()
    return set_cookie.split(";")[0]


@pytest.fixture
def cookie(site: Site) -> str:
    return signed_in(site, Role.DISPATCHER)


@pytest.mark.parametrize("path", ["/", "/wall", "/intake", "/password", "/anything"])
def test_a_page_sends_strangers_to_the_sign_in_form(site: Site, path: str) -> None:
    answer = ask(site, path)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login")


@pytest.mark.parametrize(
    "path", ["/geo/cells.geojson", "/geo/roads.geojson", "/live/board.json", "/media/x.csv"]
)
@pytest.mark.parametrize("cookie", ["", "halfhour_session=forged", "halfhour_session=;;=\x7f"])
def test_data_is_refused_to_strangers_with_a_sentence(site: Site, path: str, cookie: str) -> None:
    answer = ask(site, path, cookie=cookie)
    assert answer.status == 401
    assert json.loads(answer.text)["sentence"] == texts.SIGN_IN_FIRST


def test_the_websocket_is_refused_to_strangers(site: Site) -> None:
    answer = ask(
        site,
        "/_stcore/stream",
        Connection="Upgrade",
        Upgrade="websocket",
        **{"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="},
    )
    assert answer.status == 403


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/app/static/x", "/script/0/map_core.js"])
def test_what_nobody_needs_is_closed(site: Site, path: str, cookie: str) -> None:
    assert ask(site, path, cookie=cookie).status == 404


def test_a_wrong_password_is_said_in_chinese(site: Site) -> None:
    answer = post(site, "/login", login=site.logins[Role.DISPATCHER], password="not-this-one")
    assert answer.status == 400
    assert "账号或密码不对" in answer.text.decode()
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("goal", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(site: Site, goal: str) -> None:
    login = site.logins[Role.DISPATCHER]
    answer = post(site, "/login", login=login, password=PASSWORD, next=goal)
    assert answer.headers["Location"] == "/"


def test_pages_forbid_the_browser_every_other_host(site: Site, cookie: str) -> None:
    answer = ask(site, "/", cookie=cookie)
    assert answer.status == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_geometry_is_packed_and_kept_by_the_browser_until_it_changes(
    site: Site, cookie: str
) -> None:
    packed = {"Accept-Encoding": "gzip"}
    first = ask(site, "/geo/cells.geojson", cookie=cookie, **packed)
    assert first.status == 200
    assert first.headers["Content-Encoding"] == "gzip"
    assert "private" in first.headers["Cache-Control"]
    known = {"If-None-Match": first.headers["ETag"]}
    again = ask(site, "/geo/cells.geojson", cookie=cookie, **packed, **known)
    assert (again.status, again.text) == (304, b"")
    plain = ask(site, "/geo/cells.geojson", cookie=cookie)
    assert len(json.loads(plain.text)["features"]) > 500


def test_a_grid_chiefs_browser_never_receives_another_grid(site: Site, cookie: str) -> None:
    chief = signed_in(site, Role.GRID_CHIEF)
    own, whole = (
        json.loads(ask(site, "/live/board.json", cookie=who).text) for who in (chief, cookie)
    )
    grids = {request["grid"] for request in own["requests"]}
    assert len(grids) == 1
    assert grids < {request["grid"] for request in whole["requests"]}
    assert len(own["volunteers"]) < len(whole["volunteers"])
    assert own["counts"]["open"] == len(own["requests"])


def test_signing_out_ends_the_session_everywhere(site: Site, cookie: str) -> None:
    assert ask(site, "/live/board.json", cookie=cookie).status == 200
    assert ask(site, "/logout", cookie=cookie, **{"Sec-Fetch-Site": "cross-site"}).status == 303
    assert ask(site, "/live/board.json", cookie=cookie).status == 200
    assert ask(site, "/logout", cookie=cookie).headers["Location"] == "/login"
    assert ask(site, "/live/board.json", cookie=cookie).status == 401


def test_a_first_password_opens_nothing_but_the_form_to_change_it(site: Site) -> None:
    first = accounts.reset(
        site.app, accounts.operator(site.app), site.logins[Role.PLANNER], utc_now()
    )
    signed_in = post(site, "/login", login=first.login, password=first.password)
    assert signed_in.headers["Location"] == "/password"
    cookie = signed_in.headers["Set-Cookie"].split(";")[0]
    assert ask(site, "/", cookie=cookie).headers["Location"] == "/password"
    assert ask(site, "/live/board.json", cookie=cookie).status == 403
    new = {"new": "my-own-password", "again": "my-own-password"}
    typo = post(site, "/password", cookie=cookie, old=first.password, **new | {"again": "typo"})
    assert texts.PASSWORDS_DIFFER in typo.text.decode()
    wrong = post(site, "/password", cookie=cookie, old="not-this-one", **new)
    assert wrong.status == 400
    changed = post(site, "/password", cookie=cookie, old=first.password, **new)
    assert changed.headers["Location"] == "/"
    assert ask(site, "/live/board.json", cookie=cookie).status == 401
    renewed = changed.headers["Set-Cookie"].split(";")[0]
    assert ask(site, "/live/board.json", cookie=renewed).status == 200
