"""Canonical text of the kinds of values that documents carry as data."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

Kind = Literal["text", "code", "decimal", "date", "currency", "account", "unit", "country"]

_DECIMAL = re.compile(r"[+-]?(\d{1,40}(\.\d{0,20})?|\.\d{1,20})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}[\d:.]*)?(?:Z|[+-]\d{2}:\d{2})?")
_BASIC_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?:[+-]\d{2,4}|Z)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_UNIT = re.compile(r"[A-Z0-9]{1,3}|X[A-Z0-9]{2}")
_QUOTIENT_PLACES = 10


def text(raw: str) -> str | None:
    """Return the words with single spaces, or None when there are none."""
    return " ".join(raw.split()) or None


def code(raw: str) -> str | None:
    """Return the text without any white space, or None when nothing is left."""
    return "".join(raw.split()) or None


def decimal(raw: str) -> str | None:
    """Return an xs:decimal in plain notation with the scale as written, or None when it is no decimal.

    `+5.00` -> `5.00`, `.5` -> `0.5`, `-0.00` -> `0.00`; `1,5`, `1e3` and `NaN` are refused.
    """
    stripped = raw.strip()
    return plain(Decimal(stripped)) if _DECIMAL.fullmatch(stripped) and stripped.isascii() else None


def iso_date(raw: str) -> str | None:
    """Return a date as `YYYY-MM-DD` from ISO 8601 or UNTDID 2379 formats 102, 203 and 204, else None."""
    found = _ISO_DATE.fullmatch(raw.strip()) or _BASIC_DATE.fullmatch(raw.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


def currency(raw: str) -> str | None:
    """Return an ISO 4217 code in capitals, or None when it does not have that shape."""
    found = raw.strip().upper()
    return found if _CURRENCY.fullmatch(found) else None


def country(raw: str) -> str | None:
    """Return an ISO 3166 alpha-2 code in capitals, or None when it does not have that shape."""
    found = raw.strip().upper()
    return found if _COUNTRY.fullmatch(found) else None


def account(raw: str) -> str | None:
    """Return an account number without spaces, in capitals."""
    compact = code(raw)
    return compact and compact.upper()


def unit(raw: str) -> str | None:
    """Return a UN/ECE Rec 20 (or X-prefixed Rec 21) code in capitals, or None when it does not have that shape."""
    found = raw.strip().upper()
    return found if _UNIT.fullmatch(found) and found.isascii() else None


def plain(number: Decimal) -> str:
    """Return a decimal without exponent and without a negative zero, its scale kept."""
    return format(number.copy_abs() if number.is_zero() else number, "f")


def quotient(dividend: str, divisor: str) -> tuple[str, bool] | None:
    """Divide two canonical decimals. Return the text and whether it is exact, or None for a divisor of zero.

    A quotient that does not end is rounded half even to ten places.
    """
    below = Decimal(divisor)
    if below.is_zero():
        return None
    if below == 1:
        return dividend, True
    with localcontext(prec=120):
        result = Decimal(dividend) / below
        is_exact = Fraction(result) == Fraction(Decimal(dividend)) / Fraction(below)
        return plain(result if is_exact else round(result, _QUOTIENT_PLACES)), is_exact


CANONICAL: dict[Kind, Callable[[str], str | None]] = {
    "text": text,
    "code": code,
    "decimal": decimal,
    "date": iso_date,
    "currency": currency,
    "account": account,
    "unit": unit,
    "country": country,
}
"""By kind: the function from raw text to canonical text, None when the text is not of that kind."""
