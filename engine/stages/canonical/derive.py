"""Fields that are worked out from others, and fields in another spelling, with the trace that leads back."""

from collections.abc import Iterable

from engine.model.field import Alternative, Field, Provenance

INFERRED = 0.9
"""Certainty left over when a value is worked out from others."""
BY = "normalize@1"
"""Who worked a value out."""


def inferred(name: str, value: str, sources: Iterable[Field], *, sure: float = INFERRED) -> Field:
    """Return a field that follows from others, as sure as the least sure of them times `sure`."""
    found = tuple(sources)
    confidence = round(sure * min(source.confidence for source in found), 3)
    how = Provenance(how="inferred", by=BY, source=tuple(source.name for source in found))
    return Field(name=name, value=value, raw="", confidence=confidence, provenance=how)


def changed(field: Field, value: str) -> Field:
    """Return the field in another spelling; where it was read stays with it."""
    if value == field.value or not value:
        return field
    how = field.provenance.model_copy(update={"how": "normalized"})
    return field.model_copy(update={"value": value, "provenance": how})


def reread(field: Field, value: str, *, sure: float) -> Field:
    """Return the field with another reading of its print, the one it had kept as an alternative."""
    if value == field.value:
        return field
    before = Alternative(value=field.value, raw=field.raw, confidence=round(1.0 - sure, 3))
    others = (before, *(other for other in field.alternatives if other.value not in {value, field.value}))
    found = changed(field, value)
    return found.model_copy(update={"confidence": round(min(field.confidence, sure), 3), "alternatives": others})


def with_alternative(field: Field, value: str, *, confidence: float) -> Field:
    """Return the field with one more reading, unless it has it already."""
    if value == field.value or any(other.value == value for other in field.alternatives):
        return field
    other = Alternative(value=value, raw=field.raw, confidence=confidence)
    return field.model_copy(update={"alternatives": (*field.alternatives, other)})


def was_read(field: Field) -> bool:
    """Tell whether a value comes from print, which may be read again; data and people are not second-guessed."""
    return field.provenance.how in {"read", "normalized"} and field.provenance.pointer is None and bool(field.raw)
