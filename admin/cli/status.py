"""`postroom status`: how many documents and operations stand where."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from engine.model.errors import ContentError
from engine.runtime.overview import Overview, overview
from engine.stages.thresholds.drift import STEPS


def status(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Print counts by state, open reviews by queue, and the workers that live."""
    try:
        with opened() as house:
            counted = overview(house)
    except ContentError as e:
        complain(e.message, f"{e.detail}\nWorkers that run go on with what was live before; none can start.".strip())
        raise typer.Exit(2) from e
    if as_json:
        print_json(counted.model_dump(mode="json"))
        return
    for title, counts in (
        ("documents", counted.documents), ("operations", counted.operations),
    ):  # fmt: skip
        table = Table(title, "count", box=None, min_width=30)
        for name, count in sorted(counts.items()):
            table.add_row(name, str(count))
        out.print(table)
    out.print(_reviews(counted))
    for target in counted.targets:
        if target.state != "closed":
            out.print(
                f"[bold yellow]{target.name}[/] is left alone since {target.since:%Y-%m-%d %H:%M} UTC, "
                f"{target.waiting} operations wait: {escape(target.why)} (postroom targets list)",
                highlight=False,
            )  # fmt: skip
    for one in counted.standing_down:
        out.print(
            f"[bold yellow]{one.ruleset}[/]: automation stands {one.steps} of {STEPS} steps down since "
            f"{one.since:%Y-%m-%d %H:%M} UTC, because audits found too many errors (postroom thresholds restore)",
            highlight=False,
        )  # fmt: skip
    if counted.alarms:
        said = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.alarms.items()))
        out.print(f"[bold red]alarms[/]: {said} (postroom alarms)", highlight=False)
    out.print(
        f"workers alive: {len(counted.workers)}  environment: {counted.environment}  ledger entries: {counted.ledger_entries}"
    )


def _reviews(counted: Overview) -> Table:
    table = Table("open reviews", "count", "team", "urgent", "overdue", "next due (UTC)", box=None, min_width=30)
    for queue, count in sorted(counted.reviews.items()):
        late = counted.backlogs.get(queue)
        due = f"{late.next_due_at:%Y-%m-%d %H:%M}" if late and late.next_due_at else ""
        table.add_row(
            queue, str(count), (late.team if late else "") or "", str(late.urgent if late else 0),
            str(late.overdue if late else 0), due,
        )  # fmt: skip
    return table
