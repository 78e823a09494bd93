"""Findings about whole sets are held against brute force: every case there is, decided by a plain reading."""

from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.content.condition import And, Compare, Condition, Not, Or, Presence, truth
from engine.content.lint.lint import check
from engine.content.lint.subject import Subject
from engine.content.ruleset import Rule, Ruleset
from engine.content.strict_yaml import Source
from engine.model.decision import ROUTE_RANK, FactValue
from engine.model.finding import SEVERITY_RANK
from tests.content.lint.test_formula import CATALOGUE

AMOUNTS: tuple[FactValue, ...] = (None, 0, 1, 2, 3, 4)
FLAGS: tuple[FactValue, ...] = (None, True, False)
COUNTS: tuple[FactValue, ...] = (0, 1, 2)
TESTS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Compare, st.just("amount"), st.sampled_from(["<", ">=", "==", "!="]), st.integers(1, 3)),
    st.builds(Compare, st.just("count"), st.sampled_from(["<", ">=", "=="]), st.just(1)),
    st.builds(Compare, st.just("flag"), st.just("=="), st.booleans()),
    st.builds(Presence, st.sampled_from(["amount", "flag"]), st.booleans()),
)
TREES = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(Not, inner), st.builds(And, st.tuples(inner, inner)), st.builds(Or, st.tuples(inner, inner))
    ),
    max_leaves=3,
)
EFFECTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"route": "review", "queue": "one"}, "error"), ({"route": "review", "queue": "two"}, "error"),
    ({"route": "review", "queue": "one"}, "warning"), ({"route": "wait"}, "error"), ({"route": "reject"}, "info"),
    ({"assert": "first"}, "error"),
)  # fmt: skip


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    rules = []
    for number in range(draw(st.integers(2, 4))):
        then, severity = draw(st.sampled_from(EFFECTS))
        tree = draw(TREES)
        if "route" in then and draw(st.booleans()):
            parts = (tree, Compare("first", "==", draw(st.booleans())))
            tree = And(parts) if draw(st.booleans()) else Or(parts)
        rule = Rule.model_validate(
            {
                "id": f"r{number}", "name": "n", "why": "w", "when": "count == 1", "then": then, "severity": severity,
                "missing": draw(st.sampled_from(["fires", "passes"])), "message": "m",
                "examples": [{"fires": {}}, {"passes": {}}],
            }
        )  # fmt: skip
        rules.append(rule.parsed(tree))
    return Ruleset.model_validate(
        {
            "name": "tried", "version": 1, "confidence": {"default": "0.50"}, "mandatory": [],
            "match": {"vendor": ["tax_id"]}, "tolerances": {"sum_minor": 0}, "rules": rules,
        }
    )  # fmt: skip


def cases() -> Iterator[dict[str, FactValue]]:
    for amount, flag, count in product(AMOUNTS, FLAGS, COUNTS):
        yield {"amount": amount, "flag": flag, "count": count}


def firing(rules: Sequence[Rule], case: dict[str, FactValue]) -> list[str]:
    """Read the rules as they stand: first those that assert, then the others."""
    asserting = [rule for rule in rules if rule.then.asserts and holds(rule, case)]
    known = case | {"first": bool(asserting)}
    return [rule.id for rule in rules if holds(rule, known)]


def holds(rule: Rule, facts: dict[str, FactValue]) -> bool:
    answer = truth(rule.condition, facts)
    return rule.missing == "fires" if answer is None else answer


def decides_nowhere(rule: Rule, rules: Sequence[Rule], fired: Sequence[list[str]]) -> bool:
    """Whether it fires somewhere, but another one always comes before it; rules that fire alike are not counted."""
    mine = [ids for ids in fired if rule.id in ids]
    alike = [one for one in rules if all((one.id in ids) is (rule.id in ids) for ids in fired)]
    if rule.then.asserts:
        above = [one for one in rules if one.then.asserts == rule.then.asserts and one not in alike]
    else:
        rank = {one.id: (ROUTE_RANK[one.then.route], SEVERITY_RANK[one.severity], -place)
                for place, one in enumerate(rules) if one.then.route}  # fmt: skip
        above = [one for one in rules if one.then.route and one not in alike and rank[one.id] > rank[rule.id]]
    return bool(mine) and bool(above) and all(any(one.id in ids for one in above) for ids in mine)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(ruleset=rulesets())
def test_what_is_told_of_a_set_is_what_all_cases_together_show(ruleset: Ruleset) -> None:
    rules = ruleset.rules
    found = check(Subject(ruleset, CATALOGUE, Source(Path("set.yaml"), {}, {})))
    fired = [firing(rules, case) for case in cases()]
    told = {code: {one.subject for one in found if one.code == code} for code in ("shadowed", "duplicate_rule")}

    assert told["shadowed"] == {rule.id for rule in rules if decides_nowhere(rule, rules, fired)}
    assert told["duplicate_rule"] == {
        other.id
        for place, one in enumerate(rules) for other in rules[place + 1 :]
        if (one.then, one.severity) == (other.then, other.severity)
        and any(one.id in ids for ids in fired)
        and all((one.id in ids) is (other.id in ids) for ids in fired)
    }  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(ruleset=rulesets())
def test_rivals_for_one_case_are_told_as_conflict_or_note_and_the_case_shows_both(ruleset: Ruleset) -> None:
    found = check(Subject(ruleset, CATALOGUE, Source(Path("set.yaml"), {}, {})))

    for one in found:
        if one.code in {"conflict", "order_decides", "shadowed"}:
            case: dict[str, FactValue] = {"amount": None, "flag": None, "count": 0}
            case.update(one.case)
            both = firing(ruleset.rules, case)
            assert one.subject in both
            assert len(both) > 1
