"""Finds a vendor that is always a little dearer than ordered, each time inside the tolerance.

Each invoice gives one number: the share of the tolerance that its difference takes, below 0 when it is in our favour.
The score is Page's cumulative sum (E. S. Page, Continuous inspection schemes, Biometrika 1954) of s*u - s*s*v/2, never below
0, where u is the share, s the step and v the variance granted to an honest vendor. If the differences of an honest vendor are
sub-Gaussian with variance v (any that lie symmetrically about 0 with one peak inside the tolerance are, v = 1/3: a uniform
one is the widest, and its moment generating function stays below exp(s*s/6)), then exp of each run's sum is a test
supermartingale. By Ville's inequality a run begun at a given invoice ever reaches ln(n / p) with a probability of at most
p / n; n runs begin within n invoices, so the false alarms within n invoices are at most p.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import Drift, Variance
from engine.model.purchasing import Difference, Verdict

_MILLIONTH = Decimal("0.000001")
_TRUST = 4
"""How many differences in a vendor's disfavour the presumed scatter is worth."""
_WATCHED = frozenset({"price", "charge", "total"})
"""Kinds of which one invoice is one observation. What adds up over an order line would be counted again each time."""
_NOT_ONCE = frozenset({"blanket"})
"""Totals that add up over invoices."""


def accepted(
    verdicts: Sequence[Verdict], *, vendor: str, items: Mapping[int, str], currency: str
) -> tuple[Variance, ...]:
    """Return what an invoice was let pass, one variance for each item and one (item empty) for the vendor.

    `items` are our item codes by index of the invoice line, of all lines that were set against an order; those without a
    verdict on their price are as ordered and count as 0. Differences that a tolerance refused, or that have no limit to be
    a share of, do not count.
    """
    found: dict[tuple[str, str], list[tuple[Decimal, Decimal]]] = {}
    differing = {one.difference.line for one in verdicts if one.difference.kind == "price"}
    exact = [(items[line], currency, Decimal(0), Decimal(0)) for line in sorted(items) if line not in differing]
    passed = [(_item(one, items), one.currency, _cost(one), used) for one, used in _passed(verdicts)]
    for item, money, cost, used in [*exact, *passed]:
        for series in dict.fromkeys((item, "")):
            found.setdefault((series, money), []).append((cost, max(Decimal(-1), min(Decimal(1), used))))
    return tuple(
        Variance(
            vendor=vendor, item=item, currency=money, amount=sum((cost for cost, _ in observed), Decimal(0)),
            used=_mean([used for _, used in observed]),
        )
        for (item, money), observed in sorted(found.items())
    )  # fmt: skip


def step(drift: Drift, variance: Variance, policy: LeakagePolicy) -> Drift:
    """Return a series with one more invoice in it."""
    used = variance.used
    gain = policy.step * used - policy.step * policy.step * scatter(drift, policy) / 2
    score = max(Decimal(0), min(2 * threshold(policy), drift.score + gain)).quantize(_MILLIONTH)
    is_under = used < 0
    count = drift.count + 1
    reported = count if drift.reported_after is None and score >= threshold(policy) else drift.reported_after
    return drift.model_copy(
        update={
            "count": count, "amount": drift.amount + variance.amount, "score": score, "reported_after": reported,
            "under_count": drift.under_count + is_under,
            "under_squares": drift.under_squares + (used * used).quantize(_MILLIONTH) * is_under,
        }
    )  # fmt: skip


def run(variances: Iterable[Variance], policy: LeakagePolicy) -> tuple[Drift, ...]:
    """Return every series of these variances, taken in the order given."""
    series: dict[tuple[str, str, str], Drift] = {}
    for one in variances:
        key = (one.vendor, one.item, one.currency)
        before = series.get(key) or Drift(vendor=one.vendor, item=one.item, currency=one.currency)
        series[key] = step(before, one, policy)
    return tuple(series.values())


def is_drifting(drift: Drift, policy: LeakagePolicy) -> bool:
    """Return whether the series is to be reported now."""
    return drift.score >= threshold(policy)


def threshold(policy: LeakagePolicy) -> Decimal:
    """Return the score, in nats, from which a series is reported."""
    return _logarithm(policy.per_invoices / policy.false_alarms)


@lru_cache(maxsize=64)
def _logarithm(number: Decimal) -> Decimal:
    return number.ln().quantize(_MILLIONTH)


def scatter(drift: Drift, policy: LeakagePolicy) -> Decimal:
    """Return the variance granted: what is presumed, or more when the differences in our favour scatter more.

    Only those count: a drift against us must not excuse itself.
    """
    seen = (_TRUST * policy.noise + drift.under_squares) / (_TRUST + drift.under_count)
    return max(policy.noise, seen)


def _passed(verdicts: Sequence[Verdict]) -> Iterable[tuple[Difference, Decimal]]:
    """Yield each watched difference that every tolerance let pass, with the largest share it takes of one."""
    watched = [
        one for one in verdicts
        if one.difference.kind in _WATCHED and one.difference.currency and not one.difference.earlier
        and one.difference.subject not in _NOT_ONCE
    ]  # fmt: skip
    for difference, group in groupby(watched, key=lambda one: one.difference):
        own = list(group)
        shares = [one.used for one in own if one.used is not None]
        if shares and all(one.passes for one in own):
            yield difference, max(shares, key=abs)


def _cost(difference: Difference) -> Decimal:
    off = difference.actual - difference.expected
    return off if difference.kind != "price" else off * (difference.quantity or Decimal(0))


def _item(difference: Difference, items: Mapping[int, str]) -> str:
    if difference.kind == "charge":
        return f"charge {difference.subject}".strip()
    if difference.kind == "total":
        return "total"
    return items.get(difference.line, "") if difference.line is not None else ""


def _mean(shares: Sequence[Decimal]) -> Decimal:
    return (sum(shares, Decimal(0)) / len(shares)).quantize(_MILLIONTH)
