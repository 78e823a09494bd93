"""Takes everything out of the database that a document brought in; what keeps a posting from happening twice stays.

What stays: the document's id (the SHA-256 of its bytes) and its state, the digest of its business key, the keys, states and
target ids of its operations, numbers of the key figures, amounts by which orders were billed, and the ledger's hashes.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, or_, select, update

from engine.store import documents, dossiers, search, tables
from engine.store.documents import Packed

GONE = "erased"
"""What stands where a document's name stood."""
_ENTIRELY = (
    tables.step_results, tables.corrections, tables.comments, tables.drafts, tables.signatures, tables.summaries,
    tables.accepted_invoices, tables.waivers, tables.departures, tables.dossier_papers,
)  # fmt: skip
"""Tables whose rows of a document go."""
_SHA256 = re.compile(r'"picture": ?"([0-9a-f]{64})"')


def pictures(tx: Connection, document_id: str) -> frozenset[str]:
    """Return the SHA-256 of every page picture that a document's readings name; pages of others may look the same."""
    rows = tx.execute(select(tables.step_results).where(tables.step_results.c.document_id == document_id))
    found: set[str] = set()
    for row in rows:
        found |= set(_SHA256.findall(json.dumps(Packed(text=row.json, compressed=row.compressed).data)))
    return frozenset(found)


def erase(tx: Connection, document_id: str, *, at: datetime) -> None:
    """Take a document's contents out of every table. Raises IllegalMove when it is not at rest.

    Done again it does no harm. The ledger is emptied by `engine.store.ledger.erase`.
    """
    documents.move(tx, document_id, "erased", at=at)
    tx.execute(update(tables.documents).where(tables.documents.c.id == document_id).values(name=GONE, flow=None))
    search.forget(tx, document_id)
    keys = tx.execute(select(tables.signatures.c.seq).where(tables.signatures.c.document_id == document_id)).scalars()
    tx.execute(delete(tables.signature_keys).where(tables.signature_keys.c.seq.in_(list(keys))))
    for table in _ENTIRELY:
        tx.execute(delete(table).where(table.c.document_id == document_id))
    for table, values in _emptied():
        tx.execute(update(table).where(table.c.document_id == document_id).values(values))
    dossiers.release(tx, document_id)
    _operations(tx, document_id)
    _told(tx, document_id)


def _emptied() -> Iterator[tuple[Any, dict[str, Any]]]:
    """Yield tables whose rows stay, with what stands in them afterwards."""
    yield tables.arrivals, {"name": GONE}
    yield tables.reviews, {"message": GONE}
    yield tables.claims, {"business_key": GONE, "fingerprint": {}}
    yield tables.source_changes, {"said": ""}


def _operations(tx: Connection, document_id: str) -> None:
    operations, receipts = tables.operations, tables.receipts
    keys = list(tx.execute(select(operations.c.key).where(operations.c.document_id == document_id)).scalars())
    empty: dict[str, Any] = {"payload": {}, "options": {}, "lineage": [], "error": None}
    tx.execute(update(operations).where(operations.c.document_id == document_id).values(empty))
    tx.execute(update(receipts).where(receipts.c.key.in_(keys)).values(request={}, response={}))
    tx.execute(delete(tables.operation_payloads).where(tables.operation_payloads.c.key.in_(keys)))


def _told(tx: Connection, document_id: str) -> None:
    """Take out what other systems and people were told of the document, and answers to calls about it."""
    deliveries, alerts, alarms, calls = (
        tables.webhook_deliveries, tables.alerts, tables.alarms, tables.keyed_calls,
    )  # fmt: skip
    short = document_id[:12]
    tx.execute(delete(deliveries).where(deliveries.c.body.contains(document_id)))
    for table in (alerts, alarms):
        named = or_(table.c.subject.contains(short), table.c.message.contains(short))
        tx.execute(update(table).where(named).values(message=GONE))
    tx.execute(delete(calls).where(calls.c.answer.contains(short)))


def unfinished(tx: Connection, document_ids: Sequence[str]) -> dict[str, int]:
    """Return how many operations of documents are not at their end, by document; those without any are left out."""
    operations = tables.operations
    open_ones = operations.c.state.in_(("planned", "sending", "unknown", "delivered", "parked"))
    found: dict[str, int] = {}
    for one in tx.execute(
        select(operations.c.document_id).where(operations.c.document_id.in_(document_ids), open_ones)
    ).scalars():
        found[one] = found.get(one, 0) + 1
    return found
