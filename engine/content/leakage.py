"""How money that leaves inside the tolerances is watched: the sequential test, and the limits that people bill around."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from engine.model.value import Value

_NUMBER = re.compile(r"(0|[1-9]\d{0,14})(\.\d{1,6})?")


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError('write a quoted decimal number such as "0.01"')
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_decimal)]
Probability = Annotated[Number, Field(gt=0, lt=1)]


class LeakagePolicy(Value):
    """When accepted differences, split invoices and amounts just below a limit are reported."""

    false_alarms: Probability = Decimal("0.01")
    """Highest probability that an honest vendor's item is reported within `per_invoices` invoices."""
    per_invoices: int = Field(default=1000, ge=1)
    noise: Probability = Decimal("0.333334")
    """Variance of an honest vendor's differences, in squared shares of the tolerance. A third: anywhere within the
    tolerance with the same probability. A vendor seen to scatter more is granted more."""
    step: Annotated[Number, Field(gt=0, le=10)] = Decimal(2)
    """How sharply the test looks: larger sees large drifts sooner and small ones later."""
    approval_limits: Mapping[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], tuple[Number, ...]] = {}
    """Totals, by currency, above which somebody else has to approve."""
    orders_too: bool = False
    """Whether invoices with an order count for the limits as well."""
    window_days: int = Field(default=7, ge=1, le=90)
    """Invoices within so many days may be parts of one."""
    history_days: int = Field(default=180, ge=14, le=1000)
    """How far back the vendor's habit is looked up."""
    unusual: Probability = Decimal("0.05")
    """So many invoices within the window are unusual when the vendor's habit makes them less probable than this."""
    band: Probability = Decimal("0.05")
    """Just below a limit: within this share of it."""
    clustering: Probability = Decimal("0.001")
    """Highest probability that a vendor without any intent is ever reported for amounts just below a limit."""
