"""Sends operations so that each takes effect once, whatever dies or lies in between.

The intent is committed before the call leaves. An operation that may have left before (a dead worker's, an answer that
never came) is looked for with `find` before anything is sent again; a target that cannot tell leads to a person.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Connection

from engine.model.errors import Ambiguous, ContentError, IllegalMove, PostroomError, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, OperationState, Receipt
from engine.model.value import Value
from engine.runtime import metrics
from engine.runtime.house import House
from engine.store import ledger, operations
from engine.store.database import reading, transaction

log = structlog.get_logger()

_OVER: frozenset[OperationState] = frozenset({"delivered", "committed", "rejected", "parked", "cancelled"})
_ANSWERED: frozenset[OperationState] = frozenset({"delivered", "committed", "rejected", "cancelled"})
"""States that an answer which comes late no longer changes."""


class Overtaken(PostroomError):
    """Another worker brought this operation forward since we last looked at it."""


class Outcome(Value):
    """What one try led to: `over` with a state, or `later` after so many seconds."""

    verdict: Literal["over", "later"]
    state: OperationState
    pause_seconds: float = 0


def post(house: House, key: str, *, attempt: int) -> Outcome:
    """Bring one planned operation forward by one try.

    `attempt` counts this step's tries from 0. Safe to repeat at any point, also by two workers at once (one was taken
    for dead and woke up): what took effect is found, not sent again, and a rival's progress is taken over as it is.
    """
    with reading(house.engine) as tx:
        operation = operations.get(tx, key)
    if operation is None:
        raise LookupError(f"no operation {key}")
    if operation.state in _OVER:
        return Outcome(verdict="over", state=operation.state)
    try:
        return _try(house, operation, attempt)
    except (Overtaken, IllegalMove) as e:
        log.warning("operation_overtaken", key=operation.short_key, why=e.detail)
    with reading(house.engine) as tx:
        operation = operations.get(tx, key) or operation
    if operation.state in _OVER:
        return Outcome(verdict="over", state=operation.state)
    pauses = house.settings.retry_pauses_seconds
    return Outcome(verdict="later", state=operation.state, pause_seconds=pauses[0] if pauses else 1)


def _try(house: House, operation: Operation, attempt: int) -> Outcome:
    """Find what may have left before, else write the intent and send."""
    if operation.state == "sending":
        operation = _move(house, operation, "unknown", "operation_unknown", {"why": "the worker that sent it died"})
    try:
        target = house.target(operation.target)
        receipt = target.find(operation) if operation.attempts > 0 else None
    except (TargetError, ContentError) as e:
        return _after(house, operation, attempt, e)
    if receipt is not None:
        return _commit(house, operation, receipt)
    asked_at = house.clock.now()
    operation = _move(house, operation, "sending", "operation_sending", {"digest": operation.payload_digest}, bump=True)
    if (house.clock.now() - asked_at).total_seconds() >= house.settings.dead_after_seconds / 2:
        # this process stood still between its intent and the call: another may have been sent in its place
        raise Overtaken("The worker stood still before the call left.", detail="stood still after the intent")
    try:
        receipt = target.send(operation)
    except (TargetError, ContentError) as e:
        return _after(house, operation, attempt, e)
    except Exception as e:
        _move(house, operation, "unknown", "operation_unknown", {"why": f"the adapter failed: {type(e).__name__}"})
        raise
    return _commit(house, operation, receipt)


def _commit(house: House, operation: Operation, receipt: Receipt) -> Outcome:
    """Keep the target's answer, also when a rival got its own first: two things standing there are told to everybody."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        stored = operations.lock(tx, operation.key)
        earlier = operations.receipt(tx, operation.key)
        operations.record_receipt(tx, receipt, at=now)
        if stored.state in _ANSWERED:
            if earlier is not None and earlier.external_id != receipt.external_id:
                _note(tx, stored, "operation_stands_twice", receipt, now)
            return Outcome(verdict="over", state=stored.state)
        state: OperationState = "delivered" if receipt.awaits_acknowledgement else "committed"
        if stored.state == "planned":  # an earlier try was said not to have arrived, and did
            operations.move(tx, operation.key, "sending", at=now)
        operations.move(tx, operation.key, state, at=now)
        _note(tx, operation, f"operation_{state}", receipt, now)
    metrics.OPERATIONS.labels(operation.target, state).inc()
    log.info("operation_settled", key=operation.short_key, target=operation.target, state=state)
    return Outcome(verdict="over", state=state)


def _note(tx: Connection, operation: Operation, kind: str, receipt: Receipt, at: datetime) -> None:
    data = {"key": operation.key, "external_id": receipt.external_id, "outcome": receipt.outcome}
    ledger.append(tx, at=at, document_id=operation.document_id, kind=kind, actor=operation.target, data=data)


def _after(house: House, operation: Operation, attempt: int, error: PostroomError) -> Outcome:
    """Sort an error by what to do next. `operation` is as it was when the call left: sending, or before that."""
    is_sent = operation.state == "sending"
    if isinstance(error, Rejected) and is_sent:
        fields = "; ".join(f"{path}: {words}" for path, words in error.fields.items())
        return _over(house, operation, "rejected", f"{error.message} {fields}".strip())
    if not isinstance(error, Transient | Ambiguous):
        return _over(house, operation, "parked", error.message)
    if is_sent:
        state: OperationState = "planned" if isinstance(error, Transient) else "unknown"
        kind = "operation_deferred" if isinstance(error, Transient) else "operation_unknown"
        operation = _move(house, operation, state, kind, {"why": error.message})
    pauses = house.settings.retry_pauses_seconds
    if attempt >= len(pauses):
        return _over(house, operation, "parked", error.message)
    wanted = error.retry_after if isinstance(error, Transient) and error.retry_after is not None else 0
    return Outcome(verdict="later", state=operation.state, pause_seconds=max(float(pauses[attempt]), wanted))


def _over(house: House, operation: Operation, state: OperationState, why: str) -> Outcome:
    _move(house, operation, state, f"operation_{state}", {"why": why}, error=why)
    metrics.OPERATIONS.labels(operation.target, state).inc()
    return Outcome(verdict="over", state=state)


def _move(
    house: House, operation: Operation, to: OperationState, kind: str, data: Mapping[str, Any], *,
    error: str | None = None, bump: bool = False,
) -> Operation:  # fmt: skip
    """Move an operation that is still as we know it, with its ledger event. Raises Overtaken when somebody else moved it."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        stored = operations.lock(tx, operation.key)
        if (stored.state, stored.attempts) != (operation.state, operation.attempts):
            raise Overtaken(
                "Another worker brought this operation forward.",
                detail=f"known as {operation.state}/{operation.attempts}, is {stored.state}/{stored.attempts}, not {to}",
            )
        moved = operations.move(tx, operation.key, to, at=now, error=error, bump_attempt=bump)
        ledger.append(
            tx, at=now, document_id=operation.document_id, kind=kind, actor=operation.target,
            data={"key": operation.key, **data},
        )  # fmt: skip
    return moved


def collect_acknowledgements(house: House, *, settle: Callable[[Operation], object] | None = None) -> list[Operation]:
    """Pick late answers up from every target. Returns the operations that they settled.

    `settle` is called for each before its answer is put away: a process that dies in between finds the answer again.
    """
    settled: list[Operation] = []
    for name in house.library.environment.targets:
        try:
            target = house.target(name)
            for answer in target.acknowledgements():
                operation = _acknowledge(house, name, answer)
                if operation is None:
                    continue
                if settle is not None:
                    settle(operation)
                settled.append(operation)
                target.settle(answer)
        except (TargetError, ContentError) as e:
            log.warning("acknowledgements_not_collected", target=name, why=e.message)
    return settled


def _acknowledge(house: House, target: str, answer: Acknowledgement) -> Operation | None:
    with reading(house.engine) as tx:
        operation = operations.by_short_key(tx, answer.short_key)
    if operation is None or operation.target != target:
        log.warning("acknowledgement_of_nothing", target=target, origin=answer.origin)
        return None
    state: OperationState = "committed" if answer.accepted else "rejected"
    if operation.state == state:
        return operation
    kind = "operation_acknowledged" if answer.accepted else "operation_refused"
    data = {"origin": answer.origin, "message": answer.message, "external_id": answer.external_id}
    try:
        return _move(house, operation, state, kind, data, error=None if answer.accepted else answer.message)
    except (Overtaken, IllegalMove) as e:  # it is on its way at this moment: the answer is still there next time
        log.warning("acknowledgement_too_early", key=operation.short_key, why=e.detail)
        return None
