"""Minimum-cost flow between invoice lines and what is open on orders: exact, in whole numbers.

Successive shortest paths with node potentials (Ahuja, Magnanti, Orlin: Network Flows, 9.7): lines are brought in one
after the other, each along the cheapest path, which may move lines that were placed before. Costs of a place rise with
its use (first what was received, then the rest), and every line has a way out that always stands open.

The next best flow is not solved anew: what leaves a place is sent there again on another way, by the same paths (9.9).
"""

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

_MOST_STEPS = 4_000_000
"""Arcs that are looked at for one invoice; some seconds. What is not found by then, no clerk could check either."""


class TooLarge(Exception):
    """So many lines compete for so many places that the best way is not found in bounded time. A person decides."""


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


class Effort:
    """What looking for one answer may cost, over all of its networks."""

    def __init__(self, most: int = _MOST_STEPS) -> None:
        self._left = most

    def spend(self, steps: int) -> None:
        """Count arcs that were looked at. Raises TooLarge when they are too many."""
        self._left -= steps
        if self._left < 0:
            raise TooLarge


class _State:
    """The flow as it grows."""

    def __init__(self, network: Network, effort: Effort) -> None:
        self.network = network
        self.effort = effort
        lines, places = len(network.supply), len(network.places)
        self.first_place, self.sink = lines, lines + places
        self.flow: list[dict[int, int]] = [{} for _ in range(lines)]
        self.users: list[set[int]] = [set() for _ in range(places)]
        self.used = [0] * places
        self.left = [0] * lines
        self.potential = [0] * (lines + places + 1)
        self.cost = 0
        self.closed: tuple[int, int] | None = None
        """An arc (line, place) that takes no more than it holds."""

    def resume(self, solution: Solution) -> None:
        """Take over a cheapest flow."""
        self.flow = [dict(one) for one in solution.flow]
        for line, flow in enumerate(self.flow):
            for place, units in flow.items():
                self.users[place].add(line)
                self.used[place] += units
        self.left, self.potential, self.cost = list(solution.left), list(solution.potentials), solution.cost

    def tier(self, place: int) -> Tier | None:
        """Return what is free on the cheapest tier of a place that has room."""
        used = self.used[place]
        for capacity, cost in self.network.places[place]:
            if used < capacity:
                return Tier(capacity - used, cost)
            used -= capacity
        return None

    def taken(self, place: int) -> Tier:
        """Return what is used of the dearest tier of a place that is used."""
        used = self.used[place]
        for capacity, cost in self.network.places[place]:
            if used <= capacity:
                return Tier(used, cost)
            used -= capacity
        return Tier(0, 0)

    def bring(self, line: int, wanting: int, goal: int) -> None:
        """Send units of a line to the sink, or to a place that lacks them."""
        while wanting > 0:
            came_from = self._search(line, goal)
            straight = self._go_straight(line, wanting) if goal == self.sink else 0
            if straight:
                wanting -= straight
                continue
            path = [goal]
            while path[-1] != line:
                path.append(came_from[path[-1]])
            path.reverse()
            wanting -= self._push(path, wanting)

    def _go_straight(self, line: int, wanting: int) -> int:
        """Fill the places that are as cheap as the cheapest way and need nobody to move. Returns how many units went."""
        network, potential, first = self.network, self.potential, self.first_place
        left = wanting
        for place, cost in network.arcs[line].items():
            if left and cost + potential[line] == potential[first + place] and (line, place) != self.closed:
                tier = self.tier(place)
                if tier is not None and tier.cost + potential[first + place] == potential[self.sink]:
                    units = min(left, tier.capacity)
                    self.put(line, place, units)
                    self._move(first + place, self.sink, units)
                    left -= units
        return wanting - left

    def _search(self, line: int, goal: int) -> dict[int, int]:
        """Dijkstra over reduced costs, up to the goal. Returns the node before each node that was reached."""
        potential = self.potential
        distance, came_from = {line: 0}, dict[int, int]()
        done: set[int] = set()
        heap = [(0, -line)]  # of nodes that are as far the later comes first: the sink, then places, then lines
        while heap:
            far, node = heappop(heap)
            node = -node
            if node in done:
                continue
            done.add(node)
            if distance.get(goal, far + 1) <= far:
                break
            here = far + potential[node]
            reach = list(self._reach(node, goal))
            self.effort.spend(len(reach))
            for other, cost in reach:
                there = here + cost - potential[other]
                if other not in distance or there < distance[other]:
                    distance[other] = there
                    came_from[other] = node
                    heappush(heap, (there, -other))
        end = distance[goal]
        for node in done:
            potential[node] += distance[node] - end
        return came_from

    def _reach(self, node: int, goal: int) -> Iterator[tuple[int, int]]:
        """Yield where a unit may go from a node, and what that costs; back from the sink only to a place that lacks some."""
        network, first, sink = self.network, self.first_place, self.sink
        if node < first:
            for place, cost in network.arcs[node].items():
                if (node, place) != self.closed:
                    yield first + place, cost
            yield sink, network.outside[node]
        elif node != sink:
            place = node - first
            for user in self.users[place]:
                yield user, -network.arcs[user][place]
            tier = self.tier(place)
            if tier is not None:
                yield sink, tier.cost
        elif goal != sink:
            yield from ((first + place, -self.taken(place).cost) for place, used in enumerate(self.used) if used)
            yield from ((line, -network.outside[line]) for line, left in enumerate(self.left) if left)

    def _push(self, path: Sequence[int], wanting: int) -> int:
        steps = list(pairwise(path))
        amount = min([wanting, *(self._room(node, other) for node, other in steps if node >= self.first_place)])
        for node, other in steps:
            self._move(node, other, amount)
        return amount

    def _room(self, node: int, other: int) -> int:
        """Return how much may go on an arc that does not begin at a line."""
        first = self.first_place
        if node == self.sink:
            return self.left[other] if other < first else self.taken(other - first).capacity
        if other != self.sink:
            return self.flow[other][node - first]
        tier = self.tier(node - first)
        return tier.capacity if tier else 0

    def _move(self, node: int, other: int, amount: int) -> None:
        first, network = self.first_place, self.network
        if node == self.sink:
            self._give_back(other, amount)
        elif node < first and other == self.sink:
            self.left[node] += amount
            self.cost += amount * network.outside[node]
        elif node < first:
            self.put(node, other - first, amount)
        elif other == self.sink:
            tier = self.tier(node - first)
            self.cost += amount * (tier.cost if tier else 0)
            self.used[node - first] += amount
        else:
            self.put(other, node - first, -amount)

    def _give_back(self, other: int, amount: int) -> None:
        """Take units back that a place took or that went outside."""
        first = self.first_place
        if other < first:
            self.left[other] -= amount
            self.cost -= amount * self.network.outside[other]
        else:
            self.cost -= amount * self.taken(other - first).cost
            self.used[other - first] -= amount

    def put(self, line: int, place: int, amount: int) -> None:
        """Put units of a line on a place; below zero take them off."""
        flow = self.flow[line]
        flow[place] = flow.get(place, 0) + amount
        self.cost += amount * self.network.arcs[line][place]
        if flow[place]:
            self.users[place].add(line)
        else:
            del flow[place]
            self.users[place].discard(line)

    def hand_over(self, line: int, by: int) -> int:
        """Let another line take the places of a line. Returns how much of it is outside, and takes that back."""
        for place, units in list(self.flow[line].items()):
            self.put(line, place, -units)
            self.put(by, place, units)
        outside = self.left[line]
        self.left[line] = 0
        self.cost -= outside * self.network.outside[line]
        return outside


def solve(network: Network, effort: Effort | None = None) -> Solution:
    """Return the cheapest flow that places every unit of every line, inside or outside. Raises TooLarge."""
    state = _State(network, effort or Effort())
    for line, supply in enumerate(network.supply):
        state.bring(line, supply, state.sink)
    return Solution(state.cost, state.flow, state.left, state.potential)


class Detour(NamedTuple):
    """Units that have to leave a place, and the line that they go with from then on."""

    line: int
    place: int
    units: int
    """On the place; what the line keeps there it may not make more."""
    by: int
    """A line without supply of its own: what it may do is what the units that leave may do."""
    is_whole: bool
    """Whether everything of the line goes with it, wherever it is now."""


def solve_again(network: Network, best: Solution, detour: Detour, effort: Effort | None = None) -> Solution:
    """Return the cheapest flow once some units go by another line. `best` is the cheapest without. Raises TooLarge.

    Nothing that the other line may do is cheaper than what the first may.
    """
    state = _State(network, effort or Effort())
    state.resume(best)
    line, place, by = detour.line, detour.place, detour.by
    state.closed = (line, place)
    state.potential[by] = state.potential[line]
    state.put(line, place, -detour.units)
    outside = state.hand_over(line, by) if detour.is_whole else 0
    state.bring(by, detour.units, state.first_place + place)
    state.bring(by, outside, state.sink)
    return Solution(state.cost, state.flow, state.left, state.potential)
