"""Checks what is written, as Dataverse does: unknown columns, types, lengths, references, required ones."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from adapters.dataverse.sandbox.columns import COLUMNS, REFERENCES, REQUIRED, Column
from adapters.shared.sandbox.edm import CHECKS, Unfit
from adapters.shared.sandbox.server import Reply

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
        values[name] = None if value is None else _fitting(column, name, value)
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


def _fitting(column: Column, name: str, value: Any) -> Any:
    """Return a value of a column's type, length and precision. Raises Refusal."""
    try:
        kept_value = CHECKS[column.type](name, value)
    except Unfit as e:
        raise Refusal(400, "0x80048d19", str(e)) from e
    if column.type == "text" and len(value) > column.longest:
        message = f"The length of the '{name}' attribute of the entity exceeded the maximum allowed length of '{column.longest}'."
        raise Refusal(400, "0x80044331", message)
    if column.type == "number" and Decimal(value).quantize(_PLACES) != value:
        message = f"A validation error occurred. The value of '{name}' is outside the valid range."
        raise Refusal(400, "0x80044331", message)
    return kept_value
