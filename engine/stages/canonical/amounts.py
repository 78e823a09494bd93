"""Settles amounts like `1.234`, a thousand or one and a bit, by arithmetic; else says that they are open."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import product

from engine.model.field import Field, Row, by_name
from engine.model.finding import Finding
from engine.model.money import exponent
from engine.stages import sums
from engine.stages.canonical.derive import reread, was_read, with_alternative
from engine.stages.values.numbers import mark_of, readings

_HEADER = ("subtotal", "tax_total", "total", "amount_due", "charge_total", "discount_total")
_FACTORS = ("quantity", "unit_price", "amount")
_CENT, _HALF = Decimal("0.01"), Decimal("0.5")
_PROVEN, _OPEN = 0.95, 0.3
_THOUSANDTHS = 3


def settle_row(row: Row) -> Row:
    """Return a line whose quantity, price and amount are read so that they agree, where one way of reading does so.

    Rounding to whole yen is agreement, too.
    """
    fields = by_name(row)
    factors = [exact for name in _FACTORS if name in fields and (exact := sums.exact(fields[name].value)) is not None]
    if (
        len(factors) < len(_FACTORS)
        or "discount" in fields
        or "price_base" in fields
        or _is_product(*factors)
        or _is_whole(*factors)
    ):
        return row
    ways = [_ways(fields[name]) for name in _FACTORS]
    fits = [way for way in product(*ways) if _is_product(*way)] if any(len(way) > 1 for way in ways) else []
    if len(fits) != 1:
        return row
    chosen = dict(zip(_FACTORS, fits[0], strict=True))
    return tuple(reread(f, f"{chosen[f.name]:f}", sure=_PROVEN) if f.name in chosen else f for f in row)


def settle_sums(fields: Mapping[str, Field], rows: Iterable[Row]) -> tuple[Mapping[str, Field], tuple[Finding, ...]]:
    """Return the header with amounts of two readings settled by net + tax = total, and a finding for what stays open.

    Other numbers of the document (`rows` and the header) may prove its decimal mark; an amount with three decimals in a
    currency of two is read as thousands only where arithmetic says so.
    """
    open_ = {name: _ways(fields[name]) for name in _HEADER if name in fields and len(_ways(fields[name])) > 1}
    if not open_:
        return fields, ()
    found = {name: _with_other(field) if name in open_ else field for name, field in fields.items()}
    fits = list(_fitting(found, open_))
    current = {name: fields[name].decimal() for name in open_}
    if current in fits:
        return found, ()
    if len(fits) == 1:
        settled = {name: reread(found[name], f"{value:f}", sure=_PROVEN) for name, value in fits[0].items()}
        return {**found, **settled}, ()
    prints = [f.raw for f in (*fields.values(), *(f for row in rows for f in row)) if f.name in {*_HEADER, *_FACTORS}]
    doubtful = [name for name in open_ if _is_doubtful(found, name)] if mark_of(prints) is None else []
    return found, (_ambiguous(found, doubtful),) if doubtful else ()


def _ways(field: Field) -> tuple[Decimal, ...]:
    """Return the values that the print of an amount may show, the one that was read first; only that one for data."""
    value = sums.exact(field.value)
    if value is None:
        return ()
    if not was_read(field):
        return (value,)
    found = [one.value for one in readings(field.raw)]
    return (value, *(one for one in found if one != value)) if value in found else (value,)


def _with_other(field: Field) -> Field:
    for other in _ways(field)[1:]:
        field = with_alternative(field, f"{other:f}", confidence=round((1.0 - field.confidence) * _OPEN, 3))
    return field


def _is_product(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    return abs(quantity * price - amount) <= _CENT


def _is_whole(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Tell whether price and amount are whole and agree but for the rounding: the currency has no decimals."""
    are_whole = price == price.to_integral_value() and amount == amount.to_integral_value()
    return are_whole and abs(quantity * price - amount) <= _HALF


def _fitting(fields: Mapping[str, Field], open_: Mapping[str, tuple[Decimal, ...]]) -> Iterator[dict[str, Decimal]]:
    """Yield the ways to read the open amounts in which the sums of the header hold."""
    for way in product(*open_.values()):
        chosen = dict(zip(open_, way, strict=True))
        stated = {name: sums.exact(fields[name].value) for name in _HEADER if name in fields}
        if _holds({**stated, **chosen}):
            yield chosen


def _holds(values: Mapping[str, Decimal | None]) -> bool:
    """Tell whether net, tax and total are there and agree, and nothing more is due than the total."""
    net, tax, total, due = (values.get(name) for name in ("subtotal", "tax_total", "total", "amount_due"))
    if net is None or tax is None or total is None:
        return False
    return abs(net + tax - total) <= _CENT and (due is None or abs(due) <= abs(total))


def _is_doubtful(fields: Mapping[str, Field], name: str) -> bool:
    """Tell whether an amount was read with decimals that its currency hardly has, or as thousands where it has three."""
    currency = fields["currency"].value if "currency" in fields else None
    thousands = next((one.value for one in readings(fields[name].raw) if not one.mark), None)
    return fields[name].decimal() != thousands or exponent(currency) == _THOUSANDTHS


def _ambiguous(fields: Mapping[str, Field], names: Iterable[str]) -> Finding:
    listed = tuple(names)
    ways = [(name, " or ".join(f"{value:f}" for value in _ways(fields[name]))) for name in listed]
    told = "; ".join(f"{name} {fields[name].raw} is {values}" for name, values in ways)
    return Finding(
        code="amount_ambiguous", severity="warning", fields=listed, evidence=tuple(ways),
        message=f"It is not sure whether a sign sets thousands or decimals apart: {told}. Compare with the document.",
    )  # fmt: skip
