"""Operations that do not leave at once: behind a closed window, after another operation, or because a person asked again.

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

_TABLE, _OPERATIONS = tables.departures, tables.operations

Kind = Literal["window", "after", "asked"]


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
    """None: when what it waits for came."""
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


def due(tx: Connection, at: datetime, *, limit: int = 500) -> list[Departure]:
    """Return what may leave now, the longest due first."""
    query = select(_TABLE).where(_TABLE.c.leave_at <= at).order_by(_TABLE.c.leave_at, _TABLE.c.key).limit(limit)
    return [Departure.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def behind_others(tx: Connection) -> list[tuple[Departure, tuple[str, ...]]]:
    """Return what waits for other operations, with the keys of these."""
    query = select(_TABLE, _OPERATIONS.c.after).join(_OPERATIONS, _OPERATIONS.c.key == _TABLE.c.key)
    rows = tx.execute(query.where(_TABLE.c.leave_at.is_(None))).mappings()
    return [
        (Departure.model_validate({name: row[name] for name in Departure.model_fields}), tuple(row["after"]))
        for row in rows
    ]
