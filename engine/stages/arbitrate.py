"""Settles what stands on the page against what the file carries as data."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import get_args

from engine.model.document import DocumentType
from engine.model.field import Alternative, Field, by_name
from engine.model.finding import Finding
from engine.model.page import Embedded
from engine.model.record import Classification, Extraction

CLEAR = 0.8
"""From this confidence on a printed value counts as clearly legible."""

_SHORTEST_TAIL = 4
_NAMES = {
    "total": "total", "invoice_number": "invoice number", "issue_date": "issue date",
    "vendor_iban": "bank account", "currency": "currency",
}  # fmt: skip


def arbitrate(
    printed: Extraction | None,
    embedded: Embedded | None,
    *,
    document_id: str,
    classification: Classification,
) -> Extraction:
    """Join print and embedded data into one extraction.

    Embedded values win and remember the box where print agrees; values that are only printed are kept. Where a clearly
    legible total, number, date, account or currency says something else than the data, a finding `contradiction` holds
    both. Without embedded data the print is returned, without print an extraction of the data alone.
    """
    print_ = printed or Extraction(document_id=document_id, classification=classification)
    if embedded is None:
        return print_
    on_page = by_name(print_.fields)
    fields = tuple(_settled(field, on_page.get(field.name)) for field in embedded.fields)
    names = {field.name for field in fields}
    return print_.model_copy(
        update={
            "document_id": document_id,
            "classification": _classified(classification, embedded),
            "fields": (*fields, *(field for field in print_.fields if field.name not in names)),
            "lines": embedded.lines or print_.lines,
            "taxes": embedded.taxes or print_.taxes,
            "findings": (*print_.findings, *_contradictions(on_page, embedded), *_type(classification, embedded)),
        }
    )


def _settled(field: Field, printed: Field | None) -> Field:
    """Return the embedded field with what the page adds: where it stands when it agrees, what it says when not."""
    if printed is None:
        return field
    if _agrees(field.name, field.value, printed.value):
        seen = {"page": printed.provenance.page, "box": printed.provenance.box}
        return field.model_copy(update={"provenance": field.provenance.model_copy(update=seen)})
    other = Alternative(value=printed.value, raw=printed.raw, confidence=0.0)
    return field.model_copy(update={"alternatives": (*field.alternatives, other)})


def _contradictions(printed: Mapping[str, Field], embedded: Embedded) -> tuple[Finding, ...]:
    data = by_name(embedded.fields)
    pairs = ((name, data[name], printed[name]) for name in _NAMES if name in data and name in printed)
    return tuple(
        Finding(
            code="contradiction", severity="error", fields=(name,),
            message=f"The page shows another {_NAMES[name]} than the data inside the file. Find out which is right.",
            evidence=(("embedded", ours.value), ("printed", theirs.value), ("printed as", theirs.raw)),
        )
        for name, ours, theirs in pairs if _contradicts(ours, theirs, data)
    )  # fmt: skip


def _contradicts(ours: Field, theirs: Field, data: Mapping[str, Field]) -> bool:
    if min(ours.confidence, theirs.confidence) < CLEAR:
        return False
    known = [ours.value, *(other.value for other in ours.alternatives)]
    if ours.name == "total" and "amount_due" in data:
        # pages often call what is left to pay the total
        known.append(data["amount_due"].value)
    seen = [theirs.value, *(other.value for other in theirs.alternatives)]
    if any(_agrees(ours.name, value, theirs.value) for value in known):
        return False
    return not any(_agrees(ours.name, ours.value, value) for value in seen) and not _is_near(ours, theirs)


def _is_near(ours: Field, theirs: Field) -> bool:
    """Tell differences that are a matter of reading or writing, so that they are not called a contradiction."""
    if ours.name == "invoice_number":
        shorter, longer = sorted((_compact(ours.value), _compact(theirs.value)), key=len)
        return len(shorter) >= _SHORTEST_TAIL and (longer.endswith(shorter) or longer.startswith(shorter))
    if ours.name == "issue_date":
        return ours.value == "-".join((theirs.value[:4], theirs.value[8:], theirs.value[5:7]))
    # a domestic account number is the end of the IBAN that is printed
    account = _compact(ours.value).lstrip("0")
    return ours.name == "vendor_iban" and len(account) >= _SHORTEST_TAIL and _compact(theirs.value).endswith(account)


def _type(classification: Classification, embedded: Embedded) -> tuple[Finding, ...]:
    printed = classification.type
    is_settled = "unknown" in {printed, embedded.type} or printed == embedded.type
    if is_settled or classification.type_confidence < CLEAR:
        return ()
    different = Finding(
        code="type_contradiction", severity="warning",
        message="The page looks like another kind of document than the data inside the file says.",
        evidence=(("embedded", embedded.type), ("printed", printed)),
    )  # fmt: skip
    return (different,)


def _classified(classification: Classification, embedded: Embedded) -> Classification:
    """Let the data say what kind of document it is; the language is that of the page where it is known."""
    kind = next((known for known in get_args(DocumentType) if known == embedded.type), "unknown")
    language = classification.language or embedded.language
    changed: dict[str, object] = {"language": language}
    if classification.language is None and language is not None:
        changed["language_confidence"] = 1.0
    if kind not in {"unknown", classification.type}:
        changed |= {"type": kind, "type_confidence": 1.0}
        changed["evidence"] = (*classification.evidence, f"{embedded.syntax} {embedded.profile}".strip())
    return classification.model_copy(update=changed)


def _agrees(name: str, ours: str, theirs: str) -> bool:
    if ours == theirs:
        return True
    compare = _COMPARE.get(name, _words)
    return compare(ours) == compare(theirs)


def _compact(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _size(text: str) -> Decimal | None:
    """Return an amount without its sign: credit notes print it with or without."""
    try:
        return abs(Decimal(text))
    except InvalidOperation:
        return None


_AMOUNTS = ("subtotal", "discount_total", "charge_total", "tax_total", "total", "amount_due")
_IDENTIFIERS = ("invoice_number", "po_number", "vendor_iban", "vendor_tax_id", "vendor_registration_id", "buyer_tax_id")
_COMPARE: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(_AMOUNTS, _size),
    **dict.fromkeys(_IDENTIFIERS, _compact),
}
