"""Requests that carry a key of the caller's own: whether one runs, took effect, and how it was answered."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, update

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new

_TABLE = tables.keyed_calls


class KeyedCall(Value):
    """A request with a key, as far as it has come."""

    holder: str
    """Id of the person or token that sent it."""
    key: str
    executor_id: str
    """The process that answers it."""
    begun_at: datetime
    has_effect: bool = False
    """Whether anything that it asks for was written."""
    digest: str | None = None
    """SHA-256 (hex) of the whole request, known when it was answered."""
    status: int | None = None
    answer: str | None = None
    """Encrypted; what was too long to be kept is None although there is a status."""


def begin(tx: Connection, call: KeyedCall) -> bool:
    """Take a key. False when it is taken."""
    return insert_new(tx, _TABLE, call.model_dump())


def get(tx: Connection, holder: str, key: str) -> KeyedCall | None:
    """Return what a key stands for, or None."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.holder == holder, _TABLE.c.key == key)).mappings().one_or_none()
    return None if row is None else KeyedCall.model_validate(dict(row))


def inherit(tx: Connection, left: KeyedCall, executor_id: str, at: datetime) -> bool:
    """Take over what a dead process began and wrote nothing of. False when somebody was faster."""
    mine = update(_TABLE).where(*_same(left), _TABLE.c.executor_id == left.executor_id, ~_TABLE.c.has_effect)
    return tx.execute(mine.values(executor_id=executor_id, begun_at=at)).rowcount == 1


def take_effect(tx: Connection, call: KeyedCall) -> None:
    """Note, in the transaction that writes it, that something was written."""
    tx.execute(update(_TABLE).where(*_same(call)).values(has_effect=True))


def end(tx: Connection, call: KeyedCall, *, digest: str, status: int, answer: str | None) -> None:
    """Keep how it was answered."""
    tx.execute(update(_TABLE).where(*_same(call)).values(digest=digest, status=status, answer=answer))


def let_go(tx: Connection, call: KeyedCall) -> bool:
    """Forget a call that wrote nothing, so that its key is free. False when it wrote something."""
    return tx.execute(delete(_TABLE).where(*_same(call), ~_TABLE.c.has_effect)).rowcount == 1


def orphan(tx: Connection, call: KeyedCall) -> None:
    """Note that nobody answers a call any more."""
    tx.execute(update(_TABLE).where(*_same(call)).values(executor_id=""))


def forget(tx: Connection, *, before: datetime) -> None:
    """Forget what began before a moment."""
    tx.execute(delete(_TABLE).where(_TABLE.c.begun_at < before))


def _same(call: KeyedCall) -> tuple[ColumnElement[bool], ...]:
    return (_TABLE.c.holder == call.holder, _TABLE.c.key == call.key)
