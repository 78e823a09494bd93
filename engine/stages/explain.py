"""Says why a rule fired or did not: which tests of its condition decided, on which fact values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from engine.content.condition import And, Compare, Condition, Not, Or, Presence, truth, wording
from engine.content.ruleset import Rule
from engine.model.decision import Decision, FactValue, Route, RuleOutcome
from engine.model.finding import Severity
from engine.model.value import Value


class Test(Value):
    """One test of a `when` that decided, with the value it met."""

    test: str
    """As written in the rule: `total_minor > 500000`."""
    holds: bool | None
    """None: the fact is missing, the test is neither true nor false."""
    fact: str
    value: FactValue
    asserted_by: tuple[str, ...] = ()
    """Rules that set the fact, where rules do and one did."""


class RuleExplanation(Value):
    """One rule on one document."""

    id: str
    name: str
    why: str
    fired: bool
    severity: Severity
    route: Route | None
    queue: str | None
    asserts: str | None = None
    when: str | None = None
    """None: the text of the rule that judged is not at hand any more."""
    undecided: Literal["fires", "passes"] | None = None
    """What `missing` of the rule said, where missing facts left `when` undecided."""
    because: tuple[Test, ...] = ()
    """The tests that decided; together they would have led to the same answer whatever the other facts were."""
    facts: tuple[tuple[str, FactValue], ...]
    """Every fact that the rule looked at."""
    message: str
    decides: bool = False
    """Whether it set route and queue of the document."""


def explain(decision: Decision, rules: Sequence[Rule] | None) -> tuple[RuleExplanation, ...]:
    """Return an explanation of each rule of a stored decision, in the order of the set.

    `rules` are the rules that judged, or None when their text has changed since: then only the facts are told.
    """
    written = {rule.id: rule for rule in rules or ()}
    facts = dict(decision.facts) | {
        name: value for outcome in decision.rules for name, value in outcome.facts
    }  # asserted facts stand in the outcomes alone
    by: dict[str, list[str]] = {}
    for outcome in decision.rules:
        if outcome.fired and outcome.id in written and (name := written[outcome.id].then.asserts):
            by.setdefault(name, []).append(outcome.id)
    deciding = decision.reasons[:1]
    return tuple(
        _one(outcome, written.get(outcome.id), facts, by, is_deciding=outcome.id in deciding)
        for outcome in decision.rules
    )


def _one(
    outcome: RuleOutcome, rule: Rule | None, facts: Mapping[str, FactValue], by: Mapping[str, Sequence[str]], *,
    is_deciding: bool,
) -> RuleExplanation:  # fmt: skip
    holds = None if rule is None else truth(rule.condition, facts)
    tests = deciding_tests(rule.condition, facts) if rule else ()
    return RuleExplanation(
        id=outcome.id, name=outcome.name, why=outcome.why, fired=outcome.fired, severity=outcome.severity,
        route=outcome.route, queue=outcome.queue, asserts=rule.then.asserts if rule else None,
        when=rule.when if rule else None, undecided=rule.missing if rule and holds is None else None,
        because=tuple(one.model_copy(update={"asserted_by": tuple(by.get(one.fact, ()))}) for one in tests),
        facts=outcome.facts, message=outcome.message, decides=is_deciding,
    )  # fmt: skip


def deciding_tests(condition: Condition, facts: Mapping[str, FactValue]) -> tuple[Test, ...]:
    """Return the tests that make a condition true, false or undecided on facts; the others could be anything.

    Of several that each suffice, the first is named.
    """
    return tuple(dict.fromkeys(_deciding(condition, facts)))


def _deciding(condition: Condition, facts: Mapping[str, FactValue]) -> Iterator[Test]:
    match condition:
        case Compare(fact) | Presence(fact):
            yield Test(test=wording(condition), holds=truth(condition, facts), fact=fact, value=facts.get(fact))
        case Not(part):
            yield from _deciding(part, facts)
        case And(parts) | Or(parts):
            answer = truth(condition, facts)
            enough = [part for part in parts if truth(part, facts) is answer]
            # `and` is false by one false part and `or` true by one true part; otherwise every part has its say
            decisive = answer is isinstance(condition, Or)
            for part in enough[:1] if decisive else parts:
                yield from _deciding(part, facts)
