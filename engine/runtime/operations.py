"""What people do with operations: have them sent again, change what is sent, say what stands in the target, call them off.

Every verb is one transaction with a ledger event that names the person. What is refused says what is allowed instead, and
changes nothing. The document goes where its operations lead.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.model.errors import PostroomError
from engine.model.operation import AuditEvent, Operation, OperationState, Receipt
from engine.runtime import steps
from engine.runtime.house import House
from engine.runtime.posting import answers, breaker
from engine.runtime.posting.poster import BELL
from engine.store import departures, documents, ledger, operation_list, operations, outbox, reviews, targets
from engine.store.database import reading, transaction
from engine.store.operation_list import Search

FAILED: tuple[OperationState, ...] = ("rejected", "parked")
_MAY_BE_REVIEWED_FOR = {"target_rejected", "target_contradicts"}
_SETTLED_DOUBT = frozenset({"operation_deferred", "operation_rejected", "operation_refused", "operation_absent"})


class Refused(PostroomError):
    """A person asked for something that cannot be done with this operation; nothing was changed."""


class Answer(NamedTuple):
    """What became of one operation that a person asked something of."""

    key: str
    state: OperationState
    refused: str = ""
    """Why nothing was done, and what is allowed; empty when it was done."""


def find(house: House, name: str) -> Operation:
    """Return the operation that a person means: its key, the beginning of its short key, or a part of its key.

    Raises Refused when there is none or more than one.
    """
    with reading(house.engine) as tx:
        keys = operation_list.named(tx, name)
        found = operations.get(tx, keys[0]) if len(keys) == 1 else None
    if found is not None:
        return found
    if not keys:
        raise Refused(f"No operation is called {name}. `postroom operations list` shows what there is.")
    raise Refused(f"{name} may be {len(keys)} operations: {', '.join(keys[:3])} ... Write more of the key.")


def failed(house: House, *, target: str | None = None) -> list[str]:
    """Return the keys of exactly the operations that failed: rejected or parked, and not over since."""
    with reading(house.engine) as tx:
        return operation_list.keys(tx, Search(states=FAILED, target=target))


def retry(house: House, keys: Sequence[str], *, by: str, why: str = "", at_once: bool = False) -> list[Answer]:
    """Send operations again that failed or wait. What may have left before is looked for first.

    A target that is left alone is probed at once: somebody says that it is mended.

    `at_once` has them leave in spite of closed windows and freezes; then `why` has to be given (Refused).
    """
    if at_once and not why.strip():
        raise Refused("Leaving in spite of a window or a freeze needs a reason: say why.")
    answers = []
    for key in dict.fromkeys(keys):
        try:
            answers.append(_retry(house, key, by=by, why=why, at_once=at_once))
        except Refused as e:
            answers.append(Answer(key, _load(house, key).state, e.message))
    with reading(house.engine) as tx:
        sent = operations.of_keys(tx, [one.key for one in answers if not one.refused])
        wanted = {one.target for one in sent.values()}
        left_alone = [one.name for one in targets.everyone(tx) if one.state != "closed" and one.name in wanted]
    for target in left_alone:
        breaker.probe_now(house, target, by=by)
    BELL.set()
    return answers


def _retry(house: House, key: str, *, by: str, why: str, at_once: bool) -> Answer:
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operation = _held(tx, key)
        if operation.state not in {*FAILED, "planned", "unknown"}:
            raise Refused(
                f"It is {operation.state}; only what failed or waits is sent again. {_INSTEAD[operation.state]}"
            )
        if blocker := _blocker(tx, operation):
            raise Refused(f"It comes after {blocker.key}, which is {blocker.state}: bring that one forward first.")
        if at_once and (first := departures.ahead(tx, key)):
            raise Refused(f"{first} of the same business key has to leave before it: bring that one forward first.")
        if operation.state in {"planned", "unknown"} and not at_once and departures.get(tx, key) is not None:
            raise Refused("It waits for its window and leaves by itself then; --now with a reason sends it at once.")
        _reopen(tx, house, operation)
        if operation.state in FAILED:
            operations.move(tx, key, "planned", at=now)
            operations.renew_deadline(tx, operation, now)
        if at_once:
            departures.note(
                tx, operation, kind="asked", why=f"asked for by {by}: {why}", at=now, leave_at=now, overridden_by=by
            )
        outbox.release(tx, [operation], now)
        outbox.wake(tx, key, now)
        _tell(tx, house, operation, "operation_retried", by, was=operation.state, now=at_once, why=why)
    return Answer(key, _load(house, key).state)


def settle(
    house: House, key: str, *, stands: bool, by: str, why: str, external_id: str = "", link: str = ""
) -> Answer:  # fmt: skip
    """Note what a person saw in the target: it stands there under `external_id`, or it surely does not.

    What does not stand there is sent again without being looked for: the person's word counts. Raises Refused.
    """
    if stands and not external_id.strip():
        raise Refused("What stands in the target has a name there: give its external id.")
    _need_reason(why)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operation = _held(tx, key)
        is_doubted = operation.state == "committed" and answers.is_open(tx, key)
        if operation.state not in {"unknown", "parked", "delivered"} and not is_doubted:
            raise Refused(
                f"It is {operation.state}; a person settles what is unknown, parked or delivered. {_INSTEAD[operation.state]}"
            )
        _reopen(tx, house, operation)
        if stands:
            receipt = Receipt(
                key=key, external_id=external_id.strip(), outcome="already_there", link=link,
                response={"settled_by": by, "why": why},
            )  # fmt: skip
            operations.record_receipt(tx, receipt, at=now)
            if not is_doubted:
                operations.move(tx, key, "committed", at=now)
            _tell(tx, house, operation, "operation_settled", by, was=operation.state, external_id=external_id, why=why)
        else:
            if operation.state != "parked":
                operations.move(
                    tx, key, "rejected" if operation.state in {"delivered", "committed"} else "parked", at=now
                )
            operations.move(tx, key, "planned", at=now)
            operations.forget_attempts(tx, key)
            operations.renew_deadline(tx, operation, now)
            outbox.release(tx, [operation], now)
            _tell(tx, house, operation, "operation_absent", by, was=operation.state, why=why)
    return _followed(house, operation)


def cancel(house: House, key: str, *, by: str, why: str) -> list[Answer]:
    """Call an operation off that surely did not leave, and what comes after it. Raises Refused."""
    _need_reason(why)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operation = _held(tx, key)
        _refuse_unsure(tx, operation, {"planned", "rejected", "parked"}, "called off")
        _reopen(tx, house, operation)
        operations.move(tx, key, "cancelled", at=now)
        _tell(tx, house, operation, "operation_cancelled", by, was=operation.state, why=why)
        stopped = _followers(tx, operation)
        for one in stopped:
            words = f"It comes after {key}, which was called off: {why}"
            operations.move(tx, one.key, "parked", at=now, error=words)
            _tell(tx, house, one, "operation_parked", "system", why=words)
    _followed(house, operation)
    return [Answer(one.key, _load(house, one.key).state) for one in (operation, *stopped)]


def park(house: House, key: str, *, by: str, why: str) -> Answer:
    """Take an operation out of the way until a person brings it forward. Raises Refused."""
    _need_reason(why)
    now = house.clock.now()
    with transaction(house.engine) as tx:
        operation = _held(tx, key)
        if operation.state not in {"planned", "unknown"}:
            raise Refused(f"It is {operation.state}; only what waits is parked. {_INSTEAD[operation.state]}")
        _reopen(tx, house, operation)
        operations.move(tx, key, "parked", at=now, error=f"{by}: {why}")
        _tell(tx, house, operation, "operation_parked", by, was=operation.state, why=why)
    return _followed(house, operation)


def may_stand(events: Iterable[AuditEvent], key: str) -> bool:
    """Tell from a document's ledger entries whether an operation may stand in the target although nobody confirmed it.

    It left once, and since then neither the target nor a person said what became of it.
    """
    doubt, before = False, ""
    for event in (one for one in events if one.data.get("key") == key):
        if event.kind in {"operation_sending", "operation_unknown"}:
            doubt = True
        # parked right behind its intent: the adapter could not even call
        elif event.kind in _SETTLED_DOUBT or (event.kind == "operation_parked" and before == "operation_sending"):
            doubt = False
        before = event.kind
    return doubt


def refuse_unless_current(tx: Connection, operation: Operation) -> None:
    """Raise Refused when the document was judged anew since, or people or the machine hold it for something else."""
    document = documents.lock(tx, operation.document_id)
    show = f"postroom show {document.id[:12]}"
    if document.revision != operation.revision:
        raise Refused(
            f"The document was judged anew: this is of revision {operation.revision}, it is in revision "
            f"{document.revision} and {document.state.replace('_', ' ')}. See {show}."
        )
    if document.state == "processing":
        raise Refused(f"The document is being processed; wait until it has come to rest. See {show}.")
    if document.state == "in_review":
        reasons = {
            reason for one in reviews.of_document(tx, document.id) if not one.closed_at for reason in one.reasons
        }
        if other := sorted(reasons - _MAY_BE_REVIEWED_FOR):
            raise Refused(f"The document is with people for {', '.join(other)}: answer that first. See {show}.")


def _held(tx: Connection, key: str) -> Operation:
    """Return an operation that nobody else changes until the end of the transaction, of a document at rest."""
    known = operations.get(tx, key)
    if known is None:
        raise Refused(f"No operation is called {key}.")
    refuse_unless_current(tx, known)
    return operations.lock(tx, key)


def _reopen(tx: Connection, house: House, operation: Operation) -> None:
    """Have the document go where its operations lead from here; what a person was asked about them is answered."""
    now = house.clock.now()
    reviews.close_reviews(tx, operation.document_id, now)
    documents.move(tx, operation.document_id, "posting", at=now)


def _refuse_unsure(tx: Connection, operation: Operation, allowed: set[OperationState], what: str) -> None:
    if operation.state not in allowed:
        raise Refused(
            f"It is {operation.state}; only what is {', '.join(sorted(allowed))} can be {what}. {_INSTEAD[operation.state]}"
        )
    if may_stand(ledger.story(tx, operation.document_id), operation.key):
        raise Refused(
            f"It left once and nobody knows whether it arrived, so it cannot be {what}. Look in {operation.target}, "
            f"then `postroom operations settle {operation.short_key} --as committed` or `--as absent`."
        )


def refuse_edit(tx: Connection, operation: Operation) -> None:
    """Raise Refused unless an operation failed and surely does not stand in the target."""
    _refuse_unsure(tx, operation, {"rejected", "parked"}, "changed")


def _blocker(tx: Connection, operation: Operation) -> Operation | None:
    before = operations.of_keys(tx, operation.after)
    return next((one for one in before.values() if one.state != "committed"), None)


def _followers(tx: Connection, operation: Operation) -> list[Operation]:
    """Return the planned operations that come after one, directly or not."""
    written = operations.of_document(tx, operation.document_id)
    behind, found = {operation.key}, []
    for one in written:
        if one.state == "planned" and behind & set(one.after):
            behind.add(one.key)
            found.append(one)
    return found


def _followed(house: House, operation: Operation) -> Answer:
    steps.settle(house, operation.document_id, operation.revision)
    BELL.set()
    return Answer(operation.key, _load(house, operation.key).state)


def _load(house: House, key: str) -> Operation:
    with reading(house.engine) as tx:
        found = operations.get(tx, key)
    if found is None:
        raise Refused(f"No operation is called {key}.")
    return found


def _need_reason(why: str) -> None:
    if not why.strip():
        raise Refused("Say why; it stands in the ledger beside your name.")


def _tell(tx: Connection, house: House, operation: Operation, kind: str, by: str, **data: Any) -> None:
    ledger.append(
        tx, at=house.clock.now(), document_id=operation.document_id, kind=kind, actor=by,
        data={"key": operation.key, **data},
    )  # fmt: skip


_INSTEAD: dict[OperationState, str] = {
    "planned": "It leaves by itself; `park` keeps it here, `cancel` calls it off.",
    "sending": "A worker is sending it at this moment.",
    "unknown": "Look in the target and `settle` it, or `retry`: the target is asked first.",
    "delivered": "The target has it and will still say yes or no; `settle` it when you know.",
    "committed": "It stands in the target; what is wrong there is reversed by a flow of its own.",
    "rejected": "`edit` and `retry` it, or `cancel` it.",
    "parked": "`retry`, `edit`, `settle` or `cancel` it.",
    "cancelled": "It was called off; only a new revision of the document plans it again.",
}
"""What to do instead, by state."""
