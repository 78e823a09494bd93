"""`postroom users`: people who sign in, what they may do, and the links by which they set a password."""

from typing import Annotated, get_args

import typer
from rich.table import Table

from admin.cli.console import out, print_json
from admin.cli.house import opened
from admin.cli.person import person
from engine.model.errors import PostroomError
from engine.model.rights import FieldGroup, Grant, Role
from engine.runtime.house import House
from engine.runtime.people import accounts, managing
from engine.runtime.people.accounts import Hand

app = typer.Typer(help="People who sign in, what they may do, links by which they set a password.", no_args_is_help=True)  # fmt: skip

NAME = typer.Argument(help="Sign-in name.")
ROLE = typer.Option(help=f"One of {', '.join(get_args(Role))}.")
TEAM = typer.Option(help="Only what this team owns.")
TYPES = typer.Option("--type", help="Only documents of this type; may be repeated.")
ENTITIES = typer.Option("--entity", help="Only documents to the company of this code; may be repeated.")
FIELDS = typer.Option("--sees", help=f"Masked fields that may be seen: {', '.join(get_args(FieldGroup))}; may be repeated.")  # fmt: skip
BY = typer.Option("--by", help="Who does it; it stands in the ledger. Default: the login name of the system.")
JSON = typer.Option("--json", help="One JSON object a line.")
_FIRST: tuple[Role, ...] = ("people_admin", "integration_admin")


@app.command("add")
def add(
    name: Annotated[str, NAME],
    role: Annotated[str | None, ROLE] = None,
    team: Annotated[str | None, TEAM] = None,
    full_name: Annotated[str, typer.Option(help="As pages show it.")] = "",
    email: Annotated[str, typer.Option(help="Address for messages.")] = "",
    subject: Annotated[
        str | None, typer.Option(help="Subject at the OpenID provider, for who signs in there; no link is made.")
    ] = None,
    by: Annotated[str | None, BY] = None,
    *,
    first_admin: Annotated[
        bool, typer.Option("--first-admin", help="Give the roles with which everything else can be set up in the pages.")
    ] = False,
) -> None:  # fmt: skip
    """Add a person and print the link, good once, with which they set a password and a second factor."""
    hand, roles = Hand(person(by).name), _FIRST if first_admin else ()
    given = [Grant(role=one) for one in roles] + ([grant_of(role, team)] if role else [])
    with opened() as house:
        issuer = house.settings.oidc_issuer if subject else None
        if subject and issuer is None:
            raise PostroomError("There is no OpenID provider: set POSTROOM_OIDC_ISSUER.")
        made = accounts.add(
            house, name, hand=hand, full_name=full_name, email=email, issuer=issuer, subject=subject
        )  # fmt: skip
        for one in given:
            accounts.grant(house, made.name, one, hand=hand)
        if subject is None:
            _show_link(house, made.name, accounts.link(house, made.name, hand=hand))
        else:
            out.print(f"{made.name} signs in at {issuer}.", highlight=False)


@app.command("list")
def show(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List everybody with what they may do."""
    with opened() as house:
        found = accounts.everyone(house)
    if as_json:
        for one in found:
            print_json(one.model_dump(mode="json"))
        return
    rows = Table("name", "full name", "signs in by", "roles", "groups", box=None)
    for one in found:
        way = f"OpenID ({one.issuer})" if one.issuer else "password" if one.has_password else "link not used yet"
        way += " and code" if one.has_totp else ""
        roles = "; ".join(map(described, one.grants))
        rows.add_row(one.name, one.full_name, way if one.is_active else "disabled", roles, ", ".join(one.groups))
    out.print(rows)


@app.command("link")
def link(name: Annotated[str, NAME], by: Annotated[str | None, BY] = None) -> None:
    """Print a new link with which a person sets a password and a second factor; earlier ones end."""
    with opened() as house:
        _show_link(house, name, accounts.link(house, name, hand=Hand(person(by).name)))


@app.command("disable")
def disable(name: Annotated[str, NAME], by: Annotated[str | None, BY] = None) -> None:
    """Let a person in no more and end all their sessions at once."""
    with opened() as house:
        accounts.set_active(house, name, is_active=False, hand=Hand(person(by).name))
    out.print(f"{name} is let in no more.", highlight=False)


@app.command("enable")
def enable(name: Annotated[str, NAME], by: Annotated[str | None, BY] = None) -> None:
    """Let a person in again."""
    with opened() as house:
        accounts.set_active(house, name, is_active=True, hand=Hand(person(by).name))
    out.print(f"{name} is let in again.", highlight=False)


@app.command("role")
def role(  # noqa: PLR0913 - one parameter an option
    name: Annotated[str, NAME],
    role: Annotated[str, typer.Argument(help=f"One of {', '.join(get_args(Role))}.")],
    team: Annotated[str | None, TEAM] = None,
    types: Annotated[list[str] | None, TYPES] = None,
    entities: Annotated[list[str] | None, ENTITIES] = None,
    fields: Annotated[list[str] | None, FIELDS] = None,
    by: Annotated[str | None, BY] = None,
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away, with every scope.")] = False,
    group: Annotated[bool, typer.Option("--group", help="NAME is that of a group.")] = False,
) -> None:
    """Give a person or a group a role, for everything or within a scope; or take it away."""
    hand, given = Hand(person(by).name), grant_of(role, team, types, entities, fields)
    with opened() as house:
        if group and revoke:
            accounts.revoke_group(house, name, role, hand=hand)
        elif group:
            accounts.grant_group(house, name, given, hand=hand)
        elif revoke:
            accounts.revoke(house, name, role, hand=hand)
        else:
            accounts.grant(house, name, given, hand=hand)
    out.print(f"{name}: {'no more ' if revoke else ''}{described(given)}", highlight=False)


@app.command("group")
def group(
    name: Annotated[str, NAME],
    group: Annotated[str, typer.Argument(help="Name of the group; `users role GROUP ROLE --group` makes one.")],
    by: Annotated[str | None, BY] = None,
    *,
    leave: Annotated[bool, typer.Option("--leave", help="Take the person out.")] = False,
) -> None:
    """Put a person into a group, or take them out."""
    act = accounts.leave if leave else accounts.join
    with opened() as house:
        act(house, group, name, hand=Hand(person(by).name))
    out.print(f"{name} is {'no more ' if leave else ''}in {group}.", highlight=False)


@app.command("reset-totp")
def reset_totp(name: Annotated[str, NAME], by: Annotated[str | None, BY] = None) -> None:
    """Forget a second factor that was lost, end all sessions, and print a link with which a new one is set."""
    with opened() as house:
        _show_link(house, name, accounts.reset_totp(house, name, hand=Hand(person(by).name)))


@app.command("unlock")
def unlock(name: Annotated[str, NAME], by: Annotated[str | None, BY] = None) -> None:
    """Hear tries to sign in again after too many failed."""
    with opened() as house:
        managing.unlock(house, Hand(person(by).name), name)
    out.print(f"{name} may try again.", highlight=False)


def grant_of(
    role: str, team: str | None = None, types: list[str] | None = None, entities: list[str] | None = None,
    fields: list[str] | None = None,
) -> Grant:  # fmt: skip
    """Return what the options of a command grant. Raises PostroomError naming what there is."""
    if role not in get_args(Role):
        raise PostroomError(f"There is no role {role!r}; there are: {', '.join(get_args(Role))}.")
    if unknown := set(fields or ()) - set(get_args(FieldGroup)):
        raise PostroomError(
            f"There is no group of fields {unknown.pop()!r}; there are: {', '.join(get_args(FieldGroup))}."
        )
    return Grant.model_validate(
        {"role": role, "team": team, "types": types or (), "entities": entities or (), "fields": fields or ()}
    )


def described(one: Grant) -> str:
    """Return a grant in one line."""
    scope = [f"team {one.team}"] if one.team else []
    scope += [*one.types, *(f"company {code}" for code in one.entities), *(f"sees {group}" for group in one.fields)]
    return f"{one.role} ({', '.join(scope)})" if scope else one.role


def _show_link(house: House, name: str, secret: str) -> None:
    base = (house.settings.public_url or "http://localhost:8000").rstrip("/")
    out.print(f"{name} sets a password within {accounts.LINK_HOURS} hours, once, at", highlight=False)
    out.print(f"{base}/enrol/{secret}", highlight=False, soft_wrap=True)
