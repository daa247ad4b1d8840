"""点单, 派单 and what follows, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import isinf
from typing import Annotated, Any

import typer
from rich.markup import escape

from gis.datum import to_wgs84
from gis.locator.answers import Hint, Located
from halfhour.clock import utc_now
from halfhour.dispatching import Candidate
from halfhour.errors import (
    AmbiguousPlaceError,
    BadFieldError,
    NobodyInReachError,
    NotEntitledError,
    NotFoundError,
)
from halfhour.places import LonLat
from halfhour.sentences import sentence_for
from halfhour.vocabulary import Channel, Datum, Skill
from services import dispatch as dispatching
from services import intake
from services.cli.acting import Acting, ActingAs, Township, acting
from services.cli.output import AsJson, Column, answer_json, fail, family, people, table

app = family()

Text = Annotated[str, typer.Argument(help="群众的原话。What the resident said.")]
Number = Annotated[str, typer.Argument(help="单号或流水号。Number of the request.")]
At = Annotated[
    str | None, typer.Option("--at", help="共享的位置“经度,纬度”。Shared position, lon,lat.")
]


@app.command()
def place(
    text: Text,
    channel: Channel = Channel.DESK,
    village: Annotated[
        str | None, typer.Option(help="来电人登记的村（地名编号）。Reporter's village.")
    ] = None,
    at: At = None,
    datum: Annotated[Datum, typer.Option(help="--at 的坐标基准。")] = Datum.WGS84,
    choice: Annotated[
        str | None, typer.Option(help="从候选中选定的地名编号。Chosen gazetteer id.")
    ] = None,
    pin: Annotated[
        bool, typer.Option("--pin", help="以 --at 为准，不看文字。The position decides.")
    ] = False,
    skill: Annotated[Skill | None, typer.Option(help="需要的技能；默认按原话推荐。")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只定位，不记单。")] = False,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """点单：从一句话找到十联户、网格和村，并记下一单。Place a request from a sentence."""
    position = _position(at, datum)
    if pin and position is None:
        raise BadFieldError("-", "--pin", "没有说明位置", "请用 --at 写明“经度,纬度”")
    hint = Hint(channel=channel.value, reporter_village_id=village)
    if position is not None:
        hint = Hint(channel.value, village, position[0], position[1], datum.value)
    with acting(login, township) as who:
        located = intake.suggest(who.app, who.person_id, text, hint)
        answer: dict[str, Any] = {"text": text, **intake.located_json(located), "request": None}
        code = 0
        if not dry_run:
            pinned = to_wgs84(*position, datum) if pin and position else None
            code = _place(who, text, answer, channel, hint, choice, pinned, skill)
    if as_json:
        answer_json(answer)
    else:
        print_located(located)
        if answer["request"]:
            print_placed(answer["request"])
        elif "sentence" in answer:
            people.print(escape(answer["sentence"]))
    raise typer.Exit(code)


def _place(
    who: Acting,
    text: str,
    answer: dict[str, Any],
    channel: Channel,
    hint: Hint,
    choice: str | None,
    pin: LonLat | None,
    skill: Skill | None,
) -> int:
    """Write the request if its place is known; else put the sentence to say into the answer."""
    try:
        placed = intake.place(
            who.app,
            who.person_id,
            text,
            now=utc_now(),
            channel=channel,
            hint=hint,
            choice=choice,
            pin=pin,
            skill=skill,
        )
    except (AmbiguousPlaceError, NotFoundError) as error:
        answer["sentence"] = sentence_for(error)
        return 4 if isinstance(error, AmbiguousPlaceError) else 3
    answer["request"] = placed_json(placed)
    return 0


@app.command()
def dispatch(
    number: Number,
    volunteer: Annotated[int | None, typer.Option(help="指定志愿者编号。")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只排出候选人，不派单。")] = False,
    most: Annotated[int, typer.Option(help="列出多少候选人。", min=1)] = 10,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """派单：按真实道路时间选最先能到的人。Send the first who can arrive, by road."""
    chosen, refusal = None, None
    with acting(login, township) as who:
        request_id = dispatching.request_id(who.app, who.person_id, number)
        now = utc_now()
        there = dispatching.destination(who.app, who.person_id, request_id)
        try:
            if dry_run:
                ranking = dispatching.candidates(who.app, who.person_id, request_id, now)
            else:
                chosen, ranking = dispatching.dispatch(
                    who.app, who.person_id, request_id, now, volunteer_id=volunteer
                )
        except NobodyInReachError as error:
            refusal = error
            ranking = dispatching.candidates(who.app, who.person_id, request_id, now)
    if as_json:
        answer_json(
            {
                "request": request_id,
                "destination": {"lon": there.point.lon, "lat": there.point.lat, "what": there.what},
                "assigned": candidate_json(chosen) if chosen else None,
                "candidates": [candidate_json(c) for c in ranking[:most]],
                "considered": len(ranking),
                "sentence": sentence_for(refusal) if refusal else None,
            }
        )
    else:
        people.print(f"去往：{escape(there.what)}（{there.point.lon:.6f}, {there.point.lat:.6f}）")
        print_ranking(ranking[:most], chosen)
    if refusal:
        raise typer.Exit(fail(refusal))


@app.command()
def accept(
    number: Number, login: ActingAs = None, township: Township = None, as_json: AsJson = False
) -> None:
    """接单：志愿者接下。The volunteer accepts."""
    with _answering(login, township) as who:
        request_id = dispatching.request_id(who.app, who.person_id, number)
        dispatching.accept(who.app, who.person_id, request_id, now=utc_now())
    _print_done(request_id, "accepted", "已接单", as_json=as_json)


@app.command()
def decline(
    number: Number,
    reason: Annotated[str, typer.Option(help="原因。")],
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """拒单：说明原因，重新派单。The volunteer declines, with a reason."""
    if not reason.strip():
        raise BadFieldError("-", "--reason", "没有填写", "请写明原因")
    with _answering(login, township) as who:
        request_id = dispatching.request_id(who.app, who.person_id, number)
        dispatching.decline(who.app, who.person_id, request_id, now=utc_now(), reason=reason)
    _print_done(request_id, "declined", "已退回待派单", as_json=as_json)


@app.command()
def complete(
    number: Number,
    note: Annotated[str | None, typer.Option(help="办理情况。")] = None,
    login: ActingAs = None,
    township: Township = None,
    as_json: AsJson = False,
) -> None:
    """办结：事情办好了。The work is done."""
    with _answering(login, township) as who:
        request_id = dispatching.request_id(who.app, who.person_id, number)
        dispatching.complete(who.app, who.person_id, request_id, now=utc_now(), reason=note)
    _print_done(request_id, "completed", "已办结", as_json=as_json)


@contextmanager
def _answering(login: str | None, township: str | None) -> Iterator[Acting]:
    """Act for somebody who may answer an offer; the local operator may not, and is told who may."""
    try:
        with acting(login, township) as who:
            yield who
    except NotEntitledError as error:
        if login is not None:
            raise
        raise BadFieldError(
            "-", "--as", "本机管理员不能代人接单、拒单、办结", "请写明志愿者或调度员的登录名"
        ) from error


def _print_done(request_id: int, step: str, words: str, *, as_json: bool) -> None:
    if as_json:
        answer_json({"request": request_id, "step": step})
    else:
        people.print(f"[green]✓[/green] {words}")


def placed_json(placed: intake.Placed) -> dict[str, Any]:
    """Turn a placed request into plain values."""
    path = placed.path
    return {
        "id": placed.request_id,
        "number": placed.number,
        "area": placed.area_name,
        "township": path.township_code,
        "village": path.village_code,
        "grid": path.grid_code,
        "cell": path.cell_code,
        "lon": placed.point.lon if placed.point else None,
        "lat": placed.point.lat if placed.point else None,
        "precision": placed.precision.value,
        "confidence": round(placed.confidence, 3),
        "skill": placed.skill.value,
        "skill_reason": placed.skill_reason,
    }


def candidate_json(candidate: Candidate) -> dict[str, Any]:
    """Turn a candidate into plain values; an endless time is null."""
    endless = isinf(candidate.travel_s)
    return {
        "volunteer_id": candidate.volunteer_id,
        "name": candidate.name,
        "mode": candidate.mode.value,
        "lon": candidate.place.lon,
        "lat": candidate.place.lat,
        "travel_s": None if endless else round(candidate.travel_s, 3),
        "minutes": None if endless else round(candidate.minutes, 2),
        "open_requests": candidate.open_requests,
        "reasons_against": list(candidate.reasons),
    }


def print_ranking(ranking: list[Candidate], chosen: Candidate | None) -> None:
    """Print who could go, in which order and why not."""
    table(
        "候选人",
        [
            Column("", right=True),
            Column("志愿者"),
            Column("出行"),
            Column("分钟", right=True),
            Column("手上", right=True),
            Column("说明"),
        ],
        [
            (
                "→" if chosen and c.volunteer_id == chosen.volunteer_id else index,
                f"{c.name}（{c.volunteer_id}）",
                c.mode.label,
                "到不了" if isinf(c.travel_s) else f"{c.minutes:.1f}",
                c.open_requests,
                "；".join(c.reasons) or "可派",
            )
            for index, c in enumerate(ranking, start=1)
        ],
    )
    if chosen:
        people.print(
            f"[green]✓[/green] 已派给 [bold]{escape(chosen.name)}[/bold]，"
            f"{chosen.mode.label}约 [bold]{chosen.minutes:.1f}[/bold] 分钟到达"
        )


def print_located(located: Located) -> None:
    """Say where it is, how sure that is, and why; or what to ask."""
    percent = f"{located.confidence:.0%}"
    precision = (
        f"，精度{located.precision}（{located.precision.label}）" if located.precision else ""
    )
    people.print(f"[bold]{located.answer.label}[/bold]，把握 {percent}{precision}")
    for reason in located.evidence:
        people.print(f"  · {escape(reason)}")
    if located.question:
        people.print(f"[yellow]请问：[/yellow]{escape(located.question.removeprefix('请问'))}")
        for match in located.candidates:
            people.print(escape(f"  {match.id}  {match.label}"))


def print_placed(placed: dict[str, Any]) -> None:
    """Say which number a request got, and in which area."""
    number, area = placed["number"], placed["area"]
    people.print(
        f"[green]✓[/green] 已记为 [bold]{number}[/bold]（{placed['id']}）：{escape(area)}",
        soft_wrap=True,
    )


def _position(text: str | None, datum: Datum) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise BadFieldError("-", "--at", f"“{text}”不是坐标", "写成“经度,纬度”") from None
    to_wgs84(lon, lat, datum)  # refuses what is no position
    return lon, lat
