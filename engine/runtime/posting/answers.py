"""Late answers of targets: what they said after the call, in files and messages, settles what was left open.

The target's word counts, also where we thought otherwise: an operation without an answer may turn out refused, a refused
one mended over there and taken. What contradicts an earlier word of the target itself, or would make two of one, changes no
state: it is told to a person and raises an alarm until a person says what stands.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

import structlog
from sqlalchemy import Connection

from engine.model.alarm import Alarm
from engine.model.errors import ContentError, TargetError
from engine.model.finding import Finding
from engine.model.operation import Acknowledgement, Operation, OperationState, Receipt
from engine.runtime import steps
from engine.runtime.house import House
from engine.store import alarms, documents, ledger, operations, reviews
from engine.store.database import transaction

log = structlog.get_logger()

CONTRADICTED = "operation_contradicted"
SAID = frozenset({"operation_settled", "operation_absent"})
"""Entries by which a person says what stands in the target."""
_REJECTED = "target_rejected"


class Verdict(NamedTuple):
    """What an answer means for an operation."""

    does: Literal["moves", "known", "contradicts", "waits"]
    """`waits`: it cannot be about anything that we sent, and is looked at again."""
    to: OperationState | None = None
    """Where the operation goes."""
    why: str = ""
    """What contradicts, in words."""


def verdict(operation: Operation, answer: Acknowledgement) -> Verdict:
    """Return what an answer means, whatever the operation's state is."""
    return _yes(operation, answer) if answer.accepted else _no(operation, answer)


def _yes(operation: Operation, answer: Acknowledgement) -> Verdict:
    state = operation.state
    if answer.is_superseded:
        return Verdict("contradicts", None, "it took an earlier delivery after all, and another one left since")
    if state == "committed":
        return Verdict("known")
    if answer.payload_digest and answer.payload_digest != operation.payload_digest:
        parks: OperationState | None = "parked" if state == "planned" else None
        return Verdict("contradicts", parks, "it took what was delivered before the content changed")
    if state == "cancelled":
        return Verdict("contradicts", "committed", "it took what was called off here")
    return Verdict("moves", "committed")


def _no(operation: Operation, answer: Acknowledgement) -> Verdict:
    state = operation.state
    if answer.is_superseded or state in {"rejected", "cancelled"}:
        return Verdict("known")
    if state == "committed":
        return Verdict("contradicts", None, "it had said yes before")
    return Verdict("waits") if state == "planned" and not operation.attempts else Verdict("moves", "rejected")


def collect(house: House, *, settle: Callable[[Operation], object] | None = None) -> list[Operation]:
    """Pick late answers up from every target. Returns the operations that they are about.

    `settle` is called for each before its answer is put away: a process that dies in between finds the answer again.
    """
    settled: list[Operation] = []
    for name in house.library.environment.targets:
        try:
            target = house.target(name)
            for answer in target.acknowledgements():
                operation = _hear(house, name, answer)
                if operation is None:
                    continue
                if settle is not None:
                    settle(operation)
                settled.append(operation)
                target.settle(answer)
        except (TargetError, ContentError) as e:
            log.warning("acknowledgements_not_collected", target=name, why=e.message)
    return settled


def is_open(tx: Connection, key: str) -> bool:
    """Tell whether answers about an operation contradict each other and no person has said since what stands."""
    operation = operations.get(tx, key)
    events = ledger.story(tx, operation.document_id) if operation else []
    kinds = [one.kind for one in events if one.data.get("key") == key and one.kind in {CONTRADICTED, *SAID}]
    return bool(kinds) and kinds[-1] == CONTRADICTED


def _hear(house: House, target: str, answer: Acknowledgement) -> Operation | None:
    """Note one answer. Returns its operation, None when the answer stays where it is."""
    with transaction(house.engine) as tx:
        known = operations.by_short_key(tx, answer.short_key)
        if known is None or known.target != target:
            log.warning("acknowledgement_of_nothing", target=target, origin=answer.origin)
            return None
        documents.lock(tx, known.document_id)
        operation = operations.lock(tx, known.key)
        means = verdict(operation, answer)
        if means.does == "waits":
            log.warning("acknowledgement_too_early", key=operation.short_key, state=operation.state)
            return None
        if means.does == "contradicts":
            _contradict(tx, house, operation, answer, means)
        elif means.to is not None:
            _move(tx, house, operation, answer, means.to)
        else:
            return operation
    log.info(
        "acknowledged", key=operation.short_key, target=target, does=means.does, state=operation.state, to=means.to
    )
    return operation


def _move(tx: Connection, house: House, operation: Operation, answer: Acknowledgement, to: OperationState) -> None:
    now = house.clock.now()
    error = None if answer.accepted else answer.message
    operations.move(tx, operation.key, to, at=now, error=error, by_answer=True)
    if answer.accepted:
        _keep(tx, house, operation, answer)
    kind = "operation_acknowledged" if answer.accepted else "operation_refused"
    _tell(tx, house, operation, kind, answer)
    if operation.state == "rejected":
        _reopen(tx, house, operation)


def _keep(tx: Connection, house: House, operation: Operation, answer: Acknowledgement) -> None:
    """Keep under which name the target has it, where it says so or nothing was known of it."""
    if answer.external_id is None and operations.receipt(tx, operation.key) is not None:
        return
    receipt = Receipt(
        key=operation.key, external_id=answer.external_id or operation.short_key, outcome="already_there",
        response={"acknowledged": answer.origin, "message": answer.message},
    )  # fmt: skip
    operations.record_receipt(tx, receipt, at=house.clock.now())


def _reopen(tx: Connection, house: House, operation: Operation) -> None:
    """Take a document back from the people who were asked about a refusal that is none any more."""
    document = documents.lock(tx, operation.document_id)
    asked = {
        reason for one in reviews.of_document(tx, document.id) if not one.closed_at for reason in one.reasons
    }  # fmt: skip
    is_about_it = document.revision == operation.revision and document.state == "in_review" and asked <= {_REJECTED}
    others = [one for one in operations.of_document(tx, document.id) if one.key != operation.key]
    if is_about_it and not any(one.state == "rejected" and one.revision == document.revision for one in others):
        reviews.close_reviews(tx, document.id, house.clock.now())
        documents.move(tx, document.id, "posting", at=house.clock.now())


def _contradict(tx: Connection, house: House, operation: Operation, answer: Acknowledgement, means: Verdict) -> None:
    """Tell everybody, once for each message, that two words of the target do not agree."""
    now = house.clock.now()
    told = [one for one in ledger.story(tx, operation.document_id) if one.kind == CONTRADICTED]
    if any((one.data["key"], one.data["origin"]) == (operation.key, answer.origin) for one in told):
        return
    words = _words(operation, answer, means)
    if means.to is not None:
        operations.move(tx, operation.key, means.to, at=now, error=words, by_answer=True)
    if answer.accepted and operation.state == "cancelled":
        _keep(tx, house, operation, answer)
    _tell(tx, house, operation, CONTRADICTED, answer, why=means.why, state=operation.state)
    alarm = Alarm(kind="answer_contradicts", subject=operation.key, message=words, since=now)
    if alarms.raise_(tx, alarm):
        data = {"alarm": alarm.kind, "subject": alarm.subject, "message": words, "since": now.isoformat()}
        ledger.append(tx, at=now, document_id=None, kind="alarm_raised", actor="system", data=data)
    log.error("answer_contradicts", key=operation.short_key, target=operation.target, accepted=answer.accepted)
    _ask(tx, house, operation, words)


def _words(operation: Operation, answer: Acknowledgement, means: Verdict) -> str:
    said = f"{operation.target} says {'yes' if answer.accepted else 'no'} now ({answer.message or answer.origin}), but {means.why}"
    return (
        f"{said}. Look there what stands, then `postroom operations settle {operation.short_key[:12]} --as committed` or "
        f"`--as absent`."
    )


def _ask(tx: Connection, house: House, operation: Operation, words: str) -> None:
    """Have people look at the document, unless they or a later revision hold it already."""
    document = documents.lock(tx, operation.document_id)
    if document.revision != operation.revision or document.state not in {"posting", "posted", "parked", "waiting"}:
        return
    finding = Finding(
        code="target_contradicts",
        severity="error",
        message=f"The target contradicts an earlier word of its own. {words}",
    )
    steps.open_review(
        tx, house, document.id, document.revision, "integration_admins", ["target_contradicts"], words, [finding]
    )


def _tell(
    tx: Connection, house: House, operation: Operation, kind: str, answer: Acknowledgement, **more: str
) -> None:  # fmt: skip
    data = {
        "key": operation.key, "was": operation.state, "origin": answer.origin, "message": answer.message,
        "external_id": answer.external_id, "accepted": answer.accepted, **more,
    }  # fmt: skip
    ledger.append(
        tx, at=house.clock.now(), document_id=operation.document_id, kind=kind, actor=operation.target, data=data
    )
