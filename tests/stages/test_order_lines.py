"""What mappings see of the order lines that lines were set against."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.content.matrix import Matrix, load_matrices
from engine.model.purchasing import LineMatch
from engine.model.record import Match, Record
from engine.stages.lineage import Leaf, leaves
from engine.stages.matrix_examples import environment_of, match_of
from engine.stages.order_lines import header_of, shares_of
from engine.stages.scope import Scope, scope_of
from engine.stages.transform import traced
from tests.stages.records import NO_VENDOR, field, record

ROOT = Path(__file__).parents[2]
PAPER = {"description": "Paper", "item_code": "A-1", "quantity": "150", "unit": "H87", "amount": "150.00"}
FREIGHT = {"description": "Freight", "amount": "12.00"}
REMARK = {"description": "Thank you"}


def pair(line: int, order_line: str, quantity: str, amount: str = "0", **more: object) -> LineMatch:
    told = {"order": "PO-1", "unit": "H87", "evidence": (("item_code", "A1"),), **more}
    return LineMatch.model_validate(
        {"line": line, "order_line": order_line, "quantity": Decimal(quantity), "amount": Decimal(amount), **told}
    )


def ordered(*pairs: LineMatch, charges: tuple[int, ...] = ()) -> Match:
    return Match(kind="purchase_order", outcome="one", pairs=pairs, charges=charges)


def scope(*lines: dict[str, str], order: Match, **fields: str) -> Scope:
    one = record(*(field(name, value) for name, value in fields.items()), lines=lines)
    return scope_of(one, vendor=NO_VENDOR, order=order, environment=environment_of())


def rows(seen: Scope, group: str) -> list[tuple[str | None, ...]]:
    places = [seen.at(group, index) for index in range(len(seen.rows(group)))]
    return [
        tuple(one.value(path) for path in ("match.po_line", "match.quantity", "line.description")) for one in places
    ]


def test_a_line_that_is_split_stands_once_for_each_order_line() -> None:
    seen = scope(PAPER, REMARK, order=ordered(pair(0, "10", "100"), pair(0, "20", "50")))

    assert rows(seen, "order_lines") == [("10", "100", "Paper"), ("20", "50", "Paper"), (None, None, "Thank you")]


def test_among_the_lines_a_split_one_has_no_single_order_line() -> None:
    seen = scope(PAPER, PAPER, order=ordered(pair(0, "10", "100"), pair(0, "20", "50"), pair(1, "30", "150")))

    assert rows(seen, "lines") == [(None, None, "Paper"), ("30", "150", "Paper")]


def test_several_lines_of_one_order_line_stay_several() -> None:
    seen = scope(PAPER, PAPER, order=ordered(pair(0, "10", "150"), pair(1, "10", "150")))

    assert rows(seen, "order_lines") == [("10", "150", "Paper"), ("10", "150", "Paper")]
    assert [seen.at("order_lines", at).value("line.position") for at in (0, 1)] == ["1", "2"]


def test_receipts_of_one_order_line_are_added_up() -> None:
    found = [
        pair(0, "10", "100", "100.00", receipt="GR-1", receipt_line="1"),
        pair(0, "10", "50", "50.00", receipt="GR-2", receipt_line="1"),
    ]
    (share,) = shares_of(record(lines=[PAPER]), ordered(*found))

    assert (share.match["quantity"], share.match["amount"]) == ("150", "150.00")
    assert "receipt" not in share.match


def test_what_takes_back_counts_as_its_line_does() -> None:
    back = pair(0, "10", "-5", "-5.00")
    (credited,) = shares_of(record(type="credit_note", lines=[{**PAPER, "amount": "5.00"}]), ordered(back))
    (returned,) = shares_of(record(lines=[{**PAPER, "amount": "-5.00"}]), ordered(back))

    assert [one.match["amount"] for one in (credited, returned)] == ["5.00", "-5.00"]
    assert [one.match["quantity"] for one in (credited, returned)] == ["5", "-5"]


def test_the_header_names_its_orders_and_the_sum_of_its_charges() -> None:
    one = record(lines=[PAPER, FREIGHT, FREIGHT])
    single, several = (
        ordered(pair(0, "10", "1"), charges=(1, 2)),
        ordered(pair(0, "10", "1"), pair(0, "1", "1", order="PO-2")),
    )

    assert header_of(one, single) == {"orders": "PO-1", "po_number": "PO-1", "charge_total": "24.00"}
    assert header_of(one, several) == {"orders": "PO-1, PO-2"}


def test_without_pairs_nothing_is_matched() -> None:
    seen = scope(PAPER, FREIGHT, order=ordered(), po_number="PO-1")

    assert rows(seen, "order_lines") == [(None, None, "Paper"), (None, None, "Freight")]
    assert seen.value("match.orders") is None


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return load_matrices(ROOT, only=["sap.supplier_invoice@1"])["sap.supplier_invoice@1"]


def mapped(matrix: Matrix, one: Record, order: Match) -> dict[str, Leaf]:
    vendor = match_of("vendor", {"id": "4711", "name": "Papier Nord", "country": "DE"})
    made, worked = traced(one, matrix=matrix, vendor=vendor, order=order, environment=environment_of())
    return {leaf.path: leaf for leaf in leaves(made, worked, matrix=matrix, record=one)}


def test_a_leaf_leads_over_the_order_line_to_what_proves_it(matrix: Matrix) -> None:
    one = record(
        invoice_number="7",
        issue_date="2026-03-04",
        currency="EUR",
        total="150.00",
        lines=[REMARK, PAPER],
        po_number="PO-1",
    )
    found = mapped(matrix, one, ordered(pair(1, "10", "150", "150.00")))

    first, second = found["to_SuplrInvcItemPurOrdRef[0].PurchaseOrderItem"].origins
    assert (first.path, first.value, first.how, first.by) == ("match[1].po_line", "10", "order match", "item_code A1")
    assert (first.source, second.path, second.value) == (("lines[1].item_code",), "lines[1].item_code", "A-1")


def test_a_line_of_an_order_is_missed_where_a_person_can_enter_it(matrix: Matrix) -> None:
    one = record(
        invoice_number="7", issue_date="2026-03-04", currency="EUR", total="150.00", lines=[PAPER], po_number="PO-1"
    )
    vendor = match_of("vendor", {"id": "4711", "name": "Papier Nord", "country": "DE"})

    made, _ = traced(one, matrix=matrix, vendor=vendor, order=ordered(), environment=environment_of())

    assert [finding.fields for finding in made.findings] == [("lines[0].po_line",)]
