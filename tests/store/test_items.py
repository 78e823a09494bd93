import pytest
from sqlalchemy import Connection

from engine.model import master_kinds
from engine.store import items, masterdata


@pytest.fixture
def stocked(tx: Connection) -> Connection:
    """A transaction with two items, one of them in cases, and what a vendor calls them."""
    masterdata.write(tx, master_kinds.ITEMS, [{"code": "A", "gtin": "111"}, {"code": "B", "gtin": "333"}])
    masterdata.write(tx, master_kinds.ITEM_UNITS, [{"item_code": "A", "unit": "XCS", "factor": "12", "gtin": "222"}])
    numbers = [("X-1", "A"), ("X-2", "B"), ("X-3", "B")]
    masterdata.write(
        tx, master_kinds.ITEM_REFERENCES,
        [{"vendor_id": "7", "supplier_item_code": theirs, "item_code": ours} for theirs, ours in numbers],
    )  # fmt: skip
    return tx


def test_a_vendors_number_leads_to_ours(stocked: Connection) -> None:
    assert items.own_codes(stocked, "7", ["X-1", "X-3", "X-9", ""]) == {"X-1": "A", "X-3": "B"}
    assert items.own_codes(stocked, "8", ["X-1"]) == {}


def test_what_a_vendor_prints_is_its_number_or_a_gtin(stocked: Connection) -> None:
    assert items.meant(stocked, "7", ["X-2", "222", "999"]) == {"X-2": "B", "222": "A"}


def test_a_gtin_names_the_item_and_its_pack(stocked: Connection) -> None:
    assert items.by_gtin(stocked, ["111", "222", "999"]) == {"111": ("A", ""), "222": ("A", "XCS")}


def test_a_gtin_of_two_items_names_neither(stocked: Connection) -> None:
    masterdata.write(stocked, master_kinds.ITEMS, [{"code": "C", "gtin": "111"}])

    assert items.by_gtin(stocked, ["111"]) == {}


def test_an_item_for_which_the_vendor_has_two_numbers_has_none_for_sure(stocked: Connection) -> None:
    found = items.items(stocked, ["A", "B"], vendor_id="7")

    assert (found["A"].supplier_item_code, found["B"].supplier_item_code) == ("X-1", "")
