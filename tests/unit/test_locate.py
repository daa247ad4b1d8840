import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.locate import grid_at, grids_at, path_at
from halfhour.errors import MissingCrsError, OutsideTownshipError, WrongCrsError
from halfhour.vocabulary import Level
from tests.sketches import at, sketch

MAP = """
    AAB
    ACB
"""


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
    township, village = "522626103000", "522626103200"
    areas = pd.concat(
        [
            sketch("AB.", codes={"A": f"{village}001", "B": f"{village}002"}),
            sketch("PPQ", codes={"P": village, "Q": "522626103201"}, level=Level.VILLAGE),
            sketch("TTT", codes={"T": township}, level=Level.TOWNSHIP),
        ]
    )
    assert path_at(areas, at(1, 0.5)) == {
        Level.TOWNSHIP: township,
        Level.VILLAGE: village,
        Level.GRID: f"{village}001",
    }
    assert path_at(areas, at(2.5, 0.5)) == {
        Level.TOWNSHIP: township,
        Level.VILLAGE: "522626103201",
    }
    with pytest.raises(OutsideTownshipError):
        path_at(areas, at(-1, 0))


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
