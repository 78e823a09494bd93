"""The canonical schemas state the shape of records, in the names of the house."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[2] / "mappings/canonical"
SCHEMAS: dict[str, dict[str, Any]] = {
    file.name.removesuffix(".schema.json"): json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))
}
# DESIGN 5
HEADER = [
    "vendor_name",
    "vendor_tax_id",
    "vendor_registration_id",
    "vendor_address",
    "vendor_iban",
    "vendor_email",
    "buyer_name",
    "buyer_tax_id",
    "invoice_number",
    "po_number",
    "issue_date",
    "due_date",
    "payment_terms",
    "currency",
    "subtotal",
    "discount_total",
    "charge_total",
    "tax_total",
    "total",
    "amount_due",
]
LINE = [
    "line_number",
    "item_code",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount",
    "amount",
    "tax_rate",
    "po_number",
    "po_line",
]
TAX = ["rate", "category", "base", "amount"]
INVOICE = {"invoice_number": "1", "issue_date": "2026-03-04", "currency": "EUR", "total": "119.00"}


def errors(data: dict[str, Any], name: str = "invoice") -> list[str]:
    return [error.json_path for error in Draft202012Validator(SCHEMAS[name]).iter_errors(data)]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_of_the_2020_12_kind(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])

    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_invoice_has_every_name_of_the_design() -> None:
    properties = SCHEMAS["invoice"]["properties"]

    assert set(HEADER) | {"lines", "taxes"} <= set(properties)
    assert set(LINE) <= set(properties["lines"]["items"]["properties"])
    assert set(TAX) == set(properties["taxes"]["items"]["properties"])


def test_every_name_of_the_design_names_its_en_16931_term() -> None:
    properties = SCHEMAS["invoice"]["properties"]
    lines, taxes = (properties[group]["items"]["properties"] for group in ("lines", "taxes"))

    terms = [properties[n]["x-en16931"] for n in HEADER] + [lines[n]["x-en16931"] for n in LINE]
    terms += [taxes[n]["x-en16931"] for n in TAX]

    assert all(term.startswith(("BT-", "BG-")) for term in terms)


def test_a_small_invoice_is_enough() -> None:
    assert errors(INVOICE) == []


WRONG = [
    ("total", 119.0), ("total", "119,00"), ("total", "1.119,00"), ("total", "1e2"), ("total", "0119"), ("total", ""),
    ("issue_date", "04.03.2026"), ("issue_date", "2026-13-01"), ("currency", "eur"), ("currency", "€"),
    ("vendor_country", "Germany"), ("invoice_number", ""), ("vendor_iban", "DE02 1203 0000"), ("unknown_field", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), WRONG, ids=[f"{n}={v!r}" for n, v in WRONG])
def test_what_is_not_canonical_is_refused(name: str, value: object) -> None:
    assert len(errors({**INVOICE, name: value})) == 1


@pytest.mark.parametrize("name", ["invoice_number", "issue_date", "currency", "total"])
def test_an_invoice_without_its_core_is_refused(name: str) -> None:
    assert errors({n: v for n, v in INVOICE.items() if n != name}) == ["$"]


@pytest.mark.parametrize(
    ("name", "value"), [("total", "-119.00"), ("total", "0"), ("total", "0.001"), ("vendor_iban", "12345678")]
)
def test_unusual_values_are_canonical_too(name: str, value: str) -> None:
    assert errors({**INVOICE, name: value}) == []


def test_a_line_with_an_unknown_name_is_refused() -> None:
    assert errors({**INVOICE, "lines": [{"amount": "1", "price": "1"}]}) == ["$.lines[0]"]


def test_the_other_records_accept_their_smallest_form() -> None:
    assert errors({"issue_date": "2026-03-04", "currency": "EUR", "total": "1"}, "receipt") == []
    assert errors({"po_number": "4500", "issue_date": "2026-03-04", "currency": "EUR"}, "purchase_order") == []
    note = {"delivery_note_number": "LS-1", "issue_date": "2026-03-04", "lines": [{"quantity": "2"}]}
    assert errors(note, "goods_receipt") == []


def test_a_delivery_note_without_lines_is_refused() -> None:
    note = {"delivery_note_number": "LS-1", "issue_date": "2026-03-04"}

    assert errors(note, "goods_receipt") == ["$"]
    assert errors({**note, "lines": []}, "goods_receipt") == ["$.lines"]


def test_a_delivery_note_names_what_it_shares_with_an_invoice_alike() -> None:
    note, invoice = (SCHEMAS[name]["properties"] for name in ("goods_receipt", "invoice"))
    lines, others = (properties["lines"]["items"]["properties"] for properties in (note, invoice))

    assert set(note) - set(invoice) == set()
    assert set(lines) - set(others) == {"batch_number", "serial_number", "expiry_date", "delivery_date"}
