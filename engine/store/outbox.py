"""The outbox: operations on their way, who calls with which of them, and what may leave next.

All workers take from it under the lock of the target's row, so that limits and order hold for all of them together.
"""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from engine.model.call_limits import CallLimits
from engine.model.operation import Operation
from engine.model.value import Value
from engine.store import tables, targets

_OUT = tables.outbox
_CALLS = tables.calls
_OPERATIONS = tables.operations
_WORKERS = tables.workers


class Item(Value):
    """One operation of a call."""

    key: str
    document_id: str
    revision: int
    object: str
    attempts: int
    tries: int
    """Tries used up since it was released."""


class Call(Value):
    """What one thread of a worker brings forward with one call: an operation, or a batch of them."""

    id: str
    target: str
    items: tuple[Item, ...]
    is_probe: bool = False
    """The target is left alone; this call finds out whether it answers again."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The operations that it brings forward."""
        return tuple(item.key for item in self.items)

    @property
    def weight(self) -> int:
        """Calls that it counts for: an operation that may have left before is looked for first."""
        return 2 if len(self.items) == 1 and self.items[0].attempts > 0 else 1


class Left(Value):
    """An operation that a dead worker held."""

    key: str
    document_id: str
    revision: int
    executor_id: str
    alone: bool
    """The worker had nothing else on its way."""


class Waiting(Value):
    """An operation of the outbox."""

    key: str
    target: str
    document_id: str
    next_at: datetime
    tries: int
    waits_for: str
    """Why it does not leave, in words; empty when nothing but its turn is missing."""
    call_id: str | None


class Later(Value):
    """When an operation that is not over is looked at again."""

    key: str
    next_at: datetime
    tries: int
    waits_for: str = ""


def lane(operation: Operation) -> str:
    """Return what orders operations: those of one target and business key leave one after the other."""
    business = operation.key.split("/", 3)[-1]
    return hashlib.sha256(f"{operation.target}\n{business}".encode()).hexdigest()


def release(tx: Connection, operations: Sequence[Operation], at: datetime) -> int:
    """Put operations on their way, behind those that are there. Returns how many were not there yet."""
    added = 0
    for operation in operations:
        targets.register(tx, operation.target, at)
        taken = tx.execute(select(_OUT.c.key).where(_OUT.c.key == operation.key)).first()
        if taken is None:
            row = {
                "key": operation.key, "target": operation.target, "lane": lane(operation),
                "document_id": operation.document_id, "next_at": at, "tries": 0, "waits_for": "", "call_id": None,
            }  # fmt: skip
            tx.execute(insert(_OUT).values(**row))
            added += 1
    return added


def wake(tx: Connection, key: str, at: datetime) -> bool:
    """Have an operation that waits looked at now, with all its tries. Return False when it is not in the outbox."""
    statement = update(_OUT).where(_OUT.c.key == key).values(next_at=at, waits_for="", tries=0)
    return tx.execute(statement).rowcount == 1


def withdraw(tx: Connection, key: str) -> None:
    """Take an operation out that is over."""
    tx.execute(delete(_OUT).where(_OUT.c.key == key))


def get(tx: Connection, key: str) -> Waiting | None:
    """Return an operation of the outbox, or None when it is not on its way."""
    row = tx.execute(_SELECT.where(_OUT.c.key == key)).mappings().one_or_none()
    return None if row is None else Waiting.model_validate(dict(row))


def everything(tx: Connection) -> list[Waiting]:
    """Return what is on its way, in order."""
    return [Waiting.model_validate(dict(row)) for row in tx.execute(_SELECT.order_by(_OUT.c.seq)).mappings()]


def of_documents(tx: Connection, document_ids: Sequence[str]) -> set[str]:
    """Return which of these documents have an operation on its way."""
    query = select(_OUT.c.document_id).where(_OUT.c.document_id.in_(list(document_ids))).distinct()
    return set(tx.execute(query).scalars())


def is_due(tx: Connection, target: str, at: datetime) -> bool:
    """Tell whether an operation waits for nothing but a call, or the ones ahead of it."""
    query = select(_OUT.c.seq).where(_OUT.c.target == target, ~_OUT.c.alone, *_due(at)).limit(1)
    return tx.execute(query).first() is not None


def due_alone(tx: Connection, at: datetime) -> list[str]:
    """Return the targets that operations wait for which leave alone."""
    query = select(_OUT.c.target).where(_OUT.c.alone, *_due(at)).distinct().order_by(_OUT.c.target)
    return list(tx.execute(query).scalars())


def set_apart(tx: Connection, key: str) -> None:
    """Let an operation leave alone from now on: no worker that sends it has anything else on its way."""
    tx.execute(update(_OUT).where(_OUT.c.key == key).values(alone=True))


def is_anything_left(tx: Connection, executor_id: str) -> bool:
    """Tell whether a worker has a call running, or an operation waits for anybody."""
    running = select(_CALLS.c.id).where(_CALLS.c.executor_id == executor_id, _CALLS.c.ended_at.is_(None)).limit(1)
    waiting = select(_OUT.c.seq).where(_OUT.c.call_id.is_(None)).limit(1)
    return tx.execute(running).first() is not None or tx.execute(waiting).first() is not None


def counts(tx: Connection) -> dict[str, tuple[int, int]]:
    """Return for each target how many operations are on their way, and how many calls run."""
    running = _CALLS.c.ended_at.is_(None)
    by_target = select(_CALLS.c.target, func.count()).where(running).group_by(_CALLS.c.target)
    calls: dict[str, int] = dict(tx.execute(by_target).all())
    waiting: dict[str, int] = dict(tx.execute(select(_OUT.c.target, func.count()).group_by(_OUT.c.target)).all())
    return {name: (waiting.get(name, 0), calls.get(name, 0)) for name in waiting.keys() | calls.keys()}


def claim(
    tx: Connection, target: str, executor_id: str, *, limits: CallLimits, at: datetime, most: int,
    batches: int = 1, alone: bool = False,
) -> list[Call]:  # fmt: skip
    """Take at most `most` calls to a target, as its limits and its breaker allow at this moment.

    `batches` is how many operations one call may take; only those that never left go together, of one object. `alone`:
    those that were set apart, and no others.
    """
    state = targets.lock(tx, target, at)
    is_probe = state.state != "closed"
    if state.is_shut(at) or (is_probe and _runs(tx, state.probe)):
        return []
    since = at - timedelta(seconds=limits.per_seconds)
    _forget_ended(tx, target, before=since)
    size = 1 if is_probe else batches
    slots = min(1 if is_probe else most, limits.concurrency - _running(tx, target))
    left = _NO_LIMIT if limits.calls is None else limits.calls - _counting(tx, target, since)
    items = _ready(tx, target, at, limit=min(slots, left) * size, alone=alone)
    calls = [
        Call(id=uuid.uuid4().hex, target=target, items=tuple(group), is_probe=is_probe)
        for group in _grouped(items, slots=slots, left=left, size=size)
    ]
    for call in calls:
        _begin(tx, call, executor_id, at)
    if is_probe and calls:
        targets.keep(tx, state.model_copy(update={"state": "half_open", "probe": calls[0].id}))
    return calls


def finish(tx: Connection, call: Call, later: Sequence[Later], at: datetime) -> None:
    """Give the slot of a call back, and note when those of its operations that are not over are looked at again."""
    tx.execute(update(_CALLS).where(_CALLS.c.id == call.id).values(ended_at=at))
    for one in later:
        held = (_OUT.c.key == one.key) & (_OUT.c.call_id == call.id)
        values = {"next_at": one.next_at, "tries": one.tries, "waits_for": one.waits_for}
        tx.execute(update(_OUT).where(held).values(**values))
    tx.execute(update(_OUT).where(_OUT.c.call_id == call.id).values(call_id=None))


def has_dead_calls(tx: Connection, alive_since: datetime) -> bool:
    """Tell whether a call runs whose worker gave no sign of life since a moment."""
    return tx.execute(select(_CALLS.c.id).where(_is_dead(alive_since)).limit(1)).first() is not None


def free(tx: Connection, alive_since: datetime) -> list[Left]:
    """Give back the slots of workers that gave no sign of life since a moment, and return what they held.

    Of two that free at the same time one gets each of them.
    """
    statement = delete(_CALLS).where(_is_dead(alive_since)).returning(_CALLS.c.id, _CALLS.c.executor_id)
    workers: dict[str, str] = dict(tx.execute(statement).all())
    held = (
        select(_OUT.c.call_id, _OUT.c.key, _OUT.c.document_id, _OPERATIONS.c.revision, _OUT.c.alone)
        .join(_OPERATIONS, _OPERATIONS.c.key == _OUT.c.key)
        .where(_OUT.c.call_id.in_(list(workers)))
        .order_by(_OUT.c.seq)
    )
    left = [
        Left(key=key, document_id=document_id, revision=revision, executor_id=workers[call_id], alone=alone)
        for call_id, key, document_id, revision, alone in tx.execute(held)
    ]
    tx.execute(update(_OUT).where(_OUT.c.call_id.in_(list(workers))).values(call_id=None))
    return left


def _is_dead(alive_since: datetime) -> ColumnElement[bool]:
    living = select(_WORKERS.c.executor_id).where(_WORKERS.c.beat_at >= alive_since)
    return _CALLS.c.ended_at.is_(None) & _CALLS.c.executor_id.not_in(living)


def _runs(tx: Connection, call_id: str | None) -> bool:
    query = select(_CALLS.c.id).where(_CALLS.c.id == call_id, _CALLS.c.ended_at.is_(None))
    return call_id is not None and tx.execute(query).first() is not None


def _running(tx: Connection, target: str) -> int:
    query = select(func.count()).where(_CALLS.c.target == target, _CALLS.c.ended_at.is_(None))
    return int(tx.execute(query).scalar_one())


def _forget_ended(tx: Connection, target: str, before: datetime) -> None:
    tx.execute(delete(_CALLS).where(_CALLS.c.target == target, _CALLS.c.ended_at < before))


def _counting(tx: Connection, target: str, since: datetime) -> int:
    """Return what counts against the rate: calls that run, or ended within the period.

    A call is counted from its end, because nobody knows when between begin and end the target saw it: so no period of
    the target's own clock holds more of them than it allows.
    """
    counts = _CALLS.c.ended_at.is_(None) | (_CALLS.c.ended_at >= since)
    query = select(func.coalesce(func.sum(_CALLS.c.weight), 0)).where(_CALLS.c.target == target, counts)
    return int(tx.execute(query).scalar_one())


_NO_LIMIT = 1_000_000


def _due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (_OUT.c.call_id.is_(None), _OUT.c.next_at <= at)


def _ready(tx: Connection, target: str, at: datetime, *, limit: int, alone: bool) -> list[Item]:
    """Return operations that may leave, in order: the first of their lane, and due."""
    if limit < 1:
        return []
    ahead = _OUT.alias()
    is_behind = select(ahead.c.seq).where(ahead.c.lane == _OUT.c.lane, ahead.c.seq < _OUT.c.seq).exists()
    columns = {
        **{name: _OPERATIONS.c[name] for name in Item.model_fields if name in _OPERATIONS.c},
        "tries": _OUT.c.tries,
    }
    query = (
        select(*columns.values())
        .join(_OUT, _OPERATIONS.c.key == _OUT.c.key)
        .where(_OUT.c.target == target, _OUT.c.alone.is_(alone), *_due(at), ~is_behind)
        .order_by(_OUT.c.seq)
        .limit(limit)
    )
    return [Item.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def _grouped(items: Sequence[Item], *, slots: int, left: int, size: int) -> list[list[Item]]:
    """Share operations among calls: those that never left go in batches of one object, the others alone."""
    groups: list[list[Item]] = []
    open_batch: dict[str, list[Item]] = {}
    for item in items:
        batch = open_batch.get(item.object)
        if item.attempts == 0 and batch is not None and len(batch) < size:
            batch.append(item)
        elif len(groups) < slots and left > 0:
            groups.append([item])
            left -= 1 if item.attempts == 0 else 2
            if item.attempts == 0:
                open_batch[item.object] = groups[-1]
    return groups


def _begin(tx: Connection, call: Call, executor_id: str, at: datetime) -> None:
    row = {
        "id": call.id, "target": call.target, "executor_id": executor_id, "weight": call.weight, "began_at": at,
        "ended_at": None,
    }  # fmt: skip
    tx.execute(insert(_CALLS).values(**row))
    tx.execute(update(_OUT).where(_OUT.c.key.in_(call.keys)).values(call_id=call.id))


_SELECT = select(*(_OUT.c[name] for name in Waiting.model_fields))
