"""`postroom targets`: how the systems stand that operations go to, and having one asked again."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import complain, out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from engine.runtime.posting import breaker
from engine.runtime.posting.standing import Standing, standings

app = typer.Typer(help="Targets: what waits for them, and which are left alone because they failed.", no_args_is_help=True)  # fmt: skip

_WORDS = {"closed": "answers", "open": "left alone", "half_open": "being probed"}


@app.command("list")
def show(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List every target: whether operations leave to it, how many wait, how many calls run, and its limits."""
    with opened() as house:
        found = standings(house)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    rows = Table("target", "adapter", "state", "waiting", "calls", "limits", "next try (UTC)", "why", box=None)
    for one in found:
        rows.add_row(
            one.name, one.adapter or "none", _state(one), str(one.waiting), str(one.running), _limits(one),
            _clock(one.throttled_until or one.next_at), one.why,
        )  # fmt: skip
    out.print(rows)


@app.command("probe")
def probe(
    target: Annotated[str, typer.Argument(help="Name of the target.")],
    by: Annotated[str, typer.Option(help="Who asks; stands in the ledger.")] = "",
) -> None:
    """Have a target that is left alone asked again at once: somebody mended it, or its credentials."""
    with opened() as house:
        names = [one.name for one in standings(house)]
        if target not in names:
            complain(f"There is no target {target}; there are: {', '.join(names)}.")
            raise typer.Exit(2)
        asked = breaker.probe_now(house, target, by=person(by)[0])
    words = "is asked again with the next operation." if asked else "is not left alone; nothing to do."
    out.print(f"{target} {words}", highlight=False)


def _state(one: Standing) -> str:
    if one.state == "closed" and one.throttled_until is not None:
        return "asked for patience"
    return _WORDS[one.state]


def _limits(one: Standing) -> str:
    rate = "" if one.limits.calls is None else f", {one.limits.calls} in {one.limits.per_seconds} s"
    return f"{one.limits.concurrency} at once{rate}"


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"
