"""Prices that name a base quantity which cannot be meant."""

from decimal import Decimal

from adapters.shared.canonical import decimal
from engine.model.field import Field, Row, by_name
from engine.model.finding import Finding

DIVIDED = " / "
"""Stands between price and base quantity in the raw text of a divided price."""

_CENT = Decimal("0.01")
_CONFIDENCE = 0.99


def undivided(row: Row, path: str) -> tuple[Row, tuple[Finding, ...]]:
    """Take the price as it stands when only that agrees with the amount of the line.

    Some senders write the price, or a hundred, into the base quantity although the price is for one unit. The line
    amount tells: quantity * price - discount = amount holds to the cent without the division and not with it.
    """
    fields = by_name(row)
    price, quantity, amount = fields.get("unit_price"), fields.get("quantity"), fields.get("amount")
    if price is None or quantity is None or amount is None or DIVIDED not in price.raw:
        return row, ()
    discount = fields["discount"].decimal() if "discount" in fields else Decimal(0)
    written, base = (decimal(part) or price.value for part in price.raw.split(DIVIDED, 1))
    gap_divided, gap_written = (
        abs(quantity.decimal() * value - discount - amount.decimal()) for value in (price.decimal(), Decimal(written))
    )
    fits_divided = gap_divided <= max(_CENT, abs(amount.decimal()) / 100)
    is_copy = Decimal(written) == Decimal(base)
    if fits_divided or not (is_copy or gap_written <= _CENT):
        return row, ()
    finding = Finding(
        code="base_quantity_ignored", severity="info", fields=(path,),
        message="The price is for one unit: its base quantity does not fit the amount of the line.",
        evidence=(("price and base quantity", price.raw), ("quantity", quantity.raw), ("amount", amount.raw)),
    )  # fmt: skip
    return tuple(_replaced(field, written) if field is price else field for field in row), (finding,)


def _replaced(price: Field, value: str) -> Field:
    return price.model_copy(update={"value": value, "confidence": _CONFIDENCE})
