"""What the store would have answered in the past."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from engine.model import master_kinds
from engine.model.duplicate import Signature
from engine.store import as_of, claims, documents, ledger, masterdata, outcomes, purchasing, signatures
from engine.store.as_of import Asked
from engine.store.master_rows import begin
from engine.store.signatures import Key
from tests.store.factories import document, document_id

MARCH, APRIL, MAY, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5, 6))
ACME = {"id": "1", "name": "Acme Filter GmbH", "tax_id": "DE136695976", "gl_account": "4000"}
NOVA = {"id": "2", "name": "Nova Papier AG", "tax_id": "DE811193231", "gl_account": "5000"}


@pytest.fixture
def moved(tx: Connection) -> Connection:
    """A transaction in which a vendor, an order and a receipt of March were changed in May."""
    march, may = (begin(tx, at=at, by="anna", source="all.csv") for at in (MARCH, MAY))
    masterdata.write(tx, master_kinds.VENDORS, [ACME], march)
    order = {"number": "PO-1", "vendor_id": "1", "currency": "EUR", "status": "open"}
    lines = [{"line": "10", "quantity": "4", "unit": "H87", "unit_price": "25.00"}]
    masterdata.upsert_orders(tx, [{**order, "lines": lines}], march)
    receipt = {"receipt": "GR-1", "line": "1", "number": "PO-1", "order_line": "10", "unit": "H87"}
    masterdata.write(tx, master_kinds.GOODS_RECEIPTS, [{**receipt, "quantity": "2"}], march)
    masterdata.write(tx, master_kinds.VENDORS, [{**ACME, "name": "Zeta Handel", "tax_id": "DE999999990"}, NOVA], may)
    masterdata.upsert_orders(tx, [{**order, "status": "closed", "lines": [{**lines[0], "unit_price": "30.00"}]}], may)
    masterdata.write(tx, master_kinds.GOODS_RECEIPTS, [{**receipt, "quantity": "4"}], may)
    return tx


def asked(**known: str) -> Asked:
    nothing = Asked(tax_id=None, registration_id=None, iban=None, email_domain=None, name=None, address=None)
    return Asked(**{**nothing, **known})  # type: ignore[typeddict-item]


@pytest.mark.parametrize("known", [{"tax_id": "DE136695976"}, {"name": "Acme Filter GmbH"}], ids=["tax id", "name"])
def test_a_vendor_is_found_by_what_it_was(moved: Connection, known: dict[str, str]) -> None:
    then = as_of.vendor_candidates(moved, asked(**known), at=APRIL)
    now = as_of.vendor_candidates(moved, asked(**known), at=JUNE)

    assert [(one.id, one.name, one.attribute("vendor_tax_id")) for one in then] == [
        ("1", "Acme Filter GmbH", "DE136695976")
    ]
    assert now == []


def test_a_vendor_that_came_later_is_not_found(moved: Connection) -> None:
    wanted = asked(tax_id="DE811193231")

    assert as_of.vendor_candidates(moved, wanted, at=APRIL) == []
    assert [one.id for one in as_of.vendor_candidates(moved, wanted, at=JUNE)] == ["2"]


def test_nothing_that_changed_gives_the_answer_of_today(moved: Connection) -> None:
    wanted = asked(tax_id="DE811193231", name="Nova Papier")

    assert as_of.vendor_candidates(moved, wanted, at=JUNE) == masterdata.vendor_candidates(moved, **wanted)


def test_orders_lines_and_receipts_are_what_they_were(moved: Connection) -> None:
    (order,) = purchasing.purchase_orders(moved, ["PO-1"], at=APRIL)
    (receipt,) = purchasing.receipts_of(moved, [order], at=APRIL)

    assert (order.status, order.lines[0].unit_price, order.lines[0].received) == ("open", Decimal("25.00"), Decimal(2))
    assert receipt.quantity == Decimal(2)
    assert purchasing.purchase_orders(moved, ["PO-1"], at=datetime(2026, 2, 1, tzinfo=UTC)) == []
    assert purchasing.purchase_orders(moved, ["PO-1"], at=JUNE) == purchasing.purchase_orders(moved, ["PO-1"])


def test_an_order_that_was_closed_since_was_open(moved: Connection) -> None:
    assert [one.number for one in purchasing.open_orders_of(moved, "1", "EUR", "", at=APRIL)] == ["PO-1"]
    assert purchasing.open_orders_of(moved, "1", "EUR", "", at=JUNE) == []


def test_an_order_is_named_as_it_was(moved: Connection) -> None:
    assert [one.attribute("status") for one in as_of.named_orders(moved, ["po 1"], at=APRIL)] == ["open"]
    assert [one.attribute("status") for one in as_of.named_orders(moved, ["po 1"], at=JUNE)] == ["closed"]


def test_a_later_document_is_no_earlier_copy_and_holds_no_key(tx: Connection) -> None:
    keys = [Key(digest=7, is_dated=False)]
    for name, at in (("one", MARCH), ("two", MAY)):
        documents.add(tx, document(name, received_at=at))
        mine = Signature(document_id=document_id(name), type="invoice", number=name)
        signatures.claim(tx, mine, keys, window_days=1, nearest=9)
    claims.claim(tx, business_key="k", document_id=document_id("two"), fingerprint={"total": "1"})
    third = Signature(document_id=document_id("three"), type="invoice")

    def seen(at: datetime) -> list[str]:
        found = signatures.earlier(tx, third, keys, window_days=1, nearest=9, at=at)
        return [one.number for one in found.signatures]

    assert (seen(APRIL), seen(JUNE)) == (["one"], ["one", "two"])
    assert claims.held(tx, "k", besides="x", before=APRIL) is None
    assert claims.held(tx, "k", besides="x", before=JUNE) is not None
    assert claims.held(tx, "k", besides=document_id("two")) is None


def test_the_steps_of_automation_are_those_of_the_day(tx: Connection) -> None:
    outcomes.set_steps(tx, "ap@1", 2, at=JUNE, by="system")
    for at, kind, steps in ((MARCH, "automation_stepped_down", 1), (JUNE, "automation_stepped_down", 2)):
        data = {"ruleset": "ap@1", "steps": steps}
        ledger.append(tx, at=at, document_id=None, kind=kind, actor="system", data=data)

    assert as_of.steps(tx, "ap@1", at=datetime(2026, 2, 1, tzinfo=UTC)) == 0
    assert as_of.steps(tx, "ap@1", at=APRIL) == 1
    assert as_of.steps(tx, "ap@1", at=JUNE) == 2
    assert as_of.steps(tx, "other@1", at=APRIL) == 0
