"""The values of facts as finitely many classes: within a class no test of the rules tells one value from another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.content.condition import And, Compare, Condition, FactLiteral, Not, Operator, Or, Presence, compare, folded
from engine.content.facts import Fact, FactCatalogue
from engine.model.decision import FactValue

_OTHER = "something else"


@dataclass(frozen=True)
class Cells:
    """The classes of one fact, each by a value that stands for it; the missing one (None) comes last."""

    values: tuple[FactValue, ...]

    @property
    def everything(self) -> int:
        """All classes, as bits."""
        return (1 << len(self.values)) - 1

    @property
    def missing(self) -> int:
        """The class of the missing fact, as a bit; 0 when it always has a value."""
        return sum(1 << place for place, value in enumerate(self.values) if value is None)

    def holding(self, operator: Operator, literal: FactLiteral) -> int:
        """Return the classes whose values stand in that relation to a literal, as bits; the missing one never does."""
        return sum(
            1 << place for place, value in enumerate(self.values)
            if value is not None and compare(value, operator, literal)
        )  # fmt: skip

    def of(self, value: FactValue) -> int:
        """Return the class of a value, as a bit. The value is one that the classes were made with, or missing."""
        return self.missing if value is None else self.holding("==", value)

    def example(self, mask: int) -> FactValue:
        """Return a value of one of the classes: a small one that is there, if there is one."""
        able = [value for place, value in enumerate(self.values) if mask >> place & 1]
        return min(able, key=_oddity)


def cells_of(
    catalogue: FactCatalogue, conditions: Iterable[Condition], cases: Iterable[Mapping[str, FactValue]] = ()
) -> dict[str, Cells]:
    """Return the classes of every fact of the catalogue, fine enough for all the conditions and for the values of cases."""
    named: dict[str, set[FactLiteral]] = {name: set() for name in catalogue.facts}
    for condition in conditions:
        for test in _comparisons(condition):
            named[test.fact].add(folded(str(test.value)) if test.operator == "has" else test.value)
    for case in cases:
        for name, value in case.items():
            if value is not None and name in named:
                named[name].add(value)
    return {name: Cells(tuple(_values(catalogue[name], literals))) for name, literals in named.items()}


def _comparisons(condition: Condition) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case Not(part):
            yield from _comparisons(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _comparisons(part)
        case Presence():
            return


def _values(fact: Fact, named: set[FactLiteral]) -> Iterator[FactValue]:
    if fact.type == "boolean":
        yield from (True, False)
    elif fact.type == "integer":
        yield from _integers({value for value in named if isinstance(value, int)}, *fact.bounds)
    else:
        yield from _texts({value for value in named if isinstance(value, str)}, fact.values)
    if fact.may_be_missing:
        yield None


def _integers(named: set[int], least: int, most: int) -> Iterator[int]:
    """Yield the named numbers within the bounds and one out of each gap below, between and above them."""
    cuts = sorted(value for value in named if least <= value <= most)
    if not cuts:
        yield max(least, min(0, most))
        return
    if cuts[0] > least:
        yield cuts[0] - 1
    for place, cut in enumerate(cuts):
        yield cut
        following = cuts[place + 1] if place + 1 < len(cuts) else most + 1
        if following - cut > 1:
            yield cut + 1


def _texts(named: set[str], listed: tuple[str, ...]) -> Iterator[str]:
    """Yield the named texts and one that is not named, where there can be such."""
    yield from sorted(named)
    if listed:
        yield from (value for value in listed if value not in named)
        return
    other = _OTHER
    while other in named:
        other += "."
    yield other


def _oddity(value: FactValue) -> tuple[bool, int, str]:
    """Sort plain values first: present before missing, small before large."""
    size = abs(value) * 2 + (value < 0) if isinstance(value, int) and not isinstance(value, bool) else 0
    return value is None, size, repr(value)
