"""Confidence that can be taken at its word: of values at 0.97, 97 in a hundred are right."""

from collections.abc import Mapping, Sequence

from engine.content.calibration import Calibration
from engine.model.field import Field, Row
from engine.model.page import Reading
from engine.model.record import Absence, Record
from engine.stages.calibrate.features import of_absence, of_cell, of_document, of_header, surroundings
from engine.stages.extract.evidence import Evidence

KEYS = ("invoice_number", "issue_date", "total")
"""The values that a document must have right to be of any use."""
EXPECTED = (
    *KEYS, "subtotal", "tax_total", "due_date", "po_number", "currency", "vendor_name", "vendor_tax_id", "vendor_iban",
    "buyer_name",
)  # fmt: skip
"""Fields for which "not on the document" is an answer of its own."""
READ = frozenset({"read", "normalized", "inferred"})
"""Origins whose certainty is a matter of reading. Data, people and events are as sure as they say."""
LAYOUT = "+layout@"
"""Values read where a person pointed are as sure as their layout says: too few of them exist to fit anything."""
DISPUTE = "contradiction"
_LIKELIEST = 0.999


def calibrate(
    record: Record, reading: Reading, model: Calibration | None, evidence: Mapping[str, Evidence] | None = None
) -> Record:
    """Return the record with fitted probabilities on values, absences and the document as a whole.

    `evidence` holds what spoke for the printed header values, by field name.
    """
    if model is None or not reading.pages:
        return record
    around = surroundings(record, reading)
    speaks = evidence or {}

    def sure(field: Field, row: Row | None = None) -> Field:
        origin = field.provenance
        if origin.how not in READ or (origin.how == "normalized" and origin.pointer) or LAYOUT in origin.by:
            return field
        signs = of_header(field, around, speaks.get(field.name)) if row is None else of_cell(field, row, around)
        return _with(field, model.of(field.name).probability(signs))

    disputed = {name for finding in record.findings if finding.code == DISPUTE for name in finding.fields}
    fields = tuple(_doubted(sure(field), field) if field.name in disputed else sure(field) for field in record.fields)
    lines = tuple(tuple(sure(field, row) for field in row) for row in record.lines)
    names = {field.name for field in fields}
    absent = tuple(
        Absence(name=name, confidence=_rounded(model.absences.probability(of_absence(name, record, around))))
        for name in EXPECTED
        if name not in names
    )
    whole = _rounded(model.documents.probability(of_document(_keys(fields, absent))))
    return record.model_copy(update={"fields": fields, "lines": lines, "absent": absent, "confidence": whole})


def _doubted(fitted: Field, before: Field) -> Field:
    """Return a value that something on the document contradicts, no surer than the contradiction left it."""
    return before if before.confidence < fitted.confidence else fitted


def _keys(fields: Sequence[Field], absent: Sequence[Absence]) -> list[float]:
    read = [field.confidence for field in fields if field.name in KEYS]
    return read + [one.confidence for one in absent if one.name in KEYS]


def _with(field: Field, probability: float) -> Field:
    """Return the field with its probability; the other readings share what is left of certainty."""
    sure = _rounded(probability)
    spare = 1.0 - sure
    weight = sum(other.confidence for other in field.alternatives)
    if not field.alternatives:
        return field.model_copy(update={"confidence": sure})
    others = tuple(
        other.model_copy(
            update={"confidence": round(spare * _share(other.confidence, weight, len(field.alternatives)), 4)}
        )
        for other in field.alternatives
    )
    return field.model_copy(update={"confidence": sure, "alternatives": others})


def _share(confidence: float, weight: float, count: int) -> float:
    """Return the part of the remaining certainty that one alternative gets; some is kept for what nobody read."""
    return 0.8 * (confidence / weight if weight else 1.0 / count)


def _rounded(probability: float) -> float:
    return round(min(probability, _LIKELIEST), 4)
