"""How a fault of written knowledge is shown: where it stands, what it is about, what to do, and a case."""

from collections import Counter
from collections.abc import Sequence

import typer
from rich.markup import escape

from admin.cli.console import err, out, print_json
from engine.content.lint.finding import LintFinding, said

COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}


def report(found: Sequence[LintFinding], *, info: bool, as_json: bool) -> None:
    """Print faults and how many there are, and end the command: exit code 1 when there is an error or a warning."""
    for one in found:
        if as_json:
            print_json(one.model_dump(mode="json"))
        elif info or one.severity != "info":
            finding(one)
    counted = Counter(one.severity for one in found)
    notes = "" if info or not counted["info"] else " (not shown: --info)"
    err.print(
        f"{counted['error']} errors, {counted['warning']} warnings, {counted['info']} notes{notes}", highlight=False
    )
    raise typer.Exit(1 if counted["error"] or counted["warning"] else 0)


def finding(one: LintFinding) -> None:
    """Print one fault on standard output."""
    where = one.file if one.line is None else f"{one.file}:{one.line}"
    head = f"{escape(where)}  [{COLOURS[one.severity]}]{one.severity} {one.code}[/]  [bold]{escape(one.subject)}[/]"
    out.print(head, highlight=False, soft_wrap=True)
    out.print(f"    {one.message}", highlight=False, markup=False, soft_wrap=True)
    if one.case:
        out.print(f"    case: {said(one.case)}", highlight=False, markup=False, soft_wrap=True)
