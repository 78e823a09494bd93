"""People, groups and tokens of programs: what each may do, how they sign in, where they are signed in."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from admin.http.pace import Heavy
from admin.http.who import Needs
from engine.model.person import Asker, Person
from engine.model.rights import FieldGroup, Grant, Role
from engine.runtime.house import House
from engine.runtime.people import accounts, managing, tokens
from engine.runtime.people.accounts import Refused
from engine.runtime.people.reach import is_everywhere

router = APIRouter(prefix="/api/v1", tags=["people"])
_LINE = r"^[^\x00-\x1f\x7f-\x9f]+$"
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=_LINE)]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=_LINE)]
Named = Annotated[str, Path(min_length=1, max_length=200, pattern=_LINE)]
_REFUSED: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is nobody of this name"}, 409: {"description": "Not possible as it stands"}
}  # fmt: skip


def everywhere(asker: Annotated[Asker, Depends(Needs("manage_people"))]) -> Asker:
    """Return who asks. People are those of the whole hub, so a right within bounds is not enough (HTTPException 403)."""
    if not is_everywhere(asker, "manage_people"):
        raise HTTPException(403, "You have not the right to manage people everywhere.")
    return asker


Manager = Annotated[Asker, Depends(everywhere)]


class Scoped(BaseModel):
    """A role, and for what; an empty scope does not restrict."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    team: Word | None = None
    types: Annotated[list[Word], Field(max_length=100)] = []
    entities: Annotated[list[Word], Field(max_length=100)] = []
    fields: Annotated[list[FieldGroup], Field(max_length=2)] = []
    """Groups of masked fields that may be seen where the role reaches."""

    def grant(self) -> Grant:
        """Return it as the runtime takes it."""
        return Grant.model_validate_json(self.model_dump_json())


class NewPerson(BaseModel):
    """Somebody who is to be let in."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\s:\x00-\x1f\x7f-\x9f]+$")]
    """To sign in with; no blanks, no colon."""
    full_name: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = ""
    email: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = ""


class NewToken(BaseModel):
    """A program that is to be let in."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\s:\x00-\x1f\x7f-\x9f]+$")]
    may: Annotated[list[Scoped], Field(min_length=1, max_length=20)]
    days: Annotated[int, Field(ge=1, le=tokens.MOST_DAYS)] = 90


class Stay(BaseModel):
    """One session."""

    id: str
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    address: str
    agent: str


class Someone(BaseModel):
    """A person in a list."""

    name: str
    full_name: str
    email: str
    is_active: bool
    has_password: bool
    has_totp: bool
    issuer: str | None
    """Of the OpenID provider that vouches for the person; null for a local one."""
    may: list[Grant]
    """Own roles and those of groups."""
    groups: list[str]


class Whole(Someone):
    """A person with what belongs to the account."""

    own: list[Grant]
    """Roles given to the person; the others come by groups."""
    sessions: list[Stay]
    held_until: datetime | None
    """Too many tries failed: none is heard before. Null when tries are heard."""


class Everybody(BaseModel):
    """All people, by name."""

    people: list[Someone]
    locked_out: list[str]
    """Whose tries to sign in are not heard just now, because too many failed."""


class SignInLink(BaseModel):
    """A link that is good once, to set a password and a second factor."""

    name: str
    path: str
    """Below the address of the pages."""
    hours: int


class Group(BaseModel):
    """A group with its members and what they may do by it."""

    name: str
    members: list[str]
    may: list[Grant]


class Groups(BaseModel):
    """All groups, by name."""

    groups: list[Group]


class Token(BaseModel):
    """A token of a program; never the token itself."""

    name: str
    may: list[Grant]
    made_by: str
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None
    revoked_at: datetime | None


class Tokens(BaseModel):
    """All tokens, by name."""

    tokens: list[Token]


class MadeToken(BaseModel):
    """A new token. It is not shown again."""

    name: str
    token: str


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


@router.get("/people", summary="Who may sign in")
def everybody(request: Request, _asker: Manager) -> Everybody:
    """Return everybody who may sign in, or could once."""
    house = _house(request)
    found = [Someone(**_someone(one)) for one in accounts.everyone(house)]
    return Everybody(people=found, locked_out=sorted(managing.held(house)))


@router.post("/people", status_code=201, summary="Let somebody in", responses=_REFUSED, dependencies=[Depends(Heavy())])
def invite(request: Request, wanted: NewPerson, asker: Manager) -> SignInLink:
    """Add a person without rights and return, once, the link with which they set a password."""
    house = _house(request)
    secret = managing.invite(house, asker, wanted.name, full_name=wanted.full_name, email=wanted.email)
    return _link(wanted.name, secret)


@router.get("/people/{name}", summary="One person", responses=_REFUSED)
def show(request: Request, name: Named, _asker: Manager) -> Whole:
    """Return a person with rights, sessions and whether tries to sign in are heard."""
    return _whole(_house(request), _known(request, name))


@router.post("/people/{name}/roles", summary="Give a role", responses=_REFUSED)
def give(request: Request, name: Named, wanted: Scoped, asker: Manager) -> Whole:
    """Give somebody else a role, for everything or within a scope."""
    managing.give(_house(request), asker, _known(request, name), wanted.grant())
    return _whole(_house(request), name)


@router.delete("/people/{name}/roles/{role}", summary="Take a role away", responses=_REFUSED)
def take(request: Request, name: Named, role: Role, asker: Manager) -> Whole:
    """Take a role from somebody else, with every scope."""
    managing.take(_house(request), asker, _known(request, name), role)
    return _whole(_house(request), name)


@router.put("/people/{name}/groups/{group}", summary="Put into a group", responses=_REFUSED)
def join(request: Request, name: Named, group: Named, asker: Manager) -> Whole:
    """Put somebody else into a group."""
    managing.join(_house(request), asker, group, _known(request, name))
    return _whole(_house(request), name)


@router.delete("/people/{name}/groups/{group}", summary="Take out of a group", responses=_REFUSED)
def leave(request: Request, name: Named, group: Named, asker: Manager) -> Whole:
    """Take somebody else out of a group."""
    managing.leave(_house(request), asker, group, _known(request, name))
    return _whole(_house(request), name)


@router.post("/people/{name}/link", summary="Make a new link", responses=_REFUSED, dependencies=[Depends(Heavy())])
def new_link(request: Request, name: Named, asker: Manager) -> SignInLink:
    """Return, once, a link with which somebody else sets a password; earlier links end."""
    return _link(name, managing.new_link(_house(request), asker, _known(request, name)))


@router.post(
    "/people/{name}/second-factor/reset", summary="Reset a second factor", responses=_REFUSED,
    dependencies=[Depends(Heavy())],
)  # fmt: skip
def reset_totp(request: Request, name: Named, asker: Manager) -> SignInLink:
    """Forget somebody's second factor, end their sessions and return, once, the link to set a new one."""
    return _link(name, managing.reset_totp(_house(request), asker, _known(request, name)))


@router.post("/people/{name}/unlock", summary="Lift a lockout", responses=_REFUSED)
def unlock(request: Request, name: Named, asker: Manager) -> Whole:
    """Hear somebody's tries to sign in again after too many failed."""
    managing.lift_lockout(_house(request), asker, _known(request, name))
    return _whole(_house(request), name)


@router.post("/people/{name}/disable", summary="Let somebody in no more", responses=_REFUSED)
def disable(request: Request, name: Named, asker: Manager) -> Whole:
    """Let somebody in no more and end all their sessions at once."""
    managing.set_active(_house(request), asker, _known(request, name), is_active=False)
    return _whole(_house(request), name)


@router.post("/people/{name}/enable", summary="Let somebody in again", responses=_REFUSED)
def enable(request: Request, name: Named, asker: Manager) -> Whole:
    """Let somebody in again."""
    managing.set_active(_house(request), asker, _known(request, name), is_active=True)
    return _whole(_house(request), name)


@router.delete("/people/{name}/sessions/{session_id}", summary="End a session", responses=_REFUSED)
def end_session(request: Request, name: Named, session_id: Named, asker: Manager) -> Whole:
    """End one session of a person."""
    managing.end_session(_house(request), asker, _known(request, name), session_id)
    return _whole(_house(request), name)


@router.delete("/people/{name}/sessions", summary="End all sessions", responses=_REFUSED)
def end_sessions(request: Request, name: Named, asker: Manager) -> Ended:
    """End all sessions of a person."""
    return Ended(ended=managing.end_sessions(_house(request), asker, _known(request, name)))


@router.get("/groups", summary="Groups of people")
def groups(request: Request, _asker: Manager) -> Groups:
    """Return all groups with their members."""
    found = managing.teams(_house(request))
    return Groups(groups=[Group(name=one.name, members=list(one.members), may=list(one.grants)) for one in found])


@router.post("/groups/{group}/roles", status_code=204, summary="Give a group a role", responses=_REFUSED)
def give_group(request: Request, group: Named, wanted: Scoped, asker: Manager) -> Response:
    """Give a group, of which one is no member, a role; a group that is not there is made."""
    managing.give_team(_house(request), asker, group, wanted.grant())
    return Response(status_code=204)


@router.delete("/groups/{group}/roles/{role}", status_code=204, summary="Take a role from a group", responses=_REFUSED)
def take_group(request: Request, group: Named, role: Role, asker: Manager) -> Response:
    """Take a role from a group of which one is no member."""
    managing.take_team(_house(request), asker, group, role)
    return Response(status_code=204)


@router.get("/tokens", summary="Tokens of programs")
def programs(request: Request, _asker: Manager) -> Tokens:
    """Return all tokens with what they may do, also those that are over or revoked."""
    return Tokens(
        tokens=[
            Token(**one.token.model_dump(include=set(Token.model_fields)), may=list(one.grants))
            for one in tokens.everyone(_house(request))
        ]
    )


@router.post("/tokens", status_code=201, summary="Make a token", responses=_REFUSED, dependencies=[Depends(Heavy())])
def add_token(request: Request, wanted: NewToken, asker: Manager) -> MadeToken:
    """Make a token and return it, once. It carries no right over knowledge or people that its maker lacks."""
    given = [one.grant() for one in wanted.may]
    made = managing.add_token(_house(request), asker, wanted.name, given, days=wanted.days)
    return MadeToken(name=wanted.name, token=made)


@router.delete("/tokens/{name}", status_code=204, summary="Revoke a token", responses=_REFUSED)
def revoke_token(request: Request, name: Named, asker: Manager) -> Response:
    """Revoke a token; it is good for nothing from this moment."""
    managing.revoke_token(_house(request), asker, name)
    return Response(status_code=204)


def _known(request: Request, name: str) -> str:
    """Return a name that somebody bears. Raises HTTPException 404."""
    try:
        return accounts.find(_house(request), name).name
    except Refused as e:
        raise HTTPException(404, "There is nobody of this name.") from e


def _whole(house: House, name: str) -> Whole:
    found = managing.account(house, name)
    stays = [Stay(**one.model_dump(include=set(Stay.model_fields))) for one in found.sessions]
    return Whole(**_someone(found.person), own=list(found.own), sessions=stays, held_until=found.held_until)


def _someone(person: Person) -> dict[str, Any]:
    known = person.model_dump(include=set(Someone.model_fields) - {"groups"})
    return {**known, "may": list(person.grants), "groups": list(person.groups)}


def _link(name: str, secret: str) -> SignInLink:
    return SignInLink(name=name, path=f"/enrol/{secret}", hours=accounts.LINK_HOURS)


def _house(request: Request) -> House:
    house: House = request.app.state.house
    return house
