"""What exchange rates make of an invoice, and what the policy says to it."""

from datetime import date
from decimal import Decimal

from engine.model.purchasing import OrderMatch
from engine.stages.books import Books
from engine.stages.tolerances.rates import rate_differences, received_on
from tests.stages.matching.orders import match, order, receipt

BOOKS = Books(currency="EUR", billed="USD", on=date(2026, 5, 20), rate=Decimal("0.95"))
CAME = date(2026, 5, 1)
ORDER = order(
    "PO-1", {"description": "Bolt", "item_code": "A1", "quantity": "10", "unit_price": "2.00", "receipt_required": True},
    currency="USD",
)  # fmt: skip
RECEIPTS = [receipt("10", received_on="2026-05-01")]


def billed() -> OrderMatch:
    line = {"description": "Bolt", "item_code": "A1", "quantity": "10", "unit_price": "2.10", "amount": "21.00"}
    return match([line], ORDER, receipts=RECEIPTS, currency="USD")


def told(books: Books, then: dict[date, Decimal]) -> list[tuple[str, Decimal, Decimal, str]]:
    found = rate_differences(billed(), orders=[ORDER], receipts=RECEIPTS, books=books, then=then)
    return [(one.subject, one.expected, one.actual, one.currency) for one in found]


def test_the_rate_is_told_apart_and_together_with_the_price() -> None:
    assert received_on(billed(), RECEIPTS) == (CAME,)
    assert told(BOOKS, {CAME: Decimal("0.90")}) == [
        ("rate", Decimal("18.9000"), Decimal("19.9500"), "EUR"),
        ("total", Decimal("18.00"), Decimal("19.95"), "EUR"),
    ]


def test_without_both_rates_nothing_is_told() -> None:
    assert told(BOOKS, {}) == []
    assert told(BOOKS._replace(rate=None), {CAME: Decimal("0.90")}) == []


def test_a_rate_that_has_not_moved_is_no_difference() -> None:
    assert told(BOOKS, {CAME: Decimal("0.95")}) == []
