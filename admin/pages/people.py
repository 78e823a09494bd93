"""The pages of people: who signs in, what people, groups and programs may do, where they are signed in.

Every change goes through the verbs that the API uses too; what may not be is said in words, and nothing was changed.
"""

from collections.abc import Callable
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response

from admin.http.form_token import refuse_forged
from admin.http.people import Manager
from admin.pages.names import FIELDS, ROLES
from admin.pages.shell import page
from engine.model.rights import FieldGroup, Grant, Role
from engine.runtime.house import House
from engine.runtime.people import accounts, managing, tokens
from engine.runtime.people.accounts import LINK_HOURS, Refused

router = APIRouter(include_in_schema=False, prefix="/people", dependencies=[Depends(refuse_forged)])
Name = Annotated[str, Form(max_length=200)]
Word = Annotated[str, Form(max_length=500)]
_PEOPLE, _TEAMS, _TOKENS = "/people", "/people/groups", "/people/tokens"


class Wished:
    """The role and the scope that a form asks for."""

    def __init__(
        self, role: Annotated[str, Form(max_length=40)], team: Word = "", types: Word = "", entities: Word = "",
        fields: Annotated[list[str] | None, Form()] = None,
    ) -> None:  # fmt: skip
        self.role, self.team, self.types, self.entities, self.fields = role, team, types, entities, fields or []

    def grant(self) -> Grant:
        """Return what is to be given. Raises HTTPException 422 for what no form of ours sends."""
        if self.role not in get_args(Role) or set(self.fields) - set(get_args(FieldGroup)):
            raise HTTPException(422, "There is no such role.")
        return Grant.model_validate(
            {
                "role": self.role, "team": self.team.strip() or None, "types": _words(self.types),
                "entities": _words(self.entities), "fields": tuple(self.fields),
            }
        )  # fmt: skip


Wish = Annotated[Wished, Depends()]


@router.get("")
def listed(request: Request, asker: Manager) -> Response:
    """List everybody who may sign in, or could once."""
    house = _house(request)
    return _page(
        request, "people/list.html.j2", people=accounts.everyone(house), held=managing.held(house), me=asker.id
    )


@router.get("/groups")
def groups(request: Request, _asker: Manager) -> Response:
    """List groups with what their members may do."""
    return _page(request, "people/groups.html.j2", teams=managing.teams(_house(request)))


@router.get("/tokens")
def programs(request: Request, _asker: Manager) -> Response:
    """List the tokens of programs."""
    house = _house(request)
    return _page(
        request, "people/tokens.html.j2", tokens=tokens.everyone(house), now=house.clock.now(), most=tokens.MOST_DAYS
    )


@router.get("/person")
def one(request: Request, asker: Manager, name: Annotated[str, Query(max_length=200)]) -> Response:
    """Show a person: rights, groups, how they sign in, where they are signed in."""
    house = _house(request)
    try:
        found = managing.account(house, name)
    except Refused as e:
        raise HTTPException(404, f"There is nobody called {name}.") from e
    return _page(
        request, "people/person.html.j2", found=found, person=found.person, is_me=found.person.id == asker.id,
        own_session=asker.session_id, teams=[team.name for team in managing.teams(house)],
        by_groups=[team for team in managing.teams(house) if team.name in found.person.groups],
    )  # fmt: skip


@router.post("/person")
def invite(request: Request, asker: Manager, name: Name, full_name: Name = "", email: Name = "") -> Response:
    """Add a person and show, once, the link with which they set a password."""
    return _secret(
        request, name, lambda house: managing.invite(house, asker, name, full_name=full_name, email=email), back=_PEOPLE
    )


@router.post("/person/give")
def give(request: Request, asker: Manager, name: Name, wish: Wish) -> Response:
    """Give a person a role."""
    return _done(request, _person(name), lambda house: managing.give(house, asker, name, wish.grant()))


@router.post("/person/take")
def take(request: Request, asker: Manager, name: Name, role: Name) -> Response:
    """Take a role from a person."""
    return _done(request, _person(name), lambda house: managing.take(house, asker, name, role))


@router.post("/person/join")
def join(request: Request, asker: Manager, name: Name, group: Name) -> Response:
    """Put a person into a group."""
    return _done(request, _person(name), lambda house: managing.join(house, asker, group, name))


@router.post("/person/leave")
def leave(request: Request, asker: Manager, name: Name, group: Name) -> Response:
    """Take a person out of a group."""
    return _done(request, _person(name), lambda house: managing.leave(house, asker, group, name))


@router.post("/person/link")
def link(request: Request, asker: Manager, name: Name) -> Response:
    """Show, once, a link with which a person sets a password."""
    return _secret(request, name, lambda house: managing.new_link(house, asker, name), back=_person(name))


@router.post("/person/second-factor")
def second_factor(request: Request, asker: Manager, name: Name) -> Response:
    """Forget a second factor and show, once, the link with which a new one is set."""
    return _secret(request, name, lambda house: managing.reset_totp(house, asker, name), back=_person(name))


@router.post("/person/unlock")
def unlock(request: Request, asker: Manager, name: Name) -> Response:
    """Hear a person's tries to sign in again."""
    return _done(request, _person(name), lambda house: managing.lift_lockout(house, asker, name))


@router.post("/person/active")
def active(request: Request, asker: Manager, name: Name, active: Name) -> Response:
    """Let a person in, or out."""
    is_active = active == "yes"
    return _done(request, _person(name), lambda house: managing.set_active(house, asker, name, is_active=is_active))


@router.post("/person/session")
def session(request: Request, asker: Manager, name: Name, session: Name = "") -> Response:
    """End one session of a person, or all."""
    if session:
        return _done(request, _person(name), lambda house: managing.end_session(house, asker, name, session))
    return _done(request, _person(name), lambda house: managing.end_sessions(house, asker, name))


@router.post("/groups/give")
def give_group(request: Request, asker: Manager, group: Name, wish: Wish) -> Response:
    """Give a group a role; a new one is made."""
    return _done(request, _TEAMS, lambda house: managing.give_team(house, asker, group, wish.grant()))


@router.post("/groups/take")
def take_group(request: Request, asker: Manager, group: Name, role: Name) -> Response:
    """Take a role from a group."""
    return _done(request, _TEAMS, lambda house: managing.take_team(house, asker, group, role))


@router.post("/tokens")
def add_token(request: Request, asker: Manager, name: Name, wish: Wish, days: Annotated[int, Form()] = 90) -> Response:
    """Make a token and show it, once."""
    house = _house(request)
    try:
        made = managing.add_token(house, asker, name, [wish.grant()], days=days)
    except Refused as e:
        return _refused(request, e, _TOKENS)
    return _page(request, "people/once.html.j2", name=name, secret=made, link="", back=_TOKENS)


@router.post("/tokens/revoke")
def revoke_token(request: Request, asker: Manager, name: Name) -> Response:
    """Revoke a token."""
    return _done(request, _TOKENS, lambda house: managing.revoke_token(house, asker, name))


def _done(request: Request, back: str, change: Callable[[House], object]) -> Response:
    """Make a change and lead back to where it shows, or say why it cannot be made."""
    try:
        change(_house(request))
    except Refused as e:
        return _refused(request, e, back)
    return RedirectResponse(back, status_code=303)


def _secret(request: Request, name: str, change: Callable[[House], str], *, back: str) -> Response:
    house = _house(request)
    try:
        secret = change(house)
    except Refused as e:
        return _refused(request, e, back)
    base = (house.settings.public_url or str(request.base_url)).rstrip("/")
    back = _person(accounts.find(house, name).name)
    return _page(request, "people/once.html.j2", name=name, secret="", link=f"{base}/enrol/{secret}", back=back)


def _refused(request: Request, refused: Refused, back: str) -> Response:
    return _page(request, "people/refused.html.j2", status=409, message=refused.message, back=back)


def _page(request: Request, template: str, **context: Any) -> Response:
    return page(
        request, template, role_names=ROLES, field_names=FIELDS, roles=get_args(Role), hours=LINK_HOURS, **context,
    )  # fmt: skip


def _person(name: str) -> str:
    return f"/people/person?{urlencode({'name': name.strip().casefold()})}"


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in text.split(",") if (one := part.strip())))


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house
