"""What was ordered and received, and how an invoice's lines were set against it."""

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.model.value import Value

OrderKind = Literal["standard", "blanket", "service"]
OrderStatus = Literal["open", "closed", "cancelled", "blocked", "other"]


class OrderLine(Value):
    """One line of a purchase order, with what has happened to it so far."""

    order: str
    line: str
    item_code: str = ""
    """Our own item number."""
    supplier_item_code: str = ""
    gtin: str = ""
    description: str = ""
    quantity: Decimal | None = None
    """In `unit`; None for a line ordered by amount alone."""
    unit: str = ""
    """UN/ECE Recommendation 20 code; empty when not known."""
    unit_price: Decimal | None = None
    """Net price of `price_base` units, in the order's currency."""
    price_base: Decimal = Decimal(1)
    """How many units the price is for: 100 when it is a price per 100."""
    price_unit: str = ""
    """Unit of the price where it is not the unit of the line (ordered in cases, priced by the piece)."""
    amount: Decimal | None = None
    """Net amount ordered, where it is stated."""
    received: Decimal = Decimal(0)
    accepted: Decimal | None = None
    """Accepted after inspection; None where nothing is inspected."""
    billed_quantity: Decimal = Decimal(0)
    billed_amount: Decimal = Decimal(0)
    """By earlier invoices, pending ones included."""
    receipt_required: bool = True
    """Whether only what was received may be billed (three-way match)."""
    inspection_required: bool = False
    """Whether only what was accepted may be billed (four-way match)."""
    delivery_date: date | None = None
    tax_rate: Decimal | None = None
    pack_size: Decimal | None = None
    """Pieces in one `unit`, where that is a case, a box or another pack; None when it is not known."""


class PurchaseOrder(Value):
    """A purchase order as the system of record knows it."""

    number: str
    vendor_id: str
    currency: str
    kind: OrderKind = "standard"
    status: OrderStatus = "open"
    total: Decimal | None = None
    limit: Decimal | None = None
    """Amount limit of a blanket order."""
    valid_from: date | None = None
    valid_to: date | None = None
    entity: str = ""
    """Code of our company that ordered."""
    payment_terms: str = ""
    lines: tuple[OrderLine, ...] = ()


class ReceiptLine(Value):
    """One line of a goods receipt."""

    receipt: str
    line: str
    order: str
    order_line: str
    quantity: Decimal
    """In `unit`; negative for a return."""
    unit: str = ""
    accepted: Decimal | None = None
    delivery_note: str = ""
    received_on: date | None = None
    billed_quantity: Decimal = Decimal(0)


DifferenceKind = Literal[
    "price", "quantity_ordered", "quantity_received", "quantity_accepted", "amount", "total", "charge", "date",
    "exchange_rate", "tax", "unit", "item",
]  # fmt: skip


class Difference(Value):
    """One comparison of what is billed with what was expected. Money in the currency that is named."""

    kind: DifferenceKind
    line: int | None = None
    """Index of the invoice line (from 0); None for the whole invoice."""
    order: str = ""
    order_line: str = ""
    expected: Decimal
    actual: Decimal
    currency: str = ""
    unit: str = ""
    quantity: Decimal | None = None
    """Quantity that a price difference concerns; its product with it is the money at stake."""
    earlier: Decimal = Decimal(0)
    """What earlier and pending invoices of the order line already add to `actual`, for cumulative checks."""
    subject: str = ""
    """The charge code of a charge, or which total a total is: `balance`, `discount`, `charges`, `tax`, `rounding`, `invoice`."""


class Verdict(Value):
    """What a tolerance says about one difference."""

    difference: Difference
    passes: bool
    severity: Literal["hard", "soft"] = "soft"
    """A hard failure is never posted; a soft one as the ruleset says."""
    check: str
    """Name of the tolerance that decided, as its system calls it: `PP`, `DQ`, `net_unit_price`, `QTY ORD`."""
    limit: str
    """The limit that was reached or kept, in words: `2 % or 50.00 EUR`, `not set`, `unlimited`."""
    release: str = ""
    """Role that may release the hold; empty: nobody has to."""
    message: str = ""
    used: Decimal | None = None
    """Share of what was allowed that the difference takes, signed: 1 is the limit, below 0 in our favour; None: no limit."""
    small_difference: Decimal = Decimal(0)
    """What is posted to small differences so that the document balances (SAP's BD); 0 as a rule."""


class LineMatch(Value):
    """A share of one line of a document that was set against one order line (and one receipt line)."""

    line: int
    """Index of the document's line, from 0."""
    order: str
    order_line: str
    item_code: str = ""
    """Our own item number, as the order line states it."""
    receipt: str = ""
    receipt_line: str = ""
    quantity: Decimal | None = None
    """In the order line's unit; below 0 for what a credit note takes back."""
    unit: str = ""
    """Unit of the order line; empty when it is not known."""
    amount: Decimal = Decimal(0)
    cost: int = 0
    """What speaks against the pair, in thousandths; 0 is a perfect fit."""
    evidence: tuple[tuple[str, str], ...] = ()


class OrderMatch(Value):
    """How the lines of an invoice, a credit note or a delivery note were set against orders and receipts."""

    outcome: Literal["unique", "not_unique", "partial", "none", "not_asked"]
    """`partial`: some lines have no order line; `none`: no line has one; `not_asked`: nothing to match against."""
    orders: tuple[str, ...] = ()
    """Orders that were looked at; found by number or by vendor."""
    found_by: Literal["", "number", "vendor"] = ""
    pairs: tuple[LineMatch, ...] = ()
    unmatched: tuple[int, ...] = ()
    """Indexes of invoice lines without an order line, charges that the order allows not counted."""
    charges: tuple[int, ...] = ()
    """Indexes of lines that are freight or other charges."""
    cost: int = 0
    runner_up: tuple[LineMatch, ...] = ()
    margin: int | None = None
    """By how much the runner-up is worse, in thousandths; None when there is no other."""
    differences: tuple[Difference, ...] = ()
    failures: tuple[tuple[str, str], ...] = ()
    """(what is wrong, with what): `order_unknown`, `other_vendor`, `order_not_open`, `other_currency`, `order_expired`,
    `unit_not_convertible`, `too_large` (more ways than can be compared). None of them is a matter of tolerance."""
    booked: tuple[str, ...] = ()
    """Receipts of this very delivery note: somebody entered it before."""
    waits_for_receipt: bool = False
    """Everything fits but goods that have not been received yet: wait and match again, no person can help."""
