"""Layouts of IDoc types: data files beside this module, read once."""

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

FieldKind = Literal["text", "number", "date", "time", "digits"]

_FIELD = re.compile(r"(?P<name>[A-Z0-9_]+)@(?P<offset>[0-9]+)\+(?P<length>[0-9]+)(:(?P<kind>[ndtc]))?")
_KINDS: dict[str | None, FieldKind] = {None: "text", "n": "number", "d": "date", "t": "time", "c": "digits"}


class IdocField(NamedTuple):
    """One field of a segment; offset and length in characters of SDATA."""

    name: str
    offset: int
    length: int
    kind: FieldKind


class Segment(NamedTuple):
    """One segment type in its place."""

    name: str
    released: str
    """Name in a flat file."""
    level: int
    min: int
    max: int
    fields: tuple[IdocField, ...]
    children: tuple["Segment", ...]


class Layout(NamedTuple):
    """One IDoc type."""

    type: str
    message: str
    control: Segment
    segments: tuple[Segment, ...]
    others: frozenset[str] = frozenset()
    """Names of segments that the type has too and that are left alone."""


@functools.cache
def load_layout(idoc_type: str) -> Layout:
    """Return the layout of an IDoc type (`INVOIC02`)."""
    file = Path(__file__).with_name(f"{idoc_type.lower()}.yaml")
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    control, *segments = (_segment(one, 2) for one in data["segments"])
    others = frozenset(str(data.get("others", "")).split())
    return Layout(data["type"], data["message"], control, tuple(segments), others)


def _segment(data: dict[str, Any], level: int) -> Segment:
    children: Sequence[dict[str, Any]] = data.get("children", ())
    return Segment(
        name=data["name"],
        released=data["released"],
        level=data.get("level", level),
        min=data.get("min", 0),
        max=data["max"],
        fields=tuple(_field(text) for text in data["fields"].split()),
        children=tuple(_segment(child, level + 1) for child in children),
    )


def _field(text: str) -> IdocField:
    found = _FIELD.fullmatch(text)
    if found is None:
        message = f"{text!r} is no field of a segment (NAME@OFFSET+LENGTH)"
        raise ValueError(message)
    return IdocField(found["name"], int(found["offset"]), int(found["length"]), _KINDS[found["kind"]])
