"""People, their groups, and what people, groups and tokens may do."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, delete, insert, select, update

from engine.model.person import Person
from engine.model.rights import Grant
from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new

Holder = Literal["person", "group", "token"]

_PEOPLE = tables.people
_GRANTS = tables.grants
_MEMBERS = tables.group_members


class Proof(Value):
    """By what a local person proves who they are; what is not set proves nothing."""

    password_hash: str | None
    totp_secret: str | None
    """Encrypted."""
    totp_step: int
    """The last step whose code was used: no code is taken twice."""


def add(tx: Connection, person: Person, *, subject: str | None = None) -> bool:
    """Add a person without rights. Return False when the name is taken."""
    row = {
        "id": person.id, "name": person.name, "full_name": person.full_name, "email": person.email,
        "language": person.language, "is_active": person.is_active, "totp_step": 0, "issuer": person.issuer,
        "subject": subject, "made_at": person.made_at,
    }  # fmt: skip
    if named(tx, person.name) is not None:
        return False
    return insert_new(tx, _PEOPLE, row)


def get(tx: Connection, person_id: str) -> Person | None:
    """Return a person by id, or None."""
    return _one(tx, select(_PEOPLE).where(_PEOPLE.c.id == person_id))


def named(tx: Connection, name: str) -> Person | None:
    """Return a person by the sign-in name, or None."""
    return _one(tx, select(_PEOPLE).where(_PEOPLE.c.name == name))


def of_subject(tx: Connection, issuer: str, subject: str) -> Person | None:
    """Return the person for whom an OpenID provider vouches under a subject, or None."""
    return _one(tx, select(_PEOPLE).where(_PEOPLE.c.issuer == issuer, _PEOPLE.c.subject == subject))


def everyone(tx: Connection) -> list[Person]:
    """Return all people, by name."""
    return [_person(tx, dict(row)) for row in tx.execute(select(_PEOPLE).order_by(_PEOPLE.c.name)).mappings()]


def proof(tx: Connection, person_id: str, *, held: bool = False) -> Proof:
    """Return by what a person proves who they are; `held` keeps others from changing it before the end of the transaction."""
    query = select(*[_PEOPLE.c[name] for name in Proof.model_fields]).where(_PEOPLE.c.id == person_id)
    row = tx.execute(query.with_for_update() if held else query).mappings().one()
    return Proof.model_validate(dict(row))


def change(tx: Connection, person_id: str, **values: object) -> None:
    """Set columns of a person."""
    tx.execute(update(_PEOPLE).where(_PEOPLE.c.id == person_id).values(**values))


def grant(tx: Connection, kind: Holder, holder: str, given: Grant) -> None:
    """Give a role to a person (id), a group (name) or a token (id)."""
    tx.execute(insert(_GRANTS).values(holder_kind=kind, holder=holder, **_columns(given)))


def revoke(tx: Connection, kind: Holder, holder: str, role: str) -> int:
    """Take a role away, with every scope. Return how many grants there were."""
    held = (_GRANTS.c.holder_kind == kind, _GRANTS.c.holder == holder, _GRANTS.c.role == role)
    return tx.execute(delete(_GRANTS).where(*held)).rowcount


def grants(tx: Connection, kind: Holder, holders: Sequence[str]) -> tuple[Grant, ...]:
    """Return what holders were given, in the order in which it was."""
    columns = [_GRANTS.c[name] for name in Grant.model_fields]
    query = select(*columns).where(_GRANTS.c.holder_kind == kind, _GRANTS.c.holder.in_(holders)).order_by(_GRANTS.c.seq)
    return tuple(Grant.model_validate(dict(row)) for row in tx.execute(query).mappings())


def make_group(tx: Connection, name: str, at: datetime) -> None:
    """Make a group; one that is there stays as it is."""
    insert_new(tx, tables.people_groups, {"name": name, "made_at": at})


def groups(tx: Connection) -> dict[str, tuple[str, ...]]:
    """Return the names of members by group."""
    names = tx.execute(select(tables.people_groups.c.name).order_by(tables.people_groups.c.name)).scalars()
    found: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    joined = select(_MEMBERS.c.group_name, _PEOPLE.c.name).join(_PEOPLE, _PEOPLE.c.id == _MEMBERS.c.person_id)
    for group, name in tx.execute(joined.order_by(_PEOPLE.c.name)):
        found[group] = (*found[group], name)
    return found


def join(tx: Connection, group: str, person_id: str) -> None:
    """Put a person into a group."""
    insert_new(tx, _MEMBERS, {"group_name": group, "person_id": person_id})


def leave(tx: Connection, group: str, person_id: str) -> None:
    """Take a person out of a group."""
    tx.execute(delete(_MEMBERS).where(_MEMBERS.c.group_name == group, _MEMBERS.c.person_id == person_id))


def members(tx: Connection, group: str) -> list[Person]:
    """Return the people of a group."""
    ids: Iterable[str] = tx.execute(select(_MEMBERS.c.person_id).where(_MEMBERS.c.group_name == group)).scalars().all()
    return [person for person in (get(tx, one) for one in ids) if person is not None]


def _columns(given: Grant) -> dict[str, Any]:
    return {
        "role": given.role, "team": given.team, "types": list(given.types), "entities": list(given.entities),
        "fields": list(given.fields),
    }  # fmt: skip


def _one(tx: Connection, query: Select[Any]) -> Person | None:
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else _person(tx, dict(row))


def _person(tx: Connection, row: dict[str, Any]) -> Person:
    mine = select(_MEMBERS.c.group_name).where(_MEMBERS.c.person_id == row["id"]).order_by(_MEMBERS.c.group_name)
    of_groups = tuple(tx.execute(mine).scalars())
    held = (*grants(tx, "person", [row["id"]]), *(grants(tx, "group", of_groups) if of_groups else ()))
    known = {name: row[name] for name in Person.model_fields if name in row}
    return Person(
        **known, has_password=row["password_hash"] is not None, has_totp=row["totp_secret"] is not None,
        grants=held, groups=of_groups,
    )  # fmt: skip
