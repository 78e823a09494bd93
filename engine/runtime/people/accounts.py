"""People, groups and what they may do: every change is one transaction with a ledger entry that says who made it and from where."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.model.errors import PostroomError
from engine.model.person import Person, Where
from engine.model.rights import APART, ROLES, Grant
from engine.runtime.house import House
from engine.runtime.people.secrets import digest, fresh
from engine.store import ledger, people, sessions
from engine.store.database import reading, transaction

LINK_HOURS = 24
"""How long a link is good with which a person sets a password."""
_LONGEST_NAME = 100


class Refused(PostroomError):
    """A change of people or rights that cannot be made; nothing was changed."""


class Hand(NamedTuple):
    """Who makes a change, and from where."""

    by: str
    where: Where = Where(address="command line")


def note(
    tx: Connection, house: House, hand: Hand, kind: str, data: Mapping[str, Any], *, document_id: str | None = None
) -> None:
    """Tell the ledger; the last thing in a transaction."""
    ledger.append(
        tx, at=house.clock.now(), document_id=document_id, kind=kind, actor=hand.by,
        data={**data, "from": hand.where.model_dump()},
    )  # fmt: skip


def add(
    house: House, name: str, *, hand: Hand, full_name: str = "", email: str = "",
    issuer: str | None = None, subject: str | None = None,
) -> Person:  # fmt: skip
    """Add a person without rights. Raises Refused when the name is taken or no name."""
    wanted = sign_in_name(name)
    person = Person(
        id=secrets.token_hex(16),
        name=wanted,
        full_name=full_name,
        email=email,
        issuer=issuer,
        made_at=house.clock.now(),
    )
    with transaction(house.engine) as tx:
        if not people.add(tx, person, subject=subject):
            raise Refused(f"There is somebody called {wanted} already.")
        note(tx, house, hand, "person_added", {"person": wanted, "issuer": issuer})
    return person


def sign_in_name(name: str) -> str:
    """Return the spelling under which a name is kept: capitals do not tell people apart. Raises Refused."""
    spelled = name.strip().casefold()
    if not spelled or len(spelled) > _LONGEST_NAME or any(one.isspace() or not one.isprintable() for one in spelled):
        raise Refused("A sign-in name has up to 100 characters and no blanks.")
    if ":" in spelled:
        raise Refused("A sign-in name has no colon: names with one are those of programs.")
    return spelled


def find(house: House, name: str) -> Person:
    """Return the person of a sign-in name. Raises Refused when there is none."""
    with reading(house.engine) as tx:
        person = people.named(tx, name.strip().casefold()) if name.isprintable() else None
    if person is None:
        raise Refused(f"There is nobody called {name}. `postroom users list` shows everybody.")
    return person


def everyone(house: House) -> list[Person]:
    """Return all people, by name."""
    with reading(house.engine) as tx:
        return people.everyone(tx)


def link(house: House, name: str, *, hand: Hand) -> str:
    """Return the secret of a link with which a person sets a password and a second factor, once. Earlier links end."""
    person = find(house, name)
    secret, now = fresh(), house.clock.now()
    with transaction(house.engine) as tx:
        sessions.add_link(tx, person.id, digest(secret), at=now, ends_at=now + timedelta(hours=LINK_HOURS))
        note(tx, house, hand, "sign_in_link_made", {"person": person.name})
    return secret


def set_active(house: House, name: str, *, is_active: bool, hand: Hand) -> Person:
    """Let a person in again, or out: then all sessions end at once."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        people.change(tx, person.id, is_active=is_active)
        ended = 0 if is_active else sessions.end(tx, person.id, house.clock.now())
        kind = "person_enabled" if is_active else "person_disabled"
        note(tx, house, hand, kind, {"person": person.name, "sessions_ended": ended})
    return find(house, name)


def reset_totp(house: House, name: str, *, hand: Hand) -> str:
    """Forget the second factor and end all sessions; return the secret of a link with which a new one is set."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        people.change(tx, person.id, totp_secret=None, totp_step=0)
        ended = sessions.end(tx, person.id, house.clock.now())
        note(tx, house, hand, "second_factor_reset", {"person": person.name, "sessions_ended": ended})
    return link(house, name, hand=hand)


def grant(house: House, name: str, given: Grant, *, hand: Hand) -> Person:
    """Give a person a role. Raises Refused when it may not be held together with what the person holds."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        _refuse_together(tx, person, given)
        people.grant(tx, "person", person.id, given)
        note(tx, house, hand, "role_granted", {"person": person.name, "grant": given.model_dump(mode="json")})
    return find(house, name)


def revoke(house: House, name: str, role: str, *, hand: Hand) -> Person:
    """Take a role from a person, with every scope. Raises Refused when it is not held by the person itself."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        if not people.revoke(tx, "person", person.id, role):
            raise Refused(f"{person.name} does not hold the role {role}, or holds it by a group.")
        note(tx, house, hand, "role_revoked", {"person": person.name, "role": role})
    return find(house, name)


def grant_group(house: House, group: str, given: Grant, *, hand: Hand) -> None:
    """Give a group a role, and make the group when there is none. Raises Refused when a member may not hold it."""
    with transaction(house.engine) as tx:
        people.make_group(tx, group, house.clock.now())
        for member in people.members(tx, group):
            _refuse_together(tx, member, given)
        people.grant(tx, "group", group, given)
        note(tx, house, hand, "role_granted", {"group": group, "grant": given.model_dump(mode="json")})


def revoke_group(house: House, group: str, role: str, *, hand: Hand) -> None:
    """Take a role from a group, with every scope. Raises Refused when the group does not hold it."""
    with transaction(house.engine) as tx:
        if not people.revoke(tx, "group", group, role):
            raise Refused(f"The group {group} does not hold the role {role}.")
        note(tx, house, hand, "role_revoked", {"group": group, "role": role})


def join(house: House, group: str, name: str, *, hand: Hand) -> None:
    """Put a person into a group. Raises Refused when the group's roles may not be held together with the person's."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        if group not in people.groups(tx):
            raise Refused(f"There is no group {group}; give it a role first.")
        for given in people.grants(tx, "group", [group]):
            _refuse_together(tx, person, given)
        people.join(tx, group, person.id)
        note(tx, house, hand, "group_joined", {"person": person.name, "group": group})


def leave(house: House, group: str, name: str, *, hand: Hand) -> None:
    """Take a person out of a group."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        people.leave(tx, group, person.id)
        note(tx, house, hand, "group_left", {"person": person.name, "group": group})


def _refuse_together(tx: Connection, person: Person, given: Grant) -> None:
    current = people.get(tx, person.id)
    held = frozenset().union(*(ROLES[one.role] for one in (*(current.grants if current else ()), given)))
    for first, second in APART:
        if second in held and first & held:
            clashing = ", ".join(sorted(one.replace("_", " ") for one in first & held))
            raise Refused(
                f"{person.name} would {second.replace('_', ' ')} and {clashing}: one person may not hold both. "
                "Take the other role away first, or give this one to somebody else."
            )


def set_language(house: House, name: str, language: str) -> None:
    """Note in which language a person reads pages; a taste, so the ledger is not told."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        people.change(tx, person.id, language=language)
