"""What people are told about a document: one line in a table, or the whole story. Reads only."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection

from engine.model.decision import Decision
from engine.model.document import Document
from engine.model.operation import AuditEvent, Operation, Receipt
from engine.model.reconciled import Position
from engine.model.record import Match, Record
from engine.model.value import Value
from engine.runtime.house import House
from engine.store import departures, documents, dossiers, ledger, operations, reviews
from engine.store.database import reading
from engine.store.departures import Departure
from engine.store.documents import Packed, StepKind
from engine.store.reviews import ReviewItem

T = TypeVar("T", bound=Value)


class Line(Value):
    """One document in the table of a run."""

    id: str
    document: str
    parent: str | None = None
    """Id of the mail it was taken out of."""
    type: str = ""
    vendor: str = ""
    number: str = ""
    total: str = ""
    confidence: float | None = None
    state: str
    route: str
    """`posted`, `review`, `duplicate`, `rejected`, `parked`, `unpacked` ... as the clerk reads it."""
    queue: str = ""
    reasons: tuple[str, ...] = ()
    message: str = ""
    reference: str = ""
    """What the target calls it now."""
    seconds: float | None = None


class Story(Value):
    """Everything known about one document, in the order in which it happened."""

    document: Document
    record: Record | None
    vendor: Match | None
    positions: tuple[Position, ...] = ()
    """Of a statement of account: what we know of each position."""
    decision: Decision | None
    operations: tuple[Operation, ...]
    errors: Mapping[str, str]
    """The target's last words about operations that are not in order, by operation key."""
    waits: Mapping[str, str] = {}
    """What operations wait for before they leave, by operation key."""
    receipts: tuple[Receipt, ...]
    reviews: tuple[ReviewItem, ...]
    children: tuple[str, ...]
    events: tuple[AuditEvent, ...]


def story(house: House, document_id: str) -> Story:
    """Return the story of a document. Raises LookupError when there is none of that id."""
    found = stories(house, [document_id])
    if not found:
        raise LookupError(f"no document {document_id}")
    return found[0]


def stories(house: House, document_ids: Sequence[str]) -> list[Story]:
    """Return the stories of some documents in the order of their ids; unknown ids are left out."""
    with reading(house.engine) as tx:
        known = {one.id: one for one in documents.some(tx, document_ids)}
        parts = _gathered(tx, document_ids)
    return [_told(known[one], parts) for one in document_ids if one in known]


class _Parts(NamedTuple):
    """What is known about some documents, by document id or by operation key."""

    results: Mapping[str, Mapping[int, Mapping[StepKind, Packed]]]
    operations: Mapping[str, Sequence[Operation]]
    errors: Mapping[str, str]
    waits: Mapping[str, Departure]
    receipts: Mapping[str, Receipt]
    reviews: Mapping[str, Sequence[ReviewItem]]
    children: Mapping[str, Sequence[str]]
    events: Mapping[str, Sequence[AuditEvent]]


def _gathered(tx: Connection, document_ids: Sequence[str]) -> _Parts:
    written = operations.of_documents(tx, document_ids)
    keys = [one.key for some in written.values() for one in some]
    return _Parts(
        results=documents.stored(tx, document_ids, ("record", "match", "decision")),
        operations=written,
        errors=operations.last_words(tx, keys),
        waits=departures.of_keys(tx, keys),
        receipts=operations.latest_receipts(tx, keys),
        reviews=reviews.of_documents(tx, document_ids),
        children=documents.children_of(tx, document_ids),
        events=ledger.stories(tx, document_ids),
    )


def _told(document: Document, parts: _Parts) -> Story:
    written = parts.operations.get(document.id, ())
    results = parts.results.get(document.id, {}).get(document.revision, {})
    matched = results["match"].data if "match" in results else None
    return Story(
        document=document,
        record=_read(results, "record", Record),
        vendor=Match.model_validate(matched["vendor"]) if matched else None,
        positions=(Match.model_validate(matched["purchase_order"]).positions or ()) if matched else (),
        decision=_read(results, "decision", Decision),
        operations=tuple(written),
        errors={one.key: parts.errors[one.key] for one in written if one.key in parts.errors},
        waits={one.key: _wait(parts.waits[one.key]) for one in written if one.key in parts.waits},
        receipts=tuple(parts.receipts[one.key] for one in written if one.key in parts.receipts),
        reviews=tuple(parts.reviews.get(document.id, ())),
        children=tuple(parts.children.get(document.id, ())),
        events=tuple(parts.events.get(document.id, ())),
    )


def find(house: House, prefix: str) -> Document:
    """Return the one document whose id begins with `prefix`. Raises LookupError when there is none or more than one."""
    with reading(house.engine) as tx:
        found = documents.find(tx, prefix)
    if len(found) == 1:
        return found[0]
    if not found:
        raise LookupError(f"no document whose id begins with {prefix}")
    raise LookupError(f"{len(found)} documents begin with {prefix}: give more digits")


def line(told: Story) -> Line:
    """Return the table line of a story."""
    record, review = told.record, _last_review(told)
    decision = told.decision
    receipts = told.receipts
    reasons = review.reasons if review else decision.reasons if decision else ()
    return Line(
        id=told.document.id,
        document=told.document.name,
        parent=told.document.parent_id,
        type=record.type if record else told.document.blob.media_type,
        vendor=vendor_name(told),
        number=record.number if record else "",
        total=_total(record),
        confidence=decision.confidence if decision else None,
        state=told.document.state,
        route={"in_review": "review"}.get(told.document.state, told.document.state),
        queue=review.queue if review else "",
        reasons=reasons if told.document.state != "posted" else (),
        message=review.message if review else _message(told),
        reference=", ".join(receipt.external_id for receipt in receipts),
        seconds=seconds(told.events),
    )


def vendor_name(told: Story) -> str:
    """Return the vendor's name: from master data when matched, else as read."""
    if told.vendor is not None and told.vendor.chosen is not None:
        return told.vendor.chosen.name
    return (told.record.value("vendor_name") if told.record else None) or ""


def seconds(events: Sequence[AuditEvent]) -> float | None:
    """Return the time from the last start of processing to the last event, or None when it never started."""
    begun = [event.at for event in events if event.kind == "processing_started"]
    if not begun:
        return None
    over = [event.at for event in events if event.kind not in {"document_arrived_again", "document_received"}]
    return round((over[-1] - begun[-1]).total_seconds(), 2)


def _message(told: Story) -> str:
    if told.document.state == "parked":
        return "; ".join(f"{key}: {words}" for key, words in told.errors.items())
    if told.document.state == "waiting" and told.waits:
        return "; ".join(f"{key}: {words}" for key, words in told.waits.items())
    return told.decision.message if told.decision else ""


def _wait(departure: Departure) -> str:
    leaves = f"; leaves {departure.leave_at:%Y-%m-%d %H:%M} UTC" if departure.leave_at else ""
    return f"{departure.why}{leaves}"


def _last_review(told: Story) -> ReviewItem | None:
    if told.document.state != "in_review":
        return None
    return told.reviews[-1] if told.reviews else None


def _total(record: Record | None) -> str:
    if record is None or record.value("total") is None:
        return ""
    total = record.value("total") or ""
    try:
        shown = f"{Decimal(total):,.2f}" if "." in total else f"{Decimal(total):,}"
    except ArithmeticError:
        shown = total
    return f"{shown} {record.value('currency') or ''}".strip()


def _read(results: Mapping[StepKind, Packed], kind: StepKind, model: type[T]) -> T | None:
    return model.model_validate(results[kind].data) if kind in results else None


def states(house: House, ids: Sequence[str]) -> dict[str, str]:
    """Return the present state of documents by id."""
    with reading(house.engine) as tx:
        found = [documents.get(tx, document_id) for document_id in ids]
    return {document.id: document.state for document in found if document is not None}


def dossiers_of(house: House, ids: Sequence[str]) -> list[str]:
    """Return the dossiers in which documents are collected, each once."""
    with reading(house.engine) as tx:
        found = [dossiers.of_paper(tx, document_id) for document_id in ids]
    return list(dict.fromkeys(one for one in found if one is not None))


def children(house: House, document_id: str) -> list[str]:
    """Return the ids of the documents taken out of one."""
    with reading(house.engine) as tx:
        return [child.id for child in documents.children(tx, document_id)]
