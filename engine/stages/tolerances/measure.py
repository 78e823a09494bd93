"""What a check measures: the gap between billed and expected, and what the gap is worth in the currency of the limits."""

from decimal import Decimal

from engine.content.tolerance import Check
from engine.model.purchasing import Difference
from engine.model.tolerance import Surroundings
from engine.stages.tolerances.exact import minus, plus, times

QUANTITIES = frozenset({"quantity_ordered", "quantity_received", "quantity_accepted"})
_WORTHLESS = frozenset({"unit", "item", "date"})
"""Kinds that are no money and whose gap has no price."""


class Incomparable(ValueError):
    """A limit and a difference that cannot be held against each other: another currency or unit, or a figure that is not known.

    Never a pass: `check_all` makes a hard failure of it.
    """


def gap(check: Check, difference: Difference) -> Decimal:
    """Return billed minus expected, in the unit of the difference; with what was billed before where the check adds up."""
    billed = plus(difference.actual, difference.earlier) if check.cumulative else difference.actual
    return billed if check.measure == "level" else minus(billed, difference.expected)


def worth(check: Check, difference: Difference, around: Surroundings) -> Decimal:
    """Return what the gap is worth, signed, in the currency of the difference. Raises Incomparable."""
    far = gap(check, difference)
    if check.measure == "value_days":
        return times(far, _known(around.amount, "the amount of the line"))
    if check.measure in ("level", "units"):
        return far
    if difference.kind == "price":
        return times(far, _known(difference.quantity, "the quantity that the price is for"))
    if difference.kind in QUANTITIES:
        return times(far, _price(difference, around))
    if difference.kind in _WORTHLESS:
        raise Incomparable(f"a difference of kind {difference.kind} is no amount of money")
    return far


def currency_of(check: Check, difference: Difference, around: Surroundings) -> str:
    """Return the currency that the check's amounts are in: the transaction's, or our accounting currency. Raises Incomparable."""
    if not difference.currency:
        raise Incomparable("the currency of the difference is not known")
    own = around.accounting_currency if check.amount_currency == "accounting" else ""
    return own or difference.currency


def worth_in(currency: str, check: Check, difference: Difference, around: Surroundings) -> Decimal:
    """Return what the gap is worth in the currency of the limits, signed and not rounded. Raises Incomparable."""
    value = worth(check, difference, around)
    if currency == difference.currency:
        return value
    rate = _known(around.rate, f"the exchange rate from {difference.currency} to {currency}")
    if rate <= 0:
        raise Incomparable(f"an exchange rate of {rate} cannot be")
    return times(value, rate)


def _price(difference: Difference, around: Surroundings) -> Decimal:
    if around.price_unit and difference.unit and around.price_unit != difference.unit:
        raise Incomparable(f"the price is per {around.price_unit}, the quantity is in {difference.unit}")
    return _known(around.price, "the order price")


def _known(value: Decimal | None, what: str) -> Decimal:
    if value is None:
        raise Incomparable(f"{what} is not known")
    return value
