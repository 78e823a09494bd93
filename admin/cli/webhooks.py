"""`postroom webhooks`: which other systems are told of events."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from admin.cli.users import BY, JSON
from engine.runtime.people.accounts import Hand
from engine.runtime.webhooks import events, subscriptions

app = typer.Typer(help="Webhooks: other systems that are told of events.", no_args_is_help=True)
_ID = typer.Argument(help="Id of the webhook.", metavar="WEBHOOK")
_EVENTS = typer.Option(help=f"With commas between; `document.*` names a group, `*` all: {', '.join(events.NAMES)}.")


@app.command("add")
def add(
    url: Annotated[
        str, typer.Argument(help="Where to: https, and a public address or one that the environment allows.")
    ],
    wanted: Annotated[str, typer.Option("--events", help=_EVENTS.help)],
    by: Annotated[str | None, BY] = None,
) -> None:
    """Have a URL told of events from now on and print the secret that signs them. It is not shown again."""
    with opened() as house:
        hook, secret = subscriptions.add(house, url, _split(wanted), hand=_hand(by))
    out.print(f"{hook.id} is told of {', '.join(hook.events)}.", highlight=False)
    typer.echo(secret)


@app.command("list")
def show(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List all webhooks and how each stands."""
    with opened() as house:
        found = subscriptions.everyone(house)
    if as_json:
        for hook, waiting in found:
            print_json({**hook.model_dump(mode="json", exclude={"position"}), "waiting": waiting})
        return
    rows = Table("id", "url", "events", "state", "waiting", "why", box=None)
    for hook, waiting in found:
        state = (
            "off"
            if not hook.is_active
            else f"fails since {hook.failing_since:%Y-%m-%d %H:%M}"
            if hook.failing_since
            else "on"
        )
        rows.add_row(hook.id, escape(hook.url), ", ".join(hook.events), state, str(waiting), escape(hook.why))
    out.print(rows)


@app.command("log")
def log(
    webhook: Annotated[str, _ID], limit: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 50,
    *, as_json: Annotated[bool, JSON] = False,
) -> None:  # fmt: skip
    """List what a webhook was told in the last 30 days and what waits, the newest first."""
    with opened() as house:
        found = subscriptions.told(house, webhook, limit=limit)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json", exclude={"body", "seq"}))
        return
    rows = Table("event", "type", "state", "tries", "answered", "next (UTC)", "error", box=None)
    for one in found:
        following = f"{one.next_at:%Y-%m-%d %H:%M}" if one.state == "pending" else ""
        answered = str(one.status or "")
        rows.add_row(one.event_id, one.type, one.state, str(one.attempts), answered, following, escape(one.error))
    out.print(rows)


@app.command("test")
def try_out(webhook: Annotated[str, _ID], by: Annotated[str | None, BY] = None) -> None:
    """Have a worker tell a test event; `postroom webhooks log` says what came of it."""
    with opened() as house:
        event = subscriptions.try_out(house, webhook, hand=_hand(by))
    out.print(f"{event} is on its way.", highlight=False)


@app.command("again")
def again(
    webhook: Annotated[str, _ID], event: Annotated[str, typer.Argument(help="Id of the event.")],
    by: Annotated[str | None, BY] = None,
) -> None:  # fmt: skip
    """Have an event told once more, with the same id."""
    with opened() as house:
        subscriptions.tell_again(house, webhook, event, hand=_hand(by))
    out.print(f"{escape(event)} is on its way.", highlight=False)


@app.command("on")
def switch_on(webhook: Annotated[str, _ID], by: Annotated[str | None, BY] = None) -> None:
    """Switch a webhook on again; it is told of all that happened meanwhile."""
    with opened() as house:
        subscriptions.change(house, webhook, hand=_hand(by), is_active=True)
    out.print(f"{webhook} is on.", highlight=False)


@app.command("off")
def switch_off(webhook: Annotated[str, _ID], by: Annotated[str | None, BY] = None) -> None:
    """Tell a webhook of nothing for a while."""
    with opened() as house:
        subscriptions.change(house, webhook, hand=_hand(by), is_active=False)
    out.print(f"{webhook} is off.", highlight=False)


@app.command("secret")
def secret(webhook: Annotated[str, _ID], by: Annotated[str | None, BY] = None) -> None:
    """Make a new secret and print it; for a day messages are signed with the old one too."""
    with opened() as house:
        typer.echo(subscriptions.rotate(house, webhook, hand=_hand(by)))


@app.command("remove")
def remove(webhook: Annotated[str, _ID], by: Annotated[str | None, BY] = None) -> None:
    """Take a webhook away, with what waits to be told."""
    with opened() as house:
        subscriptions.remove(house, webhook, hand=_hand(by))
    out.print(f"{webhook} is told of nothing any more.", highlight=False)


def _hand(by: str | None) -> Hand:
    return Hand(person(by).name)


def _split(wanted: str) -> list[str]:
    return [one.strip() for one in wanted.split(",") if one.strip()]
