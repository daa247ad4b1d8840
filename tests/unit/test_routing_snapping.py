"""Places are tied to the truly nearest edge, whatever the shape of the network."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from halfhour.places import LonLat
from halfhour.vocabulary import TravelMode
from routing.edge_times import EARTH_M, along_edges_m
from routing.network import read_network
from routing.snapping import ISLAND_HOP_M, MAIN, OFF_NETWORK_M, UNUSABLE, USABLE, EdgeIndex
from routing.travel_time import Roads
from tests.streets import RESIDENTIAL, network_of_streets, on

METRES = np.pi / 180 * EARTH_M


@st.composite
def lines_and_places(draw):
    """A few crooked lines over about 5 km, some very long, and places around them."""
    offset = st.integers(-250_000, 250_000)
    lines = draw(
        st.lists(
            st.lists(st.tuples(offset, offset), min_size=2, max_size=5), min_size=1, max_size=6
        )
    )
    use = [draw(st.sampled_from([UNUSABLE, USABLE, MAIN])) for _ in lines]
    places = draw(st.lists(st.tuples(offset, offset), min_size=1, max_size=5))
    return lines, use, places


def metres_to(line, place) -> float:
    """The same distance by hand: to each piece, on a plane around the place."""
    scale = np.array([np.cos(np.radians(place[1])), 1.0]) * METRES
    begin, end = (np.array(line[:-1]) - place) * scale, (np.array(line[1:]) - place) * scale
    step = end - begin
    square = np.maximum((step**2).sum(axis=1), 1e-30)
    share = np.clip(-(begin * step).sum(axis=1) / square, 0, 1)
    return float(np.hypot(*(begin + share[:, None] * step).T).min())


@settings(max_examples=200, deadline=None)
@given(lines_and_places())
def test_the_nearest_edge_is_that_of_measuring_all(drawn) -> None:
    lines, use, places = drawn
    origin = np.array([1_079_300_000, 282_500_000])
    points = np.concatenate([np.array(line) for line in lines]) + origin
    first = np.cumsum([0, *map(len, lines)])
    lon, lat = points.T / 1e7
    index = EdgeIndex(points.astype(np.int32), first, along_edges_m(first, lon, lat))
    where = (np.array(places) + origin) / 1e7
    snaps = index.snap(*np.ascontiguousarray(where.T), np.array(use, dtype=np.uint8))
    for place, edges, metres in zip(where, snaps.edge, snaps.straight_m, strict=True):
        away = [metres_to(points[a:b] / 1e7, place) for a, b in itertools.pairwise(first)]
        usable = [(m, e) for e, m in enumerate(away) if use[e] != UNUSABLE and m < OFF_NETWORK_M]
        assert (edges[0] >= 0) == bool(usable)
        if not usable:
            continue
        assert metres[0] == pytest.approx(min(usable)[0], abs=1e-3)
        if use[edges[0]] != MAIN:
            main = [m for m, e in usable if use[e] == MAIN and m < ISLAND_HOP_M]
            assert (edges[1] >= 0) == bool(main)
            assert not main or metres[1] == pytest.approx(min(main), abs=1e-3)


def test_a_stray_road_on_the_other_side_of_the_globe_does_no_harm(tmp_path: Path) -> None:
    roads = Roads(network_of_streets(tmp_path, "A..B", [("AB", RESIDENTIAL)]))
    nodes, ways = (tmp_path / "streets.osm").read_text().split("<way", 1)
    ends = (
        '<node id="1" version="1" lon="0" lat="0"/><node id="2" version="1" lon="-80" lat="-20"/>'
    )
    stray = '<way id="9" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="track"/></way>'
    path = tmp_path / "stray.osm"
    path.write_text(f"{nodes}{ends}<way{ways}".replace("</osm>", f"{stray}</osm>"))
    with_stray = Roads(read_network(path))
    for mode in TravelMode:
        expected = roads.seconds_to([on(0, 0.2)], on(3, 0.1), mode=mode)
        assert with_stray.seconds_to([on(0, 0.2)], on(3, 0.1), mode=mode) == expected
    assert with_stray.metres_to_road([LonLat(0.0001, 0)], mode=TravelMode.WALK)[0] < 12
