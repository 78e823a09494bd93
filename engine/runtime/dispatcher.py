"""Sends operations so that each takes effect once, whatever dies or lies in between.

The intent is committed before the call leaves. An operation that may have left before (a dead worker's, an answer that
never came) is looked for with `find` before anything is sent again; a target that cannot tell leads to a person.
"""

from collections.abc import Mapping
from typing import Any, Literal

import structlog

from engine.model.errors import Ambiguous, ContentError, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, OperationState, Receipt
from engine.model.value import Value
from engine.ports import Target
from engine.runtime import metrics
from engine.runtime.house import House
from engine.store import ledger, operations
from engine.store.database import transaction

log = structlog.get_logger()

_OVER: frozenset[OperationState] = frozenset({"delivered", "committed", "rejected", "parked", "cancelled"})


class Outcome(Value):
    """What one try led to: `over` with a state, or `later` after so many seconds."""

    verdict: Literal["over", "later"]
    state: OperationState
    pause_seconds: float = 0


def post(house: House, key: str, *, attempt: int) -> Outcome:
    """Bring one planned operation forward by one try.

    `attempt` counts this step's tries from 0. Safe to repeat at any point: what took effect is found, not sent again.
    """
    with transaction(house.engine) as tx:
        operation = operations.get(tx, key)
    if operation is None:
        raise LookupError(f"no operation {key}")
    if operation.state in _OVER:
        return Outcome(verdict="over", state=operation.state)
    try:
        return _try(house, house.target(operation.target), operation)
    except Rejected as e:
        fields = "; ".join(f"{path}: {words}" for path, words in e.fields.items())
        return _over(house, operation, "rejected", f"{e.message} {fields}".strip())
    except Transient as e:
        return _later(house, operation, attempt, e, surely_not_sent=True)
    except Ambiguous as e:
        return _later(house, operation, attempt, e, surely_not_sent=False)
    except (TargetError, ContentError) as e:
        return _over(house, operation, "parked", e.message)


def _try(house: House, target: Target, operation: Operation) -> Outcome:
    """Find what may have left before, else write the intent and send."""
    if operation.state == "sending":
        operation = _move(house, operation, "unknown", "operation_unknown", {"why": "the worker that sent it died"})
    if operation.attempts > 0:
        receipt = target.find(operation)
        if receipt is not None:
            return _commit(house, operation, receipt)
    operation = _move(house, operation, "sending", "operation_sending", {"digest": operation.payload_digest}, bump=True)
    return _commit(house, operation, target.send(operation))


def _commit(house: House, operation: Operation, receipt: Receipt) -> Outcome:
    state: OperationState = "delivered" if receipt.awaits_acknowledgement else "committed"
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operations.record_receipt(tx, receipt, at=now)
        operations.move(tx, operation.key, state, at=now)
        ledger.append(
            tx, at=now, document_id=operation.document_id, kind=f"operation_{state}", actor=operation.target,
            data={"key": operation.key, "external_id": receipt.external_id, "outcome": receipt.outcome},
        )  # fmt: skip
    metrics.OPERATIONS.labels(operation.target, state).inc()
    log.info("operation_settled", key=operation.short_key, target=operation.target, state=state)
    return Outcome(verdict="over", state=state)


def _later(house: House, operation: Operation, attempt: int, error: TargetError, *, surely_not_sent: bool) -> Outcome:
    """Plan another try, or park the operation with everything a person needs when the tries are used up."""
    with transaction(house.engine) as tx:
        operation = operations.get(tx, operation.key) or operation
    if operation.state == "sending":
        state: OperationState = "planned" if surely_not_sent else "unknown"
        operation = _move(
            house, operation, state, f"operation_{'deferred' if surely_not_sent else 'unknown'}", {"why": error.message}
        )
    pauses = house.settings.retry_pauses_seconds
    if attempt >= len(pauses):
        return _over(house, operation, "parked", error.message)
    wanted = error.retry_after if isinstance(error, Transient) and error.retry_after is not None else 0
    return Outcome(verdict="later", state=operation.state, pause_seconds=max(float(pauses[attempt]), wanted))


def _over(house: House, operation: Operation, state: OperationState, why: str) -> Outcome:
    with transaction(house.engine) as tx:
        operation = operations.get(tx, operation.key) or operation
    _move(house, operation, state, f"operation_{state}", {"why": why}, error=why)
    metrics.OPERATIONS.labels(operation.target, state).inc()
    return Outcome(verdict="over", state=state)


def _move(
    house: House, operation: Operation, to: OperationState, kind: str, data: Mapping[str, Any], *,
    bump: bool = False, error: str | None = None,
) -> Operation:  # fmt: skip
    now = house.clock.now()
    with transaction(house.engine) as tx:
        moved = operations.move(tx, operation.key, to, at=now, error=error, bump_attempt=bump)
        ledger.append(
            tx, at=now, document_id=operation.document_id, kind=kind, actor=operation.target,
            data={"key": operation.key, **data},
        )  # fmt: skip
    return moved


def collect_acknowledgements(house: House) -> list[Operation]:
    """Pick late answers up from every target. Returns the operations that they settled."""
    settled: list[Operation] = []
    for name in house.library.environment.targets:
        try:
            target = house.target(name)
            answers = target.acknowledgements()
        except (TargetError, ContentError) as e:
            log.warning("acknowledgements_not_collected", target=name, why=e.message)
            continue
        for answer in answers:
            operation = _acknowledge(house, name, answer)
            if operation is not None:
                settled.append(operation)
                target.settle(answer)
    return settled


def _acknowledge(house: House, target: str, answer: Acknowledgement) -> Operation | None:
    with transaction(house.engine) as tx:
        operation = operations.by_short_key(tx, answer.short_key)
    if operation is None or operation.target != target:
        log.warning("acknowledgement_of_nothing", target=target, origin=answer.origin)
        return None
    state: OperationState = "committed" if answer.accepted else "rejected"
    if operation.state == state:
        return operation
    kind = "operation_acknowledged" if answer.accepted else "operation_refused"
    data = {"origin": answer.origin, "message": answer.message, "external_id": answer.external_id}
    return _move(house, operation, state, kind, data, error=None if answer.accepted else answer.message)
