"""How a fault of written knowledge is shown: where it stands, what it is about, what to do, and a case."""

from rich.markup import escape

from admin.cli.console import out
from engine.content.lint.finding import LintFinding, said

COLOURS = {"error": "red", "warning": "yellow", "info": "dim"}


def finding(one: LintFinding) -> None:
    """Print one fault on standard output."""
    where = one.file if one.line is None else f"{one.file}:{one.line}"
    head = f"{escape(where)}  [{COLOURS[one.severity]}]{one.severity} {one.code}[/]  [bold]{escape(one.subject)}[/]"
    out.print(head, highlight=False, soft_wrap=True)
    out.print(f"    {one.message}", highlight=False, markup=False, soft_wrap=True)
    if one.case:
        out.print(f"    case: {said(one.case)}", highlight=False, markup=False, soft_wrap=True)
