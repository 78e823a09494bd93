"""Which worker processes live, and who takes a dead one's work over."""

from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import insert_new, upsert

_TABLE = tables.workers


class Worker(Value):
    """One worker process by its last sign of life."""

    executor_id: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    taken_by: str | None
    """The executor that is taking its work over."""
    taken_at: datetime | None


def beat(tx: Connection, *, executor_id: str, host: str, pid: int, at: datetime) -> None:
    """Say that a worker lives. A claim on its work ends with that."""
    row = {
        "executor_id": executor_id,
        "host": host,
        "pid": pid,
        "started_at": at,
        "beat_at": at,
        "taken_by": None,
        "taken_at": None,
    }
    upsert(tx, _TABLE, [row], keep=frozenset({"started_at"}))


def note(tx: Connection, executor_id: str, at: datetime) -> bool:
    """Write down a worker that nobody knows, as if it had beaten at `at`. Return False when it is known."""
    row = {"executor_id": executor_id, "host": "", "pid": 0, "started_at": at, "beat_at": at}
    return insert_new(tx, _TABLE, row)


def dead(tx: Connection, *, before: datetime) -> list[Worker]:
    """Return the workers whose last sign of life is older than `before`, the longest silent first."""
    query = select(_TABLE).where(_TABLE.c.beat_at < before).order_by(_TABLE.c.beat_at, _TABLE.c.executor_id)
    return [Worker.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def alive(tx: Connection, after: datetime) -> list[Worker]:
    """Return the workers that gave a sign of life at `after` or later."""
    query = select(_TABLE).where(_TABLE.c.beat_at >= after).order_by(_TABLE.c.executor_id)
    return [Worker.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def take_over(tx: Connection, executor_id: str, by: str, at: datetime, stale_before: datetime) -> bool:
    """Claim a dead worker's work for executor `by`. Return True for one claimer only.

    A claim whose taker is dead too (silent since `stale_before`, or gone) may be taken again, so `by` must have given
    a sign of life before; claiming again what one holds already succeeds. False when the worker lives or is forgotten.
    """
    taker = _TABLE.alias()
    living = select(taker.c.executor_id).where(taker.c.beat_at >= stale_before)
    statement = (
        update(_TABLE)
        .where(
            _TABLE.c.executor_id == executor_id,
            _TABLE.c.beat_at < stale_before,
            or_(_TABLE.c.taken_by.is_(None), _TABLE.c.taken_by == by, _TABLE.c.taken_by.not_in(living)),
        )
        .values(taken_by=by, taken_at=at)
    )
    return tx.execute(statement).rowcount == 1


def forget(tx: Connection, executor_id: str, *, stale_before: datetime | None = None) -> None:
    """Remove a worker whose work was taken over completely; with `stale_before` only if it is silent since then."""
    statement = delete(_TABLE).where(_TABLE.c.executor_id == executor_id)
    tx.execute(statement if stale_before is None else statement.where(_TABLE.c.beat_at < stale_before))
