"""Runs the examples that stand beside the rules. The examples are the tests."""

from collections.abc import Mapping

from engine.content import condition
from engine.content.facts import FactCatalogue
from engine.content.ruleset import Example, Rule, Ruleset
from engine.model.decision import FactValue
from engine.model.value import Value
from engine.stages.decide import RuleBook


class Failure(Value):
    """An example that does not hold."""

    rule: str
    example: int
    """1-based, in the order of the file."""
    message: str
    """What was expected and what came."""


def run_examples(ruleset: Ruleset, catalogue: FactCatalogue) -> list[Failure]:
    """Return every example of a ruleset that fails, run by the engine that judges documents. Rules are not chained."""
    failures: list[Failure] = []
    book = RuleBook(ruleset, catalogue)
    for rule in ruleset.rules:
        for number, example in enumerate(rule.examples, start=1):
            if wrong := _failure(book, rule, example, catalogue):
                failures.append(Failure(rule=rule.id, example=number, message=wrong))
    return failures


def _failure(book: RuleBook, rule: Rule, example: Example, catalogue: FactCatalogue) -> str | None:
    tested = condition.facts_of(rule.condition)
    unsaid = [name for name in tested if name not in example.facts and not catalogue[name].may_be_missing]
    if unsaid:
        return f"the example does not say what {', '.join(unsaid)} is, which is never missing"
    expected = example.fires is not None
    if (rule.id in book.fired(example.facts)) is expected:
        return None
    return f"it should {'fire' if expected else 'pass'} for {_plain(example.facts)}, but does not"


def _plain(facts: Mapping[str, FactValue]) -> str:
    return ", ".join(f"{name} {'missing' if value is None else value}" for name, value in facts.items())
