"""Puts what people said over what was read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from engine.model.correction import Correction
from engine.model.field import Alternative, Field, Provenance, Row
from engine.model.record import Classification, Extraction

TYPE = "document_type"
"""The path by which a person says what the document is."""
_CELL = re.compile(r"(lines|taxes)\[(\d{1,4})\]\.([a-z_]+)")


def names_of(schema: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """Return the names that can be corrected by group: `""` for the header, `lines`, `taxes`."""
    properties = schema["properties"]
    groups = {
        group: frozenset(properties[group]["items"]["properties"])
        for group in ("lines", "taxes")
        if group in properties
    }
    return {"": frozenset(properties) - groups.keys(), **groups}


def complaint(correction: Correction, extraction: Extraction, schema: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the place that a correction names, or None."""
    names = names_of(schema)
    cell = _CELL.fullmatch(correction.path)
    group, name = (cell[1], cell[3]) if cell else ("", correction.path)
    if name not in names.get(group, frozenset()):
        where = f" of {group}" if group else ""
        return f"There is no field {name!r}{where}. There are: {', '.join(sorted(names.get(group, ())))}."
    rows = {"lines": extraction.lines, "taxes": extraction.taxes}
    if cell and int(cell[2]) >= len(rows[group]):
        return f"{correction.path}: the document has {len(rows[group])} {group}."
    return None


def typed(classification: Classification, corrections: Sequence[Correction]) -> Classification:
    """Return the classification with the type that a person said last; then nothing else is thought of it."""
    said = next((one for one in reversed(corrections) if one.path == TYPE and one.value), None)
    if said is None or said.value is None:
        return classification
    told = {"type": said.value, "type_confidence": 1.0, "aside": None, "evidence": (f"said by {said.by}",)}
    return classification.model_copy(update=told)


def corrected(extraction: Extraction, corrections: Sequence[Correction]) -> Extraction:
    """Return the extraction with the values that people gave. What was read stays beside them as alternative.

    A value said not to be on the document goes. A cell of a row that is no longer read is left out.
    """
    fields = {field.name: field for field in extraction.fields}
    rows = {
        "lines": [dict(_named(row)) for row in extraction.lines],
        "taxes": [dict(_named(row)) for row in extraction.taxes],
    }
    for one in (one for one in corrections if one.path != TYPE):
        cell = _CELL.fullmatch(one.path)
        if cell is None:
            _put(fields, one.path, one)
        elif int(cell[2]) < len(rows[cell[1]]):
            _put(rows[cell[1]][int(cell[2])], cell[3], one)
    return extraction.model_copy(
        update={
            "classification": typed(extraction.classification, corrections),
            "fields": tuple(fields.values()),
            "lines": tuple(tuple(row.values()) for row in rows["lines"] if row),
            "taxes": tuple(tuple(row.values()) for row in rows["taxes"] if row),
        }
    )


def _named(row: Row) -> Mapping[str, Field]:
    return {field.name: field for field in row}


def _put(fields: dict[str, Field], name: str, correction: Correction) -> None:
    before = fields.get(name)
    if correction.value is None:
        fields.pop(name, None)
        return
    origin = Provenance(how="human", page=correction.page, box=correction.box, by=correction.by, at=correction.at)
    others = (
        (Alternative(value=before.value, raw=before.raw, confidence=0.0),)
        if before is not None and before.value != correction.value
        else ()
    )
    raw = before.raw if before is not None and before.value == correction.value else correction.value
    fields[name] = Field(
        name=name, value=correction.value, raw=raw, confidence=1.0, provenance=origin, alternatives=others
    )
