"""What differs besides price and quantity: days and packs."""

from typing import Any, ClassVar

import pytest

from engine.stages.matching.match_lines import match_lines
from tests.stages.matching.orders import POLICY, match, order
from tests.stages.records import record


class TestDaysAndPacks:
    ITEM: ClassVar = {
        "description": "Bolt",
        "item_code": "A1",
        "quantity": "10",
        "unit_price": "2.00",
        "amount": "20.00",
    }
    ORDERED: ClassVar = {"description": "Bolt", "item_code": "A1", "quantity": "10", "unit_price": "2.00"}

    @pytest.mark.parametrize(
        ("fields", "days"),
        [
            ({"issue_date": "2026-05-01"}, [9]),
            ({"issue_date": "2026-05-10"}, []),
            ({"issue_date": "2026-06-01"}, []),
            ({"issue_date": "2026-05-20", "delivery_date": "2026-05-07"}, [3]),
            ({}, []),
        ],
        ids=["billed early", "on the day", "late is not early", "delivered early", "no date"],
    )
    def test_days_before_the_delivery_that_was_agreed_are_a_difference(
        self, fields: dict[str, Any], days: list[int]
    ) -> None:
        ordered = order("PO-1", {**self.ORDERED, "delivery_date": "2026-05-10"})
        billed = record(currency="EUR", po_number="PO-1", lines=[self.ITEM], **fields)

        found = match_lines(billed, [ordered], (), POLICY, vendor_id="V1")

        assert [one.actual for one in found.differences if one.kind == "date"] == days

    @pytest.mark.parametrize(
        ("billed", "ordered", "told"),
        [("10", "12", [("12", "10")]), ("12", "12", []), ("", "12", []), ("10", None, [])],
        ids=["another pack", "the same", "not told", "not ordered by pack"],
    )
    def test_another_number_of_pieces_in_a_pack_is_a_difference(
        self, billed: str, ordered: str | None, told: list[tuple[str, str]]
    ) -> None:
        line = {**self.ITEM, "unit": "XCT", **({"pack_size": billed} if billed else {})}
        found = match([line], order("PO-1", {**self.ORDERED, "unit": "XCT", "pack_size": ordered}))

        assert [(f"{one.expected}", f"{one.actual}") for one in found.differences if one.kind == "unit"] == told


def test_a_number_that_the_vendor_alone_uses_leads_to_our_item() -> None:
    ordered = order("PO-1", {"description": "Fastener", "item_code": "B", "quantity": "3", "unit_price": "2.00"})
    line = {"description": "XR-77", "item_code": "X-3", "quantity": "3", "unit_price": "2.50", "amount": "7.50"}
    billed = record(currency="EUR", po_number="PO-1", lines=[line])

    known = match_lines(billed, [ordered], (), POLICY, own_codes={"X-3": "B"})

    assert match_lines(billed, [ordered], (), POLICY).outcome == "none"
    assert (known.outcome, [one.kind for one in known.differences]) == ("unique", ["price"])
