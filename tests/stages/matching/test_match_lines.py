"""Invoices against orders and receipts, shape by shape."""

from decimal import Decimal
from typing import ClassVar

import pytest

from engine.content.order_policy import ChargePolicy, OrderPolicy
from engine.model.purchasing import PurchaseOrder
from tests.stages.matching.orders import kinds, match, order, plain, receipt, shares

SCREW = {"description": "Steel screw M8x40", "supplier_item_code": "S-840", "quantity": "100", "unit_price": "0.12"}
PAINT = {"description": "Wall paint white 10 l", "supplier_item_code": "P-10", "quantity": "6", "unit_price": "49.90"}
BILLED_SCREW = {
    "description": "Steel screw M8x40",
    "item_code": "S-840",
    "quantity": "100",
    "unit_price": "0.12",
    "amount": "12.00",
    "unit": "H87",
}
BILLED_PAINT = {
    "description": "Wall paint white 10 l",
    "item_code": "P-10",
    "quantity": "6",
    "unit_price": "49.90",
    "amount": "299.40",
    "unit": "H87",
}


def test_lines_in_another_order_find_their_order_lines() -> None:
    found = match([BILLED_PAINT, BILLED_SCREW], order("PO-1", SCREW, PAINT))

    assert plain(found.outcome, shares(found)) == ("unique", [(0, "PO-1/20", "6", ""), (1, "PO-1/10", "100", "")])


def test_a_perfect_match_has_no_difference() -> None:
    assert match([BILLED_PAINT, BILLED_SCREW], order("PO-1", SCREW, PAINT)).differences == ()


def test_a_line_without_item_number_is_known_by_its_description() -> None:
    line = {**BILLED_SCREW, "item_code": "", "description": "Screw, steel, M8x40 (zinc plated)"}

    assert shares(match([line], order("PO-1", SCREW, PAINT))) == [(0, "PO-1/10", "100", "")]


def test_sizes_in_descriptions_tell_items_apart() -> None:
    thin = {"description": "Cable NYM 3x1.5 100 m", "quantity": "2", "unit_price": "50.00"}
    thick = {"description": "Cable NYM 3x2.5 100 m", "quantity": "2", "unit_price": "50.00"}
    line = {"description": "Cable NYM 3x2.5 100 m", "quantity": "2", "unit_price": "50.00", "amount": "100.00"}

    assert shares(match([line], order("PO-1", thin, thick))) == [(0, "PO-1/20", "2", "")]


def test_price_and_quantity_hold_a_pair_together_that_has_no_words() -> None:
    line = {"description": "Farbe weiss", "quantity": "6", "unit_price": "49.90", "amount": "299.40"}

    assert shares(match([line], order("PO-1", SCREW, PAINT))) == [(0, "PO-1/20", "6", "")]


def test_a_line_that_nobody_ordered_is_unmatched() -> None:
    found = match([BILLED_SCREW, {**BILLED_PAINT, "item_code": "X", "description": "Ladder"}], order("PO-1", SCREW))

    assert plain(found.outcome, found.unmatched) == ("partial", (1,))


def test_the_named_order_line_decides_between_lines_of_one_item() -> None:
    dear = {**SCREW, "unit_price": "0.15"}

    assert shares(match([{**BILLED_SCREW, "po_line": "20"}], order("PO-1", SCREW, dear))) == [(0, "PO-1/20", "100", "")]


@pytest.mark.parametrize(
    ("unit", "line", "quantity"),
    [
        ("DZN", {"quantity": "5", "unit": "DZN", "unit_price": "1.44"}, "60"),
        (
            "XBX",
            {"quantity": "5", "unit": "XBX", "unit_price": "2.40", "description": "Steel screw M8x40, box of 20"},
            "100",
        ),
        ("MIL", {"quantity": "0.1", "unit": "MIL", "unit_price": "120.00"}, "100"),
    ],
    ids=["dozens", "boxes of 20", "thousands"],
)
def test_quantities_are_compared_in_the_unit_of_the_order(unit: str, line: dict[str, str], quantity: str) -> None:
    amount = Decimal(line["quantity"]) * Decimal(line["unit_price"])

    found = match([{**BILLED_SCREW, **line, "amount": f"{amount:.2f}"}], order("PO-1", SCREW))

    assert (shares(found), kinds(found)) == ([(0, "PO-1/10", quantity, "")], [])


def test_kilograms_are_no_pieces() -> None:
    found = match([{**BILLED_SCREW, "unit": "KGM"}], order("PO-1", SCREW))

    assert plain(found.outcome, found.failures) == ("none", (("unit_not_convertible", "1"),))


def test_a_price_per_hundred_is_compared_by_the_piece() -> None:
    per_hundred = {**SCREW, "unit_price": "12.00", "price_base": "100"}

    assert kinds(match([BILLED_SCREW], order("PO-1", per_hundred))) == []


def test_a_price_by_the_piece_of_a_line_in_cases() -> None:
    cases = {**SCREW, "quantity": "5", "unit": "XCS", "pack_size": "20", "price_unit": "H87"}
    found = match([BILLED_SCREW], order("PO-1", cases))

    assert (shares(found), kinds(found)) == ([(0, "PO-1/10", "5", "")], [])


def test_another_price_is_a_difference_of_the_unit_price() -> None:
    found = match([{**BILLED_SCREW, "unit_price": "0.13", "amount": "13.00"}], order("PO-1", SCREW))

    (one,) = found.differences
    assert plain(one.kind, one.expected, one.actual, one.quantity) == ("price", Decimal("0.12"), Decimal("0.13"), 100)


def test_a_discount_on_the_line_counts_in_the_price() -> None:
    line = {**BILLED_SCREW, "unit_price": "0.15", "discount": "3.00", "amount": "12.00"}

    assert kinds(match([line], order("PO-1", SCREW))) == []


def test_a_price_that_only_rounds_is_no_difference() -> None:
    odd = {**SCREW, "quantity": "3", "unit_price": "0.335"}

    assert (
        kinds(match([{**BILLED_SCREW, "quantity": "3", "unit_price": "0.34", "amount": "1.01"}], order("PO-1", odd)))
        == []
    )


def test_a_part_of_what_was_ordered_is_no_difference() -> None:
    assert kinds(match([{**BILLED_SCREW, "quantity": "40", "amount": "4.80"}], order("PO-1", SCREW))) == []


def test_more_than_is_left_after_earlier_invoices_is_a_difference() -> None:
    found = match(
        [{**BILLED_SCREW, "quantity": "40", "amount": "4.80"}], order("PO-1", {**SCREW, "billed_quantity": "70"})
    )

    (one,) = found.differences
    assert plain(one.kind, one.expected, one.actual, one.earlier) == ("quantity_ordered", 100, 40, 70)


def test_two_lines_of_one_item_together_exceed_the_order() -> None:
    half = {**BILLED_SCREW, "quantity": "60", "amount": "7.20"}

    (one,) = match([half, half], order("PO-1", SCREW)).differences

    assert plain(one.kind, one.actual) == ("quantity_ordered", 120)


def test_a_line_is_split_over_order_lines_that_are_as_good_as_one() -> None:
    fifty = {**SCREW, "quantity": "50"}
    found = match([BILLED_SCREW], order("PO-1", fifty, fifty))

    assert plain(found.outcome, shares(found)) == ("unique", [(0, "PO-1/10", "50", ""), (0, "PO-1/20", "50", "")])


def test_of_lines_that_are_as_good_as_one_the_earliest_with_room_is_billed() -> None:
    found = match([{**BILLED_SCREW, "quantity": "30", "amount": "3.60"}], order("PO-1", SCREW, SCREW))

    assert plain(found.outcome, shares(found)) == ("unique", [(0, "PO-1/10", "30", "")])


def test_it_is_said_which_lines_were_as_good() -> None:
    (pair,) = match([{**BILLED_SCREW, "quantity": "30", "amount": "3.60"}], order("PO-1", SCREW, SCREW)).pairs

    assert ("same", "10, 20") in pair.evidence


def test_two_order_lines_that_differ_in_consequence_are_not_unique() -> None:
    other = {**SCREW, "tax_rate": "7"}
    found = match([{**BILLED_SCREW, "quantity": "30", "amount": "3.60"}], order("PO-1", SCREW, other))

    assert plain(found.outcome, found.margin, [one.order_line for one in found.runner_up]) == ("not_unique", 0, ["20"])


def test_lines_of_several_orders_on_one_invoice() -> None:
    lines = [{**BILLED_SCREW, "po_number": "PO-1"}, {**BILLED_PAINT, "po_number": "PO-2"}]
    found = match(lines, order("PO-1", SCREW), order("PO-2", PAINT))

    assert plain(found.outcome, shares(found)) == ("unique", [(0, "PO-1/10", "100", ""), (1, "PO-2/10", "6", "")])


def test_a_line_is_only_set_against_the_order_that_it_names() -> None:
    found = match([{**BILLED_SCREW, "po_number": "PO-2"}], order("PO-1", SCREW), order("PO-2", PAINT))

    assert found.unmatched == (0,)


class TestReceipts:
    """Three- and four-way match."""

    line: ClassVar = {**SCREW, "receipt_required": True}

    def test_what_was_received_may_be_billed(self) -> None:
        found = match([BILLED_SCREW], order("PO-1", self.line), receipts=[receipt("100")])

        assert (shares(found), kinds(found), found.waits_for_receipt) == ([(0, "PO-1/10", "100", "GR-1")], [], False)

    def test_several_receipts_make_up_one_line_earliest_first(self) -> None:
        late = receipt("60", number="GR-2", received_on="2026-03-09")
        soon = receipt("50", number="GR-1", received_on="2026-03-02")

        assert shares(match([BILLED_SCREW], order("PO-1", self.line), receipts=[late, soon])) == [
            (0, "PO-1/10", "50", "GR-1"), (0, "PO-1/10", "50", "GR-2"),
        ]  # fmt: skip

    def test_the_delivery_note_on_the_invoice_chooses_the_receipt(self) -> None:
        receipts = [
            receipt("100", number="GR-1", delivery_note="L-1"),
            receipt("100", number="GR-2", delivery_note="L-2"),
        ]
        line = {**BILLED_SCREW, "quantity": "50", "amount": "6.00"}

        found = match(
            [line], order("PO-1", {**self.line, "quantity": "200"}), receipts=receipts, delivery_note_number="L-2"
        )

        assert shares(found) == [(0, "PO-1/10", "50", "GR-2")]

    def test_goods_that_are_still_to_come_let_the_invoice_wait(self) -> None:
        found = match([BILLED_SCREW], order("PO-1", self.line), receipts=[receipt("40")])

        assert (kinds(found), found.waits_for_receipt) == (["quantity_received"], True)

    def test_more_than_was_ordered_does_not_wait(self) -> None:
        found = match([{**BILLED_SCREW, "quantity": "120", "amount": "14.40"}], order("PO-1", self.line))

        assert not found.waits_for_receipt

    def test_a_return_takes_from_what_was_received(self) -> None:
        back = receipt("-10", number="GR-2")

        assert match([BILLED_SCREW], order("PO-1", self.line), receipts=[receipt("100"), back]).waits_for_receipt

    def test_what_was_billed_before_is_no_longer_there(self) -> None:
        billed = {**self.line, "billed_quantity": "50"}

        found = match(
            [{**BILLED_SCREW, "quantity": "50", "amount": "6.00"}], order("PO-1", billed), receipts=[receipt("60")]
        )

        (one,) = found.differences
        assert plain(one.kind, one.expected, one.actual, one.earlier) == ("quantity_received", 60, 50, 50)

    def test_the_order_counts_what_was_received_where_no_receipts_are_kept(self) -> None:
        assert kinds(match([BILLED_SCREW], order("PO-1", {**self.line, "received": "100"}))) == []

    def test_of_equal_lines_the_one_whose_goods_came_is_billed(self) -> None:
        found = match([BILLED_SCREW], order("PO-1", self.line, self.line), receipts=[receipt("100", line="20")])

        assert shares(found) == [(0, "PO-1/20", "100", "GR-1")]

    def test_rejected_goods_are_not_billed_where_they_are_inspected(self) -> None:
        inspected = {**self.line, "inspection_required": True}

        found = match([BILLED_SCREW], order("PO-1", inspected), receipts=[receipt("100", accepted="80")])

        assert (kinds(found), found.waits_for_receipt) == (["quantity_accepted"], True)

    def test_receipts_in_dozens_count_as_pieces(self) -> None:
        line = {**BILLED_SCREW, "quantity": "96", "amount": "11.52"}

        assert kinds(match([line], order("PO-1", self.line), receipts=[receipt("8", unit="DZN")])) == []


class TestCharges:
    """Freight and the like."""

    freight: ClassVar = {"description": "Freight", "amount": "25.00"}
    limited = OrderPolicy(charges=ChargePolicy.model_validate({"allow": "up_to_limit", "limits": {"EUR": "30.00"}}))

    def test_freight_within_the_limit_is_no_difference(self) -> None:
        found = match([BILLED_SCREW, self.freight], order("PO-1", SCREW), policy=self.limited)

        assert plain(found.outcome, found.charges, found.differences) == ("unique", (1,), ())

    def test_freight_above_the_limit_is_a_difference(self) -> None:
        found = match([BILLED_SCREW, {**self.freight, "amount": "30.01"}], order("PO-1", SCREW), policy=self.limited)

        (one,) = found.differences
        assert plain(one.kind, one.expected, one.actual) == ("charge", 30, Decimal("30.01"))

    def test_charges_of_the_whole_document_count_too(self) -> None:
        found = match([BILLED_SCREW, self.freight], order("PO-1", SCREW), policy=self.limited, charge_total="10.00")

        assert kinds(found) == ["charge"]

    def test_freight_that_was_ordered_goes_to_its_order_line(self) -> None:
        ordered = order("PO-1", SCREW, {"description": "Freight", "amount": "25.00"})

        found = match(
            [BILLED_SCREW, self.freight], ordered, policy=OrderPolicy(charges=ChargePolicy(allow="on_order_line"))
        )

        assert (found.charges, found.differences, found.pairs[1].order_line) == ((), (), "20")

    def test_a_currency_without_a_limit_allows_none(self) -> None:
        assert kinds(match([BILLED_SCREW, self.freight], order("PO-1", SCREW))) == ["charge"]


class TestAmounts:
    """Services, blanket orders and other lines without quantity."""

    fee: ClassVar = {"description": "Maintenance of lifts", "amount": "1200.00"}

    def test_an_amount_is_set_against_a_line_that_orders_an_amount(self) -> None:
        line = {"description": "Maintenance of lifts, March", "amount": "100.00"}

        found = match([line], order("PO-1", self.fee, kind="service"))

        assert plain(found.outcome, found.pairs[0].amount, found.differences) == ("unique", 100, ())

    def test_an_amount_above_what_is_left_is_a_difference(self) -> None:
        line = {"description": "Maintenance of lifts", "amount": "100.01"}

        (one,) = match([line], order("PO-1", {**self.fee, "billed_amount": "1100.00"})).differences

        assert plain(one.kind, one.expected, one.actual, one.earlier) == ("amount", 1200, Decimal("100.01"), 1100)

    def test_twelve_monthly_fees_are_billed_one_by_one(self) -> None:
        fee = {"description": "Rent", "amount": "500.00"}
        ordered = order("PO-1", {**fee, "billed_amount": "500.00"}, fee, fee)

        assert match([{"description": "Rent", "amount": "500.00"}], ordered).pairs[0].order_line == "20"

    def test_a_blanket_order_has_a_limit(self) -> None:
        ordered = order(
            "PO-1", {"description": "Office supplies", "billed_amount": "950.00"}, kind="blanket", limit="1000.00"
        )

        (one,) = match([{"description": "Office supplies", "amount": "60.00"}], ordered).differences

        assert plain(one.kind, one.expected, one.actual, one.earlier) == ("total", 1000, 60, 950)

    @pytest.mark.parametrize(
        ("day", "days"),
        [("2026-04-02", 2), ("2026-03-31", 0), ("2025-12-30", 2)],
        ids=["after", "on the last day", "before"],
    )
    def test_days_outside_the_time_of_a_blanket_order_are_a_difference(self, day: str, days: int) -> None:
        ordered = order(
            "PO-1", {"description": "Office supplies"}, kind="blanket", valid_from="2026-01-01", valid_to="2026-03-31"
        )

        found = match([{"description": "Office supplies", "amount": "60.00"}], ordered, issue_date=day)

        assert [one.kind for one in found.differences] == ["date"] * bool(days)
        assert sum(one.actual - one.expected for one in found.differences) == days
        assert found.failures == ()

    def test_a_blanket_order_that_is_over_and_has_no_such_line_is_no_order(self) -> None:
        ordered = order(
            "PO-1", {"description": "Bolts", "quantity": "1", "unit_price": "9"}, kind="blanket", valid_to="2026-03-31"
        )

        found = match([{"description": "Office supplies", "amount": "60.00"}], ordered, issue_date="2026-04-01")

        assert found.failures == (("order_expired", "PO-1"),)


class TestSearch:
    """Invoices that name no order."""

    def test_lines_that_fit_one_order_of_the_vendor_find_it(self) -> None:
        found = match([BILLED_SCREW, BILLED_PAINT], order("PO-7", SCREW, PAINT), order("PO-8", PAINT), po_number="")

        assert plain(found.outcome, found.found_by, {pair.order for pair in found.pairs}) == (
            "unique",
            "vendor",
            {"PO-7"},
        )

    def test_lines_of_two_orders_find_both(self) -> None:
        found = match([BILLED_SCREW, BILLED_PAINT], order("PO-7", SCREW), order("PO-8", PAINT), po_number="")

        assert plain(found.outcome, [pair.order for pair in found.pairs]) == ("unique", ["PO-7", "PO-8"])

    def test_two_orders_that_fit_alike_are_not_unique(self) -> None:
        found = match([BILLED_SCREW], order("PO-7", SCREW), order("PO-8", SCREW), po_number="")

        assert plain(found.outcome, found.margin) == ("not_unique", 0)

    @pytest.mark.parametrize(
        "line",
        [
            {**BILLED_SCREW, "quantity": "101"},
            {**BILLED_SCREW, "item_code": "", "description": "Schraube"},
            {**BILLED_SCREW, "unit_price": "0.06", "amount": "6.00"},
        ],
        ids=["more than is open", "nothing but numbers", "half the price"],
    )
    def test_what_fits_badly_is_not_found(self, line: dict[str, str]) -> None:
        assert match([line], order("PO-7", SCREW), po_number="").outcome == "none"

    def test_closed_orders_are_not_searched(self) -> None:
        assert match([BILLED_SCREW], order("PO-7", SCREW, status="closed"), po_number="").outcome == "not_asked"


class TestFailures:
    """What no tolerance heals."""

    def test_an_unknown_order_is_named(self) -> None:
        found = match([BILLED_SCREW])

        assert plain(found.outcome, found.failures) == ("none", (("order_unknown", "PO-1"),))

    @pytest.mark.parametrize(
        ("change", "failure"),
        [
            ({"vendor_id": "V2"}, "other_vendor"), ({"status": "closed"}, "order_not_open"),
            ({"currency": "USD"}, "other_currency"),
        ],
        ids=["other vendor", "closed", "other currency"],
    )  # fmt: skip
    def test_an_order_that_cannot_be_billed(self, change: dict[str, str], failure: str) -> None:
        assert match([BILLED_SCREW], order("PO-1", SCREW, **change)).failures == ((failure, "PO-1"),)

    def test_another_item_number_is_a_difference(self) -> None:
        line = {**BILLED_SCREW, "item_code": "S-999"}

        assert kinds(match([line], order("PO-1", SCREW))) == ["item"]

    def test_another_tax_rate_is_a_difference(self) -> None:
        assert kinds(match([{**BILLED_SCREW, "tax_rate": "7"}], order("PO-1", {**SCREW, "tax_rate": "19"}))) == ["tax"]


class TestCredit:
    """Credit notes and lines that take back."""

    def test_a_credit_note_is_set_against_what_was_billed(self) -> None:
        billed = {**SCREW, "billed_quantity": "100", "receipt_required": True}

        found = match([{**BILLED_SCREW, "quantity": "10", "amount": "1.20"}], order("PO-1", billed), type="credit_note")

        assert plain(found.outcome, found.differences, found.waits_for_receipt) == ("unique", (), False)

    def test_more_is_taken_back_than_was_billed(self) -> None:
        found = match([BILLED_SCREW], order("PO-1", {**SCREW, "billed_quantity": "40"}), type="credit_note")

        (one,) = found.differences
        assert plain(one.kind, one.expected, one.actual) == ("quantity_ordered", 40, 100)

    def test_a_negative_line_of_an_invoice_takes_back(self) -> None:
        back = {**BILLED_PAINT, "quantity": "-1", "amount": "-49.90"}

        found = match([BILLED_SCREW, back], order("PO-1", SCREW, {**PAINT, "billed_quantity": "6"}))

        assert plain(found.outcome, found.differences) == ("unique", ())


def test_an_invoice_without_order_and_without_open_orders_is_not_asked() -> None:
    assert match([BILLED_SCREW], po_number="").outcome == "not_asked"


def test_headings_and_lines_without_amount_are_not_asked_for() -> None:
    heading = {"description": "Our delivery of 2 March", "line_role": "INFORMATION", "amount": "0.00"}

    assert match([heading, BILLED_SCREW], order("PO-1", SCREW)).outcome == "unique"


@pytest.mark.parametrize(
    ("lines", "ordered"), [([], order("PO-1", SCREW)), ([BILLED_SCREW], order("PO-1"))], ids=["invoice", "order"]
)
def test_without_lines_on_either_side_only_the_order_is_judged(
    lines: list[dict[str, str]], ordered: PurchaseOrder
) -> None:
    found = match(lines, ordered.model_copy(update={"status": "closed"}))

    assert plain(found.outcome, found.failures) == ("not_asked", (("order_not_open", "PO-1"),))
