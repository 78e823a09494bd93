"""Checks of rules against each other: twins, rules that another one always overrules, rules that disagree."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from engine.content.lint.finding import LintFinding
from engine.content.lint.formula import AllOf, AnyOf, Formula, Within
from engine.content.lint.subject import Subject, same_effect
from engine.content.ruleset import Rule

_NAMED = 5
"""Rules that a message names before it says `and more`."""


def check(subject: Subject) -> Iterator[LintFinding]:
    """Yield duplicate, conflicting and shadowed rules, and a note about those that only their order keeps apart."""
    living = [rule for rule in subject.ruleset.rules if rule.id not in subject.dead]
    twins = {(one.id, other.id) for one, other in combinations(living, 2) if _are_twins(subject, one, other)}
    for one, other in combinations(living, 2):
        if (one.id, other.id) in twins and (found := _twin(subject, one, other)):
            yield found
    apart = {frozenset(pair) for pair in twins}
    for rule in living:
        yield from _shadowed(subject, rule, [other for other in living if {rule.id, other.id} not in apart])
    yield from _overlaps(subject, living, twins)


def _are_twins(subject: Subject, one: Rule, other: Rule) -> bool:
    return subject.implies(one, other) and subject.implies(other, one)


def _twin(subject: Subject, one: Rule, other: Rule) -> LintFinding | None:
    """Return what is wrong with two rules that fire in the same cases."""
    case = subject.case(subject.fires[one.id], about=one) or ()
    if same_effect(one, other):
        wrong = f"it fires in the same cases as {one.id} (line {_line(subject, one)}) and does the same; drop one"
        return subject.find("duplicate_rule", "error", other, wrong, "when", case=case)
    if one.then.asserts or other.then.asserts:
        return None
    wrong = (
        f"it fires in the same cases as {one.id} (line {_line(subject, one)}), which wants {_wish(one)}, not "
        f"{_wish(other)}; keep one of the two"
    )
    return subject.find("conflict", "error", other, wrong, "then", case=case)


def _shadowed(subject: Subject, rule: Rule, others: Sequence[Rule]) -> Iterator[LintFinding]:
    """Yield a finding when in every case in which the rule fires another one decides, or asserts the same."""
    if rule.then.asserts:
        above = [other for other in others if other is not rule and other.then.asserts == rule.then.asserts]
    else:
        above = [other for other in others if subject.outranks(other, rule)]
    fires = subject.fires[rule.id]
    case = subject.case(fires, *(subject.no(subject.fires[other.id]) for other in above), about=rule)
    if case is not None or not above:
        return
    by = _cover(subject, rule, above)
    names = " and ".join(f"{other.id} (line {_line(subject, other)})" for other in by)
    what = f"asserts {rule.then.asserts}" if rule.then.asserts else "decides"
    wrong = f"whenever it fires, {names} {what} instead; narrow {by[0].id}, or drop this rule"
    together = subject.case(fires, subject.fires[by[0].id], about=rule) or ()
    yield subject.find("shadowed", "warning", rule, wrong, "when", case=together)


def _cover(subject: Subject, rule: Rule, above: Sequence[Rule]) -> list[Rule]:
    """Return few of the rules above that still fire whenever the rule does."""
    single = next((other for other in above if subject.implies(rule, other)), None)
    if single is not None:
        return [single]
    kept = list(above)
    for other in above:
        fewer = [one for one in kept if one is not other]
        if subject.never(
            subject.fires[rule.id], *(subject.no(subject.fires[one.id]) for one in fewer), about=rule
        ):  # fmt: skip
            kept = fewer
    return kept


def _overlaps(subject: Subject, living: Sequence[Rule], twins: set[tuple[str, str]]) -> Iterator[LintFinding]:
    """Yield rules of equal rank that may fire on one case and name different queues."""
    for place, rule in enumerate(living):
        beside: list[Rule] = []
        for other in living[place + 1 :]:
            if (rule.id, other.id) in twins or not _rivals(rule, other):
                continue
            case = subject.case(subject.fires[rule.id], subject.fires[other.id], about=rule)
            if case is None or subject.implies(rule, other) or subject.implies(other, rule):
                continue
            if _speak_of_one_thing(subject.fires[rule.id], subject.fires[other.id]):
                wrong = (
                    f"in some cases both it and {rule.id} (line {_line(subject, rule)}) fire, and they want {_wish(other)} "
                    f"and {_wish(rule)} with equal severity; make one more severe, or let their conditions exclude each other"
                )
                yield subject.find("conflict", "warning", other, wrong, "when", case=case)
            else:
                beside.append(other)
        if beside:
            yield _by_order(subject, rule, beside)


def _by_order(subject: Subject, rule: Rule, beside: Sequence[Rule]) -> LintFinding:
    names = ", ".join(other.id for other in beside[:_NAMED]) + (" and more" if len(beside) > _NAMED else "")
    case = subject.case(subject.fires[rule.id], subject.fires[beside[0].id], about=rule) or ()
    wrong = f"it may fire together with rules for other queues ({names}); it decides, because it stands first"
    return subject.find("order_decides", "info", rule, wrong, "then", case=case)


def _rivals(one: Rule, other: Rule) -> bool:
    """Whether only their order says which of two rules decides, and it matters."""
    return (
        one.then.route is not None and one.then.route == other.then.route and one.severity == other.severity
        and one.then.queue != other.then.queue
    )  # fmt: skip


def _speak_of_one_thing(one: Formula, other: Formula) -> bool:
    """Whether two formulas test the same fact in different ways; a test that both share is a common setting."""
    first, second = frozenset(_tests(one)), frozenset(_tests(other))
    common = first & second
    return bool({test.fact for test in first - common} & {test.fact for test in second - common})


def _tests(one: Formula) -> Iterator[Within]:
    match one:
        case Within():
            yield one
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)


def _wish(rule: Rule) -> str:
    then = rule.then
    if then.route is None:
        return "a note only"
    queue = f" in {then.queue}" if then.queue else ""
    return f"{then.route}{queue} ({rule.severity})"


def _line(subject: Subject, rule: Rule) -> int | None:
    return subject.source.line(("rules", subject.order[rule.id]))
