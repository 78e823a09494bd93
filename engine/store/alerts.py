"""Messages to people about alarms: planned with the alarm in one transaction, sent later, kept for a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.model.alarm import Alarm, AlarmKind
from engine.model.value import Value
from engine.store import tables

Event = Literal["raised", "cleared"]
State = Literal["pending", "sent", "failed"]

_TABLE = tables.alerts


class Alert(Value):
    """One alarm that began or ended, for one way."""

    seq: int
    way: str
    event: Event
    kind: AlarmKind
    subject: str
    message: str
    since: datetime
    made_at: datetime
    """When the alarm began, or ended."""
    state: State
    attempts: int
    next_at: datetime
    ended_at: datetime | None
    error: str


_COLUMNS = [_TABLE.c[name] for name in Alert.model_fields]


def plan(tx: Connection, way: str, event: Event, alarm: Alarm, at: datetime) -> None:
    """Note that a way has to be told."""
    tx.execute(
        insert(_TABLE).values(
            way=way, event=event, kind=alarm.kind, subject=alarm.subject, message=alarm.message, since=alarm.since,
            made_at=at, state="pending", attempts=0, next_at=at, error="",
        )
    )  # fmt: skip


def due(tx: Connection, now: datetime) -> list[str]:
    """Return the ways that have something to tell now."""
    query = select(_TABLE.c.way).where(_TABLE.c.state == "pending", _TABLE.c.next_at <= now).distinct()
    return list(tx.execute(query.order_by(_TABLE.c.way)).scalars())


def last_sent(tx: Connection, way: str) -> datetime | None:
    """Return when a way was told of something last, or None."""
    query = select(func.max(_TABLE.c.ended_at)).where(_TABLE.c.way == way, _TABLE.c.state == "sent")
    found: datetime | None = tx.execute(query).scalar_one()
    return found


def take(tx: Connection, way: str, now: datetime, *, until: datetime) -> list[Alert]:
    """Take all that waits for a way, the oldest first; nothing while another worker holds some of it."""
    waits = (_TABLE.c.way == way, _TABLE.c.state == "pending")
    held = select(_TABLE.c.seq).where(*waits, _TABLE.c.taken_until > now).limit(1)
    if tx.execute(held).first() is not None:
        return []
    free = _TABLE.c.taken_until.is_(None) | (_TABLE.c.taken_until <= now)
    taken = update(_TABLE).where(*waits, free).values(taken_until=until).returning(*_COLUMNS)
    rows = [Alert.model_validate(dict(row)) for row in tx.execute(taken).mappings()]
    return sorted(rows, key=lambda one: one.seq)


def sent(tx: Connection, seqs: Sequence[int], at: datetime) -> None:
    """Note that messages are out."""
    which = update(_TABLE).where(_TABLE.c.seq.in_(seqs))
    tx.execute(
        which.values(state="sent", attempts=_TABLE.c.attempts + 1, ended_at=at, taken_until=None, error="")
    )  # fmt: skip


def failed(tx: Connection, seqs: Sequence[int], *, error: str, next_at: datetime) -> None:
    """Note a try in vain, and when the next one is made."""
    which = update(_TABLE).where(_TABLE.c.seq.in_(seqs))
    tx.execute(which.values(attempts=_TABLE.c.attempts + 1, next_at=next_at, taken_until=None, error=error))


def give_up(tx: Connection, seqs: Sequence[int], at: datetime) -> None:
    """Try no more."""
    tx.execute(update(_TABLE).where(_TABLE.c.seq.in_(seqs)).values(state="failed", ended_at=at, taken_until=None))


def forget(tx: Connection, *, before: datetime) -> None:
    """Take away what was told, or given up, before a moment."""
    tx.execute(delete(_TABLE).where(_TABLE.c.state != "pending", _TABLE.c.ended_at < before))


def latest(
    tx: Connection, *, limit: int, way: str | None = None, state: State | None = None, before: int | None = None
) -> list[Alert]:  # fmt: skip
    """Return the latest messages, the newest first; of one way, in one state, before a number where these are given."""
    query = select(*_COLUMNS).order_by(_TABLE.c.seq.desc()).limit(limit)
    if way is not None:
        query = query.where(_TABLE.c.way == way)
    if state is not None:
        query = query.where(_TABLE.c.state == state)
    if before is not None:
        query = query.where(_TABLE.c.seq < before)
    return [Alert.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def waiting(tx: Connection, way: str) -> int:
    """Return how many messages wait for a way."""
    query = select(func.count()).where(_TABLE.c.way == way, _TABLE.c.state == "pending")
    return tx.execute(query).scalar_one()
