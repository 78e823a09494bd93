"""Assignment and runner-up against a trial of every way, with splits."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stages.matching import assign as room
from engine.stages.matching.assign import Assignment, assign
from engine.stages.matching.billed import billed_lines
from engine.stages.matching.flow import Effort, Solution, TooLarge, solve
from engine.stages.matching.open_lines import lots, open_line
from engine.stages.matching.weigh import ONE, Weight
from tests.stages.matching.orders import POLICY, order
from tests.stages.matching.test_flow import every_way, price
from tests.stages.records import record

Costs = Sequence[Mapping[int, int]]


def problem(wanted: Sequence[int], left: Sequence[int], costs: Costs) -> tuple[tuple, tuple, list[dict[int, Weight]]]:
    """Return invoice lines, lots and pairs of these quantities and costs; no two lines or lots are alike."""
    read = record(lines=[{"description": f"line {at}", "quantity": str(one)} for at, one in enumerate(wanted)])
    ordered = order("PO-1", *({"description": f"item {at}", "quantity": str(one)} for at, one in enumerate(left)))
    places = lots((open_line(ordered, line, (), back=False) for line in ordered.lines), apart=False)
    pairs = [{place: Weight(cost, ONE, "code", 0) for place, cost in found.items()} for found in costs]
    return billed_lines(read), places, pairs


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[int], list[int], Costs]:
    left = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    lines = draw(st.integers(1, 3))
    places = st.integers(0, len(left) - 1)
    costs = [draw(st.dictionaries(places, st.integers(0, 299), min_size=1)) for _ in range(lines)]
    return [draw(st.integers(1, 3)) for _ in range(lines)], left, costs


def without(part: room._Part, at: int, place: int) -> Solution | None:
    """Solve a component anew with a line kept away from a place; None when it can go nowhere else."""
    network = part.network
    left = {other: cost for other, cost in network.arcs[at].items() if other != place}
    if not left:
        return None
    arcs, outside = list(network.arcs), list(network.outside)
    arcs[at], outside[at] = left, min(left.values()) + POLICY.over * room._PRECISION // network.supply[at]
    return solve(network._replace(arcs=arcs, outside=outside))


@given(problems())
@settings(max_examples=150, deadline=None)
def test_no_other_assignment_is_cheaper(case: tuple[list[int], list[int], Costs]) -> None:
    wanted, left, costs = case
    lines, places, pairs = problem(wanted, left, costs)

    found = assign(lines, places, pairs, policy=POLICY)

    used = sorted({place for found in costs for place in found})
    part = room._part(range(len(lines)), used, (lines, places, pairs), POLICY)
    ways = [(price(part.network, flow), flow) for flow in every_way(part.network.supply, part.network.arcs)]
    best = min(cost for cost, _ in ways if cost is not None)
    assert found.cost == room._thousandths(best)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_the_margin_is_that_of_keeping_one_line_away_from_its_place(case: tuple[list[int], list[int], Costs]) -> None:
    wanted, left, costs = case
    lines, places, pairs = problem(wanted, left, costs)

    found = assign(lines, places, pairs, policy=POLICY)

    at_least = [
        other.cost - best.cost
        for mine, theirs in room._components(pairs)
        for part in [room._part(mine, theirs, (lines, places, pairs), POLICY)]
        for best in [solve(part.network)]
        for at, flow in enumerate(best.flow)
        for place in flow
        if (other := without(part, at, place)) is not None
    ]
    assert found.margin == (room._thousandths(min(at_least)) if at_least else None)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_every_line_is_placed_whole_or_told_to_be_unmatched(case: tuple[list[int], list[int], Costs]) -> None:
    lines, places, pairs = problem(*case)

    found = assign(lines, places, pairs, policy=POLICY)

    placed = [sum((one.share for one in found.placed if one.line == at), Fraction(0)) for at in range(len(lines))]
    assert all(share == 1 or at in found.unmatched for at, share in enumerate(placed))


@st.composite
def crowds(draw: st.DrawFn) -> tuple[list[int], list[int], list[int], Mapping[int, int]]:
    """Return quantities of a few kinds of lines, how many lines each kind has, what is left of places, and the costs."""
    left = draw(st.lists(st.integers(0, 5), min_size=1, max_size=3))
    kinds = draw(st.integers(1, 2))
    places = st.integers(0, len(left) - 1)
    costs = draw(st.dictionaries(places, st.integers(0, 299), min_size=1))
    return [draw(st.integers(1, 3)) for _ in range(kinds)], [draw(st.integers(1, 4)) for _ in range(kinds)], left, costs


@given(crowds())
@settings(max_examples=150, deadline=None)
def test_lines_that_differ_in_nothing_cost_as_much_as_lines_that_are_told_apart(
    case: tuple[list[int], list[int], list[int], Mapping[int, int]],
) -> None:
    wanted = [one for one, count in zip(case[0], case[1], strict=True) for _ in range(count)]
    lines, places, pairs = problem(wanted, case[2], [case[3]] * len(wanted))
    same = [line._replace(words="", position=at) for at, line in enumerate(lines)]
    shared: dict[Decimal | None, dict[int, Weight]] = {}
    together = [shared.setdefault(line.quantity, found) for line, found in zip(same, pairs, strict=True)]

    apart = assign(lines, places, pairs, policy=POLICY)
    found = assign(same, places, together, policy=POLICY)

    assert found.cost == apart.cost
    assert by_place(found) == by_place(apart) or found.margin == 0
    assert len(found.unmatched) == len(apart.unmatched)
    assert all(
        sum(one.share for one in found.placed if one.line == at) == 1
        for at in range(len(lines)) if at not in found.unmatched
    )  # fmt: skip


def by_place(found: Assignment) -> Mapping[int, Fraction]:
    """Return how many lines go to each place, in parts of lines."""
    places = {one.lot for one in found.placed}
    return {place: sum((one.share for one in found.placed if one.lot == place), Fraction(0)) for place in places}


def test_the_next_best_of_equal_lines_moves_one_of_them_not_all() -> None:
    lines, places, pairs = problem([1, 1, 1], [2, 3], [{0: 0, 1: 10}] * 3)
    same = [line._replace(words="", position=at) for at, line in enumerate(lines)]

    found = assign(same, places, [pairs[0]] * 3, policy=POLICY)

    assert by_place(found) == {0: 2, 1: 1}
    assert found.margin == 10


def test_what_takes_too_many_steps_is_given_up() -> None:
    lines, places, pairs = problem([1, 2, 3], [3, 3, 3], [{0: 0, 1: 0, 2: 0}] * 3)
    part = room._part(range(3), range(3), (lines, places, pairs), POLICY)

    with pytest.raises(TooLarge):
        solve(part.network, Effort(5))
