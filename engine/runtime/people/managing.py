"""What people who manage people may do to others: the same changes as the command line's, and nobody raises himself.

The command line belongs to whoever owns the machine; here one person acts on others. So what is about the person who acts is
refused, and a token, whose secret its maker sees, carries no right over knowledge or people and shows no masked field that
its maker does not hold.
"""

from collections.abc import Sequence
from datetime import datetime

from engine.model.person import Asker, Person
from engine.model.rights import KNOWLEDGE, ROLES, FieldGroup, Grant, Verb
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.people import accounts, brake, stay, tokens
from engine.runtime.people.accounts import Hand, Refused, find, note
from engine.store import people, sessions
from engine.store.database import reading, transaction
from engine.store.sessions import Session

_RULING: frozenset[Verb] = KNOWLEDGE | {"manage_people"}
_LONGEST = 200


class Team(Value):
    """A group: what its members may do by it."""

    name: str
    members: tuple[str, ...]
    grants: tuple[Grant, ...]


class Account(Value):
    """A person as those see it who manage people."""

    person: Person
    own: tuple[Grant, ...]
    """Given to the person; the others come by groups."""
    sessions: tuple[Session, ...]
    held_until: datetime | None
    """No try to sign in is heard before; None when tries are heard."""


def account(house: House, name: str) -> Account:
    """Return a person with rights, sessions and brakes. Raises Refused when there is none."""
    person = find(house, name)
    with reading(house.engine) as tx:
        own = people.grants(tx, "person", [person.id])
    return Account(
        person=person, own=own, sessions=tuple(stay.of_person(house, person.id)), held_until=_held_until(house, person)
    )  # fmt: skip


def teams(house: House) -> list[Team]:
    """Return all groups, by name."""
    with reading(house.engine) as tx:
        return [
            Team(name=name, members=members, grants=people.grants(tx, "group", [name]))
            for name, members in people.groups(tx).items()
        ]


def held(house: House) -> frozenset[str]:
    """Return the names of people whose tries to sign in are not heard just now."""
    return frozenset(one.name for one in accounts.everyone(house) if _held_until(house, one) is not None)


def invite(house: House, asker: Asker, name: str, *, full_name: str = "", email: str = "") -> str:
    """Add a person without rights; return the secret of the link, good once, with which they set a password."""
    if any(len(one) > _LONGEST or not one.isprintable() for one in (full_name, email)):
        raise Refused(f"A name or an address is one line of up to {_LONGEST} characters.")
    hand = _hand(asker)
    made = accounts.add(house, name, hand=hand, full_name=full_name.strip(), email=email.strip())
    return accounts.link(house, made.name, hand=hand)


def give(house: House, asker: Asker, name: str, given: Grant) -> Person:
    """Give somebody else a role."""
    _refuse_unprintable(given)
    return accounts.grant(house, _other(house, asker, name).name, given, hand=_hand(asker))


def take(house: House, asker: Asker, name: str, role: str) -> Person:
    """Take a role from somebody else, with every scope."""
    _refuse_unknown(role)
    return accounts.revoke(house, _other(house, asker, name).name, role, hand=_hand(asker))


def give_team(house: House, asker: Asker, team: str, given: Grant) -> None:
    """Give a group, of which one is no member, a role; a group that is not there is made."""
    name = team.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise Refused(f"A group has a name of up to {_LONGEST} characters in one line.")
    _refuse_unprintable(given)
    _not_among(house, asker, name)
    accounts.grant_group(house, name, given, hand=_hand(asker))


def take_team(house: House, asker: Asker, team: str, role: str) -> None:
    """Take a role from a group of which one is no member."""
    _refuse_unknown(role)
    _not_among(house, asker, team)
    accounts.revoke_group(house, team, role, hand=_hand(asker))


def join(house: House, asker: Asker, team: str, name: str) -> None:
    """Put somebody else into a group."""
    _refuse_strange(team)
    accounts.join(house, team, _other(house, asker, name).name, hand=_hand(asker))


def leave(house: House, asker: Asker, team: str, name: str) -> None:
    """Take somebody else out of a group. Raises Refused when they are not in it."""
    person = _other(house, asker, name)
    if team not in person.groups:
        raise Refused(f"{person.name} is not in the group {team}.")
    accounts.leave(house, team, person.name, hand=_hand(asker))


def new_link(house: House, asker: Asker, name: str) -> str:
    """Return the secret of a link with which somebody else sets a password; earlier links end."""
    return accounts.link(house, _local(_other(house, asker, name)).name, hand=_hand(asker))


def reset_totp(house: House, asker: Asker, name: str) -> str:
    """Forget somebody's second factor and end their sessions; return the secret of a link to set a new one."""
    return accounts.reset_totp(house, _local(_other(house, asker, name)).name, hand=_hand(asker))


def set_active(house: House, asker: Asker, name: str, *, is_active: bool) -> Person:
    """Let somebody else in again, or out: then all sessions end at once."""
    return accounts.set_active(house, _other(house, asker, name).name, is_active=is_active, hand=_hand(asker))


def unlock(house: House, hand: Hand, name: str) -> None:
    """Hear tries to sign in again after too many failed. Raises Refused when they are heard."""
    person = find(house, name)
    if _held_until(house, person) is None:
        raise Refused(f"{person.name} is not locked out: tries to sign in are heard.")
    for kind, subject in _brakes(person):
        brake.release(house, kind, subject)
    with transaction(house.engine) as tx:
        note(tx, house, hand, "lockout_lifted", {"person": person.name})


def lift_lockout(house: House, asker: Asker, name: str) -> None:
    """Hear somebody else's tries to sign in again."""
    unlock(house, _hand(asker), _other(house, asker, name).name)


def end_session(house: House, asker: Asker, name: str, session_id: str) -> None:
    """End one session of a person, also one's own. Raises Refused when it is over."""
    _refuse_strange(session_id)
    if not stay.end(house, find(house, name).id, session_id, hand=_hand(asker)):
        raise Refused("This session is over already.")


def end_sessions(house: House, asker: Asker, name: str) -> int:
    """End all sessions of a person; return how many there were."""
    person = find(house, name)
    with transaction(house.engine) as tx:
        ended = sessions.end(tx, person.id, house.clock.now())
        note(tx, house, _hand(asker), "sessions_ended", {"person": person.name, "sessions_ended": ended})
    return ended


def add_token(house: House, asker: Asker, name: str, grants: Sequence[Grant], *, days: int) -> str:
    """Make a token and return it; it is not shown again. Raises Refused for rights that its maker lacks."""
    for one in grants:
        if "approve_documents" in ROLES[one.role]:
            raise Refused("A program does not approve documents.")
        _refuse_unprintable(one)
        _refuse_beyond(asker, one)
    return tokens.add(house, name, grants, days=days, hand=_hand(asker))


def revoke_token(house: House, asker: Asker, name: str) -> None:
    """Revoke a token."""
    tokens.revoke(house, name, hand=_hand(asker))


def _refuse_beyond(asker: Asker, given: Grant) -> None:
    """Refuse what would raise the maker: rights over knowledge or people, or sight of masked fields, not held already."""
    for verb in sorted(ROLES[given.role] & _RULING):
        if not any(verb in ROLES[one.role] and _covers(one, given) for one in asker.grants) or not asker.may(verb):
            raise Refused(
                f"You would see a token that may {verb.replace('_', ' ')}, and may not do so yourself to that extent. "
                "Ask somebody who may to make it."
            )
    for group in given.fields:
        if not any(group in one.fields and _covers(one, given) for one in asker.grants):
            raise Refused(f"You would see a token that shows {_GROUPS[group]}, and may not see them yourself.")


def _refuse_unprintable(given: Grant) -> None:
    for one in (given.team or "", *given.types, *given.entities):
        _refuse_strange(one)


def _refuse_strange(word: str) -> None:
    """Refuse what no keyboard writes; a database may not take it."""
    if not word.isprintable():
        raise Refused("A name is one line of letters, digits and signs.")


def _refuse_unknown(role: str) -> None:
    if role not in ROLES:
        raise Refused(f"There is no role {role}; there are: {', '.join(ROLES)}.")


_GROUPS: dict[FieldGroup, str] = {"bank": "bank details", "identity": "tax and register numbers"}


def _covers(one: Grant, given: Grant) -> bool:
    """Tell whether a grant reaches everything that another one reaches."""
    return (
        (one.team is None or one.team == given.team)
        and (not one.types or (bool(given.types) and set(given.types) <= set(one.types)))
        and (not one.entities or (bool(given.entities) and set(given.entities) <= set(one.entities)))
    )


def _other(house: House, asker: Asker, name: str) -> Person:
    """Return a person who is not the one that acts. Raises Refused."""
    person = find(house, name)
    if person.id == asker.id:
        raise Refused("Nobody changes their own rights or account here: ask somebody else who manages people.")
    return person


def _not_among(house: House, asker: Asker, team: str) -> None:
    _refuse_strange(team)
    with reading(house.engine) as tx:
        if any(one.id == asker.id for one in people.members(tx, team)):
            raise Refused(f"You are in the group {team} yourself: ask somebody else who manages people.")


def _local(person: Person) -> Person:
    if person.issuer is not None:
        raise Refused(f"{person.name} signs in at {person.issuer}: password and second factor are set there.")
    if not person.is_active:
        raise Refused(f"{person.name} is let in no more; let them in again first.")
    return person


def _held_until(house: House, person: Person) -> datetime | None:
    found = [until for kind, subject in _brakes(person) if (until := brake.held_until(house, kind, subject))]
    return max(found, default=None)


def _brakes(person: Person) -> tuple[tuple[brake.Kind, str], ...]:
    return (brake.NAME, person.name), (brake.CODE, person.id)


def _hand(asker: Asker) -> Hand:
    return Hand(asker.name, asker.where)
