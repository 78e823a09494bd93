"""What people made of the payload of an operation: every revision of it is kept, with who changed it and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from engine.model.operation import Operation
from engine.model.value import Value
from engine.store import tables

_TABLE = tables.operation_payloads
_MADE_BY_MAPPING = "mapping"


class PayloadRevision(Value):
    """One revision of a payload; number 0 is what the mapping made."""

    number: int
    at: datetime
    by: str
    why: str
    changes: Mapping[str, Any]
    """New values by path in the payload."""
    payload: Mapping[str, Any]
    payload_digest: str


def add(
    tx: Connection, before: Operation, after: Operation, *, changes: Mapping[str, Any], by: str, why: str, at: datetime
) -> int:
    """Keep a new revision of a payload, and before the first one what the mapping made. Returns its number.

    The caller holds the operation.
    """
    number = len(of_operation(tx, before.key))
    if number == 0:
        _insert(tx, before, number=0, changes={}, by=_MADE_BY_MAPPING, why=before.mapping, at=at)
        number = 1
    _insert(tx, after, number=number, changes=changes, by=by, why=why, at=at)
    return number


def of_operation(tx: Connection, key: str) -> list[PayloadRevision]:
    """Return the revisions of a payload, oldest first; empty when nobody changed it."""
    query = select(*(_TABLE.c[name] for name in PayloadRevision.model_fields)).where(_TABLE.c.key == key)
    rows = tx.execute(query.order_by(_TABLE.c.number)).mappings()
    return [PayloadRevision.model_validate(dict(row)) for row in rows]


def _insert(
    tx: Connection, operation: Operation, *, number: int, changes: Mapping[str, Any], by: str, why: str, at: datetime
) -> None:
    tx.execute(
        insert(_TABLE).values(
            key=operation.key, number=number, at=at, by=by, why=why, changes=dict(changes),
            payload=dict(operation.payload), payload_digest=operation.payload_digest,
        )
    )  # fmt: skip
