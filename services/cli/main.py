"""`halfhour VERB`: every command, and the one place where an error becomes a sentence.

A command's module is loaded when the command is called, so that asking for the state of the
database does not wait for road engines.
"""

from __future__ import annotations

import os
import shlex
import sys
import traceback
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException
from typer.main import get_command

from halfhour.clock import utc_now
from halfhour.errors import HalfHourError, ProgramFaultError
from services.cli.output import aside, fail
from services.cli.usage import bad_command

MODULES = {
    "place": "orders",
    "dispatch": "orders",
    "accept": "orders",
    "decline": "orders",
    "complete": "orders",
    "import": "imports",
    "users": "users",
    "db": "database",
    "travel-times": "files",
    "locate": "files",
    "demo": "demo",
    "serve": "demo",
}
"""Which module of `services.cli` holds a command or a family of commands."""


class OnDemand(TyperGroup):
    """A group whose commands are looked up in `MODULES`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  # typer's signature
        """Name all commands in the order in which people meet them."""
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002  # typer's signature
        """Load a command; None if there is none of that name."""
        if cmd_name not in MODULES:
            return None
        family: Any = get_command(import_module(f"services.cli.{MODULES[cmd_name]}").app)
        command = family.commands.get(cmd_name, family)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=OnDemand,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def halfhour() -> None:
    """半小时：从群众的一句话，到志愿者上门。From a sentence to a volunteer at the door."""


def main() -> None:
    """Run a command; an error ends in one Chinese sentence and its own exit code."""
    raise SystemExit(_exit_code())


def _exit_code() -> int:
    as_json = "--json" in sys.argv
    try:
        return app(prog_name="halfhour", standalone_mode=False) or 0
    except HalfHourError as error:
        return fail(error, as_json=as_json)
    except TyperException as error:
        if type(error).__name__ != "NoArgsIsHelpError":
            return fail(bad_command(error), as_json=as_json)
        aside.print(error.format_message(), markup=False)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except Exception as error:  # noqa: BLE001  # the last one who can say it in a sentence
        return fail(_fault(error), as_json=as_json)


def _fault(error: Exception) -> ProgramFaultError:
    """Keep the story of a mistake of ours for whoever mends it."""
    home = Path(os.environ.get("HALFHOUR_HOME") or ".halfhour")
    record = (home if home.is_dir() else Path(gettempdir())) / "trouble.log"
    story = "".join(traceback.format_exception(error))
    with record.open("a", encoding="utf-8") as log:
        log.write(f"{utc_now():%Y-%m-%d %H:%M:%S} {shlex.join(sys.argv[1:])}\n{story}\n")
    return ProgramFaultError(f"{type(error).__name__}: {error}".splitlines()[0], record)
