"""Assignment and runner-up against a trial of every way, with splits."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stages.matching import assign as room
from engine.stages.matching.assign import assign
from engine.stages.matching.billed import billed_lines
from engine.stages.matching.flow import solve
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
        if (other := room._without(part, [at], place, POLICY)) is not None
    ]
    assert found.margin == (room._thousandths(min(at_least)) if at_least else None)


@given(problems())
@settings(max_examples=100, deadline=None)
def test_every_line_is_placed_whole_or_told_to_be_unmatched(case: tuple[list[int], list[int], Costs]) -> None:
    lines, places, pairs = problem(*case)

    found = assign(lines, places, pairs, policy=POLICY)

    placed = [sum((one.share for one in found.placed if one.line == at), Fraction(0)) for at in range(len(lines))]
    assert all(share == 1 or at in found.unmatched for at, share in enumerate(placed))
