"""What an invoice is to the watch over approval limits."""

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import AcceptedInvoice, Variance
from engine.model.record import Record
from engine.stages.books import Books
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


def in_books(invoice: AcceptedInvoice | None, books: Books, policy: LeakagePolicy) -> AcceptedInvoice | None:
    """Return an invoice in the accounting currency where the approval limits are written in that and not in its own."""
    if invoice is None:
        return None
    currency, worth = books.held_against(policy.approval_limits.keys(), invoice.amount)
    return invoice if worth is None else invoice.model_copy(update={"currency": currency, "amount": worth})


def summed(let_pass: tuple[Variance, ...], books: Books) -> tuple[Variance, ...]:
    """Return what an invoice was let pass in the accounting currency, so that all of a vendor's invoices add up."""
    if not books.needs_rate or books.rate is None:
        return let_pass
    return tuple(
        one.model_copy(update={"currency": books.currency, "amount": books.worth(one.amount)})
        if one.currency == books.billed else one
        for one in let_pass
    )  # fmt: skip
