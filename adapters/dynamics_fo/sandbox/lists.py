"""Lists of records as Finance serves them: filters joined by `and`, an order, and pages."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from adapters.shared.sandbox.server import Call, Reply

_TERM = re.compile(r"(\w+) (eq|ge) (?:'((?:[^']|'')*)'|(\S+))(?: and |$)")
_PAGE = 10_000
"""Rows of one page at most."""


def listed(call: Call, url: str, records: Sequence[Mapping[str, Any]]) -> Reply:
    """Return a page of the records that a filter lets through; without an order they come in none that can be relied on."""
    terms = _TERM.findall(call.query.get("$filter", ""))
    rows = [row for row in reversed(records) if all(_holds(row, *term) for term in terms)]
    if order := call.query.get("$orderby", ""):
        rows.sort(key=lambda row: str(row.get(order, "")))
    start = int(call.query.get("$skiptoken", "0"))
    size = int(call.query.get("$top") or _PAGE)
    more = start + size < len(rows) and "$top" not in call.query
    query = "&".join(f"{name}={quote(text)}" for name, text in call.query.items() if name != "$skiptoken")
    following = {"@odata.nextLink": f"{url}{call.path}?{query}&$skiptoken={start + size}"} if more else {}
    return Reply(200, {"@odata.context": "$metadata", "value": rows[start : start + size], **following})


def _holds(row: Mapping[str, Any], name: str, operator: str, text: str, bare: str) -> bool:
    there = str(row.get(name, ""))
    if operator == "eq":
        return there.casefold() == (text.replace("''", "'") or bare).casefold()
    return bool(there) and datetime.fromisoformat(there) >= datetime.fromisoformat(bare)
