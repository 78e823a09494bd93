"""What a paper's kind and language make a person look at: papers that are not to be paid, languages nobody taught."""

from collections.abc import Iterator

from engine.model.field import Field
from engine.model.finding import Finding
from engine.model.record import Classification, Extraction, Record

_MOST_FOREIGN = 0.45
"""The most that a value is sure which was read without knowing the words around it: below every threshold."""
_PRINTED = frozenset({"read", "normalized", "inferred"})
_UNFIT = frozenset({"unknown", "invoice", "credit_note", "receipt"})
"""Types as which a statement would be judged wrongly; one of its own compares it."""
_KEYS = ("invoice_number", "issue_date", "total")


def doubts(extraction: Extraction) -> tuple[Finding, ...]:
    """Return the findings that follow from the classification.

    Codes: `language_unknown`, `payment_reminder`, `supplier_statement`, `quotation`, `pro_forma`, `order_confirmation`.
    """
    return tuple(_doubts(extraction.classification, extraction))


def _doubts(kind: Classification, extraction: Extraction) -> Iterator[Finding]:
    if kind.is_foreign and _rests_on_print(extraction):
        yield Finding(
            code="language_unknown", severity="error", evidence=(("type", kind.type),),
            message="The document is in a language that is not known here. Read it yourself: values may be misnamed.",
        )  # fmt: skip
    evidence = (("title", kind.evidence[0]),) if kind.evidence else ()
    number = extraction.value("invoice_number")
    if kind.aside == "reminder":
        yield Finding(
            code="payment_reminder", severity="error", evidence=(*evidence, *((("invoice_number", number),) if number else ())),
            message="This is a reminder of an invoice. Look whether the invoice is here; do not pay it again.",
        )  # fmt: skip
    if kind.aside == "statement":
        yield Finding(
            code="supplier_statement", severity="error" if kind.type in _UNFIT else "info", evidence=evidence,
            message="This is a supplier's statement of account. Compare the open items; there is nothing to post.",
        )  # fmt: skip
    if kind.aside == "quotation":
        yield Finding(
            code="quotation", severity="error", evidence=evidence,
            message="This is an offer, not an invoice. Pass it on to procurement; there is nothing to pay.",
        )  # fmt: skip
    if kind.aside == "pro_forma":
        yield Finding(
            code="pro_forma", severity="error", evidence=evidence,
            message="This is a pro forma invoice. Wait for the invoice proper, or ask for a prepayment request.",
        )  # fmt: skip
    if kind.aside == "order_confirmation":
        yield Finding(
            code="order_confirmation", severity="error", evidence=evidence,
            message="The seller confirms an order. Compare it with the order; there is nothing to pay yet.",
        )  # fmt: skip


def _rests_on_print(extraction: Extraction) -> bool:
    """Tell whether a key value is missing or was read from the print, not given by a person or by data in the file."""
    keys = [extraction.get(name) for name in _KEYS]
    return any(key is None or key.provenance.how in _PRINTED for key in keys)


def doubted(record: Record) -> Record:
    """Return the record with no printed value surer than reading without the language allows, when that is unknown."""
    if not record.classification.is_foreign:
        return record
    confidence = None if record.confidence is None else min(record.confidence, _MOST_FOREIGN)
    return record.model_copy(
        update={
            "fields": tuple(_unsure(field) for field in record.fields),
            "lines": tuple(tuple(_unsure(field) for field in row) for row in record.lines),
            "confidence": confidence,
        }
    )


def _unsure(field: Field) -> Field:
    if field.provenance.how not in _PRINTED or field.confidence <= _MOST_FOREIGN:
        return field
    return field.model_copy(update={"confidence": _MOST_FOREIGN})
