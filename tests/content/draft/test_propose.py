"""Sources are proposed by what a field is called, what it takes and what is said of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.content.draft.propose import SURE
from engine.content.draft.terms import EN16931, words
from engine.content.draft.write import choices

ROOT = Path(__file__).parents[3]
INVOICE = json.loads((ROOT / "mappings/canonical/invoice.schema.json").read_text(encoding="utf-8"))


def best(name: str, schema: dict[str, Any], *, within: str = "") -> tuple[str, float]:
    """Return the best source for one field and its score."""
    field: dict[str, Any] = {"properties": {name: schema}}
    whole = {"properties": {within: {"type": "array", "items": field}}} if within else field
    (choice,) = choices(whole, INVOICE)
    return (choice.ranked[0].source.path, choice.ranked[0].score) if choice.ranked else ("", 0.0)


FIELDS = [
    ("InvNo", {"type": "string"}, "", "invoice_number"),
    ("invoice_no", {"type": "string", "maxLength": 16}, "", "invoice_number"),
    ("supplierVatId", {"type": "string"}, "", "vendor.tax_id"),
    ("CurrCode", {"type": "string"}, "", "currency"),
    ("gross_amt", {"type": "string"}, "", "total"),
    ("sequence", {"type": "string", "title": "Purchase order number"}, "", "po_number"),
    ("qty", {"type": "string"}, "lines", "quantity"),
    ("amount", {"type": "string"}, "lines", "amount"),
    ("rate", {"type": "string"}, "taxes", "rate"),
    ("BELNR", {"type": "string"}, "", "invoice_number"),
    ("LIFNR", {"type": "string"}, "", "vendor.id"),
]


@pytest.mark.parametrize(("name", "schema", "within", "source"), FIELDS, ids=[f"{f[2]} {f[0]}" for f in FIELDS])
def test_a_field_is_found_by_its_name(name: str, schema: dict[str, Any], within: str, source: str) -> None:
    found, score = best(name, schema, within=within)

    assert found == source
    assert score >= SURE


def test_a_type_that_cannot_meet_takes_the_name_its_sureness() -> None:
    assert best("invoice_date", {"type": "string"})[1] >= SURE
    assert best("invoice_date", {"type": "integer"})[1] < SURE


def test_what_is_like_nothing_is_not_proposed() -> None:
    assert best("zzqx", {"type": "string"}) == ("", 0.0)


def test_a_field_of_a_line_is_not_offered_outside_the_lines() -> None:
    assert best("item_code", {"type": "string"})[0] != "item_code"


@pytest.mark.parametrize(
    ("one", "other"), [("InvNo", "invoice_number"), ("SUPPLIER ID", "vendor_id"), ("taxPct", "vat rate")]
)
def test_words_have_one_spelling(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_every_term_of_the_invoice_has_its_name() -> None:
    def terms(schema: dict[str, Any]) -> set[str]:
        found = {inner["x-en16931"] for inner in schema["properties"].values() if "x-en16931" in inner}
        for inner in schema["properties"].values():
            if "properties" in inner.get("items", {}):
                found |= terms(inner["items"])
        return found

    assert {term for term in terms(INVOICE) if term.startswith("BT-")} - set(EN16931) == set()
