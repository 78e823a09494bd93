"""Checks what is written, as Business Central does: unknown and read-only fields, types, lengths, tables."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from adapters.dynamics_bc.sandbox.fields import FIELDS, LINE_TYPES, PARENT_TYPES, Field
from adapters.shared.sandbox.server import Reply

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Refusal(Exception):
    """A call that the company does not carry out."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        said = f"{message}  CorrelationId:  {secrets.token_hex(4)}-0000-4000-8000-{secrets.token_hex(6)}."
        self.reply = Reply(status, {"error": {"code": code, "message": said}})


def kept(path: str, given: Any) -> dict[str, Any]:
    """Return the values of an object as they are kept. Raises Refusal for the first that is not taken."""
    if not isinstance(given, dict):
        raise Refusal(400, "BadRequest", "The request body must be a JSON object.")
    return {name: _value(path, name, value) for name, value in given.items()}


def _value(path: str, name: str, value: Any) -> Any:
    field = FIELDS[path].get(name)
    if field is None:
        raise Refusal(400, "BadRequest", f"The property '{name}' does not exist on type 'Microsoft.NAV.{path}'.")
    if not field.is_written:
        raise Refusal(400, "Internal_ServerError", f'The control "{name}" is read-only.')
    _check_choice(path, name, value)
    return _CHECKS[field.type](name, value, field)


def _check_choice(path: str, name: str, value: Any) -> None:
    choices = {"lineType": LINE_TYPES, "parentType": PARENT_TYPES}.get(name)
    if choices is not None and value not in choices:
        raise Refusal(400, "BadRequest", f"The value '{value}' is not a valid member of '{name}' on {path}.")


def _text(name: str, value: Any, field: Field) -> str:
    if not isinstance(value, str):
        raise Refusal(400, "BadRequest", f"Cannot convert a value to the expected type 'Edm.String' of '{name}'.")
    if len(value) > field.longest:
        raise Refusal(
            400, "Application_StringExceededLength",
            f'The length of the string is {len(value)}, but it must be less than or equal to {field.longest} characters in "{name}".',
        )  # fmt: skip
    return value.upper() if field.is_code else value


def _number(name: str, value: Any, _field: Field) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refusal(
            400, "BadRequest", f"Cannot convert the literal '{value}' to the expected type 'Edm.Decimal' of '{name}'."
        )
    return value


def _date(name: str, value: Any, _field: Field) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as e:
        raise Refusal(
            400, "BadRequest", f"Cannot convert the literal '{value}' to the expected type 'Edm.Date' of '{name}'."
        ) from e


def _guid(name: str, value: Any, _field: Field) -> str:
    if not isinstance(value, str) or not GUID.fullmatch(value.lower()):
        raise Refusal(
            400, "BadRequest", f"Cannot convert the literal '{value}' to the expected type 'Edm.Guid' of '{name}'."
        )
    return value.lower()


def _bool(name: str, value: Any, _field: Field) -> bool:
    if not isinstance(value, bool):
        raise Refusal(
            400, "BadRequest", f"Cannot convert the literal '{value}' to the expected type 'Edm.Boolean' of '{name}'."
        )
    return value


_CHECKS: Mapping[str, Any] = {
    "text": _text,
    "number": _number,
    "int": _number,
    "date": _date,
    "guid": _guid,
    "bool": _bool,
}
