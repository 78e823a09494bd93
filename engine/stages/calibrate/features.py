"""What can be told of a value from outside: signs that it is right, or that it is not. All are plain numbers."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from stdnum import iban
from stdnum.eu import vat

from engine.model.field import Box, Field, Row, by_name
from engine.model.page import Page, Reading, Word
from engine.model.record import Record
from engine.stages.extract.evidence import Evidence

_AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due", "discount_total", "charge_total"})
_DATES = frozenset({"issue_date", "due_date"})
_CENT = Decimal("0.02")
_CELL = 24.0
"""Points: words are filed by bands of this height, so that those of a box are found without looking at all."""
_LINE_FACTORS = 3
"""Quantity, price and amount: with all three a row can be checked."""

Features = Mapping[str, float]


class Surroundings(NamedTuple):
    """What all values of one document share."""

    pages: Mapping[int, Page]
    bands: Mapping[tuple[int, int], Sequence[Word]]
    """The words by page and band of height."""
    prints: Counter[str]
    """How often each word stands on the document, letters and digits only."""
    legibility: Mapping[int, float]
    shared: Features


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
    return Surroundings(pages, bands, prints, legibility, _shared(record, reading))


def _shared(record: Record, reading: Reading) -> Features:
    total, net, tax = (record.amount(name) for name in ("total", "subtotal", "tax_total"))
    amounts = [f.decimal() for row in record.lines for f in row if f.name == "amount"]
    goods = sum(amounts, Decimal(0))
    is_sum = not (net is None or tax is None or total is None)
    zero = Decimal(0)
    adds_up = is_sum and abs((net or zero) + (tax or zero) - (total or zero)) <= _CENT
    return {
        "type_sure": record.classification.type_confidence,
        "is_receipt": _sign(holds=record.type == "receipt"),
        "is_order": _sign(holds=record.type in {"purchase_order", "order_form"}),
        "sums_fit": _sign(holds=adds_up),
        "sums_clash": _sign(holds=is_sum and not adds_up),
        "lines_fit": _sign(
            holds=bool(amounts) and any(x is not None and abs(goods - x) <= _CENT for x in (net, total))
        ),
        "has_lines": _sign(holds=bool(amounts)),
        "many_pages": math.log1p(max(len(reading.pages) - 1, 0)),
        "dates_fit": _sign(holds=_dates_fit(record)),
    }


def _dates_fit(record: Record) -> bool:
    issue, due = record.value("issue_date"), record.value("due_date")
    return issue is not None and due is not None and issue <= due


def of_header(field: Field, around: Surroundings, evidence: Evidence | None = None) -> Features:
    """Return the signs of a header field; `evidence` is what spoke for its print, where it was found by labels."""
    found = dict(_common(field.name, field, around))
    if evidence is not None and field.provenance.how in {"read", "normalized"}:
        found |= _spoken(evidence)
    if field.name in _AMOUNTS:
        found |= {
            f"amount:{name}": around.shared[name] for name in ("sums_fit", "sums_clash", "lines_fit", "has_lines")
        }
    if field.name in _DATES:
        found["date:dates_fit"] = around.shared["dates_fit"]
    if field.name == "vendor_iban":
        found["checksum"] = _sign(holds=iban.is_valid(field.value))
    if field.name in {"vendor_tax_id", "buyer_tax_id"}:
        found["checksum"] = _sign(holds=vat.is_valid(field.value))
    return found


def _spoken(evidence: Evidence) -> Features:
    return {
        "has_evidence": 1.0, "score": evidence.score, "margin": min(evidence.margin, 1.0),
        "rivals": math.log1p(evidence.rivals), "label": evidence.label, f"stands:{evidence.relation}": 1.0,
        "proof": evidence.proof, "proven": _sign(holds=evidence.is_proven),
        "ambiguous": _sign(holds=evidence.is_ambiguous),
    }  # fmt: skip


def of_cell(field: Field, row: Row, around: Surroundings) -> Features:
    """Return the signs of a value in a line item."""
    cells = by_name(row)
    factors = [cells[name].decimal() for name in ("quantity", "unit_price", "amount") if name in cells]
    is_whole = len(factors) == _LINE_FACTORS
    fits = is_whole and abs(factors[0] * factors[1] - factors[2]) <= _CENT
    return {
        **_common(f"lines.{field.name}", field, around),
        "row_fits": _sign(holds=fits), "row_clashes": _sign(holds=is_whole and not fits),
        "lines_fit": around.shared["lines_fit"],
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
        "has_rival": _sign(holds=bool(field.alternatives)),
        "is_ocr": _sign(holds=is_ocr),
        "ocr_least": (1.0 - least) if is_ocr else 0.0,
        "ocr_mean": (1.0 - mean) if is_ocr else 0.0,
        "ocr_page": (1.0 - around.legibility.get(page.number, 0.0)) if is_ocr and page is not None else 0.0,
        "is_inferred": _sign(holds=origin.how == "inferred"),
        "again": math.log1p(max(around.prints[raw] - 1, 0)) if raw else 0.0,
        "digits": sum(map(str.isdigit, raw)) / len(raw) if raw else 0.0,
        "length": math.log1p(len(raw)),
        "height": min(origin.box.top / page.height, 1.0) if page is not None and origin.box else 0.5,
        "later_page": _sign(holds=(origin.page or 1) > 1),
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
        **missing, "illegible": worst if is_ocr else 0.0, "is_ocr": _sign(holds=is_ocr), "found": len(record.fields) / 10,
        **{key: around.shared[key] for key in ("is_receipt", "is_order", "sums_fit", "has_lines")},
        "type_unsure": 1.0 - around.shared["type_sure"],
    }  # fmt: skip


def of_document(confidences: Iterable[float], around: Surroundings) -> Features:
    """Return the signs that all key values of a document are right, from their own probabilities."""
    values = list(confidences)
    product = math.prod(values)
    return {"all": _logit(product), "least": _logit(min(values, default=0.0)), "few": 1.0 * len(values),
            "type_unsure": 1.0 - around.shared["type_sure"]}  # fmt: skip


def _sign(*, holds: bool) -> float:
    return 1.0 if holds else 0.0


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.01), 0.995)
    return math.log(clipped / (1.0 - clipped))


@lru_cache(maxsize=32768)
def _compact(text: str) -> str:
    folded = text.casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
