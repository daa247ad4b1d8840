"""Colours, weights and shapes of the map, in one place.

The bright colours are Okabe and Ito's, which stay apart for colour-blind eyes; every state also
has its own shape. Sizes are for a screen 1920 pixels wide and grow with the screen.
"""

from __future__ import annotations

from typing import Any

from halfhour.six_orders import Stage
from halfhour.vocabulary import StationKind

VERMILLION, ORANGE, YELLOW = "#e8622c", "#f0a202", "#f2e34c"
SKY, GREEN, BLUE = "#5cb8ec", "#1fb58a", "#2b7fc4"

Style = dict[str, Any]

_STAGE_SHAPES = {
    Stage.PLACED: ("diamond", VERMILLION, "!"),
    Stage.CATALOGUED: ("square", ORANGE, ""),
    Stage.DISPATCHED: ("triangle", YELLOW, ""),
    Stage.ACCEPTED: ("hexagon", SKY, ""),
    Stage.COMPLETED: ("circle", GREEN, ""),
}
STAGE_MARKS = {
    Stage.PLACED: ":red[◆]",
    Stage.CATALOGUED: ":orange[■]",
    Stage.DISPATCHED: ":yellow[▲]",
    Stage.ACCEPTED: ":blue[⬢]",
    Stage.COMPLETED: ":green[●]",
    Stage.RATED: ":green[●]",
    Stage.REVIEWED: ":gray[●]",
}
"""The same shapes and colours as Markdown, for lists."""

# Glyph, radius, order, and how many zoom steps above the whole township it is drawn and named.
_STATION_GLYPHS = {
    StationKind.POINT: ("点", 5.0, 10, 1.5, 2.5),
    StationKind.STATION: ("站", 7.0, 11, 0.75, 1.5),
    StationKind.INSTITUTE: ("所", 10.5, 42, 0.0, 0.75),
    StationKind.COMMAND_CENTRE: ("综", 11.0, 43, 0.0, 0.75),
}


def wall_style() -> Style:
    """Dark, for a wall in a dim room: land in moss, names in ivory, trouble in bright colours."""
    return {
        "land": "#212f2a",
        "land_other": "#25352f",
        "veil": "rgba(10,15,17,0.72)",
        "tint": [
            "rgba(240,162,2,0.12)",
            "rgba(240,162,2,0.20)",
            "rgba(238,128,20,0.28)",
            "rgba(232,98,44,0.36)",
            "rgba(232,98,44,0.46)",
        ],
        "half_hour": {
            "fill": "rgba(70,190,168,0.13)",
            "color": "rgba(104,214,190,0.42)",
            "width": 1.2,
        },
        "roads": _roads(
            "#0f1715", major="#8a7f66", middle="#6d6858", minor="#4c4f48", path="#434a45"
        ),
        "cells": {"color": "rgba(214,222,205,0.22)", "width": 0.8, "from_px": 44},
        "grids": {"color": "rgba(220,226,208,0.34)", "width": 1.1, "from_px": 34},
        "villages": {"color": "rgba(240,234,214,0.72)", "width": 1.9, "dash": [12, 4, 2.5, 4]},
        "townships": {"color": "#f4ecd8", "width": 3.2},
        "township_glow": {"color": "rgba(244,236,216,0.13)", "width": 14},
        "picked": {"color": "#ffffff", "width": 3.4},
        "labels": _labels("#f3ead3", "#b9c4b4", "#9fada0", "rgba(12,18,18,0.88)"),
        "stages": _stages("#0c1212"),
        "volunteers": _volunteers("#0c1212", off="#68756f"),
        "stations": _stations("#efe6cf", "#27332f"),
    }


def desk_style() -> Style:
    """Light, for a desk by the window: paper land, brown roads, the same symbols."""
    return {
        "land": "#f3efe2",
        "land_other": "#eeead9",
        "veil": "rgba(226,224,214,0.80)",
        "tint": [],
        "half_hour": {
            "fill": "rgba(11,110,95,0.05)",
            "color": "rgba(11,110,95,0.35)",
            "width": 1.2,
        },
        "roads": _roads(
            "#cfc4a6", major="#f5d48a", middle="#fbf3d8", minor="#ffffff", path="#c3b897"
        ),
        "cells": {"color": "rgba(70,82,70,0.40)", "width": 0.9, "from_px": 40},
        "grids": {"color": "rgba(70,82,70,0.62)", "width": 1.4, "from_px": 34},
        "villages": {"color": "rgba(60,60,40,0.72)", "width": 1.8, "dash": [12, 4, 2.5, 4]},
        "townships": {"color": "#5b4a2a", "width": 2.8},
        "township_glow": {"color": "rgba(91,74,42,0.10)", "width": 11},
        "picked": {"color": "#0b6e5f", "width": 3.2},
        "labels": _labels("#3a3527", "#5d6656", "#6f786a", "rgba(250,248,240,0.92)"),
        "stages": _stages("#ffffff"),
        "volunteers": _volunteers("#ffffff", off="#a3aaa4"),
        "stations": _stations("#5b4a2a", "#fffaf0"),
        "route": [[8, "rgba(255,255,255,0.9)"], [4.5, BLUE]],
        "pin": {"shape": "drop", "fill": VERMILLION, "line": "#ffffff", "radius": 10, "order": 90},
        "option": {
            "shape": "circle",
            "fill": "#ffffff",
            "line": VERMILLION,
            "glyphColor": "#8c2f0b",
            "radius": 10,
            "order": 80,
        },
        "going": {
            "shape": "circle",
            "fill": BLUE,
            "line": "#ffffff",
            "glyphColor": "#ffffff",
            "radius": 9,
            "order": 85,
        },
    }


def _roads(casing: str, *, major: str, middle: str, minor: str, path: str) -> list[Style]:
    """Draw footpaths first and main roads last, each from the zoom where it helps."""
    return [
        {
            "classes": ["path", "footway", "steps", "bridleway", "pedestrian", "cycleway"],
            "color": path,
            "width": 0.7,
            "dash": [3, 3],
            "from_zoom": 14,
        },
        {"classes": ["track"], "color": path, "width": 0.9, "dash": [6, 3], "from_zoom": 13},
        {
            "classes": ["service", "living_street", "residential", "unclassified", "road"],
            "color": minor,
            "width": 1.2,
            "casing": casing,
            "from_zoom": 11,
        },
        {
            "classes": ["tertiary", "tertiary_link", "secondary_link"],
            "color": middle,
            "width": 1.9,
            "casing": casing,
            "from_zoom": 9,
        },
        {
            "classes": ["secondary", "primary_link", "primary", "trunk_link", "trunk", "motorway"],
            "color": major,
            "width": 2.7,
            "casing": casing,
            "from_zoom": 7,
        },
    ]


def _labels(village: str, grid: str, cell: str, halo: str) -> Style:
    return {
        "village": {
            "size": 21,
            "weight": 700,
            "spacing": 2,
            "color": village,
            "halo": halo,
            "from_px": 60,
            "steps": [[0, 0], [0, -1.2], [0, 1.2], [-0.4, -1.2], [0.4, 1.2], [0, -2.2], [0, 2.2]],
        },
        "grid": {"size": 15, "weight": 500, "color": grid, "halo": halo, "from_px": 118},
        "cell": {"size": 12, "weight": 400, "color": cell, "halo": halo, "from_px": 70},
        "station": {
            "size": 14,
            "weight": 500,
            "color": village,
            "halo": halo,
            "below": 22,
            "from_px": 0,
        },
    }


def _stages(line: str) -> Style:
    return {
        stage.value: {
            "shape": shape,
            "fill": fill,
            "line": line,
            "glyph": glyph,
            "glyphColor": "#1a0d05",
            "radius": 8.5,
            "order": 60 - index,
        }
        for index, (stage, (shape, fill, glyph)) in enumerate(_STAGE_SHAPES.items())
    }


def _volunteers(line: str, *, off: str) -> Style:
    return {
        "free": {"shape": "circle", "fill": GREEN, "line": line, "radius": 4.2, "order": 32},
        "busy": {
            "shape": "circle",
            "fill": SKY,
            "line": line,
            "half": True,
            "radius": 4.6,
            "order": 31,
        },
        "off": {"shape": "circle", "fill": off, "line": line, "radius": 2.4, "order": 30},
    }


def _stations(fill: str, line: str) -> Style:
    return {
        kind.value: {
            "shape": "house",
            "fill": fill,
            "line": line,
            "glyph": glyph,
            "radius": radius,
            "order": order,
            "from": shown_from,
            "named_from": named_from,
        }
        for kind, (glyph, radius, order, shown_from, named_from) in _STATION_GLYPHS.items()
    }
