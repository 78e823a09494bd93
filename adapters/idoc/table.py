"""The shape of a mapping table: where in an IDoc a canonical field stands."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

from adapters.shared.idoc.tree import Cell, Node

Kind = Literal["text", "amount", "decimal", "date", "currency", "country", "account", "unit", "position", "material"]
_STEP = re.compile(r"(?P<segment>[A-Z0-9_]+)(\[(?P<field>[A-Z0-9_]+)=(?P<values>[^\]]*)\])?")


class Pick(NamedTuple):
    """One canonical field, and the places that may hold it, in order of preference.

    A place is a path of segments and a field: `E1EDK02[QUALF=001]/BELNR`; `[QUALF=003|002]` allows several qualifiers, in
    order of preference. The first place that holds something counts, unless `combine` says more: `each` joins what stands
    first in every place, `all` everything in all places, and `same` gives a value only where all that is found is equal.
    """

    name: str
    kind: Kind
    paths: tuple[str, ...]
    combine: Literal["first", "each", "all", "same"] = "first"
    glue: str = ", "


class Table(NamedTuple):
    """One message."""

    header: tuple[Pick, ...]
    lines: str
    """Path of the segment that is a line."""
    line: tuple[Pick, ...]
    taxes: str = ""
    tax: tuple[Pick, ...] = ()


class _Step(NamedTuple):
    segment: str
    field: str
    values: tuple[str, ...]


def nodes_at(node: Node, path: str) -> Iterator[Node]:
    """Yield the segments at a path below a segment."""
    yield from _walk(node, _steps(path))


def cells_at(node: Node, path: str) -> Iterator[Cell]:
    """Yield the values at a path below a segment; a path without `/` is a field of the segment itself."""
    place, _, name = path.rpartition("/")
    for found in _walk(node, _steps(place)) if place else (node,):
        cell = found.cells.get(name)
        if cell is not None:
            yield cell


def _walk(node: Node, steps: tuple[_Step, ...]) -> Iterator[Node]:
    if not steps:
        yield node
        return
    first, *rest = steps
    matching = [child for child in node.children if child.name == first.segment]
    for value in first.values or ("",):
        for child in matching:
            if not first.field or child.text(first.field) == value:
                yield from _walk(child, tuple(rest))


@cache
def _steps(path: str) -> tuple[_Step, ...]:
    steps = []
    for part in path.split("/"):
        found = _STEP.fullmatch(part)
        if found is None:
            message = f"{part!r} is no step of a path (SEGMENT or SEGMENT[FIELD=VALUE])"
            raise ValueError(message)
        steps.append(_Step(found["segment"], found["field"] or "", tuple((found["values"] or "").split("|"))))
    return tuple(steps)
