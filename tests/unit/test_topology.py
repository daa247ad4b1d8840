from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gis.boundary_files import BoundaryMapping, read_boundaries
from gis.datum import from_wgs84
from gis.topology import check_areas
from halfhour.errors import MissingCrsError
from halfhour.places import LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Datum, Level, Severity
from tests.sketches import STEP_DEG, at, sketch

SHARED = Path("../shared/data")
TOWNSHIP = "522626103000"
VILLAGE_CODES = {letter: f"52262610320{n}" for n, letter in enumerate("PQRST")}
GRID_CODES = {letter: f"{VILLAGE_CODES['P']}00{n}" for n, letter in enumerate("ABCDEFGH", 1)}


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    return path


def villages(drawing: str) -> gpd.GeoDataFrame:
    return sketch(drawing, codes=VILLAGE_CODES, level=Level.VILLAGE, parent=TOWNSHIP)


def township(drawing: str) -> gpd.GeoDataFrame:
    return sketch(drawing, codes={"T": TOWNSHIP}, level=Level.TOWNSHIP)


def together(*frames: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return pd.concat(frames, ignore_index=True)


def sound() -> gpd.GeoDataFrame:
    return together(township("TTT\nTTT"), villages("PPQ\nPRQ"))


def with_shape(areas: gpd.GeoDataFrame, code: str, shape: shapely.Geometry) -> gpd.GeoDataFrame:
    shapes = areas.geometry.to_numpy().copy()
    shapes[areas["code"] == code] = shape
    return areas.set_geometry(shapes, crs=areas.crs)


def with_value(areas: gpd.GeoDataFrame, of: str, **values: object) -> gpd.GeoDataFrame:
    areas, row = areas.copy(), areas["code"] == of
    for column, value in values.items():
        areas.loc[row, column] = value
    return areas


def shape_of(areas: gpd.GeoDataFrame, code: str) -> shapely.MultiPolygon:
    return areas.geometry[areas["code"] == code].iloc[0]


def named(findings: list[Finding], check: str) -> Finding:
    matching = [finding for finding in findings if finding.check == check]
    assert len(matching) == 1, [(f.check, f.sentence) for f in findings]
    return matching[0]


def near(place: LonLat | None, expected: LonLat, *, letters: float) -> bool:
    assert place is not None
    off = np.hypot(place.lon - expected.lon, place.lat - expected.lat)
    return bool(off <= letters * STEP_DEG)


def test_a_sound_hierarchy_has_no_findings() -> None:
    grids = sketch("AB.\nA..", codes=GRID_CODES, parent=VILLAGE_CODES["P"])
    others = sketch(
        "..H\n.GH", codes={"H": f"{VILLAGE_CODES['Q']}001", "G": f"{VILLAGE_CODES['R']}001"}
    )
    others["parent_code"] = [VILLAGE_CODES["R"], VILLAGE_CODES["Q"]]
    assert check_areas(together(sound(), grids, others)) == []


def test_a_table_must_say_what_its_coordinates_are() -> None:
    with pytest.raises(MissingCrsError):
        check_areas(sound().set_crs(None, allow_override=True))


# Shapes against each other


def test_a_void_between_villages_is_found_with_its_place_and_shape() -> None:
    areas = together(township("TTT\nTTT\nTTT"), villages("PPQ\nP.Q\nRRQ"))
    void = named(check_areas(areas), "void")
    assert void.severity is Severity.ERROR
    assert near(void.place, at(1.5, 1.5), letters=0.01)
    assert set(void.codes) == {TOWNSHIP, *(VILLAGE_CODES[v] for v in "PQR")}
    assert shapely.geometry.shape(void.shape).area == pytest.approx(STEP_DEG**2)
    assert "空隙" in void.sentence


def test_a_void_at_the_edge_of_the_township_is_found() -> None:
    areas = together(township("TTT\nTTT"), villages("PPQ\nPP."))
    assert near(named(check_areas(areas), "void").place, at(2.5, 1.5), letters=0.01)


def test_a_void_is_found_without_a_township() -> None:
    findings = check_areas(villages("PPP\nP.P\nPPQ"))
    assert near(named(findings, "void").place, at(1.5, 1.5), letters=0.01)
    assert named(findings, "missing_parent").codes[0] == TOWNSHIP


def test_a_hole_in_the_township_is_a_warning_for_it_may_be_somebody_elses() -> None:
    areas = together(township("TTT\nT.T\nTTT"), villages("PPQ\nP.Q\nRRQ"))
    (hole,) = check_areas(areas)
    assert (hole.check, hole.severity, hole.codes) == ("hole", Severity.WARNING, (TOWNSHIP,))
    assert near(hole.place, at(1.5, 1.5), letters=0.01)


def test_an_overlap_names_both_villages_and_its_area() -> None:
    areas = sound()
    over = shapely.union(shape_of(areas, VILLAGE_CODES["Q"]), sketch("..X").geometry.iloc[0])
    wide = shapely.union(over, sketch(".X.").geometry.iloc[0])
    findings = check_areas(with_shape(areas, VILLAGE_CODES["Q"], shapely.MultiPolygon([wide])))
    overlap = named(findings, "overlap")
    assert set(overlap.codes) == {VILLAGE_CODES["P"], VILLAGE_CODES["Q"]}
    assert near(overlap.place, at(1.5, 0.5), letters=0.01)
    assert "重叠16亩" in overlap.sentence


def test_a_village_over_the_border_of_its_township_is_found_with_its_share() -> None:
    areas = together(township("TT\nTT"), villages("PPP\nPP."))
    outside = named(check_areas(areas), "child_outside_parent")
    assert outside.codes == (VILLAGE_CODES["P"], TOWNSHIP)
    assert near(outside.place, at(2.5, 0.5), letters=0.01)
    assert "20.0%" in outside.sentence


def test_a_grid_given_to_the_wrong_village_is_told_the_right_one() -> None:
    grids = sketch("A.B", codes=GRID_CODES, parent=VILLAGE_CODES["P"])
    areas = together(township("TTT"), villages("PPQ"), grids)
    outside = named(check_areas(areas), "child_outside_parent")
    assert f"它主要在 {VILLAGE_CODES['Q']} 之内" in outside.sentence


def test_a_corner_missing_on_one_side_of_a_border_is_found() -> None:
    areas = sound()
    right = shapely.Polygon([at_(2, 0), at_(3, 0), at_(3, 2), at_(2, 2)])
    unmatched = named(
        check_areas(with_shape(areas, VILLAGE_CODES["Q"], shapely.MultiPolygon([right]))),
        "unmatched_border",
    )
    assert near(unmatched.place, at(2, 1), letters=1.01)
    assert VILLAGE_CODES["Q"] in unmatched.codes


def test_a_corner_a_centimetre_off_is_an_unmatched_border_not_a_void() -> None:
    areas = sound()
    corner = np.array([at_(2, 1)])

    def nudge(xy: np.ndarray) -> np.ndarray:
        moved = xy.copy()
        moved[(np.abs(xy - corner) < 1e-9).all(axis=1)] += 1e-7
        return moved

    shape = shapely.transform(shape_of(areas, VILLAGE_CODES["Q"]), nudge)
    findings = check_areas(with_shape(areas, VILLAGE_CODES["Q"], shape))
    assert {finding.check for finding in findings} == {"unmatched_border"}


def test_the_same_polygon_twice_is_found() -> None:
    areas = sound()
    copy = with_value(areas[areas["code"] == VILLAGE_CODES["R"]], VILLAGE_CODES["R"], name="新")
    copy["code"] = "522626103209"
    findings = check_areas(together(areas, copy))
    assert named(findings, "duplicate_shape").codes == (VILLAGE_CODES["R"], "522626103209")
    assert "overlap" in {finding.check for finding in findings}


# Shapes by themselves


def test_a_ring_that_crosses_itself_comes_with_a_proposal() -> None:
    areas = sound()
    bow = shapely.Polygon([at_(2, 0), at_(3, 2), at_(3, 0), at_(2, 2)])
    invalid = named(
        check_areas(with_shape(areas, VILLAGE_CODES["Q"], shapely.MultiPolygon([bow]))),
        "invalid_ring",
    )
    assert near(invalid.place, at(2.5, 1), letters=0.01)
    assert "自相交" in invalid.sentence
    assert shapely.geometry.shape(invalid.shape).is_valid


@pytest.mark.parametrize(
    ("shape", "check"),
    [
        (None, "no_shape"),
        (shapely.MultiPolygon(), "no_shape"),
        (shapely.Point(107.93, 28.25), "wrong_type"),
        (shapely.LineString([(107.93, 28.25), (107.94, 28.25)]), "wrong_type"),
        (shapely.GeometryCollection([shapely.Point(107.93, 28.25)]), "wrong_type"),
        (
            shapely.MultiPolygon([shapely.box(107.93, 28.25, 107.9300001, 28.2500001)]),
            "zero_area",
        ),
    ],
    ids=["none", "empty", "point", "line", "mixed", "a square centimetre"],
)
def test_what_is_no_area_is_found(shape: shapely.Geometry | None, check: str) -> None:
    findings = check_areas(with_shape(sound(), VILLAGE_CODES["R"], shape))
    assert named(findings, check).codes == (VILLAGE_CODES["R"],)


def test_an_exclave_is_a_warning_with_its_place() -> None:
    areas = together(township("TTT"), villages("PQP"))
    exclave = named(check_areas(areas), "exclave")
    assert exclave.severity is Severity.WARNING
    assert "飞地" in exclave.sentence


def test_a_splinter_beside_an_area_is_a_warning() -> None:
    areas = sound()
    splinter = shapely.box(107.9, 28.25, 107.9 + 1e-6, 28.251)
    shape = shapely.MultiPolygon([*shape_of(areas, VILLAGE_CODES["R"]).geoms, splinter])
    findings = check_areas(with_shape(areas, VILLAGE_CODES["R"], shape))
    assert named(findings, "sliver").severity is Severity.WARNING


def test_too_many_corners_are_a_warning() -> None:
    areas = together(township("T"), villages("P")).pipe(
        lambda both: both.set_geometry(shapely.segmentize(both.geometry.to_numpy(), 1e-7))
    )
    assert {finding.check for finding in check_areas(areas)} == {"many_vertices"}


# Whereabouts


def test_latitude_first_is_found_and_its_place_is_still_in_the_township() -> None:
    flipped = sound().pipe(
        lambda areas: areas.set_geometry(
            shapely.transform(areas.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=areas.crs
        )
    )
    swapped = named(check_areas(flipped), "swapped_axes")
    assert near(swapped.place, at(1.5, 1), letters=0.1)
    assert "--swap-axes" in swapped.sentence


def test_one_row_with_its_axes_swapped_is_named() -> None:
    areas = sound()
    flipped = shapely.transform(shape_of(areas, VILLAGE_CODES["Q"]), lambda xy: xy[:, ::-1])
    findings = check_areas(with_shape(areas, VILLAGE_CODES["Q"], flipped))
    assert named(findings, "swapped_axes").codes == (VILLAGE_CODES["Q"],)


def test_a_row_far_from_the_rest_is_named() -> None:
    areas = sound()
    away = shapely.transform(shape_of(areas, VILLAGE_CODES["Q"]), lambda xy: xy + np.array([4, 2]))
    findings = check_areas(with_shape(areas, VILLAGE_CODES["Q"], away))
    assert named(findings, "far_from_the_rest").codes == (VILLAGE_CODES["Q"],)


def test_a_township_abroad_is_only_a_warning() -> None:
    abroad = sound().pipe(
        lambda areas: areas.set_geometry(
            shapely.transform(areas.geometry.to_numpy(), lambda xy: xy - np.array([100, -20])),
            crs=4326,
        )
    )
    assert {(f.check, f.severity) for f in check_areas(abroad)} == {
        ("far_from_china", Severity.WARNING)
    }


def in_gcj02(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    def shift(xy: np.ndarray) -> np.ndarray:
        return np.array([from_wgs84(LonLat(x, y), Datum.GCJ02) for x, y in xy]).round(7)

    return areas.set_geometry(shapely.transform(areas.geometry.to_numpy(), shift), crs=areas.crs)


def test_villages_in_gcj02_under_a_township_that_is_not_have_one_cause() -> None:
    areas = together(township("TTTTTTTTT"), in_gcj02(villages("PPPQQQRRR")))
    findings = check_areas(areas)
    shift = named(findings, "vendor_shift")
    assert shift.codes == (TOWNSHIP,)
    assert "火星坐标" in shift.sentence
    assert {finding.check for finding in findings} == {"vendor_shift"}


def test_areas_in_gcj02_are_known_by_the_previous_edition() -> None:
    assert check_areas(sound(), reference=sound()) == []
    shift = named(check_areas(in_gcj02(sound()), reference=sound()), "vendor_shift")
    assert "--datum gcj02" in shift.sentence


def test_a_shift_that_is_no_vendors_is_not_blamed_on_one() -> None:
    moved = sound().pipe(
        lambda areas: areas.set_geometry(
            shapely.transform(areas.geometry.to_numpy(), lambda xy: xy - 0.004), crs=4326
        )
    )
    assert check_areas(moved, reference=sound()) == []


@pytest.mark.parametrize("columns", [["adcode", "geometry"], ["geometry"]])
def test_amap_outlines_of_counties_are_known_by_true_ones(columns: list[str]) -> None:
    truth = gpd.read_file(shared("china_counties/focus_counties_wgs84.geojson"))
    drawn = read_boundaries(
        shared("china_counties/focus_counties_gcj02.geojson"),
        BoundaryMapping(level=Level.TOWNSHIP),
    )
    reference = truth[columns].rename(columns={"adcode": "code"})
    assert "火星坐标" in named(check_areas(drawn, reference=reference), "vendor_shift").sentence
    same = drawn.set_geometry(truth.geometry.to_numpy(), crs=4326)
    assert "vendor_shift" not in {f.check for f in check_areas(same, reference=reference)}


# The register


@pytest.mark.parametrize(
    ("values", "check", "words"),
    [
        ({"code": ""}, "missing_code", "没有编码"),
        ({"code": "52262610320"}, "ill_formed_code", "12位"),
        ({"code": VILLAGE_CODES["P"]}, "duplicate_code", "用了2次"),
        ({"code": "522626104202"}, "code_not_in_parent", "上级编码开头"),
        ({"level": 0}, "unknown_level", "哪一级"),
        ({"level": 3}, "wrong_level", "按编码是村"),
        ({"parent_code": None}, "missing_parent", "没有写上级"),
        ({"parent_code": "522626109000"}, "missing_parent", "522626109000 不在文件里"),
        ({"parent_code": VILLAGE_CODES["P"]}, "skipped_level", "却不是乡镇"),
        ({"name": ""}, "missing_name", "没有名称"),
        ({"name": "P"}, "duplicate_name", "2个“P”"),
    ],
)
def test_faults_of_the_register_are_found(
    values: dict[str, object], check: str, words: str
) -> None:
    finding = named(check_areas(with_value(sound(), VILLAGE_CODES["R"], **values)), check)
    assert words in finding.sentence
    assert finding.place is not None


def test_a_parent_without_children_beside_others_that_have_some_is_a_warning() -> None:
    grids = sketch("A", codes=GRID_CODES, parent=VILLAGE_CODES["P"])
    areas = together(township("TT"), villages("PQ"), grids)
    assert named(check_areas(areas), "no_children").codes == (VILLAGE_CODES["Q"],)


def test_the_same_fault_in_all_rows_is_one_finding() -> None:
    areas = villages("PQRST").pipe(lambda v: together(v, v.assign(code=v["code"] + "x")))
    areas["code"] += "x"
    assert "等10个" in named(check_areas(areas), "ill_formed_code").sentence


def test_rows_are_named_by_their_number_in_the_file() -> None:
    areas = with_value(sound(), VILLAGE_CODES["R"], code="").rename_axis("row")
    assert "第3行 R没有编码" in named(check_areas(areas), "missing_code").sentence


# Real files


def test_the_parishes_of_andorra_tile_their_country() -> None:
    areas = read_boundaries(
        shared("andorra/andorra_parishes.geojson"),
        BoundaryMapping(level=Level.VILLAGE, township_name="Andorra"),
    )
    assert {finding.check for finding in check_areas(areas)} == {"far_from_china"}


def test_the_villages_of_nantou_are_sound_but_for_a_real_exclave() -> None:
    areas = read_boundaries(
        shared("nantou/nantou_villages.geojson"), BoundaryMapping(make_codes=True)
    )
    findings = check_areas(areas)
    assert {finding.check for finding in findings} == {"exclave"}
    assert all(finding.severity is Severity.WARNING for finding in findings)


def at_(east: float, south: float) -> tuple[float, float]:
    point = at(east, south)
    return point.lon, point.lat
