"""What a slip says of each thing bought: its name with its sizes, how many, at what price."""

import pytest

from engine.model.field import by_name
from tests.stages.extract.receipts.paper import read_slip

SLIP = """
CORNER SHOP LTD
{item}
Bread  2.40
Total  {total}
Cash  100.00
"""


def _first(item: str, total: str) -> dict[str, str]:
    row = by_name(read_slip(SLIP.format(item=item, total=total)).lines[0])
    return {name: field.value for name, field in row.items()}


@pytest.mark.parametrize(
    "name", ["Edge strip 70 cm", "Pallet 120 x 80 cm new", "Tablet Pro 6", "Pens blue box of 50", "Cable 3 x 1,5 mm"]
)
def test_sizes_belong_to_the_name_of_the_goods(name: str) -> None:
    read = _first(f"{name}  5.91", "8.31")

    assert (read["description"], read["amount"]) == (name, "5.91")
    assert "quantity" not in read


@pytest.mark.parametrize("item", ["Edge strip 70 cm  2 x 3.00  6.00", "2 x Edge strip 70 cm  3.00  6.00"])
def test_count_and_price_of_the_goods_are_not_part_of_their_name(item: str) -> None:
    read = _first(item, "8.40")

    assert (read["description"], read["quantity"], read["unit_price"]) == ("Edge strip 70 cm", "2", "3.00")
