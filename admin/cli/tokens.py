"""`postroom tokens`: by what programs prove who they are."""

from typing import Annotated

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from admin.cli.users import BY, ENTITIES, FIELDS, JSON, ROLE, TEAM, TYPES, described, grant_of
from engine.runtime.people import tokens
from engine.runtime.people.accounts import Hand

app = typer.Typer(help="Tokens of programs: what each may do, and until when.", no_args_is_help=True)


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the program is called; it stands in the ledger.")],
    role: Annotated[str, ROLE] = "service",
    team: Annotated[str | None, TEAM] = None,
    types: Annotated[list[str] | None, TYPES] = None,
    entities: Annotated[list[str] | None, ENTITIES] = None,
    fields: Annotated[list[str] | None, FIELDS] = None,
    days: Annotated[int, typer.Option(help="How long it is good.", min=1, max=tokens.MOST_DAYS)] = 90,
    by: Annotated[str | None, BY] = None,
) -> None:
    """Make a token and print it. It is not shown again: only its digest is kept."""
    given = grant_of(role, team, types, entities, fields)
    with opened() as house:
        typer.echo(tokens.add(house, name, [given], days=days, hand=Hand(person(by).name)))


@app.command("list")
def show(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List all tokens: what each may do, until when, and when it was used last."""
    with opened() as house:
        found = tokens.everyone(house)
    if as_json:
        for one, grants in found:
            print_json({**one.model_dump(mode="json"), "grants": [given.model_dump(mode="json") for given in grants]})
        return
    rows = Table("name", "may", "good until", "used last", "from", "made by", box=None)
    for one, grants in found:
        until = "revoked" if one.revoked_at else f"{one.ends_at:%Y-%m-%d}"
        used = f"{one.seen_at:%Y-%m-%d %H:%M}" if one.seen_at else "never"
        rows.add_row(one.name, "; ".join(map(described, grants)), until, used, one.address, one.made_by)
    out.print(rows)


@app.command("revoke")
def revoke(
    name: Annotated[str, typer.Argument(help="Name of the token.")], by: Annotated[str | None, BY] = None
) -> None:  # fmt: skip
    """Revoke a token; it is good for nothing from this moment."""
    with opened() as house:
        tokens.revoke(house, name, hand=Hand(person(by).name))
    out.print(f"{name} is good for nothing any more.", highlight=False)
