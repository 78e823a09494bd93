"""From what SAP writes to canonical text."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from adapters.idoc.table import Kind
from adapters.shared import canonical
from engine.model.money import exponent

_NUMBER = re.compile(r"(?P<before>[+-]?) ?(?P<digits>[0-9]{1,30}(\.[0-9]{0,15})?|\.[0-9]{1,15})(?P<behind>[+-]?)")
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_ZEROS = re.compile(r"0+")
_PADDED = frozenset({18, 40})
"""Lengths to which SAP fills material numbers of digits up with zeros."""
_MOST_CODE = 40


def decimal(raw: str) -> str | None:
    """Return a number in plain notation, its scale as written: `12.50-` is `-12.50`. None for anything else."""
    found = _NUMBER.fullmatch(raw.strip())
    if found is None or (found["before"] and found["behind"]):
        return None
    sign = "-" if "-" in (found["before"], found["behind"]) else ""
    return canonical.plain(Decimal(f"{sign}{found['digits']}"))


def day(raw: str) -> str | None:
    """Return a date `YYYYMMDD` as ISO 8601, None for what is no day."""
    found = _DAY.fullmatch(raw.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


def position(raw: str) -> str | None:
    """Return an item number without the zeros before it."""
    text = canonical.code(raw)
    return (text.lstrip("0") or "0")[:_MOST_CODE] if text else None


def material(raw: str) -> str | None:
    """Return a material number without the zeros that SAP fills it up with to 18 or 40 digits."""
    text = canonical.text(raw)
    if text and len(text) in _PADDED and text.isascii() and text.isdigit():
        return text.lstrip("0") or None
    return text


def is_initial(raw: str, kind: Kind) -> bool:
    """Tell what SAP writes where there is no value: no date is `00000000`, no item number `000000`."""
    return not raw.strip() or (kind in {"date", "position"} and _ZEROS.fullmatch(raw.strip()) is not None)


def has_strange_decimals(raw: str, currency: str) -> bool:
    """Tell an amount that may be written as SAP keeps it inside, with two decimals whatever the currency.

    1234 yen are kept as `12.34`, 1.234 dinars as `12.34`: which is meant cannot be told from the message.
    """
    behind = raw.strip().rstrip("+-").partition(".")[2]
    decimals = exponent(currency)
    return bool(behind) if decimals == 0 else decimals > len(behind) > 0


CANONICAL: dict[Kind, Callable[[str], str | None]] = {
    "text": canonical.text,
    "amount": decimal,
    "decimal": decimal,
    "date": day,
    "currency": canonical.currency,
    "country": canonical.country,
    "account": canonical.account,
    "unit": canonical.unit,
    "position": position,
    "material": material,
}
"""By kind: the function from raw text to canonical text, None when the text is not of that kind."""
