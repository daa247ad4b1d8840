import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.locate import grid_at, grids_at, path_at
from halfhour.errors import MissingCrsError, OutsideTownshipError, WrongCrsError
from halfhour.vocabulary import Level
from tests.sketches import at, sketch

TOWNSHIP, FIRST, SECOND = "522626103000", "522626103200", "522626103201"
MAP = """
    AAB
    ACB
"""


def three_levels() -> gpd.GeoDataFrame:
    grids = {"A": f"{FIRST}001", "B": f"{FIRST}002"}
    villages = {"P": FIRST, "Q": SECOND}
    return pd.concat(
        [
            sketch("AB.", codes=grids, parent=FIRST),
            sketch("PPQ", codes=villages, level=Level.VILLAGE, parent=TOWNSHIP),
            sketch("TTT", codes={"T": TOWNSHIP}, level=Level.TOWNSHIP),
        ]
    )


@pytest.mark.parametrize(
    ("east", "south", "code"),
    [(0.5, 0.5, "A"), (2.5, 1.5, "B"), (2.0, 0.5, "A"), (2.0, 1.0, "A"), (2.0, 1.5, "B")],
    ids=["inside A", "inside B", "border of A and B", "corner of three", "border of B and C"],
)
def test_a_point_has_exactly_one_grid(east: float, south: float, code: str) -> None:
    assert grid_at(sketch(MAP), at(east, south)) == code


def test_the_order_of_rows_does_not_decide_a_border() -> None:
    backwards = sketch(MAP).iloc[::-1]
    assert grid_at(backwards, at(2.0, 0.5)) == "A"


def test_a_point_outside_is_an_error_that_names_the_point() -> None:
    with pytest.raises(OutsideTownshipError) as outside:
        grid_at(sketch(MAP), at(9, 9))
    assert outside.value.where == at(9, 9)


def test_grids_must_say_what_their_coordinates_are() -> None:
    with pytest.raises(MissingCrsError, match="grids"):
        grid_at(sketch(MAP).set_crs(None, allow_override=True), at(0, 0))
    with pytest.raises(WrongCrsError, match="EPSG:4544"):
        grid_at(sketch(MAP).to_crs("EPSG:4544"), at(0, 0))


def test_a_path_names_the_levels_that_are_there() -> None:
    areas = three_levels()
    assert path_at(areas, at(1, 0.5)) == {
        Level.TOWNSHIP: TOWNSHIP,
        Level.VILLAGE: FIRST,
        Level.GRID: f"{FIRST}001",
    }
    assert path_at(areas, at(2.5, 0.5)) == {Level.TOWNSHIP: TOWNSHIP, Level.VILLAGE: SECOND}


def test_a_path_nests_on_the_border_of_a_village_without_grids() -> None:
    assert path_at(three_levels(), at(2, 0.5))[Level.GRID] == f"{FIRST}002"
    bare = three_levels()[lambda areas: areas["code"] != f"{FIRST}002"]
    grid = sketch("..C", codes={"C": f"{SECOND}001"}, parent=SECOND)
    areas = pd.concat([bare, grid])
    assert path_at(areas, at(2, 0.5)) == {Level.TOWNSHIP: TOWNSHIP, Level.VILLAGE: FIRST}


def test_a_path_outside_the_villages_is_an_error() -> None:
    with pytest.raises(OutsideTownshipError):
        path_at(three_levels(), at(-1, 0))
    wider = pd.concat(
        [three_levels().iloc[:-1], sketch("TTTT", codes={"T": TOWNSHIP}, level=Level.TOWNSHIP)]
    )
    with pytest.raises(OutsideTownshipError):
        path_at(wider, at(3.5, 0.5))
    only = wider[wider["level"] == Level.TOWNSHIP]
    assert path_at(only, at(3.5, 0.5)) == {Level.TOWNSHIP: TOWNSHIP}


@given(st.lists(st.tuples(st.integers(-2, 8), st.integers(-2, 6)), min_size=1))
def test_many_points_are_answered_like_one(halves: list[tuple[int, int]]) -> None:
    grids = sketch(MAP)
    points = [at(east / 2, south / 2) for east, south in halves]
    found = grids_at(grids, [p.lon for p in points], [p.lat for p in points])
    for point, code in zip(points, found, strict=True):
        try:
            assert grid_at(grids, point) == code
        except OutsideTownshipError:
            assert code is None


def test_no_points_have_no_grids() -> None:
    assert np.array_equal(grids_at(sketch(MAP), [], []), [])
