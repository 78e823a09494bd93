"""`postroom status`: how many documents and operations stand where."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from engine.runtime.overview import overview


def status(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Print counts by state, open reviews by queue, and the workers that live."""
    with opened() as house:
        counted = overview(house)
    if as_json:
        print_json(counted.model_dump(mode="json"))
        return
    for title, counts in (
        ("documents", counted.documents), ("operations", counted.operations), ("open reviews", counted.reviews),
    ):  # fmt: skip
        table = Table(title, "count", box=None, min_width=30)
        for name, count in sorted(counts.items()):
            table.add_row(name, str(count))
        out.print(table)
    out.print(
        f"workers alive: {len(counted.workers)}  environment: {counted.environment}  ledger entries: {counted.ledger_entries}"
    )
