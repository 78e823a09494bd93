"""Walking a known document again: a new revision under the knowledge that is in force now."""

from datetime import datetime

from sqlalchemy import Connection

from engine.runtime.house import House
from engine.store import departures, documents, ledger, reviews
from engine.store.database import transaction


def next_revision(house: House, document_id: str, *, flow: str | None) -> int:
    """Begin the next revision of a settled document and return its number.

    What was posted stays posted: its operations have the same keys and are found, not written again.
    """
    with transaction(house.engine) as tx:
        return begin(tx, document_id, flow=flow, at=house.clock.now())


def begin(tx: Connection, document_id: str, *, flow: str | None, at: datetime) -> int:
    """Do so within a transaction, together with what gave the reason for it. What waits to leave does not leave as it was."""
    revision = documents.next_revision(tx, document_id)
    departures.call_back(tx, document_id)
    if flow is not None:
        documents.set_flow(tx, document_id, flow)
    reviews.close_reviews(tx, document_id, at)
    documents.move(tx, document_id, "processing", at=at)
    ledger.append(
        tx, at=at, document_id=document_id, kind="revision_begun", actor="system", data={"revision": revision}
    )
    return revision
