"""Checks what is written, as Dataverse does: unknown columns, types, lengths, references, required ones."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.dataverse.sandbox.columns import COLUMNS, REFERENCES, REQUIRED, Column
from adapters.shared.sandbox.server import Reply

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BIND = "@odata.bind"
_PLACES = Decimal("0.0000000001")


class Refusal(Exception):
    """A call that the organisation does not carry out."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.reply = Reply(status, {"error": {"code": code, "message": message}}, headers=headers or {})


def kept(path: str, given: Any, *, is_new: bool) -> dict[str, Any]:
    """Return the values of a row as they are kept; references stand under `name@odata.bind`. Raises Refusal."""
    if not isinstance(given, dict):
        raise Refusal(400, "0x80048d19", "Error identified in Payload provided by the user.")
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name.endswith(_BIND):
            values[name] = _reference(path, name.removesuffix(_BIND), value)
            continue
        column = COLUMNS[path].get(name)
        if column is None:
            message = f"An error occurred while validating input parameters: Microsoft.OData.ODataException: Invalid property '{name}' was found in entity 'Microsoft.Dynamics.CRM.{path}'."
            raise Refusal(400, "0x80048d19", message)
        values[name] = None if value is None else _CHECKS[column.type](name, value, column)
    for name in REQUIRED.get(path, ()) if is_new else ():
        if not values.get(name):
            raise Refusal(400, "0x80040203", f"Attribute: {name} cannot be null.")
    return values


def _reference(path: str, name: str, value: Any) -> str:
    if name not in REFERENCES[path]:
        raise Refusal(
            400,
            "0x80048d19",
            f"An undeclared property '{name}' which only has property annotations in the payload was found.",
        )
    if not isinstance(value, str) or not re.fullmatch(r"/?[a-z]+\(.+\)", value):
        raise Refusal(400, "0x80060888", f"Resource not found for the segment '{value}'.")
    return value.lstrip("/")


def _text(name: str, value: Any, column: Column) -> str:
    if not isinstance(value, str):
        raise Refusal(400, "0x80048d19", f"Cannot convert a value to the expected type 'Edm.String' of '{name}'.")
    if len(value) > column.longest:
        raise Refusal(
            400,
            "0x80044331",
            f"The length of the '{name}' attribute of the entity exceeded the maximum allowed length of '{column.longest}'.",
        )
    return value


def _number(name: str, value: Any, _column: Column) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refusal(
            400, "0x80048d19", f"Cannot convert the literal '{value}' to the expected type 'Edm.Decimal' of '{name}'."
        )
    if Decimal(value).quantize(_PLACES) != value:
        raise Refusal(
            400, "0x80044331", f"A validation error occurred. The value of '{name}' is outside the valid range."
        )
    return value


def _day(name: str, value: Any, _column: Column) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as e:
        raise Refusal(
            400, "0x80048d19", f"Cannot convert the literal '{value}' to the expected type 'Edm.Date' of '{name}'."
        ) from e


def _moment(name: str, value: Any, _column: Column) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as e:
        raise Refusal(
            400,
            "0x80048d19",
            f"Cannot convert the literal '{value}' to the expected type 'Edm.DateTimeOffset' of '{name}'.",
        ) from e
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _guid(name: str, value: Any, _column: Column) -> str:
    if not isinstance(value, str) or not GUID.fullmatch(value.lower()):
        raise Refusal(
            400, "0x80048d19", f"Cannot convert the literal '{value}' to the expected type 'Edm.Guid' of '{name}'."
        )
    return value.lower()


def _bool(name: str, value: Any, _column: Column) -> bool:
    if not isinstance(value, bool):
        raise Refusal(
            400, "0x80048d19", f"Cannot convert the literal '{value}' to the expected type 'Edm.Boolean' of '{name}'."
        )
    return value


_CHECKS: Mapping[str, Callable[[str, Any, Column], Any]] = {
    "text": _text, "number": _number, "date": _day, "moment": _moment, "guid": _guid, "bool": _bool,
}  # fmt: skip
