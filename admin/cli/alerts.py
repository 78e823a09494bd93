"""`postroom alerts`: by which ways people are told of alarms, whether they are open, and what was told."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from admin.cli.users import BY, JSON
from engine.model.errors import PostroomError
from engine.runtime.alerts import messenger
from engine.runtime.people.accounts import Hand

app = typer.Typer(
    help="Alerts: people who are told of alarms by e-mail, Slack or Teams (`alerts:` in the environment).",
    no_args_is_help=True,
)


@app.command("test")
def try_out(
    way: Annotated[str | None, typer.Argument(help="Name of the way; all when none is named.")] = None,
    by: Annotated[str | None, BY] = None,
) -> None:
    """Send a test message at once and say whether it went out. Ends with 1 when one did not."""
    hand, failed = Hand(person(by).name), 0
    with opened() as house:
        names = [way] if way else list(house.library.environment.alerts)
        if not names:
            raise PostroomError(f"Nothing stands under `alerts` of {house.library.environment.name}.")
        for name in names:
            try:
                messenger.try_out(house, name, hand=hand)
            except PostroomError as e:
                failed += 1
                out.print(f"[red]{escape(e.message)}[/]")
            else:
                out.print(f"{name}: went out. Look whether it arrived.", highlight=False)
    raise typer.Exit(1 if failed else 0)


@app.command("log")
def log(
    limit: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 50, *, as_json: Annotated[bool, JSON] = False
) -> None:  # fmt: skip
    """List what people were told in the last 30 days and what waits, the newest first."""
    with opened() as house:
        found = messenger.latest(house, limit=limit)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    rows = Table("way", "alarm", "about", "event", "at (UTC)", "state", "tries", "error", box=None)
    for one in found:
        rows.add_row(
            one.way, one.kind, escape(one.subject), one.event, f"{one.made_at:%Y-%m-%d %H:%M}", one.state,
            str(one.attempts), escape(one.error),
        )  # fmt: skip
    out.print(rows)
