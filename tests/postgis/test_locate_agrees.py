"""PostGIS and the frame give one answer for any point of a real-looking township."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.boundary_files import read_boundaries
from gis.locate import grids_at, path_at
from halfhour.errors import OutsideTownshipError
from halfhour.places import LonLat
from halfhour.vocabulary import Level
from models.database import Database
from models.founding import found_township
from tests.conftest import Urls

DEMO = Path("data/boundaries/demo_township.geojson")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def points_of(areas, *, seed: int) -> list[LonLat]:
    """Corners of cells, points beside and between them, and points anywhere."""
    rng = np.random.default_rng(seed)
    cells = areas.geometry[areas["level"] == Level.CELL]
    corners = np.unique(shapely.get_coordinates(cells.to_numpy()), axis=0)
    some = corners[rng.choice(len(corners), 120, replace=False)]
    a_step_off = some + rng.choice([-1e-7, 0, 1e-7], some.shape)
    borders = shapely.get_parts(cells.boundary.to_numpy())
    middles = shapely.line_interpolate_point(
        rng.choice(borders, 120), rng.random(120), normalized=True
    )
    west, south, east, north = areas.total_bounds
    anywhere = rng.uniform([west, south], [east, north], (120, 2))
    everything = np.vstack([some, a_step_off, shapely.get_coordinates(middles), anywhere])
    return [LonLat(float(lon), float(lat)) for lon, lat in everything]


def in_frame(areas, point: LonLat) -> tuple[str, ...] | None:
    try:
        return tuple(path_at(areas, point).values())
    except OutsideTownshipError:
        return None


def in_store(unit, point: LonLat) -> tuple[str, ...] | None:
    try:
        return tuple(unit.areas.path_at(point).codes())
    except OutsideTownshipError:
        return None


@pytest.mark.parametrize("seed", [1, 2])
def test_the_store_and_the_frame_agree_on_the_demo_township(
    empty_database: Database, empty_urls: Urls, seed: int
) -> None:
    areas = read_boundaries(DEMO)
    code, name = areas["code"].iloc[0], areas["name"].iloc[0]
    operator = found_township(empty_urls.owner, code, name, now=LONG_AGO)
    points = points_of(areas, seed=seed)
    with empty_database.unit(operator) as unit:
        unit.areas.add_edition(areas, code, by=operator, now=LONG_AGO)
        stored = [in_store(unit, point) for point in points]
    framed = [in_frame(areas, point) for point in points]
    assert stored == framed
    assert sum(path is not None for path in framed) > 300
    cells = grids_at(
        areas[areas["level"] == Level.CELL], [p.lon for p in points], [p.lat for p in points]
    )
    assert [path[3] if path else None for path in framed] == list(cells)
