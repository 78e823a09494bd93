"""Puts papers that were let through into dossiers, opens them, and makes the reminders of what is missing."""

import io
from typing import Any, NamedTuple

from sqlalchemy import Connection

from engine.content.collects import Collects
from engine.content.flow import Flow
from engine.model.document import Blob, Document, State
from engine.model.dossier import DossierFile, encoded
from engine.model.event import DOSSIER
from engine.model.record import Record
from engine.runtime import intake, metrics, steps
from engine.runtime.dossiers import SOURCE, flow_of
from engine.runtime.house import House
from engine.runtime.names import printable_name
from engine.stages import dossier as stage
from engine.store import documents, dossiers, ledger
from engine.store.database import transaction
from engine.store.dossiers import Paper

_OVER: frozenset[State] = frozenset({"posted", "posting", "parked"})
"""What was collected is written, or on its way."""
_GONE: frozenset[State] = frozenset({"rejected", "duplicate", "erased", "unpacked"})
"""Nothing is collected there any more; another dossier takes its place."""


class _Place(NamedTuple):
    """Where a paper belongs; `trouble` when only a person can say."""

    dossier: str | None
    trouble: str = ""


def join(house: House, document: Document, record: Record, flow: Flow) -> dict[str, Any]:
    """Put a paper that is let through into its dossier, or open one. Returns {"next": "over", "children": [dossiers opened]}.

    A paper that belongs to two dossiers, or to one that is over, goes to a person. Raises steps.Overtaken.
    """
    type_ = flow.joins or ""
    collecting = flow_of(house, type_)
    if collecting is None or collecting.collects is None:
        message = f"No live flow collects papers for {type_}. Make one live, then judge this document again."
        steps.to_review(
            house, document, record.revision, queue="integration_admins", reasons=["no_dossier"], message=message
        )
        return {"next": "over", "children": []}
    file = DossierFile(type=type_, opened_by=document.id)
    opened = _document(house, file, name=f"{type_} opened by {document.name}", parent=None)
    with transaction(house.engine) as tx:
        steps.hold(tx, document.id, record.revision)
        place = _place(tx, document, record, type_, collecting.collects)
        if not place.trouble:
            dossier = place.dossier or intake.register(tx, opened).document.id
            _put(tx, house, document, record, type_, collecting.collects, dossier)
            is_new = documents.lock(tx, dossier).state == "received"
    if place.trouble:
        queue = next(iter(flow.queues))
        steps.to_review(
            house, document, record.revision, queue=queue, reasons=["dossier_unsure"], message=place.trouble
        )
        return {"next": "over", "children": []}
    metrics.DOCUMENTS.labels("unpacked").inc()
    return {"next": "over", "children": [dossier] if is_new else []}


def remind(tx: Connection, house: House, document: Document, collects: Collects, number: int) -> Document | None:
    """Register the reminder of what a dossier misses, within a transaction. Returns it; None when nobody is reminded."""
    data = documents.latest(tx, document.id, "record")
    if collects.remind.says is None or data is None:
        return None
    record = Record.model_validate(data)
    schema = house.library.schemas.get(collects.remind.says, {}).get("properties", {})
    says = {one.name: one.value for one in record.fields if one.name in schema}
    says |= {"reminder_number": str(number)} if "reminder_number" in schema else {}
    file = DossierFile(type=collects.remind.says, of=document.id, number=number, says=says)
    made = _document(house, file, name=f"reminder {number} of {document.name}", parent=document.id)
    return intake.register(tx, made).document


def _document(house: House, file: DossierFile, *, name: str, parent: str | None) -> Document:
    content = encoded(file)
    sha256, size = house.blobs.put(io.BytesIO(content), limit=house.settings.max_bytes)
    return Document(
        id=sha256, name=printable_name(name), blob=Blob(sha256=sha256, size=size, media_type=DOSSIER), source=SOURCE,
        received_at=house.clock.now(), parent_id=parent,
    )  # fmt: skip


def _place(tx: Connection, document: Document, record: Record, type_: str, collects: Collects) -> _Place:
    """Find the dossier of a paper: the one it is in, that of its keys, or that of its hints where no key contradicts."""
    if (known := dossiers.of_paper(tx, document.id)) is not None:
        return _open(tx, known)
    keys = stage.keys_of(record, collects.keys)
    found = {one for one in dossiers.found_by(tx, type_, keys).values() if not _is_gone(tx, one)}
    if not found:
        hints = {**stage.keys_of(record, collects.hints), **_came_with(tx, document)}
        hinted = {one for one in dossiers.found_by(tx, type_, hints).values() if not _is_gone(tx, one)}
        found = {one for one in hinted if not dossiers.contradicts(tx, one, keys)}
    if len(found) > 1:
        names = " and ".join(sorted(one[:12] for one in found))
        return _Place(
            None, f"This paper fits the dossiers {names}. Correct what it says of the applicant, or reject it."
        )
    return _open(tx, found.pop()) if found else _Place(None)


def _open(tx: Connection, dossier: str) -> _Place:
    document = documents.lock(tx, dossier)
    if document.state in _OVER:
        message = (
            f"The dossier {dossier[:12]} of this applicant is done. Reject this paper, or open the dossier again first."
        )
        return _Place(dossier, message)
    return _Place(None) if document.state in _GONE else _Place(dossier)


def _is_gone(tx: Connection, dossier: str) -> bool:
    document = documents.get(tx, dossier)
    return document is None or document.state in _GONE


def _came_with(tx: Connection, document: Document) -> dict[str, str]:
    """Return the file or mail that a paper came in, as a hint: papers of one packet are of one applicant."""
    top = document
    while top.parent_id is not None and (above := documents.get(tx, top.parent_id)) is not None:
        top = above
    return {"packet": top.id} if top.id != document.id else {}


def _put(
    tx: Connection, house: House, document: Document, record: Record, type_: str, collects: Collects, dossier: str
) -> None:  # fmt: skip
    """Put a paper into a dossier, which is found by what the paper says from now on."""
    now = house.clock.now()
    said = stage.keys_of(record, {**collects.keys, **collects.hints}) | _came_with(tx, document)
    for other in set(dossiers.found_by(tx, type_, said).values()) - {dossier}:
        if _is_gone(tx, other):
            dossiers.release(tx, other)
    dossiers.claim(tx, type_, said, dossier)
    dossiers.put(tx, Paper(document_id=document.id, type=record.type, revision=record.revision, joined_at=now), dossier)
    documents.move(tx, document.id, "unpacked", at=now)
    steps.give_back(tx, document.id, at=now)
    for about, data in (
        (document.id, {"revision": record.revision, "into": dossier}),
        (dossier, {"paper": document.id, "type": record.type, "name": document.name}),
    ):
        ledger.append(tx, at=now, document_id=about, kind="dossier_joined", actor="system", data=data)
