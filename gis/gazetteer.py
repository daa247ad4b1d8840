"""Everything a township knows about the names of its places, as one tree of entries.

    township ─ village ─ grid ─ group ─ cell ─ household ─ house_number, card
                                group ─ pole
                        village or group ─ landmark

Levels may be missing: a township without grids hangs its villages' landmarks under the villages.
Entries of the levels township, village, grid and cell carry the area code as their id, so an
answer of `gis.locator` can be looked up among the areas.

A gazetteer comes from a CSV file (`id,parent_id,level,name,aliases,lon,lat`, aliases separated by
`|`), or is built from published areas, place points and household lists.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import shapely

from halfhour.errors import BadFieldError, BadFileError
from halfhour.places import LonLat
from halfhour.vocabulary import Level

if TYPE_CHECKING:  # frames are handed in; reading a file needs no geopandas and its 90 MB
    import geopandas as gpd

LEVELS = (
    "township",
    "village",
    "grid",
    "group",
    "cell",
    "household",
    "house_number",
    "card",
    "pole",
    "landmark",
)

OUTSIDE_LEVELS = ("province", "city", "county", "township", "village")

_COLUMNS = ("id", "parent_id", "level", "name", "aliases", "lon", "lat")
_OUTSIDE_COLUMNS = ("level", "name", "parent")
_AREA_LEVELS = {level.value: level.name.lower() for level in Level}


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """
    One thing people name: a village, a group, somebody's house, a pole.

    `lon` and `lat` are WGS-84 degrees, both or neither.
    """

    id: str
    parent_id: str | None
    level: str
    name: str
    aliases: tuple[str, ...] = ()
    lon: float | None = None
    lat: float | None = None

    @property
    def point(self) -> LonLat | None:
        """The entry's position, if it has one."""
        return None if self.lon is None or self.lat is None else LonLat(self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class OutsideName:
    """A place around the township: the county, its other townships, and their villages."""

    level: str
    name: str
    parent: str = ""


def read_gazetteer(path: Path | str) -> list[GazetteerEntry]:
    """
    Read a gazetteer file, UTF-8 or GB 18030.

    Raises
    ------
    BadFileError
        If the file cannot be read or lacks a column.
    BadFieldError
        If a row has no id or name, a level that does not exist, a parent that does not exist or
        is its own descendant, or a position that is no longitude and latitude.
    """
    entries = [_entry(row, number) for number, row in _rows(path, _COLUMNS)]
    _check_tree(entries)
    return entries


def is_gazetteer(path: Path | str) -> bool:
    """Say whether a file is a table with a gazetteer's columns, rather than a layer of points."""
    if Path(path).suffix.lower() not in {".csv", ".txt"}:
        return False
    heading = next(iter(_decoded(path).splitlines()), "")
    return {"parent_id", "level"} <= {name.strip() for name in heading.split(",")}


def read_outside(path: Path | str) -> list[OutsideName]:
    """
    Read the names around a township, `level,name,parent`, UTF-8 or GB 18030.

    Raises
    ------
    BadFileError
        If the file cannot be read or lacks a column.
    BadFieldError
        If a row has no name or a level that does not exist.
    """
    return [_outside(row, number) for number, row in _rows(path, _OUTSIDE_COLUMNS)]


def entries_from_areas(areas: gpd.GeoDataFrame) -> list[GazetteerEntry]:
    """
    Make entries of the areas of an edition.

    Parameters
    ----------
    areas
        One row per area: `code`, `name`, `level` (1 to 4), `parent_code`, polygons in EPSG:4326.
    """
    points = areas.geometry.representative_point()
    return [
        GazetteerEntry(
            id=str(area.code),
            parent_id=_text_or_none(area.parent_code),
            level=_AREA_LEVELS[int(area.level)],
            name=str(area.name_),
            lon=round(point.x, 7),
            lat=round(point.y, 7),
        )
        for area, point in zip(
            areas.rename(columns={"name": "name_"}).itertuples(), points, strict=True
        )
    ]


def entries_from_places(
    places: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, name_column: str = "name"
) -> list[GazetteerEntry]:
    """
    Make landmarks of named points, each under the finest area that holds it.

    Points without a name, and points in no area, are left out: nobody could be sent there. An
    identity follows from name and position, so that two files of points never share one.

    Parameters
    ----------
    places
        Points in EPSG:4326 with a column of names.
    areas
        As for `entries_from_areas`.
    """
    finest_first = areas.sort_values(["level", "code"], ascending=[False, True])
    tree = shapely.STRtree(finest_first.geometry.values)
    codes = finest_first["code"].astype(str).tolist()
    entries: dict[str, GazetteerEntry] = {}
    for name, point in zip(places[name_column], places.geometry, strict=True):
        text = _text_or_none(name)
        holders = tree.query(point, predicate="intersects")
        if text is None or holders.size == 0:
            continue
        parent = codes[int(holders.min())]
        lon, lat = round(point.x, 7), round(point.y, 7)
        identity = f"{parent}M{crc32(f'{text} {lon} {lat}'.encode()):08x}"
        entries[identity] = GazetteerEntry(identity, parent, "landmark", text, (), lon, lat)
    return list(entries.values())


def entries_from_households(households: gpd.GeoDataFrame) -> list[GazetteerEntry]:
    """
    Make entries of a household list: the head, and the door plate and service card if known.

    Parameters
    ----------
    households
        One row per dwelling: `id`, `area_code` (the finest area it lies in), `head`, and if
        known `aliases` (a tuple), `house_number`, `card`; points in EPSG:4326.
    """
    entries: list[GazetteerEntry] = []
    for row, point in zip(households.to_dict("records"), households.geometry, strict=True):
        lon, lat = round(point.x, 7), round(point.y, 7)
        home = str(row["id"])
        aliases = tuple(row.get("aliases") or ())
        parent, head = str(row["area_code"]), str(row["head"])
        entries.append(GazetteerEntry(home, parent, "household", head, aliases, lon, lat))
        for level, suffix in (("house_number", "N"), ("card", "K")):
            printed = _text_or_none(row.get(level))
            if printed is not None:
                entries.append(
                    GazetteerEntry(home + suffix, home, level, printed, (), lon, lat),
                )
    return entries


def _entry(row: dict[str, str], number: int) -> GazetteerEntry:
    level = _required(row, number, "level").lower()
    if level not in LEVELS:
        raise BadFieldError(
            number, "level", f"没有“{level}”这一级", f"请用 {'、'.join(LEVELS)} 之一"
        )
    lon, lat = (_degrees(row, number, axis) for axis in ("lon", "lat"))
    if (lon is None) != (lat is None):
        raise BadFieldError(number, "lon/lat", "经度和纬度只有一个", "请两个都填或都留空")
    if lon is not None and lat is not None and (abs(lat) > 90 or abs(lon) > 180):
        raise BadFieldError(
            number, "lat", f"({lon}, {lat}) 不是经纬度", "请查看是否把经度和纬度填反了"
        )
    return GazetteerEntry(
        id=_required(row, number, "id"),
        parent_id=_text_or_none(row["parent_id"]),
        level=level,
        name=_required(row, number, "name"),
        aliases=tuple(a for part in (row["aliases"] or "").split("|") if (a := part.strip())),
        lon=lon,
        lat=lat,
    )


def _outside(row: dict[str, str], number: int) -> OutsideName:
    level = _required(row, number, "level").lower()
    if level not in OUTSIDE_LEVELS:
        remedy = f"请用 {'、'.join(OUTSIDE_LEVELS)} 之一"
        raise BadFieldError(number, "level", f"没有“{level}”这一级", remedy)
    return OutsideName(level, _required(row, number, "name"), (row["parent"] or "").strip())


def _check_tree(entries: Sequence[GazetteerEntry]) -> None:
    """Every id once, every parent there, and no entry above itself. Row 1 is the header."""
    parents: dict[str, str | None] = {}
    for number, entry in enumerate(entries, start=2):
        if entry.id in parents:
            raise BadFieldError(number, "id", f"编号 {entry.id} 重复", "每行的编号只能用一次")
        parents[entry.id] = entry.parent_id
    sound: set[str] = set()
    for number, entry in enumerate(entries, start=2):
        path: set[str] = set()
        current: str | None = entry.id
        while current is not None and current not in sound:
            if current in path:
                raise BadFieldError(number, "parent_id", "上级绕了一圈回到自己", "请改正上级编号")
            if current not in parents:
                remedy = "请补上这一行，或改正上级编号"
                raise BadFieldError(number, "parent_id", f"没有编号为 {current} 的上级", remedy)
            path.add(current)
            current = parents[current]
        sound |= path


def _rows(path: Path | str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""))
    given = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [column for column in columns if column not in given]
    if missing:
        raise BadFileError(path, f"缺少列 {'、'.join(missing)}", f"表头应为 {','.join(columns)}")
    reader.fieldnames = given
    for number, row in enumerate(reader, start=2):
        if any(row.get(column) for column in columns):
            yield number, {column: row.get(column) or "" for column in columns}


def _decoded(path: Path | str) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise BadFileError(path, "读不了这个文件", "请核对路径和权限") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFileError(path, "不是 UTF-8 也不是 GB 18030 文本", "请另存为 UTF-8 编码的 CSV")


def _required(row: dict[str, str], number: int, field: str) -> str:
    text = row[field].strip()
    if not text:
        raise BadFieldError(number, field, "没有填写", "请补上")
    return text


def _degrees(row: dict[str, str], number: int, field: str) -> float | None:
    text = row[field].strip()
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise BadFieldError(number, field, f"“{text}”不是度数", "请填十进制的度，例如 107.93")
    return value


def _text_or_none(value: object) -> str | None:
    if value is None or value != value:  # noqa: PLR0124 - a missing value in a frame is NaN
        return None
    return str(value).strip() or None
