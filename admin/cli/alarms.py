"""`postroom alarms`: what should have happened and did not."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from engine.runtime import alarms as found


def alarms(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Look for what should have happened and did not: nothing posted, deadlines, what stands still. Ends with 1 for any."""
    with opened() as house:
        raised = found.look(house)
    if as_json:
        for alarm in raised:
            print_json({"id": alarm.id, **alarm.model_dump(mode="json")})
    elif raised:
        table = Table("alarm", "about", "since (UTC)", "what to do", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for alarm in raised:
            table.add_row(
                f"[red]{alarm.kind}[/]", escape(alarm.subject), f"{alarm.since:%Y-%m-%d %H:%M}", escape(alarm.message)
            )
        out.print(table)
    else:
        out.print("no alarms")
    raise typer.Exit(1 if raised else 0)
