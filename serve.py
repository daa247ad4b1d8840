"""The one server process: Streamlit's pages and our own routes behind one gate.

`python -m serve`, or any ASGI server on `serve:app`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware

from dashboard import routes, sign_in, wiring
from dashboard.gate import Gate


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Prepare in the background what the first visitor would wait for."""
    Thread(target=wiring.warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App(
    Path(__file__).resolve().parent / "streamlit_app.py",
    routes=[*sign_in.routes(), *routes.routes()],
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
)


def main() -> None:
    """Serve until stopped, at the address and port of the settings."""
    settings = wiring.settings()
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it is stopped, and no failure
        app.run(
            config={
                "server.address": settings.host,
                "server.port": settings.port,
                "browser.serverAddress": settings.public_address,
            }
        )


if __name__ == "__main__":
    main()
