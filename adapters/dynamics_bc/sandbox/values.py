"""Checks what is written, as Business Central does: unknown and read-only fields, types, lengths, tables."""

import secrets
from typing import Any

from adapters.dynamics_bc.sandbox.fields import FIELDS, LINE_TYPES, PARENT_TYPES, Field
from adapters.shared.sandbox.edm import CHECKS, Unfit
from adapters.shared.sandbox.server import Reply


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
    return _fitting(field, name, value)


def _check_choice(path: str, name: str, value: Any) -> None:
    choices = {"lineType": LINE_TYPES, "parentType": PARENT_TYPES}.get(name)
    if choices is not None and value not in choices:
        raise Refusal(400, "BadRequest", f"The value '{value}' is not a valid member of '{name}' on {path}.")


def _fitting(field: Field, name: str, value: Any) -> Any:
    """Return a value of a field's type and length. Raises Refusal."""
    try:
        kept_value = CHECKS[field.type](name, value)
    except Unfit as e:
        raise Refusal(400, "BadRequest", str(e)) from e
    if field.type != "text":
        return kept_value
    if len(value) > field.longest:
        raise Refusal(
            400, "Application_StringExceededLength",
            f'The length of the string is {len(value)}, but it must be less than or equal to {field.longest} characters in "{name}".',
        )  # fmt: skip
    return value.upper() if field.is_code else value
