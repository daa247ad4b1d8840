"""Small pieces of a page as safe text: people's words are escaped here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from math import ceil, isinf

from dashboard import texts
from halfhour.six_orders import Stage

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=])")
_TOWNSHIP = re.compile(r"^\S{1,6}?(?:镇|乡|街道)(?=\S)")
_VILLAGE = re.compile(r"^\S{1,8}?(?:村|社区|居委会)")
_ORDER = (
    (Stage.PLACED, "点单"),
    (Stage.CATALOGUED, "供单"),
    (Stage.DISPATCHED, "派单"),
    (Stage.ACCEPTED, "接单"),
    (Stage.COMPLETED, "办结"),
    (Stage.RATED, "评单"),
    (Stage.REVIEWED, "审单"),
)


def plain(text: str) -> str:
    """Write text so that a Markdown label shows it as it is: no links, images or colours."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def steps(stage: Stage) -> str:
    """Draw the six orders with those taken marked, and the one waited for."""
    reached = [step for step, _ in _ORDER].index(stage)
    marks = []
    for index, (_, label) in enumerate(_ORDER):
        state = "done" if index <= reached else "next" if index == reached + 1 else ""
        marks.append(f'<li class="{state}">{label}</li>')
    return f'<ol class="steps">{"".join(marks)}</ol>'


def place_card(title: str, where: str, notes: Iterable[str], *, kind: str = "") -> str:
    """Draw a card that says where: a heading, the place, and what speaks for it."""
    chips = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<section class="place {kind}"><h4>{escape(title)}</h4>'
        f"<p>{escape(where)}</p><ul>{chips}</ul></section>"
    )


def request_card(number: str, text: str, where: str, notes: Iterable[str]) -> str:
    """Draw the request a desk is working on."""
    line = " · ".join(escape(note) for note in notes if note)
    return (
        f'<section class="request"><h3>{escape(number)}</h3><blockquote>{escape(text)}</blockquote>'
        f"<p><b>{escape(where)}</b></p><p>{line}</p></section>"
    )


def arrival(name: str, minutes: str, note: str) -> str:
    """Draw who comes and how soon, large enough to be read out over the phone."""
    return (
        f'<section class="arrival"><p><b>{escape(name)}</b>{escape(note)}</p>'
        f"<strong>{escape(minutes)}</strong></section>"
    )


def against_table(rows: Iterable[tuple[str, str, str]]) -> str:
    """Draw people who cannot be sent, with the reasons."""
    lines = "".join(
        f"<tr><td>{escape(name)}</td><td>{escape(minutes)}</td><td>{escape(why)}</td></tr>"
        for name, minutes, why in rows
    )
    head = "".join(f"<th>{title}</th>" for title in texts.AGAINST_HEAD)
    return f'<table class="against"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>'


def short_area(name: str) -> str:
    """Leave out what everybody here knows: the township, and a village that was said already."""
    known = _TOWNSHIP.sub("", name)
    village = _VILLAGE.match(known)
    if village is None:
        return known
    said = village.group()
    return said + known[len(said) :].replace(said, "", 1)


def minutes_text(seconds: float) -> str:
    """Write travel time as people say it: whole minutes, rounded up."""
    return texts.UNREACHABLE if isinf(seconds) else texts.MINUTES.format(max(1, ceil(seconds / 60)))


def short_number(number: str) -> str:
    """Write the serial of a request's number, which is what people say aloud."""
    serial = number.rsplit("-", 1)[-1]
    return f"№ {int(serial)}" if serial.isdecimal() else number
