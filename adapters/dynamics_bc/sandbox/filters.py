"""The `$filter` that callers send: comparisons joined by `and`."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_TERM = re.compile(r"\s*(\w+)\s+(eq|gt|ge)\s+('(?:[^']|'')*'|[^\s']+)\s*(?:and|$)")


def filtered(rows: Sequence[Mapping[str, Any]], where: str) -> list[dict[str, Any]]:
    """Return the rows that a filter lets through. Raises ValueError for a filter that is not served here."""
    terms: list[tuple[str, str, str]] = []
    at = 0
    while at < len(where):
        found = _TERM.match(where, at)
        if found is None:
            raise ValueError(f"syntax error at position {at} in '{where}'")
        terms.append((found[1], found[2], found[3]))
        at = found.end()
    return [dict(row) for row in rows if all(_holds(row, *term) for term in terms)]


def _holds(row: Mapping[str, Any], name: str, operator: str, literal: str) -> bool:
    if name not in row:
        return False
    value = literal[1:-1].replace("''", "'") if literal.startswith("'") else literal
    if operator == "eq":
        return str(row[name]).casefold() == value.casefold()
    there, asked = datetime.fromisoformat(str(row[name])), datetime.fromisoformat(value)
    return there > asked or (operator == "ge" and there == asked)
