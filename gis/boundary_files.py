"""Reading the boundaries of a township from a file, as one table of areas.

GeoJSON, GeoPackage and Shapefile in, one level or all four, with or without codes. What a file
leaves out is made by stated rules where one can: a parent is the union of its children, codes are
numbered as a page is read. Faults of the content are left in the table for `gis.topology` to find;
only what prevents reading is an error here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.area_table import AreaRow, Columns, area_rows, level_called
from gis.area_tree import AreaTree
from gis.crs import LONLAT
from gis.datum import to_wgs84
from gis.noding import Shapes, matched, rounded
from gis.vector_files import layer_names, read_layer
from halfhour import area_codes
from halfhour.errors import BadFieldError, BadFileError, BadInputError
from halfhour.vocabulary import Datum, Level

COLUMNS = ("code", "name", "level", "parent_code", "geometry")
"""Columns of a table of areas."""


@dataclass(frozen=True, slots=True)
class BoundaryMapping:
    """
    What a person says about a file that the file does not say itself.

    Attributes
    ----------
    columns
        Headings to use instead of the usual ones.
    level
        The level of all rows.
    parent
        Code or name of the parent of all rows that name none.
    township_name, township_code
        Name and code of a township the file has no polygon for; it becomes the union of its
        villages. Without a code it gets a provisional one that follows from its name.
    only
        Keep this township of several, by code or name.
    make_codes
        Number all areas afresh, whatever codes the file has.
    layer, crs, encoding, swap_axes
        As for `gis.vector_files.read_layer`.
    datum
        What the file's longitudes and latitudes are measured on.
    """

    columns: Columns = field(default_factory=Columns)
    level: Level | None = None
    parent: str | None = None
    township_name: str | None = None
    township_code: str | None = None
    only: str | None = None
    make_codes: bool = False
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    swap_axes: bool = False
    datum: Datum = Datum.WGS84


def read_boundaries(path: Path, mapping: BoundaryMapping | None = None) -> gpd.GeoDataFrame:
    """
    Read areas from a boundary file.

    Coordinates are rounded to 1e-7 degrees, and where rounding has moved a corner off the edge
    of a neighbour, the neighbour gets that corner too. Areas that a file names but does not draw
    are made as the union of their children, without holes. Codes are made if the file has none:
    villages of a township in reading order (north to south in bands, each from west to east) from
    200, communities from 001, grids and cells from 001.

    Returns
    -------
    areas
        One row per area, largest level first: `code`, `name`, `level` (1 to 4; 0 if unknown),
        `parent_code` (None for townships and where unknown), `geometry` (multipolygons in
        EPSG:4326; other kinds are left as they are). The index, `row`, is the number of the
        feature in the file, from 1; made areas count down from -1. `attrs["notes"]` lists in
        Chinese what was made or converted.

    Raises
    ------
    BadFileError
        If the file cannot be read, or nothing says which level its rows are.
    BadFieldError
        If a stated column, or the township to keep, is not in the file.
    """
    mapping = mapping or BoundaryMapping()
    _require_township_code(mapping.township_code)
    rows, notes = _rows(Path(path), mapping)
    _require_levels(rows, path)
    shapes = _in_wgs84(np.array([row.shape for row in rows], dtype=object), mapping.datum, path)
    if mapping.datum in {Datum.GCJ02, Datum.BD09}:
        notes.append(f"坐标由{mapping.datum.label}换算为WGS-84")
    shapes = matched(rounded(shapes))
    for row, shape in zip(rows, shapes, strict=True):
        row.shape = shape
    tree = AreaTree(
        rows,
        parent=mapping.parent,
        township_name=mapping.township_name,
        township_code=mapping.township_code,
    )
    if mapping.only is not None:
        tree.keep_township(mapping.only)
    notes += tree.made_notes()
    if mapping.make_codes or not tree.has_codes():
        notes += tree.number_all()
    areas = _frame(tree)
    areas.attrs["notes"] = notes
    return areas


def by_township(areas: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """
    Split a table of areas into one for each township, by code.

    Areas whose line of parents does not lead to a township are in none of them.
    """
    parents = dict(zip(areas["code"], areas["parent_code"], strict=True))
    roots = areas["code"].map(lambda code: _root(code, parents))
    townships = areas.loc[areas["level"] == Level.TOWNSHIP, "code"]
    return {code: areas[roots == code] for code in townships}


def _require_township_code(stated: str | None) -> None:
    if stated is None:
        return
    code = area_codes.tidy(stated)
    if not area_codes.is_well_formed(code, Level.TOWNSHIP):
        raise BadFieldError(
            "-", "--township-code", f"“{stated}”不是乡镇编码", "乡镇编码为12位数字，以000结尾"
        )


def _rows(path: Path, mapping: BoundaryMapping) -> tuple[list[AreaRow], list[str]]:
    rows: list[AreaRow] = []
    notes: list[str] = []
    for layer in _layers(path, mapping):
        frame = read_layer(
            path,
            layer,
            crs=mapping.crs,
            encoding=mapping.encoding,
            swap_axes=mapping.swap_axes,
        )
        notes += frame.attrs["notes"]
        read = area_rows(frame, mapping.columns, level=mapping.level, layer=layer or "")
        for row in read:
            row.row += len(rows)
        rows += read
    return rows, notes


def _layers(path: Path, mapping: BoundaryMapping) -> list[str | None]:
    """Take the only layer, or all together if each is named after a level."""
    if mapping.layer is not None:
        return [mapping.layer]
    names = layer_names(path)
    if len(names) == 1 or (names and all(level_called(name) for name in names)):
        return list(names)
    return [None]


def _in_wgs84(shapes: Shapes, datum: Datum, path: Path) -> Shapes:
    if datum in {Datum.WGS84, Datum.CGCS2000}:
        return shapes

    def moved(corners: NDArray[np.float64]) -> NDArray[np.float64]:
        points = [to_wgs84(lon, lat, datum) for lon, lat in corners]
        return np.array([(point.lon, point.lat) for point in points])

    try:
        moved_shapes: Shapes = shapely.transform(shapes, moved)
    except BadInputError as error:
        raise BadFileError(
            path,
            f"有坐标不能按{datum.label}换算（{error}）",
            f"请核对 --datum {datum.value} 是否正确",
        ) from error
    return moved_shapes


def _require_levels(rows: list[AreaRow], path: Path) -> None:
    if all(row.level is None for row in rows):
        raise BadFileError(
            path,
            "看不出这些图形是哪一级（没有层级列，编码也不是12、15或18位）",
            "请加 --level township、village、grid 或 cell，或用 --code-field 指明编码列",
        )


def _frame(tree: AreaTree) -> gpd.GeoDataFrame:
    rows = sorted(tree.rows, key=lambda row: row.level or 0)
    frame = gpd.GeoDataFrame(
        {
            "code": [row.code for row in rows],
            "name": [row.name for row in rows],
            "level": [int(row.level or 0) for row in rows],
            "parent_code": pd.Series([tree.parent_code(row) for row in rows], dtype=object),
        },
        geometry=np.array([row.shape for row in rows], dtype=object),
        crs=LONLAT,
    )
    frame.index = [row.row for row in rows]
    return frame.rename_axis("row")


def _root(code: str, parents: dict[str, str | None]) -> str:
    seen = {code}
    while (parent := parents.get(code)) is not None and parent not in seen:
        seen.add(parent)
        code = parent
    return code
