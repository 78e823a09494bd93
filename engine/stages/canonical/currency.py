"""Settles what a sign means that several countries print: the vendor's country says which dollar or crown it is."""

import re
from collections.abc import Mapping
from decimal import Decimal

from engine.model.field import Field
from engine.model.money import exponent
from engine.stages.canonical.derive import changed, reread, was_read, with_alternative
from engine.stages.canonical.parties import vendor_countries
from engine.stages.values.countries import agreed
from engine.stages.values.currencies import currency_code, is_shared

_SIGN = re.compile(r"^[\s\d.,'()+-]*(?P<sign>[^\s\d.,'()+-]+\.?)[\s\d.,'()+-]*$")
_BY_COUNTRY, _OTHER = 0.9, 0.1
_WIDEST = 20
"""Digits before the point; no amount of money has more."""


def settle_currency(fields: Mapping[str, Field]) -> Mapping[str, Field]:
    """Return the header with the currency of the vendor's country, where a sign was read that several countries print.

    A code (`USD`), a sign of one country (`€`, `US$`), or a vendor of unknown or other country leave it as it was read.
    """
    currency, country = fields.get("currency"), agreed(vendor_countries(fields))
    match = _SIGN.match(currency.raw) if currency is not None and was_read(currency) else None
    if currency is None or match is None or not is_shared(match["sign"]):
        return fields
    code = currency_code(match["sign"], country) if country else None
    if code is None:
        return fields
    found = with_alternative(currency, code, confidence=_OTHER) if code != currency.value else currency
    return {**fields, "currency": reread(found, code, sure=_BY_COUNTRY)}


def with_decimals(field: Field, currency: str) -> Field:
    """Return an amount with the decimals of its currency: none for JPY, three for KWD. More that are printed stay."""
    value, step = field.decimal(), Decimal(1).scaleb(-exponent(currency))
    if not value.is_finite() or value.adjusted() > _WIDEST:
        return field
    return changed(field, f"{value.quantize(step):f}") if value == value.quantize(step) else field
