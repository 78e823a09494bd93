"""Facts about the items, prices and terms of a customer's order; missing where the flow does not ask for them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from engine.model.decision import FactValue
from engine.model.money import minor
from engine.model.selling import Sold
from engine.stages.facts.case import Case, fact

_PERMILLE = 1000


@fact
def items_unknown(case: Case) -> FactValue:
    """Name the lines whose item is not known by any of its numbers; nothing while it is open whose numbers they are."""
    found = case.vendor.selling
    if found is None or not found.has_items or case.vendor.outcome != "one":
        return None
    return _told(f"{one.line + 1} ({one.shown})" for one in found.lines if not one.item_code and not one.meant)


@fact
def items_several(case: Case) -> FactValue:
    """Name the lines whose numbers name several items."""
    return _told(f"{one.line + 1} ({', '.join(one.meant)})" for one in _lines(case) if one.meant)


@fact
def items_not_open(case: Case) -> FactValue:
    """Name the lines whose item is blocked or closed."""
    return _told(f"{one.line + 1} ({one.item_code})" for one in _lines(case) if not one.is_open)


@fact
def lines_without_list_price(case: Case) -> FactValue:
    """Name the lines for whose item, currency, unit and day the list has no price."""
    found = case.vendor.selling
    if found is None or not found.has_prices:
        return None
    return _told(f"{one.line + 1} ({one.item_code})" for one in found.lines if one.item_code and one.list_price is None)


@fact
def below_list_permille(case: Case) -> FactValue:
    """Tell how far the line that is furthest below the list is below it."""
    return max(
        (-permille for one in _lines(case) if (permille := _difference(one)) is not None and permille < 0), default=None
    )


@fact
def above_list_permille(case: Case) -> FactValue:
    """Tell how far the line that is furthest above the list is above it."""
    return max(
        (permille for one in _lines(case) if (permille := _difference(one)) is not None and permille > 0), default=None
    )


@fact
def below_list_minor(case: Case) -> FactValue:
    """Add up by how much lines are below the list."""
    short = [one.listed - one.ordered for one in _lines(case) if one.listed is not None and one.ordered is not None]
    total = sum((one for one in short if one > 0), Decimal(0))
    return minor(total, case.record.value("currency")) if total else None


@fact
def list_price_differences(case: Case) -> FactValue:
    """Name the lines with another price than the list's."""
    currency = case.record.value("currency") or ""
    return _told(
        f"{one.line + 1} ({one.item_code}): {one.ordered} {currency} instead of {one.listed}"
        for one in _lines(case) if _difference(one)
    )  # fmt: skip


@fact
def terms_beyond_agreed(case: Case) -> FactValue:
    """Tell in what the terms of an order ask for more than was agreed with the customer."""
    found = case.vendor.selling
    return None if found is None else _told(found.terms_beyond)


def _lines(case: Case) -> Iterator[Sold]:
    yield from case.vendor.selling.lines if case.vendor.selling is not None else ()


def _difference(one: Sold) -> int | None:
    """Return how far a line is from the list, per mille of it, away from zero; 0 within half a cent of each."""
    if one.ordered is None or not one.listed:
        return None
    share = (one.ordered - one.listed) / abs(one.listed) * _PERMILLE
    return int(share.to_integral_value(rounding="ROUND_UP"))


def _told(some: Iterable[str]) -> str | None:
    return "; ".join(some) or None
