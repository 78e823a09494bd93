"""What is known of the documents that reading is measured on: one shape for corpora and generated samples."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

from engine.model.field import Field

ROOT = Path(__file__).resolve().parent.parent
CORPORA_FOLDER = ROOT.parent / "shared" / "corpora"

SOURCES = {
    "invoice2data-tests": ("invoice2data-tests/truth.jsonl", None),
    "zugferd natural": ("zugferd-corpus/truth.jsonl", "natural"),
    "zugferd stylesheet": ("zugferd-corpus/truth.jsonl", "xml-stylesheet"),
    "orderx-dev": ("orderx-dev/truth.jsonl", None),
    "sap-dc": ("sap-dc/truth_fields.jsonl", None),
    "cloud-samples": ("cloud-samples/truth_fields.jsonl", None),
    "receipts-eu": ("receipts-eu/truth.jsonl", None),
    "sroie-train": ("sroie-train/truth.jsonl", None),
}
"""Corpus: its truth file, and the layout that it is limited to."""

KINDS = {
    "kind: digital, natural layout": frozenset({"invoice2data-tests", "zugferd natural", "orderx-dev"}),
    "kind: clean scans": frozenset({"sap-dc", "cloud-samples"}),
    "kind: till receipts": frozenset({"sroie-train"}),
    "kind: photos and receipts": frozenset({"receipts-eu"}),
}
"""What the targets speak of, and the corpora that are of it."""

KEYS = ("invoice_number", "issue_date", "total")
FIELDS = (
    *KEYS, "subtotal", "tax_total", "amount_due", "due_date", "po_number", "currency", "vendor_name", "vendor_tax_id",
    "vendor_iban", "buyer_name", "buyer_tax_id",
)  # fmt: skip
AMOUNTS = frozenset({"subtotal", "tax_total", "total", "amount_due", "discount_total", "charge_total"})
NAMES = frozenset({"vendor_name", "buyer_name"})

_RENAMED = {
    "invoice_date": "issue_date", "order_date": "issue_date", "tax": "tax_total", "customer_name": "buyer_name",
    "iban": "vendor_iban", "customer_tax_id": "buyer_tax_id", "receipt_number": "invoice_number",
}  # fmt: skip
_TYPES = {
    "payment_advice": "remittance", "order_change": "purchase_order", "order_response": "purchase_order",
    "self_billed_invoice": "invoice", "invoice_information": "invoice", "corrected_invoice": "credit_note",
    "purchase_order_change": "purchase_order", "purchase_order_response": "purchase_order",
    "other": "unknown", "letter": "unknown",
}  # fmt: skip
GENERATED = "generated"
_READ_BY_PAGES = frozenset({"digital", "scan", "photo", "png", "tiff", "hybrid"})


class Truth(NamedTuple):
    """One document: where it is, what it is, what stands printed on it and what surely does not."""

    corpus: str
    file: Path
    group: str
    """Documents of one group look alike: they are never divided between training and testing."""
    type: str
    fields: Mapping[str, str]
    absent: frozenset[str]
    lines: tuple[Mapping[str, str], ...]

    @property
    def is_complete(self) -> bool:
        """Whether a field without truth is (nearly always) not printed: the receipts of one corpus name four fields only."""
        return not self.corpus.startswith("sroie")

    @property
    def surely_absent(self) -> frozenset[str]:
        """Fields of which no value at all is printed. In a corpus another value than the true one may be."""
        return self.absent if self.corpus == GENERATED else frozenset()


def corpora(folder: Path = CORPORA_FOLDER, only: frozenset[str] = frozenset()) -> Iterator[Truth]:
    """Yield the documents of the development corpora that stand there, all or those of the sources named in `only`."""
    for corpus, (file, layout) in SOURCES.items():
        place = folder / file
        if not place.is_file() or (only and corpus not in only):
            continue
        for number, line in enumerate(place.read_text().splitlines()):
            row = json.loads(line)
            if layout is None or row.get("layout") == layout:
                yield _corpus_row(corpus, place.parent, number, row)


def _corpus_row(corpus: str, folder: Path, number: int, row: Mapping[str, Any]) -> Truth:
    fields, absent = {}, set()
    visible = row.get("visible", {})
    for name, value in row["fields"].items():
        if name == "order_date" and "invoice_date" in row["fields"]:
            continue
        canonical = _RENAMED.get(name, name)
        if canonical in FIELDS and visible.get(name, True):
            fields[canonical] = value
        elif canonical in FIELDS:
            absent.add(canonical)
    vendor = plain(row["fields"].get("vendor_name", "")) or f"{corpus} {number}"
    return Truth(
        corpus, folder / row["file"], f"{corpus} {vendor}", _TYPES.get(row["type"], row["type"]), fields,
        frozenset(absent), tuple(row.get("lines", ())),
    )  # fmt: skip


def samples(folder: Path) -> Iterator[Truth]:
    """Yield the documents of a folder made by `postroom samples` that are read from their pages."""
    for line in (folder / "truth.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["kind"] not in _READ_BY_PAGES:
            continue
        fields = {_RENAMED.get(name, name): value for name, value in row["fields"].items()}
        if row["type"] == "purchase_order":
            fields = {("po_number" if name == "invoice_number" else name): value for name, value in fields.items()}
        known = {name: value for name, value in fields.items() if name in FIELDS}
        yield Truth(
            GENERATED, folder / row["file"], f"generated {row['layout']} {row['language']}", row["type"], known,
            frozenset(FIELDS) - known.keys() - {"amount_due", "buyer_name", "currency"}, tuple(row.get("lines", ())),
        )  # fmt: skip


def is_judged(truth: Truth, field: Field) -> bool:
    """Tell whether the truth says anything about a value; an inferred one does not claim to be printed."""
    return field.name in truth.fields or (field.name in truth.surely_absent and field.provenance.how != "inferred")


def plain(text: str) -> str:
    """Return letters and digits only, without case and accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in folded if sign.isalnum())


def is_same(name: str, truth: str, value: str | None) -> bool:
    """Tell whether a value is right after normalization: amounts by size, the rest by letters and digits.

    A name is also right when it holds the true one, or the other way round, and the rest is at most half as long: a
    department or a legal form more or less is not another company.
    """
    if value is None:
        return False
    if name in AMOUNTS:
        try:
            return abs(Decimal(truth)) == abs(Decimal(value))
        except InvalidOperation:
            return False
    ours, theirs = plain(value), plain(truth)
    if name in NAMES and ours and theirs:
        short, long = sorted((ours, theirs), key=len)
        return short in long and 2 * (len(long) - len(short)) <= len(long)
    return ours == theirs
