"""Facts about lines that bring or order goods: what is missing to receive or deliver them, and whether somebody received them before."""

from collections.abc import Iterable

from engine.model.decision import FactValue
from engine.model.field import Row, by_name
from engine.stages import sums
from engine.stages.facts.case import Case, fact, permille
from engine.stages.rows import is_silent
from engine.stages.thresholds.drift import stepped

_ITEM = ("item_code", "buyer_item_code", "standard_item_code")
_FEW, _FIRST, _MOST, _SHOWN, _DIGITS = 2, 3, 1000, 20, 5
"""Positions that make a count, up to which number it may begin when its first lines were lost, the last one that is looked at, how many are named, and the digits that a number has no more of."""


@fact
def lines_without_quantity(case: Case) -> FactValue:
    """Name the lines that name an item and no quantity."""
    return _numbers(index for index, row in enumerate(case.record.lines) if _counts(row) and not _has_quantity(row))


@fact
def lines_without_item(case: Case) -> FactValue:
    """Name the lines that ask for a quantity and name no item by a number."""
    return _numbers(
        index for index, row in enumerate(case.record.lines)
        if _has_quantity(row) and not _counts(row) and not is_silent(by_name(row))
    )  # fmt: skip


@fact
def lines_without_price(case: Case) -> FactValue:
    """Name the lines that order a quantity of an item without saying at which price."""
    return _numbers(
        index for index, row in enumerate(case.record.lines)
        if _has_quantity(row) and not is_silent(by_name(row)) and not {"unit_price", "amount"} & by_name(row).keys()
    )  # fmt: skip


@fact
def unsure_quantities(case: Case) -> FactValue:
    """Name the lines whose quantity was read below the threshold that the ruleset sets for `quantity`."""
    currency, total = case.at_stake
    levels = case.ruleset.confidence.levels_for(vendor_group=case.vendor_group, currency=currency, amount=total)
    least = stepped(levels.permille("quantity"), case.steps)
    return _numbers(
        index for index, row in enumerate(case.record.lines)
        if (quantity := by_name(row).get("quantity")) is not None and permille(quantity.confidence) < least
    )  # fmt: skip


@fact
def skipped_positions(case: Case) -> FactValue:
    """Name the numbers that the lines' own count leaves out; that of the order may have gaps."""
    printed = [(index, text) for index, row in enumerate(case.record.lines) if (text := _position(row))]
    numbers = [int(text) for _, text in printed]
    if len(numbers) < _FEW or numbers[0] > _FIRST or numbers != sorted(set(numbers)):
        return None
    ordered = {(pair.line, pair.order_line.lstrip("0")) for pair in case.orders.pairs} if case.orders else set()
    if set(printed) <= ordered:
        return None
    left_out = sorted(set(range(1, min(numbers[-1], _MOST))) - set(numbers))
    return ", ".join(map(str, left_out[:_SHOWN])) or None


@fact
def received_before(case: Case) -> FactValue:
    """Name the receipts in the master data that were entered of this very delivery note."""
    return None if case.orders is None else ", ".join(case.orders.booked) or None


def _counts(row: Row) -> bool:
    fields = by_name(row)
    return not is_silent(by_name(row)) and any(fields[name].value for name in _ITEM if name in fields)


def _position(row: Row) -> str:
    field = by_name(row).get("line_number")
    text = field.value.strip().rstrip(".").lstrip("0") if field is not None else ""
    return text if text.isdecimal() and len(text) < _DIGITS else ""


def _has_quantity(row: Row) -> bool:
    quantity = by_name(row).get("quantity")
    return quantity is not None and bool(sums.exact(quantity.value))


def _numbers(indexes: Iterable[int]) -> str | None:
    """Return line numbers as people count, from 1."""
    return ", ".join(str(index + 1) for index in indexes) or None
