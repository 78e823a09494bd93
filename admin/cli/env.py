"""`postroom env`: what an environment binds, and whether promotion decides what is live in it."""

import getpass
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import err, out, print_json
from engine.runtime.adoption import adopt as adopted
from engine.runtime.bindings import Bound, checked
from engine.runtime.clock import SystemClock
from engine.runtime.plugs import discover
from engine.runtime.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Environments: what they bind, and what is live in them.")
Name = Annotated[str, typer.Argument(metavar="ENV", help="Name of the environment file, such as prod.")]
_MARKS = {
    "found": "[green]found[/]",
    "default": "[yellow]default[/]",
    "missing": "[red]missing[/]",
    "unreachable": "[red]unreachable[/]",
}


@app.callback()
def env() -> None:
    """Look after environments."""


@app.command("check")
def check(
    environment: Name,
    *,
    ping: Annotated[
        bool, typer.Option("--ping", help="Also ask the targets whether they are there; nothing is left behind.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Resolve every binding without effects: found or missing, and from where. Exit code 1 when something is missing."""
    settings = Settings()
    home = (settings.home / "out").resolve()
    found = checked(settings.content_folder(), environment, discover(), out=home, ping=ping)
    ill = [one for one in found if not one.is_well]
    if as_json:
        print_json({"environment": environment, "bindings": [one.model_dump(mode="json") for one in found]})
    else:
        out.print(_table(found))
        err.print(f"{len(found)} bindings, {len(ill)} to mend.", highlight=False)
    raise typer.Exit(1 if ill else 0)


def _table(found: tuple[Bound, ...]) -> Table:
    table = Table("binding", "state", "from", "needed by", "note", box=None)
    for one in found:
        table.add_row(one.name, _MARKS[one.state], one.source, one.needed_by, one.note)
    return table


@app.command("adopt")
def adopt(
    environment: Name,
    *,
    by: Annotated[str, typer.Option(help="Who does it. Default: the user of this machine.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Also when there is a live set: the written flows take its place.")
    ] = False,
) -> None:
    """Make the flows in the environment file its live set; from then on only promote and rollback change what is live."""
    root = Settings().content_folder()
    live = adopted(root, environment, by=by or getpass.getuser(), at=SystemClock().now(), again=again)
    out.print(f"{environment}: set {live.number} is live with {', '.join(live.refs)}.", highlight=False)
