"""What the columns of a boundary file say: code, name, level, parent, and the levels above.

Two kinds of table are understood. A *tall* one has one column each for code, name, level and
parent. A *wide* one names every level in columns of its own (乡镇, 村, 网格): its rows are the
areas of the finest level named, and the columns above say where they belong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from gis.headers import columns_for, tidy_heading
from halfhour import area_codes
from halfhour.errors import BadAreaCodeError, BadFieldError
from halfhour.vocabulary import Level

_TALL = {
    "code": (
        "code", "编码", "代码", "区划编码", "区划代码", "行政区划代码", "统计用区划代码",
        "统计用区划代码和城乡划分代码", "区域编码", "区域代码", "单位编码", "xzqdm", "xzqhdm",
        "qhdm", "qhbm", "dwdm", "adcode", "area_code", "bm", "dm",
    ),
    "name": (
        "name", "名称", "区划名称", "行政区划名称", "区域名称", "单位名称", "xzqmc", "xzqhmc",
        "qhmc", "dwmc", "area_name", "mc", "name:zh", "name_zh",
    ),
    "level": (
        "level", "层级", "级别", "等级", "区划级别", "区域级别", "类型级别", "cj", "jb",
    ),
    "parent": (
        "parent_code", "parent", "上级编码", "上级代码", "上级区划代码", "上级区划编码",
        "父级编码", "父级代码", "父编码", "上级", "上级名称", "上级区划", "上级单位", "父级",
        "所属区域", "sjdm", "sjbm", "parent_id", "pcode",
    ),
}  # fmt: skip
_WIDE = {
    Level.TOWNSHIP: (
        (
            "township_code", "towncode", "town_code", "乡镇编码", "乡镇代码", "街道编码",
            "街道代码", "镇编码", "镇代码", "xzdm", "xzbm",
        ),
        (
            "township_name", "township", "townname", "town_name", "town", "乡镇名称", "乡镇",
            "街道名称", "镇名称", "街道", "镇", "乡", "乡镇街道", "镇街", "所属乡镇", "所属街道",
            "所属镇街", "xzmc",
        ),
    ),
    Level.VILLAGE: (
        (
            "village_code", "villcode", "vill_code", "村编码", "村代码", "村居编码", "村居代码",
            "社区编码", "社区代码", "行政村编码", "行政村代码", "cdm", "cbm",
        ),
        (
            "village_name", "village", "villname", "vill_name", "村名称", "村名", "村", "村居",
            "村居名称", "村社区", "行政村", "行政村名称", "社区", "社区名称", "所属村",
            "所属社区", "所属村居", "所属村社区", "cmc",
        ),
    ),
    Level.GRID: (
        (
            "grid_code", "gridcode", "网格编码", "网格编号", "网格代码", "wgbm", "wgdm",
        ),
        (
            "grid_name", "grid", "gridname", "网格名称", "网格", "所属网格", "wgmc",
        ),
    ),
    Level.CELL: (
        (
            "cell_code", "cellcode", "微网格编码", "微网格编号", "微网格代码", "十联户编码",
            "联户编码", "联户单元编码",
        ),
        (
            "cell_name", "cell", "cellname", "微网格名称", "微网格", "十联户名称", "十联户",
            "联户名称", "联户单元", "联户",
        ),
    ),
}  # fmt: skip
_LEVEL_WORDS = {
    Level.TOWNSHIP: (
        "1", "township", "town", "乡镇", "乡", "镇", "街道", "乡镇街道", "乡级", "镇级",
        "乡镇级", "街道级", "一级",
    ),
    Level.VILLAGE: (
        "2", "village", "村", "社区", "村社区", "村居", "村级", "社区级", "行政村", "居委会",
        "村委会", "二级",
    ),
    Level.GRID: (
        "3", "grid", "网格", "网格级", "基础网格", "专属网格", "三级",
    ),
    Level.CELL: (
        "4", "cell", "十联户", "微网格", "联户", "联户单元", "微网格级", "四级",
    ),
}  # fmt: skip
_CHINESE = {"code": "编码", "name": "名称", "level": "层级", "parent": "上级"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which headings to use where the usual ones are not found, or are wrong."""

    code: str | None = None
    name: str | None = None
    level: str | None = None
    parent: str | None = None

    def given(self) -> dict[str, str]:
        """Give the headings that were stated, by meaning."""
        stated = {"code": self.code, "name": self.name, "level": self.level, "parent": self.parent}
        return {meaning: heading for meaning, heading in stated.items() if heading is not None}


@dataclass(slots=True)
class AreaRow:
    """
    One area as a file tells it.

    Attributes
    ----------
    row
        Number of the feature in the file, from 1; 0 or less for areas made from their children.
    level
        None if nothing says which.
    code, name
        Empty if the file has none.
    parent
        Code or name of the parent, as written.
    above
        Code and name of the areas above, where the file has columns for them.
    """

    row: int
    level: Level | None
    code: str
    name: str
    shape: Any
    parent: str = ""
    above: dict[Level, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """Which heading means what; `finest` is the level whose own columns name the rows."""

    code: Any = None
    name: Any = None
    level: Any = None
    parent: Any = None
    finest: Level | None = None
    above: Mapping[Level, tuple[Any, Any]] = field(default_factory=dict)


def area_rows(
    frame: gpd.GeoDataFrame, columns: Columns, *, level: Level | None, layer: str = ""
) -> list[AreaRow]:
    """
    Read the rows of a frame.

    Parameters
    ----------
    level
        The level of all rows; None to take it from the level column, from the columns that name
        levels, from the layer's name, or from the code, in this order.

    Raises
    ------
    BadFieldError
        If a stated heading is not in the table.
    """
    meaning = _meaning(frame, columns, level)
    records = frame.drop(columns=frame.geometry.name).to_dict("records")
    rows = []
    for number, (record, shape) in enumerate(zip(records, frame.geometry, strict=True), start=1):
        code = _code(record, meaning.code)
        stated = level or level_called(_text(record, meaning.level))
        rows.append(
            AreaRow(
                row=number,
                level=stated or meaning.finest or level_called(layer) or _level_by_code(code),
                code=code,
                name=_text(record, meaning.name),
                shape=shape,
                parent=_text(record, meaning.parent),
                above={
                    upper: (_code(record, code_column), _text(record, name_column))
                    for upper, (code_column, name_column) in meaning.above.items()
                },
            )
        )
    return rows


def level_called(word: str) -> Level | None:
    """Give the level a word such as 村级, 村界, grids or 3 stands for; None if for none."""
    tidied = tidy_heading(word)
    forms = {tidied, tidied.removesuffix("s"), tidied.removesuffix("界"), tidied.removesuffix("0")}
    return next((level for level, words in _LEVEL_WORDS.items() if forms & set(words)), None)


def _meaning(frame: gpd.GeoDataFrame, stated: Columns, level: Level | None) -> _Meaning:
    headings = [heading for heading in frame.columns if heading != frame.geometry.name]
    tall = _stated(headings, stated)
    free = [heading for heading in headings if heading not in tall.values()]
    known: dict[Any, Any] = {m: n for m, n in _TALL.items() if m not in tall}
    for upper, (codes, names) in _WIDE.items():
        known[upper, "code"], known[upper, "name"] = codes, names
    found: dict[Any, Any] = {**columns_for(free, known), **tall}
    named = [key[0] for key in found if isinstance(key, tuple)]
    finest = level or max(named, default=None)
    code, name = found.get("code"), found.get("name", found.get((finest, "name")))
    if code is None and _tells_rows_apart(frame, found.get((finest, "code"))):
        code = found[finest, "code"]
    rows_are_finest = (finest, "code") in found and code == found[finest, "code"]
    rows_are_finest |= (finest, "name") in found and name == found[finest, "name"]
    above = {
        upper: (found.get((upper, "code")), found.get((upper, "name")))
        for upper in named
        if not (rows_are_finest or level) or upper < (finest or 0)
    }
    return _Meaning(
        code=code,
        name=name,
        level=found.get("level"),
        parent=found.get("parent"),
        finest=finest if rows_are_finest and "level" not in found else None,
        above=above,
    )


def _stated(headings: list[str], stated: Columns) -> dict[Any, Any]:
    for meaning, heading in stated.given().items():
        if heading not in headings:
            listed = "、".join(map(str, headings)) or "无"
            raise BadFieldError(
                "-",
                heading,
                f"文件没有这一列（要用作{_CHINESE[meaning]}）",
                f"文件的列有：{listed}",
            )
    return dict(stated.given())


def _tells_rows_apart(frame: gpd.GeoDataFrame, heading: Any) -> bool:
    """Whether a column is the rows' own; a code that stands there twice is for the checks."""
    return heading is not None and 2 * frame[heading].nunique() > len(frame)


def _text(record: Mapping[Any, Any], column: Any) -> str:
    value = record.get(column) if column is not None else None
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _code(record: Mapping[Any, Any], column: Any) -> str:
    return area_codes.tidy(_text(record, column))


def _level_by_code(code: str) -> Level | None:
    try:
        return area_codes.level_of(code)
    except BadAreaCodeError:
        return None
