"""The grid of a match: what stands beside what, and where a difference shows."""

from collections.abc import Mapping
from decimal import Decimal

from engine.model.purchasing import PurchaseOrder, ReceiptLine, Verdict
from engine.runtime.desk.match_grid import MOST_UNBILLED, Grid, Side, grid
from tests.stages.matching.orders import match, order, receipt
from tests.stages.records import field, record

SCREW = {
    "description": "Steel screw", "supplier_item_code": "S-8", "quantity": "100", "unit_price": "0.12", "receipt_required": True
}  # fmt: skip
PAINT = {"description": "Wall paint", "supplier_item_code": "P-10", "quantity": "6", "unit_price": "49.90"}
BILLED = {
    "description": "Steel screw M8", "item_code": "S-8", "quantity": "60", "amount": "7.80", "unit_price": "0.13", "unit": "H87"
}  # fmt: skip
LADDER = {"description": "Ladder", "item_code": "L-1", "quantity": "1", "amount": "80.00", "unit": "H87"}


def shown(
    lines: list[Mapping[str, str]], *orders: PurchaseOrder, receipts: tuple[ReceiptLine, ...] = (), passes: bool = False
) -> Grid:
    """Return the grid of an invoice in which tolerances let each difference pass, or none."""
    found = match(lines, *orders, receipts=receipts)
    verdicts = [Verdict(difference=one, passes=passes, check="PP", limit="2 %") for one in found.differences]
    read = record(field("po_number", "PO-1"), field("currency", "EUR"), lines=lines)
    return grid(read, found, verdicts, orders, receipts)


def test_what_is_billed_stands_beside_what_was_ordered_received_and_billed_before() -> None:
    row = shown([BILLED], order("PO-1", {**SCREW, "billed_quantity": "10"}), receipts=(receipt("50"),)).rows[0]

    assert row.billed == Side(Decimal(60), Decimal("0.13"), Decimal("7.80"))
    assert row.ordered == Side(Decimal(100), Decimal("0.12"), Decimal(12))
    assert (row.received, row.receipts, row.billed_before) == (Decimal(50), ("GR-1",), Decimal(10))


def test_a_difference_shows_in_its_column_with_what_the_tolerance_says() -> None:
    ordered, came = order("PO-1", SCREW), (receipt("50"),)

    assert shown([BILLED], ordered, receipts=came).rows[0].differs == {"price": False, "received": False}
    assert shown([BILLED], ordered, receipts=came, passes=True).rows[0].differs == {"price": True, "received": True}


def test_a_quantity_that_two_lines_exceed_together_shows_at_both() -> None:
    rows = shown([BILLED, BILLED], order("PO-1", {**SCREW, "receipt_required": False, "unit_price": "0.13"})).rows

    assert [row.differs for row in rows] == [{"quantity": False}, {"quantity": False}]


def test_what_nobody_ordered_and_what_nobody_bills_stand_in_the_grid_too() -> None:
    rows = shown([BILLED, LADDER], order("PO-1", SCREW, PAINT), receipts=(receipt("100"),)).rows

    assert [(row.line, row.order_line, row.description) for row in rows] == [
        (0, "10", "Steel screw M8"), (1, "", "Ladder"), (None, "20", "Wall paint")
    ]  # fmt: skip
    assert rows[2].received is None


def test_a_long_order_shows_what_is_not_billed_up_to_a_number() -> None:
    found = shown([BILLED], order("PO-1", SCREW, *[PAINT] * (MOST_UNBILLED + 5)), receipts=(receipt("100"),))

    assert (len(found.rows), found.more) == (1 + MOST_UNBILLED, 5)


def test_what_goes_beyond_the_order_stands_in_a_row_of_its_own() -> None:
    """A line without an item number is taken for an order line as far as that goes, and no further."""
    cartridge = {"description": "Filter cartridge", "quantity": "3", "unit_price": "20.00", "receipt_required": True}
    billed = {
        "description": "Filter cartridge",
        "quantity": "4",
        "unit_price": "26.00",
        "amount": "104.00",
        "unit": "H87",
    }

    rows = shown([billed], order("PO-1", cartridge, PAINT), receipts=(receipt("3"),)).rows

    assert [(row.order_line, row.billed.quantity, row.billed.amount) for row in rows[:2]] == [
        ("10", Decimal(3), Decimal("78.00")), ("", Decimal(1), Decimal("26.00"))
    ]  # fmt: skip
