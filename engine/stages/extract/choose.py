"""One consistent reading out of many candidates."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.stages.extract.candidates import Spot

_CENT = Decimal("0.02")
_CASH = Decimal("0.05")
_KEPT = 6
_WELL_LABELLED = 0.8
_LABELLED = 0.45
"""A lower score means that hardly a label speaks for the amount."""


class Choice(NamedTuple):
    """The chosen spot of a field, how sure, and what else it might be."""

    spot: Spot
    confidence: float
    others: tuple[tuple[Spot, float], ...] = ()


class Sums(NamedTuple):
    """The amounts of the foot, each None when it is not printed, and whether they add up."""

    subtotal: Choice | None
    tax_total: Choice | None
    total: Choice | None
    amount_due: Choice | None
    discount_total: Choice | None
    charge_total: Choice | None
    agrees: bool


def ranked(spots: Iterable[Spot]) -> list[Spot]:
    """Return one spot a value, best first; a value that several places show gains a little."""
    best: dict[str, Spot] = {}
    count: dict[str, int] = {}
    for spot in spots:
        count[spot.value] = count.get(spot.value, 0) + 1
        known = best.get(spot.value)
        if known is None or spot.score > known.score:
            best[spot.value] = spot
    lifted = [s._replace(score=s.score + 0.05 * min(count[v] - 1, 3)) for v, s in best.items()]
    return sorted(lifted, key=lambda s: -s.score)


def confidence(score: float, runner_up: float = 0.0) -> float:
    """Return a probability for a label score; a close second reading takes some away."""
    sure = 0.15 + 0.8 * min(max(score, 0.0), 1.0)
    if runner_up > 0.0:
        sure -= 0.25 * max(0.0, 1.0 - (score - runner_up) / 0.25) if score - runner_up < 0.25 else 0.0  # noqa: PLR2004
    return round(min(max(sure, 0.05), 0.97), 3)


def choose(spots: Iterable[Spot], *, least: float = 0.2) -> Choice | None:
    """Return the best spot with the next ones as alternatives, or None when none is good enough."""
    order = ranked(spots)
    if not order or order[0].score < least:
        return None
    runner_up = order[1].score if len(order) > 1 else 0.0
    others = tuple((spot, round(confidence(spot.score) * 0.5, 3)) for spot in order[1:4])
    return Choice(order[0], confidence(order[0].score, runner_up), others)


def choose_sums(
    *, subtotal: Sequence[Spot], tax: Sequence[Spot], total: Sequence[Spot], due: Sequence[Spot],
    discount: Sequence[Spot], charge: Sequence[Spot], line_sum: Decimal | None,
) -> Sums:  # fmt: skip
    """Choose the sums of the foot together: the set that adds up and is best labelled wins."""
    named = max((abs(Decimal(x.value)) for x in total if x.score >= _WELL_LABELLED), default=Decimal(0))
    totals = ranked([*total, *(s._replace(score=s.score * 0.8) for s in due)])[: _KEPT + 2]
    subtotals: list[Spot | None] = [*ranked(subtotal)[:_KEPT], None]
    taxes: list[Spot | None] = [*ranked(tax)[:_KEPT], None]
    discounts: list[Spot | None] = [None, *ranked(discount)[:2]]
    charges: list[Spot | None] = [None, *ranked(charge)[:2]]
    best = None
    best_score = float("-inf")
    for g in totals:
        for s in subtotals:
            for t in taxes:
                for d, c in ((d, c) for d in discounts for c in charges) if s and t else ((None, None),):
                    score = _score(s, t, g, d, c, line_sum)
                    if g.score < _LABELLED and abs(Decimal(g.value)) < named:
                        score -= 0.3  # a part of the bill adds up as well as the whole
                    if score > best_score:
                        best_score, best = score, (s, t, g, d, c)
    if best is None:
        return Sums(choose(subtotal), choose(tax), None, choose(due), choose(discount), choose(charge), agrees=False)
    s, t, g, d, c = best
    g = _rounded(g, [*total, *due])
    agrees = bool(s and t and _adds_up(s, t, g, d, c))
    if agrees and s and t and _is_zero(t) and line_sum not in (None, Decimal(s.value)):
        agrees = False
    return Sums(
        _settle(s, subtotal, agrees=agrees), _settle(t, tax, agrees=agrees), _settle(g, [*total, *due], agrees=agrees),
        _due(due, g, agrees=agrees), _extra(d, discount, agrees=agrees), _extra(c, charge, agrees=agrees), agrees,
    )  # fmt: skip


def _rounded(chosen: Spot, pool: Iterable[Spot]) -> Spot:
    """Return the total after cash rounding when one is printed: at most 5 cents away and a multiple of 5 cents."""
    value = Decimal(chosen.value)
    if value % _CASH == 0:
        return chosen
    near = [s for s in pool if 0 < abs(Decimal(s.value) - value) < _CASH and Decimal(s.value) % _CASH == 0]
    return max(near, key=lambda s: s.score) if near else chosen


def _score(s: Spot | None, t: Spot | None, g: Spot, d: Spot | None, c: Spot | None, line_sum: Decimal | None) -> float:
    score = g.score + 0.45 * (s.score if s else 0.0) + 0.45 * (t.score if t else 0.0)
    total = Decimal(g.value)
    if (s and t and abs(Decimal(t.value)) >= abs(Decimal(s.value)) > 0) or (s and t and Decimal(s.value) == 0):
        score -= 1.5
    if s and t:
        if _adds_up(s, t, g, d, c):
            proof = 0.25 if _is_zero(t) else 1.0 if g.score >= _LABELLED else 0.3
            score += proof - (0.1 if d else 0.0) - (0.1 if c else 0.0)
        else:
            score -= 0.9
    elif s:
        score -= 0.6 if abs(Decimal(s.value)) > abs(total) else 0.1
    elif t:
        score -= 1.0 if abs(Decimal(t.value)) >= abs(total) > 0 else 0.1
    if total == 0:
        score -= 0.3
    if line_sum is not None and line_sum in {total, Decimal(s.value) if s else None}:
        score += 0.3
    return score


def _adds_up(s: Spot, t: Spot, g: Spot, d: Spot | None, c: Spot | None) -> bool:
    extra = (Decimal(c.value) if c else Decimal(0)) - (abs(Decimal(d.value)) if d else Decimal(0))
    return abs(Decimal(s.value) + extra + Decimal(t.value) - Decimal(g.value)) <= _CENT


def _is_zero(spot: Spot) -> bool:
    return Decimal(spot.value) == 0


def _settle(spot: Spot | None, pool: Iterable[Spot], *, agrees: bool) -> Choice | None:
    """Return the choice with alternatives; sums that add up are nearly sure, others keep their label's score."""
    if spot is None or spot.score < 0.15:  # noqa: PLR2004
        return None
    rest = [other for other in ranked(pool) if other.value != spot.value]
    sure = confidence(spot.score, rest[0].score if rest else 0.0)
    if not agrees:
        sure = min(sure, 0.9)
    elif spot.score >= _LABELLED:
        sure = min(0.99, max(0.9, sure + 0.1))
    else:
        sure = min(0.8, sure + 0.3)
    return Choice(spot, round(sure, 3), tuple((o, round(confidence(o.score) * (1.0 - sure), 3)) for o in rest[:3]))


def _extra(spot: Spot | None, pool: Sequence[Spot], *, agrees: bool) -> Choice | None:
    """Return a discount or charge: the one that makes the sums add up, else the best labelled."""
    return _settle(spot, pool, agrees=True) if spot and agrees else choose(pool, least=0.6)


def _due(due: Sequence[Spot], total: Spot, *, agrees: bool) -> Choice | None:
    choice = choose(due, least=0.4)
    if choice and agrees and choice.spot.value == total.value:
        return choice._replace(confidence=max(choice.confidence, 0.95))
    return choice
