"""Delivery notes against orders: what is still to come, what came before, what is more than was ordered."""

from decimal import Decimal

import pytest

from engine.model.purchasing import OrderMatch, PurchaseOrder, ReceiptLine
from tests.stages.matching.orders import kinds, match, order, receipt, shares

SCREW = {
    "description": "Steel screw M8x40", "item_code": "OWN-1", "supplier_item_code": "S-840", "quantity": "100",
    "unit_price": "0.12", "receipt_required": True,
}  # fmt: skip
PAINT = {"description": "Wall paint white 10 l", "supplier_item_code": "P-10", "quantity": "6", "unit_price": "49.90"}
CAME = {"description": "Steel screw M8x40", "item_code": "S-840", "quantity": "100", "unit": "H87"}


def delivered(
    *orders: PurchaseOrder, receipts: tuple[ReceiptLine, ...] = (), line: dict[str, str] = CAME, note: str = "LS-1"
) -> OrderMatch:
    return match([line], *orders, receipts=receipts, type="goods_receipt", delivery_note_number=note, currency="")


def test_a_delivery_finds_its_order_line_without_any_price() -> None:
    found = delivered(order("PO-1", PAINT, SCREW))

    assert (found.outcome, shares(found), kinds(found)) == ("unique", [(0, "PO-1/20", "100", "")], [])


def test_a_pair_knows_our_item_and_the_unit_of_the_order() -> None:
    (pair,) = delivered(order("PO-1", SCREW), line={**CAME, "quantity": "5", "unit": "DZN"}).pairs

    assert (pair.item_code, pair.quantity, pair.unit) == ("OWN-1", Decimal(60), "H87")


def test_what_was_billed_does_not_take_the_room_of_what_comes() -> None:
    assert kinds(delivered(order("PO-1", {**SCREW, "billed_quantity": "100"}))) == []


def test_more_than_is_left_to_be_delivered_is_a_difference() -> None:
    found = delivered(order("PO-1", SCREW), receipts=(receipt("60", delivery_note="LS-0"),))

    (one,) = found.differences
    assert one.kind == "quantity_ordered"
    assert [one.expected, one.actual, one.earlier] == [100, 100, 60]


def test_what_comes_next_goes_to_the_line_that_still_waits() -> None:
    found = delivered(order("PO-1", SCREW, SCREW), receipts=(receipt("100"),))

    assert (shares(found), kinds(found)) == ([(0, "PO-1/20", "100", "")], [])


def test_a_partial_delivery_is_none() -> None:
    rest = {**CAME, "quantity": "40"}

    assert kinds(delivered(order("PO-1", SCREW), receipts=(receipt("60"),), line=rest)) == []


@pytest.mark.parametrize("note", ["LS-1", "ls 1", "LS1"])
def test_what_was_booked_of_the_same_delivery_note_is_told_and_does_not_count_against_it(note: str) -> None:
    found = delivered(order("PO-1", SCREW), receipts=(receipt("100", delivery_note=note),))

    assert (found.booked, kinds(found)) == (("GR-1",), [])


def test_goods_that_go_back_are_held_against_what_was_received() -> None:
    back = {**CAME, "quantity": "-10"}
    some, few = (delivered(order("PO-1", SCREW), receipts=(receipt(came),), line=back) for came in ("60", "4"))

    assert (shares(some), kinds(some), kinds(few)) == ([(0, "PO-1/10", "-10", "")], [], ["quantity_ordered"])


def test_an_item_that_nobody_ordered_is_unmatched() -> None:
    found = delivered(order("PO-1", PAINT), line={"description": "Ladder", "item_code": "L-1", "quantity": "1"})

    assert (found.outcome, found.unmatched) == ("none", (0,))


def test_without_order_number_the_open_orders_of_the_vendor_are_searched() -> None:
    found = match([CAME], order("PO-7", SCREW), type="goods_receipt", po_number="", currency="")

    assert (found.outcome, found.found_by, shares(found)) == ("unique", "vendor", [(0, "PO-7/10", "100", "")])
