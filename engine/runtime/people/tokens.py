"""Tokens of programs: of limited rights and time, kept as digests."""

import secrets as random
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from engine.model.person import Asker, Where
from engine.model.rights import Grant
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, Refused, note, sign_in_name
from engine.runtime.people.secrets import digest, fresh
from engine.store import people, sessions
from engine.store.database import reading, transaction
from engine.store.sessions import ServiceToken

PREFIX = "prt_"
"""How every token begins, so that scanners for secrets know one."""
MOST_DAYS = 366
_TOUCH_SECONDS = 60


class Held(NamedTuple):
    """A token and what it may do."""

    token: ServiceToken
    grants: tuple[Grant, ...]


def add(house: House, name: str, grants: Sequence[Grant], *, days: int, hand: Hand) -> str:
    """Make a token and return it; it is not shown again. Raises Refused for a taken name or a time that is too long."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"A token is good for 1 to {MOST_DAYS} days.")
    if not grants:
        raise Refused("A token needs at least one role.")
    spelled, secret, now = sign_in_name(name), PREFIX + fresh(), house.clock.now()
    token = ServiceToken(
        id=random.token_hex(8), name=spelled, made_by=hand.by, made_at=now, ends_at=now + timedelta(days=days)
    )
    with transaction(house.engine) as tx:
        if any(one.name == spelled for one in sessions.tokens(tx)):
            raise Refused(f"There is a token called {spelled} already, or was once; take another name.")
        sessions.add_token(tx, token, digest(secret))
        for one in grants:
            people.grant(tx, "token", token.id, one)
        given = [one.model_dump(mode="json") for one in grants]
        note(tx, house, hand, "token_added", {"token": spelled, "grants": given, "ends_at": token.ends_at.isoformat()})
    return secret


def everyone(house: House) -> list[Held]:
    """Return all tokens with what they may do, by name."""
    with reading(house.engine) as tx:
        return [Held(one, people.grants(tx, "token", [one.id])) for one in sessions.tokens(tx)]


def revoke(house: House, name: str, *, hand: Hand) -> None:
    """Revoke a token; it is good for nothing from this moment. Raises Refused when there is none."""
    with transaction(house.engine) as tx:
        found = next((one for one in sessions.tokens(tx) if one.name == name.strip().casefold()), None)
        if found is None or not sessions.revoke_token(tx, found.id, house.clock.now()):
            raise Refused(f"There is no token {name} that is not revoked. `postroom tokens list` shows all.")
        note(tx, house, hand, "token_revoked", {"token": found.name})


def asker(house: House, secret: str, where: Where) -> Asker | None:
    """Return which program a token stands for, or None when it is revoked, over or none of ours."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        token = sessions.token_of_digest(tx, digest(secret))
        if token is None or token.revoked_at is not None or token.ends_at <= now:
            return None
        grants = people.grants(tx, "token", [token.id])
    if token.seen_at is None or (now - token.seen_at).total_seconds() > _TOUCH_SECONDS:
        with transaction(house.engine) as tx:
            sessions.touch_token(tx, token.id, now, where.address)
    return Asker(id=token.id, name=f"token:{token.name}", kind="token", grants=grants, where=where)
