"""What a code says, under canonical names, and the small readers that the parsers of codes share."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from stdnum import iban
from stdnum.iso7064 import mod_97_10

from engine.model.value import Value

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,3})?")


class CodeRecord(Value):
    """The data of one payment or fiscal code."""

    kind: str
    """`epc`, `swiss_qr`, `zatca`, ... the names of the parsers."""
    title: str
    """What people call it."""
    values: tuple[tuple[str, str], ...]
    """Canonical name -> canonical text; `payment_reference` besides the names of records."""
    problems: tuple[str, ...] = ()
    """What breaks the code's own rules, in sentences."""

    def get(self, name: str) -> str | None:
        """Return one value, or None when the code does not say it."""
        return dict(self.values).get(name)


def made(kind: str, title: str, *, problems: Iterable[str] = (), **values: str | None) -> CodeRecord:
    """Return the record of a code from the values it has; an IBAN with a wrong checksum becomes a problem."""
    faults = list(problems)
    account = values.get("vendor_iban")
    if account and not iban.is_valid(account):
        faults.append("The bank account has a wrong checksum.")
        values["vendor_iban"] = None
    said = tuple((name, value) for name, value in values.items() if value)
    return CodeRecord(kind=kind, title=title, values=said, problems=tuple(faults))


def amount(text: str) -> str | None:
    """Return an amount with a point (`12.5`, also `12,5`) as a canonical decimal, or None."""
    plain = text.strip().replace(",", ".")
    if not _AMOUNT.fullmatch(plain):
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return str(number.quantize(Decimal("0.01"))) if number == number.quantize(Decimal("0.01")) else str(number)


def minor(text: str) -> str | None:
    """Return an amount written in hundredths (`000000000012355`) as a canonical decimal, or None."""
    plain = text.strip()
    return str(Decimal(int(plain)).scaleb(-2)) if plain.isdecimal() and len(plain) <= 15 else None  # noqa: PLR2004 - widest field


def compact(text: str) -> str:
    """Return an account or tax number without separators, in capitals."""
    return re.sub(r"[\s.\-]", "", text).upper()


def day(text: str, order: str) -> str | None:
    """Return a date as ISO 8601. `order` names its parts: `Ymd`, `ymd` (two digits, 20xx), `dmY`; separators are ignored."""
    digits = re.sub(r"\D", "", text)
    widths = {"Y": 4, "y": 2, "m": 2, "d": 2}
    if len(digits) != sum(widths[part] for part in order):
        return None
    parts: dict[str, int] = {}
    start = 0
    for part in order:
        parts[part.lower()] = int(digits[start : start + widths[part]]) + (2000 if part == "y" else 0)
        start += widths[part]
    try:
        return date(parts["y"], parts["m"], parts["d"]).isoformat()
    except ValueError:
        return None


def is_creditor_reference(text: str) -> bool:
    """Whether it is an ISO 11649 reference (`RF18...`) with a right checksum."""
    plain = compact(text)
    if not re.fullmatch(r"RF\d\d[A-Z0-9]{1,21}", plain):
        return False
    return bool(mod_97_10.is_valid(plain[4:] + plain[:4]))
