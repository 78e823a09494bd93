"""`postroom release` and `postroom releases`: freeze versions, and see what they pin."""

import getpass
from typing import Annotated

import typer
from rich.table import Table
from rich.tree import Tree

from admin.cli.console import err, out, print_json
from engine.content.live import read_live
from engine.runtime import release as runtime
from engine.runtime.clock import SystemClock
from engine.runtime.release import Piece, Standing
from engine.runtime.settings import Settings

app = typer.Typer(no_args_is_help=True, help="What versions pin, and which of them are released.")
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
_SHORT = 12


def release(
    name: Annotated[
        str, typer.Argument(metavar="NAME@N", help="ap_invoice@2, or with its kind: ruleset/ap_invoice@2.")
    ],
    *,
    by: Annotated[str, typer.Option(help="The author, who releases it. Default: the user of this machine.")] = "",
    approved_by: Annotated[
        str,
        typer.Option(
            metavar="TEAM:WHO,...", help="Who agrees, for which team; WHO alone agrees for all that are asked."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Freeze a version and all it pins, after lint, tests and the agreement of its owners. Exit code 1 when something is missing."""
    root, author = Settings().content_folder(), by or getpass.getuser()
    asked = {team for piece in runtime.pieces_of(root, name).pieces for team in piece.owners}
    agreed = [one for text in approved_by.split(",") if text.strip() for one in _agreement(text.strip(), asked)]
    here = runtime.release(root, name, by=author, approved_by=agreed, at=SystemClock().now())
    if as_json:
        print_json(here.model_dump(mode="json"))
    elif here.missing:
        err.print(f"[bold red]{here.ref} is not released.[/] Missing:", highlight=False)
        for one in here.missing:
            err.print(f"  - {one}", highlight=False, markup=False)
    else:
        out.print(
            f"{here.ref} is released with {len(here.pieces)} pieces, digest {here.digest[:_SHORT]}.", highlight=False
        )
    raise typer.Exit(1 if here.missing else 0)


def _agreement(text: str, asked: set[str]) -> list[tuple[str, str]]:
    """Return (team, who) of `finance:anna`; `anna` alone speaks for every team that is asked."""
    team, colon, who = text.partition(":")
    return [(team, who)] if colon else [(one, text) for one in sorted(asked)]


@app.command("tree")
def tree(
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="ap_invoice@2; without a version the highest.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Draw what a version pins, with digests, owners, and whether it is released."""
    root = Settings().content_folder()
    here = runtime.pieces_of(root, runtime.highest(root, flow))
    if as_json:
        print_json(here.model_dump(mode="json"))
        return
    drawn = Tree(_label(next(one for one in here.pieces if one.ref == here.ref)))
    _grow(drawn, here, runtime.under(root, here.ref), here.ref)
    out.print(drawn, highlight=False)
    out.print(f"digest of the whole {here.digest}", highlight=False)


def _grow(branch: Tree, here: Standing, under: dict[str, tuple[str, ...]], ref: str) -> None:
    pieces = {one.ref: one for one in here.pieces}
    for one in under.get(ref, ()):
        if one in pieces:
            _grow(branch.add(_label(pieces[one])), here, under, one)


def _label(piece: Piece) -> str:
    state = "[green]released[/]" if piece.is_released else "[yellow]draft[/]"
    owners = f"  {', '.join(piece.owners)}" if piece.owners else ""
    return f"{piece.ref}  {piece.digest[:_SHORT]}  {state}{owners}"


@app.command("list")
def list_(*, as_json: AsJson = False) -> None:
    """List every piece of content: released, draft, or changed since its release; and where it is live."""
    root = Settings().content_folder()
    states = runtime.all_of(root)
    live = {
        file.stem: found.pins
        for file in sorted((root / "environments" / "live").glob("*.yaml"))
        if (found := read_live(root, file.stem)) is not None
    }  # fmt: skip
    where = {ref: [name for name, pins in live.items() if ref in pins] for ref in states}
    if as_json:
        print_json({"content": [{"ref": ref, "state": state, "live": where[ref]} for ref, state in states.items()]})
        return
    table = Table("content", "state", "live in", box=None)
    for ref, state in states.items():
        table.add_row(ref, state, ", ".join(where[ref]))
    out.print(table, highlight=False)
