from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.content.tolerance import load_tolerances
from engine.model.purchasing import Difference, LineMatch, OrderLine, OrderMatch, PurchaseOrder, ReceiptLine
from engine.stages.tolerances.orders import Parties, items_of, judge_match, surroundings

SAP = load_tolerances(Path(__file__).parents[3] / "rules/tolerances/sap_like.v1.yaml")
LINE = OrderLine(
    order="PO-1", line="10", item_code="A-1", quantity=Decimal(100), unit="C62", unit_price=Decimal("250.00"),
    price_base=Decimal(100), inspection_required=True,
)  # fmt: skip
ORDER = PurchaseOrder(number="PO-1", vendor_id="V", currency="EUR", entity="1000", lines=(LINE,))
RECEIPT = ReceiptLine(receipt="R", line="1", order="PO-1", order_line="10", quantity=Decimal(60), unit="C62")
PARTIES = Parties(vendor="V", item_groups={"A-1": "screws"})


def found(kind: str, expected: str, actual: str, **more: Any) -> Difference:
    values = {"kind": kind, "line": 0, "order": "PO-1", "order_line": "10", "currency": "EUR", "unit": "C62"}
    return Difference.model_validate({**values, "expected": Decimal(expected), "actual": Decimal(actual), **more})


def failed(*differences: Difference) -> list[str]:
    match = OrderMatch(outcome="unique", differences=differences)
    verdicts = judge_match(match, SAP, orders=(ORDER,), receipts=(RECEIPT,), parties=PARTIES)
    return [one.check for one in verdicts if not one.passes]


def test_what_a_tolerance_has_to_know_comes_from_the_order_line() -> None:
    around = surroundings(found("price", "2.50", "2.55"), orders=(ORDER,), receipts=(RECEIPT,), parties=PARTIES)

    assert (around.item, around.item_group, around.vendor, around.entity) == ("A-1", "screws", "V", "1000")
    assert (around.price, around.price_unit, around.received) == (Decimal("2.5"), "C62", Decimal(60))
    assert around.order_level == "four_way"


def test_an_order_that_is_not_there_is_no_surroundings() -> None:
    unknown = surroundings(found("price", "1", "1", order="PO-2"), orders=(ORDER,), receipts=(), parties=PARTIES)
    none = surroundings(found("charge", "0", "9", order=""), orders=(ORDER,), receipts=(), parties=PARTIES)

    assert (unknown.item, unknown.has_order, none.has_order) == ("", True, False)


def test_the_differences_of_a_match_are_judged_by_the_policy() -> None:
    assert failed(found("price", "2.50", "2.55", quantity=Decimal(60))) == []
    assert failed(found("price", "2.50", "2.56", quantity=Decimal(60))) == ["PP"]
    assert failed(found("quantity_received", "60", "61")) == []
    assert failed(found("quantity_received", "60", "80")) == ["DQ"]
    assert failed(found("item", "0", "1"), found("tax", "7", "19", unit="P1", currency="")) == ["item", "tax rate"]
    assert failed(found("total", "1000", "1", earlier=Decimal(1000), subject="blanket")) == ["LA limit"]
    assert failed(found("charge", "0", "5", order="", order_line="")) == ["KW"]


def test_items_are_named_by_the_order() -> None:
    match = OrderMatch(
        outcome="unique",
        pairs=(LineMatch(line=0, order="PO-1", order_line="10"), LineMatch(line=1, order="PO-1", order_line="20")),
    )  # fmt: skip

    assert items_of(match, (ORDER,)) == {0: "A-1", 1: ""}
