"""`halfhour VERB`: every command, and the one place where an error becomes a sentence."""

from __future__ import annotations

import sys

import typer

from halfhour.errors import HalfHourError
from services.cli import database, demo, files, imports, orders, users
from services.cli.output import fail

app = typer.Typer(
    name="halfhour",
    help="半小时 HalfHour：从群众的一句话，到志愿者上门。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(database.app, name="db", help="自带的 PostGIS 数据库。The private database.")
app.add_typer(imports.app, name="import", help="导入数据；不加 --commit 只检查。Import data.")
app.add_typer(users.app, name="users", help="登录账号。Accounts.")
app.command()(orders.place)
app.command()(orders.dispatch)
app.command()(orders.accept)
app.command()(orders.decline)
app.command()(orders.complete)
app.command("travel-times")(files.travel_times)
app.command()(files.locate)
app.command()(demo.demo)
app.command()(demo.serve)


def main() -> None:
    """Run a command; a known error ends in one Chinese sentence and its own exit code."""
    try:
        app()
    except HalfHourError as error:
        raise SystemExit(fail(error, as_json="--json" in sys.argv)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
