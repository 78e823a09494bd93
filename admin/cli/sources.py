"""`postroom sources`: the systems that are followed, how they stand, and having one asked."""

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from engine.runtime.sources import polling, standing
from engine.runtime.sources.standing import SourceStanding

app = typer.Typer(help="Sources: systems whose changes are followed.", no_args_is_help=True)
_SOURCE = typer.Argument(help="Name of the source.")
_BY = typer.Option(help="Who asks; stands in the ledger.")
_JSON = typer.Option("--json", help="One JSON object a line.")


@app.command("list")
def show(*, as_json: Annotated[bool, _JSON] = False) -> None:
    """List every source: whether it answers, when it is asked next, and what became of what it told."""
    with opened() as house:
        found = standing.standings(house)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    rows = Table("source", "target", "follows", "state", "answered (UTC)", "next (UTC)", "told", "why", box=None)
    for one in found:
        rows.add_row(
            one.name, one.target, ", ".join(one.objects), one.state, _clock(one.answered_at), _clock(one.next_at),
            _told(one), escape(one.why),
        )  # fmt: skip
    out.print(rows)


@app.command("poll")
def poll(
    source: Annotated[str, _SOURCE], by: Annotated[str, _BY] = "", *, as_json: Annotated[bool, _JSON] = False
) -> None:
    """Ask a source now and say what came; workers process it. Ends with 1 when it did not answer."""
    with opened() as house:
        try:
            found = polling.poll(house, source, by=f"cli:{person(by)[0]}", at_once=True)
        except LookupError as e:
            complain(str(e))
            raise typer.Exit(2) from e
    if as_json:
        print_json(found.model_dump(mode="json"))
    elif found.what == "busy":
        out.print(f"A worker asks {escape(source)} at this moment.")
    else:
        refreshed = f", asked anew: {', '.join(found.refreshed)}" if found.refreshed else ""
        out.print(
            f"{escape(source)} {found.what}: {found.changes} new versions, {len(found.documents)} documents{refreshed}"
            f"{'. ' if found.why else ''}{escape(found.why)}"
        )
    raise typer.Exit(1 if found.what == "failed" else 0)


@app.command("reset")
def reset(
    source: Annotated[str, _SOURCE],
    why: Annotated[str, typer.Option(help="Why; stands in the ledger.")],
    begin: Annotated[str, typer.Option(help="now: what stands there is known; everything: what was never told is an event.")] = "now",
    by: Annotated[str, _BY] = "",
) -> None:  # fmt: skip
    """Forget how far a source was asked. Versions that were told before lead to nothing again."""
    if begin not in ("now", "everything"):
        complain("--begin is now or everything.")
        raise typer.Exit(2)
    with opened() as house:
        try:
            standing.reset(house, source, begin="now" if begin == "now" else "everything", by=person(by)[0], why=why)
        except LookupError as e:
            complain(str(e))
            raise typer.Exit(2) from e
    out.print(f"{escape(source)} begins anew.")


def _told(one: SourceStanding) -> str:
    calls = f", {one.waiting_calls} calls wait" if one.waiting_calls else ""
    return (", ".join(f"{count} {outcome}" for outcome, count in sorted(one.told.items())) or "nothing") + calls


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
