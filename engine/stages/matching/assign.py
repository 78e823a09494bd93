"""The cheapest way to set invoice lines against order lines, and the next one that has another consequence.

Lines and lots that have nothing to do with each other are solved apart, and lines that differ in nothing as one: a
class has one flow, not as many as its lines have orders. The runner-up is exact: of all solutions in which some line is
not where the best one has it, the cheapest (the bound by reduced costs only saves solving).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import NamedTuple

from engine.content.order_policy import OrderPolicy
from engine.stages.matching.billed import Billed
from engine.stages.matching.flow import Detour, Effort, Network, Solution, Tier, TooLarge, solve, solve_again
from engine.stages.matching.open_lines import Lot
from engine.stages.matching.weigh import ONE, Weight

_PRECISION = 10**15
_MOST_COMPARED = 1_500_000
"""Arcs that are looked at for runner-ups; behind that the margin is the bound, which is never too large."""

Pairs = Sequence[Mapping[int, Weight]]


class Placed(NamedTuple):
    """A share of an invoice line that goes to a lot."""

    line: int
    lot: int
    share: Fraction
    """Of the invoice line; the shares of a line add up to 1 with what is unmatched."""
    over: Fraction
    """Of the invoice line, the part of `share` for which the lot has no room."""


class Assignment(NamedTuple):
    """The best solution, and how much worse the next is."""

    placed: tuple[Placed, ...]
    unmatched: tuple[int, ...]
    cost: int
    runner_up: tuple[Placed, ...]
    """Of the component in which it is found."""
    margin: int | None
    """In thousandths; None when every line can only go where it goes."""


class _Part(NamedTuple):
    """One component as a network. Behind its classes comes a line without supply, for what a runner-up moves."""

    classes: Sequence[Sequence[int]]
    """Lines that differ in nothing."""
    lots: Sequence[int]
    network: Network
    counts: Sequence[int]
    """By class: units of one of its lines."""
    fallback: Sequence[int | None]
    """By class: the place (position in `lots`) that takes what has no room, None where nothing does."""
    kinds: Sequence[object]
    """By class: equal for those that differ in quantity alone."""
    moved: int | None = None
    """The class that the last line belongs to."""


def assign(lines: Sequence[Billed], lots: Sequence[Lot], pairs: Pairs, *, policy: OrderPolicy) -> Assignment:
    """Return the cheapest assignment of all lines, and its margin over the next with another consequence.

    Raises TooLarge when so many lines compete for so many lots that no answer comes in bounded time.
    """
    placed: list[Placed] = []
    effort, compared = Effort(), Effort(_MOST_COMPARED)
    unmatched = [position for position, found in enumerate(pairs) if not found]
    cost, margin = len(unmatched) * policy.unmatched * _PRECISION, None
    runner_up: tuple[Placed, ...] = ()
    for mine, theirs in _components(pairs):
        if len(mine) == len(theirs) == 1 and (alone := _alone(lines[mine[0]], lots, pairs, mine[0], policy)):
            placed.append(alone[0])
            cost += alone[1]
            continue
        part = _part(mine, theirs, (lines, lots, pairs), policy)
        best = solve(part.network, effort)
        here, left = _placed(part, best)
        placed += here
        unmatched += left
        cost += best.cost
        other = _next(part, best, policy, compared)
        if other is not None and (margin is None or other.cost - best.cost < margin):
            margin = max(0, other.cost - best.cost)
            runner_up = tuple(_placed(other.part, other.solution)[0]) if other.solution else ()
    return Assignment(
        tuple(placed), tuple(sorted(unmatched)), _thousandths(cost), runner_up,
        None if margin is None else _thousandths(margin),
    )  # fmt: skip


def _thousandths(cost: int) -> int:
    return (cost + _PRECISION // 2) // _PRECISION


def _components(pairs: Pairs) -> Iterable[tuple[list[int], list[int]]]:
    """Yield the lines and lots that hang together, in the order of the lines."""
    users: dict[int, list[int]] = {}
    for line, found in enumerate(pairs):
        for lot in found:
            users.setdefault(lot, []).append(line)
    seen: set[int] = set()
    for start, found in enumerate(pairs):
        if start in seen or not found:
            continue
        seen.add(start)
        lines, lots, todo = [], dict[int, None](), [start]
        while todo:
            line = todo.pop()
            lines.append(line)
            for lot in pairs[line]:
                if lot not in lots:
                    lots[lot] = None
                    fresh = [user for user in users[lot] if user not in seen]
                    seen.update(fresh)
                    todo += fresh
        yield sorted(lines), sorted(lots)


def _alone(
    line: Billed, lots: Sequence[Lot], pairs: Pairs, position: int, policy: OrderPolicy
) -> tuple[Placed, int] | None:
    """Return where a line goes that has one place with room enough, and what it costs; None where more is to be said."""
    ((place, weight),) = pairs[position].items()
    lot = lots[place]
    wanted = line.quantity or Decimal(1)
    if weight.gain is not ONE or (lot.left is not None and lot.left < wanted):
        return None
    waits = Decimal(0) if lot.available is None else max(Decimal(0), wanted - lot.available)
    late = int(waits * policy.not_received * _PRECISION / lot.left) if waits and lot.left else 0
    return Placed(position, place, ONE, Fraction(0)), weight.cost * _PRECISION + late


def _part(
    mine: Sequence[int], theirs: Sequence[int], all_: tuple[Sequence[Billed], Sequence[Lot], Pairs], policy: OrderPolicy
) -> _Part:
    """Return a component in whole units that suit all of its lines and lots."""
    lines, lots, pairs = all_
    classes = _classes(mine, lines, pairs)
    firsts = [members[0] for members in classes]
    line_scale, lot_scale = _scales(firsts, lots, pairs)
    supply = [Fraction(lines[line].quantity or 1) * line_scale[line] for line in firsts]
    room = [None if lots[lot].left is None else Fraction(lots[lot].left or 0) * lot_scale[lot] for lot in theirs]
    there = [
        None if lots[lot].available is None else Fraction(lots[lot].available or 0) * lot_scale[lot] for lot in theirs
    ]
    whole = lcm(*(one.denominator for one in (*supply, *room, *there) if one is not None))
    counts = [max(1, int(one * whole)) for one in supply]
    place_of = {lot: place for place, lot in enumerate(theirs)}
    arcs: list[dict[int, int]] = []
    outside: list[int] = []
    fallback: list[int | None] = []
    for line, count in zip(firsts, counts, strict=True):
        costs = {place_of[lot]: weight.cost * _PRECISION // count for lot, weight in pairs[line].items()}
        way, place = _outside(costs, count, policy)
        arcs.append(costs)
        outside.append(way)
        fallback.append(place)
    units = [count * len(members) for count, members in zip(counts, classes, strict=True)]
    places = [_tiers(room[at], there[at], whole, sum(units), policy) for at in range(len(theirs))]
    kinds = [lines[line]._replace(position=0, amount=None, quantity=None) for line in firsts]
    network = Network([*units, 0], [*arcs, {}], [*outside, 0], places)
    return _Part(classes, theirs, network, counts, [*fallback, None], kinds)


def _classes(mine: Sequence[int], lines: Sequence[Billed], pairs: Pairs) -> Sequence[Sequence[int]]:
    """Return lines that differ in nothing and may go to the same lots, together."""
    classes: dict[tuple[Billed, int], list[int]] = {}
    for line in mine:
        classes.setdefault((lines[line]._replace(position=0), id(pairs[line])), []).append(line)
    return list(classes.values())


def _outside(costs: Mapping[int, int], count: int, policy: OrderPolicy) -> tuple[int, int | None]:
    """Return what a unit costs that finds no room, and the place that takes it: over what is open, or unmatched."""
    unmatched = policy.unmatched * _PRECISION // count
    place = min(costs, key=lambda place: (costs[place], place))
    over = costs[place] + policy.over * _PRECISION // count
    return (over, place) if over < unmatched else (unmatched, None)


def _tiers(
    room: Fraction | None, there: Fraction | None, whole: int, everything: int, policy: OrderPolicy
) -> Sequence[Tier]:
    """Return what a place takes: first what was received, then what is only ordered."""
    if room is None:
        return (Tier(everything, 0),)
    left = int(room * whole)
    came = left if there is None else min(left, int(there * whole))
    waits = policy.not_received * _PRECISION // max(1, left)
    return tuple(tier for tier in (Tier(came, 0), Tier(left - came, waits)) if tier.capacity)


def _scales(
    mine: Sequence[int], lots: Sequence[Lot], pairs: Pairs
) -> tuple[Mapping[int, Fraction], Mapping[int, Fraction]]:
    """Return by how much quantities of each line and lot are multiplied so that all of a component are of one unit."""
    one = ONE
    if all(weight.gain is ONE for line in mine for weight in pairs[line].values()):
        return dict.fromkeys(mine, one), {lot: one for line in mine for lot in pairs[line]}
    line_scale: dict[int, Fraction] = {}
    lot_scale: dict[int, Fraction] = {}
    users: dict[int, list[int]] = {}
    for line in mine:
        for lot in pairs[line]:
            users.setdefault(lot, []).append(line)
    for start in mine:
        todo = [] if start in line_scale else [start]
        line_scale.setdefault(start, one)
        while todo:
            line = todo.pop()
            for lot, weight in pairs[line].items():
                if lot in lot_scale or lots[lot].left is None:
                    continue
                lot_scale[lot] = line_scale[line] / weight.gain
                for user in users[lot]:
                    if user not in line_scale:
                        line_scale[user] = pairs[user][lot].gain * lot_scale[lot]
                        todo.append(user)
    return line_scale, {lot: lot_scale.get(lot, one) for lot in users}


def _placed(part: _Part, solution: Solution) -> tuple[list[Placed], list[int]]:
    """Return the flow as shares of the lines, and the lines that are not placed whole."""
    found: list[Placed] = []
    unmatched: list[int] = []
    for at, members in enumerate(part.classes):
        room: dict[int, int] = {}
        over: dict[int, int] = {}
        for node in (at, len(part.classes)) if part.moved == at else (at,):
            for place, units in solution.flow[node].items():
                room[place] = room.get(place, 0) + units
            way, left = part.fallback[node], solution.left[node]
            if way is not None and left:
                over[way] = over.get(way, 0) + left
        shares, short = _shares(members, part.counts[at], room, over)
        found += [one._replace(lot=part.lots[one.lot]) for one in shares]
        unmatched += short
    return found, unmatched


def _shares(
    members: Sequence[int], count: int, room: Mapping[int, int], over: Mapping[int, int]
) -> tuple[list[Placed], list[int]]:
    """Give the units of a class to its lines, whole lines first: each of `count` units, in the order of the places."""
    taken = {place: room.get(place, 0) + over.get(place, 0) for place in sorted({*room, *over})}
    free = dict(room)
    found: list[Placed] = []
    waiting = iter(members)

    def give(line: int, place: int, units: int) -> None:
        inside = min(units, free.get(place, 0))
        free[place] = free.get(place, 0) - inside
        share = ONE if units == count else Fraction(units, count)
        found.append(Placed(line, place, share, Fraction(units - inside, count)))

    for place, units in taken.items():
        for line in islice(waiting, units // count):
            give(line, place, count)
    rest = [(place, units % count) for place, units in taken.items() if units % count]
    line, wanting = -1, 0
    for place, units in rest:
        while units:
            if not wanting:
                line, wanting = next(waiting), count
            part = min(units, wanting)
            give(line, place, part)
            units, wanting = units - part, wanting - part  # noqa: PLW2901 - counted down
    short = [line] if wanting else []
    return found, [*short, *waiting]


class _Other(NamedTuple):
    """A solution with another consequence."""

    cost: int
    part: _Part
    solution: Solution | None
    """None when only the bound of its cost is known."""


def _next(part: _Part, best: Solution, policy: OrderPolicy, effort: Effort) -> _Other | None:
    """Return the cheapest solution in which some line is not where the best one has it."""
    candidates = sorted(
        (_bound(part, best, at, place, policy), at, place)
        for at, flow in enumerate(best.flow) for place in flow if len(part.network.arcs[at]) > 1
    )  # fmt: skip
    found: _Other | None = None
    has_kin = len(set(part.kinds)) < len(part.kinds)
    consequence = _consequence(part, best) if has_kin else {}
    for bound, at, place in candidates:
        if found is not None and bound + best.cost >= found.cost:
            break
        try:
            other = _without(part, best, (at, place), policy, effort, is_whole=len(part.classes[at]) == 1)
            if has_kin and other.solution and _consequence(other.part, other.solution) == consequence:
                other = _without(part, best, (at, place), policy, effort, is_whole=True)
        except TooLarge:
            return _Other(min(bound + best.cost, found.cost if found else bound + best.cost), part, None)
        if found is None or other.cost < found.cost:
            found = other
    return found


def _bound(part: _Part, best: Solution, at: int, place: int, policy: OrderPolicy) -> int:
    """Return the least by which the solution gets worse when a line leaves a place: its units times reduced cost."""
    network, potential = part.network, best.potentials
    first, sink = len(network.supply), len(network.supply) + len(network.places)
    others = {other: cost for other, cost in network.arcs[at].items() if other != place}
    over = min(others.values()) + policy.over * _PRECISION // part.counts[at] - potential[sink]
    cheapest = min([over, *(cost - potential[first + other] for other, cost in others.items())])
    return max(0, min(best.flow[at][place], part.counts[at]) * (cheapest + potential[at]))


def _without(
    part: _Part, best: Solution, arc: tuple[int, int], policy: OrderPolicy, effort: Effort, *, is_whole: bool
) -> _Other:
    """Return the cheapest solution in which one line of a class leaves a place, or, as a whole, all of them do.

    They may go over what is open elsewhere, but not unmatched. Raises TooLarge.
    """
    network, (at, place) = part.network, arc
    left = {other: cost for other, cost in network.arcs[at].items() if other != place}
    way = min(left, key=lambda other: (left[other], other))
    outside = left[way] + policy.over * _PRECISION // part.counts[at]
    changed = network._replace(arcs=[*network.arcs[:-1], left], outside=[*network.outside[:-1], outside])
    units = best.flow[at][place] if is_whole else min(best.flow[at][place], part.counts[at])
    detour = Detour(at, place, units, by=len(part.classes), is_whole=is_whole)
    solution = solve_again(changed, best, detour, effort)
    moved = part._replace(network=changed, fallback=[*part.fallback[:-1], way], moved=at)
    return _Other(solution.cost, moved, solution)


def _consequence(part: _Part, solution: Solution) -> Mapping[tuple[object, int], int]:
    """Return how much of what goes where, whichever of equal lines it is."""
    kinds = [*part.kinds, None if part.moved is None else part.kinds[part.moved]]
    result: dict[tuple[object, int], int] = {}
    for kind, flow, way, left in zip(kinds, solution.flow, part.fallback, solution.left, strict=True):
        for place, units in flow.items():
            result[kind, place] = result.get((kind, place), 0) + units
        if way is not None and left:
            result[kind, way] = result.get((kind, way), 0) + left
    return result
