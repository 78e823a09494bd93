"""How the lines of an invoice are set against orders and receipts: what counts as evidence, what is allowed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from engine.model.value import Value


def _limit(value: Any) -> Any:
    """Read an amount from text; `unlimited` stays what it is."""
    if value == "unlimited" or isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not value.replace(".", "", 1).isdecimal():
        raise ValueError('write a quoted decimal number such as "50.00", or unlimited')
    return Decimal(value)


ChargeLimit = Annotated[Decimal | Literal["unlimited"], BeforeValidator(_limit)]


class ChargePolicy(Value):
    """What becomes of freight, packing and the like that no order line asked for."""

    allow: Literal["refused", "on_order_line", "up_to_limit"] = "up_to_limit"
    """`on_order_line`: only where the order has a line for it; `refused`: any charge, ordered or not, is a question."""
    limits: Mapping[str, ChargeLimit] = {}
    """Sum of the charges of one invoice by currency (ISO 4217), without tax. A currency not listed allows none."""


class ReceiptPolicy(Value):
    """How long an invoice waits for goods that have not been booked in."""

    every_hours: int = Field(default=4, ge=1, le=168)
    tries: int = Field(default=42, ge=1, le=1000)
    """Scheduled looks after which a person is asked; `every_hours` apart."""


class OrderPolicy(Value):
    """Evidence and bounds of the match, in thousandths of an invoice line: 0 fits in every respect, 1000 in none."""

    unmatched: int = Field(default=550, ge=100, le=1000)
    """A pair that costs more is none."""
    over: int = Field(default=250, ge=1, le=1000)
    """Added for billing more than is left on an order line, so that another line is tried first."""
    not_received: int = Field(default=60, ge=0, le=1000)
    """Added for billing what has not been received, where a receipt is asked for."""
    margin: int = Field(default=25, ge=0, le=1000)
    """By how much the best match must be better than the next one that has another consequence."""
    search_margin: int = Field(default=60, ge=0, le=1000)
    """The same when no order was named and the vendor's open orders were searched by the lines."""
    description_score: int = Field(default=70, ge=50, le=100)
    """Likeness (0..100) from which two descriptions may mean the same item."""
    search_open_orders: bool = True
    """Whether an invoice without an order number is set against the open orders of its vendor."""
    charges: ChargePolicy = ChargePolicy()
    receipts: ReceiptPolicy = ReceiptPolicy()
