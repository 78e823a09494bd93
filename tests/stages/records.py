"""Records for tests of stages, from plain texts."""

from collections.abc import Iterable, Mapping

from engine.model.field import Field, How, Provenance, Row
from engine.model.finding import Finding
from engine.model.record import Candidate, Classification, Match, Record


def field(name: str, value: str, *, confidence: float = 1.0, how: How = "read") -> Field:
    """Return a field as a reader would give it."""
    return Field(name=name, value=value, raw=value, confidence=confidence, provenance=Provenance(how=how))


def rows(texts: Iterable[Mapping[str, str]]) -> tuple[Row, ...]:
    """Return lines or taxes."""
    return tuple(tuple(field(name, value) for name, value in text.items()) for text in texts)


def record(
    *extra: Field,
    lines: Iterable[Mapping[str, str]] = (),
    taxes: Iterable[Mapping[str, str]] = (),
    type: str = "invoice",  # noqa: A002 - the word of the model
    type_confidence: float = 1.0,
    findings: tuple[Finding, ...] = (),
    **fields: str,
) -> Record:
    """Return a record with the named header fields, all read surely; `extra` fields are given whole."""
    return Record(
        document_id="d",
        revision=1,
        classification=Classification.model_validate(
            {"type": type, "type_confidence": type_confidence, "language": "en", "language_confidence": 1.0}
        ),
        fields=(*(field(name, value) for name, value in fields.items()), *extra),
        lines=rows(lines),
        taxes=rows(taxes),
        findings=findings,
    )


def matched(number: str = "V1", name: str = "Nordwind GmbH", **attributes: str) -> Match:
    """Return a match with exactly one vendor."""
    one = Candidate(kind="vendor", id=number, name=name, attributes=tuple(attributes.items()))
    return Match(kind="vendor", outcome="one", chosen=one, candidates=(one,))


def ordered(number: str = "PO-1", **attributes: str) -> Match:
    """Return a match with exactly one purchase order."""
    one = Candidate(kind="purchase_order", id=number, name=number, attributes=tuple(attributes.items()))
    return Match(kind="purchase_order", outcome="one", chosen=one, candidates=(one,))


NO_VENDOR = Match(kind="vendor", outcome="none")
NO_ORDER = Match(kind="purchase_order", outcome="not_asked")
