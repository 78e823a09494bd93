"""Says of each difference whether a tolerance lets it pass. One engine for every system: the policy carries the semantics."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from engine.content.tolerance import Bound, Check, Limits, TolerancePolicy
from engine.model.purchasing import Difference, Verdict
from engine.model.tolerance import LEVEL_RANK, MatchLevel, Surroundings
from engine.stages.tolerances import measure, wording
from engine.stages.tolerances.exact import HUNDRED, share, times
from engine.stages.tolerances.measure import Incomparable

INCOMPARABLE = "incomparable"
UNCHECKED = "unchecked"
"""Names that stand in a verdict where no check of the policy decided."""
_NO_LIMITS = Limits()


def check(difference: Difference, policy: TolerancePolicy, surroundings: Surroundings) -> Verdict:
    """Return the verdict that decides: the gravest failure, else a pass with the tightest limit.

    Raises Incomparable when a limit cannot be held against the difference: other currency or unit, a price not known.
    """
    return min(verdicts(difference, policy, surroundings), key=_gravity)


def check_all(found: Sequence[tuple[Difference, Surroundings]], policy: TolerancePolicy) -> tuple[Verdict, ...]:
    """Return every verdict of every tolerance that looks at a difference, in the order given.

    What cannot be compared is a hard failure under the name `incomparable`.
    """
    everything: list[Verdict] = []
    for difference, surroundings in found:
        try:
            everything += verdicts(difference, policy, surroundings)
        except Incomparable as e:
            message = f"The {difference.kind} cannot be held against its limit: {e}."
            everything.append(
                Verdict(
                    difference=difference, passes=False, severity="hard", check=INCOMPARABLE, limit="not comparable",
                    message=message,
                )
            )  # fmt: skip
    return tuple(everything)


def verdicts(difference: Difference, policy: TolerancePolicy, surroundings: Surroundings) -> tuple[Verdict, ...]:
    """Return the verdict of each tolerance that looks at one difference; at least one. Raises Incomparable."""
    level = level_of(policy, surroundings)
    looking = [one for one in policy.checks if applies(one, difference, surroundings, level)]
    if not looking:
        return (_unchecked(difference, policy),)
    return tuple(_verdict(one, difference, surroundings, policy) for one in looking)


def level_of(policy: TolerancePolicy, surroundings: Surroundings) -> MatchLevel:
    """Return how strictly to match: what the policy says, unless the order asks for more. Without levels: four-way."""
    fitting = [one for one in policy.levels if one.scope.holds(surroundings)]
    ranked = [frozenset(axes) for axes in policy.precedence]
    said = min(fitting, key=lambda one: ranked.index(one.scope.axes)).level if fitting else "four_way"
    wanted = surroundings.order_level
    return said if wanted is None or LEVEL_RANK[wanted] <= LEVEL_RANK[said] else wanted


def applies(one: Check, difference: Difference, around: Surroundings, level: MatchLevel) -> bool:
    """Return whether a tolerance looks at a difference in these surroundings."""
    is_received = bool(around.received)
    return (
        difference.kind in one.of
        and (not one.subjects or difference.subject in one.subjects)
        and (one.order == "any" or (one.order == "with") == around.has_order)
        and (not one.order_kinds or (around.has_order and around.order_kind in one.order_kinds))
        and (one.receipt == "any" or (one.receipt == "some") == is_received)
        and (one.estimated_price is None or one.estimated_price == around.is_estimated_price)
        and LEVEL_RANK[level] >= LEVEL_RANK[one.level]
    )


def limits_of(one: Check, policy: TolerancePolicy, around: Surroundings) -> Limits:
    """Return the limits of the scope that counts first; limits without a value when none fits."""
    fitting = [limits for limits in one.limits if limits.scope.holds(around)]
    ranked = [frozenset(axes) for axes in policy.precedence]
    return min(fitting, key=lambda limits: ranked.index(limits.scope.axes), default=_NO_LIMITS)


def _verdict(one: Check, difference: Difference, around: Surroundings, policy: TolerancePolicy) -> Verdict:
    limits = limits_of(one, policy, around)
    far = measure.gap(one, difference)
    bound = limits.side(is_over=far >= 0)
    passes = not far or _is_let_pass(one, far, around) or not _exceeds(one, bound, difference, around)
    allowed = wording.limit_in_words(
        bound, unit=difference.unit, currency=around.accounting_currency or difference.currency
    )
    fails_hard: Literal["hard", "soft"] = "hard" if one.on_failure == "block" else "soft"
    return Verdict(
        difference=difference, passes=passes, severity="soft" if passes else fails_hard, check=one.name,
        limit=allowed, release="" if passes else one.release, message=wording.sentence(one, difference, allowed),
        used=_used(one, limits, difference, around), small_difference=far if passes and one.settles else Decimal(0),
    )  # fmt: skip


def _is_let_pass(one: Check, far: Decimal, around: Surroundings) -> bool:
    """Return whether the side is not looked at: the direction, or more may still be billed on the order line."""
    if far < 0:
        return one.direction == "over" or (one.cumulative and not around.is_last)
    return one.direction == "under"


def _exceeds(one: Check, bound: Bound, difference: Difference, around: Surroundings) -> bool:
    """Return whether a gap that is not zero goes beyond any limit of the bound. Raises Incomparable."""
    if not bound.is_set:
        return one.not_set == "zero"
    far = abs(measure.gap(one, difference))
    percent = bound.percent
    if isinstance(percent, Decimal) and times(far, HUNDRED) > times(percent, abs(difference.expected)):
        return True
    if isinstance(bound.units, Decimal) and far > bound.units:
        return True
    return _exceeds_amount(one, bound, difference, around)


def _exceeds_amount(one: Check, bound: Bound, difference: Difference, around: Surroundings) -> bool:
    if all(limit == "not_set" for limit in bound.amount.values()):
        return False
    currency = measure.currency_of(one, difference, around)
    if currency not in bound.amount:
        raise Incomparable(f"{one.name} has limits in {', '.join(bound.amount)}, the difference is in {currency}")
    limit = bound.amount[currency]
    return isinstance(limit, Decimal) and abs(measure.worth_in(currency, one, difference, around)) > limit


def _used(one: Check, limits: Limits, difference: Difference, around: Surroundings) -> Decimal | None:
    """Return which share of its tightest limit the gap takes, signed; None where no limit is a number above zero.

    A side without numbers (nobody minds being billed too little) is held against the other side's.
    """
    far = measure.gap(one, difference)
    if not far:
        return Decimal(0)
    sides = [limits.side(is_over=far > 0), limits.side(is_over=far < 0)]
    for bound in sides:
        shares = _shares(one, bound, difference, around)
        if shares:
            return max(shares).copy_sign(far)
    return None


def _shares(one: Check, bound: Bound, difference: Difference, around: Surroundings) -> list[Decimal]:
    far = abs(measure.gap(one, difference))
    found = []
    if isinstance(bound.percent, Decimal) and bound.percent and difference.expected:
        found.append(share(times(far, HUNDRED), times(bound.percent, abs(difference.expected))))
    if isinstance(bound.units, Decimal) and bound.units:
        found.append(share(far, bound.units))
    if not bound.amount:
        return found
    try:
        currency = measure.currency_of(one, difference, around)
        limit = bound.amount.get(currency)
        if isinstance(limit, Decimal) and limit:
            found.append(share(abs(measure.worth_in(currency, one, difference, around)), limit))
    except Incomparable:
        return found
    return found


def _unchecked(difference: Difference, policy: TolerancePolicy) -> Verdict:
    passes = policy.unchecked == "passes" or difference.actual == difference.expected
    message = f"No tolerance of {policy.ref} looks at a difference of kind {difference.kind}."
    return Verdict(
        difference=difference, passes=passes, severity="soft" if passes else "hard", check=UNCHECKED, limit="not set",
        message=message,
    )  # fmt: skip


def _gravity(verdict: Verdict) -> tuple[int, int, Decimal]:
    if verdict.passes:
        return 1, 0, -abs(verdict.used) if verdict.used is not None else Decimal(1)
    return 0, 0 if verdict.severity == "hard" else 1 if verdict.release else 2, Decimal(0)
