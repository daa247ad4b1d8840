"""Where folium gets its scripts and styles: from our own files, never from a CDN.

Every folium class is remapped once. A class that asks for a file we do not serve is closed:
using it raises at once, in Python, instead of leaving an empty map in a browser without internet.
What is served stands in `dashboard.vendor.VENDOR`; our own scripts lie beside this file.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import folium
import folium.plugins
from folium.elements import JSCSSMixin

from dashboard.vendor import VENDOR

VENDOR_PREFIX = "/vendor/"
OWN_PREFIX = "/script/"
HERE = Path(__file__).resolve().parent
OWN_FILES = (
    "map_shapes.js",
    "map_sheet.js",
    "map_areas.js",
    "map_ground.js",
    "map_labels.js",
    "map_core.js",
    "wall_map.js",
    "desk_map.js",
    "map.css",
    "sign_in.css",
    "icon.png",
)

_LEAFLET = next(package for package in VENDOR if package.name == "leaflet")
LEAFLET_FOLDER = f"{VENDOR_PREFIX}{_LEAFLET.folder}/"
_LOCAL_FILES = {"leaflet": "leaflet.js", "leaflet_css": "leaflet.css"}
_NOT_USED = {
    "jquery",
    "bootstrap",
    "awesome_markers",
    "bootstrap_css",
    "glyphicons_css",
    "awesome_markers_font_css",
    "awesome_markers_css",
    "awesome_rotate_css",
}
"""Asked for by `folium.Map` only for `folium.Icon` and `folium.Popup`, which we do not use."""


class NotServedHereError(RuntimeError):
    """A folium class that needs a file from another host."""

    def __init__(self, owner: str, urls: list[str]) -> None:
        super().__init__(f"{owner} needs {', '.join(urls)}; add it to dashboard/vendor.py first")
        self.urls = urls


class _Closed(list[Any]):
    """The file list of a class that must not be used: reading it raises."""

    def __init__(self, owner: str, urls: list[str]) -> None:
        super().__init__()
        self._owner, self._urls = owner, urls

    def __iter__(self) -> NoReturn:
        raise NotServedHereError(self._owner, self._urls)


@cache
def use_local_assets() -> None:
    """Point every folium class at our own files, or close it. Idempotent."""
    for module in pkgutil.iter_modules(folium.plugins.__path__):
        importlib.import_module(f"folium.plugins.{module.name}")
    for cls in _descendants(JSCSSMixin):
        for attribute in ("default_js", "default_css"):
            if attribute in cls.__dict__:
                setattr(cls, attribute, _local(cls.__name__, cls.__dict__[attribute]))


def own_url(name: str) -> str:
    """Address of one of our own files, carrying its content's digest so it may be kept for ever."""
    return f"{OWN_PREFIX}{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    if name not in OWN_FILES:
        raise KeyError(name)
    return hashlib.sha256((HERE / name).read_bytes()).hexdigest()[:12]


def _local(owner: str, files: list[tuple[str, str]]) -> list[tuple[str, str]]:
    wanted = [(name, url) for name, url in files if name not in _NOT_USED]
    unknown = [url for name, url in wanted if name not in _LOCAL_FILES and "//" in url]
    if unknown:
        return _Closed(owner, unknown)
    return [(name, LEAFLET_FOLDER + _LOCAL_FILES[name]) for name, _ in wanted]


def _descendants(cls: type[Any]) -> Iterator[type[Any]]:
    for child in cls.__subclasses__():
        yield child
        yield from _descendants(child)
