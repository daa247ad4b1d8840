"""Households, volunteers, stations and places from tables: what a row means, and what is wrong.

All faults of a file are collected, each with its row, its column and the remedy; a row with a
fault is left out. Points are brought to WGS-84 on the way in, from the datum the caller names: a
table filled from a phone or a map page is in GCJ-02, whatever its heading says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gis.evidence import found
from gis.field_values import (
    area_code,
    one_of,
    phone,
    plain,
    point,
    several,
    skills,
    unfit,
    whole,
)
from gis.records import Record, read_records
from halfhour.errors import BadFieldError, BadFileError
from halfhour.publishing import Finding
from halfhour.shifts import parse_shifts
from halfhour.vocabulary import Datum, StationKind, TravelMode


@dataclass(frozen=True, slots=True)
class PointTable:
    """
    The rows of a file that are sound, and what is wrong with the others.

    Attributes
    ----------
    frame
        One row per record, indexed by its number in the file; columns as each reader says, among
        them `point`, a `LonLat` or None.
    findings
        Errors by row and column.
    """

    frame: pd.DataFrame
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    meaning: str
    headings: tuple[str, ...]
    read: Callable[[str], Any]
    needed: bool = False
    """Whether an empty value is a fault."""
    otherwise: Any = ""
    """The value of an empty field that is not needed."""


def read_households(
    path: Path, *, datum: Datum = Datum.WGS84, encoding: str | None = None
) -> PointTable:
    """
    Read households (户).

    Columns: `id` (needed, once only), `cell_code`, `group`, `head`, `nickname`, `plate`, `card`,
    `phone` (text, empty if unknown), `point`, `residents` (None if unknown), `vulnerable` (tuple
    of reasons).

    Raises
    ------
    BadFileError
        If the file cannot be read at all, or has no column for something needed.
    """
    return _read(path, _HOUSEHOLD, datum=datum, encoding=encoding, unique=("id",))


def read_volunteers(
    path: Path, *, datum: Datum = Datum.WGS84, encoding: str | None = None
) -> PointTable:
    """
    Read volunteers (志愿者).

    Columns: `id`, `name` (needed), `phone`, `point` (home, needed), `mode` (TravelMode, on foot
    if empty), `skills` (frozenset of Skill), `shifts` (as of `halfhour.shifts.parse_shifts`),
    `load_limit` (3 if empty), `team`.

    Raises
    ------
    BadFileError
        If the file cannot be read at all, or has no column for something needed.
    """
    return _read(path, _VOLUNTEER, datum=datum, encoding=encoding, unique=("id",), needs_point=True)


def read_stations(
    path: Path, *, datum: Datum = Datum.WGS84, encoding: str | None = None
) -> PointTable:
    """
    Read practice sites and command centres (阵地).

    Columns: `kind` (StationKind, needed), `name` (needed, once only), `point` (needed),
    `village_code`, `hours`, `phone`.

    Raises
    ------
    BadFileError
        If the file cannot be read at all, or has no column for something needed.
    """
    return _read(path, _STATION, datum=datum, encoding=encoding, unique=("name",), needs_point=True)


def read_places(
    path: Path, *, datum: Datum = Datum.WGS84, encoding: str | None = None
) -> PointTable:
    """
    Read named points, such as settlements of OpenStreetMap (地名点).

    Columns: `id`, `name` (needed), `aliases` (tuple), `kind`, `point` (needed).

    Raises
    ------
    BadFileError
        If the file cannot be read at all, or has no column for something needed.
    """
    return _read(path, _PLACE, datum=datum, encoding=encoding, needs_point=True)


_LON = _Column("lon", ("lon", "经度", "lng", "longitude", "x", "东经", "x坐标"), plain)
_LAT = _Column("lat", ("lat", "纬度", "latitude", "y", "北纬", "y坐标"), plain)
_PHONE = _Column(
    "phone", ("phone", "电话", "手机", "联系电话", "手机号", "联系方式", "mobile"), phone
)
_ID = ("id", "编号", "序号", "no", "号")

_HOUSEHOLD = (
    _Column("id", (*_ID, "户号", "户编号", "户编码", "household_id"), plain, needed=True),
    _Column(
        "cell_code", ("cell_code", "十联户编码", "微网格编码", "联户编码", "单元编码"), area_code
    ),
    _Column("group", ("group", "组", "村民组", "小组", "组别", "所属组", "自然村"), plain),
    _Column("head", ("head", "户主", "户主姓名", "姓名", "name", "head_name"), plain),
    _Column("nickname", ("nickname", "小名", "绰号", "别名", "俗称", "称呼"), plain),
    _Column("plate", ("plate", "门牌", "门牌号", "house_number", "地址"), plain),
    _Column("card", ("card", "便民服务卡", "服务卡", "卡号", "服务卡号"), plain),
    _PHONE,
    _LON,
    _LAT,
    _Column(
        "residents",
        ("residents", "人口", "人数", "家庭人口", "常住人口", "people"),
        whole,
        otherwise=None,
    ),
    _Column(
        "vulnerable",
        ("vulnerable", "重点人群", "重点对象", "特殊人群", "关爱对象"),
        several,
        otherwise=(),
    ),
)
_VEHICLES = {
    "走路": TravelMode.WALK,
    "电瓶车": TravelMode.E_BIKE,
    "电动自行车": TravelMode.E_BIKE,
    "摩托": TravelMode.MOTORCYCLE,
    "小汽车": TravelMode.CAR,
    "轿车": TravelMode.CAR,
    "私家车": TravelMode.CAR,
}
_VOLUNTEER = (
    _Column("id", (*_ID, "志愿者编号", "volunteer_id"), plain),
    _Column("name", ("name", "姓名", "志愿者", "志愿者姓名"), plain, needed=True),
    _PHONE,
    _LON,
    _LAT,
    _Column(
        "mode",
        ("mode", "出行方式", "交通工具", "交通方式", "travel_mode"),
        one_of(TravelMode, also=_VEHICLES),
        otherwise=TravelMode.WALK,
    ),
    _Column("skills", ("skills", "技能", "特长", "专长", "skill"), skills, otherwise=frozenset()),
    _Column(
        "shifts",
        ("shifts", "班次", "值班", "值班时间", "可服务时间", "服务时间"),
        parse_shifts,
        otherwise=(),
    ),
    _Column("load_limit", ("load_limit", "接单上限", "同时接单数", "上限"), whole, otherwise=3),
    _Column("team", ("team", "队伍", "所属队伍", "分队", "志愿服务队"), plain),
)
_STATION = (
    _Column("kind", ("kind", "类别", "类型", "阵地类型", "type"), one_of(StationKind), needed=True),
    _Column("name", ("name", "名称", "阵地名称", "站点名称", "站点"), plain, needed=True),
    _LON,
    _LAT,
    _Column(
        "village_code", ("village_code", "村编码", "村代码", "所属村编码", "村居编码"), area_code
    ),
    _Column("hours", ("hours", "开放时间", "服务时间", "值班时间"), plain),
    _PHONE,
)
_PLACE = (
    _Column("id", (*_ID, "osm_node", "osm_id", "@id"), plain),
    _Column("name", ("name", "名称", "地名", "name:zh", "站名"), plain, needed=True),
    _Column(
        "aliases",
        ("aliases", "别名", "alt_name", "俗称", "曾用名", "old_name"),
        several,
        otherwise=(),
    ),
    _Column("kind", ("kind", "place", "类别", "类型", "level"), plain),
    _LON,
    _LAT,
)


def _read(
    path: Path,
    columns: Sequence[_Column],
    *,
    datum: Datum,
    encoding: str | None,
    unique: Sequence[str] = (),
    needs_point: bool = False,
) -> PointTable:
    known = {column.meaning: column.headings for column in columns}
    records, present = read_records(path, known, encoding=encoding)
    missing = [
        column.headings[:2]
        for column in columns
        if column.meaning not in present
        and (column.needed or (needs_point and column.meaning in {"lon", "lat"}))
    ]
    if missing:
        names = "、".join("/".join(headings) for headings in missing)
        raise BadFileError(path, f"缺少列：{names}", "请补上这些列，列名写中文或英文都可以")
    findings: list[Finding] = []
    rows: dict[int, dict[str, Any]] = {}
    for record in records:
        values, faults = _values(record, columns, datum=datum, needs_point=needs_point)
        findings += faults
        if not faults:
            rows[record.row] = values
    for meaning in unique:
        findings += _repeated(rows, meaning)
    meanings = [c.meaning for c in columns if c.meaning not in {"lon", "lat"}] + ["point"]
    index = pd.Index(list(rows), dtype="int64", name="row")
    by_meaning = {m: [values[m] for values in rows.values()] for m in meanings}
    series = {m: pd.Series(values, index, dtype=object) for m, values in by_meaning.items()}
    return PointTable(pd.DataFrame(series, index), tuple(findings))


def _values(
    record: Record, columns: Sequence[_Column], *, datum: Datum, needs_point: bool
) -> tuple[dict[str, Any], list[Finding]]:
    values: dict[str, Any] = {}
    faults = []
    for column in columns:
        text = record.values.get(column.meaning, "")
        if not text and not column.needed:
            values[column.meaning] = column.otherwise
            continue
        try:
            if not text:
                raise unfit("没有填", "请补上")
            values[column.meaning] = column.read(text)
        except BadFieldError as fault:
            faults.append(_fault(record, column.headings[1], fault.problem, fault.remedy))
    try:
        values["point"] = point(values.pop("lon"), values.pop("lat"), datum, needed=needs_point)
    except BadFieldError as fault:
        faults.append(_fault(record, "经度、纬度", fault.problem, fault.remedy))
    return values, faults


def _repeated(rows: dict[int, dict[str, Any]], meaning: str) -> list[Finding]:
    """Drop the rows that repeat an earlier value, and say so."""
    first: dict[Any, int] = {}
    faults = []
    for row, values in list(rows.items()):
        value = values[meaning]
        if value and first.setdefault(value, row) != row:
            del rows[row]
            sentence = f"第{row}行与第{first[value]}行重复：“{value}”。请改正，或删去一行"
            faults.append(found("repeated_row", sentence, codes=[str(row)]))
    return faults


def _fault(record: Record, heading: str, problem: str, remedy: str) -> Finding:
    sentence = f"第{record.row}行“{heading}”：{problem}。{remedy}"
    return found("bad_field", sentence, codes=[str(record.row)])
