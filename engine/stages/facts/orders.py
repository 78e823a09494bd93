"""Facts about the orders: what the document names, how its lines fit, what differs, what has not come yet.

What rests on the match of lines is missing where no match was made.
"""

from decimal import Decimal

from engine.model.decision import FactValue
from engine.model.money import minor
from engine.model.purchasing import Difference, DifferenceKind, OrderMatch
from engine.stages import sums
from engine.stages.facts.case import Case, fact
from engine.stages.match import order_numbers

_OVER_ORDER: tuple[DifferenceKind, ...] = ("quantity_ordered",)
_NOT_THERE: tuple[DifferenceKind, ...] = ("quantity_received", "quantity_accepted")
_OVER_AMOUNT: tuple[DifferenceKind, ...] = ("amount", "total")


@fact
def has_order(case: Case) -> FactValue:
    """Whether the document names an order."""
    return bool(order_numbers(case.record))


@fact
def order_outcome(case: Case) -> FactValue:
    """Whether the order it names is known."""
    return case.order.outcome


@fact
def order_is_of_other_vendor(case: Case) -> FactValue:
    """Whether the order was placed with another vendor."""
    theirs = case.master(case.order, "vendor_id")
    mine = case.vendor.chosen.id if case.vendor.outcome == "one" and case.vendor.chosen else None
    return _differs(mine, theirs)


@fact
def order_status(case: Case) -> FactValue:
    """Return the status of the order in master data."""
    status = (case.master(case.order, "status") or "").strip().lower()
    return None if not status else status if status in {"open", "closed", "cancelled", "blocked"} else "other"


@fact
def currency_differs_from_order(case: Case) -> FactValue:
    """Whether the currency is not the order's."""
    return _differs(case.record.value("currency"), case.master(case.order, "currency"))


@fact
def order_excess_minor(case: Case) -> FactValue:
    """By how much the invoice exceeds what is open on the order; without tax where the document says so.

    Where the lines were matched they tell more, and the header is not asked.
    """
    left = sums.exact(case.master(case.order, "open_amount") or case.master(case.order, "total"))
    amount = sums.amount(case.record, "subtotal") or sums.amount(case.record, "total")
    if left is None or amount is None or case.record.type == "credit_note" or currency_differs_from_order(case):
        return None
    if case.orders is not None and case.orders.outcome == "unique":
        return None
    return max(0, minor(amount - left, case.record.value("currency")))


@fact
def match_outcome(case: Case) -> FactValue:
    """Whether the lines fit the lines of orders."""
    return None if case.orders is None else case.orders.outcome


@fact
def unmatched_lines(case: Case) -> FactValue:
    """Return the numbers of the lines that no order line asks for, from 1."""
    match = _matched(case)
    return None if match is None else ", ".join(str(line + 1) for line in match.unmatched) or None


@fact
def match_alternative(case: Case) -> FactValue:
    """Name the order lines of the next best match."""
    match = _matched(case)
    if match is None or match.margin is None:
        return None
    return ", ".join(dict.fromkeys(f"{pair.order}/{pair.order_line}" for pair in match.runner_up)) or None


@fact
def order_failures(case: Case) -> FactValue:
    """Name what is wrong with the orders and cannot be healed by a tolerance."""
    if case.orders is None:
        return None
    failures = list(case.orders.failures)
    if case.verdicts is None:  # no tolerance looks at the time for which a blanket order stands
        outside = [one for one in case.orders.differences if one.kind == "date" and one.line is None]
        failures += [("order_expired", one.order) for one in outside]
    return ", ".join(f"{code} ({what})" for code, what in failures) or None


@fact
def order_price_excess_minor(case: Case) -> FactValue:
    """By how much the prices exceed those of the orders, over all lines that are too dear."""
    return _worth(case, ("price",))


@fact
def order_price_differences(case: Case) -> FactValue:
    """Name the lines with another price than the order's."""
    found = _of(case, ("price",))
    return "; ".join(_told(one) for one in found or ()) or None


@fact
def over_ordered(case: Case) -> FactValue:
    """Name the lines that bill more than is left on their order lines."""
    found = _of(case, _OVER_ORDER)
    return "; ".join(_told(one) for one in found or ()) or None


@fact
def over_received(case: Case) -> FactValue:
    """Name the lines that bill what has not been received or accepted."""
    found = _of(case, _NOT_THERE)
    return "; ".join(_told(one) for one in found or ()) or None


@fact
def over_amount_minor(case: Case) -> FactValue:
    """By how much an ordered amount or the limit of a blanket order is exceeded."""
    found = _of(case, _OVER_AMOUNT)
    if found is None:
        return None
    return sum(minor(max(Decimal(0), one.actual + one.earlier - one.expected), one.currency) for one in found)


@fact
def charge_excess_minor(case: Case) -> FactValue:
    """By how much freight and other charges that were not ordered exceed what is allowed."""
    found = _of(case, ("charge",))
    return None if found is None else sum(minor(one.actual - one.expected, one.currency) for one in found)


@fact
def item_differs(case: Case) -> FactValue:
    """Whether an item number is not the one that was ordered."""
    found = _of(case, ("item",))
    return None if found is None else bool(found)


@fact
def waits_for_receipt(case: Case) -> FactValue:
    """Whether everything fits but goods that have not come."""
    match = _matched(case)
    return None if match is None else match.waits_for_receipt


@fact
def wait_is_over(case: Case) -> FactValue:
    """Whether it was waited for long enough."""
    return case.wait_is_over


def _matched(case: Case) -> OrderMatch | None:
    return None if case.orders is None or case.orders.outcome == "not_asked" else case.orders


def _of(case: Case, kinds: tuple[DifferenceKind, ...]) -> tuple[Difference, ...] | None:
    match = _matched(case)
    return None if match is None else tuple(one for one in match.differences if one.kind in kinds)


def _worth(case: Case, kinds: tuple[DifferenceKind, ...]) -> int | None:
    """Return the money at stake in the differences to our disadvantage."""
    found = _of(case, kinds)
    if found is None:
        return None
    worth = [(one.actual - one.expected) * (one.quantity or Decimal(1)) for one in found]
    return sum(minor(one, case.record.value("currency")) for one in worth if one > 0)


def _told(one: Difference) -> str:
    """Return a difference for a clerk: `line 2: 120 instead of 100 (PO-1/10)`."""
    where = "" if one.line is None else f"line {one.line + 1}: "
    earlier = f" after {_plain(one.earlier)}" if one.earlier else ""
    return f"{where}{_plain(one.actual)}{earlier} instead of {_plain(one.expected)} ({one.order}/{one.order_line})"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _differs(one: str | None, other: str | None) -> bool | None:
    return None if not one or not other else one.strip().upper() != other.strip().upper()
