"""Checks bodies as NetSuite does with `X-NetSuite-PropertyNameValidation: Error`."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from adapters.netsuite.sandbox.contract import LINES, Fields

Complaint = tuple[str, str, str]
"""Code, path and words."""
Exists = Callable[[str, str, str], bool]
"""Whether a table has a row of an id; called with table, `id` or `externalid`, and the value."""
_LARGEST = Decimal(10) ** 15


def complaints(body: Any, fields: Fields, exists: Exists, at: str = "", *, is_new: bool = True) -> Iterator[Complaint]:
    """Yield what is wrong with a body. A body that changes a record (`is_new` false) may leave out what must be there."""
    if not isinstance(body, dict):
        yield "INVALID_CONTENT", at, "Invalid content in the request body: an object was expected."
        return
    for name, value in body.items():
        path = f"{at}.{name}" if at else name
        if name not in fields:
            yield "INVALID_CONTENT", path, f"Unknown property '{name}' in the request body."
        elif value is not None:
            yield from _of(value, fields[name].removeprefix("!"), exists, path)
    missing = [name for name, kind in fields.items() if kind.startswith("!") and body.get(name) is None]
    if missing and is_new:
        words = f"Please enter value(s) for: {', '.join(missing)}"
        yield "USER_ERROR", f"{at}.{missing[0]}" if at else missing[0], f"Error while accessing a resource. {words}."


def _of(value: Any, kind: str, exists: Exists, path: str) -> Iterator[Complaint]:
    kind, _, more = kind.partition(":")
    if kind == "told":
        yield "USER_ERROR", path, f"The field {path} is read-only."
    elif kind == "within":
        yield from complaints(value, LINES[more], exists, path)
    elif kind == "lines":
        yield from _lines(value, LINES[more], exists, path)
    elif kind == "ref":
        yield from _reference(value, more, exists, path)
    elif kind == "choice":
        chosen = value.get("id") if isinstance(value, dict) else None
        if not isinstance(chosen, str) or (more != "*" and chosen not in more.split("|")):
            yield "INVALID_CONTENT", path, f"Invalid value for the field {path}."
    elif not _fits(value, kind, more):
        yield (
            "INVALID_CONTENT",
            path,
            f"Invalid value for the field {path}: it does not fit {kind} {more}".rstrip() + ".",
        )


def _lines(value: Any, fields: Fields, exists: Exists, path: str) -> Iterator[Complaint]:
    rows = value.get("items") if isinstance(value, dict) and set(value) == {"items"} else None
    if not isinstance(rows, list):
        yield "INVALID_CONTENT", path, f"Invalid content in the request body: {path} holds a list of items."
        return
    for index, row in enumerate(rows):
        yield from complaints(row, fields, exists, f"{path}.items[{index}]")


def _reference(value: Any, table: str, exists: Exists, path: str) -> Iterator[Complaint]:
    if (
        not isinstance(value, dict)
        or not value.keys() & {"id", "externalId"}
        or value.keys() - {"id", "externalId", "refName"}
    ):
        yield (
            "INVALID_CONTENT",
            path,
            f"Invalid content in the request body: {path} is a reference by id or externalId.",
        )
        return
    column, key = ("id", value["id"]) if "id" in value else ("externalid", value["externalId"])
    if not isinstance(key, str) or not exists(table, column, key):
        yield "INVALID_KEY_OR_REF", path, f"Invalid reference key '{key}' for the field {path}."


def _fits(value: Any, kind: str, more: str) -> bool:
    if kind == "text":
        return isinstance(value, str) and len(value) <= int(more)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and _is_day(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    number = Decimal(value)
    exponent = number.normalize().as_tuple().exponent
    return number.is_finite() and abs(number) < _LARGEST and isinstance(exponent, int) and -exponent <= int(more)


def _is_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


def error(status: int, title: str, *found: Complaint) -> Mapping[str, Any]:
    """Return an error in the vendor's shape (`nsError`)."""
    details = [
        {"detail": words, **({"o:errorPath": path} if path else {}), "o:errorCode": code} for code, path, words in found
    ]
    kind = "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5"
    return {"type": kind, "title": title, "status": status, "o:errorDetails": details}
