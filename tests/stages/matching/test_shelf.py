"""Which lots a line may mean: all that can, and of very many the likeliest."""

from collections.abc import Mapping, Sequence

import pytest

from engine.stages.matching.billed import billed_lines
from engine.stages.matching.match_lines import match_lines
from engine.stages.matching.open_lines import lots, open_line
from engine.stages.matching.shelf import Shelf
from tests.stages.matching.orders import POLICY, order
from tests.stages.records import record

ITEMS = [
    {
        "description": "steel bolt 8x40",
        "supplier_item_code": "A1",
        "quantity": "4",
        "unit_price": "5.00",
        "unit": "H87",
    },
    {"description": "brass valve", "supplier_item_code": "B2", "quantity": "2", "unit_price": "7.00", "unit": "H87"},
    {"description": "hose", "supplier_item_code": "C3", "quantity": "9", "unit_price": "3.00", "unit": "XBX"},
]


def asked(line: Mapping[str, str], *, classes: int = 1) -> Sequence[int]:
    """Return the positions of the lots of ITEMS that a line may mean."""
    ordered = order("PO-1", *ITEMS)
    places = lots((open_line(ordered, one, (), back=False) for one in ordered.lines), apart=False)
    shelf = Shelf(places, classes=classes, score=POLICY.description_score)
    return [place for place, _ in shelf.asked(billed_lines(record(lines=[dict(line)])))[0]]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ({"description": "whatever", "item_code": "B2", "quantity": "1"}, [1]),
        ({"description": "bolt of steel 8x40", "quantity": "1", "unit_price": "99", "unit": "H87"}, [0, 2]),
        ({"description": "xx", "quantity": "2", "unit_price": "7.00", "unit": "H87"}, [1, 2]),
        ({"description": "xx", "quantity": "2", "unit_price": "8.00", "unit": "H87", "po_line": "10"}, [0, 2]),
        ({"description": "xx", "amount": "8.00"}, [0, 1, 2]),
    ],
    ids=[
        "item number",
        "words, or another unit",
        "price, or another unit",
        "line number, or another unit",
        "amount alone",
    ],
)
def test_a_line_may_mean_what_anything_of_it_speaks_for(line: Mapping[str, str], places: Sequence[int]) -> None:
    assert asked(line) == places


def test_with_very_many_lines_words_are_still_found() -> None:
    assert asked(
        {"description": "brass valve", "quantity": "1", "unit_price": "99", "unit": "H87"}, classes=100_000
    ) == [1, 2]


@pytest.mark.parametrize("named", [True, False], ids=["the first names its order line", "nothing is named"])
def test_very_many_equal_lines_fill_very_many_equal_order_lines(named: bool) -> None:
    line = {"description": "bolt", "item_code": "A1", "quantity": "1", "unit_price": "5.00", "amount": "5.00"}
    stock = {"description": "bolt", "supplier_item_code": "A1", "quantity": "1", "unit_price": "5.00"}
    first = line | {"po_line": "10"} if named else line
    billed = record(po_number="PO-1", currency="EUR", lines=[first, *[line] * 199])

    found = match_lines(billed, [order("PO-1", *[stock] * 200)], (), POLICY)

    assert (found.outcome, len(found.pairs), found.differences) == ("unique", 200, ())
    assert len({(pair.order, pair.order_line) for pair in found.pairs}) == len(found.pairs)


def test_a_vendor_with_too_many_orders_that_would_do_has_to_name_one() -> None:
    line = {"description": "bolt", "item_code": "A1", "quantity": "1", "unit_price": "5.00", "amount": "5.00"}
    stock = {"description": "bolt", "supplier_item_code": "A1", "quantity": "1", "unit_price": "5.00"}
    orders = [order(f"PO-{number}", stock) for number in range(201)]

    found = match_lines(record(currency="EUR", lines=[line]), orders, (), POLICY)

    assert (found.outcome, found.failures) == ("none", (("too_large", "201 open orders"),))
