"""The `qala` command. Each command lives in its own module, which is imported only when the command runs."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import click

COMMANDS: dict[str, str] = {  # the command's name -> where it lives; the order is the order of `qala --help`
    "serve": "backend.cli.serve:serve",
    "work": "backend.cli.work:work",
    "migrate": "backend.cli.migrate:migrate",
    "config": "backend.cli.config:config",
    "create-admin": "backend.cli.create_admin:create_admin",
    "ledger": "backend.cli.ledger:ledger",
    "openapi": "backend.cli.openapi:openapi",
    "messages": "backend.cli.messages:messages",
    "import-osm": "backend.cli.import_osm:import_osm",
    "roads": "backend.cli.roads:roads",
    "seed-demo": "backend.cli.seed_demo:seed_demo",
    "demo": "backend.cli.demo:demo",
    "evaluate": "backend.cli.evaluate:evaluate",
    "train": "backend.cli.train:train",
}
REFUSED_SETTING, REFUSED = 2, 1


class Commands(click.Group):
    """The commands of COMMANDS; what the user can put right is told in one line, without a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command when it is asked for."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the first line of their modules' docstrings, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, _summary(place)) for name, place in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        return _tell_plainly(lambda: super(Commands, self).invoke(ctx))


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
def main() -> None:
    """Qala: the field-work platform of Petropavl. Settings come from QALA_* variables: see `qala config`."""


def _summary(place: str) -> str:
    """The first docstring line of a command's module, read without running it."""
    import ast
    from pathlib import Path

    path = Path(__file__).parent.joinpath(*place.partition(":")[0].split(".")[2:]).with_suffix(".py")
    if not path.exists():
        path = path.with_suffix("") / "__init__.py"
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    summary = docstring.partition("\n")[0].partition(": ")[2]
    return summary[:1].upper() + summary[1:]


def _tell_plainly(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from None


def _refusal(error: Exception) -> click.ClickException | None:
    """How an error that the user can put right is told; None for a defect of ours."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from backend.config import BadSetting
    from backend.errors import DomainError, Invalid

    if isinstance(error, BadSetting):
        return _told(str(error), REFUSED_SETTING)
    if isinstance(error, Invalid):
        return _told(
            "; ".join(f"{field} {text}" for field, texts in error.errors.items() for text in texts), REFUSED
        )
    if isinstance(error, DomainError):
        return _told(error.detail, REFUSED)
    if isinstance(error, OperationalError | ProgrammingError):
        reason = str(error.orig).strip().splitlines()[0]
        return _told(
            f"the database refused: {reason} (is QALA_DATABASE_URL right, and was `qala migrate` run?)",
            REFUSED,
        )
    if isinstance(error, OSError) and error.filename:
        return _told(f"{error.filename}: {error.strerror}", REFUSED)
    if isinstance(error, FileNotFoundError):
        return _told(str(error), REFUSED)
    return None


def _told(text: str, status: int) -> click.ClickException:
    return Refusal(text, status)


class Refusal(click.ClickException):
    """What the user can put right, in one line, and the exit status that goes with it."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it for the class
