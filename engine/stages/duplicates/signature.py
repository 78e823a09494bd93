"""From a record to what it claims."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from engine.model.duplicate import LineMark, Signature
from engine.model.field import Row, by_name
from engine.model.record import Match, Record
from engine.stages.duplicates.numbers import bare
from engine.stages.sums import amount, number

REFERENCES = (
    "delivery_note_number", "contract_number", "customer_number", "buyer_reference", "project_number", "period_start",
    "period_end", "delivery_date",
)  # fmt: skip
"""Header fields that tell two claims apart when both have them."""
_MOST_LINES = 60
"""Lines that are remembered; further ones add size and no certainty."""
_COUNTRY = re.compile(r"^[A-Z]{2}(?=[A-Z]?\d)")
_SEVERAL = re.compile(r"[;|,]")
_SHORTEST_ID = 5


def signature(record: Record, *, vendor: Match) -> Signature:
    """Return what a record claims. What was not read stays empty; values that have no form are left out."""
    chosen = vendor.chosen if vendor.outcome == "one" else None
    known = dict(chosen.attributes) if chosen is not None else {}
    return Signature(
        document_id=record.document_id, type=record.type, number=_text(record, "invoice_number"),
        issued=_date(record.value("issue_date")), due=_printed_due(record), currency=_text(record, "currency"),
        total=_owed(record), subtotal=plain(amount(record, "subtotal")),
        vendor_id=chosen.id if chosen is not None else "",
        vendor_tax_ids=ids(tax_id, record.value("vendor_tax_id"), known.get("vendor_tax_id")),
        vendor_ibans=ids(bare, record.value("vendor_iban"), known.get("vendor_iban")),
        vendor_name=(_text(record, "vendor_name") or (chosen.name if chosen is not None else "")).casefold(),
        buyer_tax_id=tax_id(_text(record, "buyer_tax_id")),
        buyer_name=_text(record, "buyer_name").casefold(),
        orders=_orders(record), preceding=_text(record, "preceding_invoice_number"),
        references=tuple((name, key) for name in REFERENCES if (key := bare(record.value(name) or ""))),
        lines=tuple(_mark(row) for row in record.lines[:_MOST_LINES]),
    )  # fmt: skip


def _owed(record: Record) -> Decimal | None:
    """Return the total; that of a credit note without the sign that some write before it."""
    total = plain(amount(record, "total"))
    return abs(total) if total is not None and record.type == "credit_note" else total


def _text(record: Record, name: str) -> str:
    return _sound(record.value(name) or "")


def _sound(text: str) -> str:
    """Return a text that can be encoded: halves of surrogate pairs become question marks."""
    return text.encode("utf-8", "replace").decode()


def _mark(row: Row) -> LineMark:
    fields = by_name(row)
    text = next((fields[name].value for name in ("description", "item_code") if name in fields), "")
    return LineMark(
        text=" ".join(_sound(text).casefold().split()), quantity=plain(number(fields, "quantity")),
        amount=plain(number(fields, "amount")),
    )  # fmt: skip


def plain(value: Decimal | None) -> Decimal | None:
    """Return a number without trailing zeros, so that equal amounts have one spelling."""
    if value is None or not value.is_finite():
        return None
    return Decimal(format(value.normalize(), "f"))


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _printed_due(record: Record) -> date | None:
    """Return the due date that stands on the document; one worked out says what date and terms say."""
    found = next((field for field in record.fields if field.name == "due_date"), None)
    is_printed = found is not None and found.provenance.how not in {"inferred", "looked_up"}
    return _date(found.value) if found is not None and is_printed else None


def _orders(record: Record) -> tuple[str, ...]:
    """Return the order numbers of header and lines, each once."""
    named = [
        record.value("po_number"),
        *(by_name(row)["po_number"].value for row in record.lines if "po_number" in by_name(row)),
    ]
    return tuple(dict.fromkeys(key for text in named if text and (key := bare(text))))


def tax_id(text: str) -> str:
    """Return a tax id in capital letters and digits without its country, which other channels leave away."""
    return _COUNTRY.sub("", bare(text))


def ids(spell: Callable[[str], str], *texts: str | None) -> tuple[str, ...]:
    """Return the identifiers in some texts, each once."""
    parts: Iterable[str] = (part for text in texts if text for part in _SEVERAL.split(text))
    return tuple(dict.fromkeys(key for part in parts if len(key := spell(part)) >= _SHORTEST_ID))
