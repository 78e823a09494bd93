"""Sessions of people, tokens of programs, links that are good once: of each only the digest is kept."""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from engine.model.person import Where
from engine.model.value import Value
from engine.store import tables

Way = Literal["password", "oidc", "link"]

_SESSIONS = tables.sessions
_TOKENS = tables.service_tokens
_LINKS = tables.sign_in_links


class Session(Value):
    """One stay of a person."""

    id: str
    person_id: str
    is_whole: bool
    """Whether nothing has to be proved any more; a session that waits for a code is not."""
    way: Way
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    address: str
    agent: str


class ServiceToken(Value):
    """The right of a program to ask, until a day."""

    id: str
    name: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    address: str = ""
    """From where it was used last."""
    revoked_at: datetime | None = None


def begin(tx: Connection, session: Session, digest: str) -> None:
    """Note a session under the digest of its secret."""
    tx.execute(insert(_SESSIONS).values(**session.model_dump(), digest=digest))


def of_digest(tx: Connection, digest: str) -> Session | None:
    """Return the session whose secret has a digest, or None."""
    columns = [_SESSIONS.c[name] for name in Session.model_fields]
    row = tx.execute(select(*columns).where(_SESSIONS.c.digest == digest)).mappings().one_or_none()
    return None if row is None else Session.model_validate(dict(row))


def of_person(tx: Connection, person_id: str, *, now: datetime) -> list[Session]:
    """Return the whole sessions of a person that were not ended, the latest first."""
    columns = [_SESSIONS.c[name] for name in Session.model_fields]
    is_open = (_SESSIONS.c.ended_at.is_(None), _SESSIONS.c.ends_at > now, _SESSIONS.c.is_whole)
    query = select(*columns).where(_SESSIONS.c.person_id == person_id, *is_open).order_by(_SESSIONS.c.seen_at.desc())
    return [Session.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def touch(tx: Connection, session_id: str, at: datetime, where: Where) -> None:
    """Note that a session was used, and from where."""
    seen = {"seen_at": at, "address": where.address, "agent": where.agent}
    tx.execute(update(_SESSIONS).where(_SESSIONS.c.id == session_id).values(**seen))


def end(tx: Connection, person_id: str, at: datetime, *, session_id: str | None = None) -> int:
    """End one session of a person, or all of them. Return how many were open."""
    which = [_SESSIONS.c.person_id == person_id, _SESSIONS.c.ended_at.is_(None)]
    if session_id is not None:
        which.append(_SESSIONS.c.id == session_id)
    return tx.execute(update(_SESSIONS).where(*which).values(ended_at=at)).rowcount


def add_token(tx: Connection, token: ServiceToken, digest: str) -> None:
    """Note a token of a program under the digest of its secret."""
    tx.execute(insert(_TOKENS).values(**token.model_dump(), digest=digest))


def token_of_digest(tx: Connection, digest: str) -> ServiceToken | None:
    """Return the token whose secret has a digest, or None."""
    columns = [_TOKENS.c[name] for name in ServiceToken.model_fields]
    row = tx.execute(select(*columns).where(_TOKENS.c.digest == digest)).mappings().one_or_none()
    return None if row is None else ServiceToken.model_validate(dict(row))


def tokens(tx: Connection) -> list[ServiceToken]:
    """Return all tokens, those that were revoked as well, by name."""
    columns = [_TOKENS.c[name] for name in ServiceToken.model_fields]
    return [
        ServiceToken.model_validate(dict(row))
        for row in tx.execute(select(*columns).order_by(_TOKENS.c.name)).mappings()
    ]


def touch_token(tx: Connection, token_id: str, at: datetime, address: str) -> None:
    """Note that a token was used."""
    tx.execute(update(_TOKENS).where(_TOKENS.c.id == token_id).values(seen_at=at, address=address))


def revoke_token(tx: Connection, token_id: str, at: datetime) -> bool:
    """Revoke a token. False when it was before."""
    which = (_TOKENS.c.id == token_id, _TOKENS.c.revoked_at.is_(None))
    return tx.execute(update(_TOKENS).where(*which).values(revoked_at=at)).rowcount == 1


def add_link(tx: Connection, person_id: str, digest: str, *, at: datetime, ends_at: datetime) -> None:
    """Note a link for a person; the ones before it are good no more."""
    tx.execute(update(_LINKS).where(_LINKS.c.person_id == person_id, _LINKS.c.used_at.is_(None)).values(used_at=at))
    tx.execute(insert(_LINKS).values(digest=digest, person_id=person_id, made_at=at, ends_at=ends_at))


def person_of_link(tx: Connection, digest: str, now: datetime) -> str | None:
    """Return whose link it is while it is good, or None."""
    is_good = (_LINKS.c.digest == digest, _LINKS.c.used_at.is_(None), _LINKS.c.ends_at > now)
    found: str | None = tx.execute(select(_LINKS.c.person_id).where(*is_good)).scalar_one_or_none()
    return found


def use_link(tx: Connection, digest: str, now: datetime) -> bool:
    """Use a link up. False when it is not good any more: of two at once, one gets True."""
    is_good = (_LINKS.c.digest == digest, _LINKS.c.used_at.is_(None), _LINKS.c.ends_at > now)
    return tx.execute(update(_LINKS).where(*is_good).values(used_at=now)).rowcount == 1
