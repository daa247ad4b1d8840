"""The maps of the pages as folium elements: one constant script each, data fetched by the browser.

The script depends on the person's map revision and nothing else, so a rerun never rebuilds the
map; a new edition of the boundaries does, which is wanted. What a page tells a living map goes
through `Command`.
"""

from __future__ import annotations

import json
from typing import Any

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from dashboard import assets, palette, texts

POLL_EVERY_MS = 1500
_GROUND = ("townships", "villages", "grids", "cells", "roads")
_COMMON = (
    "map_shapes.js",
    "map_sheet.js",
    "map_areas.js",
    "map_ground.js",
    "map_labels.js",
    "map_core.js",
)


class OwnMap(JSCSSMixin):
    """One of our map scripts, started on the folium map it is a child of."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        HalfHour.{{ this.starter }}({{ this._parent.get_name() }}, {{ this.values }});
        {% endmacro %}"""
    )

    def __init__(self, starter: str, script: str, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "OwnMap"
        self.starter, self.values = starter, script_text(values)
        self.default_js = [(name, assets.own_url(name)) for name in (*_COMMON, script)]
        self.default_css = [("map.css", assets.own_url("map.css"))]


class Command(MacroElement):
    """Something a page says to its living map: `HalfHour.<verb>(window.halfhour, values)`."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        window.feature_group = [];
        HalfHour.{{ this.verb }}(window.halfhour, {{ this.values }});
        {% endmacro %}"""
    )

    def __init__(self, verb: str, values: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Command"
        self.verb, self.values = verb, script_text(values)


def wall_map(revision: str) -> folium.Map:
    """Draw the wall: dark, with its own panels and its own poll of the live board."""
    values = {
        "theme": "dark",
        "urls": _urls(revision, *_GROUND, "half_hour"),
        "style": palette.wall_style(),
        "texts": texts.WALL,
        "live": "/live/board.json",
        "every_ms": POLL_EVERY_MS,
    }
    return _map(OwnMap("startWall", "wall_map.js", values))


def desk_map(revision: str) -> folium.Map:
    """Draw the desk's map: light, one request at a time, told what to show by `Command`."""
    values = {
        "theme": "light",
        "urls": _urls(revision, *_GROUND),
        "style": palette.desk_style(),
        "texts": texts.DESK_MAP,
    }
    return _map(OwnMap("startDesk", "desk_map.js", values))


def command(verb: str, values: dict[str, Any]) -> folium.FeatureGroup:
    """Wrap one `Command` as `st_folium` wants it; it leaves nothing behind in the browser."""
    group = folium.FeatureGroup(name="command")
    group.add_child(Command(verb, values))
    return group


def script_text(values: object) -> str:
    """Write values as JSON that may stand in a script: no `<`, `&` or quote can end it."""
    text = json.dumps(values, ensure_ascii=True, allow_nan=False)
    for mark in "<>&'":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text


def _map(child: OwnMap) -> folium.Map:
    assets.use_local_assets()
    drawn = folium.Map(location=[0, 0], tiles=None, zoom_control=False, max_zoom=19, maxZoom=19)
    drawn.add_child(child)
    return drawn


def _urls(revision: str, *names: str) -> dict[str, str]:
    return {name: f"/geo/{name}.geojson?rev={revision}" for name in names}
