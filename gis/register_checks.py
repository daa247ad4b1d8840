"""Whether codes, names, levels and parents of a table of areas agree. No geometry here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import geopandas as gpd

from gis.evidence import found, label, listed, place_in
from halfhour import area_codes
from halfhour.publishing import Finding
from halfhour.vocabulary import Level, Severity

_ONE_BY_ONE = 5
"""More rows than this with the same fault in one column are one finding, not many."""


def register_findings(areas: gpd.GeoDataFrame) -> list[Finding]:
    """
    Check codes, levels, parents and names.

    Parameters
    ----------
    areas
        One row per area: `code`, `name`, `level`, `parent_code`, `geometry`.
    """
    findings: list[Finding] = []
    for check in (
        _missing_codes,
        _ill_formed_codes,
        _duplicate_codes,
        _levels,
        _parents,
        _prefixes,
        _childless,
        _missing_names,
        _duplicate_names,
    ):
        findings += check(areas)
    return findings


def _missing_codes(areas: gpd.GeoDataFrame) -> list[Finding]:
    return _by_row(
        areas,
        "missing_code",
        [n for n, code in enumerate(areas["code"]) if not code],
        lambda who: f"{who}没有编码。请在编码列补上，或加 --make-codes 重新编码",
    )


def _ill_formed_codes(areas: gpd.GeoDataFrame) -> list[Finding]:
    wrong = [
        n for n, code in enumerate(areas["code"]) if code and not area_codes.is_well_formed(code)
    ]
    return _by_row(
        areas,
        "ill_formed_code",
        wrong,
        lambda who: (
            f"{who}的编码不合规则：乡镇和村为12位数字，网格15位，十联户18位。"
            "请核对编码列（表格软件常把长数字改成科学计数），或加 --make-codes 重新编码"
        ),
    )


def _duplicate_codes(areas: gpd.GeoDataFrame) -> list[Finding]:
    rows = defaultdict(list)
    for n, code in enumerate(areas["code"]):
        if code:
            rows[code].append(n)
    return [
        found(
            "duplicate_code",
            f"编码 {code} 用了{len(same)}次：{listed([label(areas, n) for n in same])}。"
            "请改正其中的编码，一个编码只能属于一个区域",
            codes=[code],
            shape=areas.geometry.iloc[same[-1]],
        )
        for code, same in rows.items()
        if len(same) > 1
    ]


def _levels(areas: gpd.GeoDataFrame) -> list[Finding]:
    findings = _by_row(
        areas,
        "unknown_level",
        [n for n, level in enumerate(areas["level"]) if level not in set(Level)],
        lambda who: f"看不出{who}是哪一级。请补层级列，或改正编码",
    )
    for n, (code, level) in enumerate(zip(areas["code"], areas["level"], strict=True)):
        if not area_codes.is_well_formed(code) or level not in set(Level):
            continue
        by_code = area_codes.level_of(code)
        if by_code != level:
            findings.append(
                found(
                    "wrong_level",
                    f"{label(areas, n)}按编码是{by_code.label}，层级却写成{Level(level).label}。"
                    "请改正层级列或编码",
                    codes=[code],
                    shape=areas.geometry.iloc[n],
                )
            )
    return findings


def _parents(areas: gpd.GeoDataFrame) -> list[Finding]:
    levels = dict(zip(areas["code"], areas["level"], strict=True))
    missing: dict[tuple[str, int], list[int]] = defaultdict(list)
    findings = []
    for n, (level, parent) in enumerate(zip(areas["level"], areas["parent_code"], strict=True)):
        if level <= Level.TOWNSHIP:
            continue
        if not isinstance(parent, str) or parent not in levels:
            missing[parent if isinstance(parent, str) else "", level].append(n)
        elif levels[parent] != level - 1:
            findings.append(
                found(
                    "skipped_level",
                    f"{label(areas, n)}是{Level(level).label}，上级 {parent} 却不是"
                    f"{Level(level - 1).label}。请改正上级编码，或补上中间一级",
                    codes=[areas["code"].iloc[n], parent],
                    shape=areas.geometry.iloc[n],
                )
            )
    for (parent, level), rows in missing.items():
        findings.append(_missing_parent(areas, parent, Level(level), rows))
    return findings


def _missing_parent(areas: gpd.GeoDataFrame, parent: str, level: Level, rows: list[int]) -> Finding:
    upper = Level(level - 1).label
    remedy = (
        "请加 --township-name 写明乡镇名称，由各村合并出乡镇"
        if level is Level.VILLAGE
        else f"请在文件里补上这个{upper}，或改正上级编码"
    )
    which = f"上级{upper} {parent} 不在文件里" if parent else f"没有写上级{upper}"
    return found(
        "missing_parent",
        f"{listed([label(areas, n) for n in rows])}：{which}。{remedy}",
        codes=[*([parent] if parent else []), *(areas["code"].iloc[n] for n in rows)],
        shape=areas.geometry.iloc[rows[0]],
    )


def _prefixes(areas: gpd.GeoDataFrame) -> list[Finding]:
    known = set(areas["code"])
    findings = []
    for n, (code, level, parent) in enumerate(
        zip(areas["code"], areas["level"], areas["parent_code"], strict=True)
    ):
        fits = not area_codes.is_well_formed(code, _level(level)) or level <= Level.TOWNSHIP
        if fits or parent not in known or area_codes.parent_of(code) == parent:
            continue
        findings.append(
            found(
                "code_not_in_parent",
                f"{label(areas, n)}的编码应以上级编码开头，上级却是 {parent}。请改正编码或上级",
                codes=[code, parent],
                shape=areas.geometry.iloc[n],
            )
        )
    return findings


def _childless(areas: gpd.GeoDataFrame) -> list[Finding]:
    parents = set(areas["parent_code"])
    findings = []
    for level in (Level.TOWNSHIP, Level.VILLAGE, Level.GRID):
        of_level = [n for n, found_level in enumerate(areas["level"]) if found_level == level]
        childless = [n for n in of_level if areas["code"].iloc[n] not in parents]
        if 0 < len(childless) < len(of_level):
            findings += _by_row(
                areas,
                "no_children",
                childless,
                _sentence_for_childless(Level(level + 1)),
                severity=Severity.WARNING,
            )
    return findings


def _sentence_for_childless(lower: Level) -> Callable[[str], str]:
    return lambda who: f"{who}下面没有{lower.label}，别处都有。请补上，或确认确实不设"


def _missing_names(areas: gpd.GeoDataFrame) -> list[Finding]:
    return _by_row(
        areas,
        "missing_name",
        [n for n, name in enumerate(areas["name"]) if not name],
        lambda who: f"{who}没有名称。请补上，或用 --name-field 指明名称列",
        severity=Severity.WARNING,
    )


def _duplicate_names(areas: gpd.GeoDataFrame) -> list[Finding]:
    rows = defaultdict(list)
    keys = zip(areas["parent_code"], areas["level"], areas["name"], strict=True)
    for n, (parent, level, name) in enumerate(keys):
        if name and level != Level.CELL:
            rows[parent, level, name].append(n)
    return [
        found(
            "duplicate_name",
            f"同一上级下有{len(same)}个“{name}”：{listed([label(areas, n) for n in same])}。"
            "请核对名称，以免派错",
            codes=[areas["code"].iloc[n] for n in same],
            shape=areas.geometry.iloc[same[-1]],
            severity=Severity.WARNING,
        )
        for (_, _, name), same in rows.items()
        if len(same) > 1
    ]


def _by_row(
    areas: gpd.GeoDataFrame,
    check: str,
    rows: list[int],
    sentence: Callable[[str], str],
    *,
    severity: Severity = Severity.ERROR,
) -> list[Finding]:
    """One finding for each row, or one for all if there are many."""
    groups = [[row] for row in rows] if len(rows) <= _ONE_BY_ONE else [rows]
    findings = []
    for group in groups:
        shape = areas.geometry.iloc[group[0]]
        findings.append(
            found(
                check,
                sentence(listed([label(areas, n) for n in group])),
                codes=[areas["code"].iloc[n] or str(areas.index[n]) for n in group],
                place=place_in(shape) if shape is not None and not shape.is_empty else None,
                severity=severity,
            )
        )
    return findings


def _level(number: int) -> Level | None:
    return Level(number) if number in set(Level) else None
