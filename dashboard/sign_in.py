"""The sign-in, sign-out and password pages: plain forms that work before anything else loads."""

from __future__ import annotations

from functools import cache

from anyio import CapacityLimiter, to_thread
from jinja2 import Environment, FileSystemLoader, Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import assets, texts, wiring
from dashboard.gate import COOKIE, PASSWORD, SIGN_IN, SIGN_OUT, session_token
from halfhour.clock import utc_now
from halfhour.errors import HalfHourError, UnavailableError
from halfhour.sentences import sentence_for
from services import accounts

MOST_CHECKS = 4
LONGEST_FORM = 4096


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        Route(SIGN_IN, ask, methods=["GET"]),
        Route(SIGN_IN, sign_in, methods=["POST"]),
        Route(SIGN_OUT, sign_out, methods=["GET", "POST"]),
        Route(PASSWORD, ask_password, methods=["GET"]),
        Route(PASSWORD, change_password, methods=["POST"]),
    ]


async def ask(request: Request) -> Response:
    """Show the sign-in form."""
    return _page(goal=_safe_goal(request.query_params.get("next", "/")))


async def sign_in(request: Request) -> Response:
    """Check name and password; set the cookie and go where the person wanted to go."""
    if _sent_by_another_site(request):
        return RedirectResponse(SIGN_IN, 303)
    form = await request.form(max_files=0, max_part_size=LONGEST_FORM)
    login, password = str(form.get("login", "")).strip(), str(form.get("password", ""))
    goal = _safe_goal(str(form.get("next", "/")))
    try:
        signed_in = await to_thread.run_sync(_sign_in, login, password, limiter=_checkers())
    except HalfHourError as error:
        return _page(goal=goal, login=login, sentence=sentence_for(error), status=_status(error))
    response = RedirectResponse(PASSWORD if signed_in.must_change else goal, 303)
    _remember(response, request, signed_in.token)
    return response


async def sign_out(request: Request) -> Response:
    """End the session everywhere, unless another site sent the browser here."""
    if _sent_by_another_site(request):
        return RedirectResponse("/", 303)
    token = session_token(request.headers.get("cookie", ""))
    if token:
        await to_thread.run_sync(lambda: accounts.sign_out(wiring.app(), token, now=utc_now()))
    response = RedirectResponse(SIGN_IN, 303)
    response.delete_cookie(COOKIE)
    return response


async def ask_password(request: Request) -> Response:
    """Show the form for a new password."""
    return _page(password=True, forced=request.state.person.must_change)


async def change_password(request: Request) -> Response:
    """Change the password of whoever is signed in; both entries of the new one must agree."""
    form = await request.form()
    old, new, again = (str(form.get(name, "")) for name in ("old", "new", "again"))
    forced = request.state.person.must_change
    if new != again:
        return _page(password=True, forced=forced, sentence=texts.PASSWORDS_DIFFER, status=400)
    try:
        renewed = await to_thread.run_sync(_change, request.state.token, old, new)
    except HalfHourError as error:
        sentence = sentence_for(error)
        return _page(password=True, forced=forced, sentence=sentence, status=_status(error))
    response = RedirectResponse("/", 303)
    _remember(response, request, renewed.token)
    return response


def _sent_by_another_site(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}


@cache
def _checkers() -> CapacityLimiter:
    """Let few passwords be checked at once: each takes 64 MB on purpose."""
    return CapacityLimiter(MOST_CHECKS)


def _sign_in(login: str, password: str) -> accounts.SignedIn:
    return accounts.sign_in(wiring.app(), login, password, now=utc_now())


def _change(token: str, old: str, new: str) -> accounts.SignedIn:
    return accounts.change_password(wiring.app(), token, old, new, now=utc_now())


def _remember(response: Response, request: Request, token: str) -> None:
    secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
    seconds = int(wiring.settings().session_hours * 3600)
    response.set_cookie(
        COOKIE, token, max_age=seconds, httponly=True, samesite="lax", secure=secure
    )


def _safe_goal(goal: str) -> str:
    inside = goal.startswith("/") and not goal.startswith(("//", "/\\", SIGN_IN, SIGN_OUT))
    return goal if inside else "/"


def _status(error: HalfHourError) -> int:
    return 503 if isinstance(error, UnavailableError) else 400


def _page(*, status: int = 200, **values: object) -> Response:
    html = _template().render(t=texts, own_url=assets.own_url, **values)
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(assets.HERE), autoescape=True)
    return environment.get_template("sign_in.html")
