"""The steps of the walk. Each has one shape: load, call a pure stage, save, append to the ledger.

A step may run more than once (a worker died after it, before its end was noted): saving overwrites the same revision's
result, moves of state are repeatable, and the ledger tells the truth that the step ran twice.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from engine.model.document import Document, State
from engine.model.errors import ReadError
from engine.model.finding import Finding
from engine.model.page import Reading
from engine.model.record import Extraction, Record
from engine.runtime import intake, mail, metrics, reading
from engine.runtime.house import House
from engine.stages.arbitrate import arbitrate
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.normalize import normalize
from engine.store import documents, ledger, operations, reviews
from engine.store.database import reading as reading_tx
from engine.store.database import transaction
from engine.store.documents import StepKind

log = structlog.get_logger()

MOST_STARTS = 5
"""A worker that dies is replaced; a document on which five workers died is not tried a sixth time."""


def read(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Read the pages, or unpack a mail. Returns {"next": "understand" | "over", "children": [ids]}."""
    try:
        document = begin(house, document_id, revision)
        if document.blob.media_type == reading.MAIL:
            return {"next": "over", "children": unpack(house, document)}
        result = reading.read(house, document)
    except ReadError as e:
        document = get(house, document_id)
        finding = Finding(code=e.code, severity="fatal", message=e.message)
        to_review(house, document, revision, queue="intake", reasons=[e.code], message=e.message, findings=[finding])
        return {"next": "over", "children": []}
    note = {"pages": result.page_count, "readers": sorted({page.by for page in result.pages if page.by})}
    keep(house, document, revision, "reading", result.model_dump(mode="json"), "document_read", note)
    return {"next": "understand", "children": []}


def understand(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Classify, extract, settle contradictions and normalize: from pages to a record."""
    document, data = fetch(house, document_id, revision, "reading")
    extraction = extract_all(house, document, Reading.model_validate(data))
    record = normalize(extraction, revision=revision)
    with transaction(house.engine) as tx:
        documents.save(tx, document_id, revision, "extraction", extraction.model_dump(mode="json"))
    note = {
        "type": record.type, "language": record.classification.language, "fields": len(record.fields),
        "lines": len(record.lines), "findings": [finding.code for finding in record.findings],
    }  # fmt: skip
    keep(house, document, revision, "record", record.model_dump(mode="json"), "record_made", note)
    return {"next": "judge"}


def extract_all(house: House, document: Document, pages: Reading) -> Extraction:
    """Return the typed values of a reading: printed and carried data, with one of them chosen where they differ."""
    vocabularies = house.library.vocabularies
    classification = classify(pages, vocabularies)
    printed = None
    if pages.embedded is None or any(page.words for page in pages.pages):
        printed = extract(pages, document_id=document.id, classification=classification, vocabularies=vocabularies)
    extraction = arbitrate(printed, pages.embedded, document_id=document.id, classification=classification)
    findings = dict.fromkeys((*pages.findings, *extraction.findings))
    return extraction.model_copy(update={"findings": tuple(findings), "page_count": pages.page_count})


def unpack(house: House, document: Document) -> list[str]:
    """Take the attachments out of a mail; each becomes a document of its own that knows its parent."""
    parts = mail.unpack(house.blobs.local(document.blob), limits=house.settings.limits())
    children: list[str] = []
    for part in parts.parts:
        arrival = intake.accept_bytes(
            house, part.content, name=part.name, source=document.source, parent_id=document.id
        )
        if arrival.document.id != document.id and arrival.document.id not in children:
            children.append(arrival.document.id)
    if not children:
        raise ReadError(
            "The mail has no attachment. Read it and enter what it says, or reject it.", code="no_attachment"
        )
    now = house.clock.now()
    with transaction(house.engine) as tx:
        documents.move(tx, document.id, "unpacked", at=now)
        ledger.append(
            tx, at=now, document_id=document.id, kind="mail_unpacked", actor="system", data={"children": children}
        )
    return children


def begin(house: House, document_id: str, revision: int) -> Document:
    """Move a document into processing. Repeatable, but not for ever: a document that kills workers goes to a person."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        document = documents.move(tx, document_id, "processing", at=now)
        starts = sum(
            event.kind == "processing_started" and event.data["revision"] == revision
            for event in ledger.story(tx, document_id)
        )
        ledger.append(
            tx, at=now, document_id=document_id, kind="processing_started", actor="system", data={"revision": revision}
        )
    if starts >= MOST_STARTS:
        raise ReadError(
            f"Processing was started {starts} times and never came to an end. Look at it by hand and tell the operator.",
            code="processing_dies",
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
    house: House, document: Document, revision: int, kind: StepKind, data: Any, event: str, note: Mapping[str, Any]
) -> None:
    """Save the result of a step and append its ledger event, in one transaction."""
    with transaction(house.engine) as tx:
        documents.save(tx, document.id, revision, kind, data)
        ledger.append(
            tx, at=house.clock.now(), document_id=document.id, kind=event, actor="system",
            data={"revision": revision, **note},
        )  # fmt: skip


def to_review(
    house: House, document: Document, revision: int, *, queue: str, reasons: Sequence[str], message: str,
    findings: Sequence[Finding] = (),
) -> None:  # fmt: skip
    """Hand a document to people, with the reasons and a sentence that says what to do."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        documents.move(tx, document.id, "in_review", at=now)
        reviews.open_review(
            tx, document_id=document.id, revision=revision, queue=queue, reasons=list(reasons), message=message, at=now
        )
        ledger.append(
            tx, at=now, document_id=document.id, kind="review_opened", actor="system",
            data={"revision": revision, "queue": queue, "reasons": list(reasons), "message": message,
                  "findings": [finding.model_dump(mode="json") for finding in findings]},
        )  # fmt: skip
    for reason in reasons:
        metrics.FINDINGS.labels(reason).inc()
    metrics.DOCUMENTS.labels("in_review").inc()


def settle(house: House, document_id: str, revision: int) -> dict[str, Any]:
    """Read the states of a document's operations and move the document to where they lead. Repeatable."""
    document = get(house, document_id)
    with reading_tx(house.engine) as tx:
        written = [operation for operation in operations.of_document(tx, document_id) if operation.revision == revision]
    rejected = [operation for operation in written if operation.state == "rejected"]
    if rejected:
        with reading_tx(house.engine) as tx:
            words = operations.error(tx, rejected[0].key) or "no reason given"
        message = f"{rejected[0].target} refused it: {words}"
        to_review(house, document, revision, queue="integration_admins", reasons=["target_rejected"], message=message)
        return {"state": "in_review"}
    stuck = any(operation.state in {"planned", "sending", "unknown", "parked", "cancelled"} for operation in written)
    state: State = "parked" if stuck else "posted"
    if document.state != state:
        move(house, document_id, state, f"document_{state}", {"operations": [operation.key for operation in written]})
        metrics.DOCUMENTS.labels(state).inc()
    return {"state": state}


def fail(house: House, document_id: str, revision: int, error: str) -> dict[str, Any]:
    """Hand a document on which our own code failed to the integration admins; the other documents go on."""
    log.error("step_failed", document=document_id, error=error)
    message = "Postroom itself failed on this document. The operator finds the reason in the log."
    document = get(house, document_id)
    to_review(house, document, revision, queue="integration_admins", reasons=["internal_error"], message=message)
    return {"state": "in_review"}


def get(house: House, document_id: str) -> Document:
    """Load a document. Raises LookupError when there is none of that id."""
    with reading_tx(house.engine) as tx:
        document = documents.get(tx, document_id)
    if document is None:
        raise LookupError(f"no document {document_id}")
    return document


def move(house: House, document_id: str, to: State, kind: str, data: Mapping[str, Any]) -> None:
    """Move a document and append the ledger event, in one transaction."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        documents.move(tx, document_id, to, at=now)
        ledger.append(tx, at=now, document_id=document_id, kind=kind, actor="system", data=dict(data))
