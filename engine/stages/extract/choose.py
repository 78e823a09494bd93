"""One consistent reading out of many candidates."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from engine.stages.extract.candidates import Spot

_CENT = Decimal("0.02")
_CASH = Decimal("0.05")
_KEPT = 6
_RIVAL = 0.25
"""A value as clearly labelled, with a score this close, makes the best one unsure."""
_WELL_LABELLED = 0.8
_DISPUTED = 0.55
"""The most that sums are worth which do not add up."""
_OWN_SHARE = 0.95
_PART, _OF_PARTS, _MOST_RATES = 0.6, 0.75, 4
"""How well each of several taxes must be labelled, what their sum is worth, and how many there may be."""
_MOST_TAX = Decimal("0.3")
"""Of the total: of the highest value added tax in force (27 % in Hungary) little more than a fifth is in it."""
_SET_ASIDE = 0.9
"""What a set of sums loses that leaves a clearly named net sum out: as much as one that does not add up."""
_LABELLED = 0.45
"""A lower score means that hardly a label speaks for the amount."""


class Choice(NamedTuple):
    """The chosen spot of a field, how sure, and what else it might be."""

    spot: Spot
    confidence: float
    others: tuple[tuple[Spot, float], ...] = ()
    is_proven: bool = False
    """True when other prints on the document confirm its digits."""
    rivals: int = 0
    """How many other values were possible."""
    margin: float = 1.0
    """How far its score is before that of the next value."""


class Sums(NamedTuple):
    """The amounts of the foot, each None when it is not printed, and whether they add up."""

    subtotal: Choice | None
    tax_total: Choice | None
    total: Choice | None
    amount_due: Choice | None
    discount_total: Choice | None
    charge_total: Choice | None
    agrees: bool


@lru_cache(maxsize=16384)
def _number(text: str) -> Decimal:
    """Return an amount as an exact number; the same few are added up in many ways."""
    return Decimal(text)


def ranked(spots: Iterable[Spot]) -> list[Spot]:
    """Return one spot a value, best first; a value that several places show gains a little."""
    best: dict[str, Spot] = {}
    count: dict[str, int] = {}
    for spot in spots:
        count[spot.value] = count.get(spot.value, 0) + 1
        known = best.get(spot.value)
        if known is None:
            best[spot.value] = spot
            continue
        proof = max(spot.proof, known.proof)
        first = spot if spot.score > known.score else known
        best[spot.value] = first if first.proof == proof else first._replace(proof=proof)
    lifted = [s if count[v] == 1 else s._replace(score=s.score + 0.05 * min(count[v] - 1, 3)) for v, s in best.items()]
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
    sure = confidence(order[0].score, runner_up)
    if not any(rival.proof and rival.score > order[0].score - _RIVAL for rival in order[1:]):
        sure = max(sure, order[0].proof)
    return Choice(order[0], sure, others, rivals=len(order) - 1, margin=order[0].score - runner_up)


class _Foot(NamedTuple):
    """A set of sums that may belong together."""

    net: Spot | None
    tax: Spot | None
    total: Spot
    discount: Spot | None = None
    charge: Spot | None = None


def choose_sums(
    *, subtotal: Sequence[Spot], tax: Sequence[Spot], total: Sequence[Spot], due: Sequence[Spot],
    discount: Sequence[Spot], charge: Sequence[Spot], line_sum: Decimal | None,
) -> Sums:  # fmt: skip
    """Choose the sums of the foot together: the set that adds up and is best labelled wins."""
    tax = [*tax, *_parts_of_tax(tax)]
    discounts: list[Spot | None] = [None, *ranked(discount)[:2]]
    charges: list[Spot | None] = [None, *ranked(charge)[:2]]
    reach = set() if line_sum is None else {line_sum + _extra_of(d, c) for d in discounts for c in charges}
    best = _best(subtotal, tax, total, due, discounts, charges, reach)
    if best is None:
        return Sums(choose(subtotal), choose(tax), None, choose(due), choose(discount), choose(charge), agrees=False)
    s, t, g, d, c = best
    if s and not t:
        t = _contradicting(tax, s)
    is_explained = bool(s and _adds_up(s, t, g, d, c))
    is_set_aside = _is_set_aside(s, g, subtotal, discounts, charges)
    is_contradicted = bool(s and s.score >= _LABELLED and not is_explained) or is_set_aside
    if s and not (d or c):
        d, c = _before(s, [*subtotal, *([s._replace(value=f"{line_sum:f}")] if line_sum else [])], discounts, charges)
    agrees = is_explained and not is_set_aside and _is_proof(_Foot(s, t, g, d, c), tax, line_sum)
    g = _rounded(g, [*total, *due])
    most = _DISPUTED if is_contradicted else 0.9
    net, tax_total, gross = (
        _settle(one, pool, agrees=agrees, most=most) for one, pool in ((s, subtotal), (t, tax), (g, [*total, *due]))
    )
    is_led = agrees and bool(d or c)
    return Sums(
        net, tax_total, gross, _due(due, g, agrees=agrees), _extra(d, discount, agrees=is_led),
        _extra(c, charge, agrees=is_led), agrees,
    )  # fmt: skip


def _best(
    subtotal: Sequence[Spot], tax: Sequence[Spot], total: Sequence[Spot], due: Sequence[Spot],
    discounts: Sequence[Spot | None], charges: Sequence[Spot | None], reach: set[Decimal],
) -> _Foot | None:  # fmt: skip
    """Return the set with the highest score among the best labelled candidates of each sum."""
    named = max((abs(_number(x.value)) for x in total if x.score >= _WELL_LABELLED), default=Decimal(0))
    totals = ranked([*total, *(s._replace(score=s.score * 0.8) for s in due)])[: _KEPT + 2]
    subtotals: list[Spot | None] = [*ranked(subtotal)[:_KEPT], None]
    taxes: list[Spot | None] = [*ranked(tax)[:_KEPT], None]
    extras = [(d, c) for d in discounts for c in charges]
    charged = {abs(_number(c.value)) for c in charges if c}
    owed = {abs(_number(x.value)) for x in due if x.score >= _WELL_LABELLED}
    best, best_score = None, float("-inf")
    for g, s, t in product(totals, subtotals, taxes):
        for d, c in extras if s and t else ((None, None),):
            score = _score(s, t, g, d, c, reach)
            if g.score < _LABELLED and abs(_number(g.value)) < named:
                score -= 0.3  # a part of the bill adds up as well as the whole
            if _is_set_aside(s, g, subtotal, discounts, charges):
                score -= _SET_ASIDE
            if owed & {abs(_number(g.value)) + charge for charge in charged}:
                score -= 0.5  # freight still comes on top of what is named a sum
            if score > best_score:
                best_score, best = score, _Foot(s, t, g, d, c)
    return best


def _parts_of_tax(tax: Sequence[Spot]) -> list[Spot]:
    """Return the sum of taxes printed one rate a row or cell: those that are labelled well, each at its own place."""
    parts: dict[tuple[int, int, int], Spot] = {}
    best: dict[tuple[int, int], float] = {}
    for spot in (s for s in tax if s.score >= _PART):
        place = (spot.line.page, spot.line.index, spot.start)
        if place not in parts or spot.score > parts[place].score:
            parts[place] = spot
        best[place[:2]] = max(spot.score, best.get(place[:2], 0.0))
    # beside the tax of a rate stands its base, announced by the same label but farther away
    own = [s for place, s in parts.items() if s.score >= _OWN_SHARE * best[place[:2]]]
    clear = sorted(own, key=lambda s: (s.line.page, s.line.index, s.start))
    sums = []
    for count in range(2, min(len(clear), _MOST_RATES) + 1):
        for start in range(len(clear) - count + 1):
            run = clear[start : start + count]
            values = [_number(s.value) for s in run]
            value = sum(values, Decimal(0))
            if all(x > 0 for x in values) or all(x < 0 for x in values):
                sums.append(
                    run[-1]._replace(value=f"{value:f}", score=_OF_PARTS * min(s.score for s in run), proof=0.0)
                )
    return sums


def _contradicting(tax: Sequence[Spot], net: Spot) -> Spot | None:
    """Return a tax that is clearly printed although it does not fit: somebody must see that the sums do not add up."""
    return next(
        (x for x in ranked(tax) if x.score >= _WELL_LABELLED and abs(_number(x.value)) < abs(_number(net.value))), None
    )


def _is_proof(foot: _Foot, tax: Sequence[Spot], line_sum: Decimal | None) -> bool:
    """Tell whether sums that add up prove one another.

    With a tax they do. Without one, a single print under two names proves nothing, nor does a tax that was not
    understood, and the lines must not say otherwise.
    """
    if foot.net is None or (foot.tax and not _is_zero(foot.tax)):
        return foot.net is not None
    if foot.tax is None and (
        foot.net.line is foot.total.line or any(x.score >= _LABELLED and _number(x.value) for x in tax)
    ):
        return False
    net = _number(foot.net.value)
    return line_sum in {None, net, net - _extra_of(foot.discount, foot.charge)}


def _is_set_aside(
    net: Spot | None, total: Spot, subtotal: Sequence[Spot], discounts: Sequence[Spot | None], charges: Sequence[Spot | None]
) -> bool:  # fmt: skip
    """Tell whether a clearly named net sum was left out for one that no label names.

    What adds up is then not what the paper says. A sum before discount and charge, and one that is the total, explain themselves.
    """
    if net is None or net.score >= _LABELLED:
        return False
    named = {_number(x.value) for x in subtotal if x.score >= _WELL_LABELLED}
    led = {_number(net.value) - _extra_of(d, c) for d in discounts for c in charges}
    return bool(named - led - {_number(total.value)})


def _before(
    net: Spot, sums: Sequence[Spot], discounts: Sequence[Spot | None], charges: Sequence[Spot | None]
) -> tuple[Spot | None, Spot | None]:
    """Return the discount and charge that lead from the sum of the goods to the net sum, or none."""
    goods = {_number(s.value) for s in sums} - {_number(net.value)}
    for d in discounts:
        for c in charges:
            if (d or c) and _number(net.value) - _extra_of(d, c) in goods:
                return d, c
    return None, None


def _rounded(chosen: Spot, pool: Iterable[Spot]) -> Spot:
    """Return the total after cash rounding when one is printed: at most 5 cents away and a multiple of 5 cents."""
    value = _number(chosen.value)
    if value % _CASH == 0:
        return chosen
    near = [s for s in pool if 0 < abs(_number(s.value) - value) < _CASH and _number(s.value) % _CASH == 0]
    return max(near, key=lambda s: s.score) if near else chosen


def _score(s: Spot | None, t: Spot | None, g: Spot, d: Spot | None, c: Spot | None, reach: set[Decimal]) -> float:
    """Return how well a set of sums fits; `reach` are what the lines come to, with and without discounts and charges."""
    score = g.score + 0.45 * (s.score if s else 0.0) + 0.45 * (t.score if t else 0.0)
    total = _number(g.value)
    if (s and t and abs(_number(t.value)) >= abs(_number(s.value)) > 0) or (s and t and _number(s.value) == 0):
        score -= 1.5
    if t and abs(_number(t.value)) > _MOST_TAX * abs(total):
        score -= 0.5
    if s and t:
        if _adds_up(s, t, g, d, c):
            proof = 0.25 if abs(_number(t.value)) <= _CENT else 1.0 if g.score >= _LABELLED else 0.3
            score += proof - (0.1 if d else 0.0) - (0.1 if c else 0.0)
        else:
            score -= 0.9
    elif s:
        score -= 0.6 if abs(_number(s.value)) > abs(total) else 0.08 if _number(s.value) == total else 0.1
    elif t:
        score -= 1.0 if abs(_number(t.value)) >= abs(total) > 0 else 0.1
    if total == 0:
        score -= 0.3
    if reach & {total, _number(s.value) if s else total}:
        score += 0.3
    if s and s.score >= _WELL_LABELLED and _number(s.value) in reach:
        score += 0.3  # lines and label say the same
    return score


def _extra_of(d: Spot | None, c: Spot | None) -> Decimal:
    return (_number(c.value) if c else Decimal(0)) - (abs(_number(d.value)) if d else Decimal(0))


def _adds_up(s: Spot, t: Spot | None, g: Spot, d: Spot | None, c: Spot | None) -> bool:
    return abs(_number(s.value) + _extra_of(d, c) + (_number(t.value) if t else 0) - _number(g.value)) <= _CENT


def _is_zero(spot: Spot) -> bool:
    return _number(spot.value) == 0


def _settle(spot: Spot | None, pool: Iterable[Spot], *, agrees: bool, most: float = 0.9) -> Choice | None:
    """Return the choice with alternatives; sums that add up are nearly sure, others keep their label's score."""
    if spot is None or spot.score < 0.15:  # noqa: PLR2004
        return None
    rest = [other for other in ranked(pool) if other.value != spot.value]
    sure = confidence(spot.score, rest[0].score if rest else 0.0)
    if not agrees:
        sure = min(sure, most)
    elif spot.score >= _LABELLED:
        sure = min(0.99, max(0.9, sure + 0.1))
    else:
        sure = min(0.8, sure + 0.3)
    others = tuple((o, round(confidence(o.score) * (1.0 - sure), 3)) for o in rest[:3])
    margin = spot.score - (rest[0].score if rest else 0.0)
    return Choice(spot, round(sure, 3), others, is_proven=agrees, rivals=len(rest), margin=margin)


def _extra(spot: Spot | None, pool: Sequence[Spot], *, agrees: bool) -> Choice | None:
    """Return a discount or charge: the one that makes the sums add up, else the best labelled."""
    return _settle(spot, pool, agrees=True) if spot and agrees else choose(pool, least=0.6)


def _due(due: Sequence[Spot], total: Spot, *, agrees: bool) -> Choice | None:
    choice = choose(due, least=0.4)
    if choice and agrees and choice.spot.value == total.value:
        return choice._replace(confidence=max(choice.confidence, 0.95))
    return choice
