"""`postroom diff`: what is different, in words."""

from itertools import groupby
from typing import Annotated

import typer

from admin.cli.console import out, print_json
from engine.runtime.differing import compared
from engine.runtime.settings import Settings

_COLOURS = {"added": "green", "removed": "red", "changed": "yellow"}


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="ap_invoice@1, a content folder, or a git revision.")],
    after: Annotated[str, typer.Argument(metavar="B", help="What A is compared with.")],
    *,
    all_: Annotated[
        bool, typer.Option("--all", help="Also explanations, examples and titles, which decide nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Tell rules, rows, thresholds, tolerances, labels, fields and bindings that differ. Exit code 1 when something does."""
    found = compared(Settings().content_folder(), before, after)
    told = [one for one in found if all_ or one.decides]
    if as_json:
        print_json({"changes": [one.model_dump(mode="json") for one in told]})
    else:
        for ref, some in groupby(told, key=lambda one: one.ref):
            out.print(f"[bold]{ref}[/]", highlight=False)
            for one in some:
                out.print(f"  [{_COLOURS[one.kind]}]{one.kind:8}[/]", end="", highlight=False)
                out.print(one.words, highlight=False, markup=False, soft_wrap=True)
        quiet = len(found) - len(told)
        more = f" {quiet} in explanations and examples (--all)." if quiet else ""
        out.print(f"{len(told)} differences.{more}" if found else "No difference.", highlight=False)
    raise typer.Exit(1 if told else 0)
