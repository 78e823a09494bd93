"""What can be told of a value from outside: signs that it is right, or that it is not. All are plain numbers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from stdnum import iban
from stdnum.eu import vat

from engine.model.field import Box, Field, Row, by_name
from engine.model.page import Page, Reading, Word
from engine.model.record import Record
from engine.stages.calibrate import doubts
from engine.stages.calibrate.doubts import CENT, Signs, sign
from engine.stages.extract.evidence import Evidence

_AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due", "discount_total", "charge_total"})
_DATES = frozenset({"issue_date", "due_date"})
_NAMES = frozenset({"vendor_name", "buyer_name"})
_CELL = 24.0
"""Points: words are filed by bands of this height, so that those of a box are found without looking at all."""
_AROUND_AMOUNTS = ("sums_fit", "sums_clash", "lines_fit", "lines_clash", "has_lines", "tax_odd", "due_above")
_LINE_FACTORS = 3
"""Quantity, price and amount: with all three a row can be checked."""

Features = Signs


class Surroundings(NamedTuple):
    """What all values of one document share."""

    pages: Mapping[int, Page]
    bands: Mapping[tuple[int, int], Sequence[Word]]
    """The words by page and band of height."""
    prints: Counter[str]
    """How often each word stands on the document, letters and digits only."""
    legibility: Mapping[int, float]
    shared: Features
    record: Record


def surroundings(record: Record, reading: Reading) -> Surroundings:
    """Return what the values of a record have in common: the pages they stand on and how well they fit together."""
    bands: dict[tuple[int, int], list[Word]] = {}
    prints: Counter[str] = Counter()
    legibility: dict[int, float] = {}
    for page in reading.pages:
        for word in page.words:
            bands.setdefault((page.number, int((word.top + word.bottom) / 2 / _CELL)), []).append(word)
            prints[_compact(word.text)] += 1
        sure = [word.confidence for word in page.words]
        legibility[page.number] = sum(sure) / len(sure) if sure else 0.0
    pages = {page.number: page for page in reading.pages}
    return Surroundings(pages, bands, prints, legibility, _shared(record, reading), record)


def _shared(record: Record, reading: Reading) -> Features:
    return {
        **doubts.of_sums(record),
        "type_sure": record.classification.type_confidence,
        "is_receipt": sign(holds=record.type == "receipt"),
        "is_order": sign(holds=record.type in {"purchase_order", "order_form"}),
        "many_pages": math.log1p(max(len(reading.pages) - 1, 0)),
        "dates_fit": sign(holds=_dates_fit(record)),
    }


def _dates_fit(record: Record) -> bool:
    issue, due = record.value("issue_date"), record.value("due_date")
    return issue is not None and due is not None and issue <= due


def of_header(field: Field, around: Surroundings, evidence: Evidence | None = None) -> Features:
    """Return the signs of a header field; `evidence` is what spoke for its print, where it was found by labels."""
    found = dict(_common(field.name, field, around))
    if evidence is not None and field.provenance.how in {"read", "normalized"}:
        found |= _spoken(evidence)
    found |= doubts.of_text(field, around.record.fields)
    if field.name in _AMOUNTS:
        found |= {f"amount:{name}": around.shared[name] for name in _AROUND_AMOUNTS}
        found |= doubts.of_amount(field)
    if field.name == "amount_due":
        found["due:assumed"] = sign(holds=field.provenance.how == "inferred")
    if field.name in _DATES:
        found |= {"date:dates_fit": around.shared["dates_fit"], **doubts.of_date(field)}
    if field.name == "currency":
        found |= doubts.of_currency(field)
    if field.name in _NAMES:
        found |= doubts.of_name(field, around.record, around.prints, is_ocr=bool(found["is_ocr"]))
    if field.name == "vendor_iban":
        found["checksum"] = sign(holds=iban.is_valid(field.value))
    if field.name in {"vendor_tax_id", "buyer_tax_id"}:
        found["checksum"] = sign(holds=vat.is_valid(field.value))
    return found


def _spoken(evidence: Evidence) -> Features:
    return {
        "has_evidence": 1.0, "score": evidence.score, "margin": min(evidence.margin, 1.0),
        "rivals": math.log1p(evidence.rivals), "label": evidence.label, f"stands:{evidence.relation}": 1.0,
        "proof": evidence.proof, "proven": sign(holds=evidence.is_proven),
        "ambiguous": sign(holds=evidence.is_ambiguous),
    }  # fmt: skip


def of_cell(field: Field, row: Row, around: Surroundings) -> Features:
    """Return the signs of a value in a line item."""
    cells = by_name(row)
    factors = [cells[name].decimal() for name in ("quantity", "unit_price", "amount") if name in cells]
    is_whole = len(factors) == _LINE_FACTORS
    fits = is_whole and abs(factors[0] * factors[1] - factors[2]) <= CENT
    return {
        **_common(f"lines.{field.name}", field, around),
        "row_fits": sign(holds=fits), "row_clashes": sign(holds=is_whole and not fits),
        **{f"cell:{name}": around.shared[name] for name in ("lines_fit", "lines_clash", "sums_clash")},
        **doubts.of_row(row, around.record.lines),
        **(doubts.of_description(field) if field.name == "description" else {}),
        "discounted_price": sign(holds=field.name == "unit_price" and "discount" in cells),
    }  # fmt: skip


def _common(name: str, field: Field, around: Surroundings) -> Features:
    origin = field.provenance
    page = around.pages.get(origin.page or 0)
    least, mean = _word_confidence(origin.page, origin.box, around)
    rival = max((other.confidence for other in field.alternatives), default=0.0)
    is_ocr = page is not None and page.how == "ocr"
    raw = _compact(field.raw)
    return {
        f"is:{name}": 1.0,
        "sure": _logit(field.confidence),
        f"sure:{name}": _logit(field.confidence),
        "rival": rival,
        "has_rival": sign(holds=bool(field.alternatives)),
        "is_ocr": sign(holds=is_ocr),
        "ocr_least": (1.0 - least) if is_ocr else 0.0,
        "ocr_mean": (1.0 - mean) if is_ocr else 0.0,
        "ocr_page": (1.0 - around.legibility.get(page.number, 0.0)) if is_ocr and page is not None else 0.0,
        "is_inferred": sign(holds=origin.how == "inferred"),
        "again": math.log1p(max(around.prints[raw] - 1, 0)) if raw else 0.0,
        "digits": sum(map(str.isdigit, raw)) / len(raw) if raw else 0.0,
        "length": math.log1p(len(raw)),
        "height": min(origin.box.top / page.height, 1.0) if page is not None and origin.box else 0.5,
        "later_page": sign(holds=(origin.page or 1) > 1),
        "type_unsure": 1.0 - around.shared["type_sure"],
        "receipt": around.shared["is_receipt"],
        "order": around.shared["is_order"],
    }  # fmt: skip


def _word_confidence(page: int | None, box: Box | None, around: Surroundings) -> tuple[float, float]:
    """Return (least, mean) confidence of the words whose middle lies in a box; (1, 1) when there are none."""
    if page is None or box is None:
        return 1.0, 1.0
    first, last = int(box.top / _CELL) - 1, int(box.bottom / _CELL) + 1
    left, top, right, bottom = box.x0 - 1, box.top - 1, box.x1 + 1, box.bottom + 1
    inside = [
        word.confidence
        for band in range(first, last + 1)
        for word in around.bands.get((page, band), ())
        if left <= (word.x0 + word.x1) / 2 <= right and top <= (word.top + word.bottom) / 2 <= bottom
    ]
    return (min(inside), sum(inside) / len(inside)) if inside else (1.0, 1.0)


def of_absence(name: str, record: Record, around: Surroundings) -> Features:
    """Return the signs that a field which was not read does not stand on the document."""
    missing = {f"absent:{name}": 1.0}
    worst = 1.0 - min(around.legibility.values(), default=0.0)
    is_ocr = any(page.how == "ocr" for page in around.pages.values())
    return {
        **missing, "illegible": worst if is_ocr else 0.0, "is_ocr": sign(holds=is_ocr), "found": len(record.fields) / 10,
        **{key: around.shared[key] for key in ("is_receipt", "is_order", "sums_fit", "has_lines")},
        "type_unsure": 1.0 - around.shared["type_sure"],
    }  # fmt: skip


def of_document(confidences: Iterable[float]) -> Features:
    """Return the sign that all key values of a document are right, from their own probabilities.

    A key value that was not read counts with the probability that the document does not show it. Other signs speak
    through these: the wrong documents are too few to tell what else they have in common.
    """
    return {"all": _logit(math.prod(confidences), most=0.999)}


def _logit(probability: float, *, most: float = 0.995) -> float:
    clipped = min(max(probability, 0.01), most)
    return math.log(clipped / (1.0 - clipped))


@lru_cache(maxsize=32768)
def _compact(text: str) -> str:
    folded = text.casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
