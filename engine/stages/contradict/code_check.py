"""QR codes and barcodes against what is printed: a code that pays another account or amount is not what people approve."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from engine.model.field import Alternative, Box, Field, Provenance
from engine.model.finding import Finding
from engine.model.page import Code, Page
from engine.model.record import Extraction
from engine.stages.contradict.code_record import CodeRecord
from engine.stages.contradict.codes import read_code
from engine.stages.contradict.dispute import TITLES, Dispute, agrees, contradiction, evidence_of, place, settle
from engine.stages.contradict.printed import PrintedText, compact

_SURE = 0.97
"""Confidence of a value that print and code agree on."""
_CODE_ALONE = 0.9
"""Confidence of a value that only the code says."""
_CLEAR = 0.75
"""From this confidence on a printed value is legible enough to accuse the code."""
_NEAR = 2
"""Signs in which a barcode and the number printed beside it differ, when they are meant to be the same."""
_SHORTEST = 6
_FILLS = (
    "vendor_iban",
    "vendor_tax_id",
    "invoice_number",
    "issue_date",
    "due_date",
    "total",
    "amount_due",
    "tax_total",
    "currency",
)
_IDENTIFIERS = frozenset({"invoice_number", "vendor_tax_id", "buyer_tax_id"})
_AMOUNTS = frozenset({"total", "amount_due", "tax_total"})
_DATES = frozenset({"issue_date", "due_date"})


class Spoken(NamedTuple):
    """A code that could be read: the page, the code and what it says."""

    page: Page
    code: Code
    record: CodeRecord


def spoken(pages: Sequence[Page]) -> list[Spoken]:
    """Return the codes of pages that follow a known standard."""
    read = ((page, code, read_code(code)) for page in pages for code in page.codes)
    return [Spoken(page, code, record) for page, code, record in read if record is not None]


def check_codes(extraction: Extraction, pages: Sequence[Page], printed: PrintedText) -> Extraction:
    """Return the extraction with what the codes add, and the disputes between them and the print."""
    codes = spoken(pages)
    disputes = [dispute for one in codes for dispute in _disputes(extraction, one, printed)]
    disputes += [dispute for page in pages for code in page.codes for dispute in _bars(extraction, page, code)]
    findings = tuple(finding for one in codes for finding in _problems(one))
    contested = {dispute.field for dispute in disputes}
    for one in codes:
        extraction = _joined(extraction, one, contested)
    extraction = extraction.model_copy(update={"findings": (*extraction.findings, *findings)})
    return settle(extraction, disputes)


def _disputes(extraction: Extraction, one: Spoken, printed: PrintedText) -> Iterator[Dispute]:
    page, code, record = one
    for name, value in record.values:
        field = _counterpart(extraction, name)
        if name not in TITLES or name == "vendor_name" or not _is_disputed(extraction, name, value, field, printed):
            continue
        shown = field.name if field else name
        yield Dispute(shown, value, contradiction(
            shown, message=f"The {record.title} says another {TITLES[name]} than the print. Find out which is right; do not pay by the code.",
            evidence=(
                ("code", value), ("code at", place(page.number, _box(code))), ("code names", record.get("vendor_name") or ""),
                *evidence_of(field), *_accounts(name, printed),
            ),
        ))  # fmt: skip


def _counterpart(extraction: Extraction, name: str) -> Field | None:
    """Return the field that a code's value stands for: what is left to pay may be called the total."""
    field = extraction.get(name)
    if field is None and name == "amount_due":
        return extraction.get("total")
    return field


def _accounts(name: str, printed: PrintedText) -> tuple[tuple[str, str], ...]:
    return (("printed accounts", ", ".join(sorted(printed.ibans))),) if name == "vendor_iban" else ()


def _is_disputed(extraction: Extraction, name: str, value: str, field: Field | None, printed: PrintedText) -> bool:
    """Whether the print clearly says something else and the code's value nowhere."""
    if name == "vendor_iban":
        others = printed.ibans | ({compact(field.value).upper()} if field and field.confidence >= _CLEAR else set())
        return bool(others) and value not in others and not printed.has_text(value)
    if field is None or field.confidence < _CLEAR or _is_said(extraction, name, value):
        return False
    if name in _AMOUNTS:
        return not Decimal(value).is_zero() and not printed.has_amount(value)
    if name in _DATES:
        return not printed.has_date(value)
    if name in _IDENTIFIERS:
        return not printed.has_text(value) and not _is_part(value, field.value)
    return name == "currency" and field.confidence >= _SURE and not printed.has_text(value)


def _is_said(extraction: Extraction, name: str, value: str) -> bool:
    """Whether a value of the record, or another reading of it, agrees with the code."""
    names = {"amount_due": ("amount_due", "total"), "total": ("total", "amount_due")}.get(name, (name,))
    fields = [field for other in names if (field := extraction.get(other)) is not None]
    known = [text for field in fields for text in (field.value, *(other.value for other in field.alternatives))]
    return any(agrees(name, text, value) for text in known)


def _is_part(one: str, other: str) -> bool:
    """Whether one number is the other with something in front or behind: the type of document, the series, the country."""
    shorter, longer = sorted((compact(one), compact(other)), key=len)
    return bool(shorter) and shorter in longer


def _joined(extraction: Extraction, one: Spoken, contested: set[str]) -> Extraction:
    """Return the extraction with values that only the code says, and surer where print and code agree."""
    page, code, record = one
    seen = Provenance(how="read", page=page.number, box=_box(code), by=f"code:{record.kind}")
    fields = list(extraction.fields)
    have = {field.name: i for i, field in enumerate(fields)}
    for name, value in record.values:
        if name not in _FILLS or name in contested or record.problems:
            continue
        place_ = have.get(name)
        if name == "amount_due" and place_ is None and agrees("total", extraction.value("total") or "", value):
            place_ = have["total"]
        if place_ is None:
            if name != "amount_due" or "total" not in have:
                fields.append(Field(name=name, value=value, raw=value, confidence=_CODE_ALONE, provenance=seen))
        elif agrees(name, fields[place_].value, value):
            surer = max(fields[place_].confidence, _SURE)
            fields[place_] = fields[place_].model_copy(update={"confidence": surer})
        elif fields[place_].provenance.how == "read" and fields[place_].confidence < _CLEAR:
            fields[place_] = _replaced(fields[place_], value, seen)
    return extraction.model_copy(update={"fields": tuple(fields)})


def _replaced(field: Field, value: str, seen: Provenance) -> Field:
    """Return the code's reading of a value that could hardly be read in print, which stays beside it."""
    other = Alternative(value=field.value, raw=field.raw, confidence=field.confidence)
    return field.model_copy(
        update={
            "value": value, "raw": value, "confidence": _CODE_ALONE - 0.1, "provenance": seen,
            "alternatives": (other, *field.alternatives),
        }
    )  # fmt: skip


def _problems(one: Spoken) -> Iterator[Finding]:
    page, code, record = one
    if record.problems:
        yield Finding(
            code="code_invalid", severity="warning",
            message=f"The {record.title} on page {page.number} breaks its own rules: {' '.join(record.problems)}",
            evidence=(("code at", place(page.number, _box(code))), *record.values),
        )  # fmt: skip


def _bars(extraction: Extraction, page: Page, code: Code) -> Iterator[Dispute]:
    """Yield a dispute where a plain code nearly says the document's number, but not quite."""
    said = compact(code.text)
    for name in ("invoice_number", "po_number"):
        field = extraction.get(name)
        number = compact(field.value) if field else ""
        if field is None or len(number) < _SHORTEST or field.confidence < _CLEAR or number == said:
            continue
        if (
            len(said) == len(number)
            and _shape(said) == _shape(number)
            and 0 < Levenshtein.distance(said, number) <= _NEAR
        ):
            yield Dispute(name, code.text, contradiction(
                name, message=f"The barcode says another {TITLES[name]} than the print. Find out which is right.",
                evidence=(("code", code.text), ("code at", place(page.number, _box(code))), *evidence_of(field)),
            ))  # fmt: skip


def _shape(text: str) -> str:
    return "".join("9" if sign.isdigit() else "a" for sign in text)


def _box(code: Code) -> Box:
    return Box(code.x0, code.top, code.x1, code.bottom)
