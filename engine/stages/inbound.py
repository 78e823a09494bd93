"""Inbound: an event becomes a reading, without a page and without doubt. Pure.

Findings: those of the mapping (stages/transform.py), and `field_not_owned` (warning): the system that told the event may not
write a field of the record, so its value was left out.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.content.converters import Tables
from engine.content.expression import compile_expression
from engine.content.inbound_matrix import InboundMatrix
from engine.content.ownership import Ownership, Writer
from engine.model.event import Event
from engine.model.field import Field, Provenance, Row
from engine.model.finding import Finding
from engine.model.page import Embedded, Reading
from engine.model.value import Value
from engine.stages.scope import Scope, Texts
from engine.stages.transform import Mapped, traced_in

_LISTS = ("lines", "taxes")
_DEEPEST = 8


class Teller(Value):
    """Who told an event, as far as ownership asks."""

    system: str
    """As `ownership.yaml` names it."""
    is_posted: bool = False
    """Whether an earlier version of the object was posted: some fields change hands then."""


class _Told(NamedTuple):
    """An event as rows see it."""

    scope: Scope
    pointers: Mapping[str, str]
    """Place in the event (JSON pointer) of each value of its header, and of each list."""


def concerns(matrix: InboundMatrix, event: Event, xref: Tables) -> bool:
    """Tell whether the matrix wants to know of this version of the object. Raises Inconvertible for a condition that fails."""
    if matrix.where is None:
        return True
    return compile_expression(matrix.where).evaluate(_told(event, xref).scope.context(), xref=xref) is True


def said(matrix: InboundMatrix, event: Event, xref: Tables) -> dict[str, str]:
    """Return what the matrix reads of an object, by path (`dealname`, `line_items[0].price`): equal texts, equal meaning."""
    scope = _told(event, xref).scope
    paths = {path for entry in traced_in(scope, matrix.matrix)[0].lineage for path in entry.fields}
    asked = compile_expression(matrix.where).reading.references if matrix.where is not None else ()
    paths |= {name for space, name in asked if space == "record"}
    values = {path: _value(scope, path) for path in paths if not path.startswith("event_")}
    return {path: value for path, value in sorted(values.items()) if value is not None}


def read(matrix: InboundMatrix, event: Event, xref: Tables, *, ownership: Ownership, teller: Teller) -> Reading:
    """Return what an event says, with confidence 1 and the place in the event that each value comes from."""
    told = _told(event, xref)
    mapped = traced_in(told.scope, matrix.matrix)[0]
    made = {entry.path: entry.fields for entry in mapped.lineage}
    by = Provenance(how="event", by=matrix.ref, at=event.time)

    def field(name: str, path: str, value: object) -> Field:
        origin = next(iter(made.get(path, ())), "")
        raw = _value(told.scope, origin)
        pointer = _pointer(told.pointers, origin)
        return Field(
            name=name, value=str(value), raw=raw or str(value), confidence=1.0,
            provenance=by.model_copy(update={"pointer": pointer}),
        )  # fmt: skip

    header, findings = _owned(mapped, matrix, ownership, teller)
    lists: dict[str, tuple[Row, ...]] = {
        group: tuple(
            tuple(field(name, f"{group}[{index}].{name}", value) for name, value in row.items())
            for index, row in enumerate(_rows(header.get(group)))
        )
        for group in _LISTS
    }
    fields = tuple(field(name, name, value) for name, value in header.items() if name not in _LISTS)
    embedded = Embedded(
        syntax="event", profile=event.type, type=matrix.matrix.record.partition("@")[0], fields=fields,
        lines=lists["lines"], taxes=lists["taxes"], by=matrix.ref, posted_before=teller.is_posted,
    )  # fmt: skip
    return Reading(embedded=embedded, findings=(*mapped.findings, *findings))


def _owned(
    mapped: Mapped, matrix: InboundMatrix, ownership: Ownership, teller: Teller
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """Return the payload without what somebody else may write, and a finding for each value that was left out."""
    record = matrix.matrix.record.partition("@")[0]
    kept: dict[str, object] = {}
    findings: list[Finding] = []
    for name, value in mapped.payload.items():
        writer = ownership.writer(record, name)
        if writer is None or _holder(writer, teller) == teller.system:
            kept[name] = value
            continue
        holder = _holder(writer, teller)
        findings.append(Finding(
            code="field_not_owned", severity="warning", fields=(name,),
            message=f"{name} is written by {holder}, not by {teller.system}: its value was left out.",
            evidence=(("system", teller.system), ("owner", holder), ("value", "" if name in _LISTS else str(value)[:200])),
        ))  # fmt: skip
    return kept, tuple(findings)


def _holder(writer: Writer, teller: Teller) -> str:
    return writer.then if writer.until == "posted" and teller.is_posted and writer.then else writer.system


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _told(event: Event, xref: Tables) -> _Told:
    header: dict[str, str] = {}
    groups: dict[str, tuple[Texts, ...]] = {}
    pointers: dict[str, str] = {}
    for name, pointer, value in _flat("", "/data", event.data, 0):
        pointers[name] = pointer
        if isinstance(value, list):
            groups[name] = tuple(_texts(row) for row in value if isinstance(row, Mapping))
            for inner, text in (groups[name][0] if groups[name] else {}).items():
                header[f"{name}_first_{inner}"] = text
                pointers[f"{name}_first_{inner}"] = f"{pointer}/0/{inner}"
        elif text := _text(value):
            header[name] = text
    header |= {"event_key": event.subject, "event_version": event.objectversion}
    pointers |= {"event_key": "/subject", "event_version": "/objectversion", "event_date": "/time"}
    if event.time is not None:
        header["event_date"] = event.time.date().isoformat()
    scope = Scope(record=header, groups=groups, vendor={}, order={}, env={}, document={}, xref=xref)
    return _Told(scope, pointers)


def _texts(row: Mapping[str, Any]) -> Texts:
    flat = ((name, value) for name, _, value in _flat("", "", row, 0) if not isinstance(value, list))
    return {name: text for name, value in flat if (text := _text(value))}


def _flat(before: str, at: str, data: Mapping[str, Any], depth: int) -> Iterator[tuple[str, str, Any]]:
    """Yield values with name and JSON pointer; what lies inside another object is joined by an underscore."""
    for name, value in data.items():
        pointer = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _flat(f"{before}{name}_", pointer, value, depth + 1)
        else:
            yield f"{before}{name}", pointer, value


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value).strip()


def _value(scope: Scope, path: str) -> str | None:
    """Return the text at a lineage path: `amount`, `line_items[0].price`."""
    group, _, rest = path.partition("[")
    if not rest:
        return scope.record.get(path)
    index, _, name = rest.partition("].")
    rows = scope.rows(group)
    return rows[int(index)].get(name) if index.isdigit() and int(index) < len(rows) else None


def _pointer(pointers: Mapping[str, str], path: str) -> str | None:
    """Return where the value at a lineage path stands in the event."""
    group, _, rest = path.partition("[")
    if not rest:
        return pointers.get(path)
    index, _, name = rest.partition("]")
    return f"{pointers[group]}/{index}{name.replace('.', '/')}" if group in pointers else None
