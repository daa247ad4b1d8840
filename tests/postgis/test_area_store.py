"""Which area is where, and editions that never change once published."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gis.locate import path_at as path_in_frame
from halfhour.errors import (
    AlreadyThereError,
    BadFieldError,
    NeverChangesError,
    NothingImportedError,
    OutsideTownshipError,
)
from halfhour.places import LonLat
from halfhour.vocabulary import EditionState, Level
from models.areas import AreaPath
from models.editions import BoundaryEdition
from models.founding import found_township, operators
from tests.builders import (
    CELLS,
    FIRST,
    IN_A,
    IN_B,
    IN_C,
    LONG_AGO,
    LOWER,
    NOW,
    OUTSIDE,
    SECOND,
    TOWNSHIP,
    UPPER,
    a_gazetteer,
    a_request,
    a_tiling,
)
from tests.sketches import at


@pytest.mark.parametrize(
    ("point", "cell"),
    [
        (at(1, 1), "A"),
        (at(2, 1), "A"),
        (at(2, 2), "A"),
        (at(4, 2), "B"),
        (at(4, 3), "E"),
        (at(0, 0), "A"),
        (at(6, 4), "F"),
    ],
    ids=[
        "inside A",
        "on the border of A and B",
        "where A, B, D and E meet",
        "where B, C, E and F meet",
        "on the border of two villages",
        "the corner of the township",
        "the opposite corner",
    ],
)
def test_a_point_on_a_shared_border_belongs_to_the_lowest_code(
    acting, township, point: LonLat, cell: str
) -> None:
    with acting(township.dispatcher) as unit:
        path = unit.areas.path_at(point)
    code = CELLS[cell]
    assert path == AreaPath(path.edition_id, TOWNSHIP, code[:12], code[:15], code)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    places=st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 40)).map(
            lambda tenths: at(tenths[0] / 10, tenths[1] / 10)
        ),
        min_size=1,
        max_size=20,
    )
)
def test_the_database_and_the_frame_agree_on_every_point(acting, township, places) -> None:
    frame = a_tiling()
    with acting(township.dispatcher) as unit:
        for place in places:
            path = unit.areas.path_at(place)
            assert list(path.codes()) == list(path_in_frame(frame, place).values())


def test_a_point_outside_is_outside(acting, township) -> None:
    with acting(township.dispatcher) as unit, pytest.raises(OutsideTownshipError):
        unit.areas.path_at(OUTSIDE)


def test_a_township_without_grids_and_cells_places_points_in_villages(acting, township) -> None:
    tiling = a_tiling()
    with acting(township.operator) as unit:
        unit.areas.add_edition(
            tiling[tiling.level <= Level.VILLAGE], TOWNSHIP, by=township.operator, now=NOW
        )
        path = unit.areas.path_at(IN_C)
        assert (path.village_code, path.grid_code, path.cell_code) == (LOWER, None, None)
        assert unit.areas.full_name(path) == "青溪镇下坝村"
        unit.commit()
    with acting(township.dispatcher) as unit:
        assert a_request(unit, point=IN_C).area_codes() == [TOWNSHIP, LOWER]


def test_a_village_without_cells_places_points_in_its_grids(acting, township) -> None:
    tiling = a_tiling()
    some = tiling[~tiling.code.isin([CELLS["C"], CELLS["F"]])]
    with acting(township.operator) as unit:
        unit.areas.add_edition(some, TOWNSHIP, by=township.operator, now=NOW)
        assert unit.areas.path_at(IN_A).cell_code == CELLS["A"]
        assert unit.areas.path_at(IN_C).codes() == (TOWNSHIP, LOWER, LOWER + "001")


def test_before_any_import_it_says_what_to_run(empty_database, empty_urls) -> None:
    operator = found_township(empty_urls.owner, TOWNSHIP, "青溪镇", now=LONG_AGO)
    assert operators(empty_urls.owner) == {}
    with empty_database.unit(operator) as unit:
        for question in (
            unit.areas.published,
            unit.areas.frame,
            lambda: unit.areas.path_at(IN_A),
        ):
            with pytest.raises(NothingImportedError, match="import boundaries"):
                question()
        assert unit.areas.path_of(FIRST) is None


def test_founding_a_township_twice_founds_one(empty_urls) -> None:
    first = found_township(empty_urls.owner, TOWNSHIP, "青溪镇", now=LONG_AGO)
    assert found_township(empty_urls.owner, TOWNSHIP, "另名", now=NOW) == first


def test_a_code_leads_to_its_path_and_a_path_to_a_point_inside(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        path = unit.areas.path_of(CELLS["B"])
        assert path is not None
        assert path.codes() == (TOWNSHIP, UPPER, SECOND, CELLS["B"])
        assert unit.areas.path_at(unit.areas.anchor(path)) == path
        village = unit.areas.path_of(UPPER)
        assert village is not None
        assert village.holds(path)
        assert not path.holds(village)
        assert unit.areas.path_of("520626101999") is None


def test_frames_come_back_as_they_went_in(acting, township) -> None:
    with acting(township.planner) as unit:
        frame = unit.areas.frame()
        assert len(unit.areas.frame(Level.GRID)) == 3
    given = a_tiling().sort_values(["level", "code"])
    assert list(frame.code) == list(given.code)
    assert list(frame.parent_code)[1:] == list(given.parent_code)[1:]
    assert frame.crs == given.crs
    for stored, drawn in zip(frame.geometry, given.geometry, strict=True):
        assert shapely.to_wkb(stored) == shapely.to_wkb(drawn)


def test_names_are_said_once(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        assert unit.areas.named([TOWNSHIP, UPPER, FIRST, CELLS["A"], "nirgends"]) == {
            TOWNSHIP: "青溪镇",
            UPPER: "青溪镇上坝村",
            FIRST: "青溪镇上坝村第一网格",
            CELLS["A"]: "青溪镇上坝村第一网格A联户",
        }


def swapped() -> gpd.GeoDataFrame:
    """The small township with cell B given to the first grid."""
    tiling = a_tiling().set_index("code")
    first = tiling.loc[[FIRST, CELLS["B"]]].union_all()
    second = tiling.loc[SECOND].geometry.difference(tiling.loc[CELLS["B"]].geometry)
    tiling.loc[FIRST, "geometry"] = _multi(first)
    tiling.loc[SECOND, "geometry"] = _multi(second)
    tiling.loc[CELLS["B"], "parent_code"] = FIRST
    return tiling.reset_index()


def _multi(shape) -> shapely.MultiPolygon:
    return shape if isinstance(shape, shapely.MultiPolygon) else shapely.MultiPolygon([shape])


def test_a_new_edition_retires_the_old_and_requests_keep_theirs(acting, township) -> None:
    with acting(township.dispatcher) as unit:
        born = a_request(unit, point=IN_B)
        unit.commit()
    with acting(township.operator) as unit:
        before = unit.areas.published()
        unit.areas.add_edition(swapped(), TOWNSHIP, by=township.operator, now=NOW, note="调界")
        unit.commit()
        editions = unit.areas.editions()
    assert [(e.number, e.state) for e in editions] == [
        (1, EditionState.RETIRED),
        (2, EditionState.PUBLISHED),
    ]
    with acting(township.dispatcher) as unit:
        assert unit.requests.get(born.id).grid_code == SECOND
        assert unit.requests.get(born.id).edition_id == before.id
        assert unit.areas.full_name(unit.requests.get(born.id).path) == (
            "青溪镇上坝村第二网格B联户"
        )
        assert a_request(unit, point=IN_B).grid_code == FIRST


def test_households_stations_and_volunteers_follow_a_new_edition(acting, township) -> None:
    with acting(township.first_chief) as unit:
        assert set(unit.households.frame().reference) == {"H-A", "H-D"}
        assert len(unit.volunteers.on_hand(NOW)) == 1
    with acting(township.operator) as unit:
        unit.areas.add_edition(swapped(), TOWNSHIP, by=township.operator, now=NOW)
        unit.commit()
    with acting(township.first_chief) as unit:
        assert set(unit.households.frame().reference) == {"H-A", "H-B", "H-D"}
        assert len(unit.volunteers.on_hand(NOW)) == 2


def test_names_of_places_follow_a_new_edition(acting, township) -> None:
    with acting(township.operator) as unit:
        assert unit.gazetteer.replace(a_gazetteer()) == 1
        tiling = a_tiling()
        less = tiling[tiling.code != CELLS["C"]]
        assert unit.gazetteer.refresh_areas(less, township_code=TOWNSHIP) == 2
        entries = {entry.id: entry for entry in unit.gazetteer.entries()}
    assert CELLS["C"] not in entries
    assert entries["H-C"].parent_id == LOWER + "001"
    assert entries["H-A"].parent_id == CELLS["A"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE areas SET name = 'x'",
        "UPDATE areas SET edition_id = edition_id",
        "DELETE FROM areas",
        "TRUNCATE areas CASCADE",
        (
            "INSERT INTO areas (township_code, edition_id, code, name, level, parent_code,"
            " village_code, shape) SELECT township_code, edition_id, '9', 'x', 2, code, '9', shape"
            " FROM areas WHERE level = 1"
        ),
        "UPDATE boundary_editions SET note = 'x'",
        "UPDATE boundary_editions SET state = 'draft', published_at = NULL",
        "UPDATE boundary_editions SET state = 'retired', retired_at = now(), note = 'x'",
        "DELETE FROM boundary_editions",
    ],
)
def test_a_published_edition_never_changes(owner, acting, township, statement: str) -> None:
    with pytest.raises(NeverChangesError), owner.begin() as connection:
        connection.execute(text(statement))
    with acting(township.planner) as unit:
        assert len(unit.areas.frame()) == 12


def test_a_draft_may_change_and_be_thrown_away(acting, township) -> None:
    with acting(township.planner) as unit:
        draft = BoundaryEdition(
            township_code=TOWNSHIP,
            number=2,
            state=EditionState.DRAFT,
            created_at=NOW,
            created_by=township.planner,
        )
        unit.session.add(draft)
        unit.flush()
        unit.session.execute(
            text(
                "INSERT INTO areas (township_code, edition_id, code, name, level, shape)"
                " SELECT township_code, :draft, code, name, level, shape FROM areas WHERE level = 1"
            ),
            {"draft": draft.id},
        )
        unit.commit()
        draft.note = "征求意见"
        unit.commit()
        with pytest.raises(AlreadyThereError, match="草稿"):
            unit.areas.add_edition(a_tiling(), TOWNSHIP, by=township.planner, now=NOW)
        unit.session.rollback()
        unit.session.delete(draft)
        unit.commit()
        assert len(unit.areas.editions()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("parent_code", "999"), ("parent_code", CELLS["B"]), ("level", 3)],
    ids=["missing parent", "parent of the same level", "level of its parent"],
)
def test_a_hierarchy_that_does_not_hang_together_is_refused(
    acting, township, field: str, value: object
) -> None:
    tiling = a_tiling()
    tiling.loc[tiling.code == CELLS["A"], field] = value
    with acting(township.operator) as unit, pytest.raises(BadFieldError):
        unit.areas.add_edition(tiling, TOWNSHIP, by=township.operator, now=NOW)


def test_two_rows_of_one_code_are_refused(acting, township) -> None:
    tiling = a_tiling()
    tiling.loc[tiling.code == CELLS["B"], "code"] = CELLS["A"]
    with acting(township.operator) as unit, pytest.raises(AlreadyThereError, match="区划编码"):
        unit.areas.add_edition(tiling, TOWNSHIP, by=township.operator, now=NOW)


def test_an_import_that_fails_leaves_the_old_boundaries(acting, township) -> None:
    tiling = a_tiling()
    bow = shapely.MultiPolygon([shapely.Polygon([(107, 28), (108, 29), (108, 28), (107, 29)])])
    tiling.loc[tiling.code == CELLS["A"], "geometry"] = bow
    with acting(township.operator) as unit, pytest.raises(BadFieldError):
        unit.areas.add_edition(tiling, TOWNSHIP, by=township.operator, now=NOW)
    with acting(township.operator) as unit:
        assert unit.areas.published().number == 1
        assert unit.areas.path_at(IN_A).cell_code == CELLS["A"]
