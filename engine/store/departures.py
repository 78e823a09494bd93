"""Operations that do not leave at once: behind a closed window, or past it because a person said so.

One row an operation. `turn` counts the times that something was noted for it, so that each time is one walk of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, select, update

from engine.model.operation import Operation
from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new

_TABLE, _OUTBOX, _OPERATIONS = tables.departures, tables.outbox, tables.operations

Kind = Literal["window", "asked"]


class Departure(Value):
    """What one operation waits for."""

    key: str
    document_id: str
    revision: int
    kind: Kind
    why: str
    """For people."""
    since: datetime
    leave_at: datetime | None
    """None: nobody knows yet."""
    turn: int
    overridden_by: str | None = None
    """The person who said that windows and freezes do not hold for it."""


def get(tx: Connection, key: str) -> Departure | None:
    """Return what an operation waits for, or None."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.key == key)).mappings().one_or_none()
    return None if row is None else Departure.model_validate(dict(row))


def of_keys(tx: Connection, keys: Sequence[str]) -> dict[str, Departure]:
    """Return what some operations wait for, by key."""
    query = select(_TABLE).where(_TABLE.c.key.in_(keys))
    return {row["key"]: Departure.model_validate(dict(row)) for row in tx.execute(query).mappings()}


def note(
    tx: Connection, operation: Operation, *, kind: Kind, why: str, at: datetime, leave_at: datetime | None,
    overridden_by: str | None = None,
) -> Departure:  # fmt: skip
    """Note what an operation waits for, in the place of what was noted; an override stays until it is gone."""
    values: dict[str, Any] = {
        "document_id": operation.document_id, "revision": operation.revision, "kind": kind, "why": why,
        "leave_at": leave_at,
    }  # fmt: skip
    row = {**values, "key": operation.key, "since": at, "turn": 1, "overridden_by": overridden_by}
    if not insert_new(tx, _TABLE, row):
        if overridden_by is not None:
            values["overridden_by"] = overridden_by
        tx.execute(update(_TABLE).where(_TABLE.c.key == operation.key).values(**values, turn=_TABLE.c.turn + 1))
    found = get(tx, operation.key)
    if found is None:
        raise LookupError(f"nothing is noted for {operation.key}")
    return found


def end(tx: Connection, keys: Sequence[str]) -> None:
    """Forget what operations waited for."""
    tx.execute(delete(_TABLE).where(_TABLE.c.key.in_(keys)))


def call_back(tx: Connection, document_id: str) -> None:
    """Take what waits of a document off its way, unless a call with it runs or left before."""
    planned = select(_OPERATIONS.c.key).where(
        _OPERATIONS.c.document_id == document_id, _OPERATIONS.c.state == "planned"
    )
    waiting = _OUTBOX.c.call_id.is_(None) & _OUTBOX.c.key.in_(planned)
    keys = list(tx.execute(delete(_OUTBOX).where(waiting).returning(_OUTBOX.c.key)).scalars())
    end(tx, keys)


def at_windows(tx: Connection, *, limit: int = 5000) -> list[Departure]:
    """Return what waits for a window to open, the longest waiting first."""
    is_free = _TABLE.c.overridden_by.is_(None) & (_TABLE.c.kind == "window")
    query = select(_TABLE).where(is_free).order_by(_TABLE.c.since, _TABLE.c.key).limit(limit)
    return [Departure.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def holds(tx: Connection, document_id: str) -> bool:
    """Tell whether everything of a document that is on its way waits for a window, or behind what does in its lane."""
    held = (
        select(_OUTBOX.c.lane)
        .join(_TABLE, _TABLE.c.key == _OUTBOX.c.key)
        .where(_TABLE.c.kind == "window", _TABLE.c.overridden_by.is_(None))
    )
    mine = _OUTBOX.c.document_id == document_id
    moving = select(_OUTBOX.c.key).where(mine, _OUTBOX.c.lane.not_in(held)).limit(1)
    there = select(_OUTBOX.c.key).where(mine).limit(1)
    return tx.execute(there).first() is not None and tx.execute(moving).first() is None


def ahead(tx: Connection, key: str) -> str | None:
    """Return the operation of the same business key and target that has to leave before this one, or None."""
    other = _OUTBOX.alias()
    query = (
        select(other.c.key)
        .join(_OUTBOX, (_OUTBOX.c.lane == other.c.lane) & (other.c.seq < _OUTBOX.c.seq))
        .where(_OUTBOX.c.key == key)
        .order_by(other.c.seq)
        .limit(1)
    )
    found: str | None = tx.execute(query).scalar_one_or_none()
    return found
