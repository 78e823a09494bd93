from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.content.duplicate_policy import DuplicatePolicy
from engine.content.environment import Entity
from engine.model import master_cells
from engine.model.duplicate import told
from engine.model.posted_invoices import POSTED_INVOICES
from engine.stages.duplicates.keys import blocking_keys
from engine.stages.duplicates.posted import posted_signature
from engine.stages.duplicates.signature import signature
from engine.stages.duplicates.weigh import check
from tests.stages.duplicates.test_weigh import FIRST

HOME = Entity(code="1000", name="Muster Handels GmbH", tax_id="DE123456788", country="DE")
SISTER = Entity(code="2000", name="Muster Service GmbH", tax_id="DE811234567", country="DE")
ROW = {
    "document": "5100000123", "entity": "1000", "vendor_id": "V1", "number": "RE-2026-0815", "date": "2026-03-02",
    "amount": str(FIRST.total), "currency": "EUR",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    return master_cells.row(POSTED_INVOICES, {**ROW, **changes})


@pytest.mark.parametrize(
    ("changes", "entity", "outcome"),
    [
        pytest.param({}, HOME, "duplicate", id="as posted"),
        pytest.param({}, None, "duplicate", id="company unknown"),
        pytest.param({"number": "20260815"}, HOME, "duplicate", id="number without label and dashes"),
        pytest.param({}, SISTER, "maybe", id="posted at the sister company"),
        pytest.param({"amount": "999"}, HOME, "maybe", id="another amount"),
        pytest.param({"type": "credit_note"}, HOME, "no", id="credit note"),
        pytest.param({"number": "RE-2026-0711", "date": "2026-01-05", "amount": "50"}, HOME, "no", id="another invoice"),
    ],
)  # fmt: skip
def test_a_document_is_compared_with_what_the_erp_posted(
    changes: dict[str, str], entity: Entity | None, outcome: str
) -> None:
    earlier = posted_signature(row(**changes), vendor={}, entity=entity)
    mine = signature(FIRST.read("mine"), vendor=FIRST.matched())
    shared = set(blocking_keys(earlier)) & set(blocking_keys(mine))

    assert check(mine, [earlier] if shared else [], policy=DuplicatePolicy()).outcome == outcome


def test_a_number_of_which_the_erp_kept_sixteen_signs_is_the_same_number() -> None:
    paper = replace(FIRST, number="2026-INV-000123456-BERLIN")
    earlier = posted_signature(row(number="2026-INV-0001234"), vendor={}, entity=HOME)

    assert check(
        signature(paper.read("mine"), vendor=paper.matched()), [earlier], policy=DuplicatePolicy()
    ).outcome == "maybe"  # fmt: skip


def test_a_vendor_known_by_its_tax_id_alone_is_found() -> None:
    earlier = posted_signature(row(), vendor={"tax_id": "DE 136695976", "name": "Nordwind GmbH"})
    mine = signature(replace(FIRST, is_matched=False).read("mine"), vendor=replace(FIRST, is_matched=False).matched())

    assert {key.digest for key in blocking_keys(earlier)} & {key.digest for key in blocking_keys(mine)}
    assert check(mine, [earlier], policy=DuplicatePolicy()).outcome == "duplicate"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"amount": "-119.00"}, {"type": "credit_note", "total": Decimal(119)}, id="negative amount"),
        pytest.param({"amount": "-5", "type": "invoice"}, {"type": "invoice", "total": Decimal(-5)}, id="said to be an invoice"),
        pytest.param({"net": "100.50"}, {"subtotal": Decimal("100.5")}, id="net"),
        pytest.param({"order": "45-001; 45-002"}, {"orders": ("45001", "45002")}, id="orders"),
        pytest.param({"due_date": "2026-04-01"}, {"due": date(2026, 4, 1)}, id="due date"),
        pytest.param({"entity": ""}, {"document_id": "erp:5100000123"}, id="no company"),
    ],
)  # fmt: skip
def test_a_row_becomes_a_claim(changes: dict[str, str], expected: dict[str, Any]) -> None:
    made = posted_signature(row(**changes), vendor={})

    assert made.model_dump(include=set(expected)) == expected


def test_people_are_told_the_number_in_the_erp() -> None:
    assert told("erp:1000/5100000123") == "ERP document 1000/5100000123"
    assert told("0123456789abcdef") == "0123456789ab"
