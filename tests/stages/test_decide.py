"""The rules engine is compared with a plain reading of the same rules, because it fails in silence."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.content.condition import And, Compare, Condition, Not, Or, Presence, parse
from engine.content.facts import LARGEST, FactCatalogue
from engine.content.ruleset import Rule, Ruleset
from engine.model.decision import FactValue, RuleOutcome
from engine.stages.decide import RuleBook

CATALOGUE = FactCatalogue.model_validate(
    {
        "name": "facts",
        "version": 1,
        "facts": {
            "amount": {"type": "integer", "unit": "minor", "meaning": "An amount.", "missing": "Not read."},
            "count": {"type": "integer", "unit": "lines", "meaning": "A number."},
            "word": {"type": "text", "meaning": "A text.", "missing": "Not read."},
            "kind": {"type": "text", "values": ["invoice", "order"], "meaning": "A kind."},
            "flag": {"type": "boolean", "meaning": "A claim.", "missing": "Not known."},
            "sure": {"type": "boolean", "meaning": "A certain claim."},
            "first": {"type": "boolean", "asserted": True, "meaning": "Asserted by rules."},
            "second": {"type": "boolean", "asserted": True, "meaning": "Asserted by rules."},
        },
    }
)
FACTS: dict[str, FactValue] = {"amount": 100, "count": 1, "word": "abc", "kind": "invoice", "flag": True, "sure": True}


def rule(
    when: str,
    *,
    named: str = "rule",
    missing: str | None = "passes",
    then: Mapping[str, Any] | None = None,
    **more: Any,
) -> Rule:
    made = Rule.model_validate(
        {
            "id": named, "name": "A rule", "why": "A reason.", "when": when, "missing": missing, "then": then or {},
            "severity": "error", "message": "A message.", "examples": [{"fires": {}}, {"passes": {}}], **more,
        }
    )  # fmt: skip
    return made.parsed(parse(when, catalogue=CATALOGUE))


def ruleset(*rules: Rule) -> Ruleset:
    return Ruleset.model_validate(
        {
            "name": "tried", "version": 1, "confidence": {"default": "0.50"}, "mandatory": [],
            "match": {"vendor": ["tax_id"]}, "tolerances": {"sum_minor": 0}, "rules": rules,
        }
    )  # fmt: skip


def decide(*rules: Rule, **facts: FactValue) -> tuple[RuleOutcome, ...]:
    return RuleBook(ruleset(*rules), CATALOGUE).decide(FACTS | facts)


def fires(when: str, *, missing: str = "passes", **facts: FactValue) -> bool:
    return decide(rule(when, missing=missing), **facts)[0].fired


# A plain reading of the same tree: true, false or None for undecided.


def plain(condition: Condition, facts: Mapping[str, FactValue]) -> bool | None:
    match condition:
        case Presence(fact, is_present):
            return (facts[fact] is not None) is is_present
        case Compare(fact, operator, value):
            return None if facts[fact] is None else _COMPARED[operator](facts[fact], value)
        case Not(part):
            inner = plain(part, facts)
            return None if inner is None else not inner
        case And(parts) | Or(parts):
            answers = [plain(part, facts) for part in parts]
            decisive = isinstance(condition, Or)
            return decisive if decisive in answers else None if None in answers else not decisive


_COMPARED: dict[str, Any] = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


def plain_decision(rules: tuple[Rule, ...], facts: Mapping[str, FactValue]) -> list[bool]:
    asserted: set[str] = set()
    while True:
        known = {**facts, "first": "first" in asserted, "second": "second" in asserted}
        answers = [plain(rule.condition, known) for rule in rules]
        fired = [
            rule.missing == "fires" if answer is None else answer for rule, answer in zip(rules, answers, strict=True)
        ]
        now = {rule.then.asserts for rule, did in zip(rules, fired, strict=True) if did and rule.then.asserts}
        if now == asserted:
            return fired
        asserted = {name for name in now if name}


WORDS = st.sampled_from(["", "9", "30", "0.5", "abc", "ABC", "true", "null", "é", "e\u0301", "a b", 'q"\\', "10"])
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([30, 99, 100, 101, 2**31, 2**32 + 1, LARGEST, -LARGEST]))
TESTS = st.one_of(
    st.builds(
        Compare, st.sampled_from(["amount", "count"]), st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBERS
    ),
    st.builds(Compare, st.just("word"), st.sampled_from(["==", "!="]), WORDS),
    st.builds(Compare, st.just("kind"), st.sampled_from(["==", "!="]), st.sampled_from(["invoice", "order"])),
    st.builds(Compare, st.sampled_from(["flag", "sure"]), st.sampled_from(["==", "!="]), st.booleans()),
    st.builds(Presence, st.sampled_from(["amount", "word", "flag"]), st.booleans()),
)
CHAINED = st.builds(Compare, st.sampled_from(["first", "second"]), st.just("=="), st.booleans())


def trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(st.builds(Not, inner), st.builds(And, parts), st.builds(Or, parts))

    return st.recursive(leaves, grow, max_leaves=5)


FIRST = st.builds(Compare, st.just("first"), st.just("=="), st.booleans())
TREES = {
    "plain": trees(TESTS),
    "first": trees(TESTS),
    "second": trees(TESTS | FIRST),
    "chained": trees(TESTS | CHAINED),
}
MISSING = st.sampled_from(["fires", "passes"])


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """Rules that note, that assert `first` from inputs, `second` from inputs and `first`, and that test both."""
    rules = []
    for index, kind in enumerate(draw(st.lists(st.sampled_from(sorted(TREES)), min_size=1, max_size=6))):
        then = {"assert": kind} if kind in {"first", "second"} else {}
        made = rule("sure", named=f"r{index}", missing=draw(MISSING), then=then)
        rules.append(made.parsed(draw(TREES[kind])))
    return ruleset(*rules)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    rules=rulesets(),
    cases=st.lists(
        st.fixed_dictionaries(
            {
                "amount": st.none() | NUMBERS, "count": NUMBERS, "word": st.none() | WORDS,
                "kind": st.sampled_from(["invoice", "order"]), "flag": st.none() | st.booleans(), "sure": st.booleans(),
            }
        ),
        min_size=1, max_size=6,
    ),
)  # fmt: skip
def test_the_engine_decides_as_a_plain_reading_of_the_same_rules_does(
    rules: Ruleset, cases: list[dict[str, FactValue]]
) -> None:
    book = RuleBook(rules, CATALOGUE)

    for facts in cases:
        assert [outcome.fired for outcome in book.decide(facts)] == plain_decision(rules.rules, facts), (
            rules.rules,
            facts,
        )


@pytest.mark.parametrize(
    ("when", "value", "expected"),
    [
        ("amount > 100", 101, True), ("amount > 100", 100, False), ("amount >= 100", 100, True),
        ("amount < 100", 99, True), ("amount < 100", 100, False), ("amount <= 100", 100, True),
        ("amount == 100", 100, True), ("amount != 100", 100, False), ("amount in [1, 100]", 100, True),
        ("amount not in [1, 100]", 100, False), ("amount > -5", -4, True), ("amount > 30", 9, False),
    ],
)  # fmt: skip
def test_a_bound_belongs_to_the_side_that_its_sign_says(when: str, value: int, expected: bool) -> None:
    assert fires(when, amount=value) is expected


@pytest.mark.parametrize(
    ("when", "missing", "expected"),
    [
        ("amount > 5", "passes", False), ("amount > 5", "fires", True),
        ("not amount > 5", "passes", False), ("not amount > 5", "fires", True),
        ("amount is missing", "passes", True), ("amount is present", "fires", False),
        ("amount > 5 and not sure", "fires", False), ("amount > 5 or sure", "passes", True),
        ("amount is present and amount > 5", "fires", False), ("amount is missing or amount > 5", "passes", True),
    ],
)  # fmt: skip
def test_a_missing_fact_means_what_the_rule_says_only_where_it_decides(when: str, missing: str, expected: bool) -> None:
    assert fires(when, missing=missing, amount=None) is expected


def test_all_rules_that_hold_fire_not_only_the_first() -> None:
    outcomes = decide(rule("sure", named="a"), rule("count == 1", named="b"), rule("count == 2", named="c"))

    assert [(outcome.id, outcome.fired) for outcome in outcomes] == [("a", True), ("b", True), ("c", False)]


def test_nothing_fires_without_an_error() -> None:
    assert [outcome.fired for outcome in decide(rule("count == 7"))] == [False]


def test_a_rule_fires_once_however_many_of_its_alternatives_hold() -> None:
    assert len([o for o in decide(rule("sure or count == 1 or amount == 100")) if o.fired]) == 1


def test_a_fact_that_a_rule_asserts_is_seen_by_rules_before_and_after_it() -> None:
    outcomes = decide(
        rule("second", named="early"),
        rule("first", named="middle", then={"assert": "second"}),
        rule("sure", named="late", then={"assert": "first"}),
    )

    assert [outcome.fired for outcome in outcomes] == [True, True, True]


def test_an_asserted_fact_is_false_when_no_rule_asserts_it() -> None:
    outcomes = decide(rule("not first", named="a"), rule("count == 7", named="b", then={"assert": "first"}))

    assert [outcome.fired for outcome in outcomes] == [True, False]


def test_what_one_decision_asserts_is_forgotten_in_the_next() -> None:
    book = RuleBook(ruleset(rule("sure", named="a", then={"assert": "first"}), rule("first", named="b")), CATALOGUE)
    book.decide(FACTS)

    assert [outcome.fired for outcome in book.decide(FACTS | {"sure": False})] == [False, False]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("amount", 1.5, "integer"), ("amount", float("nan"), "integer"), ("amount", "100", "integer"),
        ("amount", True, "integer"), ("amount", LARGEST + 1, "must lie between"), ("word", 5, "text"),
        ("sure", 1, "true or false"), ("kind", "receipt", "one of invoice, order"), ("count", None, "never missing"),
        ("first", True, "not a computed fact"), ("unknown", 1, "not a computed fact"),
    ],
)  # fmt: skip
def test_a_fact_of_the_wrong_kind_is_refused_before_the_engine_sees_it(name: str, value: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decide(rule("count == 1 and sure"), **{name: value})


def test_a_fact_that_is_left_out_is_missing() -> None:
    book = RuleBook(ruleset(rule("amount is missing")), CATALOGUE)

    assert book.decide({"count": 1, "kind": "invoice", "sure": True})[0].fired


def test_eight_threads_share_one_book_and_none_loses_a_decision() -> None:
    book = RuleBook(ruleset(rule("amount > 500", named="large"), rule("amount is missing", named="gone")), CATALOGUE)

    def one(number: int) -> bool:
        amount = None if number % 7 == 0 else number
        large, gone = book.decide(FACTS | {"amount": amount})
        return (large.fired, gone.fired) == (amount is not None and number > 500, amount is None)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(1000)))


def test_eight_threads_may_compile_and_use_books_at_once() -> None:
    def one(number: int) -> bool:
        book = RuleBook(ruleset(rule(f"count == {number}")), CATALOGUE)
        return book.decide(FACTS | {"count": number})[0].fired and not book.decide(FACTS | {"count": -1})[0].fired

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(40)))


def test_an_outcome_carries_the_facts_that_decided_and_the_words_filled_in() -> None:
    (outcome,) = decide(
        rule("amount > 5 and kind == 'invoice'", message="It is {amount} for {word}.", fields=["total", "{word}"]),
        word="iban, currency",
    )

    assert outcome.facts == (("amount", 100), ("kind", "invoice"), ("word", "iban, currency"))
    assert outcome.message == "It is 1.00 for iban, currency."
    assert outcome.fields == ("total", "iban", "currency")


def test_what_is_kept_ready_is_said_of_equal_facts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.stages.decide._MOST_KEPT", 3)
    told = rule("amount > 5", message="It is {amount} for {word}.", fields=["{word}"])
    book = RuleBook(ruleset(told, rule("sure", named="plain")), CATALOGUE)

    for amount in [1, 700, 1, 800, 900, 1000, 700]:
        for word in ["iban", "total"]:
            outcome, plain_one = book.decide(FACTS | {"amount": amount, "word": word})
            assert (outcome.fired, outcome.fields) == (amount > 5, (word,))
            assert outcome.message == f"It is {amount / 100:.2f} for {word}."
            assert dict(outcome.facts)["amount"] == amount
            assert plain_one.fired


def many_facts(count: int) -> FactCatalogue:
    fact = {"type": "boolean", "meaning": "m", "missing": "Not read."}
    return FactCatalogue.model_validate({"name": "facts", "version": 1, "facts": {f"f{n}": fact for n in range(count)}})


def test_a_set_may_test_more_facts_than_one_message_of_the_engine_holds() -> None:
    facts = many_facts(400)
    rules = [rule("sure", named=f"r{n}").parsed(Compare(f"f{n}", "==", True)) for n in range(400)]
    book = RuleBook(ruleset(*rules), facts)

    outcomes = book.decide({f"f{n}": n % 3 == 0 for n in range(399)})

    assert [outcome.fired for outcome in outcomes] == [n % 3 == 0 and n < 399 for n in range(400)]


@pytest.mark.parametrize("word", [And, Or])
def test_a_rule_that_tests_more_than_the_engine_takes_is_refused(word: type[And | Or]) -> None:
    tests = word(tuple(Compare(f"f{n}", "==", True) for n in range(121)))

    with pytest.raises(RuntimeError, match="rule rule tests more than the engine takes"):
        RuleBook(ruleset(rule("sure").parsed(tests)), many_facts(121))


@pytest.mark.parametrize("missing", ["fires", "passes"])
def test_a_list_of_fifty_values_asks_once_whether_the_fact_is_there(missing: str) -> None:
    listed = ", ".join(f"'w{n}'" for n in range(50))
    book = RuleBook(ruleset(rule(f"word in [{listed}]", missing=missing)), CATALOGUE)

    answers = [book.decide(FACTS | {"word": word})[0].fired for word in ["w0", "w49", "w50", None]]

    assert answers == [True, True, False, missing == "fires"]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    drawn=st.lists(st.tuples(TREES["chained"], MISSING), min_size=90, max_size=150),
    cases=st.lists(
        st.fixed_dictionaries(
            {
                "amount": st.none() | NUMBERS, "count": NUMBERS, "word": st.none() | WORDS,
                "kind": st.sampled_from(["invoice", "order"]), "flag": st.none() | st.booleans(), "sure": st.booleans(),
            }
        ),
        min_size=3, max_size=6,
    ),
)  # fmt: skip
def test_a_large_set_whose_rules_fire_by_dozens_is_decided_as_it_reads(
    drawn: list[tuple[Condition, str]], cases: list[dict[str, FactValue]]
) -> None:
    """The engine gives up a message that opens 64 branches at once; no set may come to that."""
    rules = [rule("sure", named=f"r{n}", missing=missing).parsed(tree) for n, (tree, missing) in enumerate(drawn)]
    everything = [rule("amount > -99999 or amount is missing", named=f"all{n}") for n in range(70)]
    whole = ruleset(*everything, *rules)
    book = RuleBook(whole, CATALOGUE)

    for facts in cases:
        assert [outcome.fired for outcome in book.decide(facts)] == plain_decision(whole.rules, facts)
