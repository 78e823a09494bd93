"""How a vendor wrote dates: its accepted invoices, with what was read on them and what people chose."""

from datetime import datetime

from sqlalchemy import Connection, select

from engine.model.record import Record
from engine.store import documents, tables

_LAST = 24
"""Invoices that are looked back on: a billing program that was replaced is forgotten."""


def accepted_records(
    tx: Connection, vendor_id: str, *, but: str = "", before: datetime | None = None
) -> tuple[Record, ...]:
    """Return the records of a vendor's last invoices that went through, the newest first, without the document `but`.

    With `before` only those that were received before that moment.
    """
    invoices, arrived = tables.accepted_invoices, tables.documents
    query = (
        select(invoices.c.document_id)
        .join(arrived, arrived.c.id == invoices.c.document_id)
        .where(invoices.c.vendor == vendor_id, invoices.c.document_id != but)
        .order_by(invoices.c.issued_on.desc(), invoices.c.document_id)
        .limit(_LAST)
    )
    if before is not None:
        query = query.where(arrived.c.received_at < before)
    found = (documents.latest(tx, one, "record") for one in tx.execute(query).scalars().all())
    return tuple(Record.model_validate(data) for data in found if data is not None)
