"""Payment terms: by when to pay, and what is taken off for paying earlier."""

from decimal import Decimal
from typing import Literal

from engine.model.value import Value

MonthEnd = Literal["none", "then", "from"]
"""Whether a deadline runs to the end of the month: `then` after the days have passed, `from` before they are counted."""


class Deadline(Value):
    """A deadline counted from the date of the invoice: months, then days, then the end of the month, then a day of it."""

    days: int = 0
    months: int = 0
    month_end: MonthEnd = "none"
    day_of_month: int | None = None
    """The first such day from the deadline so far on; after the end of the month it is one of the following month."""


class Discount(Value):
    """A percentage taken off when paid in time."""

    percent: Decimal
    within: Deadline


class PaymentTerms(Value):
    """What payment terms say. A discount is granted on the way to the net deadline."""

    net: Deadline | None = None
    """None where only a discount is named."""
    discounts: tuple[Discount, ...] = ()
    """The earliest deadline first."""
    other: Deadline | None = None
    """Another reading of the net deadline: `30 days end of month` is counted in two ways."""
