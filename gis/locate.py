"""Which cell, grid and village a point belongs to, in boundaries at hand as frames.

The store answers the same question in SQL for the published edition; this answers it for drafts
and for long lists of points. One rule for both: a point on a shared border belongs to the lowest
code that touches it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    Find the area of every level that a point belongs to.

    The lowest village that touches the point, in it the lowest grid, in that the lowest cell: the
    answers nest, also where a village has no grids and its neighbour has. Levels that do not exist
    at the point are left out.

    Parameters
    ----------
    areas
        One row per area: `code`, `level` (1 to 4), `parent_code`, polygons in EPSG:4326.

    Raises
    ------
    MissingCrsError, WrongCrsError
        If `areas` does not say that it is in EPSG:4326.
    OutsideTownshipError
        If nothing below the township touches the point, or nothing at all.
    """
    require_crs(areas, "areas")
    touched = areas.sindex.query(shapely.Point(point.lon, point.lat), predicate="intersects")
    hits = areas.iloc[touched]
    below = hits[hits["level"] > Level.TOWNSHIP]
    if below.empty and (hits.empty or (areas["level"] > Level.TOWNSHIP).any()):
        raise OutsideTownshipError(point)
    levels = dict(zip(areas["code"], areas["level"], strict=True))
    parents = dict(zip(areas["code"], areas["parent_code"], strict=True))
    paths = [_path(code, levels, parents) for code in (hits if below.empty else below)["code"]]
    first = min(paths, key=_lowest_first)
    return {Level(level): first[level] for level in sorted(first)}


def _path(
    code: str | None, levels: Mapping[str, int], parents: Mapping[str, str | None]
) -> dict[int, str]:
    """Give an area's code and those of its parents by level."""
    path: dict[int, str] = {}
    while code is not None and code in levels and levels[code] not in path:
        path[levels[code]] = code
        code = parents[code]
    return path


def _lowest_first(path: Mapping[int, str]) -> list[tuple[bool, str]]:
    """Order paths by village, then grid, then cell; a level that is missing comes last."""
    return [(level not in path, path.get(level, "")) for level in list(Level)[1:]]


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
