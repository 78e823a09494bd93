"""How values travel in OData V2, and whether what stands there is what we would send."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from adapters.shared.odata.literals import json_date, literal, read_date

_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def quoted(text: str) -> str:
    """Return a text as a literal of a filter or a key."""
    return literal(text, "v2")


def capitals(text: str) -> str:
    """Return a text as SAP turns it into capitals: sign by sign, so that ß stays."""
    return "".join(up if len(up := sign.upper()) == 1 else sign for sign in text)


def by_stamp(at: datetime, *, by_day: bool) -> str:
    """Return a moment as the literal of a property that holds moments, or only days."""
    return literal(at.astimezone(UTC).date() if by_day else at, "v2")


def behind(last: Mapping[str, str]) -> str:
    """Return the condition of every row behind the last one of a page, by literals of what the rows are ordered by."""
    *before, (name, value) = last.items()
    condition = f"{name} gt {value}"
    for outer, stands in reversed(before):
        condition = f"({outer} gt {stands} or ({outer} eq {stands} and {condition}))"
    return condition


def read_moment(value: Any) -> datetime | None:
    """Return a moment from the JSON of a date (`/Date(ms)/`, or ISO); None when there is none."""
    try:
        return read_date(str(value))
    except ValueError:
        return None


def read_day(value: Any) -> str:
    """Return an ISO date from the JSON of a date; empty when there is none."""
    at = read_moment(value)
    return at.date().isoformat() if at else ""


def with_dates(payload: Any, dates: Sequence[str], at: str = "") -> Any:
    """Return a payload with the ISO dates at the named paths as SAP reads them; lists add nothing to a path."""
    if isinstance(payload, Mapping):
        return {key: with_dates(inner, dates, f"{at}.{key}" if at else str(key)) for key, inner in payload.items()}
    if isinstance(payload, list | tuple):
        return [with_dates(inner, dates, at) for inner in payload]
    return json_date(date.fromisoformat(payload)) if at in dates and isinstance(payload, str) else payload


def children(entity: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the expanded rows of a navigation property; empty when it was not expanded."""
    inner = entity.get(name)
    rows = inner.get("results") if isinstance(inner, Mapping) else inner
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def differences(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], names: Sequence[str], dates: Sequence[str]
) -> Iterator[str]:
    """Yield `name: ours, there theirs` for each property that stands differently there.

    A property that SAP does not have counts as different; numbers count by value, so do keys with leading zeros;
    SAP keeps many texts in capitals.
    """
    for name in names:
        given, found = plain(ours.get(name), is_date=name in dates), plain(theirs.get(name), is_date=name in dates)
        if given != found:
            yield f"{name} {_shown(given)}, in SAP {_shown(found)}"


def item_differences(
    ours: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> Iterator[str]:
    """Yield what differs between our lines and theirs, whatever their order."""
    if len(ours) != len(theirs):
        yield f"{len(ours)} lines, in SAP {len(theirs)}"
        return
    used = [name for name in names if any(name in row for row in ours)]
    given, found = (
        sorted(tuple(str(plain(row.get(name))) for name in used) for row in rows) for rows in (ours, theirs)
    )
    for mine, other in zip(given, found, strict=True):
        if mine != other:
            pairs = zip(used, mine, other, strict=True)
            yield "a line with " + ", ".join(f"{name} {a}, in SAP {b}" for name, a, b in pairs if a != b)
            return


def plain(value: Any, *, is_date: bool = False) -> Any:
    """Return a value as it counts when compared: dates ISO, numbers by value, nothing as an empty text."""
    if value is None or value is False:
        return ""
    if is_date:
        return read_day(value)
    text = str(value).strip()
    return Decimal(text).normalize() + 0 if _NUMBER.match(text) else capitals(text)


def _shown(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else (str(value) or "nothing")
