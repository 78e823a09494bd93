"""Values as OData writes them in addresses and filters, and dates as V2 writes them in JSON.

Sources: OData 2.0 "URI conventions" and "JSON format" (odata.org), OData 4.01 URL conventions section 5.1 (OASIS).
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal
from urllib.parse import quote
from uuid import UUID

OData = Literal["v2", "v4"]
Plain = str | bool | int | Decimal | date | datetime | UUID | None
Comparison = Literal["eq", "ne", "gt", "ge", "lt", "le"]

_INT32 = 2**31
_JSON_DATE = re.compile(r"/Date\((-?\d+)(?:([+-])(\d+))?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def literal(value: Plain, version: OData) -> str:
    """Return a value as it stands in a filter: `'O''Brien'`, `12.50M` (V2), `datetimeoffset'2026-01-31T10:00:00Z'` (V2).

    A moment has to have a zone: ValueError otherwise.
    """
    match value:
        case bool():
            said = "true" if value else "false"
        case str():
            said = "'" + value.replace("'", "''") + "'"
        case int():
            said = f"{value}L" if version == "v2" and not -_INT32 <= value < _INT32 else str(value)
        case Decimal():
            said = f"{value:f}M" if version == "v2" else f"{value:f}"
        case datetime():
            said = f"datetimeoffset'{moment(value)}'" if version == "v2" else moment(value)
        case date():
            said = f"datetime'{value.isoformat()}T00:00:00'" if version == "v2" else value.isoformat()
        case UUID():
            said = f"guid'{value}'" if version == "v2" else str(value)
        case None:
            said = "null"
    return said


def moment(at: datetime) -> str:
    """Return a moment in UTC, `2026-01-31T10:00:00.123Z`. Raises ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone has no place in a filter")
    there = at.astimezone(UTC)
    return there.isoformat(timespec="milliseconds" if there.microsecond else "seconds").replace("+00:00", "Z")


def where(version: OData, *conditions: tuple[str, Comparison, Plain]) -> str:
    """Return a filter of which every condition has to hold: `A eq 'x' and B ge 1`."""
    return " and ".join(f"{name} {comparison} {literal(value, version)}" for name, comparison, value in conditions)


def either(version: OData, name: str, values: tuple[Plain, ...]) -> str:
    """Return a filter that holds for any of the values: `(A eq 'x' or A eq 'y')`. Raises ValueError for none."""
    if not values:
        raise ValueError("a choice of nothing is no filter")
    return "(" + " or ".join(f"{name} eq {literal(value, version)}" for value in values) + ")"


def entity_path(entity_set: str, key: Plain | Mapping[str, Plain], version: OData) -> str:
    """Return the path of one entity, ready for an address: `A_Invoice(Invoice='51',Year='2026')`."""
    if isinstance(key, Mapping):
        inside = ",".join(f"{name}={quote(literal(value, version), safe=_SAFE)}" for name, value in key.items())
    else:
        inside = quote(literal(key, version), safe=_SAFE)
    return f"{entity_set}({inside})"


_SAFE = "'"


def query(options: Mapping[str, str]) -> str:
    """Return query options ready for an address: blanks become `%20`, `$` stays (`$filter=A%20eq%20%27x%27`)."""
    return "&".join(f"{quote(name, safe='$')}={quote(text, safe='')}" for name, text in options.items())


def json_date(at: date | datetime) -> str:
    """Return a day, or a moment with a zone, as V2 writes it in JSON: `/Date(1766102400000)/`."""
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    elif at.tzinfo is None:
        raise ValueError("a moment has to have a zone")
    return f"/Date({(at - _EPOCH) // timedelta(milliseconds=1)})/"


def read_date(text: str) -> datetime:
    """Return the moment of `/Date(ms)/`, `/Date(ms+0060)/` (minutes) or ISO 8601; without a zone it is UTC.

    Raises ValueError for anything else.
    """
    match = _JSON_DATE.fullmatch(text.strip())
    if match is None:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    milliseconds, sign, minutes = match.groups()
    try:
        at = _EPOCH + timedelta(milliseconds=int(milliseconds))
    except OverflowError as e:
        raise ValueError(f"{text} is out of time") from e
    if not minutes:
        return at
    return at.astimezone(timezone(timedelta(minutes=int(sign + minutes))))
