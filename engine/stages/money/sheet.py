"""The figures of a record as exact numbers, without those that were worked out from others."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from engine.model.field import Field, by_name
from engine.model.money import exponent
from engine.model.record import Record
from engine.stages.money.rounding import decimals
from engine.stages.rows import is_silent
from engine.stages.sums import exact

_FIGURES = frozenset({"amount", "quantity", "unit_price"})
_DATA = frozenset({"embedded", "event"})
"""Origins of values that nobody had to read from print."""
_DIVIDED = " / "
"""Stands between price and base quantity in the raw text of a price that a reader divided."""
_BASES = (Decimal(10), Decimal(100), Decimal(1000))
_MOST_DECIMALS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line that counts; None for what is not stated."""

    path: str
    amount: Decimal | None
    product: Decimal | None
    """Quantity times price, exactly and before any discount."""
    discount: Decimal
    rate: Decimal | None
    """Tax rate in percent."""
    slack: Decimal
    """By how much the product may be off when the price that is printed was rounded to its last decimal."""

    @property
    def figures(self) -> tuple[str, ...]:
        """Paths of the figures that the amount is worked out from, behind its own."""
        names = ("amount", "quantity", "unit_price", *(("discount",) if self.discount else ()))
        return tuple(f"{self.path}.{name}" for name in names)

    @property
    def parts(self) -> str:
        """What the amount is worked out from, in words."""
        return "quantity * unit_price" + " - discount" * bool(self.discount)


@dataclass(frozen=True, slots=True)
class TaxRow:
    """One row of the tax table."""

    path: str
    rate: Decimal | None
    base: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True)
class Sheet:
    """What stands on the invoice; None for what is not stated."""

    currency: str | None
    places: int
    """Decimals of the currency (ISO 4217)."""
    lines: tuple[Line, ...]
    taxes: tuple[TaxRow, ...]
    line_total: Decimal | None
    discount: Decimal
    """Off the whole document, zero or above."""
    charge: Decimal
    subtotal: Decimal | None
    tax: Decimal | None
    total: Decimal | None
    prepaid: Decimal | None
    rounding: Decimal | None
    due: Decimal | None

    @cached_property
    def line_paths(self) -> tuple[str, ...]:
        """Paths of the amounts of lines."""
        return tuple(f"{line.path}.amount" for line in self.lines)


def sheet(record: Record) -> Sheet:
    """Return the figures of a record. A value that was inferred says nothing of its own and is left out.

    A subtotal that was moved behind discounts and charges is taken as it was printed.
    """
    header = by_name(record.fields)
    only = stated(by_name(record.taxes[0]), "rate") if len(record.taxes) == 1 else None
    subtotal = header.get("subtotal")
    printed = subtotal.alternatives[0].value if subtotal and _inferred(subtotal) and subtotal.alternatives else None
    places = exponent(record.value("currency"))
    amounts = {name: stated(header, name) for name in ("line_total", "tax_total", "total", "rounding", "amount_due")}
    return Sheet(
        currency=record.value("currency"), places=places, lines=tuple(_lines(record, only, places)),
        taxes=tuple(_tax_row(index, by_name(row)) for index, row in enumerate(record.taxes)),
        line_total=amounts["line_total"], discount=abs(stated(header, "discount_total") or Decimal(0)),
        charge=stated(header, "charge_total") or Decimal(0), subtotal=exact(printed) if printed else stated(header, "subtotal"),
        tax=amounts["tax_total"], total=amounts["total"], prepaid=stated(header, "prepaid_amount"),
        rounding=amounts["rounding"], due=amounts["amount_due"],
    )  # fmt: skip


def stated(fields: Mapping[str, Field], name: str) -> Decimal | None:
    """Return a figure that stands on the document, or None when it does not, is no number or was worked out."""
    field = fields.get(name)
    value = None if field is None or _inferred(field) else exact(field.value)
    return None if value is None or decimals(value) > _MOST_DECIMALS else value


def _inferred(field: Field) -> bool:
    return field.provenance.how == "inferred"


def _lines(record: Record, only: Decimal | None, places: int) -> list[Line]:
    rows = ((index, by_name(row)) for index, row in enumerate(record.lines))
    return [
        _line(f"lines[{index}]", row, only, places) for index, row in rows
        if not is_silent(row) and not _is_text(row)
    ]  # fmt: skip


def _is_text(row: Mapping[str, Field]) -> bool:
    """Tell whether a line of data that a file carries holds no figure; in print that is a line not read."""
    has_figures = not _FIGURES.isdisjoint(row)
    return not has_figures and any(field.provenance.how in _DATA for field in row.values())


def _line(path: str, row: Mapping[str, Field], only: Decimal | None, places: int) -> Line:
    amount, rate = stated(row, "amount"), stated(row, "tax_rate")
    product, slack = _product(row, amount, places)
    return Line(
        path=path, amount=amount, product=product, discount=_discount(row, product),
        rate=only if rate is None else rate, slack=slack,
    )  # fmt: skip


def _discount(row: Mapping[str, Field], product: Decimal | None) -> Decimal:
    """Return what is taken off a line. In print every sign means less, also on a returned item; in data minus is a charge."""
    discount = stated(row, "discount") or Decimal(0)
    if not discount or row["discount"].provenance.how in _DATA:
        return discount
    return -abs(discount) if product is not None and product < 0 else abs(discount)


def _product(row: Mapping[str, Field], amount: Decimal | None, places: int) -> tuple[Decimal | None, Decimal]:
    """Return quantity times price per its base and period, or None when one of them is not stated; and its slack."""
    quantity, (price, base) = stated(row, "quantity"), _price(row)
    if quantity is None or price is None or not base:
        return None, Decimal(0)
    quantity *= _periods(row, quantity * price, amount)
    product = quantity * price
    if base == 1 and amount is not None:
        base = _unread_base(product, amount)
    half = Decimal(5).scaleb(-max(places, decimals(price)) - 1)
    return product / base, abs(quantity * half / base)


def _periods(row: Mapping[str, Field], product: Decimal, amount: Decimal | None) -> Decimal:
    """Return how often the price is due; once where the amount is already that of all periods together."""
    periods = stated(row, "periods")
    return Decimal(1) if periods is None or product == amount else periods


def _price(row: Mapping[str, Field]) -> tuple[Decimal | None, Decimal]:
    """Return the price and the number of units it is for; a divided price as it was before the division."""
    field, base = row.get("unit_price"), stated(row, "price_base")
    if field is not None and _DIVIDED in field.raw and not _inferred(field):
        written, divisor = (exact(part.strip()) for part in field.raw.split(_DIVIDED, 1))
        price = exact(field.value)
        if written is not None and divisor and price is not None and _is_quotient(price, written, divisor):
            return written, divisor
    return stated(row, "unit_price"), Decimal(1) if base is None else base


def _is_quotient(price: Decimal, written: Decimal, divisor: Decimal) -> bool:
    return abs(price - written / divisor) <= Decimal(1).scaleb(-decimals(price))


def _unread_base(product: Decimal, amount: Decimal) -> Decimal:
    """Return the power of ten that brings a product near its amount: prices are for 10, 100 or 1,000 units, or in cents.

    Only where the product is many times the amount: no slip of some cents is ever explained by it.
    """
    if abs(product) < 1 or not amount or abs(product) < 5 * abs(amount):
        return Decimal(1)
    return min((Decimal(1), *_BASES), key=lambda base: abs(product / base - amount))


def _tax_row(index: int, row: Mapping[str, Field]) -> TaxRow:
    return TaxRow(f"taxes[{index}]", stated(row, "rate"), stated(row, "base"), stated(row, "amount"))
