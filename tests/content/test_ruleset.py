from pathlib import Path

import pytest

from engine.content.condition import Compare
from engine.content.facts import FactCatalogue
from engine.content.ruleset import Ruleset, load_ruleset
from engine.model.errors import ContentError

CATALOGUE = FactCatalogue.model_validate(
    {
        "name": "facts", "version": 1,
        "facts": {
            "total": {"type": "integer", "unit": "minor", "meaning": "m", "missing": "w"},
            "names": {"type": "text", "meaning": "m", "missing": "w"},
            "has_order": {"type": "boolean", "meaning": "m"},
            "wrong": {"type": "boolean", "asserted": True, "meaning": "m"},
            "worse": {"type": "boolean", "asserted": True, "meaning": "m"},
        },
    }
)  # fmt: skip
HEAD = """\
name: tried
version: 1
confidence: {default: "0.50", fields: {total: "0.80"}}
mandatory: [total]
match: {vendor: [tax_id]}
tolerances: {sum_minor: 2}
limits: {large_without_order: {EUR: "5000.00", CHF: unlimited, GBP: "0"}}
rules:
"""
RULE = """\
  - id: large
    name: Large
    why: Reason.
    when: total > tolerances.sum_minor
    missing: passes
    then: {route: review, queue: ap_data}
    severity: error
    fields: [total, "{names}"]
    message: It is {total}.
    examples: [{fires: {total: 3}}, {passes: {total: 2}}]
"""


def load(folder: Path, text: str) -> Ruleset:
    file = folder / "tried.v1.yaml"
    file.write_text(text, encoding="utf-8")
    return load_ruleset(file, catalogue=CATALOGUE)


def test_a_rule_is_read_with_its_condition_and_the_constants_of_the_set(tmp_path: Path) -> None:
    rules = load(tmp_path, HEAD + RULE)

    assert rules.ref == "tried@1"
    assert rules.rules[0].condition == Compare("total", ">", 2)
    assert rules.queues == {"ap_data"}


def test_thresholds_are_thousandths_and_fall_back_to_the_default(tmp_path: Path) -> None:
    confidence = load(tmp_path, HEAD + RULE).confidence

    assert (confidence.permille("total"), confidence.permille("currency")) == (800, 500)


def test_a_limit_of_zero_is_not_a_limit_that_is_not_set_and_neither_is_unlimited(tmp_path: Path) -> None:
    limits = load(tmp_path, HEAD + RULE).limits.large_without_order

    assert [limits.get(code) for code in ("GBP", "CHF", "USD")] == [0, "unlimited", None]


ASSERTS_WRONG = RULE.replace("id: large", "id: a").replace("{route: review, queue: ap_data}", "{assert: wrong}")
ASSERTS_WORSE = ASSERTS_WRONG.replace("id: a", "id: b").replace("assert: wrong", "assert: worse")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("when: total >", "when: totl >", "tried.v1.yaml:12: rules[0].when: column 1: unknown fact `totl`; did you mean total?"),
        ("    missing: passes\n", "", "rules[0].when: may be undecided when total is missing; add `missing: fires` or `missing: passes`"),
        ("missing: passes", "missing: skip", "rules[0].missing: Input should be 'fires' or 'passes' (found 'skip')"),
        ("{route: review, queue: ap_data}", "{route: review}", "rules[0].then: a rule that routes to review names its queue"),
        ("{route: review, queue: ap_data}", "{route: duplicate, queue: ap_data}", "only `route: review` has a queue"),
        ("{route: review, queue: ap_data}", "{route: post, assert: wrong}", "a rule either routes or asserts; write two rules"),
        ("{route: review, queue: ap_data}", "{route: approve}", "'post', 'wait', 'review', 'duplicate' or 'reject' (found 'approve')"),
        ("{route: review, queue: ap_data}", "{assert: total}", "then.assert: 'total' is not an asserted fact; there are: wrong, worse"),
        ("severity: error", "severity: bad", "'info', 'warning', 'error' or 'fatal' (found 'bad')"),
        ("message: It is {total}.", "message: It is {sum}.", "rules[0].message: {sum} is not a fact of the catalogue"),
        ('"{names}"', '"{nams}"', "{nams} is not a fact of the catalogue"),
        ("{total: 3}", '{total: "3"}', "tried.v1.yaml:18: rules[0].examples[0].fires.total: it must be an integer (found '3')"),
        ("{total: 3}", "{sum: 3}", "rules[0].examples[0].fires.sum: unknown fact (found 3)"),
        (", {passes: {total: 2}}", ", {fires: {total: 9}}", "rules[0]: a rule has at least one example that passes"),
        ("{fires: {total: 3}}, ", "{passes: {total: 1}}, ", "a rule has at least one example that fires"),
        ("{fires: {total: 3}}, ", "{fires: {total: 3}, passes: {}}, ", "an example says either `fires` or `passes`"),
        ("{fires: {total: 3}}, ", "", "examples: Tuple should have at least 2 items"),
        ("    why: Reason.\n", "", "rules[0].why: this key is required"),
        ("    why: Reason.\n", "    because: Reason.\n", "unknown key; allowed here: id, name, why, when, missing, then, severity"),
        ('default: "0.50"', "default: 50", 'tried.v1.yaml:3: confidence.default: write a quoted decimal number such as "0.80"'),
        ('default: "0.50"', 'default: "1.5"', "a confidence lies between 0 and 1"),
        ('total: "0.80"', 'total: "0.8005"', "has at most three decimals"),
        ("sum_minor: 2", "sum_minor: -1", "tolerances.sum_minor: Input should be greater than or equal to 0"),
        ("sum_minor: 2", "sum_minor: 0.02", "tolerances.sum_minor: a whole number belongs here (found '0.02')"),
        ("sum_minor: 2", "summ_minor: 2", "tolerances.summ_minor: unknown key; allowed here: sum_minor, tax_minor, order_minor"),
        ("vendor: [tax_id]", "vendor: [name]", "'tax_id', 'registration_id', 'iban', 'email_domain' or 'name_and_address'"),
        ("vendor: [tax_id]", "vendor: [tax_id, tax_id]", "a signal stands twice"),
        ('EUR: "5000.00"', "EUR: 5000", 'limits.large_without_order.EUR: write a quoted decimal number such as "0.80"'),
        ('EUR: "5000.00"', "EUR: infinite", "limits.large_without_order.EUR"),
        ('EUR: "5000.00"', "EUR: null", "limits.large_without_order.EUR"),
        (RULE, RULE + RULE, "rules[1].id: rule id 'large' stands twice"),
        (RULE, ASSERTS_WRONG.replace("total > tolerances.sum_minor", "worse")
            + ASSERTS_WORSE.replace("total > tolerances.sum_minor", "wrong"),
            "asserted facts depend on themselves: wrong -> worse -> wrong"),
        (RULE, ASSERTS_WRONG.replace("total > tolerances.sum_minor", "not wrong"), "depend on themselves: wrong -> wrong"),
    ],
)  # fmt: skip
def test_a_broken_ruleset_stops_the_start(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = HEAD + RULE
    assert old in text

    with pytest.raises(ContentError) as refused:
        load(tmp_path, text.replace(old, new, 1))

    assert told in str(refused.value)


def test_rules_may_chain_in_one_direction(tmp_path: Path) -> None:
    chained = ASSERTS_WRONG + ASSERTS_WORSE.replace("total > tolerances.sum_minor", "wrong and has_order")

    assert [rule.then.asserts for rule in load(tmp_path, HEAD + chained).rules] == ["wrong", "worse"]
