"""Words for what changed: the parts of content files as people call them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_NOUNS: Mapping[str, str] = {
    "rules": "rule", "rows": "row", "thresholds": "threshold", "tolerances": "tolerance", "checks": "check",
    "targets": "binding", "facts": "fact", "queues": "queue", "sends": "send", "columns": "column", "labels": "label",
    "properties": "field", "units": "unit", "types": "title", "levels": "level", "records": "record", "teams": "team",
    "limits": "limit", "flows": "flow", "reading": "reading", "languages": "language", "entities": "company",
    "vendors": "vendor",
}  # fmt: skip
_QUIET = frozenset({"settings", "when_none", "items", "$defs", "company", "schema"})
"""Steps of a path that say nothing to people."""
_NESTED = frozenset({"rows", "properties"})
"""Things that stand within their like."""
_SIGNS: Mapping[str, str] = {
    "<": "below", "<=": "at most", ">": "above", ">=": "at least", "==": "is", "!=": "is not",
}  # fmt: skip
_LONGEST = 100


def phrase(path: Sequence[str]) -> str:
    """Return `row header.invoice_no type` for ("rows", "header", "rows", "invoice_no", "type")."""
    noun = ""
    names: list[str] = []
    rest: list[str] = []
    is_name = False
    for index, part in enumerate(path):
        if part in _NOUNS and (index == 0 or part in _NESTED):
            noun, is_name = noun or _NOUNS[part], True
            names, rest = [*names, *rest], []
        elif is_name:
            names, is_name = [*names, part], False
        elif part not in _QUIET:
            rest.append(part)
    named = f"{noun} {'.'.join(names)}".strip()
    return " ".join(one for one in (named, ".".join(rest)) if one)


def is_name_in(path: Sequence[str], at: int) -> bool:
    """Tell whether a step of a path is what a part is called (a rule's id, a row's target), not a key of the file."""
    return at > 0 and path[at - 1] in _NOUNS and not is_name_in(path, at - 1)


def turned(path: Sequence[str], before: Any, after: Any) -> str:
    """Return what a value was and what it is: `rule vendor_unsure: vendor_probability below 900 -> below 950`."""
    is_test = path[-1:] == ("when",) and isinstance(before, str) and isinstance(after, str)
    if is_test and (told := _other_value(before, after)):
        return f"{phrase(path[:-1])}: {told}"
    if path[-1:] == ("type",) and path[:1] == ("rows",):
        return f"{phrase(path[:-1])}: {_type(before)} -> {_type(after)}"
    return f"{phrase(path)}: {shown(before) or 'nothing'} -> {shown(after) or 'nothing'}"


def _other_value(before: str, after: str) -> str | None:
    """Return the one comparison that has another sign or value, in words; None when more is different."""
    was, now = before.split(), after.split()
    places = [index for index, pair in enumerate(zip(was, now, strict=False)) if pair[0] != pair[1]]
    if len(was) != len(now) or not places:
        return None
    sign = next((at for at in range(places[0], max(places[0] - 2, -1), -1) if was[at] in _SIGNS), None)
    if sign is None or sign < 1 or not set(places) <= {sign, sign + 1} or now[sign] not in _SIGNS:
        return None
    return f"{was[sign - 1]} {_SIGNS[was[sign]]} {was[sign + 1]} -> {_SIGNS[now[sign]]} {now[sign + 1]}"


def _type(words: object) -> str:
    """Return a row's type as people say it: `text max 35` is text up to 35 characters."""
    return str(words or "text").replace(" max ", " up to ").replace(" min ", " from ")


def shown(value: Any) -> str:
    """Return plain data in short: what a part is, for a sentence. Empty for nothing."""
    if value is None or value in ({}, [], ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return _cut(str(value))
    if isinstance(value, dict) and isinstance(value.get("when"), str):
        return _cut(value["when"])
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return _cut(", ".join(map(str, value)))
    bare = (
        {key: one for key, one in value.items() if one not in (None, {}, [], "")} if isinstance(value, dict) else value
    )
    return _cut(json.dumps(bare, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
