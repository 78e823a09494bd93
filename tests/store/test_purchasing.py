from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from engine.model import master_kinds
from engine.model.purchasing import LineMatch, OrderLine, OrderMatch
from engine.store import masterdata
from engine.store.database import reading, transaction
from engine.store.purchasing import open_orders_of, purchase_orders, receipts_of, record_billing, reverse_billing

ORDER: dict[str, Any] = {"number": "PO-1", "vendor_id": "7", "currency": "EUR"}
LINE: dict[str, Any] = {"line": "10", "item_code": "A", "quantity": "10", "unit": "H87", "unit_price": "2.50"}


def know(tx: Connection, *lines: dict[str, Any], **order: Any) -> None:
    masterdata.upsert_orders(tx, [{**ORDER, **order, "lines": [{**LINE, **line} for line in lines or ({},)]}])


def receive(tx: Connection, quantity: str, **changes: Any) -> None:
    row = {"receipt": "GR-1", "line": "1", "number": "PO-1", "order_line": "10", "quantity": quantity}
    masterdata.upsert_goods_receipts(tx, [{**row, **changes}])


def bill(quantity: str, amount: str = "0", **changes: Any) -> OrderMatch:
    pair = {"line": 0, "order": "PO-1", "order_line": "10", "quantity": Decimal(quantity), "amount": Decimal(amount)}
    return OrderMatch(outcome="unique", pairs=(LineMatch(**{**pair, **changes}),))


def line(tx: Connection, **besides: Any) -> OrderLine:
    return purchase_orders(tx, ["PO-1"], **besides)[0].lines[0]


def test_an_order_carries_all_that_was_imported(tx: Connection) -> None:
    more = {"price_base": "100", "price_unit": "KGM", "amount": "25", "inspection_required": "true", "tax_rate": "19"}
    know(
        tx, {**more, "delivery_date": "2026-12-01"}, kind="blanket", limit="5000", valid_to="2026-12-31", entity="DE01"
    )

    order = purchase_orders(tx, ["po 1"])[0]

    assert (order.kind, order.limit, order.valid_to, order.entity) == (
        "blanket", Decimal(5000), date(2026, 12, 31), "DE01",
    )  # fmt: skip
    found = order.lines[0]
    assert (found.price_base, found.price_unit, found.amount) == (Decimal(100), "KGM", Decimal(25))
    assert (found.inspection_required, found.delivery_date, found.tax_rate) == (True, date(2026, 12, 1), Decimal(19))


@pytest.mark.parametrize(
    ("status", "means"),
    [("", "open"), ("Open", "open"), ("closed", "closed"), ("teilgeliefert", "other")],
    ids=["not said", "capital", "closed", "unknown word"],
)
def test_the_status_of_an_order_is_one_of_ours(tx: Connection, status: str, means: str) -> None:
    know(tx, status=status)

    assert purchase_orders(tx, ["PO-1"])[0].status == means


def test_open_orders_are_those_of_the_vendor_in_the_currency_and_entity(tx: Connection) -> None:
    for number, changes in {
        "A": {}, "B": {"currency": "USD"}, "C": {"vendor_id": "8"}, "D": {"status": "closed"}, "E": {"entity": "DE02"},
        "F": {"currency": "", "entity": "DE01"},
    }.items():  # fmt: skip
        know(tx, number=number, **changes)

    assert [order.number for order in open_orders_of(tx, "7", "EUR", "DE01")] == ["A", "F"]
    assert [order.number for order in open_orders_of(tx, "7", "", "")] == ["A", "B", "E", "F"]


@pytest.mark.parametrize(
    ("given", "received", "is_required"),
    [({}, "0", False), ({"received": "4"}, "4", True), ({"received": "4", "receipt_required": "false"}, "4", False)],
    ids=["nothing said", "received", "received, two-way"],
)
def test_a_line_of_which_receipts_are_known_is_matched_three_ways(
    tx: Connection, given: dict[str, str], received: str, is_required: bool
) -> None:
    know(tx, given)

    assert (line(tx).received, line(tx).receipt_required) == (Decimal(received), is_required)


def test_receipts_add_up_with_returns(tx: Connection) -> None:
    know(tx, {"received": "99"})
    receive(tx, "6", accepted="5")
    receive(tx, "-2", receipt="GR-2")

    assert (line(tx).received, line(tx).accepted) == (Decimal(4), Decimal(5))


def test_receipts_in_another_unit_are_not_added_up(tx: Connection) -> None:
    know(tx, {"received": "12"})
    receive(tx, "1", unit="XBX")

    assert line(tx).received == Decimal(12)


def test_receipts_come_the_earliest_first_under_the_number_of_the_order(tx: Connection) -> None:
    know(tx)
    receive(tx, "1", receipt="GR-9", received_on="2026-01-01", number="po 1")
    receive(tx, "2", receipt="GR-1", received_on="2026-02-01")

    found = receipts_of(tx, purchase_orders(tx, ["PO-1"]))

    assert [(one.receipt, one.order) for one in found] == [("GR-9", "PO-1"), ("GR-1", "PO-1")]


def test_what_a_document_bills_is_billed_for_others_and_not_for_itself(tx: Connection) -> None:
    know(tx)

    record_billing(tx, bill("4", "10.00"), "doc")

    assert (line(tx).billed_quantity, line(tx).billed_amount) == (Decimal(4), Decimal("10.00"))
    assert line(tx, besides="doc").billed_quantity == 0


def test_billing_again_changes_nothing_and_a_new_match_replaces_the_old(tx: Connection) -> None:
    know(tx)
    record_billing(tx, bill("4"), "doc")
    record_billing(tx, bill("4"), "doc")
    twice = line(tx).billed_quantity

    record_billing(tx, bill("3"), "doc")

    assert (twice, line(tx).billed_quantity) == (Decimal(4), Decimal(3))


def test_billing_can_be_taken_back(tx: Connection) -> None:
    know(tx)
    record_billing(tx, bill("4"), "doc")
    record_billing(tx, bill("2"), "other")

    reverse_billing(tx, "doc")

    assert line(tx).billed_quantity == Decimal(2)


def test_what_is_billed_of_a_receipt_is_known(tx: Connection) -> None:
    know(tx)
    receive(tx, "6")
    record_billing(tx, bill("4", receipt="GR-1", receipt_line="1"), "doc")

    assert receipts_of(tx, ["PO-1"])[0].billed_quantity == Decimal(4)
    assert receipts_of(tx, ["PO-1"], besides="doc")[0].billed_quantity == 0


def test_a_match_against_figures_that_changed_meanwhile_is_not_noted(tx: Connection) -> None:
    know(tx)
    seen = purchase_orders(tx, ["PO-1"], besides="late")
    record_billing(tx, bill("8"), "early")

    is_noted = record_billing(tx, bill("8"), "late", seen=seen)

    assert (is_noted, line(tx).billed_quantity) == (False, Decimal(8))
    assert record_billing(tx, bill("2"), "late", seen=purchase_orders(tx, ["PO-1"], besides="late"))


class TestWhatTheSystemSaysWasBilled:
    """The export of the system of record may hold our own documents, or not yet."""

    def state(self, tx: Connection, billed: str) -> None:
        masterdata.upsert_order_lines(tx, [{**LINE, "number": "PO-1", "billed_quantity": billed}])

    def test_and_a_document_of_ours_that_it_does_not_know_yet_add_up(self, tx: Connection) -> None:
        know(tx, {"billed_quantity": "5"})

        record_billing(tx, bill("2"), "doc")

        assert line(tx).billed_quantity == Decimal(7)

    def test_does_not_count_a_document_twice_once_it_knows_it(self, tx: Connection) -> None:
        know(tx, {"billed_quantity": "5"})
        record_billing(tx, bill("2"), "doc")

        self.state(tx, "7")

        assert line(tx).billed_quantity == Decimal(7)

    def test_an_export_from_before_our_document_does_not_make_it_forgotten(self, tx: Connection) -> None:
        know(tx, {"billed_quantity": "5"})
        record_billing(tx, bill("2"), "doc")

        self.state(tx, "5")

        assert line(tx).billed_quantity == Decimal(7)

    def test_what_others_billed_meanwhile_is_added(self, tx: Connection) -> None:
        know(tx, {"billed_quantity": "5"})
        record_billing(tx, bill("2"), "doc")

        self.state(tx, "9")
        record_billing(tx, bill("1"), "next")

        assert line(tx).billed_quantity == Decimal(10)

    def test_what_was_credited_there_is_taken_off(self, tx: Connection) -> None:
        know(tx, {"billed_quantity": "5"})

        self.state(tx, "3")

        assert line(tx).billed_quantity == Decimal(3)


def test_numbers_and_packs_of_an_item_complete_its_order_line(tx: Connection) -> None:
    know(tx, {"unit": "XCS"})
    masterdata.write(tx, master_kinds.ITEMS, [{"code": "A", "unit": "H87", "gtin": "04012345678901"}])
    masterdata.write(tx, master_kinds.ITEM_UNITS, [{"item_code": "A", "unit": "XCS", "factor": "12"}])
    references = [{"vendor_id": vendor, "supplier_item_code": f"S-{vendor}", "item_code": "A"} for vendor in "78"]
    masterdata.write(tx, master_kinds.ITEM_REFERENCES, references)

    found = line(tx)

    assert (found.supplier_item_code, found.gtin, found.pack_size) == ("S-7", "04012345678901", Decimal(12))


def test_what_is_weighed_has_no_pieces(tx: Connection) -> None:
    know(tx, {"unit": "XSA"})
    masterdata.write(tx, master_kinds.ITEMS, [{"code": "A", "unit": "KGM"}])
    masterdata.write(tx, master_kinds.ITEM_UNITS, [{"item_code": "A", "unit": "XSA", "factor": "25"}])

    assert line(tx).pack_size is None


def test_invoices_at_the_same_moment_never_bill_more_than_there_is(engine: Engine) -> None:
    with transaction(engine) as tx:
        know(tx, {"quantity": "10"})

    def post(number: int) -> bool:
        """Match an invoice of 3 pieces, again whenever the figures changed meanwhile."""
        document = f"doc {number}"
        while True:
            with reading(engine) as tx:
                seen = purchase_orders(tx, ["PO-1"], besides=document)
            if seen[0].lines[0].billed_quantity + 3 > 10:
                return False
            with transaction(engine) as tx:
                if record_billing(tx, bill("3"), document, seen=seen):
                    return True

    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(post, range(8)))

    assert posted.count(True) == 3
    with reading(engine) as tx:
        assert line(tx).billed_quantity == Decimal(9)
