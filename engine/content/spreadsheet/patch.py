"""Changes to the text of a YAML file that leave every other character as it is: comments, order, quotes and blanks.

The file is parsed for the places of its keys and values; only the text at a place is replaced. One change at a time.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_./ -]*[A-Za-z0-9_./])?")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_QUOTED = frozenset({"via", "why"})
"""Keys whose text is always written in quotes."""

Path = Sequence[str | int]


class Spot(ValueError):
    """A change has no place in the text; the sentence says why."""


def set_key(text: str, path: Path, key: str, value: object, *, order: Sequence[str]) -> str:
    """Return the text with `key` of the mapping at `path` set. A new key stands where `order` (of keys) says."""
    mapping = _at(text, path)
    keys = [name.value for name, _ in mapping.value]
    if key in keys:
        _, old = mapping.value[keys.index(key)]
        written = spelled(value, is_quoted=getattr(old, "style", None) in {'"', "'"} or key in _QUOTED)
        return text[: old.start_mark.index] + written + text[_end(text, old) :]
    entry = f"{key}: {spelled(value, is_quoted=key in _QUOTED)}"
    before = [index for index, name in enumerate(keys) if name in order and order.index(name) < order.index(key)]
    if not before:
        first = mapping.value[0][0].start_mark
        gap = ", " if mapping.flow_style else f"{_newline(text)}{' ' * first.column}"
        return text[: first.index] + entry + gap + text[first.index :]
    name, last = mapping.value[before[-1]]
    at = _end(text, last)
    if mapping.flow_style:
        return f"{text[:at]}, {entry}{text[at:]}"
    at = _line_end(text, at)
    return f"{text[:at]}{_newline(text)}{' ' * name.start_mark.column}{entry}{text[at:]}"


def remove_key(text: str, path: Path, key: str) -> str:
    """Return the text without `key` of the mapping at `path`. Raises Spot when nothing else stands there."""
    mapping = _at(text, path)
    keys = [name.value for name, _ in mapping.value]
    index = keys.index(key)
    if len(keys) == 1:
        raise Spot(f"without {key} nothing is left of this row")
    name, value = mapping.value[index]
    if index == 0:
        return text[: name.start_mark.index] + text[mapping.value[1][0].start_mark.index :]
    if mapping.flow_style:
        return text[: _end(text, mapping.value[index - 1][1])] + text[_end(text, value) :]
    return _without_lines(text, name.start_mark.index, _end(text, value))


def add_row(text: str, path: Path, row: Mapping[str, object]) -> str:
    """Return the text with a row after the one at `path` of the same list."""
    *ahead, index = path
    rows = _at(text, ahead)
    entries = ", ".join(f"{key}: {spelled(value, is_quoted=key in _QUOTED)}" for key, value in row.items())
    at = _end(text, rows.value[index])
    if rows.flow_style:
        return f"{text[:at]}, {{{entries}}}{text[at:]}"
    at = _line_end(text, at)
    return f"{text[:at]}{_newline(text)}{' ' * rows.start_mark.column}- {{{entries}}}{text[at:]}"


def remove_row(text: str, path: Path) -> str:
    """Return the text without the row at `path`. Raises Spot when it is the only one of its list."""
    *ahead, last = path
    rows, index = _at(text, ahead), int(last)
    if len(rows.value) == 1:
        raise Spot("it is the only row of its object; remove the object")
    row = rows.value[index]
    if not rows.flow_style:
        return _without_lines(text, row.start_mark.index, _end(text, row))
    if index == 0:
        return text[: row.start_mark.index] + text[rows.value[1].start_mark.index :]
    return text[: _end(text, rows.value[index - 1])] + text[_end(text, row) :]


def spelled(value: object, *, is_quoted: bool = False) -> str:
    """Return a value as YAML on one line: plain where strict YAML reads the same, else in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{spelled(key)}: {spelled(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(spelled(inner) for inner in value) + "]"
    written = str(value)
    if not is_quoted and _PLAIN.fullmatch(written) and written.lower() not in _WORDS:
        return written
    return json.dumps(written, ensure_ascii=False)


def _at(text: str, path: Path) -> Any:
    """Return the node at a path."""
    node: Any = yaml.compose(text, Loader=_LOADER)
    for part in path:
        node = node.value[part] if isinstance(part, int) else next(v for k, v in node.value if k.value == part)
    return node


def _end(text: str, node: Any) -> int:
    """Return where a node ends, without the blanks and comments that a block carries behind it."""
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end: int = node.end_mark.index
    if getattr(node, "style", None) in {"|", ">"}:
        end = len(text[:end].rstrip())
    return end


def _line_end(text: str, at: int) -> int:
    """Return the end of the line at a position, before its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _without_lines(text: str, start: int, end: int) -> str:
    """Return the text without the whole lines from one position to another."""
    after = text.find("\n", end)
    return text[: text.rfind("\n", 0, start) + 1] + (text[after + 1 :] if after >= 0 else "")
