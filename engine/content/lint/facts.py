"""Checks of what rules assert, of what missing facts mean through it, and of facts and settings that nothing uses."""

import re
from collections.abc import Iterator, Sequence

from engine.content import condition
from engine.content.facts import FactCatalogue
from engine.content.lint.finding import LintFinding
from engine.content.lint.subject import CaseValues, Subject
from engine.content.ruleset import Rule
from engine.content.strict_yaml import Source

_CONSTANT = re.compile(r"\btolerances\.(\w+)")


def check(subject: Subject) -> Iterator[LintFinding]:
    """Yield idle or contradicted `missing:`, asserted facts without use or author, and unused tolerances and limits."""
    for rule in subject.ruleset.rules:
        yield from _missing(subject, rule)
    yield from _asserted(subject)
    yield from _settings(subject)


def _missing(subject: Subject, rule: Rule) -> Iterator[LintFinding]:
    """Yield what is wrong with what a rule says about missing facts, also those behind the facts that it tests."""
    through = _through(subject, rule)
    if through is not None:
        yield through
    elif rule.missing and not condition.can_be_unknown(rule.condition, subject.catalogue):
        wrong = f"`missing: {rule.missing}` says nothing: no missing fact leaves `when` undecided; drop it"
        yield subject.find("missing_idle", "warning", rule, wrong, "missing")


def _through(subject: Subject, rule: Rule) -> LintFinding | None:
    """Return how missing facts reach a rule through facts that others assert, or None when they do not."""
    names = [name for name in condition.facts_of(rule.condition) if subject.catalogue[name].asserted]
    if not names:
        return None
    fires, no = subject.fires[rule.id], subject.no
    with_firing = subject.firing(missing="fires", but=rule)[rule.id]
    with_passing = subject.firing(missing="passes", but=rule)[rule.id]
    skipped = subject.case(with_firing, no(fires), about=rule) or subject.case(with_passing, no(fires), about=rule)
    fired = subject.case(fires, no(with_passing), about=rule) or subject.case(fires, no(with_firing), about=rule)
    by = ", ".join(sorted({one.id for name in names for one in _behind(subject, name) if one.missing}))
    if rule.missing == "fires" and skipped:
        wrong = f"it says `missing: fires`, but is skipped when facts behind {', '.join(names)} are missing: see {by}"
        return subject.find("missing_contradicted", "warning", rule, wrong, "missing", case=skipped)
    if rule.missing == "passes" and fired:
        wrong = f"it says `missing: passes`, but fires when facts behind {', '.join(names)} are missing: see {by}"
        return subject.find("missing_contradicted", "warning", rule, wrong, "missing", case=fired)
    case: CaseValues | None = skipped or fired
    if case is None or rule.missing:
        return None
    does = "passes" if skipped else "fires"
    wrong = f"when facts behind {', '.join(names)} are missing it {does}: so says `missing` of {by}"
    return subject.find("missing_through", "info", rule, wrong, "when", case=case)


def _behind(subject: Subject, name: str) -> Iterator[Rule]:
    """Yield the rules that assert a fact, and those that assert what they test."""
    for rule in subject.asserted[name]:
        yield rule
        for inner in condition.facts_of(rule.condition):
            if subject.catalogue[inner].asserted:
                yield from _behind(subject, inner)


def _asserted(subject: Subject) -> Iterator[LintFinding]:
    """Yield asserted facts that are tested but never set, or set but never tested."""
    tested = {name for rule in subject.ruleset.rules for name in condition.facts_of(rule.condition)}
    for name, by in subject.asserted.items():
        if name in tested and not by:
            reader = next(rule for rule in subject.ruleset.rules if name in condition.facts_of(rule.condition))
            wrong = f"no rule of this set asserts {name}, so it is always false here"
            yield subject.find("never_asserted", "warning", reader, wrong, "when", case=((name, False),))
        if by and name not in tested:
            wrong = f"no rule of this set tests {name}; test it, or drop this rule"
            yield subject.find("assert_untested", "warning", by[0], wrong, "then", "assert")


def _settings(subject: Subject) -> Iterator[LintFinding]:
    """Yield tolerances and limits that are written down and that neither a rule nor a fact of a rule uses."""
    rules = subject.ruleset.rules
    used = {f"tolerances.{name}" for rule in rules for name in _CONSTANT.findall(rule.when)}
    used |= {
        rested for rule in rules for name in condition.facts_of(rule.condition)
        for rested in subject.catalogue[name].rests_on
    }  # fmt: skip
    for head, code in (("tolerances", "unused_tolerance"), ("limits", "unused_limit")):
        for name in getattr(subject.ruleset, head).model_fields_set:
            if f"{head}.{name}" not in used:
                yield LintFinding(
                    code=code, severity="warning", file=str(subject.source.file), line=subject.source.line((head, name)),
                    subject=name, message=f"no rule uses {head}.{name}, and no fact that a rule tests rests on it; drop it",
                )  # fmt: skip


def check_catalogue(catalogue: FactCatalogue, source: Source, subjects: Sequence[Subject]) -> Iterator[LintFinding]:
    """Yield facts that no rule of any set uses, and asserted ones that none asserts."""
    rules = [rule for subject in subjects for rule in subject.ruleset.rules]
    tested = {name for rule in rules for name in (*condition.facts_of(rule.condition), *rule.places)}
    asserted = {rule.then.asserts for rule in rules}
    for name, fact in catalogue.facts.items():
        if fact.asserted and name not in asserted and name not in tested:
            yield _fact(source, name, "assert_unused", "warning", "no rule asserts it and none tests it; drop it")
        elif not fact.asserted and name not in tested:
            yield _fact(source, name, "fact_untested", "info", "no rule tests or tells it")


def _fact(source: Source, name: str, code: str, severity: str, message: str) -> LintFinding:
    return LintFinding.model_validate(
        {"code": code, "severity": severity, "file": str(source.file), "line": source.line(("facts", name)),
         "subject": name, "message": message}
    )  # fmt: skip
