"""Facts about differences from orders that tolerances judged, and about money that leaves inside them."""

from collections.abc import Sequence

from engine.model.decision import FactValue
from engine.model.purchasing import Verdict
from engine.stages.facts.case import Case, fact

_MOST_TOLD = 5
"""Messages that still fit into one sentence for the clerk."""

_NOT_THERE = frozenset({"quantity_received", "quantity_accepted"})


@fact
def tolerance_outcome(case: Case) -> FactValue:
    """Say what the tolerances make of the differences from orders and receipts, taken together."""
    if case.verdicts is None:
        return None
    failed = _failed(case)
    if any(one.severity == "hard" for one in failed):
        return "blocked"
    return "held" if any(one.release for one in failed) else "noted" if failed else "within"


@fact
def tolerances_exceeded(case: Case) -> FactValue:
    """Name the tolerances that are exceeded, as their system calls them."""
    return ", ".join(dict.fromkeys(one.check for one in _failed(case))) or None


@fact
def tolerance_messages(case: Case) -> FactValue:
    """Tell what exceeds which tolerance by how much."""
    messages = list(dict.fromkeys(one.message for one in _failed(case)))
    rest = f" And {len(messages) - _MOST_TOLD} more." if len(messages) > _MOST_TOLD else ""
    return " ".join(messages[:_MOST_TOLD]) + rest or None


@fact
def tolerance_release(case: Case) -> FactValue:
    """Name the roles that may let it pass."""
    return ", ".join(dict.fromkeys(one.release for one in _failed(case) if one.release)) or None


@fact
def leaks_inside_tolerance(case: Case) -> FactValue:
    """Whether accepted differences of the vendor add up against us more than chance explains."""
    return _told(case, "leakage_drift")


@fact
def leaking_items(case: Case) -> FactValue:
    """Name the items it does so with."""
    items = [
        dict(one.evidence).get("item", "") or "all items" for one in case.leaks or () if one.code == "leakage_drift"
    ]
    return ", ".join(items) or None


@fact
def is_split_below_limit(case: Case) -> FactValue:
    """Whether it is one of several invoices that stay below an approval limit and exceed it together."""
    return _told(case, "leakage_split")


@fact
def crowds_below_limit(case: Case) -> FactValue:
    """Whether the vendor's amounts crowd just below an approval limit."""
    return _told(case, "leakage_below_limit")


def _failed(case: Case) -> Sequence[Verdict]:
    """Return what exceeds a tolerance. While an invoice waits for goods, their absence is no failure: nobody can help it."""
    waits = case.orders is not None and case.orders.waits_for_receipt
    failed = [one for one in case.verdicts or () if not one.passes]
    return [one for one in failed if not waits or one.difference.kind not in _NOT_THERE]


def _told(case: Case, code: str) -> bool | None:
    return None if case.leaks is None else any(one.code == code for one in case.leaks)
