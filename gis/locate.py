"""Which cell, grid and village a point belongs to, in boundaries at hand as frames.

The store answers the same question in SQL for the published edition; this answers it for drafts
and for long lists of points. One rule for both: a point on a shared border belongs to the lowest
code that touches it. Codes of children begin with the code of their parent, so the answers at the
four levels always fit together.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import require_crs
from halfhour.errors import OutsideTownshipError
from halfhour.places import LonLat
from halfhour.vocabulary import Level


def grid_at(grids: gpd.GeoDataFrame, point: LonLat) -> str:
    """
    Find the grid a point belongs to.

    A point on a shared border belongs to the lowest code that touches it, so every point
    of the township has exactly one grid. Works for any one level: villages and cells too.

    Parameters
    ----------
    grids
        One row per grid: `code`, and polygons in EPSG:4326.
    point
        WGS-84 degrees. Convert a phone's point with `gis.datum.to_wgs84` first: GCJ-02
        is a few hundred metres away, which is another grid.

    Returns
    -------
    code
        Area code of the grid.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If `grids` does not say that it is in EPSG:4326.
    OutsideTownshipError
        If no grid touches the point.
    """
    require_crs(grids, "grids")
    touched = grids.sindex.query(shapely.Point(point.lon, point.lat), predicate="intersects")
    if touched.size == 0:
        raise OutsideTownshipError(point)
    return str(min(grids["code"].iloc[touched]))


def path_at(areas: gpd.GeoDataFrame, point: LonLat) -> dict[Level, str]:
    """
    Find the area of every level that a point belongs to, by the rule of `grid_at`.

    Parameters
    ----------
    areas
        One row per area: `code`, `level` (1 to 4), and polygons in EPSG:4326. Levels that have
        no area at the point are left out of the answer.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If `areas` does not say that it is in EPSG:4326.
    OutsideTownshipError
        If no area of any level touches the point.
    """
    require_crs(areas, "areas")
    touched = areas.sindex.query(shapely.Point(point.lon, point.lat), predicate="intersects")
    if touched.size == 0:
        raise OutsideTownshipError(point)
    lowest = areas.iloc[touched].groupby("level")["code"].min()
    return {Level(level): str(code) for level, code in lowest.items()}


def grids_at(
    grids: gpd.GeoDataFrame, lons: Sequence[float], lats: Sequence[float]
) -> NDArray[np.object_]:
    """
    Find the grid of each of many points, by the rule of `grid_at`.

    Returns
    -------
    codes
        One per point; None where no grid touches the point.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If `grids` does not say that it is in EPSG:4326.
    """
    require_crs(grids, "grids")
    points = shapely.points(np.column_stack([np.round(lons, 7), np.round(lats, 7)]))
    position, touched = grids.sindex.query(points, predicate="intersects")
    codes = grids["code"].to_numpy(dtype=object)[touched]
    found: NDArray[np.object_] = np.full(len(lons), None, dtype=np.object_)
    highest_first = np.argsort(codes, kind="stable")[::-1]
    found[position[highest_first]] = codes[highest_first]
    return found
