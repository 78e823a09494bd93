"""Claims: which document holds a business key. The first wins; the others are duplicates or corrections of it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from engine.model.value import Value
from engine.store import tables
from engine.store.columns import dump_json, load_json
from engine.store.writing import insert_new

_TABLE = tables.claims


class Claim(Value):
    """Who holds a business key, and the values by which copies of it are told apart."""

    holder_document_id: str
    fingerprint: Mapping[str, Any]
    """What the holder claimed with, as plain JSON."""
    is_mine: bool


def claim(tx: Connection, *, business_key: str, document_id: str, fingerprint: Mapping[str, Any]) -> Claim:
    """Claim a business key for a document and say who holds it: this document, or the one that came first.

    A rival that has not committed is waited for. A holder that claims again brings its fingerprint up to date.
    """
    mine = _TABLE.c.key_digest == _digest(business_key)
    values = {
        "key_digest": _digest(business_key),
        "business_key": business_key,
        "document_id": document_id,
        "fingerprint": dict(fingerprint),
    }
    while True:
        is_new = insert_new(tx, _TABLE, values)
        row = tx.execute(select(_TABLE).where(mine).with_for_update()).one_or_none()
        if row is not None:
            break
        # the holder released the key between our two statements: try for it again
    is_mine = row.document_id == document_id
    if is_mine and not is_new:
        tx.execute(update(_TABLE).where(mine).values(fingerprint=dict(fingerprint)))
    held = load_json(dump_json(dict(fingerprint))) if is_mine else row.fingerprint
    return Claim(holder_document_id=row.document_id, fingerprint=held, is_mine=is_mine)


def holder(tx: Connection, business_key: str) -> str | None:
    """Return the id of the document that holds a business key, or None."""
    found: str | None = tx.execute(
        select(_TABLE.c.document_id).where(_TABLE.c.key_digest == _digest(business_key))
    ).scalar_one_or_none()
    return found


def held(tx: Connection, business_key: str, *, besides: str, before: datetime | None = None) -> Claim | None:
    """Return the claim of another document than `besides` to a business key, or None.

    With `before` only that of a document that was received by then.
    """
    documents = tables.documents
    query = select(_TABLE).where(_TABLE.c.key_digest == _digest(business_key), _TABLE.c.document_id != besides)
    if before is not None:
        came = select(documents.c.id).where(documents.c.id == _TABLE.c.document_id, documents.c.received_at <= before)
        query = query.where(came.exists())
    row = tx.execute(query).one_or_none()
    return (
        None if row is None else Claim(holder_document_id=row.document_id, fingerprint=row.fingerprint, is_mine=False)
    )


def release(tx: Connection, document_id: str) -> None:
    """Give back every business key that a document holds (it was rejected, or corrected to another key)."""
    tx.execute(delete(_TABLE).where(_TABLE.c.document_id == document_id))


def _digest(business_key: str) -> str:
    """Return the SHA-256 (hex) of a business key, which may be longer than an index allows."""
    return hashlib.sha256(business_key.encode("utf-8", "surrogatepass")).hexdigest()
