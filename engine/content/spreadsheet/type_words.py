"""The type of a mapping row in one cell: `text max 35`, `decimal places 4 min_places 2`, `date %d.%m.%Y`, `picklist KR | KG`.

Both ways: what `said` writes, `read` reads back. What a cell could not hold in these words stands in it as JSON.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "text": ("min", "max"), "decimal": ("places", "min_places", "max_digits"), "integer": ("min", "max"), "boolean": (),
}  # fmt: skip
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_SEPARATOR = " | "
_FORMS = "text max 35, text digits max 6, decimal places 2, date %d.%m.%Y, integer min 0, boolean, picklist KR | KG"


class TypeWordsError(ValueError):
    """A cell does not say a type; the sentence names the forms there are."""


def said(written: object) -> str:
    """Return the type as it stands in the matrix (`{text: {max: 35}}` or `integer`) in words; empty for none."""
    if written is None:
        return ""
    if isinstance(written, str):
        return written
    words = _words(written) if isinstance(written, dict) and len(written) == 1 else None
    if words is None or _same(words) != written:
        return json.dumps(written, ensure_ascii=False)
    return words


def read(cell: str) -> object:
    """Return the type that a cell says, as it is written in a matrix. Raises TypeWordsError."""
    words = cell.strip()
    if words.startswith("{"):
        try:
            return json.loads(words)
        except ValueError as e:
            raise TypeWordsError(f"this is no type; write one of: {_FORMS}") from e
    name, _, rest = words.partition(" ")
    if name == "picklist":
        values = [value.strip() for value in rest.split("|")]
        if not all(values):
            raise TypeWordsError(f"a picklist names its values; write one of: {_FORMS}")
        return {name: values}
    if name == "date":
        return {name: {"format": rest.strip()}} if rest.strip() else name
    if name not in _BOUNDS:
        raise TypeWordsError(f"{name!r} is no type; write one of: {_FORMS}")
    bounds = _bounds(name, rest.split())
    return {name: bounds} if bounds else name


def _bounds(name: str, words: list[str]) -> dict[str, int | bool]:
    bounds: dict[str, int | bool] = {}
    while words:
        key = words.pop(0)
        if name == "text" and key == "digits":
            bounds[key] = True
        elif key in _BOUNDS[name] and words and _NUMBER.fullmatch(words[0]):
            bounds[key] = int(words.pop(0))
        else:
            raise TypeWordsError(f"{key!r} says nothing about {name}; write one of: {_FORMS}")
    return bounds


def _words(written: Mapping[str, Any]) -> str | None:
    ((name, inner),) = written.items()
    if name == "picklist" and isinstance(inner, list):
        return f"picklist {_SEPARATOR.join(map(str, inner))}"
    if not isinstance(inner, dict):
        return None
    if name == "date":
        return f"date {inner.get('format', '')}".strip()
    parts = [key if value is True else f"{key} {value}" for key, value in inner.items()]
    return " ".join([name, *parts])


def _same(words: str) -> object:
    """Return what the words would be read as, or None."""
    try:
        return read(words)
    except TypeWordsError:
        return None
