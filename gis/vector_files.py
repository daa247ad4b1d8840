"""Opening GeoJSON, GeoPackage and Shapefile as people send them, and bringing them to EPSG:4326.

Archives are read without unpacking, text is decoded whatever a file declares, and coordinates are
looked at as well as labelled: a file in metres that calls itself degrees, or that does not say in
which zone it is, is refused with the zone that would fit. What the columns mean is not known here.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj.transformer import TransformerGroup

from gis.crs import LONLAT
from gis.text_encoding import UTF8, dbf_encoding, declared_in, text_of
from gis.zones import zones_fitting
from halfhour.errors import BadFileError

SUFFIXES = (".geojson", ".json", ".geojson.gz", ".json.gz", ".gpkg", ".shp", ".zip", ".kml", ".kmz")
"""Endings of files that can be read."""

_BYTE_FOR_BYTE = "ISO-8859-1"
_SECRET_DATUMS = ("Beijing", "Xian 1980", "Xian_1980")
_MODERN_DATUMS = (
    "world geodetic system 1984",
    "wgs 84",
    "wgs 1984",
    "wgs84",
    "china 2000",
    "cgcs2000",
)


def layer_names(path: Path) -> list[str]:
    """
    List the layers of a file that hold shapes.

    Raises
    ------
    BadFileError
        If the file is missing, of another kind, or damaged.
    """
    return [str(name) for name, kind in _listed(path) if kind is not None]


def read_layer(
    path: Path,
    layer: str | None = None,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    swap_axes: bool = False,
) -> gpd.GeoDataFrame:
    """
    Read one layer and bring it to EPSG:4326.

    CGCS2000 is relabelled, not shifted: the two differ by centimetres. Heights are dropped.
    Coordinates that look like latitude first are left so, for the checks to report.

    Parameters
    ----------
    layer
        Which layer; None for the only one.
    crs
        Used instead of what the file says.
    encoding
        Of the attributes; None to find out.
    swap_axes
        Exchange the two coordinates of every point first.

    Returns
    -------
    frame
        The file's columns as they are, and `geometry`; one row per feature, in file order.
        `frame.attrs["notes"]` lists in Chinese what was done to the coordinates.

    Raises
    ------
    BadFileError
        If the file is missing, damaged or of another kind, has several layers and none was
        chosen, is empty, does not say its CRS, or has coordinates that do not fit it.
    """
    name = _chosen_layer(path, layer)
    frame = _opened(path, name, encoding)
    if frame.empty:
        raise BadFileError(path, "没有任何要素", "请重新导出，并确认选中了要导出的图层")
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs)
    if swap_axes:
        frame = frame.set_geometry(_swapped(frame.geometry.to_numpy()), crs=frame.crs)
    return _in_lonlat(frame, path, crs)


def _listed(path: Path) -> Any:
    if not path.is_file():
        raise BadFileError(path, "文件不存在", "请核对路径和文件名")
    if not path.name.lower().endswith(SUFFIXES):
        raise BadFileError(
            path, "不是能读的格式", "请导出为 GeoJSON、GeoPackage、Shapefile(可压缩为zip)或 KML"
        )
    if path.name.lower().endswith((".json", ".geojson")):
        return [(path.stem, "")]
    _require_companions(path)
    try:
        return pyogrio.list_layers(_address(path))
    except DataSourceError as error:
        raise BadFileError(
            path, "文件打不开，可能已损坏或没有传完整", "请重新导出后再试"
        ) from error


def _require_companions(path: Path) -> None:
    """Refuse a Shapefile without its other files; people often send only one."""
    if path.suffix.lower() != ".shp":
        return
    beside = {other.name.lower() for other in path.parent.iterdir()}
    missing = [kind for kind in (".shx", ".dbf") if path.stem.lower() + kind not in beside]
    if missing:
        raise BadFileError(
            path,
            f"旁边缺少同名的 {'、'.join(missing)} 文件",
            "Shapefile 由几个同名文件组成，请放在一起，或压缩成一个 zip",
        )


def _chosen_layer(path: Path, layer: str | None) -> str | None:
    names = layer_names(path)
    if layer is not None and layer not in names:
        raise BadFileError(
            path, f"没有图层“{layer}”", f"请用 --layer 指明其中之一：{'、'.join(names)}"
        )
    if layer is None and len(names) > 1:
        raise BadFileError(
            path, f"有{len(names)}个图层", f"请用 --layer 指明其中之一：{'、'.join(names)}"
        )
    return layer or (names[0] if names else None)


def _opened(path: Path, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    suffix = path.name.lower()
    try:
        if suffix.endswith((".json", ".geojson")):
            frame = _read(_utf8_json(path, encoding), None)
        elif suffix.endswith((".shp", ".zip")):
            codec = encoding or _shapefile_encoding(path, layer)
            frame = _recoded(_read(_address(path), layer, encoding=_BYTE_FOR_BYTE), codec)
        else:
            frame = _read(_address(path), layer)
    except (DataSourceError, DataLayerError, LookupError) as error:
        raise BadFileError(
            path, "读不出来", "请检查文件是否完整、后缀是否与内容相符，或用 --encoding 指明编码"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise BadFileError(path, "没有图形", "请导出带几何图形的图层，不要只导出属性表")
    return frame


def _read(source: Any, layer: str | None, **options: str) -> Any:
    """Read with rings closed that were left open; the library's own remarks are not shown."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return pyogrio.read_dataframe(source, layer=layer, on_invalid="fix", **options)


def _recoded(frame: Any, codec: str) -> Any:
    """Decode names and values that were read byte for byte; a cut-off last character is dropped."""

    def text(value: object) -> object:
        if not isinstance(value, str):
            return value
        return value.encode(_BYTE_FOR_BYTE).decode(codec, errors="ignore")

    for column in frame.columns:
        if column != "geometry" and pd.api.types.is_string_dtype(frame[column]):
            frame[column] = frame[column].map(text)
    return frame.rename(columns=text)


def _address(path: Path) -> Any:
    name = path.name.lower()
    if name.endswith(".zip"):
        return f"/vsizip/{{{path.resolve()}}}" + _folder_in(path)
    return f"/vsigzip/{path.resolve()}" if name.endswith(".gz") else path


def _folder_in(archive: Path) -> str:
    """Where in an archive its Shapefile or GeoPackage lies."""
    try:
        members = zipfile.ZipFile(archive).namelist()
    except zipfile.BadZipFile as error:
        raise BadFileError(archive, "压缩包打不开", "请重新压缩后再试") from error
    found = [m for m in members if m.lower().endswith((".shp", ".gpkg", ".geojson", ".json"))]
    if not found:
        raise BadFileError(archive, "压缩包里没有 .shp、.gpkg 或 .geojson", "请把图层文件一起压缩")
    if len(found) == 1 and not found[0].lower().endswith(".shp"):
        return "/" + found[0]
    return "/" + "/".join(found[0].split("/")[:-1])


def _utf8_json(path: Path, encoding: str | None) -> bytes:
    data = path.read_bytes()
    text = data.decode(encoding, errors="replace") if encoding else text_of(data)
    return text.encode(UTF8)


def _shapefile_encoding(path: Path, layer: str | None) -> str:
    if path.suffix.lower() == ".zip":
        return _zipped_encoding(path, layer)
    table = _sibling(path, ".dbf")
    if table is None:
        return UTF8
    cpg = _sibling(path, ".cpg")
    return dbf_encoding(table.read_bytes(), declared_in(cpg) if cpg else None)


def _sibling(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(s) for s in (suffix, suffix.upper()))
    return next((sibling for sibling in found if sibling.is_file()), None)


def _zipped_encoding(path: Path, layer: str | None) -> str:
    with zipfile.ZipFile(path) as archive:
        by_ending = {
            Path(name).suffix.lower(): name
            for name in archive.namelist()
            if layer is None or Path(name).stem == layer
        }
        if ".dbf" not in by_ending:
            return UTF8
        cpg = (
            archive.read(by_ending[".cpg"]).decode("ascii", "ignore")
            if ".cpg" in by_ending
            else None
        )
        return dbf_encoding(archive.read(by_ending[".dbf"]), cpg)


def _swapped(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda xy: xy[:, ::-1])


def _in_lonlat(frame: gpd.GeoDataFrame, path: Path, stated: str | None) -> gpd.GeoDataFrame:
    crs = _crs_of(frame, path, stated)
    _require_fit(frame, crs, path)
    has_shapes = bool(np.isfinite(frame.total_bounds).all())
    frame = frame.set_crs(crs, allow_override=True)
    if _is_modern(crs):
        geographic = frame if crs.is_geographic else frame.to_crs(crs.geodetic_crs)
        frame = geographic.set_crs(LONLAT, allow_override=True)
    else:
        _require_known_shift(crs, path)
        frame = frame.to_crs(LONLAT)
    if has_shapes and not np.isfinite(frame.total_bounds).all():
        raise BadFileError(
            path, f"坐标超出“{crs.name}”的范围", "请核对坐标系，用 --crs 指明正确的一个"
        )
    frame.attrs["notes"] = [] if crs.is_geographic else [f"坐标由“{crs.name}”换算为经纬度"]
    return frame


def _require_known_shift(crs: pyproj.CRS, path: Path) -> None:
    """Refuse datums (1954 北京, 1980 西安) whose shift is secret and up to a hundred metres."""
    known = TransformerGroup(crs, LONLAT, always_xy=True, allow_ballpark=False).transformers
    if not known or any(name in crs.name for name in _SECRET_DATUMS):
        raise BadFileError(
            path,
            f"坐标系“{crs.name}”与2000国家大地坐标系可差上百米，换算参数不公开",
            "请由县自然资源局换算为2000国家大地坐标系(CGCS2000)后再导入",
        )


def _crs_of(frame: gpd.GeoDataFrame, path: Path, stated: str | None) -> pyproj.CRS:
    if stated:
        try:
            return pyproj.CRS.from_user_input(stated)
        except pyproj.exceptions.CRSError as error:
            raise BadFileError(
                path, f"不认识坐标系“{stated}”", "请写成 EPSG:4490 这样的代号"
            ) from error
    if frame.crs is None:
        fitting = zones_fitting(frame.total_bounds)
        raise BadFileError(path, "没有说明坐标系(缺少 .prj)", _remedy(fitting))
    return pyproj.CRS(frame.crs)


def _is_modern(crs: pyproj.CRS) -> bool:
    """Whether its datum is WGS 84 or CGCS2000, however an export has spelled it."""
    datum = (crs.geodetic_crs or crs).datum
    name = (datum.name if datum else "").lower().replace("_", " ")
    return any(word in name for word in _MODERN_DATUMS)


def _require_fit(frame: gpd.GeoDataFrame, crs: pyproj.CRS, path: Path) -> None:
    """Refuse metres labelled as degrees, and eastings of another zone than the stated one."""
    bounds = frame.total_bounds
    if not np.isfinite(bounds).all():
        return
    too_large = np.abs(bounds).max() > 180
    if crs.is_geographic and too_large:
        raise BadFileError(path, "标明是经纬度，数值却是米", _remedy(zones_fitting(bounds)))
    if crs.is_projected and not too_large:
        raise BadFileError(
            path, f"标明是“{crs.name}”，数值却是度", "坐标其实是经纬度，请加 --crs EPSG:4490"
        )
    if crs.is_projected and abs((bounds[0] + bounds[2]) / 2 - _false_easting(crs)) > 1_000_000:
        fitting = zones_fitting(bounds)
        raise BadFileError(path, f"东坐标不在“{crs.name}”之内", _remedy(fitting))


def _false_easting(crs: pyproj.CRS) -> float:
    operation = crs.coordinate_operation
    params = operation.params if operation else []
    eastings = [p.value for p in params if p.name == "False easting"]
    return float(eastings[0]) if eastings and eastings[0] else float("nan")


def _remedy(fitting: list[str]) -> str:
    if not fitting:
        return "请向提供者问清坐标系，用 --crs 指明，例如 --crs EPSG:4490"
    return "按数值看应是" + "；或".join(fitting)
