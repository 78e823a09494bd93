"""A ruleset under examination: its formulas, its lines, and questions to both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.content.facts import FactCatalogue
from engine.content.lint.cells import Cells, cells_of
from engine.content.lint.finding import LintFinding, LintSeverity
from engine.content.lint.formula import AnyOf, Formula, TooHard, firing, negation, search
from engine.content.ruleset import Rule, Ruleset
from engine.content.strict_yaml import Source
from engine.model.decision import ROUTE_RANK, FactValue
from engine.model.finding import SEVERITY_RANK

CaseValues = tuple[tuple[str, FactValue], ...]


@dataclass
class Subject:
    """One ruleset with everything that the checks ask about it. Collects what was given up."""

    ruleset: Ruleset
    catalogue: FactCatalogue
    source: Source
    given_up: list[str] = field(default_factory=list)
    """Ids of rules about which a search was given up."""

    @cached_property
    def cells(self) -> Mapping[str, Cells]:
        """The classes of every fact."""
        examples = [example.facts for rule in self.ruleset.rules for example in rule.examples]
        return cells_of(self.catalogue, [rule.condition for rule in self.ruleset.rules], examples)

    @cached_property
    def fires(self) -> Mapping[str, Formula]:
        """When each rule fires, by id, through asserted facts."""
        return self.firing()

    def firing(self, *, missing: str | None = None, but: Rule | None = None) -> dict[str, Formula]:
        """Return when each rule fires if all (but one) said `missing` about missing facts."""
        return firing(self.ruleset.rules, self.cells, self.catalogue.asserted, missing=missing, but=but)

    @cached_property
    def asserted(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that assert each asserted fact."""
        return {
            name: tuple(rule for rule in self.ruleset.rules if rule.then.asserts == name)
            for name in self.catalogue.asserted
        }

    @cached_property
    def asserting(self) -> Mapping[str, Formula]:
        """When each asserted fact is set."""
        return {name: AnyOf(tuple(self.fires[rule.id] for rule in by)) for name, by in self.asserted.items()}

    @cached_property
    def order(self) -> Mapping[str, int]:
        """The place of each rule in the file."""
        return {rule.id: place for place, rule in enumerate(self.ruleset.rules)}

    def outranks(self, one: Rule, other: Rule) -> bool:
        """Whether the one rule decides when both fire: by route, then severity, then place in the file."""
        if one.then.route is None or other.then.route is None or one.id == other.id:
            return False
        return self._rank(one) > self._rank(other)

    def _rank(self, rule: Rule) -> tuple[int, int, int]:
        route = ROUTE_RANK[rule.then.route] if rule.then.route else -1
        return route, SEVERITY_RANK[rule.severity], -self.order[rule.id]

    @cached_property
    def dead(self) -> frozenset[str]:
        """Ids of rules that can never fire."""
        return frozenset(rule.id for rule in self.ruleset.rules if self.case(self.fires[rule.id], about=rule) is None)

    def case(self, *wanted: Formula, about: Rule) -> CaseValues | None:
        """Return a case in which all formulas hold, or None. A search that is given up is noted and counts as a case."""
        try:
            return search(self.cells, *wanted)
        except TooHard:
            self.given_up.append(about.id)
            return ()

    def never(self, *wanted: Formula, about: Rule) -> bool:
        """Whether there is no case in which all formulas hold."""
        return self.case(*wanted, about=about) is None

    def no(self, one: Formula) -> Formula:
        """Return the negation of a formula."""
        return negation(one, self.cells)

    def implies(self, one: Rule, other: Rule) -> bool:
        """Whether the other rule fires in every case in which the one does."""
        return self.never(self.fires[one.id], self.no(self.fires[other.id]), about=one)

    def find(
        self, code: str, severity: LintSeverity, rule: Rule, message: str, *path: str | int, case: CaseValues = ()
    ) -> LintFinding:
        """Return a finding about a rule, at a path inside it."""
        place = ("rules", self.order[rule.id], *path)
        return LintFinding(
            code=code, severity=severity, file=str(self.source.file), line=self.source.line(place), subject=rule.id,
            message=message, case=case,
        )  # fmt: skip


def same_effect(one: Rule, other: Rule) -> bool:
    """Whether two rules lead to the same: route, queue, asserted fact and severity; who may waive it is no other effect."""
    led = [(rule.then.route, rule.then.queue, rule.then.asserts, rule.severity) for rule in (one, other)]
    return led[0] == led[1]
