"""Counts for the control room: what came in and where it is by now, how targets answer, what workers send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, select

from engine.model.document import MOVES, State
from engine.model.value import Value
from engine.store import tables

_DOCUMENTS, _RESULTS = tables.documents, tables.step_results
_OPERATIONS, _CALLS = tables.operations, tables.calls
_MOST_CALLS = 200


class Answers(Value):
    """How a target answered lately."""

    last_success_at: datetime | None = None
    """When an operation was committed there last."""
    committed: int = 0
    """Operations committed since the moment that was asked for."""
    calls: int = 0
    """Calls that ended a short while ago: as long as they count against the target's rate."""
    mean_seconds: float | None = None
    """Time of one of them, on average; None when there was none."""
    longest_seconds: float | None = None


class Sending(NamedTuple):
    """A call that runs."""

    executor_id: str
    target: str
    began_at: datetime


def came(tx: Connection, *, since: datetime | None) -> dict[State, int]:
    """Return how many documents that were received since a moment (None: ever) are in each state by now."""
    query = select(_DOCUMENTS.c.state, func.count()).group_by(_DOCUMENTS.c.state)
    if since is not None:
        query = query.where(_DOCUMENTS.c.received_at >= since)
    found: dict[str, int] = dict(tx.execute(query).all())
    return {state: found.get(state, 0) for state in MOVES}


def being_judged(tx: Connection, *, since: datetime | None) -> int:
    """Return how many documents that are being processed are read and not judged yet."""
    mine = and_(
        _RESULTS.c.document_id == _DOCUMENTS.c.id, _RESULTS.c.revision == _DOCUMENTS.c.revision,
        _RESULTS.c.kind == "record",
    )  # fmt: skip
    query = select(func.count()).select_from(_DOCUMENTS).where(_DOCUMENTS.c.state == "processing")
    if since is not None:
        query = query.where(_DOCUMENTS.c.received_at >= since)
    return int(tx.execute(query.where(select(_RESULTS.c.kind).where(mine).exists())).scalar_one())


def answers(tx: Connection, targets: Sequence[str], *, since: datetime) -> Mapping[str, Answers]:
    """Return how each target answered lately; `committed` counts from a moment on."""
    return {name: _answers(tx, name, since) for name in targets}


def sending(tx: Connection) -> list[Sending]:
    """Return the calls that run, the longest first."""
    query = select(_CALLS.c.executor_id, _CALLS.c.target, _CALLS.c.began_at).where(_CALLS.c.ended_at.is_(None))
    return [Sending(*row) for row in tx.execute(query.order_by(_CALLS.c.began_at).limit(_MOST_CALLS))]


def _answers(tx: Connection, name: str, since: datetime) -> Answers:
    stands = and_(_OPERATIONS.c.target == name, _OPERATIONS.c.state == "committed")
    last = select(_OPERATIONS.c.changed_at).where(stands).order_by(_OPERATIONS.c.changed_at.desc()).limit(1)
    count = select(func.count()).select_from(_OPERATIONS).where(stands, _OPERATIONS.c.changed_at >= since)
    ended = select(_CALLS.c.began_at, _CALLS.c.ended_at).where(_CALLS.c.target == name, _CALLS.c.ended_at.is_not(None))
    seconds = [(row.ended_at - row.began_at).total_seconds() for row in tx.execute(ended.limit(_MOST_CALLS))]
    return Answers(
        last_success_at=tx.execute(last).scalar_one_or_none(), committed=int(tx.execute(count).scalar_one()),
        calls=len(seconds), mean_seconds=round(sum(seconds) / len(seconds), 3) if seconds else None,
        longest_seconds=round(max(seconds), 3) if seconds else None,
    )  # fmt: skip
