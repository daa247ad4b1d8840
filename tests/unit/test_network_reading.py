"""From road files of every kind to one street network."""

from __future__ import annotations

import bz2
import gzip
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from halfhour.errors import BadFileError, MissingCrsError
from halfhour.vocabulary import TravelMode
from routing.network import StreetNetwork, read_network
from routing.travel_time import Roads
from tests.streets import (
    RESIDENTIAL,
    edge_between,
    network_of_streets,
    points_of,
    shared,
    street_file,
)

CROSSING = """
    .A...
    B.C.D
    ..E..
"""
ROADS = [
    ("BCD", {"highway": "tertiary", "name": "乡道"}),
    ("ACE", RESIDENTIAL),
]


def seconds(network: StreetNetwork, start: str, end: str, drawing: str, mode: TravelMode) -> float:
    points = points_of(drawing)
    return Roads(network).seconds_to([points[start]], points[end], mode=mode)[0]


def test_roads_meet_at_shared_points_and_bends_become_geometry(tmp_path: Path) -> None:
    network = network_of_streets(tmp_path, "A.B\n..C\n..D", [("ABCD", RESIDENTIAL)])
    assert network.edges == 1
    assert len(network.line(0)) == 4
    assert network.report().nodes == 2


@pytest.mark.parametrize("ending", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_packing_of_a_file_gives_the_same_network(tmp_path: Path, ending: str) -> None:
    plain = street_file(tmp_path / "roads.osm", CROSSING, ROADS)
    packed = tmp_path / f"packed{ending}"
    if ending == ".osm.pbf":
        with osmium.SimpleWriter(str(packed)) as writer:
            for element in osmium.FileProcessor(str(plain)):
                writer.add(element)
    else:
        pack = {".osm": bytes, ".osm.gz": gzip.compress, ".osm.bz2": bz2.compress}[ending]
        packed.write_bytes(pack(plain.read_bytes()))
    assert read_network(packed).to_bytes() == read_network(plain).to_bytes()


@pytest.mark.parametrize("ending", [".geojson", ".gpkg", ".shp", ".parquet"])
def test_every_layer_of_lines_gives_a_network(tmp_path: Path, ending: str) -> None:
    points = points_of(CROSSING)
    lines = [
        shapely.LineString([(points[p].lon, points[p].lat) for p in road]) for road, _ in ROADS
    ]
    frame = gpd.GeoDataFrame(
        {"highway": ["tertiary", "residential"]}, geometry=lines, crs="EPSG:4326"
    )
    path = tmp_path / f"roads{ending}"
    if ending == ".parquet":
        frame.to_crs(4545).to_parquet(path)
    else:
        frame.to_file(path)
    network = read_network(path)
    assert network.edges == 4
    assert set(network.report().km_by_class) == {"tertiary", "residential"}
    assert seconds(network, "B", "E", CROSSING, TravelMode.CAR) < 60


def test_a_layer_without_classes_says_so(tmp_path: Path) -> None:
    line = shapely.LineString([(107.93, 28.25), (107.94, 28.25)])
    path = tmp_path / "roads.gpkg"
    gpd.GeoDataFrame({"x": [1]}, geometry=[line], crs="EPSG:4326").to_file(path)
    report = read_network(path).report()
    assert list(report.km_by_class) == ["unclassified"]
    assert any("no road class column" in reason for reason in report.ignored)


def test_a_layer_without_coordinate_system_is_refused(tmp_path: Path) -> None:
    line = shapely.LineString([(500000, 3125000), (500100, 3125000)])
    path = tmp_path / "roads.parquet"
    gpd.GeoDataFrame(geometry=[line]).to_parquet(path)
    with pytest.raises(MissingCrsError):
        read_network(path)


def test_one_file_read_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = street_file(tmp_path / "roads.osm", CROSSING, ROADS)
    assert read_network(path).to_bytes() == read_network(path).to_bytes()


def test_a_stored_network_comes_back_whole(tmp_path: Path) -> None:
    network = network_of_streets(tmp_path, CROSSING, ROADS)
    network.save(tmp_path / "roads.bin")
    loaded = StreetNetwork.load(tmp_path / "roads.bin")
    assert loaded.to_bytes() == network.to_bytes()
    assert loaded.report() == network.report()
    assert loaded.names == network.names == ("", "乡道")


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "newer", "empty"])
def test_a_damaged_stored_network_is_refused(tmp_path: Path, damage: str) -> None:
    content = network_of_streets(tmp_path, CROSSING, ROADS).to_bytes()
    flipped = bytearray(content)
    flipped[-20] ^= 0xFF
    damaged = {
        "cut": content[: len(content) * 2 // 3],
        "flipped": bytes(flipped),
        "other": b"PK\x03\x04" + content,
        "newer": content[:7] + b"\xff" + content[8:],
        "empty": b"",
    }[damage]
    with pytest.raises(BadFileError, match="请重新导入路网"):
        StreetNetwork.from_bytes(damaged)


@pytest.mark.parametrize("name", ["roads.osm.pbf", "roads.osm", "roads.osm.gz", "roads.geojson"])
@pytest.mark.parametrize("content", [b"", b"this is no road file at all"], ids=["empty", "noise"])
def test_a_file_that_is_no_road_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFileError, match="重新"):
        read_network(path)


@pytest.mark.parametrize("ending", [".osm.gz", ".osm.pbf"])
def test_a_file_cut_short_is_refused(tmp_path: Path, ending: str) -> None:
    if ending == ".osm.pbf":
        whole = shared("guixi/guixi.osm.pbf").read_bytes()
    else:
        plain = street_file(tmp_path / "roads.osm", CROSSING, ROADS * 200)
        whole = gzip.compress(plain.read_bytes())
    cut = tmp_path / f"cut{ending}"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadFileError, match="重新"):
        read_network(cut)


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match="文件不存在"):
        read_network(tmp_path / "roads.osm.pbf")
    (tmp_path / "roads.docx").write_bytes(b"x")
    with pytest.raises(BadFileError, match="可用："):
        read_network(tmp_path / "roads.docx")


@pytest.mark.parametrize(
    "roads",
    [[], [("AC", {"building": "yes"})], [("A", RESIDENTIAL)], [("AC", {"highway": "proposed"})]],
    ids=["nothing", "no highway", "one point", "not built"],
)
def test_a_file_without_roads_is_refused(tmp_path: Path, roads) -> None:
    with pytest.raises(BadFileError, match="没有道路"):
        network_of_streets(tmp_path, CROSSING, roads)


def test_a_road_cut_by_the_extract_keeps_its_whole_stretches(tmp_path: Path) -> None:
    network = network_of_streets(
        tmp_path, "A.B.C.D.E.F", [("ABCDEF", RESIDENTIAL), ("DE", {"highway": "x"})], missing="C"
    )
    report = network.report()
    assert network.edges == 2
    assert report.parts == 2
    assert report.ignored["points cut away by the extract"] == 1


NODES = (
    '<node id="{0}" version="1" lon="107.93" lat="28.25"/>'
    '<node id="{1}" version="1" lon="107.94" lat="28.25"/>'
)
WAY = (
    '<way id="3" version="1"><nd ref="{0}"/><nd ref="{1}"/><tag k="highway" v="residential"/></way>'
)


@pytest.mark.parametrize(
    "content",
    [
        (NODES + WAY).format(-1, -2),
        (WAY + NODES).format(1, 2),
        (NODES + WAY + WAY.replace("<way", '<way visible="false"')).format(1, 2),
    ],
    ids=["an editor's new points", "roads before points", "a deleted road"],
)
def test_files_that_editors_write_are_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "edited.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{content}</osm>')
    assert read_network(path).report().km == pytest.approx(0.98, abs=0.01)


def test_parallel_edges_loops_rings_and_islands_are_kept(tmp_path: Path) -> None:
    drawing = """
        A.B.C.P
        .D.E.
        F.G.H.I
        J.K..LM
        .N...O.
    """
    roads = [
        ("ABC", RESIDENTIAL),
        ("ADB", RESIDENTIAL),  # parallel to AB
        ("AP", RESIDENTIAL),
        ("CEC", RESIDENTIAL),  # there and back
        ("FGNF", RESIDENTIAL),  # a ring on its own
        ("JK", RESIDENTIAL),  # an island
        ("HI", RESIDENTIAL),
        ("ILOMI", RESIDENTIAL),  # a loop at the end of a road
    ]
    network = network_of_streets(tmp_path, drawing, roads)
    points = points_of(drawing)
    report = network.report()
    assert report.parts == 4
    loops = np.flatnonzero(network.edge_start == network.edge_end)
    assert len(loops) == 3
    ab = {(points["A"].lon, points["A"].lat), (points["B"].lon, points["B"].lat)}
    ends = [{tuple(network.line(e)[0]), tuple(network.line(e)[-1])} for e in range(network.edges)]
    assert ends.count(ab) == 2
    assert 0 < report.largest_part_share < 1


def test_one_way_streets_that_meet_oddly_are_kept(tmp_path: Path) -> None:
    one_way = {"highway": "track", "oneway": "-1"}
    drawing = "A..B\n...\nC..."
    network = network_of_streets(tmp_path, drawing, [("ABC", one_way), ("ACBC", one_way)])
    points = points_of(drawing)
    pairs = {frozenset(map(tuple, network.line(edge)[[0, -1]].tolist())) for edge in range(3)}
    corners = [(points[letter].lon, points[letter].lat) for letter in "ABC"]
    assert pairs == {frozenset({a, b}) for a in corners for b in corners if a != b}
    towards_a = seconds(network, "B", "A", drawing, TravelMode.CAR)
    assert towards_a < seconds(network, "A", "B", drawing, TravelMode.CAR)


def test_one_way_streets_head_to_head_are_not_joined(tmp_path: Path) -> None:
    one_way = {**RESIDENTIAL, "oneway": "yes"}
    network = network_of_streets(tmp_path, "A.B.C", [("AB", one_way), ("CB", one_way)])
    assert network.edges == 2
    assert seconds(network, "A", "B", "A.B.C", TravelMode.CAR) < 60
    assert seconds(network, "A", "C", "A.B.C", TravelMode.CAR) == float("inf")
    joined = network_of_streets(tmp_path, "A.B.C", [("AB", one_way), ("BC", one_way)])
    assert joined.edges == 1


def test_the_report_counts_what_each_mode_cannot_leave(tmp_path: Path) -> None:
    roads = [("AB", RESIDENTIAL), ("BC", {"highway": "residential", "oneway": "yes"})]
    report = network_of_streets(tmp_path, "A.B.C", roads).report()
    assert report.by_mode["car"].one_way_trap_edges == 1
    assert report.by_mode["walk"].one_way_trap_edges == 0
    assert report.as_dict()["by_mode"]["walk"]["parts"] == 1


def test_a_profile_that_changes_ends_an_edge(tmp_path: Path) -> None:
    roads = [("AB", RESIDENTIAL), ("BC", {"highway": "track"})]
    network = network_of_streets(tmp_path, "A.B.C", roads)
    points = points_of("A.B.C")
    assert network.edges == 2
    track = edge_between(network, points["B"], points["C"])
    assert network.profiles[network.edge_profile[track]].road_class == "track"


@pytest.mark.parametrize(
    ("name", "km"),
    [
        ("guixi/guixi.osm.pbf", (110, 120)),
        ("wuhan/wuhan_roads.parquet", (7100, 7300)),
    ],
)
def test_real_files_are_read_as_they_are(name: str, km: tuple[int, int]) -> None:
    report = read_network(shared(name)).report()
    assert km[0] < report.km < km[1]
    assert report.km == pytest.approx(sum(report.km_by_class.values()), abs=0.1)


LETTERS = "ABCDEFGHIJ"
TWO_ROWS = "A.B.C.D.E\n.........\nF.G.H.I.J"
one_road = st.tuples(
    st.lists(st.sampled_from(LETTERS), min_size=2, max_size=6),
    st.sampled_from(["residential", "path"]),
    st.sampled_from(["no", "yes", "-1"]),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(one_road, min_size=1, max_size=10))
def test_no_piece_of_any_road_is_lost(tmp_path: Path, drawn) -> None:
    roads = [
        ("".join(letters), {"highway": kind, "oneway": one_way})
        for letters, kind, one_way in drawn
        if len(set(letters)) > 1
    ]
    if not roads:
        return
    network = network_of_streets(tmp_path, TWO_ROWS, roads)
    letter_at = {(place.lon, place.lat): letter for letter, place in points_of(TWO_ROWS).items()}
    lines = [
        [letter_at[lon, lat] for lon, lat in network.line(e).tolist()] for e in range(network.edges)
    ]
    kept = {frozenset(pair) for line in lines for pair in pairwise(line)}
    given_pieces = {frozenset(pair) for road, _ in roads for pair in pairwise(road)}
    assert kept == {piece for piece in given_pieces if len(piece) == 2}
