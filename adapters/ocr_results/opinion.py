"""The fields that a service names, under our names."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from adapters.ocr_results.tree import snake
from engine.model.field import Alternative, Box, Field, Provenance, Row
from engine.model.page import Opinion

_TABLE = Path(__file__).parent / "field_names.yaml"
_MOST_ROWS = 5000
_MOST_FIELDS = 500
_MOST_OTHERS = 5

Group = Literal["fields", "lines", "taxes"]


class Said(NamedTuple):
    """One field as the service gave it."""

    name: str
    """The service's own name."""
    raw: str
    """As printed."""
    value: str = ""
    """The service's typed value as canonical text, empty when it has none."""
    confidence: float = 0.5
    page: int | None = None
    box: Box | None = None
    pointer: str = ""
    """JSON pointer into the service's answer."""


class Names:
    """The names of one service and what we call them."""

    def __init__(self, service: str, data: Mapping[str, Mapping[str, str]]) -> None:
        self.service = service
        self._data = data

    def of(self, group: Group, name: str) -> str | None:
        """Return our name, or None for a field that we have no use for. Our own names mean themselves."""
        named = self._data.get(group, {})
        return named.get(name) or (snake(name) if snake(name) in named.values() else None)

    def type(self, name: str) -> str:
        """Return the document type of DESIGN 5; `unknown` when the service's word for it means nothing to us."""
        types = self._data.get("types", {})
        folded = name.strip().lower()
        return next(
            (ours for theirs, ours in types.items() if folded == theirs or folded.startswith(f"{theirs}.")), "unknown"
        )

    def row(self, group: Group, said: Iterable[Said], *, by: str) -> Row:
        """Return the fields that we know, the surest of several under one name first and the others beside it."""
        found: dict[str, list[Said]] = {}
        for number, one in enumerate(said):
            ours = self.of(group, one.name)
            if ours is not None and (one.raw or one.value) and number < _MOST_FIELDS:
                found.setdefault(ours, []).append(one)
        return tuple(_field(name, several, by) for name, several in found.items())


def opinion(
    names: Names, *, fields: Iterable[Said], lines: Iterable[Iterable[Said]] = (), taxes: Iterable[Iterable[Said]] = (),
    type: str = "", type_confidence: float = 0.0, pages: tuple[int, int] | None = None,  # noqa: A002 - the word of the model
) -> Opinion:  # fmt: skip
    """Return what a service says of one document, under our names."""
    by = names.service
    kind = names.type(type)
    return Opinion(
        by=by, type=kind, type_confidence=type_confidence if kind != "unknown" else 0.0, pages=pages,
        fields=names.row("fields", fields, by=by), lines=_rows(names, "lines", lines), taxes=_rows(names, "taxes", taxes),
    )  # fmt: skip


@cache
def names_of(service: str) -> Names:
    """Return the names of a service from the table beside this module."""
    return Names(service, yaml.safe_load(_TABLE.read_text(encoding="utf-8"))[service])


def _rows(names: Names, group: Group, rows: Iterable[Iterable[Said]]) -> tuple[Row, ...]:
    found = (names.row(group, row, by=names.service) for number, row in enumerate(rows) if number < _MOST_ROWS)
    return tuple(row for row in found if row)


def _field(name: str, several: list[Said], by: str) -> Field:
    best, *rest = sorted(several, key=lambda one: -one.confidence)
    others = {one.value or one.raw: one for one in reversed(rest) if (one.value or one.raw) != (best.value or best.raw)}
    return Field(
        name=name, value=best.value or best.raw, raw=best.raw or best.value, confidence=best.confidence,
        provenance=Provenance(how="read", page=best.page, box=best.box, pointer=best.pointer or None, by=by),
        alternatives=tuple(
            Alternative(value=value, raw=one.raw, confidence=one.confidence) for value, one in list(others.items())[:_MOST_OTHERS]
        ),
    )  # fmt: skip
