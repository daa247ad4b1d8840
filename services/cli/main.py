"""`halfhour VERB`: every command, and the one place where an error becomes a sentence.

A command's module is loaded when the command is called, so that asking for the state of the
database does not wait for road engines.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from halfhour.errors import HalfHourError
from services.cli.output import fail

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
    """Run a command; a known error ends in one Chinese sentence and its own exit code."""
    try:
        app(prog_name="halfhour")
    except HalfHourError as error:
        raise SystemExit(fail(error, as_json="--json" in sys.argv)) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
