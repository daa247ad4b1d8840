import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.crs import in_degrees, in_metres, metric_crs_of
from gis.noding import rounded
from gis.repair import repaired
from gis.topology import check_areas
from halfhour.vocabulary import Level, Severity
from tests.sketches import at, sketch

TOWNSHIP = "522626103000"
VILLAGES = {letter: f"52262610320{n}" for n, letter in enumerate("PQRS")}


def town():
    return pd.concat(
        [
            sketch("TTTT\nTTTT\nTTTT", codes={"T": TOWNSHIP}, level=Level.TOWNSHIP),
            sketch("PPQQ\nPRRQ\nSSRQ", codes=VILLAGES, level=Level.VILLAGE, parent=TOWNSHIP),
        ],
        ignore_index=True,
    )


def with_shape(areas, code, change):
    shapes = areas.geometry.to_numpy().copy()
    row = int(np.flatnonzero(areas["code"] == code)[0])
    shapes[row] = change(shapes[row])
    return areas.set_geometry(shapes, crs=areas.crs)


def errors(areas):
    return [f.check for f in check_areas(areas) if f.severity is Severity.ERROR]


def jittered(areas, *, metres, seed):
    """Every village drawn by somebody else: each corner of each by itself up to `metres` off."""
    rng, crs = np.random.default_rng(seed), metric_crs_of(areas)

    def jitter(xy):
        moved = xy[:-1] + rng.uniform(-metres, metres, xy[:-1].shape) / 2**0.5
        return np.vstack([moved, moved[:1]])

    shapes = in_metres(areas.geometry.to_numpy(), crs)
    for row in np.flatnonzero(areas["level"] == Level.VILLAGE):
        shapes[row] = shapely.transform(shapes[row], jitter)
    return areas.set_geometry(rounded(in_degrees(shapes, crs)), crs=areas.crs)


def test_what_is_sound_is_left_as_it_is() -> None:
    areas = town()
    same, changes = repaired(areas)
    assert changes == []
    assert same.geom_equals_exact(areas, 0).all()


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([0.01, 0.05, 0.3, 0.5]), st.integers(0, 10_000))
def test_villages_drawn_by_several_hands_tile_again(metres: float, seed: int) -> None:
    damaged = jittered(town(), metres=metres, seed=seed)
    assert errors(damaged)
    mended, changes = repaired(damaged)
    assert errors(mended) == []
    assert "村(社区)边界已对齐" in changes[0]
    assert mended["code"].tolist() == damaged["code"].tolist()
    crs = metric_crs_of(mended)
    old, new = (a.geometry.to_crs(crs).area.to_numpy() for a in (town(), mended))
    assert np.abs(new / old - 1).max() < 0.02


def test_a_void_too_wide_for_a_hairline_is_left_for_a_person() -> None:
    areas = town()
    without = areas[areas["code"] != VILLAGES["R"]]
    mended, _ = repaired(without)
    assert errors(mended) == ["void"]


def test_a_crossed_ring_is_rebuilt_and_named() -> None:
    def cross(shape):
        ring = shapely.get_coordinates(shape.geoms[0].exterior)[:-1]
        spike = [at(1, 2.5), at(0.9, 2.4), at(1, 2.4), at(0.9, 2.5)]
        return shapely.MultiPolygon([shapely.Polygon([*ring, *((p.lon, p.lat) for p in spike)])])

    damaged = with_shape(town(), VILLAGES["S"], cross)
    assert "invalid_ring" in errors(damaged)
    mended, changes = repaired(damaged)
    assert mended.geometry.is_valid.all()
    assert any(change.startswith(VILLAGES["S"]) and "边线已修复" in change for change in changes)


def test_a_splinter_is_dropped() -> None:
    splinter = shapely.box(107.92, 28.25, 107.920001, 28.251)
    damaged = with_shape(
        town(), VILLAGES["S"], lambda s: shapely.MultiPolygon([*s.geoms, splinter])
    )
    mended, changes = repaired(damaged)
    assert mended.geom_equals(town()).all()
    assert "碎屑已清理" in changes[0]


def test_polygons_that_changed_much_are_named() -> None:
    damaged = with_shape(
        town(),
        VILLAGES["P"],
        lambda s: shapely.MultiPolygon([s.buffer(2.5e-5, join_style="mitre")]),
    )
    mended, changes = repaired(damaged)
    assert errors(mended) == []
    assert "面积变化超过1%" in changes[-1]
    assert VILLAGES["P"] in changes[-1]


def test_grids_and_their_villages_are_mended_together() -> None:
    grids = sketch(
        "AABB\nACCB\nDDCB",
        codes={letter: f"{VILLAGES[v]}001" for letter, v in zip("ABCD", "PQRS", strict=True)},
    )
    grids["parent_code"] = [VILLAGES[v] for v in "PQRS"]
    areas = pd.concat([town(), grids], ignore_index=True)
    assert errors(areas) == []
    crs = metric_crs_of(areas)
    shapes = areas.geometry.to_numpy().copy()
    rng = np.random.default_rng(3)
    for row in np.flatnonzero(areas["level"] == Level.GRID):
        flat = in_metres(shapes[row], crs)
        moved = shapely.transform(
            flat, lambda xy: np.vstack([m := xy[:-1] + rng.normal(0, 0.2, xy[:-1].shape), m[:1]])
        )
        shapes[row] = in_degrees(moved, crs)
    damaged = areas.set_geometry(rounded(shapes), crs=4326)
    assert errors(damaged)
    mended, _ = repaired(damaged)
    assert errors(mended) == []


@pytest.mark.parametrize("shape", [None, shapely.Point(107.9, 28.2)])
def test_what_is_no_polygon_is_left_for_a_person(shape) -> None:
    damaged = with_shape(town(), VILLAGES["S"], lambda _: shape)
    mended, _ = repaired(damaged)
    assert mended.geometry.iloc[-1] is shape or mended.geometry.iloc[-1].equals(shape)
