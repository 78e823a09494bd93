"""What two readings of one value do to it: both are shown, the value is doubted, the other one is kept beside it."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from engine.model.field import Alternative, Box, Field
from engine.model.finding import Finding, Severity
from engine.model.record import Extraction
from engine.stages.contradict.printed import compact

DOUBT = 0.3
"""Confidence that is left to a value which something else on the document contradicts."""
TITLES: Mapping[str, str] = {
    "total": "total", "amount_due": "amount to pay", "subtotal": "net sum", "tax_total": "tax",
    "invoice_number": "invoice number", "issue_date": "issue date", "due_date": "due date", "currency": "currency",
    "vendor_iban": "bank account", "vendor_tax_id": "tax id of the vendor", "buyer_tax_id": "tax id of the buyer",
    "vendor_name": "vendor", "buyer_name": "buyer", "po_number": "order number", "lines": "line items",
}  # fmt: skip
_AMOUNTS = ("subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due")
_IDENTIFIERS = ("invoice_number", "po_number", "vendor_iban", "vendor_tax_id", "vendor_registration_id", "buyer_tax_id")


class Dispute(NamedTuple):
    """A value of the record, and what something else on or around the document says instead."""

    field: str
    other: str
    finding: Finding


def place(page: int | None, box: Box | None) -> str:
    """Return where something stands, for evidence: `page 1 (72, 130, 174, 145)`; empty when it is not known."""
    if page is None:
        return ""
    return f"page {page}" + (f" ({', '.join(str(round(side)) for side in box)})" if box else "")


def contradiction(
    name: str, *, message: str, evidence: Iterable[tuple[str, str]], severity: Severity = "error"
) -> Finding:
    """Return the finding that two readings of a value differ; empty evidence is left out."""
    shown = tuple((what, value) for what, value in evidence if value)
    return Finding(code="contradiction", severity=severity, message=message, fields=(name,), evidence=shown)


def evidence_of(field: Field | None, label: str = "printed") -> tuple[tuple[str, str], ...]:
    """Return a value with its place as evidence."""
    if field is None:
        return ()
    return ((label, field.value), (f"{label} at", place(field.provenance.page, field.provenance.box)))


def settle(extraction: Extraction, disputes: Iterable[Dispute]) -> Extraction:
    """Return the extraction with its disputed values doubted, the other readings beside them, and the findings added."""
    listed = tuple(disputes)
    by_name: dict[str, list[str]] = {}
    for dispute in listed:
        by_name.setdefault(dispute.field, []).append(dispute.other)
    fields = tuple(
        doubted(field, by_name[field.name]) if field.name in by_name else field for field in extraction.fields
    )
    found = dict.fromkeys((*extraction.findings, *(dispute.finding for dispute in listed)))
    return extraction.model_copy(update={"fields": fields, "findings": tuple(found)})


def doubted(field: Field, others: Iterable[str]) -> Field:
    """Return a field with other readings beside it and little confidence left."""
    known = {alternative.value for alternative in field.alternatives}
    new = tuple(
        Alternative(value=other, raw=other, confidence=DOUBT) for other in dict.fromkeys(others)
        if other and other not in known and other != field.value
    )  # fmt: skip
    return field.model_copy(
        update={"confidence": min(field.confidence, DOUBT), "alternatives": (*field.alternatives, *new)}
    )


def agrees(name: str, one: str, other: str) -> bool:
    """Whether two values mean the same: amounts without sign and scale, identifiers without separators."""
    if one == other:
        return True
    compare = _COMPARE.get(name, _words)
    return compare(one) == compare(other)


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def size(text: str) -> Decimal | None:
    """Return an amount without its sign: credit notes print it with or without."""
    try:
        return abs(Decimal(text))
    except InvalidOperation:
        return None


_COMPARE: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(_AMOUNTS, size),
    **dict.fromkeys(_IDENTIFIERS, compact),
}
