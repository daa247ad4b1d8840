"""Drawn streets: letters are points about 100 m apart, roads are strings of letters.

`street_file` writes them as an OpenStreetMap file, so that a test goes through the same reader
as a real extract.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from xml.sax.saxutils import quoteattr

import networkx as nx
import numpy as np
import pytest

from halfhour.places import LonLat
from routing.edge_times import CLOSED_MS
from routing.network import StreetNetwork, read_network

WEST, NORTH = 107.93, 28.25
STEP_DEG = 0.001

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"

Tags = Mapping[str, str]
RESIDENTIAL = {"highway": "residential"}


def on(east: float, south: float) -> LonLat:
    """The point so many letters to the right of and below the upper left corner."""
    return LonLat(WEST + east * STEP_DEG, NORTH - south * STEP_DEG)


def points_of(drawing: str) -> dict[str, LonLat]:
    """Read where each letter of a drawing stands."""
    lines = dedent(drawing).strip("\n").splitlines()
    return {
        letter: on(east, south)
        for south, line in enumerate(lines)
        for east, letter in enumerate(line)
        if letter.isalpha()
    }


def street_file(
    path: Path,
    drawing: str,
    roads: Sequence[tuple[str, Tags]],
    *,
    at_points: Mapping[str, Tags] | None = None,
    turns: Iterable[tuple[str, str, str, Tags]] = (),
    missing: str = "",
) -> Path:
    """
    Write drawn streets as an OpenStreetMap file.

    Roads are numbered from 1 in their order; a turn is (from road, via letter, to road, tags);
    `missing` letters are left out of the file, as at the edge of an extract.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    for letter, place in points_of(drawing).items():
        if letter not in missing:
            inner = _tags((at_points or {}).get(letter, {}))
            lines.append(
                f'<node id="{ord(letter)}" version="1" lon="{place.lon:.7f}" lat="{place.lat:.7f}">'
                f"{inner}</node>"
            )
    for number, (letters, tags) in enumerate(roads, start=1):
        refs = "".join(f'<nd ref="{ord(letter)}"/>' for letter in letters)
        lines.append(f'<way id="{number}" version="1">{refs}{_tags(tags)}</way>')
    for number, (from_road, via, to_road, tags) in enumerate(turns, start=1):
        members = (
            f'<member type="way" ref="{from_road}" role="from"/>'
            f'<member type="node" ref="{ord(via)}" role="via"/>'
            f'<member type="way" ref="{to_road}" role="to"/>'
        )
        inner = _tags({"type": "restriction", **tags})
        lines.append(f'<relation id="{number}" version="1">{members}{inner}</relation>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def network_of_streets(folder: Path, drawing: str, roads: Sequence[tuple[str, Tags]], **more):
    """Read drawn streets as a network."""
    return read_network(street_file(folder / "streets.osm", drawing, roads, **more))


def shared(name: str) -> Path:
    """A file of the shared data; skips the test if it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not here")
    return path


def networkx_of(tail, head, weight) -> nx.DiGraph:
    """Lay out arcs for networkx, the lightest of parallel ones."""
    graph = nx.DiGraph()
    graph.add_nodes_from(range(int(max(np.max(tail), np.max(head))) + 1))
    for start, end, ms in zip(tail.tolist(), head.tolist(), weight.tolist(), strict=True):
        if ms < CLOSED_MS and ms < graph.get_edge_data(start, end, {"ms": CLOSED_MS})["ms"]:
            graph.add_edge(start, end, ms=ms)
    return graph


def edge_between(network: StreetNetwork, one: LonLat, other: LonLat) -> int:
    """The number of the one edge whose ends are these two points."""
    ends = {one, other}
    found = [
        edge
        for edge in range(network.edges)
        if {LonLat(*network.line(edge)[0]), LonLat(*network.line(edge)[-1])} == ends
    ]
    assert len(found) == 1, f"{len(found)} edges between {one} and {other}"
    return found[0]


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
