"""Sends operations so that each takes effect once, whatever dies or lies in between.

The intent is committed before the call leaves. An operation that may have left before (a dead worker's, an answer that
never came) is looked for with `find` before anything is sent again; a target that cannot tell leads to a person.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Connection

from engine.model.errors import (
    Ambiguous,
    ContentError,
    IllegalMove,
    PostroomError,
    Rejected,
    TargetError,
    Transient,
    Unauthorised,
)
from engine.model.operation import OVER, Operation, OperationState, Receipt
from engine.model.value import Value
from engine.runtime import metrics
from engine.runtime.house import House
from engine.runtime.posting import breaker
from engine.store import ledger, operations, targets
from engine.store.database import reading, transaction

log = structlog.get_logger()

_ANSWERED: frozenset[OperationState] = frozenset({"delivered", "committed", "rejected", "cancelled"})
"""States that an answer which comes late no longer changes."""


class Overtaken(PostroomError):
    """Another worker brought this operation forward since we last looked at it."""


class Outcome(Value):
    """What one try led to: `over` with a state, or `later` after so many seconds."""

    verdict: Literal["over", "later"]
    state: OperationState
    pause_seconds: float = 0
    waits_for: str = ""
    """Why it did not leave, in words. A wait that has a reason uses up no try."""


def post(house: House, key: str, *, attempt: int) -> Outcome:
    """Bring one planned operation forward by one try.

    `attempt` counts its tries from 0. Safe to repeat at any point, also by two workers at once (one was taken
    for dead and woke up): what took effect is found, not sent again, and a rival's progress is taken over as it is.
    Limits and order are kept by whoever calls it (posting/poster.py).
    """
    operation = load(house, key)
    if operation.state in OVER:
        return Outcome(verdict="over", state=operation.state)
    try:
        return _try(house, operation, attempt)
    except (Overtaken, IllegalMove) as e:
        log.warning("operation_overtaken", key=operation.short_key, why=e.detail)
    operation = load(house, key)
    if operation.state in OVER:
        return Outcome(verdict="over", state=operation.state)
    return Outcome(verdict="later", state=operation.state, pause_seconds=_pause(house, 0), waits_for="another worker")


def load(house: House, key: str) -> Operation:
    """Return an operation. Raises LookupError when there is none of that key."""
    with reading(house.engine) as tx:
        operation = operations.get(tx, key)
    if operation is None:
        raise LookupError(f"no operation {key}")
    return operation


def _try(house: House, operation: Operation, attempt: int) -> Outcome:
    """Find what may have left before, else write the intent and send."""
    if operation.state == "sending":
        operation = move(house, operation, "unknown", "operation_unknown", {"why": "the worker that sent it died"})
    try:
        target = house.target(operation.target)
    except ContentError as e:
        return unconnected(house, operation, e)
    try:
        receipt = whole(operation, target.find(operation)) if operation.attempts > 0 else None
    except (TargetError, ContentError) as e:
        return after(house, operation, attempt, e)
    if receipt is not None:
        return commit(house, [(operation, receipt)])[0]
    asked_at = house.clock.now()
    operation = move(house, operation, "sending", "operation_sending", {"digest": operation.payload_digest}, bump=True)
    refuse_standstill(house, asked_at)
    try:
        receipt = given(operation, target.send(operation))
    except (TargetError, ContentError) as e:
        return after(house, operation, attempt, e)
    except Exception as e:
        move(house, operation, "unknown", "operation_unknown", {"why": f"the adapter failed: {type(e).__name__}"})
        raise
    return commit(house, [(operation, receipt)])[0]


def refuse_standstill(house: House, asked_at: datetime) -> None:
    """Raise Overtaken when this process stood still between its intent and the call: another may have sent it."""
    if (house.clock.now() - asked_at).total_seconds() >= house.settings.dead_after_seconds / 2:
        raise Overtaken("The worker stood still before the call left.", detail="stood still after the intent")


def whole(operation: Operation, answer: object) -> Receipt | None:
    """Return an answer that is a receipt of this operation, or None for none. Raises Ambiguous for anything else."""
    if answer is None:
        return None
    if not isinstance(answer, Receipt):
        raise Ambiguous("The target's answer is no receipt.", detail=f"a {type(answer).__name__}")
    if answer.key != operation.key:
        raise Ambiguous("The target answered about another operation.", detail=f"about {answer.key}")
    if not answer.external_id.strip():
        raise Ambiguous("The target did not say under which name it keeps it.")
    return answer


def given(operation: Operation, answer: object) -> Receipt:
    """Return an answer that is a receipt of this operation. Raises Ambiguous for anything else, also for none."""
    receipt = whole(operation, answer)
    if receipt is None:
        raise Ambiguous("The target gave no receipt.")
    return receipt


def unconnected(house: House, operation: Operation, error: ContentError) -> Outcome:
    """Have an operation wait until its target can be connected; one whose target nobody knows is parked."""
    if operation.target not in house.library.environment.targets:
        return _over(house, operation, "parked", error.message)
    breaker.failed(house, operation.target, error)
    return Outcome(verdict="later", state=operation.state, waits_for=error.message)  # the breaker says how long


def commit(house: House, answered: Sequence[tuple[Operation, Receipt]]) -> list[Outcome]:
    """Keep the target's answers, also when a rival got its own first: two things standing there are told to everybody."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        outcomes = [_keep(tx, operation, receipt, now) for operation, receipt in answered]
        is_news = breaker.is_news(targets.get(tx, answered[0][0].target))
    for (operation, _), outcome in zip(answered, outcomes, strict=True):
        metrics.OPERATIONS.labels(operation.target, outcome.state).inc()
        log.info("operation_settled", key=operation.short_key, target=operation.target, state=outcome.state)
    if is_news:
        breaker.heard(house, answered[0][0].target)
    return outcomes


def _keep(tx: Connection, operation: Operation, receipt: Receipt, now: datetime) -> Outcome:
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
    if receipt.outcome != "updated" and (others := operations.sharing(tx, operation, receipt.external_id)):
        _note(tx, operation, "operation_shares_object", receipt, now, others=others)
        log.error("operation_shares_object", key=operation.short_key, target=operation.target, others=len(others))
    return Outcome(verdict="over", state=state)


def _note(tx: Connection, operation: Operation, kind: str, receipt: Receipt, at: datetime, **more: object) -> None:
    data = {"key": operation.key, "external_id": receipt.external_id, "outcome": receipt.outcome, **more}
    ledger.append(tx, at=at, document_id=operation.document_id, kind=kind, actor=operation.target, data=data)


def after(house: House, operation: Operation, attempt: int, error: PostroomError) -> Outcome:
    """Sort an error by what to do next, and tell the breaker. `operation` is as when the call left: sending, or before."""
    is_sent = operation.state == "sending"
    if isinstance(error, Transient | Unauthorised) or (isinstance(error, Ambiguous) and is_sent):
        breaker.failed(house, operation.target, error)
    elif isinstance(error, Rejected):
        breaker.heard(house, operation.target)
    return sorted_out(house, operation, attempt, error)


def sorted_out(house: House, operation: Operation, attempt: int, error: PostroomError) -> Outcome:
    """Move an operation as an error says: back, to unknown, or to where a person sees it."""
    is_sent = operation.state == "sending"
    if isinstance(error, Rejected) and is_sent:
        fields = "; ".join(f"{path}: {words}" for path, words in error.fields.items())
        return _over(house, operation, "rejected", f"{error.message} {fields}".strip())
    if not isinstance(error, Transient | Ambiguous | Unauthorised):
        return _over(house, operation, "parked", error.message)
    if is_sent:
        is_unknown = isinstance(error, Ambiguous)
        state: OperationState = "unknown" if is_unknown else "planned"
        kind = "operation_unknown" if is_unknown else "operation_deferred"
        operation = move(house, operation, state, kind, {"why": error.message})
    if isinstance(error, Unauthorised):
        return Outcome(verdict="later", state=operation.state, waits_for=error.message)  # the breaker says how long
    if isinstance(error, Transient) and error.retry_after is not None:
        return Outcome(
            verdict="later", state=operation.state, pause_seconds=max(_pause(house, 0), error.retry_after),
            waits_for=f"{operation.target} asked for patience: {error.message}",
        )  # fmt: skip
    if attempt >= len(house.settings.retry_pauses_seconds):
        return _over(house, operation, "parked", error.message)
    return Outcome(verdict="later", state=operation.state, pause_seconds=_pause(house, attempt))


def _pause(house: House, attempt: int) -> float:
    pauses = house.settings.retry_pauses_seconds
    return float(pauses[attempt]) if attempt < len(pauses) else 1.0


def _over(house: House, operation: Operation, state: OperationState, why: str) -> Outcome:
    move(house, operation, state, f"operation_{state}", {"why": why}, error=why)
    metrics.OPERATIONS.labels(operation.target, state).inc()
    return Outcome(verdict="over", state=state)


def move(
    house: House, operation: Operation, to: OperationState, kind: str, data: Mapping[str, Any], *,
    error: str | None = None, bump: bool = False,
) -> Operation:  # fmt: skip
    """Move an operation that is still as we know it, with its ledger event. Raises Overtaken when somebody else moved it."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        return moved(tx, operation, to, kind, data, at=now, error=error, bump=bump)


def moved(
    tx: Connection, operation: Operation, to: OperationState, kind: str, data: Mapping[str, Any], *, at: datetime,
    error: str | None = None, bump: bool = False,
) -> Operation:  # fmt: skip
    """Do so within a transaction."""
    stored = operations.lock(tx, operation.key)
    if (stored.state, stored.attempts) != (operation.state, operation.attempts):
        raise Overtaken(
            "Another worker brought this operation forward.",
            detail=f"known as {operation.state}/{operation.attempts}, is {stored.state}/{stored.attempts}, not {to}",
        )
    made = operations.move(tx, operation.key, to, at=at, error=error, bump_attempt=bump)
    ledger.append(
        tx, at=at, document_id=operation.document_id, kind=kind, actor=operation.target,
        data={"key": operation.key, **data},
    )  # fmt: skip
    return made
