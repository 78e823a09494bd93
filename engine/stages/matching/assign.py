"""The cheapest way to set invoice lines against order lines, and the next one that has another consequence.

Lines and lots that have nothing to do with each other are solved apart. The runner-up is exact: of all solutions in
which some line is not where the best one has it, the cheapest (the bound by reduced costs only saves solving).
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from engine.content.order_policy import OrderPolicy
from engine.stages.matching.billed import Billed
from engine.stages.matching.flow import Network, Solution, Tier, solve
from engine.stages.matching.open_lines import Lot
from engine.stages.matching.weigh import ONE, Weight

_PRECISION = 10**15
_MOST_SOLVED = 40
"""Runner-ups that are solved in one component; behind that the margin is the bound, which is never too large."""

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
    """One component as a network."""

    lines: Sequence[int]
    lots: Sequence[int]
    network: Network
    fallback: Sequence[int | None]
    """By line: the place (position in `lots`) that takes what has no room, None where nothing does."""
    alike: Sequence[object]
    """By line: equal for lines that differ in nothing."""


def assign(lines: Sequence[Billed], lots: Sequence[Lot], pairs: Pairs, *, policy: OrderPolicy) -> Assignment:
    """Return the cheapest assignment of all lines, and its margin over the next with another consequence."""
    placed: list[Placed] = []
    unmatched = [position for position, found in enumerate(pairs) if not found]
    cost, margin = len(unmatched) * policy.unmatched * _PRECISION, None
    runner_up: tuple[Placed, ...] = ()
    for mine, theirs in _components(pairs):
        if len(mine) == len(theirs) == 1 and (alone := _alone(lines[mine[0]], lots, pairs, mine[0], policy)):
            placed.append(alone[0])
            cost += alone[1]
            continue
        part = _part(mine, theirs, (lines, lots, pairs), policy)
        best = solve(part.network)
        here = _placed(part, best)
        placed += here
        unmatched += [part.lines[at] for at, left in enumerate(best.left) if left and part.fallback[at] is None]
        cost += best.cost
        other = _next(part, best, policy)
        if other is not None and (margin is None or other.cost - best.cost < margin):
            margin = max(0, other.cost - best.cost)
            runner_up = tuple(_placed(other.part, other.solution)) if other.solution else ()
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
    line_scale, lot_scale = _scales(mine, lots, pairs)
    supply = [Fraction(lines[line].quantity or 1) * line_scale[line] for line in mine]
    room = [None if lots[lot].left is None else Fraction(lots[lot].left or 0) * lot_scale[lot] for lot in theirs]
    there = [
        None if lots[lot].available is None else Fraction(lots[lot].available or 0) * lot_scale[lot] for lot in theirs
    ]
    whole = lcm(*(one.denominator for one in (*supply, *room, *there) if one is not None))
    units = [max(1, int(one * whole)) for one in supply]
    place_of = {lot: place for place, lot in enumerate(theirs)}
    arcs: list[dict[int, int]] = []
    outside: list[int] = []
    fallback: list[int | None] = []
    for line, count in zip(mine, units, strict=True):
        costs = {place_of[lot]: weight.cost * _PRECISION // count for lot, weight in pairs[line].items()}
        way, place = _outside(costs, count, policy)
        arcs.append(costs)
        outside.append(way)
        fallback.append(place)
    places = [_tiers(room[at], there[at], whole, sum(units), policy) for at in range(len(theirs))]
    alike = [lines[line]._replace(position=0, amount=None) for line in mine]
    return _Part(mine, theirs, Network(units, arcs, outside, places), fallback, alike)


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


def _placed(part: _Part, solution: Solution) -> list[Placed]:
    """Return the flow as shares of the lines."""
    found: list[Placed] = []
    for at, line in enumerate(part.lines):
        whole = part.network.supply[at]
        units = dict(solution.flow[at])
        way, left = part.fallback[at], solution.left[at]
        if way is not None and left:
            units[way] = units.get(way, 0) + left
        for place in sorted(units):
            over = left if place == way else 0
            found.append(Placed(line, part.lots[place], Fraction(units[place], whole), Fraction(over, whole)))
    return found


class _Other(NamedTuple):
    """A solution with another consequence."""

    cost: int
    part: _Part
    solution: Solution | None
    """None when only the bound of its cost is known."""


def _next(part: _Part, best: Solution, policy: OrderPolicy) -> _Other | None:
    """Return the cheapest solution in which some line is not where the best one has it."""
    candidates = sorted(
        (_bound(part, best, at, place, policy), at, place)
        for at, flow in enumerate(best.flow) for place in flow if len(part.network.arcs[at]) > 1
    )  # fmt: skip
    found: _Other | None = None
    consequence = _consequence(part, best)
    for solved, (bound, at, place) in enumerate(candidates):
        if found is not None and bound + best.cost >= found.cost:
            break
        if solved >= _MOST_SOLVED:
            return _Other(min(bound + best.cost, found.cost if found else bound + best.cost), part, None)
        other = _without(part, [at], place, policy)
        if other is not None and _consequence(other.part, other.solution or best) == consequence:
            same = [mate for mate, alike in enumerate(part.alike) if alike == part.alike[at]]
            other = _without(part, same, place, policy)
        if other is not None and (found is None or other.cost < found.cost):
            found = other
    return found


def _bound(part: _Part, best: Solution, at: int, place: int, policy: OrderPolicy) -> int:
    """Return the least by which the solution gets worse when a line may not go to a place: flow times reduced cost."""
    network, potential = part.network, best.potentials
    first, sink = len(network.supply), len(network.supply) + len(network.places)
    others = {other: cost for other, cost in network.arcs[at].items() if other != place}
    over = min(others.values()) + policy.over * _PRECISION // network.supply[at] - potential[sink]
    cheapest = min([over, *(cost - potential[first + other] for other, cost in others.items())])
    return max(0, best.flow[at][place] * (cheapest + potential[at]))


def _without(part: _Part, lines: Sequence[int], place: int, policy: OrderPolicy) -> _Other | None:
    """Solve a component again with some lines kept away from a place. None when one of them can go nowhere else."""
    network = part.network
    arcs, outside, fallback = list(network.arcs), list(network.outside), list(part.fallback)
    for at in lines:
        left = {other: cost for other, cost in network.arcs[at].items() if other != place}
        if not left:
            return None
        arcs[at] = left
        way = min(left, key=lambda other: (left[other], other))
        outside[at], fallback[at] = left[way] + policy.over * _PRECISION // network.supply[at], way
    changed = part._replace(network=network._replace(arcs=arcs, outside=outside), fallback=fallback)
    solution = solve(changed.network)
    return _Other(solution.cost, changed, solution)


def _consequence(part: _Part, solution: Solution) -> Mapping[tuple[object, int], int]:
    """Return how much of what goes where, whichever of equal lines it is."""
    result: dict[tuple[object, int], int] = {}
    for at, flow in enumerate(solution.flow):
        for place, units in flow.items():
            key = (part.alike[at]._replace(quantity=None), place)  # type: ignore[attr-defined]
            result[key] = result.get(key, 0) + units
        way = part.fallback[at]
        if way is not None and solution.left[at]:
            key = (part.alike[at]._replace(quantity=None), way)  # type: ignore[attr-defined]
            result[key] = result.get(key, 0) + solution.left[at]
    return result
