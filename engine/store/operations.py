"""Operations and their receipts: what was meant to be written where, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.model.errors import IllegalMove
from engine.model.operation import ANSWER_MOVES, OPERATION_MOVES, OVER, Operation, OperationState, Receipt
from engine.store import tables
from engine.store.writing import insert_new

_TABLE = tables.operations
_FIELDS = tuple(Operation.model_fields)
_REPLANNED: tuple[OperationState, ...] = ("planned", "rejected", "parked", "cancelled")


def plan(tx: Connection, operation: Operation, at: datetime) -> Operation:
    """Write an intent down. The same key is the same operation: when it is there already, that one comes back unchanged."""
    times = {"planned_at": at, "changed_at": at, "due_at": due_at(operation, at)}
    insert_new(tx, _TABLE, {**_row(operation), "error": None, **times})
    return _existing(tx, operation.key)


def replan(tx: Connection, operation: Operation, at: datetime) -> Operation:
    """Give an operation that has not taken effect (planned, rejected, parked, cancelled) the content of a later revision.

    It goes back to `planned` and keeps its attempts, so that `find` still runs before the next `send`.
    Raises IllegalMove in any other state, LookupError when there is no such operation.
    """
    content = {name: value for name, value in _row(operation).items() if name not in {"key", "short_key", "attempts"}}
    values = {**content, "state": "planned", "error": None, "changed_at": at, "due_at": due_at(operation, at)}
    return _change(tx, operation.key, _REPLANNED, values)


def due_at(operation: Operation, at: datetime) -> datetime | None:
    """Return when an operation that is planned `at` this moment should have been committed; None: it has no deadline."""
    return None if operation.deadline_hours is None else at + timedelta(hours=operation.deadline_hours)


def rewrite(tx: Connection, operation: Operation, at: datetime) -> Operation:
    """Give an operation that has not left since (planned, rejected, parked) another payload, digest and lineage.

    Its state stays. Raises IllegalMove in any other state, LookupError when there is no such operation.
    """
    row = _row(operation)
    values = {name: row[name] for name in ("payload", "payload_digest", "lineage")}
    return _change(tx, operation.key, ("planned", "rejected", "parked"), {**values, "changed_at": at})


def renew_deadline(tx: Connection, operation: Operation, at: datetime) -> None:
    """Give an operation that a person brings forward the whole time of its deadline again."""
    tx.execute(update(_TABLE).where(_TABLE.c.key == operation.key).values(due_at=due_at(operation, at)))


def forget_attempts(tx: Connection, key: str) -> None:
    """Have an operation sent without being looked for: a person looked, and it does not stand there."""
    tx.execute(update(_TABLE).where(_TABLE.c.key == key).values(attempts=0))


def get(tx: Connection, key: str) -> Operation | None:
    """Return an operation by its key, or None."""
    return next(iter(_select(tx, _TABLE.c.key == key)), None)


def of_keys(tx: Connection, keys: Sequence[str]) -> dict[str, Operation]:
    """Return those of some operations that there are, by key."""
    return {operation.key: operation for operation in _select(tx, _TABLE.c.key.in_(list(keys)))}


def lock(tx: Connection, key: str) -> Operation:
    """Return an operation that nobody else changes until this transaction ends. Raises LookupError for an unknown key."""
    columns = [_TABLE.c[name] for name in _FIELDS]
    row = tx.execute(select(*columns).where(_TABLE.c.key == key).with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise LookupError(f"there is no operation {key}")
    return _operation(row)


def by_short_key(tx: Connection, short_key: str) -> Operation | None:
    """Return the operation that targets know under this short key, or None."""
    return next(iter(_select(tx, _TABLE.c.short_key == short_key)), None)


def of_document(tx: Connection, document_id: str) -> list[Operation]:
    """Return the operations of a document in the order in which they were planned."""
    return _select(tx, _TABLE.c.document_id == document_id)


def of_documents(tx: Connection, document_ids: Sequence[str]) -> dict[str, list[Operation]]:
    """Return the same for some documents, by id; those without any are left out."""
    found: dict[str, list[Operation]] = {}
    for operation in _select(tx, _TABLE.c.document_id.in_(document_ids)):
        found.setdefault(operation.document_id, []).append(operation)
    return found


def counts(tx: Connection) -> dict[OperationState, int]:
    """Return how many operations are in each state; states without any are 0."""
    query = select(_TABLE.c.state, func.count()).group_by(_TABLE.c.state)
    found: dict[str, int] = dict(tx.execute(query).all())
    return {state: found.get(state, 0) for state in OPERATION_MOVES}


def error(tx: Connection, key: str) -> str | None:
    """Return what the last move of an operation noted as its error, or None."""
    text: str | None = tx.execute(select(_TABLE.c.error).where(_TABLE.c.key == key)).scalar_one_or_none()
    return text


def move(
    tx: Connection,
    key: str,
    to: OperationState,
    *,
    at: datetime,
    error: str | None = None,
    bump_attempt: bool = False,
    by_answer: bool = False,
) -> Operation:
    """Change an operation's state and return it; `error` replaces what was noted before, `bump_attempt` counts a try.

    `by_answer`: an acknowledgement of the target makes the move. Raises IllegalMove when its present state does not allow
    it, LookupError when there is no such operation.
    """
    tables_of_moves = (OPERATION_MOVES, ANSWER_MOVES) if by_answer else (OPERATION_MOVES,)
    sources = tuple(state for moves in tables_of_moves for state, allowed in moves.items() if to in allowed)
    values: dict[str, Any] = {"state": to, "changed_at": at, "error": error}
    if bump_attempt:
        values["attempts"] = _TABLE.c.attempts + 1
    moved = _change(tx, key, sources, values)
    if to in OVER:
        for waiting in (tables.outbox, tables.departures):
            tx.execute(delete(waiting).where(waiting.c.key == key))
    return moved


def record_receipt(tx: Connection, receipt: Receipt, at: datetime) -> None:
    """Keep what a target answered. The same answer recorded again (a step that ran twice) is kept once."""
    tx.execute(select(_TABLE.c.key).where(_TABLE.c.key == receipt.key).with_for_update())
    if receipt not in receipts(tx, receipt.key):
        tx.execute(insert(tables.receipts).values(**receipt.model_dump(mode="json"), at=at))


def receipt(tx: Connection, key: str) -> Receipt | None:
    """Return the latest receipt of an operation, or None."""
    return next(iter(receipts(tx, key)[-1:]), None)


def last_words(tx: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return what the last moves of some operations noted as their errors, by key."""
    query = select(_TABLE.c.key, _TABLE.c.error).where(_TABLE.c.key.in_(keys), _TABLE.c.error.is_not(None))
    return {key: words for key, words in tx.execute(query) if words}


def latest_receipts(tx: Connection, keys: Sequence[str]) -> dict[str, Receipt]:
    """Return the latest receipt of each of some operations, by key."""
    table = tables.receipts
    query = select(*(table.c[name] for name in Receipt.model_fields)).where(table.c.key.in_(keys)).order_by(table.c.seq)
    return {row["key"]: Receipt.model_validate(dict(row)) for row in tx.execute(query).mappings()}


def receipts(tx: Connection, key: str) -> list[Receipt]:
    """Return every receipt of an operation, oldest first."""
    table = tables.receipts
    columns = [table.c[name] for name in Receipt.model_fields]
    query = select(*columns).where(table.c.key == key).order_by(table.c.seq)
    return [Receipt.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def sharing(tx: Connection, operation: Operation, external_id: str) -> list[str]:
    """Return the keys of other operations of the same target and object whose receipt names the same thing there."""
    table = tables.receipts
    query = (
        select(table.c.key)
        .join(_TABLE, _TABLE.c.key == table.c.key)
        .where(
            table.c.external_id == external_id, table.c.key != operation.key, _TABLE.c.target == operation.target,
            _TABLE.c.object == operation.object,
        )
        .distinct()
        .order_by(table.c.key)
    )  # fmt: skip
    return list(tx.execute(query).scalars())


def shared_since(tx: Connection, since: datetime) -> list[tuple[Operation, str]]:
    """Return operations that got a receipt since a moment for what another one's receipt names, with its name there.

    What a target says that it updated may be of several: it is left out.
    """
    table, other = tables.receipts, tables.receipts.alias()
    theirs = _TABLE.alias()
    query = (
        select(table.c.key, table.c.external_id)
        .join(_TABLE, _TABLE.c.key == table.c.key)
        .join(other, (other.c.external_id == table.c.external_id) & (other.c.key != table.c.key))
        .join(theirs, theirs.c.key == other.c.key)
        .where(table.c.at >= since, table.c.outcome != "updated", table.c.seq > other.c.seq)
        .where(theirs.c.target == _TABLE.c.target, theirs.c.object == _TABLE.c.object)
        .distinct()
        .order_by(table.c.key)
    )
    named: dict[str, str] = dict(tx.execute(query).all())
    return [(operation, named[key]) for key, operation in of_keys(tx, list(named)).items()]


def _change(tx: Connection, key: str, sources: Iterable[OperationState], values: Mapping[str, Any]) -> Operation:
    """Update an operation that is in one of `sources`, in one statement, so that of two rivals one loses."""
    statement = (
        update(_TABLE)
        .where(_TABLE.c.key == key, _TABLE.c.state.in_(list(sources)))
        .values(**values)
        .returning(*(_TABLE.c[name] for name in _FIELDS))
    )
    row = tx.execute(statement).one_or_none()
    if row is not None:
        return _operation(row)
    present = _existing(tx, key).state
    raise IllegalMove(
        f"The operation is {present} and cannot become {values.get('state', 'another')}.",
        detail=f"operation {key}: {present} -> {values.get('state', present)}; allowed: {sorted(OPERATION_MOVES[present])}",
    )


def _existing(tx: Connection, key: str) -> Operation:
    operation = get(tx, key)
    if operation is None:
        raise LookupError(f"there is no operation {key}")
    return operation


def _select(tx: Connection, condition: Any) -> list[Operation]:
    columns = [_TABLE.c[name] for name in _FIELDS]
    query = select(*columns).where(condition).order_by(_TABLE.c.planned_at, _TABLE.c.key)
    return [_operation(row) for row in tx.execute(query)]


def _row(operation: Operation) -> dict[str, Any]:
    return {**operation.model_dump(mode="json"), "short_key": operation.short_key}


def _operation(row: Row[Any]) -> Operation:
    return Operation.model_validate(dict(row._mapping))  # noqa: SLF001 - the documented accessor of a Row
