"""Checks of one rule by itself: that its condition can hold and can fail, and that every part of it matters."""

from collections.abc import Iterator

from engine.content.condition import And, Condition, Not, Or, wording
from engine.content.lint.finding import LintFinding
from engine.content.lint.formula import Formula, formula
from engine.content.lint.subject import CaseValues, Subject
from engine.content.ruleset import Rule


def check(subject: Subject) -> Iterator[LintFinding]:
    """Yield conditions that never or always hold, and parts of others that change nothing."""
    for rule in subject.ruleset.rules:
        holds = _formula(subject, rule.condition, missing_fires=False)
        may_hold = _formula(subject, rule.condition, missing_fires=True)
        fails = subject.case(subject.no(may_hold), about=rule)
        if subject.never(holds, about=rule):
            yield _impossible(subject, rule, may_hold)
        elif fails is None:
            case = subject.case(holds, about=rule) or ()
            gone = subject.case(subject.no(holds), about=rule)
            when = (
                f"whenever {' and '.join(name for name, _ in gone)} has a value; say `is present`" if gone else "always"
            )
            wrong = f"`{wording(rule.condition)}` holds {when}; test what is meant, or drop the rule"
            yield subject.find("always_true", "error", rule, wrong, "when", case=case)
        else:
            yield from _idle_part(subject, rule)


def _impossible(subject: Subject, rule: Rule, may_hold: Formula) -> LintFinding:
    """Say which part of a condition shuts the rest out."""
    case: CaseValues = ()
    if isinstance(rule.condition, And):
        case = subject.case(_formula(subject, rule.condition.parts[0], missing_fires=False), about=rule) or ()
    only = (
        " It fires on missing facts alone; say `is missing`." if subject.case(may_hold, about=rule) is not None else ""
    )
    wrong = f"`{wording(rule.condition)}` can never hold.{only}"
    return subject.find("impossible", "error", rule, wrong, "when", case=case)


def _idle_part(subject: Subject, rule: Rule) -> Iterator[LintFinding]:
    """Yield the first part without which the condition would mean the same, given what the rule says of missing facts."""
    says = rule.missing == "fires"
    whole = _formula(subject, rule.condition, missing_fires=says)
    for part, rest in _without(rule.condition):
        if _same(subject, rule, whole, _formula(subject, rest, missing_fires=says)):
            wrong = f"`{wording(part)}` changes nothing: the rest alone means the same"
            yield subject.find("idle_part", "warning", rule, wrong, "when", case=_case_of(subject, rule, part))
            return


def _case_of(subject: Subject, rule: Rule, part: Condition) -> CaseValues:
    """Return a case in which the rule holds although (or because) the part does or does not."""
    whole = _formula(subject, rule.condition, missing_fires=False)
    own = _formula(subject, part, missing_fires=False)
    return subject.case(whole, subject.no(own), about=rule) or subject.case(whole, own, about=rule) or ()


def _same(subject: Subject, rule: Rule, one: Formula, other: Formula) -> bool:
    return subject.never(one, subject.no(other), about=rule) and subject.never(subject.no(one), other, about=rule)


def _without(condition: Condition) -> Iterator[tuple[Condition, Condition]]:
    """Yield each part of an `and` or `or` with what is left of the whole condition when it is dropped."""
    match condition:
        case Not(inner):
            yield from ((part, Not(rest)) for part, rest in _without(inner))
        case And(parts) | Or(parts):
            for place, part in enumerate(parts):
                others = parts[:place] + parts[place + 1 :]
                yield part, others[0] if len(others) == 1 else type(condition)(others)
                for inner_part, rest in _without(part):
                    yield inner_part, type(condition)((*parts[:place], rest, *parts[place + 1 :]))
        case _:
            return


def _formula(subject: Subject, condition: Condition, *, missing_fires: bool) -> Formula:
    """Return when a condition holds, through what the rules of the set assert."""
    return formula(condition, subject.cells, missing_fires=missing_fires, asserted=subject.asserting)
