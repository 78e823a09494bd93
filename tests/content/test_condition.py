import pytest

from engine.content.condition import (
    And,
    Compare,
    Condition,
    ConditionError,
    Not,
    Or,
    Presence,
    can_be_unknown,
    facts_of,
    parse,
    truth,
    wording,
)
from engine.content.facts import FactCatalogue

CATALOGUE = FactCatalogue.model_validate(
    {
        "name": "facts",
        "version": 1,
        "facts": {
            "total": {"type": "integer", "unit": "minor", "meaning": "m", "missing": "w"},
            "count": {"type": "integer", "unit": "lines", "meaning": "m"},
            "currency": {"type": "text", "meaning": "m", "missing": "w"},
            "kind": {"type": "text", "values": ["invoice", "order"], "meaning": "m"},
            "has_order": {"type": "boolean", "meaning": "m"},
            "in_time": {"type": "boolean", "meaning": "m", "missing": "w"},
        },
    }
)
HAS_ORDER = Compare("has_order", "==", True)


def read(text: str) -> Condition:
    return parse(text, catalogue=CATALOGUE, constants={"tolerances.sum_minor": 2})


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("has_order", HAS_ORDER),
        ("not has_order", Not(HAS_ORDER)),
        ("has_order == false", Compare("has_order", "==", False)),
        ("count >= -5", Compare("count", ">=", -5)),
        ("count > tolerances.sum_minor", Compare("count", ">", 2)),
        ("currency == 'EUR'", Compare("currency", "==", "EUR")),
        ('currency != "a and b"', Compare("currency", "!=", "a and b")),
        ("total is missing", Presence("total", is_present=False)),
        ("total is present", Presence("total", is_present=True)),
        ("count in [1, 2, 1]", Or((Compare("count", "==", 1), Compare("count", "==", 2)))),
        ("kind in ['order']", Compare("kind", "==", "order")),
        ("kind not in ['order']", Not(Compare("kind", "==", "order"))),
        ("not not has_order", Not(Not(HAS_ORDER))),
        ("in_time", Compare("in_time", "==", True)),
        ("(has_order)", HAS_ORDER),
        ("count>1", Compare("count", ">", 1)),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_it_is_written(text: str, tree: Condition) -> None:
    assert read(text) == tree


def test_not_binds_before_and_before_or() -> None:
    a, b, c = (Compare("count", "==", n) for n in (1, 2, 3))

    assert read("count == 1 or not count == 2 and count == 3") == Or((a, And((Not(b), c))))
    assert read("(count == 1 or count == 2) and count == 3") == And((Or((a, b)), c))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected a fact, found the end"),
        ("totl > 1", "column 1: unknown fact `totl`; did you mean total?"),
        ("zzz", "unknown fact `zzz`; known: total, count"),
        ("total", "total is integer; compare it, or test `is missing`"),
        ("currency > 5", "order is for integer facts, use == or != or in"),
        ("has_order > true", "order is for integer facts"),
        ("total > '5'", "total cannot be compared with '5': it must be an integer"),
        ("total > 5.0", "cannot be read from column 8"),
        ("total > 010", "cannot be read from column 8"),
        ("total > true", "it must be an integer"),
        ("currency == EUR", "expected an integer, quoted text, true or false; constants of this ruleset: tolerances.sum_minor"),
        ("kind == 'invoise'", "it must be one of invoice, order"),
        ("has_order == 1", "it must be true or false"),
        ("count is missing", "count is never missing, so this test means nothing"),
        ("total is empty", "expected `missing` or `present`, found `empty`"),
        ("has_order has_order", "expected `and`, `or` or the end, found `has_order`"),
        ("has_order and", "expected a fact, found the end"),
        ("(has_order", "expected `)`, found the end"),
        ("count in []", "expected an integer"),
        ("count in [1 2]", "expected `]`, found `2`"),
        ("count in 1", "expected `[`, found `1`"),
        ("count not 1", "expected `in`, found `1`"),
        ("and", "expected a fact, found `and`"),
        ("has_order && in_time", "cannot be read from column 10"),
        ("has_order; import os", "cannot be read from column 10"),
        ("total > 5 // 2", "cannot be read from column 10"),
        ("currency == 'EUR", "cannot be read from column 12"),
        ("total > 99999999999999999999", "must lie between"),
        ("total == null", "expected an integer, quoted text, true or false"),
        ("count > tolerances.unknown", "expected an integer, quoted text, true or false"),
    ],
)  # fmt: skip
def test_a_condition_that_is_wrong_is_told_what_is_allowed(text: str, told: str) -> None:
    with pytest.raises(ConditionError) as refused:
        read(text)

    assert told in str(refused.value)


def test_the_facts_of_a_condition_come_once_in_reading_order() -> None:
    assert facts_of(read("total > 1 or (count == 1 and not total < 5) or has_order")) == ("total", "count", "has_order")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("has_order and count > 1", False),
        ("total > 1", True),
        ("total is missing", False),
        ("total is missing or total > 1", False),
        ("total is present and total > 1", False),
        ("not (total is missing or total > 1)", False),
        ("total is present or total > 1", True),
        ("total is present and currency == 'EUR'", True),
        ("total is present and currency is present and (total > 1 or currency == 'EUR')", False),
        ("has_order and in_time", True),
    ],
)  # fmt: skip
def test_it_is_known_whether_a_missing_fact_can_leave_a_condition_undecided(text: str, expected: bool) -> None:
    assert can_be_unknown(read(text), CATALOGUE) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total > 1 and has_order", "total > 1 and has_order"),
        ("not (total > 1 or currency == 'EUR')", "not (total > 1 or currency == 'EUR')"),
        ("currency in ['EUR', \"CHF\"] and not has_order", "(currency == 'EUR' or currency == 'CHF') and not has_order"),
        ("total is missing or has_order != true", "total is missing or not has_order"),
    ],
)  # fmt: skip
def test_a_condition_is_put_into_words_that_mean_the_same(text: str, expected: str) -> None:
    assert wording(read(text)) == expected
    assert wording(read(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total > 1 and has_order", None),
        ("total > 1 and not has_order", False),
        ("total > 1 or has_order", True),
        ("total is missing", True),
        ("not total > 1", None),
        ("count in [3, 4]", True),
        ("currency != 'EUR'", False),
    ],
)
def test_the_truth_of_a_condition_is_unknown_only_where_a_missing_fact_decides(
    text: str, expected: bool | None
) -> None:
    assert truth(read(text), {"count": 3, "has_order": True, "currency": "EUR"}) is expected


@pytest.mark.parametrize(
    ("text", "code"),
    [("totl > 1", "unknown_fact"), ("currency > 'EUR'", "type_error"), ("count is missing", "type_error"),
     ("count == 'x'", "type_error"), ("count", "type_error"), ("count == 1 and", "grammar")],
)  # fmt: skip
def test_a_wrong_condition_says_what_kind_of_fault_it_is(text: str, code: str) -> None:
    with pytest.raises(ConditionError) as refused:
        read(text)

    assert refused.value.code == code
