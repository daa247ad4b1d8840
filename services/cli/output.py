"""How the terminal answers: tables for people, JSON for programs, one sentence for errors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from halfhour.errors import (
    BadInputError,
    HalfHourError,
    NotFoundError,
    RuleError,
    UnavailableError,
)
from halfhour.publishing import Finding
from halfhour.sentences import sentence_for

people = Console(highlight=False)
aside = Console(stderr=True, highlight=False)
"""Progress and remarks go to standard error, so that standard output stays an answer."""

Say = Callable[[str], None]

AsJson = Annotated[bool, typer.Option("--json", help="给程序读的 JSON。Answer in JSON.")]
Commit = Annotated[
    bool, typer.Option("--commit", help="真正写入；不加则只检查。Write; otherwise a dry run.")
]

_EXIT_CODES: list[tuple[type[HalfHourError], int]] = [
    (BadInputError, 2),
    (NotFoundError, 3),
    (RuleError, 4),
    (UnavailableError, 5),
]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, and whether its values align to the right."""

    heading: str
    right: bool = False


def family(help_text: str | None = None) -> typer.Typer:
    """Make a family of commands; all of them look alike."""
    return typer.Typer(
        no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=help_text
    )


def answer_json(answer: Any) -> None:
    """Print one JSON document, Chinese as it is."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str) + "\n")


def table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people."""
    drawn = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        drawn.add_column(
            column.heading, justify="right" if column.right else "left", overflow="fold"
        )
    for row in rows:
        drawn.add_row(*[escape(str(value)) for value in row])
    people.print(drawn)


def say(text: str) -> None:
    """Report progress on standard error."""
    aside.print(f"[dim]·[/dim] {escape(text)}")


def fail(error: HalfHourError, *, as_json: bool = False) -> int:
    """Print an error in one sentence and return the exit code of its branch."""
    sentence = sentence_for(error)
    if as_json:
        answer_json({"error": type(error).__name__, "sentence": sentence, "detail": str(error)})
    aside.print(f"[red]✗[/red] {escape(sentence)}", soft_wrap=True)
    return next(code for kind, code in _EXIT_CODES if isinstance(error, kind))


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what checks found, each with its place."""
    if not findings:
        people.print("[green]检查通过[/green]：没有发现问题。")
        return
    table(
        f"检查结果（{len(findings)}项）",
        [
            Column("级别"),
            Column("检查"),
            Column("编码"),
            Column("说明"),
            Column("位置", right=True),
        ],
        [
            (
                finding.severity.label,
                finding.check,
                "、".join(finding.codes[:4]) + ("…" if len(finding.codes) > 4 else ""),
                finding.sentence,
                f"{finding.place.lon:.6f}, {finding.place.lat:.6f}" if finding.place else "—",
            )
            for finding in findings
        ],
    )


def finding_json(finding: Finding) -> dict[str, Any]:
    """Turn a finding into plain values."""
    return {
        "check": finding.check,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "codes": list(finding.codes),
        "place": [finding.place.lon, finding.place.lat] if finding.place else None,
        "shape": finding.shape,
    }
