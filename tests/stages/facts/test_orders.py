"""Facts about how lines fit orders."""

from typing import Any

import pytest

from engine.content.ruleset import Ruleset
from engine.model.decision import FactValue
from engine.model.purchasing import OrderMatch
from engine.stages.facts import orders  # noqa: F401 - registers its functions
from engine.stages.facts.case import FUNCTIONS, Case
from tests.stages.matching.orders import match, order, receipt
from tests.stages.records import NO_ORDER, NO_VENDOR, record

RULESET = Ruleset.model_validate({
    "name": "tried", "version": 1, "confidence": {"default": "0.50"}, "mandatory": [], "match": {"vendor": ["tax_id"]},
    "tolerances": {"sum_minor": 2},
    "rules": [{
        "id": "r", "name": "n", "why": "w", "when": "has_order", "then": {}, "severity": "info", "message": "m",
        "examples": [{"fires": {}}, {"passes": {}}],
    }],
})  # fmt: skip
SCREW = {"description": "Steel screw", "quantity": "100", "unit_price": "0.12"}
LINE = {"description": "Steel screw", "quantity": "100", "unit_price": "0.12", "amount": "12.00", "unit": "H87"}


def fact(name: str, found: OrderMatch | None, **more: Any) -> FactValue:
    """Return one fact of a case with this match."""
    one = record(currency="EUR")
    return FUNCTIONS[name](Case(record=one, ruleset=RULESET, vendor=NO_VENDOR, order=NO_ORDER, orders=found, **more))


@pytest.mark.parametrize(
    "name",
    ["match_outcome", "unmatched_lines", "order_failures", "order_price_excess_minor", "over_received", "item_differs",
     "waits_for_receipt", "wait_is_over", "charge_excess_minor", "over_amount_minor"],
)  # fmt: skip
def test_without_a_match_nothing_is_known(name: str) -> None:
    assert fact(name, None) is None


def test_too_dear_lines_add_up_and_cheap_ones_do_not_help() -> None:
    cheap = {**LINE, "unit_price": "0.10", "amount": "10.00"}
    dear = {**LINE, "description": "Brass bolt", "unit_price": "0.15", "amount": "15.00"}
    found = match([cheap, dear], order("PO-1", SCREW, {**SCREW, "description": "Brass bolt"}))

    assert fact("order_price_excess_minor", found) == 300


def test_a_difference_names_line_numbers_and_order() -> None:
    found = match([{**LINE, "quantity": "120", "amount": "14.40"}], order("PO-1", {**SCREW, "billed_quantity": "10"}))

    assert fact("over_ordered", found) == "line 1: 120 after 10 instead of 100 (PO-1/10)"


def test_missing_goods_are_named() -> None:
    found = match([LINE], order("PO-1", {**SCREW, "receipt_required": True}), receipts=[receipt("40")])

    assert (fact("waits_for_receipt", found), fact("over_received", found)) == (
        True, "line 1: 100 instead of 40 (PO-1/10)",
    )  # fmt: skip


def test_unmatched_lines_are_counted_from_one() -> None:
    found = match(
        [LINE, {**LINE, "description": "Ladder", "unit_price": "9.00", "amount": "900.00"}], order("PO-1", SCREW)
    )

    assert fact("unmatched_lines", found) == "2"


def test_failures_are_named() -> None:
    assert fact("order_failures", match([LINE])) == "order_unknown (PO-1)"
