"""Dimensions of documents and lines, as Business Central keeps them: one value of each, defaults first."""

import uuid
from collections.abc import Mapping
from typing import Any

from adapters.dynamics_bc.sandbox.values import Refusal
from adapters.shared.sandbox.server import Call, Reply

VALUES: Mapping[str, tuple[str, ...]] = {
    "DEPARTMENT": ("SALES", "ADM", "PROD"), "PROJECT": ("P-1", "P-2"), "AREA": ("30", "70"),
}  # fmt: skip
DEFAULTS: Mapping[str, Mapping[str, str]] = {"V20000": {"DEPARTMENT": "ADM"}}
"""Default dimensions, by the number of the vendor, customer, account or item."""
_LINES = "dimensionSetLines"


def defaults(number: object) -> list[dict[str, Any]]:
    """Return the dimensions that a document or a line has from the start."""
    return [_line(code, value) for code, value in DEFAULTS.get(str(number), {}).items()]


def changed(parent: dict[str, Any], rest: list[str], call: Call, *, is_fixed: bool) -> Reply:
    """Add a dimension to a document or a line, or change the value that it has of one. Raises Refusal."""
    if is_fixed:
        raise _refusal(f"Parent with ID {parent['id']} does not exist or dimension set lines are read only.")
    given = call.data()
    lines: list[dict[str, Any]] = parent.setdefault(_LINES, [])
    if rest == [_LINES] and call.method == "POST":
        code = str(given.get("code") or "").upper()
        if any(one["code"] == code for one in lines):
            raise _refusal("The dimension set line already exists. Check existing dimension set lines.")
        lines.append(_checked(code, given))
        return Reply(201, lines[-1])
    held = next((one for one in lines if rest == [f"{_LINES}({one['id']})"]), None)
    if held is None or call.method != "PATCH":
        raise Refusal(404, "BadRequest_NotFound", "Resource not found for the segment.")
    if not call.headers.get("if-match"):
        raise Refusal(409, "Request_EntityChanged", "Another user has already changed the record.")
    held |= {name: value for name, value in _checked(held["code"], given).items() if name != "id"}
    return Reply(200, held)


def _checked(code: str, given: Mapping[str, Any]) -> dict[str, Any]:
    if code not in VALUES:
        raise _refusal('The "code" does not match to a Dimension.')
    value = str(given.get("valueCode") or "").upper()
    if value not in VALUES[code]:
        raise _refusal('The "valueCode" does not match to a Dimension Value.')
    return _line(code, value)


def _line(code: str, value: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, code)),
        "code": code,
        "valueCode": value,
        "displayName": code.title(),
    }


def _refusal(message: str) -> Refusal:
    return Refusal(400, "Application_DialogException", message)
