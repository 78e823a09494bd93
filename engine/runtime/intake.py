"""The front door: bytes come in, get an identity, and are never lost from then on."""

import io
from typing import BinaryIO

from sqlalchemy import Connection

from engine.model.document import Blob, Document
from engine.model.errors import ReadError
from engine.model.value import Value
from engine.runtime import searching
from engine.runtime.house import House
from engine.runtime.media_type import sniff
from engine.runtime.names import printable_name
from engine.store import documents, ledger
from engine.store.database import reading, transaction


class Arrival(Value):
    """One piece of mail at the door: the document it is, and whether these bytes were here before."""

    document: Document
    is_new: bool


def accept(
    house: House, stream: BinaryIO, *, name: str, source: str, parent_id: str | None = None, flow: str | None = None
) -> Arrival:
    """Keep the bytes and register the document; the same bytes twice are one document with two arrivals.

    Raises ReadError `too_large` past the size limit; then nothing is registered.
    """
    sha256, size = house.blobs.put(stream, limit=house.settings.max_bytes)
    path = house.blobs.local(Blob(sha256=sha256, size=size, media_type=""))
    now = house.clock.now()
    document = Document(
        id=sha256,
        name=printable_name(name),
        blob=Blob(sha256=sha256, size=size, media_type=sniff(path)),
        source=source,
        received_at=now,
        parent_id=parent_id,
        flow=flow,
    )
    refuse_erased(house, document)
    with transaction(house.engine) as tx:
        return register(tx, document)


def refuse_erased(house: House, document: Document) -> None:
    """Refuse bytes that were erased before (ReadError): nobody erases them twice, and what was posted of them stands."""
    with reading(house.engine) as tx:
        known = documents.get(tx, document.id)
        said = [event.at for event in ledger.story(tx, document.id) if event.kind == ledger.ERASED]
    if known is not None and known.state == "erased":
        house.blobs.remove(document.blob.sha256)
        raise ReadError(
            f"The same bytes were here before and were erased on {said[-1]:%Y-%m-%d}. What was posted of them stands. "
            "If they have to be taken in again, send them in another form.",
            code="erased_before",
        )


def register(tx: Connection, document: Document) -> Arrival:
    """Register a document whose bytes are kept, with its arrival and the ledger event."""
    is_new = documents.add(tx, document)
    blob = document.blob
    if is_new:
        searching.note(tx, document)
    ledger.append(
        tx, at=document.received_at, document_id=document.id,
        kind="document_received" if is_new else "document_arrived_again", actor=document.source,
        data={"name": document.name, "size": blob.size, "media_type": blob.media_type, "parent": document.parent_id},
    )  # fmt: skip
    return Arrival(document=documents.get(tx, document.id) or document, is_new=is_new)


def accept_bytes(house: House, content: bytes, *, name: str, source: str, parent_id: str | None) -> Arrival:
    """Accept bytes that are already in memory (a mail's attachment)."""
    return accept(house, io.BytesIO(content), name=name, source=source, parent_id=parent_id)
