"""The flow against a plain trial of everything."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.stages.matching.flow import Network, Tier, solve

MANY = 10**6


def every_way(supply: Sequence[int], arcs: Sequence[Mapping[int, int]]) -> Iterator[list[dict[int, int]]]:
    """Yield every flow in whole units."""
    if not supply:
        yield []
        return
    for rest in every_way(supply[1:], arcs[1:]):
        for first in split(supply[0], sorted(arcs[0])):
            yield [first, *rest]


def split(count: int, places: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield every way to give up to `count` units to the places."""
    if not places:
        yield {}
        return
    for here in range(count + 1):
        for rest in split(count - here, places[1:]):
            yield {places[0]: here, **rest} if here else rest


def price(network: Network, flow: Sequence[Mapping[int, int]]) -> int | None:
    """Return what a flow costs, None when a place overflows."""
    cost = 0
    used: dict[int, int] = {}
    for line, places in enumerate(flow):
        cost += (network.supply[line] - sum(places.values())) * network.outside[line]
        for place, units in places.items():
            cost += units * network.arcs[line][place]
            used[place] = used.get(place, 0) + units
    for place, units in used.items():
        left = units
        for tier in network.places[place]:
            cost += min(left, tier.capacity) * tier.cost
            left -= min(left, tier.capacity)
        if left:
            return None
    return cost


@st.composite
def networks(draw: st.DrawFn) -> Network:
    places = draw(st.integers(1, 3))
    lines = draw(st.integers(1, 3))
    costs = st.integers(0, 12)
    tiers = [
        tuple(Tier(draw(st.integers(1, 3)), cost) for cost in sorted(draw(st.lists(costs, max_size=2))))
        for _ in range(places)
    ]
    arcs = [draw(st.dictionaries(st.integers(0, places - 1), costs)) for _ in range(lines)]
    supply = [draw(st.integers(1, 3)) for _ in range(lines)]
    return Network(supply, arcs, [draw(st.integers(0, 15)) for _ in range(lines)], tiers)


@given(networks())
@settings(max_examples=300, deadline=None)
def test_no_other_flow_is_cheaper(network: Network) -> None:
    costs = [price(network, flow) for flow in every_way(network.supply, network.arcs)]

    assert solve(network).cost == min(cost for cost in costs if cost is not None)


@given(networks())
@settings(max_examples=200, deadline=None)
def test_the_flow_costs_what_it_says_and_leaves_nothing_over(network: Network) -> None:
    found = solve(network)

    assert price(network, found.flow) == found.cost
    assert [sum(flow.values()) + left for flow, left in zip(found.flow, found.left, strict=True)] == list(
        network.supply
    )


@given(networks())
@settings(max_examples=200, deadline=None)
def test_no_open_arc_undercuts_the_potentials(network: Network) -> None:
    found = solve(network)
    first = len(network.supply)

    assert all(
        cost + found.potentials[line] - found.potentials[first + place] >= 0
        for line, arcs in enumerate(network.arcs) for place, cost in arcs.items()
    )  # fmt: skip


def test_a_line_moves_to_make_room_for_one_that_can_go_nowhere_else() -> None:
    network = Network([5, 5], [{0: 1, 1: 2}, {0: 1}], [MANY, MANY], [(Tier(5, 0),), (Tier(5, 0),)])

    assert solve(network).flow == [{1: 5}, {0: 5}]


@pytest.mark.parametrize(("units", "cost"), [(3, 0), (5, 20)], ids=["what came", "what is awaited costs more"])
def test_the_cheaper_tier_fills_first(units: int, cost: int) -> None:
    network = Network([units], [{0: 0}], [MANY], [(Tier(3, 0), Tier(9, 10))])

    assert solve(network).cost == cost
