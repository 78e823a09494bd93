"""Orders, receipts and invoices for tests of the match, from plain texts."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.content.order_policy import OrderPolicy
from engine.model.purchasing import OrderMatch, PurchaseOrder, ReceiptLine
from engine.stages.matching.match_lines import match_lines
from tests.stages.records import field, record

POLICY = OrderPolicy()
CHARGES = frozenset({"freight", "shipping", "shipping costs"})


def order(number: str = "PO-1", *lines: Mapping[str, Any], **changes: Any) -> PurchaseOrder:
    """Return an order of vendor V1 in EUR; lines are numbered 10, 20 and so on, in pieces, without receipts."""
    base = {"unit": "H87", "receipt_required": False}
    rows = [{**base, "order": number, "line": str((at + 1) * 10), **line} for at, line in enumerate(lines)]
    return PurchaseOrder.model_validate(
        {"number": number, "vendor_id": "V1", "currency": "EUR", "lines": tuple(rows), **changes}
    )


def receipt(
    quantity: str, *, order: str = "PO-1", line: str = "10", number: str = "GR-1", **changes: Any
) -> ReceiptLine:
    """Return one line of a receipt for an order line."""
    return ReceiptLine.model_validate(
        {"receipt": number, "line": "1", "order": order, "order_line": line, "quantity": quantity, **changes}
    )


def match(
    lines: Iterable[Mapping[str, str]],
    *orders: PurchaseOrder,
    receipts: Iterable[ReceiptLine] = (),
    policy: OrderPolicy = POLICY,
    type: str = "invoice",  # noqa: A002 - the word of the model
    **fields: str,
) -> OrderMatch:
    """Match an invoice of vendor V1 in EUR that names PO-1 unless something else is said (empty: nothing)."""
    header = {"po_number": "PO-1", "currency": "EUR", **fields}
    given = [field(name, value) for name, value in header.items() if value]
    read = record(*given, lines=lines, type=type)
    return match_lines(read, orders, tuple(receipts), policy, vendor_id="V1", charge_words=CHARGES)


def shares(found: OrderMatch) -> list[tuple[int, str, str, str]]:
    """Return (invoice line, order line, quantity, receipt) of every pair."""
    return [
        (
            pair.line,
            f"{pair.order}/{pair.order_line}",
            format(pair.quantity.normalize(), "f") if pair.quantity else "",
            pair.receipt,
        )
        for pair in found.pairs
    ]


def kinds(found: OrderMatch) -> list[str]:
    """Return the kinds of the differences."""
    return [one.kind for one in found.differences]


def plain(*values: object) -> tuple[object, ...]:
    """Return values to be compared with equal ones of another type: a decimal with an integer."""
    return values
