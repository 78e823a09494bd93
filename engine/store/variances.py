"""What was let pass inside the tolerances, by document, vendor and item; and the invoices that went through.

Rows are kept by document, so that a document which is posted again, corrected or reversed replaces or takes back exactly its own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.model.leakage import AcceptedInvoice, Drift, Variance
from engine.store import tables
from engine.store.writing import insert_new, upsert

_ROWS = tables.variances
_SERIES = tables.drifts
_INVOICES = tables.accepted_invoices

SeriesKey = tuple[str, str, str]
"""Vendor, item, currency."""


def of_document(tx: Connection, document_id: str) -> tuple[Variance, ...]:
    """Return what a document was let pass, in the order it was written."""
    rows = tx.execute(select(_ROWS).where(_ROWS.c.document_id == document_id).order_by(_ROWS.c.seq))
    return tuple(_variance(row) for row in rows)


def add(tx: Connection, document_id: str, variances: Sequence[Variance], *, at: datetime) -> None:
    """Append what a document was let pass. Take back what it wrote before with `remove` first."""
    rows = [
        {
            "document_id": document_id, "at": at, "vendor": one.vendor, "item": one.item, "currency": one.currency,
            "amount": f"{one.amount:f}", "used": f"{one.used:f}",
        }
        for one in variances
    ]  # fmt: skip
    if rows:
        tx.execute(insert(_ROWS), rows)


def remove(tx: Connection, document_id: str) -> None:
    """Take back what a document was let pass. Its series have to be made anew."""
    tx.execute(delete(_ROWS).where(_ROWS.c.document_id == document_id))


def of_series(tx: Connection, key: SeriesKey) -> Iterable[Variance]:
    """Yield the variances of a series, the oldest first."""
    vendor, item, currency = key
    mine = (_ROWS.c.vendor == vendor) & (_ROWS.c.item == item) & (_ROWS.c.currency == currency)
    return (_variance(row) for row in tx.execute(select(_ROWS).where(mine).order_by(_ROWS.c.seq)))


def lock(tx: Connection, keys: Iterable[SeriesKey]) -> dict[SeriesKey, Drift]:
    """Return these series as they stand, made empty where there are none, and hold them until the transaction ends.

    They are locked in one order, so that two documents of a vendor wait for each other and never for ever.
    """
    found: dict[SeriesKey, Drift] = {}
    for key in sorted(set(keys)):
        vendor, item, currency = key
        empty = Drift(vendor=vendor, item=item, currency=currency)
        insert_new(tx, _SERIES, _series_row(empty))
        mine = (_SERIES.c.vendor == vendor) & (_SERIES.c.item == item) & (_SERIES.c.currency == currency)
        state = tx.execute(select(_SERIES.c.state).where(mine).with_for_update()).scalar_one()
        found[key] = Drift.model_validate(state)
    return found


def keep(tx: Connection, drifts: Sequence[Drift]) -> None:
    """Write series down as they stand now."""
    upsert(tx, _SERIES, [_series_row(one) for one in drifts])


def drifts(tx: Connection, vendor: str | None = None) -> tuple[Drift, ...]:
    """Return the series of a vendor, or all of them, by vendor, item and currency; those without invoices left out."""
    query = select(_SERIES.c.state).order_by(_SERIES.c.vendor, _SERIES.c.item, _SERIES.c.currency)
    if vendor is not None:
        query = query.where(_SERIES.c.vendor == vendor)
    found = (Drift.model_validate(state) for state in tx.execute(query).scalars())
    return tuple(one for one in found if one.count)


def accept(tx: Connection, invoice: AcceptedInvoice) -> None:
    """Note that an invoice went through; the same document replaces what was noted of it."""
    upsert(
        tx,
        _INVOICES,
        [{**invoice.model_dump(), "amount": f"{invoice.amount:f}", "issued_on": invoice.issued_on.isoformat()}],
    )


def unaccept(tx: Connection, document_id: str) -> None:
    """Forget that an invoice went through (it was reversed, or rejected after all)."""
    tx.execute(delete(_INVOICES).where(_INVOICES.c.document_id == document_id))


def of_vendor(tx: Connection, vendor: str, *, before: datetime) -> Iterable[Variance]:
    """Yield what the invoices of a vendor that came before a moment were let pass, series by series, the oldest first."""
    mine = (_ROWS.c.vendor == vendor) & (_ROWS.c.at < before)
    query = select(_ROWS).where(mine).order_by(_ROWS.c.item, _ROWS.c.currency, _ROWS.c.seq)
    return (_variance(row) for row in tx.execute(query))


def accepted(
    tx: Connection, vendor: str, *, since: date, but: str = "", before: datetime | None = None
) -> tuple[AcceptedInvoice, ...]:
    """Return the invoices of a vendor issued since a day, the oldest first, without the document `but`.

    With `before` only those that were received before that moment.
    """
    mine = (
        (_INVOICES.c.vendor == vendor) & (_INVOICES.c.issued_on >= since.isoformat()) & (_INVOICES.c.document_id != but)
    )
    query = select(_INVOICES).where(mine).order_by(_INVOICES.c.issued_on, _INVOICES.c.document_id)
    if before is not None:
        documents = tables.documents
        came = (documents.c.id == _INVOICES.c.document_id) & (documents.c.received_at < before)
        query = query.where(select(documents.c.id).where(came).exists())
    return tuple(_invoice(row) for row in tx.execute(query))


def vendors_with_invoices(tx: Connection, *, since: date) -> tuple[str, ...]:
    """Return the vendors of which invoices went through since a day."""
    query = select(_INVOICES.c.vendor).where(_INVOICES.c.issued_on >= since.isoformat()).distinct()
    return tuple(sorted(tx.execute(query).scalars()))


def _series_row(drift: Drift) -> dict[str, Any]:
    vendor, item, currency = drift.key
    return {"vendor": vendor, "item": item, "currency": currency, "state": drift.model_dump(mode="json")}


def _variance(row: Row[Any]) -> Variance:
    return Variance(
        vendor=row.vendor, item=row.item, currency=row.currency, amount=Decimal(row.amount), used=Decimal(row.used)
    )  # fmt: skip


def _invoice(row: Row[Any]) -> AcceptedInvoice:
    return AcceptedInvoice(
        document_id=row.document_id, vendor=row.vendor, currency=row.currency, amount=Decimal(row.amount),
        issued_on=date.fromisoformat(row.issued_on), has_order=row.has_order,
    )  # fmt: skip
