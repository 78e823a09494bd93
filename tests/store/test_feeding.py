from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from engine.model import master_kinds
from engine.store import feeding, masterdata
from engine.store.database import reading, transaction
from engine.store.master_rows import begin
from engine.store.purchasing import purchase_orders, receipts_of

AT = datetime(2026, 10, 20, 8, 0, tzinfo=UTC)
ORDER = {"number": "PO 4711", "vendor_id": "7", "currency": "EUR", "status": "open"}
LINES = [
    {"line": "1", "item_code": "A", "quantity": "10", "unit_price": "2.50"},
    {"line": "2", "item_code": "B", "quantity": "5", "unit_price": "9.00"},
]
RECEIPT = {
    "receipt": "7/LS-1",
    "line": "1",
    "number": "PO 4711",
    "order_line": "1",
    "quantity": "10",
    "delivery_note": "LS-1",
}


def bring(tx: Connection, *lines: Mapping[str, str], document: str = "d1", **order: str) -> bool:
    return feeding.bring_order(tx, {**ORDER, **order}, lines or LINES, document_id=document, at=AT)


def told(tx: Connection) -> list[tuple[str, list[tuple[str, Decimal | None]]]]:
    return [
        (one.number, [(line.line, line.unit_price) for line in one.lines]) for one in purchase_orders(tx, ["PO-4711"])
    ]


def erp(tx: Connection, kind: Any, *rows: Mapping[str, str]) -> None:
    masterdata.write(tx, kind, rows, begin(tx, at=AT, by="erp", source="orders.csv"))


def test_an_order_of_a_paper_is_one_that_invoices_are_held_against(tx: Connection) -> None:
    assert bring(tx)

    assert told(tx) == [("PO 4711", [("1", Decimal("2.50")), ("2", Decimal("9.00"))])]


def test_a_paper_that_is_judged_again_says_all_there_is(tx: Connection) -> None:
    bring(tx)
    assert bring(tx, {**LINES[0], "unit_price": "3.00"})

    assert told(tx) == [("PO 4711", [("1", Decimal("3.00"))])]


def test_what_a_paper_brought_goes_with_it(tx: Connection) -> None:
    bring(tx)
    feeding.take_back(tx, "d2", at=AT)
    before = told(tx)
    feeding.take_back(tx, "d1", at=AT)
    feeding.take_back(tx, "d1", at=AT)

    assert (len(before), told(tx)) == (1, [])


def test_an_order_that_the_erp_told_of_is_left_alone(tx: Connection) -> None:
    erp(tx, master_kinds.ORDERS, {**ORDER, "number": "PO-4711"})

    assert not bring(tx)
    assert told(tx) == [("PO-4711", [])]


@pytest.mark.parametrize("number", ["PO 4711", "PO-4711"])
def test_what_the_erp_tells_takes_the_place_of_the_paper(tx: Connection, number: str) -> None:
    bring(tx)
    erp(tx, master_kinds.ORDERS, {**ORDER, "number": number})
    erp(tx, master_kinds.ORDER_LINES, {**LINES[0], "number": number, "line": "00010", "unit_price": "2.40"})
    feeding.take_back(tx, "d1", at=AT)

    assert told(tx) == [(number, [("00010", Decimal("2.40"))])]


def test_a_line_that_the_erp_tells_alike_is_the_erps_from_then_on(tx: Connection) -> None:
    bring(tx)
    erp(tx, master_kinds.ORDERS, ORDER)
    erp(tx, master_kinds.ORDER_LINES, {**LINES[0], "number": "PO 4711"})
    feeding.take_back(tx, "d1", at=AT)

    assert told(tx) == [("PO 4711", [("1", Decimal("2.50"))])]


@pytest.mark.parametrize(
    ("row", "received"),
    [
        ({"receipt": "5001", "delivery_note": "ls1"}, Decimal(10)),
        ({"receipt": "5001", "delivery_note": ""}, Decimal(10)),
        ({"receipt": "5001", "delivery_note": "LS-2"}, Decimal(20)),
        ({"receipt": "5001", "delivery_note": "", "order_line": "2"}, Decimal(10)),
    ],
    ids=["the same note", "no note, the same line", "another note", "no note, another line"],
)
def test_a_receipt_counts_once(tx: Connection, row: dict[str, str], received: Decimal) -> None:
    bring(tx)
    feeding.bring_receipts(tx, [RECEIPT], document_id="d2", at=AT)
    erp(tx, master_kinds.GOODS_RECEIPTS, {**RECEIPT, **row})

    assert purchase_orders(tx, ["PO 4711"])[0].lines[0].received == received


def test_a_note_is_not_held_against_itself(tx: Connection) -> None:
    bring(tx)
    for _ in range(2):
        feeding.bring_receipts(tx, [RECEIPT], document_id="d2", at=AT)

    assert len(receipts_of(tx, ["PO 4711"])) == 1
    assert receipts_of(tx, ["PO 4711"], besides="d2") == []
    assert purchase_orders(tx, ["PO 4711"], besides="d2")[0].lines[0].received == 0


def test_papers_of_one_order_that_come_at_once_make_one_order(engine: Engine) -> None:
    spelled = ["PO 4711", "PO-4711", "PO4711", "po 4711", "PO/4711", "PO.4711"]
    start = Barrier(len(spelled))

    def come(number: str) -> None:
        start.wait()
        with transaction(engine) as tx:
            bring(tx, document=f"document {number}", number=number)

    with ThreadPoolExecutor(len(spelled)) as pool:
        list(pool.map(come, spelled))

    with reading(engine) as tx:
        assert [(number in spelled, len(lines)) for number, lines in told(tx)] == [(True, 2)]
