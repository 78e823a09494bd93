"""Tolerances in words for the clerk."""

from decimal import Decimal

from engine.content.tolerance import Bound, Check, Limit
from engine.model.purchasing import Difference
from engine.stages.tolerances.exact import HUNDRED, SHARE, minus, plus, share

NO_PERCENTAGE = "99,999,999,999.99 %"
"""How Dynamics shows a variance from an expected amount of zero (accounts-payable-invoice-matching, Charges matching)."""
_TWO_PLACES = Decimal("0.01")


def limit_in_words(bound: Bound, *, unit: str, currency: str) -> str:
    """Return `2 % or 50.00 EUR`, `unlimited` or `not set`. Of amounts only that in `currency` is told, where there is one."""
    amounts = {currency: bound.amount[currency]} if currency in bound.amount else bound.amount
    parts = [f"{_plain(bound.percent)} %" if isinstance(bound.percent, Decimal) else ""]
    parts += [f"{_plain(bound.units)} {unit}".strip() if isinstance(bound.units, Decimal) else ""]
    parts += [f"{_plain(limit)} {name}" for name, limit in amounts.items() if isinstance(limit, Decimal)]
    return " or ".join(filter(None, parts)) or ("unlimited" if bound.is_set else "not set")


def percent_in_words(difference: Difference, *, cumulative: bool) -> str:
    """Return by how many percent more or less was billed, as `5.00 %`; against zero as Dynamics shows it."""
    billed = plus(difference.actual, difference.earlier) if cumulative else difference.actual
    off = minus(billed, difference.expected)
    if not difference.expected:
        return NO_PERCENTAGE if off else "0.00 %"
    percent = share(off * HUNDRED, abs(difference.expected))
    return f"{percent.quantize(_TWO_PLACES):+,} %"


def sentence(check: Check, difference: Difference, allowed: str) -> str:
    """Return one sentence: what was billed, what was expected, and what the check allows, in words."""
    if difference.kind == "item":
        return f"{check.name}: another item is billed than was ordered."
    unit = difference.unit if difference.kind.startswith("quantity") else difference.currency
    what = f"{difference.kind.replace('_', ' ')} {difference.subject}".strip()
    billed = plus(difference.actual, difference.earlier) if check.cumulative else difference.actual
    before = " with earlier invoices" if check.cumulative and difference.earlier else ""
    if check.measure == "level":
        return f"{check.name}: {what} {_plain(billed)} {unit}{before}; allowed up to {allowed}.".replace("  ", " ")
    return (
        f"{check.name}: {what} {_plain(billed)} {unit}{before} instead of {_plain(difference.expected)} "
        f"({percent_in_words(difference, cumulative=check.cumulative)}); allowed: {allowed}."
    ).replace("  ", " ")


def _plain(limit: Limit) -> str:
    """Return a number as it was written, without an exponent."""
    if not isinstance(limit, Decimal):
        return limit.replace("_", " ")
    fits = limit.quantize(SHARE) if limit.as_tuple().exponent not in range(-6, 1) else limit
    return f"{fits:f}"
