"""Who is let in? Nothing but the sign-in page and public code is served without a session.

Pages answer 303 to the sign-in page, data routes 401, the websocket is refused. The person found
is put into the request's state, so that routes need not ask again. Answers carry a content
policy that forbids the browser every other host.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import texts, wiring
from halfhour.clock import utc_now
from halfhour.errors import SignInError, UnavailableError
from halfhour.sentences import sentence_for
from services import accounts

COOKIE = "halfhour_session"
SIGN_IN, SIGN_OUT, PASSWORD = "/login", "/logout", "/password"
_OPEN = frozenset({SIGN_IN, SIGN_OUT, "/_stcore/health"})
_OPEN_FOLDERS = ("/vendor/", "/script/", "/static/", "/component/")
"""Public code and the sign-in form; none of it knows anything about the township."""
_CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/app/static")
_DATA = ("/geo/", "/live/", "/_stcore/", "/media/")
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss: data: blob:; worker-src 'self' blob:; frame-ancestors 'self'; "
    "form-action 'self'; base-uri 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Gate:
    """ASGI middleware around everything, the websocket included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass with its person, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        refusal = await _refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _guarded(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4401})
        else:
            await refusal(scope, receive, _guarded(send))


def session_token(cookie_header: str) -> str:
    """Read the session's token from a Cookie header; empty if there is none."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


async def _refusal(scope: Scope) -> Response | None:
    path = scope["path"]
    if path.startswith(_CLOSED):
        return Response(status_code=404)
    if path in _OPEN or path.startswith(_OPEN_FOLDERS):
        return None
    try:
        token = session_token(Headers(scope=scope).get("cookie", ""))
        person = await to_thread.run_sync(_person_of, token)
    except SignInError:
        return _sign_in_first(scope)
    except UnavailableError as error:
        return _away(path, sentence_for(error))
    scope["state"] = {**scope.get("state", {}), "person": person, "token": token}
    if person.must_change and path != PASSWORD:
        return _data(path, 403, texts.CHANGE_FIRST) or RedirectResponse(PASSWORD, 303)
    return None


def _person_of(token: str) -> accounts.SignedInPerson:
    if not token:
        raise SignInError
    return accounts.person_of(wiring.app(), token, now=utc_now())


def _sign_in_first(scope: Scope) -> Response:
    wanted = quote(scope["path"])
    answer = RedirectResponse(f"{SIGN_IN}?next={wanted}" if wanted != "/" else SIGN_IN, 303)
    return _data(scope["path"], 401, texts.SIGN_IN_FIRST) or answer


def _away(path: str, sentence: str) -> Response:
    page = texts.AWAY_PAGE.format(sentence=sentence)
    return _data(path, 503, sentence) or HTMLResponse(page, 503, {"Retry-After": "5"})


def _data(path: str, status: int, sentence: str) -> Response | None:
    if not path.startswith(_DATA):
        return None
    return JSONResponse({"sentence": sentence}, status, {"Cache-Control": "no-store"})


def _guarded(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(_HEADERS)
        await send(message)

    return send_with_headers
