"""Types of OData's data model (EDM), as services check what is written into them. Source: OData 4.01 CSDL section 3.3."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Unfit(ValueError):
    """A value is not of its type. The words are those of the services that are built on Microsoft's OData library."""

    def __init__(self, name: str, value: object, kind: str) -> None:
        super().__init__(f"Cannot convert the literal '{value}' to the expected type 'Edm.{kind}' of '{name}'.")


def text(name: str, value: Any) -> str:
    """Return a text. Raises Unfit."""
    if not isinstance(value, str):
        raise Unfit(name, value, "String")
    return value


def number(name: str, value: Any) -> Any:
    """Return a number with the digits that were sent; a text is none. Raises Unfit."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit(name, value, "Decimal")
    return value


def day(name: str, value: Any) -> str:
    """Return a day, `2026-03-04`. Raises Unfit."""
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as e:
        raise Unfit(name, value, "Date") from e


def moment(name: str, value: Any) -> str:
    """Return a moment, `2026-03-04T10:00:00Z`. Raises Unfit."""
    try:
        return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError) as e:
        raise Unfit(name, value, "DateTimeOffset") from e


def guid(name: str, value: Any) -> str:
    """Return a GUID in small letters. Raises Unfit."""
    if not isinstance(value, str) or not GUID.fullmatch(value.lower()):
        raise Unfit(name, value, "Guid")
    return value.lower()


def flag(name: str, value: Any) -> bool:
    """Return true or false; a text is neither. Raises Unfit."""
    if not isinstance(value, bool):
        raise Unfit(name, value, "Boolean")
    return value


CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "text": text, "number": number, "int": number, "date": day, "moment": moment, "guid": guid, "bool": flag,
}  # fmt: skip
"""Type in short to what reads it."""
