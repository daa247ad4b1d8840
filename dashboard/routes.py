"""What the browser fetches by itself: scripts, geometry, and the live board.

Geometry and board are read *as* the signed-in person, so the database decides what their browser
ever receives. Everything is compressed once per content and answered 304 when nothing changed.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import lru_cache

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard import assets, wiring
from dashboard.vendor import VENDOR_FOLDER
from halfhour.clock import utc_now
from halfhour.errors import HalfHourError, NotEntitledError, NotFoundError, UnavailableError
from halfhour.sentences import sentence_for
from halfhour.vocabulary import Level
from services import wall_map

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"
"""Kept by the browser, but asked for each time: another person may sit there tomorrow."""

_LEVELS = {
    "townships": Level.TOWNSHIP,
    "villages": Level.VILLAGE,
    "grids": Level.GRID,
    "cells": Level.CELL,
}
_OTHERS: dict[str, Callable[..., bytes]] = {
    "roads": wall_map.roads_geojson,
    "half_hour": wall_map.half_hour_geojson,
}


class VendorFiles(StaticFiles):
    """Files of others; their folder names carry versions, so they never change."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Answer as usual and let the browser keep it."""
        response: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = FOR_EVER
        return response


def routes() -> list[BaseRoute]:
    """List the routes mounted beside Streamlit's own."""
    return [
        Mount("/vendor", VendorFiles(directory=VENDOR_FOLDER, check_dir=False)),
        Route("/script/{digest}/{name}", own_file),
        Route("/geo/{name}.geojson", geometry),
        Route("/live/board.json", board),
    ]


async def own_file(request: Request) -> Response:
    """Serve one of our scripts or styles under the digest of its content."""
    name = request.path_params["name"]
    if name not in assets.OWN_FILES or request.url.path != assets.own_url(name):
        raise HTTPException(404)
    return FileResponse(assets.HERE / name, headers={"Cache-Control": FOR_EVER})


async def geometry(request: Request) -> Response:
    """Serve one layer of areas, roads or half-hour circles, as this person may see it."""
    name = request.path_params["name"]
    if name not in _LEVELS and name not in _OTHERS:
        raise HTTPException(404)
    return await _answered(request, lambda person_id: _geometry(name, person_id), "geo+json")


async def board(request: Request) -> Response:
    """Serve the live board; 304 costs one small question to the database."""
    return await _answered(request, _board, "json")


Prepared = tuple[str, Callable[[], bytes]]
"""A tag of the content, and how to get the compressed content if the browser lacks it."""


async def _answered(request: Request, prepare: Callable[[int], Prepared], kind: str) -> Response:
    known = request.headers.get("if-none-match", "")
    person_id = request.state.person.person_id
    try:
        tag, body = await to_thread.run_sync(_content, prepare, person_id, known)
    except HalfHourError as error:
        return JSONResponse({"sentence": sentence_for(error)}, _status(error))
    headers = {"ETag": tag, "Cache-Control": ASK_AGAIN, "Vary": "Cookie"}
    if body is None:
        return Response(status_code=304, headers=headers)
    return _unpacked_if_needed(request.headers, body, headers, f"application/{kind}")


def _content(
    prepare: Callable[[int], Prepared], person_id: int, known: str
) -> tuple[str, bytes | None]:
    tag, compressed = prepare(person_id)
    quoted = f'W/"{tag}"'
    return quoted, None if quoted in known else compressed()


def _geometry(name: str, person_id: int) -> Prepared:
    revision = wall_map.map_revision(wiring.app(), person_id)
    tag = f"{name}-{person_id}-{revision}"
    return tag, lambda: _packed_geometry(tag, name, person_id)


@lru_cache(maxsize=64)
def _packed_geometry(_tag: str, name: str, person_id: int) -> bytes:
    """Pack a layer once for each tag, however many screens ask."""
    app = wiring.app()
    if name in _OTHERS:
        return gzip.compress(_OTHERS[name](app, person_id), 6, mtime=0)
    return gzip.compress(wall_map.area_geojson(app, person_id, _LEVELS[name]), 6, mtime=0)


def _board(person_id: int) -> Prepared:
    version = wall_map.board_version(wiring.app(), person_id)
    minute = int(utc_now().timestamp() // 60)
    tag = f"{person_id}-{version}-{minute}"  # shifts begin by the clock, hence the minute
    return tag, lambda: _packed_board(tag, person_id)


@lru_cache(maxsize=32)
def _packed_board(_tag: str, person_id: int) -> bytes:
    """Pack a board once for each tag, for all screens of a person."""
    read = wall_map.read_board(wiring.app(), person_id, now=utc_now())
    text = json.dumps(read.as_json(), ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), 5, mtime=0)


def _unpacked_if_needed(
    asked: Headers, body: bytes, headers: dict[str, str], media_type: str
) -> Response:
    if "gzip" not in asked.get("accept-encoding", ""):
        return Response(gzip.decompress(body), headers=headers, media_type=media_type)
    return Response(body, headers={**headers, "Content-Encoding": "gzip"}, media_type=media_type)


def _status(error: HalfHourError) -> int:
    kinds = ((UnavailableError, 503), (NotEntitledError, 403), (NotFoundError, 404))
    return next((status for kind, status in kinds if isinstance(error, kind)), 400)
