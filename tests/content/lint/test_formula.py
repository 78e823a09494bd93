"""The search is held against brute force: every question about rules is asked of all cases there are, one by one."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.content.condition import And, Compare, Condition, Not, Or, Presence, facts_of, truth
from engine.content.facts import FactCatalogue
from engine.content.lint.cells import cells_of
from engine.content.lint.formula import AnyOf, TooHard, Within, firing, formula, negation, search
from engine.content.ruleset import Rule
from engine.model.decision import FactValue

CATALOGUE = FactCatalogue.model_validate(
    {
        "name": "facts",
        "version": 1,
        "facts": {
            "amount": {"type": "integer", "unit": "minor", "meaning": "m", "missing": "Not read."},
            "count": {"type": "integer", "unit": "lines", "least": 0, "meaning": "m"},
            "share": {"type": "integer", "unit": "per mille", "least": 0, "most": 3, "meaning": "m", "missing": "x"},
            "word": {"type": "text", "meaning": "m", "missing": "Not read."},
            "kind": {"type": "text", "values": ["invoice", "order", "other"], "meaning": "m"},
            "flag": {"type": "boolean", "meaning": "m", "missing": "Not known."},
            "first": {"type": "boolean", "asserted": True, "meaning": "m"},
            "second": {"type": "boolean", "asserted": True, "meaning": "m"},
        },
    }
)
EVERYTHING: Mapping[str, tuple[FactValue, ...]] = {
    "amount": (None, *range(-5, 6)), "count": tuple(range(7)), "share": (None, 0, 1, 2, 3),
    "word": (None, "", "a", "b", "c"), "kind": ("invoice", "order", "other"), "flag": (None, True, False),
}  # fmt: skip
"""All values that can matter: tests name integers from -3 to 3 and the words a and b."""
TESTS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(
        Compare, st.sampled_from(["amount", "count", "share"]),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.integers(-3, 3),
    ),
    st.builds(Compare, st.just("word"), st.sampled_from(["==", "!="]), st.sampled_from(["a", "b"])),
    st.builds(Compare, st.just("kind"), st.sampled_from(["==", "!="]), st.sampled_from(["invoice", "order"])),
    st.builds(Compare, st.just("flag"), st.sampled_from(["==", "!="]), st.booleans()),
    st.builds(Presence, st.sampled_from(["amount", "share", "word", "flag"]), st.booleans()),
)  # fmt: skip
CHAINED = st.builds(Compare, st.just("first"), st.sampled_from(["==", "!="]), st.booleans())


def trees(leaves: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    def grow(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))

    return st.recursive(leaves, grow, max_leaves=4)


def cases(*conditions: Condition) -> Iterator[dict[str, FactValue]]:
    """Yield every case there is, over the facts that are tested."""
    names = [name for name in EVERYTHING if any(name in facts_of(one) for one in conditions)]
    for values in product(*(EVERYTHING[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def fires(condition: Condition, case: Mapping[str, FactValue], *, missing_fires: bool) -> bool:
    answer = truth(condition, case)
    return missing_fires if answer is None else answer


def rule(named: str, tree: Condition, *, missing: str = "passes", asserts: str | None = None) -> Rule:
    made = Rule.model_validate(
        {
            "id": named, "name": "n", "why": "w", "when": "count == 1", "missing": missing, "severity": "error",
            "then": {"assert": asserts} if asserts else {}, "message": "m", "examples": [{"fires": {}}, {"passes": {}}],
        }
    )  # fmt: skip
    return made.parsed(tree)


SLOW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@SLOW
@given(one=trees(TESTS), missing_fires=st.booleans(), wants=st.booleans())
def test_a_condition_can_hold_or_fail_exactly_when_some_case_shows_it(
    one: Condition, missing_fires: bool, wants: bool
) -> None:
    cells = cells_of(CATALOGUE, [one])
    asked = formula(one, cells, missing_fires=missing_fires)

    found = search(cells, asked if wants else negation(asked, cells))

    assert (found is not None) is any(fires(one, case, missing_fires=missing_fires) is wants for case in cases(one))


@SLOW
@given(one=trees(TESTS), other=trees(TESTS), missing=st.tuples(st.booleans(), st.booleans()))
def test_one_rule_implies_another_exactly_when_no_case_denies_it(
    one: Condition, other: Condition, missing: tuple[bool, bool]
) -> None:
    cells = cells_of(CATALOGUE, [one, other])
    first, second = (formula(tree, cells, missing_fires=says) for tree, says in zip((one, other), missing, strict=True))

    denied = search(cells, first, negation(second, cells))

    assert (denied is not None) is any(
        fires(one, case, missing_fires=missing[0]) and not fires(other, case, missing_fires=missing[1])
        for case in cases(one, other)
    )


@SLOW
@given(one=trees(TESTS), other=trees(TESTS), rest=st.data())
def test_a_case_that_is_found_shows_it_whatever_the_facts_are_that_it_does_not_name(
    one: Condition, other: Condition, rest: st.DataObject
) -> None:
    cells = cells_of(CATALOGUE, [one, other])
    parts = (formula(one, cells, missing_fires=True), negation(formula(other, cells, missing_fires=False), cells))
    found = search(cells, *parts)

    if found is not None:
        case = {name: rest.draw(st.sampled_from(values)) for name, values in EVERYTHING.items()} | dict(found)
        assert fires(one, case, missing_fires=True)
        assert not fires(other, case, missing_fires=False)


@SLOW
@given(
    setting=st.lists(st.tuples(trees(TESTS), st.booleans()), max_size=2),
    between=st.lists(st.tuples(trees(TESTS | CHAINED), st.booleans()), max_size=2),
    reading=st.tuples(trees(CHAINED | TESTS), st.booleans()),
)
def test_what_rules_assert_is_seen_through(
    setting: list[tuple[Condition, bool]], between: list[tuple[Condition, bool]], reading: tuple[Condition, bool]
) -> None:
    rules = [rule(f"a{n}", tree, missing=say(says), asserts="first") for n, (tree, says) in enumerate(setting)]
    rules += [rule(f"b{n}", tree, missing=say(says), asserts="second") for n, (tree, says) in enumerate(between)]
    reader = rule("reader", And((reading[0], Compare("second", "==", False))), missing=say(reading[1]))
    trees_ = [one.condition for one in (*rules, reader)]
    cells = cells_of(CATALOGUE, trees_)

    found = search(cells, firing([reader, *rules], cells, CATALOGUE.asserted)["reader"])

    def chained(case: dict[str, FactValue]) -> bool:
        first = any(
            fires(one.condition, case, missing_fires=one.missing == "fires") for one in rules if one.id[0] == "a"
        )
        known: dict[str, FactValue] = case | {"first": first}
        second = any(
            fires(one.condition, known, missing_fires=one.missing == "fires") for one in rules if one.id[0] == "b"
        )
        return fires(reader.condition, known | {"second": second}, missing_fires=reading[1])

    few = [case for place, case in enumerate(cases(*trees_)) if place < 3_000]
    if found is not None:
        assert chained({name: values[0] for name, values in EVERYTHING.items()} | dict(found))
    else:
        assert not any(chained(case) for case in few)


def say(fires_: bool) -> str:
    return "fires" if fires_ else "passes"


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([], (0,)),
        ([5], (4, 5, 6)),
        ([5, 6], (4, 5, 6, 7)),
        ([5, 9], (4, 5, 6, 9, 10)),
        ([2**53 - 1], (2**53 - 2, 2**53 - 1)),
    ],
    ids=["no test", "one", "neighbours", "a gap", "the largest"],
)
def test_a_number_has_a_class_for_each_cut_and_for_each_gap(tests: list[int], expected: tuple[int, ...]) -> None:
    conditions = [Compare("amount", "<", number) for number in tests]

    assert cells_of(CATALOGUE, conditions)["amount"].values == (*expected, None)


def test_bounds_of_a_fact_leave_no_class_beyond_them() -> None:
    cells = cells_of(CATALOGUE, [Compare("count", "<", 0), Compare("share", ">", 3), Compare("share", ">", 1)])

    assert cells["count"].values == (0, 1)
    assert cells["share"].values == (0, 1, 2, 3, None)


def test_a_listed_text_has_all_its_values_and_an_open_one_something_else() -> None:
    tests = [Compare("kind", "==", "order"), Compare("word", "==", "something else")]
    cells = cells_of(CATALOGUE, tests)

    assert cells["kind"].values == ("order", "invoice", "other")
    assert cells["word"].values == ("something else", "something else.", None)


def test_a_search_that_takes_too_long_says_so() -> None:
    cells: Any = cells_of(CATALOGUE, [Compare("amount", "==", number) for number in range(12)])
    pairs = [
        AnyOf((AnyOf((Within("amount", 1 << n), Within("amount", 2 << n))), AnyOf((Within("amount", 4 << n),))))
        for n in range(8)
    ]

    with pytest.raises(TooHard):
        search(cells, *pairs, most_steps=5)
