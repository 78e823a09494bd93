"""Exact arithmetic over a record: how far its amounts are from adding up.

Suppliers write lines net or gross, and subtotals before or after discounts and charges. A difference is therefore the
smallest one over the conventions in use; what no convention explains stays.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import NamedTuple

from engine.model.field import Field, by_name
from engine.model.money import exponent, minor
from engine.model.record import Record

_WHOLE_TAX = frozenset({"HUF"})
"""Currencies in which tax is often stated in whole units though ISO 4217 gives them decimals."""
_UNCOUNTED = frozenset({"GROUP", "INFORMATION"})
"""Roles of lines that head others or only tell; their amounts stand in those others."""
_DIGITS = 80
_ABSURD = Decimal(10**18)
"""A misread amount of forty digits is taken as this; it stays absurd and breaks no arithmetic."""


class Sum(NamedTuple):
    """A sum that was tried: what it is made of, what it gives, what stands on the document."""

    parts: str
    """`lines - discount_total + charge_total`."""
    computed: Decimal
    field: str
    stated: Decimal

    @property
    def delta(self) -> Decimal:
        """The absolute difference."""
        return abs(self.computed - self.stated)


def lines_sum(record: Record) -> Sum | None:
    """Return the best explanation of the lines, or None when there is nothing to compare.

    Net lines add up to the subtotal (before or after discounts and charges), or gross lines to the total; lines that the
    stated tax proves to be net never do the latter. None when the document has no lines, a line has no amount, or neither sum stands on it.
    """
    rows = (by_name(row) for row in record.lines)
    counted = [row for row in rows if "line_role" not in row or row["line_role"].value not in _UNCOUNTED]
    amounts = [number(row, "amount") for row in counted]
    known = [one for one in amounts if one is not None]
    if not known or len(known) < len(amounts):
        return None
    lines = sum(known, Decimal(0))
    subtotal, total = amount(record, "subtotal"), amount(record, "total")
    tried: list[Sum] = []
    if subtotal is not None:
        tried += [Sum(parts, computed, "subtotal", subtotal) for parts, computed in _adjusted(record, "lines", lines)]
    are_net = _are_net(record, counted)
    if total is not None and not are_net:
        tried += [Sum(parts, computed, "total", total) for parts, computed in _adjusted(record, "lines", lines)]
    if (subtotal is None or are_net) and total is not None:
        tax = _tax(record)
        tried += [
            Sum(f"{parts} + tax", computed + tax, "total", total)
            for parts, computed in _adjusted(record, "lines", lines)
        ]
    return min(tried, key=_delta, default=None)


def _are_net(record: Record, counted: Sequence[Mapping[str, Field]]) -> bool:
    """Tell whether the tax that is stated is that on the lines as net amounts, and not the one inside them.

    The rate is the line's own, else that of the only row of the tax table; without rates nothing is proved.
    """
    stated = amount(record, "tax_total")
    only = number(by_name(record.taxes[0]), "rate") if len(record.taxes) == 1 else None
    rates = [number(row, "tax_rate") or only for row in counted]
    if not stated or None in rates:
        return False
    pairs = [
        (number(row, "amount") or Decimal(0), rate or Decimal(0)) for row, rate in zip(counted, rates, strict=True)
    ]
    cent = Decimal(1).scaleb(-exponent(record.value("currency")))
    on_top = sum((base * rate / 100 for base, rate in pairs), Decimal(0))
    inside = sum((gross * rate / (100 + rate) for gross, rate in pairs if rate > 0), Decimal(0))
    near = cent * (1 + len(pairs))
    return abs(on_top - stated) <= near < abs(inside - stated)


def total_sum(record: Record) -> Sum | None:
    """Return the best explanation of the total by subtotal and tax, or None when subtotal or total is not there.

    A tax that was not read counts as none: what lies between subtotal and total has to be explained before it is posted.
    """
    subtotal, total = amount(record, "subtotal"), amount(record, "total")
    if subtotal is None or total is None:
        return None
    tax = _tax(record)
    tried = [
        Sum(f"{parts} + tax", computed + tax, "total", total)
        for parts, computed in _adjusted(record, "subtotal", subtotal)
    ]
    return min(tried, key=_delta)


def tax_sums(record: Record) -> tuple[Sum, ...]:
    """Return what each tax row states against base times rate, and the rows together against the tax total."""
    sums: list[Sum] = []
    amounts: list[Decimal | None] = []
    for index, row in enumerate(record.taxes):
        fields = by_name(row)
        rate, base, tax = (number(fields, name) for name in ("rate", "base", "amount"))
        amounts.append(tax)
        if rate is not None and base is not None and tax is not None:
            ways = _taxed(base, rate, record.value("currency"))
            sums.append(min((Sum("base * rate", one, f"taxes[{index}].amount", tax) for one in ways), key=_delta))
    stated = amount(record, "tax_total")
    if stated is not None and amounts and None not in amounts:
        together = sum((tax for tax in amounts if tax is not None), Decimal(0))
        sums.append(Sum("sum of tax amounts", together, "tax_total", stated))
    return tuple(sums)


def _taxed(base: Decimal, rate: Decimal, currency: str | None) -> list[Decimal]:
    """Return base times rate, rounded half up as the currency has it."""
    places = [-exponent(currency), *([0] if currency in _WHOLE_TAX else [])]
    with localcontext(prec=_DIGITS):
        return [(base * rate / 100).quantize(Decimal(1).scaleb(place), rounding=ROUND_HALF_UP) for place in places]


def delta_minor(one: Sum | None, record: Record) -> int | None:
    """Return a difference in minor units of the record's currency, or None for nothing to compare."""
    return None if one is None else minor(one.delta, record.value("currency"))


def number(fields: Mapping[str, Field], name: str) -> Decimal | None:
    """Return a field of a row as an exact number, or None when it is not there or no number."""
    field = fields.get(name)
    return None if field is None else exact(field.value)


def amount(record: Record, name: str) -> Decimal | None:
    """Return a header amount as an exact number, or None when it is not there or no number."""
    return exact(record.value(name))


def exact(text: str | None) -> Decimal | None:
    """Return a text as an exact finite number, or None when it is not one."""
    try:
        value = None if text is None else Decimal(text)
    except InvalidOperation:
        return None
    if value is None or not value.is_finite():
        return None
    return max(-_ABSURD, min(_ABSURD, value))


def _delta(one: Sum) -> Decimal:
    return one.delta


def _tax(record: Record) -> Decimal:
    stated = amount(record, "tax_total")
    if stated is not None:
        return stated
    return sum((number(by_name(row), "amount") or Decimal(0) for row in record.taxes), Decimal(0))


def _adjusted(record: Record, name: str, plain: Decimal) -> list[tuple[str, Decimal]]:
    """Return an amount as it stands, and with the discounts and charges of the document applied."""
    discount = amount(record, "discount_total") or Decimal(0)
    charge = amount(record, "charge_total") or Decimal(0)
    ways = [(name, plain)]
    if discount:
        ways.append((f"{name} - discount_total", plain - abs(discount)))
    if charge:
        ways.append((f"{name} + charge_total", plain + charge))
    if discount and charge:
        ways.append((f"{name} - discount_total + charge_total", plain - abs(discount) + charge))
    return ways
