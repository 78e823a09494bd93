"""Arithmetic of tolerances: exact, or an error. A percentage is never divided out before it is compared."""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation, Overflow

_EXACT = Context(prec=120, traps=[InvalidOperation, Overflow, Inexact])
"""Wide enough for products of the largest amounts that are read; a result that does not fit raises."""
_RATIO = Context(prec=28, rounding=ROUND_HALF_UP)

HUNDRED = Decimal(100)
SHARE = Decimal("0.000001")
"""How finely shares of a limit are kept."""


def times(*factors: Decimal) -> Decimal:
    """Return an exact product."""
    product = Decimal(1)
    for factor in factors:
        product = _EXACT.multiply(product, factor)
    return product


def plus(one: Decimal, other: Decimal) -> Decimal:
    """Return an exact sum."""
    return _EXACT.add(one, other)


def minus(one: Decimal, other: Decimal) -> Decimal:
    """Return an exact difference."""
    return _EXACT.subtract(one, other)


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return part / whole in millionths, for people and statistics; no comparison rests on it. `whole` is not 0."""
    return _RATIO.divide(part, whole).quantize(SHARE, context=_RATIO)
