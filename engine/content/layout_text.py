"""How a file of layouts is written: one line a place and an anchor, in a fixed order, so that git shows what changed."""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from engine.content.layout_book import LayoutBook, Place
from engine.model.value import Value

_HEAD = """\
# Where values stand on the paper of vendors. Written by `postroom layouts export`; edit a copy with the next version.
# Places are points, and shares of the page; docs/how-to/correct-a-value.md says what each key means.
"""
_WORD = re.compile(r"[a-z][a-z_]*")
_TAKEN_FOR_ELSE = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def text_of(book: LayoutBook) -> str:
    """Return the file of a book."""
    lines = [f"name: {book.name}", f"version: {book.version}", "vendors:"]
    for paper in sorted(book.vendors, key=lambda one: one.id):
        lines.append(f"  - id: {_text(paper.id)}")
        lines += [f"    name: {_text(paper.name)}"] if paper.name else []
        lines += [f"    known_by: [{', '.join(map(_text, paper.known_by))}]", "    fields:"]
        for field in sorted(paper.fields):
            lines += _place_lines(field, paper.fields[field])
    return _HEAD + "\n".join(lines) + "\n"


def _place_lines(field: str, place: Place) -> Iterator[str]:
    yield f"      {field}:"
    for name in ("kind", "shape", "words", "page", "x0", "top"):
        yield f"        {name}: {_text(getattr(place, name))}"
    if place.anchors:
        yield "        anchors:"
        yield from (f"          - {_entry(one)}" for one in place.anchors)
    if place.column is not None:
        yield f"        column: {_entry(place.column)}"
    yield f"        taught: {_entry(place.taught)}"


def _entry(one: Value) -> str:
    return "{" + ", ".join(f"{key}: {_text(getattr(one, key))}" for key in type(one).model_fields) + "}"


def _text(value: object) -> str:
    """Return a scalar; what could be taken for something else stands in quotes."""
    if isinstance(value, datetime):
        return f'"{value.isoformat()}"'
    if isinstance(value, int | float):
        return f"{value}"
    text = str(value)
    is_plain = _WORD.fullmatch(text) and text not in _TAKEN_FOR_ELSE
    return text if is_plain else json.dumps(text, ensure_ascii=False)
