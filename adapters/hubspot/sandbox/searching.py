"""CRM search: filters, order and pages. It lags: what was written last is not found yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

_MOST = 200


def searched(rows: Sequence[Mapping[str, Any]], body: Mapping[str, Any], *, lag: int = 0) -> dict[str, Any]:
    """Return what a search finds, a page of it."""
    seen = rows[: len(rows) - lag] if lag else rows
    groups = body.get("filterGroups") or [{}]
    found = [
        row for row in seen if any(all(_holds(row, one) for one in group.get("filters") or ()) for group in groups)
    ]
    for sort in body.get("sorts") or ():
        name = sort["propertyName"]
        found.sort(
            key=lambda row: str(row["properties"].get(name) or ""), reverse=sort.get("direction") == "DESCENDING"
        )
    size, start = min(int(body.get("limit", 10)), _MOST), int(body.get("after") or 0)
    names = body.get("properties") or []
    page = [
        {**row, "properties": {name: row["properties"].get(name) for name in names} if names else row["properties"]}
        for row in found[start : start + size]
    ]
    following = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(found) else {}
    return {"total": len(found), "results": page, **following}


def _holds(row: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    value, wanted = row["properties"].get(condition["propertyName"]), str(condition.get("value", ""))
    if condition["operator"] == "EQ":
        return str(value or "").casefold() == wanted.casefold()
    if condition["operator"] == "GTE":
        return value is not None and _millis(str(value)) >= int(wanted)
    raise ValueError(f"operator {condition['operator']} is not served here")


def _millis(text: str) -> int:
    return int(text) if text.isdigit() else int(datetime.fromisoformat(text).timestamp() * 1000)
