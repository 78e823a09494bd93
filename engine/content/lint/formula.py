"""What a set of rules does, as formulas over classes of fact values, and a search for a case that satisfies some.

A missing fact is a class of its own, so every formula is simply true or false: `missing: fires` puts the missing class
into each test, `missing: passes` leaves it out. Negation is pushed down to the tests first, as the engine does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.content.condition import NEGATED, And, Compare, Condition, Not, Or, Presence, compare, facts_of
from engine.content.lint.cells import Cells
from engine.content.ruleset import Rule
from engine.model.decision import FactValue

MOST_STEPS = 20_000
"""Steps of one search; conditions that people write take a few dozen."""


@dataclass(frozen=True)
class Within:
    """A fact lies in one of some classes (bits)."""

    fact: str
    mask: int


@dataclass(frozen=True)
class AllOf:
    """All parts hold. Without parts: true."""

    parts: tuple["Formula", ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """One of the parts holds. Without parts: false."""

    parts: tuple["Formula", ...] = ()


Formula = Within | AllOf | AnyOf


class TooHard(RuntimeError):
    """The search was given up after MOST_STEPS: nothing is known."""


def formula(
    condition: Condition,
    cells: Mapping[str, Cells],
    *,
    missing_fires: bool,
    asserted: Mapping[str, Formula] | None = None,
) -> Formula:
    """Return when a condition counts as holding. `asserted` are the facts that rules set, by when they do."""
    return _formula(condition, cells, asserted or {}, positive=True, missing_fires=missing_fires)


def _formula(
    condition: Condition, cells: Mapping[str, Cells], asserted: Mapping[str, Formula], *,
    positive: bool, missing_fires: bool,
) -> Formula:  # fmt: skip
    match condition:
        case Compare(fact, operator, value) if fact in asserted:
            is_set = compare(value, operator, True) is positive
            return asserted[fact] if is_set else negation(asserted[fact], cells)
        case Compare(fact, operator, value):
            own = cells[fact]
            holding = own.holding(operator if positive else NEGATED[operator], value)
            return Within(fact, holding | own.missing if missing_fires else holding)
        case Presence(fact, is_present):
            gone = cells[fact].missing
            return Within(fact, cells[fact].everything & ~gone if is_present is positive else gone)
        case Not(part):
            return _formula(part, cells, asserted, positive=not positive, missing_fires=missing_fires)
        case And(parts) | Or(parts):
            inner = tuple(
                _formula(part, cells, asserted, positive=positive, missing_fires=missing_fires) for part in parts
            )
            return AllOf(inner) if isinstance(condition, And) is positive else AnyOf(inner)


def negation(one: Formula, cells: Mapping[str, Cells]) -> Formula:
    """Return the formula that holds when `one` does not."""
    match one:
        case Within(fact, mask):
            return Within(fact, cells[fact].everything & ~mask)
        case AllOf(parts):
            return AnyOf(tuple(negation(part, cells) for part in parts))
        case AnyOf(parts):
            return AllOf(tuple(negation(part, cells) for part in parts))


def firing(
    rules: Iterable[Rule], cells: Mapping[str, Cells], asserted_facts: Iterable[str], *,
    missing: str | None = None, but: Rule | None = None,
) -> dict[str, Formula]:  # fmt: skip
    """Return when each rule fires, by id, through the facts that rules assert.

    `missing` takes the place of what the rules say about missing facts, in all but one of them.
    """
    rules = tuple(rules)
    made: dict[str, Formula] = {}
    known: dict[str, Formula] = {}

    def of(rule: Rule) -> Formula:
        if rule.id not in made:
            says = missing if missing and rule is not but else rule.missing
            for name in _asserted_in(rule, asserted_facts):
                if name not in known:
                    known[name] = AnyOf(tuple(of(other) for other in rules if other.then.asserts == name))
            made[rule.id] = formula(rule.condition, cells, missing_fires=says == "fires", asserted=known)
        return made[rule.id]

    return {rule.id: of(rule) for rule in rules}


def _asserted_in(rule: Rule, asserted_facts: Iterable[str]) -> list[str]:
    tested = facts_of(rule.condition)
    return [name for name in asserted_facts if name in tested]


@dataclass
class _Search:
    cells: Mapping[str, Cells]
    steps: int = 0
    most: int = MOST_STEPS
    found: dict[str, int] = field(default_factory=dict)

    def run(self, known: Mapping[str, int], wanted: Sequence[Formula]) -> dict[str, int] | None:
        """Return classes by fact that make all of `wanted` hold, or None when there are none. Raises TooHard."""
        self.steps += 1
        if self.steps > self.most:
            raise TooHard
        narrowed = dict(known)
        choices: list[AnyOf] = []
        if not self._take(narrowed, wanted, choices):
            return None
        open_choices: list[list[Formula]] = []
        for choice in choices:
            able = self._able(narrowed, choice)
            if able is not None:
                open_choices.append(able)
        if not open_choices:
            return narrowed
        first = min(open_choices, key=len)
        rest = [AnyOf(tuple(one)) for one in open_choices if one is not first]
        for part in first:
            if (answer := self.run(narrowed, [part, *rest])) is not None:
                return answer
        return None

    def _take(self, known: dict[str, int], wanted: Iterable[Formula], choices: list[AnyOf]) -> bool:
        """Narrow `known` by all that must hold and put choices aside. False: it cannot hold."""
        for one in wanted:
            match one:
                case Within(fact, mask):
                    known[fact] = known.get(fact, self.cells[fact].everything) & mask
                    if not known[fact]:
                        return False
                case AllOf(parts):
                    if not self._take(known, parts, choices):
                        return False
                case AnyOf(parts) if len(parts) == 1:
                    if not self._take(known, parts, choices):
                        return False
                case AnyOf():
                    choices.append(one)
        return True

    def _able(self, known: Mapping[str, int], choice: AnyOf) -> list[Formula] | None:
        """Return the parts of a choice that can still hold. None: one of them holds already."""
        able: list[Formula] = []
        for part in choice.parts:
            if not isinstance(part, Within):
                able.append(part)
                continue
            now = known.get(part.fact, self.cells[part.fact].everything)
            if now & ~part.mask == 0:
                return None
            if now & part.mask:
                able.append(part)
        return able


def search(
    cells: Mapping[str, Cells], *wanted: Formula, most_steps: int = MOST_STEPS
) -> tuple[tuple[str, FactValue], ...] | None:
    """Return a case in which all formulas hold, as fact values; facts not named may be anything. None: there is none.

    Raises TooHard when neither was found within `most_steps`.
    """
    found = _Search(cells, most=most_steps).run({}, wanted)
    if found is None:
        return None
    told = (name for name in cells if name in found and found[name] != cells[name].everything)
    return tuple((name, cells[name].example(found[name])) for name in told)
