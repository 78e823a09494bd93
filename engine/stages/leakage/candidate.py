"""What an invoice is to the watch over approval limits."""

from engine.model.leakage import AcceptedInvoice
from engine.model.record import Record
from engine.stages.match import order_numbers
from engine.stages.sums import amount
from engine.stages.validate import day


def candidate(record: Record, *, vendor: str | None) -> AcceptedInvoice | None:
    """Return an invoice as the limits see it; None for other documents and where vendor, total, currency or date are not known."""
    total, issued, currency = amount(record, "total"), day(record, "issue_date"), record.value("currency")
    if record.type != "invoice" or not vendor or total is None or issued is None or not currency:
        return None
    return AcceptedInvoice(
        document_id=record.document_id, vendor=vendor, currency=currency, amount=total, issued_on=issued,
        has_order=bool(order_numbers(record)),
    )  # fmt: skip
