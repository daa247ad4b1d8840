"""`halfhour import …`: files become a township's data, after a look at what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from gis.area_table import Columns, level_called
from gis.boundary_files import BoundaryMapping
from halfhour.clock import utc_now
from halfhour.errors import BadFieldError, BlockedByFindingsError
from halfhour.vocabulary import Datum, Level, Severity
from services import imports, registers
from services.cli.acting import ActingAs, Township, acting, started
from services.cli.output import (
    AsJson,
    Column,
    Commit,
    answer_json,
    fail,
    family,
    finding_json,
    people,
    print_findings,
    say,
    table,
)
from services.imports import Imported

app = family("导入数据；不加 --commit 只检查。Import data; a dry run without --commit.")

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
FileDatum = Annotated[Datum, typer.Option(help="文件坐标：手机、高德、腾讯用 gcj02，百度用 bd09。")]
LevelName = Annotated[
    str | None,
    typer.Option("--level", help="文件里全部是哪一级：township、village、grid、cell。"),
]


@app.command()
def boundaries(
    file: File,
    level: LevelName = None,
    parent: Annotated[str | None, typer.Option(help="上级的编码或名称。")] = None,
    township_name: Annotated[
        str | None, typer.Option(help="文件里没有乡镇面时，由各村合成，用这个名称。")
    ] = None,
    township_code: Annotated[str | None, typer.Option(help="该乡镇的12位编码。")] = None,
    only: Annotated[str | None, typer.Option(help="文件里有几个乡镇时，只导入这一个。")] = None,
    layer: Annotated[str | None, typer.Option(help="图层名。")] = None,
    crs: Annotated[str | None, typer.Option(help="坐标系，例如 EPSG:4490。")] = None,
    encoding: Annotated[str | None, typer.Option(help="文字编码，例如 GBK。")] = None,
    code_field: Annotated[str | None, typer.Option(help="编码列。")] = None,
    name_field: Annotated[str | None, typer.Option(help="名称列。")] = None,
    level_field: Annotated[str | None, typer.Option(help="层级列。")] = None,
    parent_field: Annotated[str | None, typer.Option(help="上级列。")] = None,
    make_codes: Annotated[bool, typer.Option("--make-codes", help="全部重新编码。")] = False,
    swap_axes: Annotated[bool, typer.Option("--swap-axes", help="文件把纬度写在前面。")] = False,
    datum: FileDatum = Datum.WGS84,
    repair: Annotated[bool, typer.Option("--repair", help="修好能安全修好的毛病。")] = False,
    commit: Commit = False,
    as_json: AsJson = False,
) -> None:
    """边界：乡镇、村、网格、十联户。Boundaries from GeoJSON, GeoPackage or Shapefile."""
    mapping = BoundaryMapping(
        columns=Columns(code=code_field, name=name_field, level=level_field, parent=parent_field),
        level=_level(level),
        parent=parent,
        township_name=township_name,
        township_code=township_code,
        only=only,
        make_codes=make_codes,
        layer=layer,
        crs=crs,
        encoding=encoding,
        swap_axes=swap_axes,
        datum=datum,
    )
    with started() as application:
        report = imports.boundaries(
            application, file, mapping, commit=commit, now=utc_now(), repair=repair, say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


@app.command()
def roads(
    file: File,
    dem: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="高程文件；同目录只有一个时自动使用。"),
    ] = None,
    commit: Commit = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """路网：OSM 文件或线要素。Roads from OpenStreetMap or line files."""
    with acting(login, township) as who:
        report = imports.roads(
            who.app, who.person_id, file, dem=dem, commit=commit, now=utc_now(), say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


@app.command()
def places(
    file: File,
    outside: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="周边地名 CSV。")
    ] = None,
    datum: FileDatum = Datum.WGS84,
    commit: Commit = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """地名库：CSV 地名表，或 GeoJSON 地名点。The gazetteer, or named points."""
    with acting(login, township) as who:
        report = imports.places(
            who.app, who.person_id, file, outside=outside, datum=datum, commit=commit, say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


@app.command()
def households(
    file: File,
    datum: FileDatum = Datum.WGS84,
    commit: Commit = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """住户：户主、门牌、位置。Households."""
    with acting(login, township) as who:
        report = registers.households(
            who.app, who.person_id, file, datum=datum, commit=commit, say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


@app.command()
def volunteers(
    file: File,
    datum: FileDatum = Datum.WGS84,
    commit: Commit = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """志愿者：技能、出行方式、班次、住址。Volunteers."""
    with acting(login, township) as who:
        report = registers.volunteers(
            who.app, who.person_id, file, datum=datum, commit=commit, say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


@app.command()
def stations(
    file: File,
    datum: FileDatum = Datum.WGS84,
    commit: Commit = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """阵地：所、站、点、综治中心。Stations."""
    with acting(login, township) as who:
        report = registers.stations(
            who.app, who.person_id, file, datum=datum, commit=commit, say=say
        )
    _answer(report, asked_to_write=commit, as_json=as_json)


def _level(word: str | None) -> Level | None:
    if word is None:
        return None
    level = level_called(word)
    if level is None:
        raise BadFieldError(
            "-", "--level", f"没有“{word}”这一级", "可写 township、village、grid、cell"
        )
    return level


def _answer(report: Imported, *, asked_to_write: bool, as_json: bool) -> None:
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    if as_json:
        answer_json(
            {
                "counts": report.counts,
                "errors": errors,
                "findings": [finding_json(finding) for finding in report.findings],
                "notes": list(report.notes),
                "written": report.written,
                "details": report.details,
            }
        )
    else:
        _print(report)
    if errors and asked_to_write:
        raise typer.Exit(fail(BlockedByFindingsError(errors)))


def _print(report: Imported) -> None:
    table("读到", [Column("内容"), Column("数量", right=True)], report.counts.items())
    for note in report.notes:
        people.print(f"  · {escape(note)}")
    print_findings(report.findings)
    if report.written:
        people.print("[green]✓[/green] 已写入。")
    else:
        people.print("以上只是检查，没有写入任何内容；确认后加 [bold]--commit[/bold] 写入。")
