"""Checks of examples that run and hold, but tell of cases that the rest of the set does not allow or decides otherwise."""

from collections.abc import Iterator

from engine.content.lint.finding import LintFinding
from engine.content.lint.formula import Formula, Within
from engine.content.lint.subject import CaseValues, Subject
from engine.content.ruleset import Example, Rule
from engine.model.decision import FactValue


def check(subject: Subject) -> Iterator[LintFinding]:
    """Yield examples that no document can come to, that another rule decides, or that stand twice."""
    for rule in subject.ruleset.rules:
        for number, example in enumerate(rule.examples):
            place = ("examples", number)
            if example in rule.examples[:number]:
                wrong = f"example {number + 1} stands twice"
                yield subject.find("example_twice", "warning", rule, wrong, *place, case=_facts(example))
            elif found := _contradicted(subject, rule, example, number):
                yield found
            elif example.fires is not None and rule.id not in subject.dead:
                yield from _overruled(subject, rule, example, number)


def _contradicted(subject: Subject, rule: Rule, example: Example, number: int) -> LintFinding | None:
    """Return a finding when the facts of an example cannot stand together: what rules assert says otherwise."""
    place = ("examples", number)
    outside = [name for name, value in example.facts.items() if not subject.cells[name].of(value) and value is not None]
    if outside:
        least, most = subject.catalogue[outside[0]].bounds
        wrong = f"example {number + 1} cannot come: {outside[0]} lies between {least} and {most}"
        return subject.find("example_contradicted", "error", rule, wrong, *place, case=_facts(example))
    if not subject.never(*_stated(subject, example), about=rule):
        return None
    stated = [name for name in example.facts if name in subject.asserting]
    by = ", ".join(one.id for name in stated for one in subject.asserted[name]) or "no rule"
    wrong = f"example {number + 1} cannot come: on its facts {', '.join(stated)} is set otherwise, by {by}"
    return subject.find("example_contradicted", "error", rule, wrong, *place, case=_facts(example))


def _overruled(subject: Subject, rule: Rule, example: Example, number: int) -> Iterator[LintFinding]:
    """Yield a finding when on the facts of an example another rule always decides."""
    stated = _stated(subject, example)
    for other in subject.ruleset.rules:
        if not subject.outranks(other, rule) or other.id in subject.dead:
            continue
        if subject.implies(rule, other):
            continue  # told as shadowed
        if subject.never(*stated, subject.no(subject.fires[other.id]), about=rule):
            wrong = (
                f"example {number + 1} shows a case that {other.id} always decides "
                f"({other.then.route}{' ' + other.then.queue if other.then.queue else ''}); change its facts"
            )
            yield subject.find("example_overruled", "warning", rule, wrong, "examples", number, case=_facts(example))
            return


def _stated(subject: Subject, example: Example) -> list[Formula]:
    """Return what an example says as formulas; what it leaves out may be anything."""
    return [_says(subject, name, value) for name, value in example.facts.items()]


def _says(subject: Subject, name: str, value: FactValue) -> Formula:
    if name not in subject.asserting:
        return Within(name, subject.cells[name].of(value))
    return subject.asserting[name] if value else subject.no(subject.asserting[name])


def _facts(example: Example) -> CaseValues:
    return tuple(example.facts.items())
