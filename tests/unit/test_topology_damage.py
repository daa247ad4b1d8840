"""Sound tilings pass, and whatever one does to them is found where it was done."""

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gis.datum import from_wgs84
from gis.topology import check_areas
from halfhour.places import LonLat
from halfhour.publishing import Finding
from halfhour.vocabulary import Datum, Level, Severity
from tests.sketches import NORTH, STEP_DEG, WEST

TOWNSHIP = "522626103000"
METRE_DEG = 1e-5
EXAMPLES = 150


@dataclass
class Town:
    """A township, its villages, and the frame that holds both."""

    areas: gpd.GeoDataFrame
    villages: list[str]

    def shape(self, code: str) -> shapely.MultiPolygon:
        return self.areas.geometry[self.areas["code"] == code].iloc[0]

    def with_shape(self, code: str, shape: shapely.Geometry) -> gpd.GeoDataFrame:
        shapes = self.areas.geometry.to_numpy().copy()
        shapes[(self.areas["code"] == code).to_numpy()] = shape
        return self.areas.set_geometry(shapes, crs=self.areas.crs)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """A crooked lattice of 4 to 30 plots, merged at random into villages of some plots each."""
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    east, south = np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0))
    east += rng.uniform(-0.24, 0.24, east.shape)
    south += rng.uniform(-0.24, 0.24, south.shape)
    corners = np.dstack([WEST + east * STEP_DEG, NORTH - south * STEP_DEG]).round(7)
    owner = rng.integers(0, draw(st.integers(2, rows * columns)), (rows, columns))
    plots: dict[int, list[shapely.Polygon]] = {}
    for r in range(rows):
        for c in range(columns):
            ring = [corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]]
            plots.setdefault(int(owner[r, c]), []).append(shapely.Polygon(ring))
    assume(len(plots) > 1)
    shapes = [_joined(plots[n]) for n in sorted(plots)]
    codes = [f"522626103{200 + n}" for n in range(len(shapes))]
    villages = _frame(codes, Level.VILLAGE, TOWNSHIP, shapes)
    whole = _frame(
        [TOWNSHIP],
        Level.TOWNSHIP,
        None,
        [_joined([plot for part in plots.values() for plot in part])],
    )
    return Town(pd.concat([whole, villages], ignore_index=True), codes)


def _frame(
    codes: list[str], level: Level, parent: str | None, shapes: list[shapely.MultiPolygon]
) -> gpd.GeoDataFrame:
    table = {"code": codes, "name": codes, "level": int(level), "parent_code": parent}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def _joined(plots: list[shapely.Polygon]) -> shapely.MultiPolygon:
    union = shapely.coverage_union_all(np.array(plots))
    return shapely.MultiPolygon(list(shapely.get_parts(union)))


def errors(areas: gpd.GeoDataFrame) -> list[Finding]:
    return [f for f in check_areas(areas) if f.severity is Severity.ERROR]


def found_at(areas: gpd.GeoDataFrame, damage: shapely.Geometry) -> set[str]:
    """The checks that raised an error, each of which must point at the damage."""
    findings = errors(areas)
    assert findings
    for finding in findings:
        assert finding.place is not None
        point = shapely.Point(finding.place.lon, finding.place.lat)
        assert point.distance(damage) < 0.1 * METRE_DEG, finding
    return {finding.check for finding in findings}


def edges_at(shape: shapely.MultiPolygon, corner: int) -> shapely.LineString:
    """The two edges of a shape's first ring that meet at a corner."""
    ring = shapely.get_coordinates(shape.geoms[0].exterior)[:-1]
    return shapely.LineString([ring[corner - 1], ring[corner], ring[(corner + 1) % len(ring)]])


def with_ring(
    shape: shapely.MultiPolygon, change: Callable[[np.ndarray], np.ndarray]
) -> shapely.MultiPolygon:
    """The shape with the corners of its first ring changed."""
    first, *others = shape.geoms
    ring = change(shapely.get_coordinates(first.exterior)[:-1].copy())
    holes = [shapely.get_coordinates(hole) for hole in first.interiors]
    return shapely.MultiPolygon([shapely.Polygon(ring, holes), *others])


@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(towns())
def test_a_sound_tiling_has_no_errors(town: Town) -> None:
    assert errors(town.areas) == []


@settings(max_examples=EXAMPLES, deadline=None)
@given(towns(), st.data())
def test_a_deleted_village_is_a_void(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    left = town.areas[town.areas["code"] != code]
    assert found_at(left, town.shape(code)) == {"void"}
    voids = [shapely.geometry.shape(f.shape) for f in errors(left)]
    assert shapely.symmetric_difference(shapely.union_all(voids), town.shape(code)).area < 1e-14


@settings(max_examples=EXAMPLES, deadline=None)
@given(towns(), st.data())
def test_a_shifted_village_is_found(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    metres = st.floats(1, 40) | st.floats(-40, -1)
    by = np.array([data.draw(metres), data.draw(metres)]) * METRE_DEG
    shifted = shapely.transform(town.shape(code), lambda xy: (xy + by).round(7))
    damage = shapely.union(shifted, town.shape(code))
    checks = found_at(town.with_shape(code, shifted), damage)
    assert checks <= {"void", "overlap", "child_outside_parent", "unmatched_border"}
    assert checks & {"overlap", "child_outside_parent"}


@settings(max_examples=EXAMPLES, deadline=None)
@given(towns(), st.data())
def test_a_corner_dropped_on_one_side_is_found(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    shape = town.shape(code)
    count = len(shape.geoms[0].exterior.coords) - 1
    assume(count > 3)
    corner = data.draw(st.integers(0, count - 1))
    damaged = with_ring(shape, lambda ring: np.delete(ring, corner, axis=0))
    assume(damaged.is_valid)
    damage = edges_at(shape, corner).convex_hull
    assert found_at(town.with_shape(code, damaged), damage)


@settings(max_examples=EXAMPLES, deadline=None)
@given(towns(), st.data())
def test_a_corner_moved_on_one_side_is_found(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    shape = town.shape(code)
    count = len(shape.geoms[0].exterior.coords) - 1
    corner = data.draw(st.integers(0, count - 1))
    by = np.array([data.draw(st.floats(-15, 15)), data.draw(st.floats(-15, 15))]) * METRE_DEG
    assume(np.abs(by).max() > 0.05 * METRE_DEG)

    def move(ring: np.ndarray) -> np.ndarray:
        ring[corner] = (ring[corner] + by).round(7)
        return ring

    damaged = with_ring(shape, move)
    assume(damaged.is_valid)
    edges = shapely.union(edges_at(shape, corner), edges_at(damaged, corner))
    assert found_at(town.with_shape(code, damaged), edges.convex_hull)


@settings(max_examples=EXAMPLES, deadline=None)
@given(towns(), st.data())
def test_a_ring_in_wrong_order_is_found(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    shape = town.shape(code)
    count = len(shape.geoms[0].exterior.coords) - 1
    corner = data.draw(st.integers(0, count - 2))

    def swap(ring: np.ndarray) -> np.ndarray:
        ring[[corner, corner + 1]] = ring[[corner + 1, corner]]
        return ring

    damaged = with_ring(shape, swap)
    damage = shapely.union(shape, shapely.make_valid(damaged)).convex_hull
    checks = found_at(town.with_shape(code, damaged), damage)
    assert damaged.is_valid or "invalid_ring" in checks


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(towns(), st.data())
def test_a_village_drawn_twice_is_found(town: Town, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(town.villages))
    copy = town.areas[town.areas["code"] == code].assign(code="522626103999", name="新")
    twice = pd.concat([town.areas, copy], ignore_index=True)
    assert found_at(twice, town.shape(code)) == {"duplicate_shape", "overlap"}


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(towns())
def test_swapped_axes_are_found(town: Town) -> None:
    flipped = shapely.transform(town.areas.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    areas = town.areas.set_geometry(flipped, crs=4326)
    assert found_at(areas, shapely.box(*town.areas.total_bounds)) == {"swapped_axes"}


@settings(max_examples=EXAMPLES // 3, deadline=None)
@given(towns())
def test_villages_in_gcj02_are_found(town: Town) -> None:
    def shift(xy: np.ndarray) -> np.ndarray:
        return np.array([from_wgs84(LonLat(x, y), Datum.GCJ02) for x, y in xy]).round(7)

    shapes = town.areas.geometry.to_numpy().copy()
    shapes[1:] = shapely.transform(shapes[1:], shift)
    areas = town.areas.set_geometry(shapes, crs=4326)
    assert [f.check for f in errors(areas)] == ["vendor_shift"]
