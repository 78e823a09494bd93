"""Whether SAP would take a body: property by property, as its metadata says."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from adapters.sap.sandbox.entities import EntitySet, Property, entity_sets

_DATE = re.compile(r"^/Date\((-?\d+)([+-]\d+)?\)/$")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Complaint(NamedTuple):
    """One thing that is wrong with a body."""

    code: str
    message: str
    at: str
    """The property."""


def complaints(kind: EntitySet, body: Any) -> Iterator[Complaint]:
    """Yield what is wrong with a body for an entity set and for what is created within it."""
    if not isinstance(body, Mapping):
        yield Complaint("/IWBEP/CM_MGW_RT/021", "Malformed request body: an object was expected", "")
        return
    for name, value in body.items():
        if name == "__metadata":
            continue
        if name in kind.below:
            inner = entity_sets()[kind.service, kind.below[name]]
            for row in rows_of(value):
                yield from complaints(inner, row)
        elif name not in kind.properties:
            yield Complaint(
                "/IWBEP/CM_MGW_RT/021", f"Property '{name}' is invalid for entity type '{kind.name}Type'", name
            )
        elif why := _wrong(kind.properties[name], value):
            yield Complaint("/IWBEP/CM_MGW_RT/022", f"Error while parsing property '{name}': {why}", name)


def rows_of(value: Any) -> list[Any]:
    """Return the rows of a deep insert: a list, `{"results": [...]}` or one object."""
    if isinstance(value, Mapping):
        value = value.get("results", [value])
    return value if isinstance(value, list) else [value]


def _wrong(kind: Property, value: Any) -> str:
    if value is None:
        return ""
    if not kind.is_given:
        return "the property is read-only"
    if kind.kind == "flag":
        return "" if isinstance(value, bool) else "it is no Edm.Boolean"
    if not isinstance(value, str):
        return f"it is no text as OData V2 wants it for Edm.{'Decimal' if kind.kind == 'number' else 'String'}"
    return _WRONG[kind.kind](kind, value)


def _wrong_text(kind: Property, value: str) -> str:
    units = len(value.encode("utf-16-le")) // 2  # as ABAP counts
    return f"it is longer than {kind.longest} characters" if kind.longest and units > kind.longest else ""


def _wrong_date(_: Property, value: str) -> str:
    return "" if _DATE.match(value) or _ISO.match(value) else "it is no Edm.DateTime"


def _wrong_number(kind: Property, value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "it is no Edm.Decimal"
    _, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):
        return "it is no Edm.Decimal"
    places = max(0, -exponent)
    whole = max(0, len(digits) + exponent)
    if places > kind.places or whole > kind.longest - kind.places:
        return f"it has more digits than Edm.Decimal({kind.longest},{kind.places})"
    return ""


_WRONG = {"text": _wrong_text, "number": _wrong_number, "date": _wrong_date, "moment": _wrong_date}


def stored(kind: EntitySet, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity as SAP keeps it: all properties, dates in one spelling, numbers with all their decimals."""
    entity = {name: _kept(prop, body.get(name)) for name, prop in kind.properties.items()}
    for name, other in kind.below.items():
        if name in body:
            entity[name] = [stored(entity_sets()[kind.service, other], row) for row in rows_of(body[name])]
    return entity


def _kept(kind: Property, value: Any) -> Any:
    if kind.kind == "flag":
        return bool(value)
    if kind.kind in {"date", "moment"}:
        return value if value is None or not _ISO.match(value) else date_text(datetime.fromisoformat(value))
    if kind.kind == "number":
        return str(Decimal(value or "0").quantize(Decimal(1).scaleb(-kind.places)))
    return "".join(_upper(sign) for sign in str(value or "")) if kind.is_upper else value or ""


def _upper(sign: str) -> str:
    return sign.upper() if len(sign.upper()) == 1 else sign


def date_text(at: datetime) -> str:
    """Return a moment as `/Date(milliseconds)/`."""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"/Date({(at - _EPOCH) // timedelta(milliseconds=1)})/"


def date_value(text: Any) -> int:
    """Return the milliseconds of a stored date; 0 when there is none."""
    match = _DATE.match(str(text or ""))
    return int(match[1]) if match else 0
