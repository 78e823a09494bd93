"""From values as read to a canonical record: one spelling a value, and what law and arithmetic allow to infer."""

from engine.model.record import Extraction, Record


def normalize(extraction: Extraction, *, revision: int) -> Record:
    """Return the record of an extraction."""
    return Record(
        document_id=extraction.document_id, revision=revision, classification=extraction.classification,
        fields=extraction.fields, lines=extraction.lines, taxes=extraction.taxes, findings=extraction.findings,
    )  # fmt: skip
