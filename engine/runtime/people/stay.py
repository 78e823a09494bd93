"""Sessions: begun with a secret that only the browser has, ended by the person, by idleness or by time."""

import secrets as random
from datetime import timedelta

from engine.model.person import Asker, Person, Where
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.runtime.people.secrets import digest, fresh
from engine.store import people, sessions
from engine.store.database import reading, transaction
from engine.store.sessions import Session, Way

HALF_MINUTES = 10
"""How long a session waits for its code."""
_TOUCH_SECONDS = 60
"""How exactly it is known when a session was used last: not every call writes."""


def begin(house: House, person: Person, where: Where, *, way: Way, is_whole: bool = True) -> str:
    """Begin a session and return its secret. The ledger is told of a whole one."""
    secret, now = fresh(), house.clock.now()
    lasts = timedelta(hours=house.settings.session_hours) if is_whole else timedelta(minutes=HALF_MINUTES)
    session = Session(
        id=random.token_hex(8), person_id=person.id, is_whole=is_whole, way=way, made_at=now, seen_at=now,
        ends_at=now + lasts, address=where.address, agent=where.agent[:300],
    )  # fmt: skip
    with transaction(house.engine) as tx:
        sessions.begin(tx, session, digest(secret))
        if is_whole:
            note(tx, house, Hand(person.name, where), "signed_in", {"person": person.name, "way": way})
    return secret


def asker(house: House, secret: str, where: Where) -> Asker | None:
    """Return who a session's secret stands for, or None when the session is over, half or of somebody who was let out."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        session = sessions.of_digest(tx, digest(secret))
        if session is None or not session.is_whole or not _is_open(house, session):
            return None
        person = people.get(tx, session.person_id)
    if person is None or not person.is_active:
        return None
    if (now - session.seen_at).total_seconds() > _TOUCH_SECONDS or where.address != session.address:
        with transaction(house.engine) as tx:
            sessions.touch(tx, session.id, now, Where(address=where.address, agent=where.agent[:300]))
    return Asker(
        id=person.id, name=person.name, full_name=person.full_name, kind="person", grants=person.grants, where=where,
        language=person.language, session_id=session.id,
    )  # fmt: skip


def waiting(house: House, secret: str) -> Person | None:
    """Return whose session it is that waits for a code, or None."""
    with reading(house.engine) as tx:
        session = sessions.of_digest(tx, digest(secret))
        if session is None or session.is_whole or not _is_open(house, session):
            return None
        person = people.get(tx, session.person_id)
    return person if person is not None and person.is_active else None


def end_half(house: House, secret: str) -> None:
    """End a session that waited for its code."""
    with transaction(house.engine) as tx:
        session = sessions.of_digest(tx, digest(secret))
        if session is not None:
            sessions.end(tx, session.person_id, house.clock.now(), session_id=session.id)


def of_person(house: House, person_id: str) -> list[Session]:
    """Return the sessions of a person that are not over, the latest first."""
    with reading(house.engine) as tx:
        return [one for one in sessions.of_person(tx, person_id, now=house.clock.now()) if _is_open(house, one)]


def end(house: House, person_id: str, session_id: str, *, hand: Hand) -> bool:
    """End one session of a person. False when there is none."""
    with transaction(house.engine) as tx:
        is_ended = sessions.end(tx, person_id, house.clock.now(), session_id=session_id) > 0
        if is_ended:
            note(tx, house, hand, "session_ended", {"session": session_id})
    return is_ended


def _is_open(house: House, session: Session) -> bool:
    now = house.clock.now()
    idle = timedelta(minutes=house.settings.session_idle_minutes)
    return session.ended_at is None and now < session.ends_at and now - session.seen_at <= idle
