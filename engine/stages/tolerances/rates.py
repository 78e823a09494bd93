"""What exchange rates make of an invoice between the day that goods came and the day that it was issued.

Oracle's exchange rate variance (tolerances `Exchange Rate Amount` and `Total Amount`, in the ledger's currency).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from engine.model.purchasing import Difference, LineMatch, OrderMatch, PurchaseOrder, ReceiptLine
from engine.stages.books import Books
from engine.stages.matching.open_lines import unit_price
from engine.stages.tolerances.exact import times

_Key = tuple[str, str]


def received_on(match: OrderMatch, receipts: Iterable[ReceiptLine]) -> tuple[date, ...]:
    """Return the days on which came what an invoice bills, each once."""
    days = {(one.receipt, one.line): one.received_on for one in receipts}
    billed = (days.get((pair.receipt, pair.receipt_line)) for pair in match.pairs if pair.receipt)
    return tuple(sorted({day for day in billed if day is not None}))


def rate_differences(
    match: OrderMatch, *, orders: Sequence[PurchaseOrder], receipts: Iterable[ReceiptLine], books: Books,
    then: Mapping[date, Decimal],
) -> tuple[Difference, ...]:  # fmt: skip
    """Return, of each line that bills a receipt, what the rate makes of it, and rate and price together.

    `then` are the rates of the days of receipt; a line whose day has none says nothing. Money is in the accounting currency.
    """
    if not books.needs_rate or books.rate is None:
        return ()
    days = {(one.receipt, one.line): one.received_on for one in receipts}
    lines = {(order.number, line.line): line for order in orders for line in order.lines}
    found: list[Difference] = []
    for pair in match.pairs:
        day = days.get((pair.receipt, pair.receipt_line))
        rate = then.get(day) if day is not None else None
        if rate is None or rate == books.rate:
            continue
        now = times(pair.amount, books.rate)
        found.append(_difference(pair, "rate", times(pair.amount, rate), now, books.currency))
        line = lines.get((pair.order, pair.order_line))
        price = None if line is None else unit_price(line)
        if price is not None and pair.quantity is not None:
            found.append(_difference(pair, "total", times(pair.quantity, price, rate), now, books.currency))
    return tuple(found)


def _difference(pair: LineMatch, subject: str, expected: Decimal, actual: Decimal, currency: str) -> Difference:
    return Difference(
        kind="exchange_rate", subject=subject, line=pair.line, order=pair.order, order_line=pair.order_line,
        expected=expected, actual=actual, currency=currency,
    )  # fmt: skip
