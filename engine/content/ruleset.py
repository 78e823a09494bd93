"""Rulesets: thresholds, tolerances, match policy and rules of one kind of document."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, PrivateAttr, field_validator, model_validator

from engine.content import condition, strict_yaml
from engine.content.condition import Condition
from engine.content.confidence import Audit, Confidence, Limit
from engine.content.duplicate_policy import DuplicatePolicy
from engine.content.facts import FactCatalogue, Name
from engine.content.flow import Ref
from engine.content.order_policy import OrderPolicy
from engine.model.decision import FactValue, Route
from engine.model.finding import Severity
from engine.model.value import Value
from engine.model.waiver import WaivedBy

VendorSignal = Literal["tax_id", "registration_id", "iban", "email_domain", "name_and_address"]
_PLACE = re.compile(r"\{([^{}]*)\}")


class MatchPolicy(Value):
    """In which order signals decide who the vendor is, and how alike names must be."""

    vendor: tuple[VendorSignal, ...] = Field(min_length=1)
    name_score: int = Field(default=90, ge=50, le=100)
    """Likeness (0..100) of two normalised names that counts as the same name, beside a second signal."""
    free_mail_domains: tuple[str, ...] = ()
    """Domains that say nothing about the sender (`gmail.com`)."""
    orders: OrderPolicy = OrderPolicy()

    @field_validator("vendor")
    @classmethod
    def _each_once(cls, signals: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(signals)) != len(signals):
            raise ValueError("a signal stands twice")
        return signals


class Tolerances(Value):
    """Differences that are still the same amount, as integers that conditions name `tolerances.<name>`."""

    sum_minor: int = Field(default=0, ge=0, le=10_000)
    """Between lines and subtotal, and subtotal plus tax and total, that no rounding convention explains."""
    tax_minor: int = Field(default=0, ge=0, le=10_000)
    """Between base times rate and the tax amount, for one rate."""
    order_minor: int = Field(default=0, ge=0, le=1_000_000)
    """By which an invoice may exceed its order."""


class Limits(Value):
    """Amounts by currency (ISO 4217) above which a rule wants a person."""

    large_without_order: Mapping[str, Limit] = {}


class Then(Value):
    """What a rule does: route the document, or assert a fact that other rules test. Neither: it only notes."""

    route: Route | None = None
    queue: Name | None = None
    asserts: Name | None = Field(default=None, alias="assert")
    waive: WaivedBy | None = None
    """Who may let pass what a review is asked for; a reviewer, where nothing is said."""

    @model_validator(mode="after")
    def _one_thing(self) -> "Then":
        if self.route == "review" and self.queue is None:
            raise ValueError("a rule that routes to review names its queue")
        if self.route != "review" and self.queue is not None:
            raise ValueError("only `route: review` has a queue")
        if self.route != "review" and self.waive is not None:
            raise ValueError("only what is routed to review can be let pass (`waive`)")
        if self.asserts and self.route:
            raise ValueError("a rule either routes or asserts; write two rules")
        return self


class Example(Value):
    """Facts under which the rule fires, or passes. Facts that may be missing and are not named are missing."""

    fires: Mapping[Name, FactValue] | None = None
    passes: Mapping[Name, FactValue] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Example":
        if (self.fires is None) == (self.passes is None):
            raise ValueError("an example says either `fires` or `passes`")
        return self

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts of the example."""
        return (self.fires if self.fires is not None else self.passes) or {}


class Rule(Value):
    """One sentence of the house: when it holds and what then happens."""

    id: Name
    name: str = Field(min_length=1)
    why: str = Field(min_length=1)
    when: str
    missing: Literal["fires", "passes"] | None = None
    """What it means when a missing fact leaves `when` undecided. Required when that can happen."""
    then: Then
    severity: Severity
    fields: tuple[str, ...] = ()
    """Canonical names, or `{fact}` for a text fact that lists names separated by commas."""
    message: str = Field(min_length=1)
    """For the clerk; `{fact}` is replaced by the fact's value."""
    examples: tuple[Example, ...] = Field(min_length=2)

    _condition: Condition = PrivateAttr()

    @property
    def condition(self) -> Condition:
        """The parsed `when`. Set when the ruleset is loaded."""
        return self._condition

    def parsed(self, tree: Condition) -> "Rule":
        """Return the rule with the tree of its `when`."""
        rule = self.model_copy()
        rule._condition = tree  # noqa: SLF001 - our own
        return rule

    @property
    def waived_by(self) -> WaivedBy:
        """Who may let pass what the rule holds."""
        return "nobody" if self.then.route != "review" or self.severity == "fatal" else self.then.waive or "reviewer"

    @property
    def places(self) -> tuple[str, ...]:
        """The facts named in braces in `message` and `fields`."""
        return tuple(name for text in (self.message, *self.fields) for name in _PLACE.findall(text))

    @model_validator(mode="after")
    def _both_ways(self) -> "Rule":
        if not any(example.fires is not None for example in self.examples):
            raise ValueError("a rule has at least one example that fires")
        if not any(example.passes is not None for example in self.examples):
            raise ValueError("a rule has at least one example that passes")
        return self


class Ruleset(Value):
    """One version of the rules for a kind of document."""

    name: Name
    version: int = Field(ge=1)
    confidence: Confidence
    audit: Audit = Audit()
    mandatory: tuple[Name, ...]
    match: MatchPolicy
    tolerances: Tolerances = Tolerances()
    limits: Limits = Limits()
    matching: Ref | None = None
    """Tolerance policy by which differences from orders and receipts are judged; None: they are not."""
    duplicates: DuplicatePolicy = DuplicatePolicy()
    tables: tuple[Ref, ...] = ()
    """Decision tables that are asked before the rules, in this order."""
    rules: tuple[Rule, ...] = Field(min_length=1)

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def queues(self) -> frozenset[str]:
        """Every queue a rule can send to."""
        return frozenset(rule.then.queue for rule in self.rules if rule.then.queue)


class Fault(NamedTuple):
    """Something in a ruleset that the catalogue or another rule refuses."""

    code: str
    """What kind of fault, for lint: `unknown_fact`, `type_error`, `grammar`, `missing_unsaid` ..."""
    path: tuple[str | int, ...]
    message: str


def load_ruleset(file: Path, *, catalogue: FactCatalogue) -> Ruleset:
    """Read a ruleset and check every rule against the catalogue. Raises ContentError naming line, path and remedy."""
    source = strict_yaml.load(file)
    ruleset = strict_yaml.parse(source, Ruleset)
    rules, faults = check_rules(dict(enumerate(ruleset.rules)), tolerances=ruleset.tolerances, catalogue=catalogue)
    for fault in faults[:1]:
        raise source.error(fault.message, *fault.path)
    return ruleset.model_copy(update={"rules": tuple(rules.values())})


def check_rules(
    written: Mapping[int, Rule], *, tolerances: Tolerances, catalogue: FactCatalogue
) -> tuple[dict[int, Rule], list[Fault]]:
    """Return the rules with their parsed conditions, and everything that is wrong, in the order of the file.

    `written` are rules by their place in the file. A rule whose `when` cannot be parsed is not among the returned.
    """
    constants = {f"tolerances.{name}": value for name, value in tolerances.model_dump().items()}
    rules: dict[int, Rule] = {}
    faults: list[Fault] = []
    for index, rule in written.items():
        if any(other.id == rule.id for place, other in written.items() if place < index):
            faults.append(Fault("id_twice", ("rules", index, "id"), f"rule id {rule.id!r} stands twice"))
        try:
            rules[index] = rule.parsed(condition.parse(rule.when, catalogue=catalogue, constants=constants))
        except condition.ConditionError as e:
            faults.append(Fault(e.code, ("rules", index, "when"), str(e)))
            continue
        faults += [
            Fault(code, ("rules", index, *key), message) for code, key, message in _complaints(rules[index], catalogue)
        ]
    if circle := _circle(rules.values(), catalogue):
        faults.append(Fault("circle", ("rules",), f"asserted facts depend on themselves: {' -> '.join(circle)}"))
    return rules, faults


def _complaints(rule: Rule, catalogue: FactCatalogue) -> list[tuple[str, tuple[str | int, ...], str]]:
    """Return (code, path, what is wrong) for everything in a rule that the catalogue refuses."""
    found: list[tuple[str, tuple[str | int, ...], str]] = []
    if rule.missing is None and condition.can_be_unknown(rule.condition, catalogue):
        nullable = ", ".join(name for name in condition.facts_of(rule.condition) if catalogue[name].may_be_missing)
        wrong = f"may be undecided when {nullable} is missing; add `missing: fires` or `missing: passes`"
        found.append(("missing_unsaid", ("when",), wrong))
    if rule.then.asserts and rule.then.asserts not in catalogue.asserted:
        allowed = ", ".join(catalogue.asserted) or "none"
        wrong = f"{rule.then.asserts!r} is not an asserted fact; there are: {allowed}"
        found.append(("unknown_fact", ("then", "assert"), wrong))
    found += [
        ("unknown_fact", ("message",), f"{{{name}}} is not a fact of the catalogue")
        for name in rule.places if name not in catalogue
    ]  # fmt: skip
    for index, example in enumerate(rule.examples):
        key = "fires" if example.fires is not None else "passes"
        for name, value in example.facts.items():
            code = "type_error" if name in catalogue else "unknown_fact"
            refused = catalogue[name].refuse(value) if name in catalogue else "unknown fact"
            if refused:
                found.append((code, ("examples", index, key, name), f"{refused} (found {value!r})"))
    return found


def _circle(rules: Iterable[Rule], catalogue: FactCatalogue) -> list[str]:
    """Return a chain of asserted facts that ends where it began, or an empty list."""
    needs: dict[str, set[str]] = {name: set() for name in catalogue.asserted}
    for rule in rules:
        if rule.then.asserts in needs:
            needs[rule.then.asserts] |= set(condition.facts_of(rule.condition)) & set(catalogue.asserted)

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name) :], name]
        return next((found for need in sorted(needs[name]) if (found := walk(need, [*trail, name]))), [])

    return next((found for name in needs if (found := walk(name, []))), [])
