"""Finds invoices that are billed around an approval limit: one in several parts, or many just below."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import AcceptedInvoice

_LEAST = 2
"""Parts that one invoice can be split into."""
_KNOWN_DAYS = 30
"""Days from which a vendor has a habit."""
_BELOW, _BELOW_BY_CHANCE = Decimal("0.8"), Decimal(1) / Decimal(3)
"""Share of the amounts around a limit that lie just below it: of one who aims, and of one who does not (three bands)."""


def split(
    candidate: AcceptedInvoice, history: Sequence[AcceptedInvoice], policy: LeakagePolicy
) -> tuple[Decimal, tuple[AcceptedInvoice, ...]] | None:
    """Return (limit, invoices) when a vendor's invoices within days stay below a limit each and exceed it together.

    The candidate stands last. None when that is the vendor's habit: so many within the window are then not unusual
    (Poisson with the rate of the days before). A vendor without a history has no habit.
    """
    around = _concerned((*history, candidate), policy)
    window = timedelta(days=policy.window_days)
    close = [one for one in around if abs(one.issued_on - candidate.issued_on) < window and _alike(one, candidate)]
    total = sum((one.amount for one in close), Decimal(0))
    exceeded = [
        limit
        for limit in policy.approval_limits.get(candidate.currency, ())
        if total > limit and all(one.amount <= limit for one in close)
    ]
    if len(close) < _LEAST or candidate not in close or not exceeded or _is_habit(close, around, policy):
        return None
    others = sorted((one for one in close if one != candidate), key=lambda one: (one.issued_on, one.document_id))
    return max(exceeded), (*others, candidate)


def clusters(history: Sequence[AcceptedInvoice], policy: LeakagePolicy) -> tuple[tuple[str, Decimal, int, int], ...]:
    """Return (currency, limit, amounts just below, amounts around) for each limit that a vendor's amounts crowd below.

    Amounts around a limit lie in three bands of equal width: just below it, below that, and above it. Without intent about
    a third lie just below; each amount counts once, so that a fee which is the same every month is no crowd. The ratio of the
    likelihoods is a test martingale: it exceeds 1/p by chance with a probability of at most p, ever (Ville).
    """
    found = []
    for currency, limits in policy.approval_limits.items():
        amounts = {one.amount for one in _concerned(history, policy) if one.currency == currency}
        for limit in limits:
            width = limit * policy.band
            below = sum(limit - width < amount <= limit for amount in amounts)
            near = sum(limit - 2 * width < amount <= limit + width for amount in amounts)
            odds = (_BELOW / _BELOW_BY_CHANCE) ** below * ((1 - _BELOW) / (1 - _BELOW_BY_CHANCE)) ** (near - below)
            if odds >= 1 / policy.clustering:
                found.append((currency, limit, below, near))
    return tuple(found)


def _concerned(invoices: Sequence[AcceptedInvoice], policy: LeakagePolicy) -> list[AcceptedInvoice]:
    return [one for one in invoices if (policy.orders_too or not one.has_order) and one.amount > 0]


def _alike(one: AcceptedInvoice, other: AcceptedInvoice) -> bool:
    return (one.vendor, one.currency) == (other.vendor, other.currency)


def _is_habit(
    close: Sequence[AcceptedInvoice], around: Sequence[AcceptedInvoice], policy: LeakagePolicy
) -> bool:  # fmt: skip
    """Return whether so many invoices within the window are what this vendor has always sent."""
    first_close = min(one.issued_on for one in close)
    oldest = first_close - timedelta(days=policy.history_days)
    before = [one for one in around if oldest <= one.issued_on < first_close and _alike(one, close[0])]
    days = (first_close - min((one.issued_on for one in before), default=first_close)).days
    if days < _KNOWN_DAYS:
        return False
    rate = Decimal(len(before)) / days * (2 * policy.window_days - 1)
    return _at_least(len(close), rate) > policy.unusual


def _at_least(count: int, rate: Decimal) -> Decimal:
    """Return the probability of `count` or more events at a Poisson rate."""
    term, less = (-rate).exp(), Decimal(0)
    for number in range(count):
        less += term
        term = term * rate / (number + 1)
    return 1 - less
