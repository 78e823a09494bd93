"""Settles what stands on the page against what the file carries as data."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.model.field import Alternative, Field, Row, by_name
from engine.model.finding import Finding
from engine.model.page import Embedded, Page
from engine.model.record import Classification, Extraction
from engine.stages.contradict.dispute import TITLES, Dispute, agrees, contradiction, evidence_of, settle
from engine.stages.contradict.printed import PrintedText, compact

CLEAR = 0.8
"""From this confidence on a printed value counts as clearly legible."""

_LEGIBLE = 0.5
"""From this confidence on a printed value is held against data that stands nowhere on the page."""
_SHORTEST_TAIL = 4
_FEWEST_LINES = 2
_CENT = Decimal("0.01")
_COMPARED = (
    "total", "amount_due", "subtotal", "tax_total", "invoice_number", "issue_date", "due_date", "vendor_iban",
    "currency", "vendor_tax_id", "buyer_tax_id", "po_number",
)  # fmt: skip
_SURE_OF_ITSELF = frozenset({"total", "invoice_number", "issue_date", "vendor_iban", "currency"})
"""Values whose clear print accuses the data even where the data's value stands elsewhere on the page."""
_AMOUNTS = frozenset({"total", "amount_due", "subtotal", "tax_total"})
_DATES = frozenset({"issue_date", "due_date"})
_NAMES = ("vendor_name", "buyer_name")


def arbitrate(
    printed: Extraction | None,
    embedded: Embedded | None,
    *,
    document_id: str,
    classification: Classification,
    pages: Sequence[Page] = (),
) -> Extraction:
    """Join print and embedded data into one extraction.

    Embedded values win and remember the box where print agrees; values that are only printed are kept. Where the print
    says something else than the data, a finding `contradiction` holds both and the value loses its confidence. With
    `pages` a value of the data that is printed anywhere, in whatever notation, is not accused for what was not
    recognised beside it. Without embedded data the print is returned, without print an extraction of the data alone.
    """
    print_ = printed or Extraction(document_id=document_id, classification=classification)
    if embedded is None:
        return print_
    on_page = by_name(print_.fields)
    fields = tuple(_settled(field, on_page.get(field.name)) for field in embedded.fields)
    names = {field.name for field in fields}
    text = PrintedText(pages)
    joined = print_.model_copy(
        update={
            "document_id": document_id,
            "classification": _classified(classification, embedded),
            "fields": (*fields, *(field for field in print_.fields if field.name not in names)),
            "lines": embedded.lines or print_.lines,
            "taxes": embedded.taxes or print_.taxes,
        }
    )
    data = by_name(embedded.fields)
    disputes = [*_disputes(on_page, data, text), *_parties(on_page, data, text), *_lines(embedded.lines, text)]
    joined = settle(joined, disputes)
    return joined.model_copy(update={"findings": (*joined.findings, *_type(classification, embedded))})


def _settled(field: Field, printed: Field | None) -> Field:
    """Return the embedded field with what the page adds: where it stands when it agrees, what it says when not."""
    if printed is None:
        return field
    if agrees(field.name, field.value, printed.value):
        seen = {"page": printed.provenance.page, "box": printed.provenance.box}
        return field.model_copy(update={"provenance": field.provenance.model_copy(update=seen)})
    other = Alternative(value=printed.value, raw=printed.raw, confidence=0.0)
    return field.model_copy(update={"alternatives": (*field.alternatives, other)})


def _disputes(printed: Mapping[str, Field], data: Mapping[str, Field], text: PrintedText) -> Iterator[Dispute]:
    for name in _COMPARED:
        ours, theirs = data.get(name), printed.get(name)
        if ours is not None and theirs is not None and _contradicts(ours, theirs, data, text):
            yield _dispute(ours, theirs)


def _dispute(ours: Field, theirs: Field) -> Dispute:
    name = ours.name
    return Dispute(name, theirs.value, contradiction(
        name, message=f"The page shows another {TITLES[name]} than the data inside the file. Find out which is right.",
        evidence=(
            ("embedded", ours.value), ("printed", theirs.value), ("printed as", theirs.raw),
            ("embedded at", ours.provenance.pointer or ""), *evidence_of(theirs)[1:],
        ),
    ))  # fmt: skip


def _contradicts(ours: Field, theirs: Field, data: Mapping[str, Field], text: PrintedText) -> bool:
    is_there = bool(text.text) and _is_printed(ours, text)
    is_sure = ours.name in _SURE_OF_ITSELF
    needed = CLEAR if is_there or not text.is_legible else _LEGIBLE
    if min(ours.confidence, theirs.confidence) < needed or (is_there and not is_sure):
        return False
    if not text.text and ours.name not in _SURE_OF_ITSELF:
        return False
    known = [ours.value, *(other.value for other in ours.alternatives)]
    if ours.name == "total" and "amount_due" in data:
        # pages often call what is left to pay the total
        known.append(data["amount_due"].value)
    seen = [theirs.value, *(other.value for other in theirs.alternatives)]
    if any(agrees(ours.name, value, theirs.value) for value in known):
        return False
    return not any(agrees(ours.name, ours.value, value) for value in seen) and not _is_near(ours, theirs)


def _is_printed(field: Field, text: PrintedText) -> bool:
    """Whether the data's value stands anywhere on the pages, in any notation."""
    if field.name in _AMOUNTS:
        return text.has_amount(field.value)
    return text.has_date(field.value) if field.name in _DATES else text.has_text(field.value)


def _parties(printed: Mapping[str, Field], data: Mapping[str, Field], text: PrintedText) -> Iterator[Dispute]:
    """Yield a dispute where no word of a party's name, and not its tax id, stands on pages that name another party."""
    for name in _NAMES:
        ours, theirs = data.get(name), printed.get(name)
        if ours is None or theirs is None or not text.is_legible or theirs.confidence < CLEAR:
            continue
        tax_id = data.get(name.replace("_name", "_tax_id"))
        words = [word for word in map(compact, ours.value.split()) if len(word) >= _SHORTEST_TAIL]
        if words and not any(word in text.signs for word in words) and not (tax_id and text.has_text(tax_id.value)):
            yield _dispute(ours, theirs)


def _lines(lines: Sequence[Row], text: PrintedText) -> Iterator[Dispute]:
    """Yield a dispute where most amounts of the data's lines are printed neither net nor gross."""
    rows = [row for row in map(by_name, lines) if "amount" in row]
    missing = [row["amount"].value for row in rows if not any(map(text.has_amount, _as_printed(row)))]
    if text.is_legible and len(missing) >= _FEWEST_LINES and 2 * len(missing) > len(rows):
        yield Dispute("lines", "", contradiction(
            "lines", severity="warning",
            message="The data inside the file has line items that the page does not show. Compare them.",
            evidence=(("lines of the data", str(len(rows))), ("amounts not printed", ", ".join(missing[:20]))),
        ))  # fmt: skip


def _as_printed(row: Mapping[str, Field]) -> Iterator[str]:
    """Yield what a page may print of a line: its amount rounded, its price, and both with tax."""
    values = [row[name].decimal() for name in ("amount", "unit_price") if name in row]
    rate = row["tax_rate"].decimal() / 100 if "tax_rate" in row else Decimal(0)
    for value in values:
        yield str(value)
        yield str(value.quantize(_CENT))
        yield str((value * (1 + rate)).quantize(_CENT))


def _is_near(ours: Field, theirs: Field) -> bool:
    """Tell differences that are a matter of reading or writing, so that they are not called a contradiction."""
    if ours.name == "invoice_number":
        shorter, longer = sorted((compact(ours.value), compact(theirs.value)), key=len)
        return len(shorter) >= _SHORTEST_TAIL and (longer.endswith(shorter) or longer.startswith(shorter))
    if ours.name == "issue_date":
        return ours.value == "-".join((theirs.value[:4], theirs.value[8:], theirs.value[5:7]))
    # a domestic account number is the end of the IBAN that is printed
    account = compact(ours.value).lstrip("0")
    return ours.name == "vendor_iban" and len(account) >= _SHORTEST_TAIL and compact(theirs.value).endswith(account)


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
    kind = embedded.type
    language = classification.language or embedded.language
    changed: dict[str, object] = {"language": language}
    if classification.language is None and language is not None:
        changed["language_confidence"] = 1.0
    if kind not in {"unknown", classification.type}:
        changed |= {"type": kind, "type_confidence": 1.0}
        changed["evidence"] = (*classification.evidence, f"{embedded.syntax} {embedded.profile}".strip())
    return classification.model_copy(update=changed)
