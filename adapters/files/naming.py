"""Names of files: from a pattern and the operation alone, never from the clock, so that a repeat finds the same name."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from engine.model.errors import Rejected
from engine.model.operation import Operation

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_VALUE = 48
_LONGEST_NAME = 200
_DATES = ("date", "issue_date", "invoice_date", "document_date")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def file_name(pattern: str, operation: Operation, *, generation: int = 1) -> str:
    """Return the final file name of an operation.

    `{key}` is the short key; `{document_id}` the first twelve digits of the document; `{object}`, `{target}`; `{date}`
    the document's own date as YYYYMMDD; any other name is a value of the payload's header or top level, dotted paths
    (`{header.invoice_no}`) of the payload. Values are reduced to safe characters. From the second generation on (a
    delivery after a refusal) the name ends in `_r2`, `_r3` ... Raises Rejected for a placeholder without a value.
    """
    name = _PLACEHOLDER.sub(lambda found: _value(found.group(1), operation), pattern)
    if "{" in name or "}" in name:
        raise Rejected(f"The file name pattern {pattern!r} is broken.", fields={"name": "braces do not match"})
    name = _UNSAFE.sub("_", name).lstrip(".-_")
    if len(name) > _LONGEST_NAME or operation.short_key not in name:
        raise Rejected(
            f"The file name pattern {pattern!r} gives no usable name.", fields={"name": f"{len(name)} characters"}
        )
    return name if generation == 1 else insert(name, f"_r{generation}")


def part_name(name: str, part: int, parts: int) -> str:
    """Return the name of one part (1-based): `AP_x.csv` becomes `AP_x_p01of03.csv`; one part keeps its name."""
    if parts == 1:
        return name
    width = max(2, len(str(parts)))
    return insert(name, f"_p{part:0{width}}of{parts:0{width}}")


def insert(name: str, text: str) -> str:
    """Return the name with text put before its ending."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}{text}{dot}{ending}" if dot else f"{name}{text}"


def safe(text: str) -> str:
    """Return text with only letters, digits, dot, dash and underscore, shortened; never a path, never hidden."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"\.{2,}", ".", _UNSAFE.sub("_", plain))
    return plain.strip("._-")[:_LONGEST_VALUE].rstrip("._-")


def _value(name: str, operation: Operation) -> str:
    built_in = {
        "key": operation.short_key,
        "document_id": operation.document_id[:12],
        "object": operation.object,
        "target": operation.target,
    }
    if name in built_in:
        return safe(built_in[name])
    text = safe(_date(operation) if name == "date" else _from_payload(name, operation.payload))
    if not text:
        raise Rejected(
            f"The file name needs {{{name}}}, and the payload has no value for it.",
            fields={name: "no value for the file name"},
        )
    return text


def _date(operation: Operation) -> str:
    values = (_from_payload(name, operation.payload) for name in _DATES)
    return next((value for value in values if value), "").replace("-", "")


def _from_payload(name: str, payload: Mapping[str, Any]) -> str:
    for root in (payload.get("header"), payload):
        found: Any = root
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if isinstance(found, (str, int)) and not isinstance(found, bool):
            return str(found)
    return ""
