"""Facts about lines that bring goods, or order them."""

from decimal import Decimal

import pytest

from engine.content.ruleset import Ruleset
from engine.model.decision import FactValue
from engine.model.purchasing import LineMatch, OrderMatch
from engine.model.record import Record
from engine.stages.facts import deliveries  # noqa: F401 - registers its functions
from engine.stages.facts.case import FUNCTIONS, Case
from tests.stages.facts.test_orders import RULESET
from tests.stages.records import NO_ORDER, NO_VENDOR, field, record

STRICT = Ruleset.model_validate(
    {**RULESET.model_dump(by_alias=True), "confidence": {"default": "0.50", "fields": {"quantity": "0.80"}}}
)


def fact(name: str, one: Record, orders: OrderMatch | None = None, ruleset: Ruleset = RULESET) -> FactValue:
    return FUNCTIONS[name](Case(record=one, ruleset=ruleset, vendor=NO_VENDOR, order=NO_ORDER, orders=orders))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"item_code": "A-1", "quantity": "2"}, None),
        ({"item_code": "A-1"}, "1"),
        ({"standard_item_code": "4006381333931", "quantity": "0"}, "1"),
        ({"description": "With kind regards"}, None),
        ({"item_code": "A-1", "line_role": "GROUP"}, None),
    ],
    ids=["counted", "not counted", "nothing", "a remark", "a heading"],
)
def test_an_item_without_quantity_is_named(line: dict[str, str], told: str | None) -> None:
    assert fact("lines_without_quantity", record(lines=[line])) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"buyer_item_code": "A-1", "quantity": "2"}, None),
        ({"description": "Paper", "quantity": "2"}, "1"),
        ({"description": "Paper"}, None),
        ({"description": "Of these", "quantity": "2", "line_role": "INFORMATION"}, None),
    ],
    ids=["by number", "by its name alone", "a remark", "told only"],
)
def test_a_quantity_without_item_is_named(line: dict[str, str], told: str | None) -> None:
    assert fact("lines_without_item", record(lines=[line])) == told


def test_quantities_below_the_threshold_of_the_ruleset_are_named() -> None:
    plain = record(lines=[{"quantity": "1"}] * 3)
    doubtful = (field("quantity", "7", confidence=0.7),)
    one = plain.model_copy(update={"lines": (plain.lines[0], doubtful, doubtful)})

    assert (fact("unsure_quantities", one), fact("unsure_quantities", one, ruleset=STRICT)) == (None, "2, 3")


def test_receipts_of_this_delivery_note_are_named() -> None:
    told = OrderMatch(outcome="unique", booked=("5000000017", "5000000018"))

    assert fact("received_before", record(), told) == "5000000017, 5000000018"
    assert fact("received_before", record(), OrderMatch(outcome="unique")) is None


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        (["1", "2", "3"], None),
        (["1", "3"], "2"),
        (["2", "3"], "1"),
        (["001", "002.", "005"], "3, 4"),
        (["10", "30"], None),
        (["1", "1", "4"], None),
        (["3", "1"], None),
        (["1"], None),
        (["1", "99999999"], None),
    ],
    ids=["whole", "one lost", "first lost", "zeros", "of the order", "groups", "unsorted", "one line", "misread"],
)
def test_numbers_that_the_lines_leave_out_are_named(printed: list[str], told: str | None) -> None:
    lines = [{"line_number": number, "quantity": "2"} for number in printed]

    assert fact("skipped_positions", record(lines=lines)) == told


def test_lines_that_bear_the_numbers_of_their_order_may_leave_some_out() -> None:
    one = record(lines=[{"line_number": "1"}, {"line_number": "3"}])
    pairs = tuple(
        LineMatch(line=line, order="PO-1", order_line=number, amount=Decimal(0))
        for line, number in ((0, "00001"), (1, "00003"))
    )

    assert fact("skipped_positions", one, OrderMatch(outcome="unique", pairs=pairs)) is None
    assert fact("skipped_positions", one, OrderMatch(outcome="unique", pairs=pairs[:1])) == "2"
