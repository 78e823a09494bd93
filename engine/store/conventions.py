"""Which rounding conventions fit each supplier's last invoices.

One row a document: an invoice that is judged again, corrected or rejected replaces or takes back exactly its own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.model.convention import Convention
from engine.store import tables
from engine.store.writing import upsert

_TABLE = tables.conventions
_LAST = 24
"""Invoices that are looked back on: a billing program that was replaced is forgotten."""


def keep(
    tx: Connection, fits: Sequence[Convention], *, vendor_id: str, currency: str, document_id: str, at: datetime
) -> None:
    """Keep the conventions that fit an invoice; with none, what was kept of it goes."""
    forget(tx, document_id=document_id)
    if fits:
        row = {
            "document_id": document_id, "vendor_id": vendor_id, "currency": currency, "learned_at": at,
            "fits": [dict(one.parts) for one in fits],
        }  # fmt: skip
        upsert(tx, _TABLE, [row])


def of_vendor(
    tx: Connection, vendor_id: str, *, currency: str, but: str | None = None, before: datetime | None = None
) -> tuple[tuple[Convention, ...], ...]:
    """Return what fits the last invoices of a vendor in a currency, the oldest first, without the document `but`.

    With `before` only invoices that were received before that moment.
    """
    query = (
        select(_TABLE.c.fits)
        .where(_TABLE.c.vendor_id == vendor_id, _TABLE.c.currency == currency, _TABLE.c.document_id != (but or ""))
        .order_by(_TABLE.c.learned_at.desc(), _TABLE.c.document_id.desc())
        .limit(_LAST)
    )
    if before is not None:
        query = query.where(_TABLE.c.learned_at < before)
    rows = [tuple(Convention(**parts) for parts in fits) for fits in tx.execute(query).scalars()]
    return tuple(reversed(rows))


def forget(tx: Connection, *, document_id: str) -> None:
    """Take back what was learned from a document."""
    tx.execute(delete(_TABLE).where(_TABLE.c.document_id == document_id))
