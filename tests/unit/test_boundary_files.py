import json
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.area_table import Columns
from gis.boundary_files import BoundaryMapping, by_township, read_boundaries
from gis.datum import from_wgs84
from gis.topology import check_areas
from halfhour.area_codes import provisional_township
from halfhour.errors import BadFieldError, BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import Datum, Level, Severity
from tests.sketches import sketch

SHARED = Path("../shared/data")
TOWNSHIP = "522626103000"
VILLAGES = {letter: f"52262610320{n}" for n, letter in enumerate("PQR")}
CHINESE = {"code": "区划编码", "name": "名称", "level": "层级", "parent_code": "上级编码"}


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path


def four_levels() -> gpd.GeoDataFrame:
    village = VILLAGES["P"]
    return pd.concat(
        [
            sketch("TTT\nTTT", codes={"T": TOWNSHIP}, level=Level.TOWNSHIP),
            sketch("PPQ\nPRQ", codes=VILLAGES, level=Level.VILLAGE, parent=TOWNSHIP),
            sketch("AA.\nA..", codes={"A": f"{village}001"}, parent=village),
            sketch(
                "aa.\nb..",
                codes={"a": f"{village}001001", "b": f"{village}001002"},
                level=Level.CELL,
                parent=f"{village}001",
            ),
        ],
        ignore_index=True,
    )


def villages() -> gpd.GeoDataFrame:
    return sketch("PPQ\nPRQ", codes=VILLAGES, level=Level.VILLAGE, parent=TOWNSHIP)


def save(frame: gpd.GeoDataFrame, path: Path, **options: str) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # DBF cuts headings at ten bytes, and says so
        frame.to_file(path, **options)
    return path


def same_areas(read: gpd.GeoDataFrame, expected: gpd.GeoDataFrame) -> bool:
    columns = ["code", "name", "level", "parent_code"]
    read, expected = (f.sort_values("code").reset_index(drop=True) for f in (read, expected))
    assert (
        read[columns]
        .astype(object)
        .where(read[columns].notna(), None)
        .equals(expected[columns].astype(object).where(expected[columns].notna(), None))
    )
    shapes = zip(read.geometry, expected.geometry, strict=True)
    return all(a.equals_exact(b, 1.1e-7, normalize=True) for a, b in shapes)


def errors(areas: gpd.GeoDataFrame) -> list[str]:
    return [f.check for f in check_areas(areas) if f.severity is Severity.ERROR]


# Formats, encodings, coordinates


@pytest.mark.parametrize("name", ["a.geojson", "a.json", "a.gpkg", "a.shp"])
def test_what_was_written_is_read_back(tmp_path: Path, name: str) -> None:
    driver = {"driver": "GeoJSON"} if name.endswith("json") else {}
    areas = read_boundaries(save(four_levels(), tmp_path / name, **driver))
    assert same_areas(areas, four_levels())
    assert areas.crs.to_epsg() == 4326
    assert areas.attrs["notes"] == []
    assert areas["parent_code"].iloc[0] is None
    assert set(areas.geom_type) == {"MultiPolygon"}
    assert errors(areas) == []


@pytest.mark.parametrize("crs", [4490, 4524, 4545, 4509, 4498, 3857])
@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
@pytest.mark.parametrize("cpg", ["right", "none", "wrong"])
def test_shapefiles_are_read_in_any_encoding_and_zone(
    tmp_path: Path, crs: int, encoding: str, cpg: str
) -> None:
    frame = four_levels().assign(name="青溪村第一网格").rename(columns=CHINESE).to_crs(crs)
    path = save(frame, tmp_path / "界.shp", encoding=encoding)
    if cpg == "none":
        path.with_suffix(".cpg").unlink()
    if cpg == "wrong":
        path.with_suffix(".cpg").write_text("GBK" if encoding == "UTF-8" else "ISO-8859-1")
    areas = read_boundaries(path)
    assert same_areas(areas, four_levels().assign(name="青溪村第一网格"))
    assert errors(areas) == []


def test_a_zipped_shapefile_is_read_where_it_lies(tmp_path: Path) -> None:
    path = save(villages().rename(columns=CHINESE), tmp_path / "村界.shp", encoding="GBK")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("村界.*"):
            archive.write(part, f"数据/{part.name}")
    assert same_areas(read_boundaries(tmp_path / "a.zip"), read_boundaries(path))


def test_a_kml_of_a_map_program_is_read_by_the_name_of_its_folder(tmp_path: Path) -> None:
    ring = " ".join(f"{x},{y},12" for x, y in [(108, 28), (108.01, 28), (108.01, 28.01), (108, 28)])
    (tmp_path / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>村界</name>'
        "<Placemark><name>上坝村</name><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        "</Folder></Document></kml>",
        encoding="utf-8",
    )
    areas = read_boundaries(tmp_path / "a.kml", BoundaryMapping(township_name="青溪镇"))
    assert areas[["name", "level"]].to_numpy().tolist() == [["青溪镇", 1], ["上坝村", 2]]
    assert check_areas(areas) == []


def test_open_rings_are_closed_and_heights_dropped(tmp_path: Path) -> None:
    corners = [[108, 28, 5], [108.01, 28, 5], [108.01, 28.01, 5]]
    feature = {
        "type": "Feature",
        "properties": {"编码": TOWNSHIP, "名称": "青溪镇"},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    areas = read_boundaries(path)
    assert check_areas(areas) == []
    assert not areas.has_z.any()


def test_geojson_in_gbk_is_read(tmp_path: Path) -> None:
    text = json.dumps(json.loads(villages().assign(name="上坝村").to_json()), ensure_ascii=False)
    (tmp_path / "a.geojson").write_bytes(text.encode("gbk"))
    assert set(read_boundaries(tmp_path / "a.geojson")["name"]) == {"上坝村"}


def test_layers_named_after_levels_are_read_together(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    areas = four_levels()
    for level, layer in enumerate(["乡镇", "村界", "grids", "十联户"], start=1):
        columns = ["code", "name", "geometry"]
        save(areas.loc[areas["level"] == level, columns], path, layer=layer)
    assert same_areas(read_boundaries(path), four_levels())


def test_layers_of_other_names_must_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    save(villages(), path, layer="v1")
    save(four_levels(), path, layer="v2")
    with pytest.raises(BadFileError, match="--layer 指明其中之一：v1、v2"):
        read_boundaries(path)
    with pytest.raises(BadFileError, match="没有图层“v3”"):
        read_boundaries(path, BoundaryMapping(layer="v3"))
    assert len(read_boundaries(path, BoundaryMapping(layer="v2"))) == 7


@pytest.mark.parametrize(
    ("crs", "words"),
    [
        (4524, "第36带（中央经线108°）：请加 --crs EPSG:4524"),
        (4497, "6度带第19带（中央经线111°）：请加 --crs EPSG:4497"),
        (4545, "没有带号"),
        (4490, "请加 --crs EPSG:4490"),
        (3857, "网络墨卡托"),
    ],
)
def test_a_file_without_crs_is_refused_with_the_zone_that_fits(
    tmp_path: Path, crs: int, words: str
) -> None:
    path = save(villages().to_crs(crs), tmp_path / "a.shp")
    path.with_suffix(".prj").unlink()
    with pytest.raises(BadFileError, match="没有说明坐标系") as refused:
        read_boundaries(path)
    assert words in refused.value.remedy
    assert same_areas(read_boundaries(path, BoundaryMapping(crs=f"EPSG:{crs}")), villages())


@pytest.mark.parametrize(
    ("written", "stated", "words"),
    [
        (4524, "EPSG:4490", "标明是经纬度，数值却是米"),
        (4524, "EPSG:4545", "东坐标不在"),
        (4545, "EPSG:4524", "东坐标不在"),
        (4490, "EPSG:4524", "数值却是度"),
        (4490, "EPSG:99999", "不认识坐标系"),
        (4490, "Xian 1980", "换算参数不公开"),
        (4490, "Beijing 1954", "换算参数不公开"),
    ],
)
def test_a_crs_that_does_not_fit_is_refused(
    tmp_path: Path, written: int, stated: str, words: str
) -> None:
    path = save(villages().to_crs(written), tmp_path / "a.shp")
    with pytest.raises(BadFileError, match=words):
        read_boundaries(path, BoundaryMapping(crs=stated))


def test_northing_first_is_recognised_and_can_be_swapped(tmp_path: Path) -> None:
    frame = villages().to_crs(4524)
    flipped = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = save(frame.set_geometry(flipped, crs=4524), tmp_path / "a.shp")
    with pytest.raises(BadFileError) as refused:
        read_boundaries(path)
    assert "--swap-axes" in refused.value.remedy
    assert same_areas(read_boundaries(path, BoundaryMapping(swap_axes=True)), villages())


def test_latitude_first_is_left_for_the_checks(tmp_path: Path) -> None:
    flipped = shapely.transform(villages().geometry.to_numpy(), lambda xy: xy[:, ::-1])
    path = save(villages().set_geometry(flipped, crs=4326), tmp_path / "a.geojson")
    assert "swapped_axes" in {f.check for f in check_areas(read_boundaries(path))}
    assert same_areas(read_boundaries(path, BoundaryMapping(swap_axes=True)), villages())


def test_gcj02_is_converted_on_request(tmp_path: Path) -> None:
    def shift(xy: np.ndarray) -> np.ndarray:
        return np.array([from_wgs84(LonLat(x, y), Datum.GCJ02) for x, y in xy])

    shifted = shapely.transform(villages().geometry.to_numpy(), shift)
    path = save(villages().set_geometry(shifted, crs=4326), tmp_path / "a.gpkg")
    areas = read_boundaries(path, BoundaryMapping(datum=Datum.GCJ02))
    assert same_areas(areas, villages())
    assert areas.attrs["notes"] == ["坐标由火星坐标换算为WGS-84"]
    abroad = villages().set_geometry(villages().geometry.translate(-100, 0), crs=4326)
    path = save(abroad, tmp_path / "b.gpkg")
    with pytest.raises(BadFileError, match="--datum gcj02"):
        read_boundaries(path, BoundaryMapping(datum=Datum.GCJ02))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.shp", None, "不存在"),
        ("a.dwg", b"x", "格式"),
        ("a.shp", b"x", "缺少同名的 .shx、.dbf"),
        ("a.gpkg", b"x", "打不开"),
        ("a.geojson", b"{", "读不出来"),
        ("a.geojson", b'{"type":"FeatureCollection","features":[]}', "没有任何要素"),
        ("a.zip", b"x", "压缩包打不开"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFileError, match=words):
        read_boundaries(path)


def test_an_archive_without_shapes_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(BadFileError, match=r"没有 \.shp"):
        read_boundaries(tmp_path / "a.zip")


# Columns, levels, parents


@pytest.mark.parametrize(
    "headings",
    [
        {"code": "编码", "name": "名称", "parent_code": "上级"},
        {"code": "区划代码", "name": "区划名称", "parent_code": "父级代码"},
        {"code": "XZQDM", "name": "XZQMC", "parent_code": "SJDM"},
        {"code": "统计用区划代码", "name": "行政区划名称", "parent_code": "上级区划代码"},
    ],
)
@pytest.mark.parametrize("suffix", [".geojson", ".shp"])
def test_usual_headings_are_known(tmp_path: Path, headings: dict[str, str], suffix: str) -> None:
    frame = four_levels().drop(columns="level").rename(columns=headings)
    path = save(frame, tmp_path / f"a{suffix}")
    assert same_areas(read_boundaries(path), four_levels())


def test_other_headings_can_be_stated(tmp_path: Path) -> None:
    frame = villages().rename(columns={"code": "甲", "name": "乙", "parent_code": "丙"})
    path = save(frame.drop(columns="level"), tmp_path / "a.geojson")
    columns = Columns(code="甲", name="乙", parent="丙")
    assert same_areas(read_boundaries(path, BoundaryMapping(columns=columns)), villages())
    with pytest.raises(BadFieldError, match="文件的列有：甲、乙、丙"):
        read_boundaries(path, BoundaryMapping(columns=Columns(code="丁")))


def test_codes_kept_as_numbers_are_read(tmp_path: Path) -> None:
    frame = villages().assign(code=lambda v: v["code"].astype("float64"), parent_code=522626103)
    path = save(frame, tmp_path / "a.gpkg")
    assert same_areas(read_boundaries(path), villages())


def test_levels_may_be_words(tmp_path: Path) -> None:
    words = {1: "乡镇", 2: "村（社区）", 3: "网格", 4: "十联户"}
    path = save(four_levels().assign(level=lambda a: a["level"].map(words)), tmp_path / "a.geojson")
    assert same_areas(read_boundaries(path), four_levels())


def test_parents_may_be_names(tmp_path: Path) -> None:
    names = {TOWNSHIP: "T", VILLAGES["P"]: "P", f"{VILLAGES['P']}001": "A"}
    frame = four_levels().assign(parent_code=lambda a: a["parent_code"].map(names))
    path = save(frame.rename(columns={"parent_code": "上级名称"}), tmp_path / "a.geojson")
    assert same_areas(read_boundaries(path), four_levels())


def test_without_anything_that_tells_the_level_one_is_asked_for(tmp_path: Path) -> None:
    path = save(villages()[["name", "geometry"]], tmp_path / "a.geojson")
    with pytest.raises(BadFileError) as refused:
        read_boundaries(path)
    assert "--level" in refused.value.remedy


def test_villages_alone_get_a_township_of_the_name_given(tmp_path: Path) -> None:
    path = save(villages(), tmp_path / "a.geojson")
    areas = read_boundaries(path, BoundaryMapping(township_name="青溪镇"))
    made = areas.iloc[0]
    assert (made["code"], made["name"], made["level"]) == (TOWNSHIP, "青溪镇", 1)
    assert made.name == -1
    assert shapely.equals(made.geometry, four_levels().geometry.iloc[0])
    assert check_areas(areas) == []
    assert "青溪镇" in areas.attrs["notes"][0]
    assert "missing_parent" in {f.check for f in check_areas(read_boundaries(path))}


def test_a_code_that_stands_twice_is_left_for_the_checks_in_a_wide_table_too(
    tmp_path: Path,
) -> None:
    frame = villages()[["geometry"]].assign(
        TOWNNAME="青溪镇",
        TOWNCODE=TOWNSHIP,
        VILLNAME=["甲村", "乙村", "丙村"],
        VILLCODE=[VILLAGES["P"], VILLAGES["Q"], VILLAGES["Q"]],
    )
    areas = read_boundaries(save(frame, tmp_path / "a.geojson"))
    assert errors(areas) == ["duplicate_code"]


def test_a_township_code_that_is_none_is_refused(tmp_path: Path) -> None:
    path = save(villages(), tmp_path / "a.geojson")
    with pytest.raises(BadFieldError, match="township-code"):
        read_boundaries(path, BoundaryMapping(township_code="12"))


def test_a_wide_table_of_cells_makes_every_level_above(tmp_path: Path) -> None:
    frame = sketch("aabb\nccdd\neeff", level=Level.CELL)[["name", "geometry"]].assign(
        乡镇="青溪镇",
        村=["上坝村"] * 4 + ["下坝村"] * 2,
        网格=["一网格", "一网格", "二网格", "二网格", "一网格", "一网格"],
    )
    frame = frame.rename(columns={"name": "十联户"})
    areas = read_boundaries(save(frame, tmp_path / "a.geojson"))
    assert areas.groupby("level").size().to_dict() == {1: 1, 2: 2, 3: 3, 4: 6}
    assert check_areas(areas) == []
    grids = areas[areas["level"] == 3]
    upper, lower = areas.loc[areas["level"] == 2, "code"]
    assert sorted(zip(grids["name"], grids["parent_code"], strict=True)) == [
        ("一网格", upper),
        ("一网格", lower),
        ("二网格", upper),
    ]


def test_a_hole_in_the_villages_is_no_hole_of_the_township_made_from_them(tmp_path: Path) -> None:
    ring = sketch("PPP\nP.Q\nQQQ", codes=VILLAGES, level=Level.VILLAGE)
    path = save(ring.drop(columns="parent_code"), tmp_path / "a.geojson")
    areas = read_boundaries(path, BoundaryMapping(township_name="青溪镇"))
    assert errors(areas) == ["void"]


def test_codes_are_given_as_a_page_is_read(tmp_path: Path) -> None:
    frame = sketch("SSNN\nXXWW", level=Level.VILLAGE)[["name", "geometry"]]
    frame["name"] = frame["name"].map(
        {"S": "上坝村", "N": "场坝社区", "X": "下坝村", "W": "河街社区"}
    )
    path = save(frame.iloc[::-1], tmp_path / "a.geojson")
    areas = read_boundaries(path, BoundaryMapping(level=Level.VILLAGE, township_name="青溪镇"))
    assert dict(zip(areas["name"], areas["code"].str[-3:], strict=True)) == {
        "青溪镇": "000",
        "上坝村": "200",
        "下坝村": "201",
        "场坝社区": "001",
        "河街社区": "002",
    }
    assert areas["code"].iloc[0] == provisional_township("青溪镇")
    stated = BoundaryMapping(level=Level.VILLAGE, township_name="青溪镇", township_code="522626103")
    assert read_boundaries(path, stated)["code"].iloc[0] == TOWNSHIP


def test_ill_formed_codes_are_kept_for_the_checks_unless_new_ones_are_wanted(
    tmp_path: Path,
) -> None:
    frame = villages().assign(code=["1", "2", "3"], parent_code=None)
    path = save(frame, tmp_path / "a.geojson")
    mapping = BoundaryMapping(level=Level.VILLAGE, township_name="青溪镇")
    assert "ill_formed_code" in {f.check for f in check_areas(read_boundaries(path, mapping))}
    renumbered = BoundaryMapping(level=Level.VILLAGE, township_name="青溪镇", make_codes=True)
    assert check_areas(read_boundaries(path, renumbered)) == []


def test_faulty_shapes_are_kept_for_the_checks(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    shapes = [shapely.affinity.translate(bow, 107, 28), shapely.Point(107, 28), None]
    frame = villages().set_geometry(gpd.GeoSeries(shapes, crs=4326))
    areas = read_boundaries(save(frame, tmp_path / "a.geojson"))
    checks = {f.check for f in check_areas(areas)}
    assert {"invalid_ring", "wrong_type", "no_shape"} <= checks


# Rounding


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_corners_on_a_straight_border_survive_rounding(tmp_path_factory, seed: int) -> None:
    """A long border, met on its other side by many corners that lie on it in mid-edge."""
    rng = np.random.default_rng(seed)
    start, end = np.array([107.9, 28.2]) + rng.uniform(0, 0.01, (2, 2)) + [[0, 0], [0.02, 0]]
    along = np.sort(rng.uniform(0.02, 0.98, 6))[:, None]
    on_border = [tuple(c) for c in start + along * (end - start)]
    corners = [tuple(start), *on_border, tuple(end)]
    above = [(x, 28.24) for x, _ in corners]
    shapes = [shapely.Polygon([corners[0], corners[-1], (end[0], 28.18), (start[0], 28.18)])]
    for a, b, c, d in zip(corners, corners[1:], above[1:], above, strict=False):
        shapes.append(shapely.Polygon([a, b, c, d]))
    codes = [f"522626103{200 + n}" for n in range(len(shapes))]
    frame = gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs=4326)
    path = tmp_path_factory.mktemp("rounding") / "a.gpkg"
    pyogrio.write_dataframe(frame, path)
    areas = read_boundaries(path, BoundaryMapping(township_name="青溪镇"))
    assert errors(areas) == []


def test_coordinates_are_rounded_to_a_centimetre(tmp_path: Path) -> None:
    frame = villages().set_geometry(villages().geometry.translate(1.23e-9, -4.56e-9), crs=4326)
    areas = read_boundaries(save(frame, tmp_path / "a.gpkg"))
    assert same_areas(areas, villages())
    corners = shapely.get_coordinates(areas.geometry.to_numpy())
    assert (corners == corners.round(7)).all()


# Real files


def test_the_parishes_of_andorra_become_villages_of_one_township() -> None:
    path = shared("andorra/andorra_parishes.geojson")
    areas = read_boundaries(path, BoundaryMapping(level=Level.VILLAGE, township_name="Andorra"))
    assert areas["code"].iloc[0] == provisional_township("Andorra")
    assert areas[areas["name"] == "La Massana"]["code"].iloc[0].endswith("200")
    assert len(areas) == 8
    again = read_boundaries(path, BoundaryMapping(level=Level.VILLAGE, township_name="Andorra"))
    assert same_areas(areas, again)


def test_the_villages_of_nantou_make_thirteen_townships_or_one() -> None:
    path = shared("nantou/nantou_villages.geojson")
    everything = read_boundaries(path, BoundaryMapping(make_codes=True))
    assert everything.groupby("level").size().to_dict() == {1: 13, 2: 262}
    towns = by_township(everything)
    assert len(towns) == 13
    assert sum(len(town) for town in towns.values()) == len(everything)
    one = read_boundaries(path, BoundaryMapping(make_codes=True, only="竹山鎮"))
    assert one.groupby("level").size().to_dict() == {1: 1, 2: 28}
    assert {f.severity for f in check_areas(one)} <= {Severity.WARNING}
    with pytest.raises(BadFieldError, match="竹山鎮"):
        read_boundaries(path, BoundaryMapping(only="青溪镇"))


def test_one_polygon_is_a_township() -> None:
    areas = read_boundaries(
        shared("guixi/dongmen_subdistrict.geojson"),
        BoundaryMapping(level=Level.TOWNSHIP, township_code="360681001"),
    )
    assert areas[["code", "name"]].values.tolist() == [["360681001000", "东门街道"]]
    assert check_areas(areas) == []


def test_the_demo_township_is_sound() -> None:
    path = Path(__file__).parents[2] / "data" / "boundaries" / "demo_township.geojson"
    areas = read_boundaries(path)
    assert areas.groupby("level").size().to_dict()[Level.TOWNSHIP] == 1
    assert check_areas(areas) == []
