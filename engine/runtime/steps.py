"""The steps of the walk. Each has one shape: load, call a pure stage, save, append to the ledger.

A step may run more than once (a worker died after it, before its end was noted): saving overwrites the same revision's
result, moves of state are repeatable, and the ledger tells the truth that the step ran twice.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection

from engine.model.document import MOVES, SETTLED, Document, State
from engine.model.errors import PostroomError, ReadError
from engine.model.finding import Finding
from engine.model.operation import Operation, OperationState
from engine.model.page import Reading
from engine.model.record import Record
from engine.runtime import (
    intake,
    mail,
    mail_body,
    merged,
    metrics,
    pieces,
    reading,
    searching,
    splitting,
    summaries,
    triage,
    understanding,
)
from engine.runtime.house import House
from engine.runtime.media_type import MAIL
from engine.runtime.read_with import read_with
from engine.runtime.witness import Live
from engine.store import claims, departures, documents, feeding, ledger, operations, outbox, purchasing, reviews, waits
from engine.store.database import reading as reading_tx
from engine.store.database import transaction
from engine.store.documents import StepKind

log = structlog.get_logger()


class Overtaken(PostroomError):
    """The walk of this revision is over: another worker ended it, or a later revision has begun."""


def read(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Read the pages, or unpack a mail. Returns {"next": "understand" | "over", "children": [ids]}."""
    try:
        document = begin(house, document_id, revision)
        if (taken_apart := _without_reading(house, document, revision)) is not None:
            return {"next": "over", "children": taken_apart}
        result = splitting.read_before(house, document, revision) or reading.read(house, document)
        found, question = splitting.plan(house, document, result)
        note = {"pages": result.page_count, "readers": sorted({page.by for page in result.pages if page.by})}
        keep(house, document, revision, {"reading": result.model_dump(mode="json")}, "document_read", note)
        if found is not None:
            children = splitting.unpack(house, document, result, found)
            conclude(house, document.id, revision, "unpacked", "bundle_split", splitting.note(found, children))
            return {"next": "over", "children": children}
    except ReadError as e:
        document = get(house, document_id)
        finding = Finding(code=e.code, severity="fatal", message=e.message)
        to_review(house, document, revision, queue="intake", reasons=[e.code], message=e.message, findings=[finding])
        return {"next": "over", "children": []}
    if question is not None:
        to_review(
            house, document, revision, queue="intake", reasons=[question.code], message=question.message,
            findings=[question],
        )  # fmt: skip
        return {"next": "over", "children": []}
    return {"next": "understand", "children": []}


def understand(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Classify, extract, settle contradictions and normalize: from pages to a record."""
    document, data = fetch(house, document_id, revision, "reading")
    pages = Reading.model_validate(data)
    witness = Live(house.engine)
    extraction, record = understanding.understand(house, document, pages, revision=revision, witness=witness)
    note = {
        "type": record.type, "language": record.classification.language, "fields": len(record.fields),
        "lines": len(record.lines), "findings": [finding.code for finding in record.findings],
    }  # fmt: skip
    results: dict[StepKind, Any] = {
        "extraction": extraction.model_dump(mode="json"), "record": record.model_dump(mode="json"),
        "made_with": read_with(house.library, pages),
    }  # fmt: skip
    if witness.was_told:
        results["lessons"] = witness.statement(house.clock.now())
    keep(house, document, revision, results, "record_made", note)
    return {"next": "judge"}


def _without_reading(house: House, document: Document, revision: int) -> list[str] | None:
    """End the walk of what is not read itself and return what came out of it; None for what is to be read."""
    if _is_merged(house, document, revision):
        return []
    if document.blob.media_type == MAIL:
        return unpack(house, document, revision)
    parts = pieces.pieces_of(house, document)
    if not parts:
        return None
    children = pieces.unpack(house, document, parts)
    conclude(house, document.id, revision, "unpacked", "data_unpacked", {"children": children, "parts": len(parts)})
    return children


def _is_merged(house: House, document: Document, revision: int) -> bool:
    """End the walk of a part of a document that counts, and of a whole whose parts were judged by themselves again."""
    with reading_tx(house.engine) as tx:
        whole, is_undone = merged.became(tx, document.id), merged.is_undone(tx, document.id)
    if whole is not None:
        conclude(house, document.id, revision, "unpacked", "merged_into", {"revision": revision, "into": whole})
    elif is_undone:
        conclude(house, document.id, revision, "duplicate", "parts_judged_again", {"revision": revision})
    return whole is not None or is_undone


def unpack(house: House, document: Document, revision: int) -> list[str]:
    """Take the attachments out of a mail; each becomes a document of its own that knows its parent.

    Of a mail without attachment, the body does when it is an invoice, an order or the like.
    """
    parts = mail.unpack(house.blobs.local(document.blob), limits=house.settings.limits())
    children: list[str] = []
    for part in mail_body.documents_of(house, parts):
        arrival = intake.accept_bytes(
            house, part.content, name=part.name, source=f"mail:{document.source}", parent_id=document.id
        )
        if arrival.document.id != document.id and arrival.document.id not in children:
            children.append(arrival.document.id)
    if not children:
        raise ReadError(
            "The mail has no attachment. Read it and enter what it says, or reject it.", code="no_attachment"
        )
    conclude(house, document.id, revision, "unpacked", "mail_unpacked", {"children": children})
    return children


def begin(house: House, document_id: str, revision: int) -> Document:
    """Move a document into processing and return it. Repeatable. Raises Overtaken when the walk is over."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = hold(tx, document_id, revision)
        if document.state == "received":
            document = documents.move(tx, document_id, "processing", at=now)
        ledger.append(
            tx, at=now, document_id=document_id, kind="processing_started", actor="system", data={"revision": revision}
        )
    return document


def hold(tx: Connection, document_id: str, revision: int) -> Document:
    """Lock a document for the rest of the transaction, so that this walk may write.

    Raises Overtaken when the walk is over. That is how a worker that was taken for dead and woke up, or a step that
    runs again, never moves a settled document back.
    """
    document = documents.lock(tx, document_id)
    if document.revision != revision or document.state in SETTLED:
        raise Overtaken(
            "This document was brought to its end by another worker.",
            detail=f"revision {revision}; the document is {document.state} in revision {document.revision}",
        )
    return document


def fetch(house: House, document_id: str, revision: int, kind: StepKind) -> tuple[Document, Any]:
    """Load a document and the result of an earlier step. Raises LookupError when either is not there."""
    with reading_tx(house.engine) as tx:
        document = documents.get(tx, document_id)
        data = documents.load(tx, document_id, revision, kind)
    if document is None or data is None:
        raise LookupError(f"no {kind} of document {document_id}, revision {revision}")
    return document, data


def load_record(house: House, document_id: str, revision: int) -> tuple[Document, Record]:
    """Load a document and its record."""
    document, data = fetch(house, document_id, revision, "record")
    return document, Record.model_validate(data)


def keep(
    house: House,
    document: Document,
    revision: int,
    results: Mapping[StepKind, Any],
    event: str,
    note: Mapping[str, Any],
    *,
    to: State | None = None,
    also: Callable[[Connection], None] | None = None,
) -> None:
    """Save what a step made, move the document on and append the ledger event, in one transaction.

    `also` writes what belongs to it. Raises Overtaken when the walk is over.
    """
    with transaction(house.engine) as tx:
        hold(tx, document.id, revision)
        if to is not None:
            documents.move(tx, document.id, to, at=house.clock.now())
        for kind, data in results.items():
            documents.save(tx, document.id, revision, kind, data)
        summaries.note(tx, house, document, results)
        if also is not None:
            also(tx)
        if results.keys() & _FOUND_BY:
            searching.note(tx, document)
        ledger.append(
            tx, at=house.clock.now(), document_id=document.id, kind=event, actor="system",
            data={"revision": revision, **note},
        )  # fmt: skip


_FOUND_BY: frozenset[StepKind] = frozenset({"record", "match", "plan"})
"""Steps after which a document is found by more words."""


def to_review(
    house: House, document: Document, revision: int, *, queue: str, reasons: Sequence[str], message: str,
    findings: Sequence[Finding] = (),
) -> None:  # fmt: skip
    """Hand a document to people, with the reasons and a sentence that says what to do. Raises Overtaken."""
    with transaction(house.engine) as tx:
        hold(tx, document.id, revision)
        open_review(tx, house, document.id, revision, queue, reasons, message, findings)
    metrics.DOCUMENTS.labels("in_review").inc()


def open_review(
    tx: Connection, house: House, document_id: str, revision: int, queue: str, reasons: Sequence[str], message: str,
    findings: Sequence[Finding] = (),
) -> None:  # fmt: skip
    """Move a document to people, within a transaction. Raises IllegalMove when its state does not allow it."""
    now = house.clock.now()
    documents.move(tx, document_id, "in_review", at=now)
    urgency = triage.of_document(tx, house, document_id, revision, queue=queue)
    reviews.open_review(
        tx, document_id=document_id, revision=revision, queue=queue, reasons=list(reasons), message=message, at=now,
        urgency=urgency,
    )  # fmt: skip
    ledger.append(
        tx, at=now, document_id=document_id, kind="review_opened", actor="system",
        data={"revision": revision, "queue": queue, "reasons": list(reasons), "message": message,
              "findings": [finding.model_dump(mode="json") for finding in findings]},
    )  # fmt: skip
    for reason in reasons:
        metrics.FINDINGS.labels(reason).inc()


def settle(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Send what may leave of a document, or move it to where the states of its operations lead. Repeatable.

    Also for answers that come late: a document that people or a later revision hold by now stays where it is.
    """
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = documents.lock(tx, document_id)
        if document.revision != revision or document.state not in _POSTING:
            return {"state": document.state}
        written = [operation for operation in operations.of_document(tx, document_id) if operation.revision == revision]
        if document.state == "waiting" and (not written or waits.of_document(tx, document_id) is not None):
            return {"state": document.state}
        outbox.release(tx, _may_leave(tx, written), now)
        state = _end(tx, document_id, written)
        if document.state == state:
            return {"state": state}
        if state == "in_review":
            refused = next(operation for operation in written if operation.state == "rejected")
            words = operations.error(tx, refused.key) or "no reason given"
            message = f"{refused.target} refused it: {words}"
            open_review(tx, house, document_id, revision, "integration_admins", ["target_rejected"], message)
        else:
            documents.move(tx, document_id, state, at=now)
            summaries.note_references(tx, document)
            searching.note(tx, document)
            if state in _GIVES_BACK:
                give_back(tx, document_id, at=now)
            ledger.append(
                tx, at=now, document_id=document_id, kind=f"document_{state}", actor="system",
                data={"operations": [operation.key for operation in written]},
            )  # fmt: skip
    if state in SETTLED:
        metrics.DOCUMENTS.labels(state).inc()
    return {"state": state}


def _may_leave(tx: Connection, written: Sequence[Operation]) -> list[Operation]:
    """Return the operations that are not over and come after no other one that is not committed yet."""
    before = operations.of_keys(tx, [key for operation in written for key in operation.after])
    committed = {key for key, operation in before.items() if operation.state == "committed"}
    return [one for one in written if one.state in _MOVING and committed.issuperset(one.after)]


_MOVING: frozenset[OperationState] = frozenset({"planned", "sending", "unknown"})
_POSTING: frozenset[State] = frozenset({"posting", "posted", "parked", "waiting"})
_STUCK: frozenset[OperationState] = frozenset({"sending", "unknown", "parked"})


def _end(tx: Connection, document_id: str, written: Sequence[Operation]) -> State:
    """Return where the states of its operations lead a document.

    It rests in `waiting` while all that is left of it waits for a window, or for an answer that an operation before it awaits.
    """
    if outbox.of_documents(tx, [document_id]):
        return "waiting" if departures.holds(tx, document_id) else "posting"
    states = {operation.state for operation in written}
    if "rejected" in states:
        return "in_review"
    if states & _STUCK:
        return "parked"
    if "planned" in states:
        return "waiting" if "delivered" in states else "parked"
    return "rejected" if states == {"cancelled"} else "posted"


def fail(
    house: House, document_id: str, revision: int, error: str, *, reason: str = "internal_error"
) -> dict[str, Any]:
    """Hand a document on which our own code failed to the integration admins; the other documents go on.

    A document whose walk was ended by another worker meanwhile stays where it is.
    """
    document = get(house, document_id)
    try:
        to_review(house, document, revision, queue="integration_admins", reasons=[reason], message=FAILURES[reason])
    except Overtaken as e:
        log.warning("walk_overtaken", document=document_id, why=e.detail, error=error)
        return {"state": get(house, document_id).state}
    log.error("step_failed", document=document_id, error=error)
    return {"state": "in_review"}


FAILURES: Mapping[str, str] = {
    "internal_error": "Postroom itself failed on this document. The operator finds the reason in the log.",
    "processing_dies": "Workers died over and over while they processed this document. Look at it by hand and tell the operator.",
}
"""What people are told when the machine gives up, by reason."""


def get(house: House, document_id: str) -> Document:
    """Load a document. Raises LookupError when there is none of that id."""
    with reading_tx(house.engine) as tx:
        document = documents.get(tx, document_id)
    if document is None:
        raise LookupError(f"no document {document_id}")
    return document


def conclude(house: House, document_id: str, revision: int, to: State, kind: str, data: Mapping[str, Any]) -> None:
    """End the walk in a state that needs no person, with the ledger event. Raises Overtaken."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = hold(tx, document_id, revision)
        if to not in MOVES[document.state]:  # judged once more, after an earlier judgement to post it
            documents.move(tx, document_id, "processing", at=now)
        documents.move(tx, document_id, to, at=now)
        waits.end(tx, document_id)
        if to in _GIVES_BACK:
            give_back(tx, document_id, at=now)
        ledger.append(tx, at=now, document_id=document_id, kind=kind, actor="system", data=dict(data))
    metrics.DOCUMENTS.labels(to).inc()


def give_back(tx: Connection, document_id: str, *, at: datetime) -> None:
    """Let another document hold the business key, and bill what this one billed; what it brought into the master data goes."""
    claims.release(tx, document_id)
    purchasing.reverse_billing(tx, document_id)
    feeding.take_back(tx, document_id, at=at)


_GIVES_BACK: frozenset[State] = frozenset({"duplicate", "rejected", "unpacked"})
"""Ends after which another document may hold the business key."""
