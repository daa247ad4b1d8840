"""`halfhour demo` and `halfhour serve`: see it work, then work with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from halfhour.clock import utc_now
from halfhour.errors import BadSettingError
from halfhour.settings import Settings
from models.server import server_for
from services import accounts, intake
from services import demo as demo_township
from services.cli.acting import started
from services.cli.environment import settings
from services.cli.orders import (
    candidate_json,
    placed_json,
    print_located,
    print_placed,
    print_ranking,
)
from services.cli.output import AsJson, Column, answer_json, family, people, say, table
from services.demo import Journey

app = family()

ROOT = Path(__file__).resolve().parents[2]
SHOWN = 8


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="演示一单后结束，不打开网页。")] = False,
    text: Annotated[str | None, typer.Option(help="换一句话试试。Another sentence.")] = None,
    as_json: AsJson = False,
) -> None:
    """装入青溪镇，从一句话走到志愿者上门，然后打开看板。The whole journey, then the dashboard."""
    say("启动数据库 …")
    was_running = server_for(settings()).status().running
    with started() as app:
        demo_township.load(app, now=utc_now(), say=say)
        logins = demo_township.sign_ins(app, now=utc_now())
        dispatcher = accounts.person_with_login(app, "dispatcher")
        say("演一个忙碌的早晨 …")
        demo_township.busy_morning(app, dispatcher, now=utc_now())
        journey = demo_township.journey(app, dispatcher, text, now=utc_now())
    if as_json:
        answer_json({"journey": _journey_json(journey), "accounts": [_login(a) for a in logins]})
    else:
        _print_journey(journey)
        _print_logins(logins)
    if not once:
        serve()
        if not was_running:
            server_for(settings()).stop()


@app.command()
def serve() -> None:
    """打开看板（大屏、点单台），Ctrl-C 停止。Serve the dashboard."""
    chosen = settings()
    _require_free_port(chosen)
    people.print(
        f"看板 [bold]http://{chosen.public_address}:{chosen.port}[/bold]，按 Ctrl-C 停止",
        soft_wrap=True,
    )
    environment = {**os.environ, "HALFHOUR_HOME": str(chosen.home)}
    server = subprocess.Popen([sys.executable, "-m", "serve"], cwd=ROOT, env=environment)
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        status = server.wait()
    except KeyboardInterrupt:
        status = server.wait()  # Ctrl-C reached it too; it is ending
        say("看板已停止，数据都在")
    if status not in (0, -signal.SIGINT, -signal.SIGTERM, 130):
        raise typer.Exit(status)


def _require_free_port(chosen: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            remedy = "这个端口用不了，多半已被占用；请换一个，或停掉占用它的程序"
            raise BadSettingError("HALFHOUR_PORT", str(chosen.port), remedy) from error


def _journey_json(journey: Journey) -> dict[str, Any]:
    return {
        "text": journey.text,
        "located": intake.located_json(journey.located),
        "request": placed_json(journey.placed),
        "candidates": [candidate_json(candidate) for candidate in journey.ranking[:SHOWN]],
        "considered": len(journey.ranking),
        "assigned": candidate_json(journey.chosen) if journey.chosen else None,
    }


def _print_journey(journey: Journey) -> None:
    people.rule("一句话的旅程")
    people.print(f"群众来电：[bold]{escape(journey.text)}[/bold]")
    print_located(journey.located)
    print_placed(placed_json(journey.placed))
    people.print(f"需要：{journey.placed.skill.label}（{journey.placed.skill_reason}）")
    print_ranking(journey.ranking[:SHOWN], journey.chosen)
    if journey.chosen is None:
        people.print("[red]半小时内没有人能到。[/red]请放宽条件、联系邻村，或电话请人先到现场。")


def _print_logins(logins: list[accounts.NewAccount]) -> None:
    table(
        "登录账号（每次演示都换新密码）",
        [Column("登录名"), Column("密码")],
        [(account.login, account.password) for account in logins],
    )


def _login(account: accounts.NewAccount) -> dict[str, str]:
    return {"login": account.login, "password": account.password}
