import pytest
from hypothesis import given
from hypothesis import strategies as st

from halfhour.area_codes import (
    child_code,
    is_well_formed,
    level_of,
    new_codes,
    parent_of,
    provisional_township,
    reading_order,
    tidy,
    township_of,
)
from halfhour.errors import BadAreaCodeError
from halfhour.places import LonLat
from halfhour.vocabulary import Level

TOWNSHIP = "522626103000"
VILLAGE = "522626103201"
GRID = "522626103201004"
CELL = "522626103201004012"
FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in VILLAGE)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        (TOWNSHIP, Level.TOWNSHIP, None),
        (VILLAGE, Level.VILLAGE, TOWNSHIP),
        (GRID, Level.GRID, VILLAGE),
        (CELL, Level.CELL, GRID),
    ],
)
def test_a_code_tells_its_level_and_its_parent(code: str, level: Level, parent: str | None) -> None:
    assert level_of(code) is level
    assert parent_of(code) == parent
    assert township_of(code) == TOWNSHIP
    assert is_well_formed(code)
    assert is_well_formed(code, level)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "522626",
        "52262610320",
        "52262610320100",
        "52262610320A",
        "五二二六二六",
        "522626000000",
        "522626103201000",
        "522626103000001",
        FULL_WIDTH,
    ],
)
def test_other_digits_are_no_code(code: str) -> None:
    assert not is_well_formed(code)
    with pytest.raises(BadAreaCodeError):
        level_of(code)


def test_a_code_of_one_level_is_not_of_another() -> None:
    assert not is_well_formed(VILLAGE, Level.TOWNSHIP)
    assert not is_well_formed(TOWNSHIP, Level.VILLAGE)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("522626103", TOWNSHIP),
        (522626103201, VILLAGE),
        (522626103201.0, VILLAGE),
        (" 5226 2610 3201 ", VILLAGE),
        (FULL_WIDTH, VILLAGE),
        ("A-1", "A-1"),
    ],
)
def test_codes_are_read_as_people_write_them(written: object, code: str) -> None:
    assert tidy(written) == code


def test_communities_and_villages_are_numbered_in_their_own_ranges() -> None:
    codes = new_codes(TOWNSHIP, ["上坝村", "场坝社区", "下坝村", "河街居委会"])
    assert [code[-3:] for code in codes] == ["200", "001", "201", "002"]


def test_a_code_once_taken_is_never_given_again() -> None:
    assert new_codes(VILLAGE, ["新网格"], taken=[f"{VILLAGE}001", f"{VILLAGE}007"]) == [
        f"{VILLAGE}008"
    ]
    assert new_codes(VILLAGE, ["新网格"], taken=["522626103202009"]) == [f"{VILLAGE}001"]


def test_there_is_no_room_beyond_999_and_nothing_below_a_cell() -> None:
    with pytest.raises(BadAreaCodeError, match="001 to 999"):
        new_codes(VILLAGE, ["新网格"], taken=[f"{VILLAGE}999"])
    with pytest.raises(BadAreaCodeError, match="no children"):
        child_code(CELL, 1)


def test_a_provisional_township_is_well_formed_and_of_no_province() -> None:
    code = provisional_township("Andorra")
    assert code.startswith("990000")
    assert level_of(code) is Level.TOWNSHIP
    assert provisional_township("Andorra") == code
    assert provisional_township("青溪镇") != code


def test_provisional_codes_that_are_taken_are_passed_over() -> None:
    taken: list[str] = []
    for _ in range(999):
        taken.append(provisional_township("青溪镇", taken=taken))
    assert len(set(taken)) == 999
    with pytest.raises(BadAreaCodeError, match="all provisional"):
        provisional_township("青溪镇", taken=taken)


def test_places_are_ordered_as_a_page_is_read() -> None:
    south_east, north_west = LonLat(107.2, 28.0), LonLat(107.0, 28.2)
    north_east, south_west = LonLat(107.2, 28.19), LonLat(107.0, 28.01)
    order = reading_order([south_east, north_west, north_east, south_west])
    assert order == [1, 2, 3, 0]
    assert reading_order([]) == []
    assert reading_order([south_east]) == [0]


places = st.builds(
    LonLat,
    st.floats(107, 108, allow_nan=False),
    st.floats(28, 29, allow_nan=False),
)


@given(st.lists(places, unique=True, max_size=30), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_list(listed: list[LonLat], shuffle) -> None:
    shuffled = shuffle.sample(listed, len(listed))
    in_order = [listed[n] for n in reading_order(listed)]
    assert in_order == [shuffled[n] for n in reading_order(shuffled)]


@given(st.integers(1, 999), st.integers(1, 999), st.integers(1, 999), st.integers(1, 999))
def test_a_child_knows_its_parent(town: int, village: int, grid: int, cell: int) -> None:
    code = f"522626{town:03d}000"
    for serial in (village, grid, cell):
        child = child_code(code, serial)
        assert parent_of(child) == code
        code = child
    assert level_of(code) is Level.CELL
