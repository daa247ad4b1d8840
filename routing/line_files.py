"""What roads does a line layer hold? GeoJSON, GeoPackage, Shapefile or GeoParquet.

Such layers carry lines and perhaps a road class; no turn rules, rarely one-way marks. Lines
connect where they share a vertex, so a bridge over a road without a common vertex stays apart.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from halfhour.errors import BadFileError, MissingCrsError
from halfhour.places import DECIMALS
from routing.drawn_roads import DrawnRoad, DrawnRoads
from routing.profiles import Profile, profile_of

ENDINGS = (".geojson", ".json", ".gpkg", ".shp", ".parquet", ".geoparquet", ".fgb", ".zip")

_CLASS_COLUMNS = ("highway", "fclass", "road_class", "class", "type")
_TAG_COLUMNS = (
    "oneway", "maxspeed", "surface", "tracktype", "smoothness", "bridge", "tunnel", "access",
    "motor_vehicle", "motorcar", "motorcycle", "bicycle", "foot", "junction", "motorroad",
)  # fmt: skip
_SAYS_ONE_WAY = {
    "F": "yes",
    "T": "-1",
    "B": "no",
    "True": "yes",
    "False": "no",
    "FT": "yes",
    "TF": "-1",
}
_LINES = ("LineString", "MultiLineString")


def read_lines(path: Path) -> DrawnRoads:
    """
    Read every line of a layer as a road.

    A layer without a class column is taken as `unclassified` throughout, and says so in
    `ignored`. Coordinates are rounded to 1e-7°, so that ends meant to meet do.

    Raises
    ------
    BadFileError
        If the file cannot be read or holds no lines.
    MissingCrsError
        If the layer does not say what its coordinates are.
    """
    frame = _opened(path)
    if frame.crs is None:
        raise MissingCrsError(str(path))
    drawn = DrawnRoads()
    lines = _only_lines(frame.to_crs(4326), drawn)
    class_column = next((c for c in _CLASS_COLUMNS if c in lines.columns), None)
    if class_column is None:
        drawn.ignored["no road class column: all taken as unclassified"] += 1
    numbers: dict[tuple[float, float], int] = {}
    profiles: dict[tuple[str, ...], Profile | None] = {}
    columns = [c for c in (class_column, "name", *_TAG_COLUMNS) if c is not None and c in lines]
    rows = zip(*(lines[c] for c in columns), strict=True) if columns else ((),) * len(lines)
    for number, (row, line) in enumerate(zip(rows, lines.geometry, strict=True)):
        tags = _tags(dict(zip(columns, row, strict=True)), class_column)
        key = tuple(f"{k}={v}" for k, v in tags.items() if k != "name")
        if key not in profiles:
            profiles[key] = profile_of(tags)
        _take_line(number, line, tags, profiles[key], numbers, drawn)
    drawn.places = {number: place for place, number in numbers.items()}
    return drawn


def _opened(path: Path) -> gpd.GeoDataFrame:
    if not path.is_file():
        raise BadFileError(path, "文件不存在", "请核对路径和文件名")
    if path.stat().st_size == 0:
        raise BadFileError(path, "文件是空的", "请重新下载或导出")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = (
                gpd.read_parquet(path)
                if path.suffix in {".parquet", ".geoparquet"}
                else gpd.read_file(path)
            )
    except (RuntimeError, ValueError, OSError, KeyError) as error:
        raise BadFileError(path, "读不出图层", "请重新导出") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise BadFileError(path, "只有表格，没有图形", "请连同线要素一起导出")
    return frame


def _only_lines(frame: gpd.GeoDataFrame, drawn: DrawnRoads) -> gpd.GeoDataFrame:
    is_line = frame.geometry.geom_type.isin(_LINES) & ~frame.geometry.is_empty
    if (~is_line).any():
        drawn.ignored["rows without a line"] += int((~is_line).sum())
    return frame[is_line].explode(index_parts=False)


def _tags(row: dict[str, object], class_column: str | None) -> dict[str, str]:
    tags = {key: _text(value) for key, value in row.items() if _text(value)}
    tags["highway"] = tags.get(class_column or "", "unclassified")
    if "oneway" in tags:
        tags["oneway"] = _SAYS_ONE_WAY.get(tags["oneway"], tags["oneway"])
    for key in ("bridge", "tunnel"):
        if tags.get(key) in {"F", "0", "False"}:
            tags[key] = "no"
    if tags.get("maxspeed") == "0":
        del tags["maxspeed"]
    return tags


def _text(value: object) -> str:
    """Read one cell; osmnx writes several values as a list, of which the first stands for all."""
    if isinstance(value, list | tuple | np.ndarray):
        return str(value[0]) if len(value) else ""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    text = str(value)
    return text.strip("[] ").split(",")[0].strip("'\" ") if text.startswith("[") else text


def _take_line(
    number: int,
    line: shapely.LineString,
    tags: dict[str, str],
    profile: Profile | None,
    numbers: dict[tuple[float, float], int],
    drawn: DrawnRoads,
) -> None:
    if profile is None:
        drawn.ignored[f"highway={tags['highway']}"] += 1
        return
    if profile.is_closed:
        drawn.ignored["closed to every mode"] += 1
        return
    points: list[int] = []
    for lon, lat in np.round(shapely.get_coordinates(line), DECIMALS).tolist():
        point = numbers.setdefault((lon, lat), len(numbers))
        if not points or points[-1] != point:
            points.append(point)
    if len(points) < 2:
        drawn.ignored["roads of fewer than two points"] += 1
        return
    drawn.roads.append(DrawnRoad(number, tags.get("name", ""), tuple(points), profile))
