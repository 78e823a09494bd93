"""Minimum-cost flow between invoice lines and what is open on orders: exact, in whole numbers.

Successive shortest paths with node potentials (Ahuja, Magnanti, Orlin: Network Flows, 9.7): lines are brought in one
after the other, each along the cheapest path, which may move lines that were placed before. Costs of a place rise with
its use (first what was received, then the rest), and every line has a way out that always stands open.
"""

from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple


class Tier(NamedTuple):
    """So many units of a place, at so much a unit. Tiers of a place come cheapest first."""

    capacity: int
    cost: int


class Network(NamedTuple):
    """A transport problem in whole units: what each line brings, where it may go, what else it may do."""

    supply: Sequence[int]
    arcs: Sequence[Mapping[int, int]]
    """By line: place -> cost of a unit (not negative)."""
    outside: Sequence[int]
    """By line: cost of a unit that goes to no place."""
    places: Sequence[Sequence[Tier]]


class Solution(NamedTuple):
    """The cheapest flow."""

    cost: int
    flow: Sequence[Mapping[int, int]]
    """By line: place -> units (more than 0)."""
    left: Sequence[int]
    """By line: units that went outside."""
    potentials: Sequence[int]
    """Of lines, then places, then the sink: no arc that is open is cheaper than the difference of its ends."""


class _State:
    """The flow as it grows."""

    def __init__(self, network: Network) -> None:
        self.network = network
        lines, places = len(network.supply), len(network.places)
        self.first_place, self.sink = lines, lines + places
        self.flow: list[dict[int, int]] = [{} for _ in range(lines)]
        self.users: list[set[int]] = [set() for _ in range(places)]
        self.used = [0] * places
        self.left = [0] * lines
        self.potential = [0] * (lines + places + 1)
        self.cost = 0

    def tier(self, place: int) -> Tier | None:
        """Return what is free on the cheapest tier of a place that has room."""
        used = self.used[place]
        for capacity, cost in self.network.places[place]:
            if used < capacity:
                return Tier(capacity - used, cost)
            used -= capacity
        return None

    def bring(self, line: int) -> None:
        """Place everything that a line brings."""
        wanting = self.network.supply[line]
        while wanting > 0:
            came_from = self._search(line)
            path = [self.sink]
            while path[-1] != line:
                path.append(came_from[path[-1]])
            path.reverse()
            wanting -= self._push(path, wanting)

    def _search(self, line: int) -> dict[int, int]:
        """Dijkstra over reduced costs, up to the sink. Returns the node before each node that was reached."""
        network, potential, sink, first = self.network, self.potential, self.sink, self.first_place
        distance, came_from = {line: 0}, dict[int, int]()
        done: set[int] = set()
        heap = [(0, line)]
        while heap:
            far, node = heappop(heap)
            if node in done:
                continue
            done.add(node)
            if node == sink:
                break
            here = far + potential[node]
            if node < first:
                reach = [(first + place, cost) for place, cost in network.arcs[node].items()]
                reach.append((sink, network.outside[node]))
            else:
                place = node - first
                reach = [(user, -network.arcs[user][place]) for user in self.users[place]]
                tier = self.tier(place)
                if tier is not None:
                    reach.append((sink, tier.cost))
            for other, cost in reach:
                there = here + cost - potential[other]
                if other not in distance or there < distance[other]:
                    distance[other] = there
                    came_from[other] = node
                    heappush(heap, (there, other))
        end = distance[sink]
        for node in done:
            potential[node] += distance[node] - end
        return came_from

    def _push(self, path: Sequence[int], wanting: int) -> int:
        first = self.first_place
        steps = list(pairwise(path))
        amount = wanting
        for node, other in steps:
            if node >= first and other != self.sink:
                amount = min(amount, self.flow[other][node - first])
            elif node >= first:
                tier = self.tier(node - first)
                amount = min(amount, tier.capacity if tier else 0)
        for node, other in steps:
            self._move(node, other, amount)
        return amount

    def _move(self, node: int, other: int, amount: int) -> None:
        first, network = self.first_place, self.network
        if node < first and other == self.sink:
            self.left[node] += amount
            self.cost += amount * network.outside[node]
        elif node < first:
            place = other - first
            self.flow[node][place] = self.flow[node].get(place, 0) + amount
            self.users[place].add(node)
            self.cost += amount * network.arcs[node][place]
        elif other == self.sink:
            tier = self.tier(node - first)
            self.cost += amount * (tier.cost if tier else 0)
            self.used[node - first] += amount
        else:
            place = node - first
            self.cost -= amount * network.arcs[other][place]
            self.flow[other][place] -= amount
            if not self.flow[other][place]:
                del self.flow[other][place]
                self.users[place].discard(other)


def solve(network: Network) -> Solution:
    """Return the cheapest flow that places every unit of every line, inside or outside."""
    state = _State(network)
    for line in range(len(network.supply)):
        state.bring(line)
    return Solution(state.cost, state.flow, state.left, state.potential)
