"""What we wrote into an object of a target, as far as it took effect or may have."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from engine.model.operation import STANDING, Operation, OperationState
from engine.store import tables
from engine.store.operations import of_keys

_OPERATIONS = tables.operations
_RECEIPTS = tables.receipts
_LEFT: tuple[OperationState, ...] = ("sending", "unknown")
_MOST = 200


def last_into(tx: Connection, *, target: str, object_: str, external_id: str) -> tuple[Operation, str] | None:
    """Return the last operation whose receipt names an object of a target, and the object's version then; None without one."""
    query = (
        select(_RECEIPTS.c.key, _RECEIPTS.c.version)
        .join(_OPERATIONS, _OPERATIONS.c.key == _RECEIPTS.c.key)
        .where(_RECEIPTS.c.external_id == external_id, _OPERATIONS.c.target == target, _OPERATIONS.c.object == object_)
        .where(_OPERATIONS.c.state.in_(STANDING))
        .order_by(_RECEIPTS.c.seq.desc())
        .limit(1)
    )
    found = tx.execute(query).one_or_none()
    return None if found is None else (of_keys(tx, [found.key])[found.key], found.version)


def on_the_way(tx: Connection, *, target: str, object_: str) -> list[Operation]:
    """Return operations that left for a target and have no receipt yet: what they wrote may be told before it comes."""
    query = (
        select(_OPERATIONS.c.key)
        .where(_OPERATIONS.c.target == target, _OPERATIONS.c.object == object_, _OPERATIONS.c.state.in_(_LEFT))
        .order_by(_OPERATIONS.c.changed_at.desc())
        .limit(_MOST)
    )
    return list(of_keys(tx, list(tx.execute(query).scalars())).values())


def stands(tx: Connection, document_ids: Sequence[str]) -> bool:
    """Tell whether an operation of one of these documents took effect."""
    query = select(_OPERATIONS.c.key).where(
        _OPERATIONS.c.document_id.in_(list(document_ids)), _OPERATIONS.c.state.in_(STANDING)
    )  # fmt: skip
    return bool(document_ids) and tx.execute(query.limit(1)).first() is not None
