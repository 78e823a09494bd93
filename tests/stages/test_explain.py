"""Why a rule fired: the tests that are named must suffice for the answer, whatever the other facts are."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.content.condition import Condition, parse, truth
from engine.content.library import Library
from engine.model.decision import Decision, FactValue
from engine.stages.decide import RuleBook
from engine.stages.explain import deciding_tests, explain
from engine.stages.route import route
from tests.content.lint.test_formula import CATALOGUE, EVERYTHING, TESTS, trees

LIBRARY = Library.load(Path(__file__).parents[2], "dev")
RULESET = LIBRARY.rulesets["ap_invoice@1"]


def facts(**values: FactValue) -> dict[str, FactValue]:
    """Facts of a document at which no rule objects, with some changed."""
    usual: dict[str, FactValue] = {"boolean": True, "integer": 0, "text": "one"}
    plain: dict[str, FactValue] = {
        name: None if fact.may_be_missing else usual[fact.type]
        for name, fact in LIBRARY.facts.facts.items() if not fact.asserted
    }  # fmt: skip
    listed = {name: LIBRARY.facts[name].values[0] for name in plain if LIBRARY.facts[name].values and plain[name]}
    return plain | listed | {"type_confidence": 1000, "order_outcome": "not_asked"} | values


def decide(**values: FactValue) -> Decision:
    known = facts(**values)
    outcomes = RuleBook(RULESET, LIBRARY.facts).decide(known)
    return route(outcomes, flow=LIBRARY.flows["ap_invoice@1"], facts=known, confidence=1.0)


@pytest.mark.parametrize(
    ("when", "values", "expected"),
    [
        ("amount > 5 and count == 1", {"amount": 9, "count": 1}, [("amount > 5", True, 9), ("count == 1", True, 1)]),
        ("amount > 5 and count == 1", {"amount": 9, "count": 2}, [("count == 1", False, 2)]),
        ("amount > 5 and count == 1", {"amount": None, "count": 2}, [("count == 1", False, 2)]),
        ("amount > 5 or count == 1", {"amount": 9, "count": 1}, [("amount > 5", True, 9)]),
        ("amount > 5 or count == 1", {"amount": 1, "count": 2}, [("amount > 5", False, 1), ("count == 1", False, 2)]),
        ("not (amount > 5 or flag)", {"amount": 1, "flag": True}, [("flag", True, True)]),
        ("kind in ['invoice', 'order']", {"kind": "order"}, [("kind == 'order'", True, "order")]),
        ("amount is missing or amount > 5", {"amount": None}, [("amount is missing", True, None)]),
        ("amount > 5 and flag", {"amount": None, "flag": True}, [("amount > 5", None, None), ("flag", True, True)]),
    ],
    ids=["all hold", "one fails", "one fails, one missing", "one holds", "none holds", "inside not", "a list",
         "missing is a test", "undecided"],
)  # fmt: skip
def test_the_tests_that_decided_are_named_with_their_values(
    when: str, values: dict[str, FactValue], expected: list[tuple[str, bool | None, FactValue]]
) -> None:
    told = deciding_tests(parse(when, catalogue=CATALOGUE), values)

    assert [(one.test, one.holds, one.value) for one in told] == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    tree=trees(TESTS),
    values=st.fixed_dictionaries({name: st.sampled_from(able) for name, able in EVERYTHING.items()}),
    others=st.fixed_dictionaries({name: st.sampled_from(able) for name, able in EVERYTHING.items()}),
)
def test_what_is_named_suffices_whatever_the_other_facts_are(
    tree: Condition, values: Mapping[str, FactValue], others: Mapping[str, FactValue]
) -> None:
    named = {one.fact for one in deciding_tests(tree, values)}

    changed = {name: values[name] if name in named else others[name] for name in values}
    assert truth(tree, changed) is truth(tree, values)


def test_every_rule_of_the_set_is_told_fired_or_not() -> None:
    told = explain(decide(vendor_outcome="none", lines_delta_minor=50), RULESET.rules)

    assert [one.id for one in told] == [rule.id for rule in RULESET.rules]
    assert {one.id for one in told if one.fired} == {"vendor_unknown", "lines_do_not_add_up", "amounts_wrong"}
    assert [one.id for one in told if one.decides] == ["amounts_wrong"]


def test_a_fact_that_a_rule_asserted_is_told_as_what_it_was() -> None:
    told = {one.id: one for one in explain(decide(lines_delta_minor=50), RULESET.rules)}

    assert told["lines_do_not_add_up"].asserts == "amounts_are_wrong"
    (test,) = told["amounts_wrong"].because
    assert (test.test, test.holds, test.asserted_by) == ("amounts_are_wrong", True, ("lines_do_not_add_up",))


def test_a_condition_that_missing_facts_left_open_says_what_missing_means() -> None:
    told = {one.id: one for one in explain(decide(has_order=False, exceeds_order_free_limit=None), RULESET.rules)}

    assert (told["large_without_order"].fired, told["large_without_order"].undecided) == (True, "fires")
    assert (told["lines_do_not_add_up"].fired, told["lines_do_not_add_up"].undecided) == (False, "passes")


def test_without_the_text_of_the_rules_the_facts_are_still_told() -> None:
    told = {one.id: one for one in explain(decide(vendor_outcome="none"), None)}

    assert (told["vendor_unknown"].when, told["vendor_unknown"].because) == (None, ())
    assert told["vendor_unknown"].facts == (("vendor_outcome", "none"),)
