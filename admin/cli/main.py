"""The command `postroom`: one typer application, a module a command.

A command is imported when it is asked for: all of them together take seconds, one of them a fraction.
"""

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from admin.cli.console import complain
from engine.model.errors import PostroomError

COMMANDS: Mapping[str, str] = {
    "run": "run:run",
    "fetch": "fetch:fetch",
    "read": "read:read",
    "correct": "correct:correct",
    "split": "split:split",
    "show": "show:show",
    "status": "status:status",
    "alarms": "alarms:alarms",
    "alerts": "alerts:app",
    "doctor": "doctor:doctor",
    "kpi": "kpi:kpi",
    "roi": "kpi:roi",
    "serve": "serve:serve",
    "worker": "worker:worker",
    "samples": "samples:samples",
    "check": "workspace:check",
    "init": "workspace:init",
    "promote": "promote:promote",
    "approve": "promote:approve",
    "rollback": "promote:rollback",
    "diff": "differing:diff",
    "release": "release:release",
    "replay": "replay:replay",
    "review": "review:app",
    "releases": "release:app",
    "env": "env:app",
    "adapter": "adapter:app",
    "sandbox": "sandbox:app",
    "audit": "audit:app",
    "migrate": "migrate:migrate",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "erase": "erasing:erase",
    "hold": "erasing:holds",
    "retention": "erasing:retention",
    "duplicates": "duplicates:app",
    "golden": "golden:app",
    "operations": "operation_acts:app",
    "mappings": "mappings_check:app",
    "masterdata": "masterdata:app",
    "leakage": "leakage:app",
    "layouts": "layouts:app",
    "rules": "rules:app",
    "sources": "sources:app",
    "targets": "targets:app",
    "thresholds": "thresholds:app",
    "trial": "promote:trial",
    "users": "users:app",
    "tokens": "tokens:app",
    "webhooks": "webhooks:app",
}
"""What can be said after `postroom`, with the module of this folder and the function or the application in it."""


class _Commands(Mapping[str, Any]):
    """The commands by name, each imported when it is taken."""

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = COMMANDS[name].partition(":")
        found: Any = getattr(import_module(f"admin.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class _Postroom(TyperGroup):
    """A group that knows the names of its commands without having imported them."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()  # type: ignore[assignment]  # nothing is ever put into it

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's
        return list(COMMANDS)


app = typer.Typer(
    name="postroom", cls=_Postroom, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="The hub between documents and systems of record: read, judge, map, post once.",
)  # fmt: skip


@app.callback()
def _postroom() -> None:
    pass


def main() -> None:
    """Run the command; an error of ours ends in one sentence, not in a traceback."""
    try:
        app()
    except PostroomError as e:
        complain(e.message, e.detail)
        sys.exit(2)
