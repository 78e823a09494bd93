"""Every field of the public example messages, where they stand beside the checkout."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.einvoice.reader import EInvoiceReader
from engine.model.field import Row
from engine.model.page import Embedded
from engine.ports import Limits

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
SETS = ("einvoice-xml-dev", "zugferd-corpus", "orderx-dev")

# the truth's names for ours
NAMES = {
    "customer_name": "buyer_name", "customer_tax_id": "buyer_tax_id", "invoice_date": "issue_date",
    "order_date": "issue_date", "document_date": "issue_date", "tax": "tax_total", "iban": "vendor_iban",
    "line_id": "line_number", "customer_id": "customer_number", "prepaid": "prepaid_amount",
    "delivery_note": "delivery_note_number", "gtin": "standard_item_code", "buyer_sku": "buyer_item_code",
}  # fmt: skip
NUMBERS = {
    "subtotal",
    "tax_total",
    "total",
    "amount_due",
    "quantity",
    "amount",
    "tax_rate",
    "rate",
    "base",
    "line_total",
    "prepaid_amount",
}
HEADER = NUMBERS | {
    "vendor_name", "vendor_tax_id", "vendor_registration_id", "buyer_name", "buyer_tax_id", "vendor_iban",
    "invoice_number", "po_number", "issue_date", "due_date", "currency",
    "customer_number", "delivery_note_number", "delivery_date", "vendor_trade_name", "vendor_endpoint",
    "document_type_code", "document_number", "sales_order_number",
}  # fmt: skip
ROW = NUMBERS | {"line_number", "description", "unit", "po_line", "category", "standard_item_code", "buyer_item_code"}
# the unit price stands per base quantity in the truth, which does not always name it: checked against the line amount


def rows() -> Iterator[Any]:
    for name in SETS:
        truth = CORPORA / name / "truth.jsonl"
        if truth.is_file():
            for line in truth.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                yield pytest.param(CORPORA / name / row["file"], row, id=f"{name}/{Path(row['file']).stem}")


CASES = list(rows())
pytestmark = pytest.mark.skipif(not CASES, reason="the corpora do not stand beside the checkout")


def read(file: Path) -> Embedded:
    media_type = "application/pdf" if file.suffix == ".pdf" else "application/xml"
    found = EInvoiceReader(check=lambda *_: ()).read(file, media_type, pages=None, limits=Limits()).embedded
    assert found is not None
    return found


def wrong(truth: Mapping[str, str], row: Row, names: set[str]) -> dict[str, tuple[str, str | None]]:
    """Return what differs: name -> (truth, read)."""
    ours = {field.name: field.value for field in row}
    pairs = ((NAMES.get(name, name), value) for name, value in truth.items())
    return {n: (v, ours.get(n)) for n, v in pairs if n in names and not same(n, v, ours.get(n))}


def same(name: str, truth: str, ours: str | None) -> bool:
    if ours is None:
        return False
    if name in NUMBERS:
        return Decimal(truth) == Decimal(ours)
    expected = " ".join(truth.split())
    if name == "vendor_iban":
        return expected.replace(" ", "").upper() == ours
    return ours == expected or (name == "description" and ours.startswith(f"{expected} - "))


@pytest.mark.parametrize(("file", "truth"), CASES)
def test_the_header_is_exact(file: Path, truth: dict[str, Any]) -> None:
    assert wrong(truth["fields"], read(file).fields, HEADER) == {}


@pytest.mark.parametrize(("file", "truth"), CASES)
def test_the_rows_are_exact(file: Path, truth: dict[str, Any]) -> None:
    found = read(file)

    for group in ("lines", "taxes"):
        expected, ours = truth.get(group), getattr(found, group)
        if expected is None:
            continue
        assert len(ours) == len(expected)
        assert [wrong(row, mine, ROW) for row, mine in zip(expected, ours, strict=True)] == [{}] * len(ours)


@pytest.mark.parametrize(("file", "truth"), CASES)
def test_the_type_is_right_but_for_the_sign(file: Path, truth: dict[str, Any]) -> None:
    expected = {"credit_note": {"credit_note"}, "order_response": {"unknown"}}.get(truth["type"], {"invoice"})
    if truth["type"].startswith("purchase_order"):
        expected = {"purchase_order"}
    if Decimal(truth["fields"].get("total", "0")) < 0:
        expected = {"credit_note"}

    assert read(file).type in expected
