from decimal import Decimal
from typing import Any

import pytest

from engine.stages.tolerances.check import check, check_all, level_of, verdicts
from engine.stages.tolerances.measure import Incomparable
from tests.stages.tolerances.differences import around, difference, policy

TWO_PERCENT = {"limits": [{"both": {"percent": "2"}}]}


@pytest.mark.parametrize(
    ("limits", "actual", "passes"),
    [
        ([{"both": {"percent": "0"}}], "100.00", True),
        ([{"both": {"percent": "0"}}], "100.000001", False),
        ([{"both": {"percent": "unlimited"}}], "999999", True),
        ([{"both": {"percent": "not_set"}}], "100.01", False),
        ([], "100.01", False),
        ([], "100.00", True),
    ],
    ids=["zero and nothing", "zero and a millionth", "unlimited", "not set", "no limits", "no limits and nothing"],
)
def test_not_set_zero_and_unlimited_are_three_things(limits: list[Any], actual: str, passes: bool) -> None:
    assert check(difference("price", "100", actual), policy({"limits": limits}), around()).passes is passes


@pytest.mark.parametrize(("meaning", "passes"), [("unlimited", True), ("zero", False)])
def test_the_policy_says_what_not_set_means(meaning: str, passes: bool) -> None:
    verdict = check(difference("price", "100", "101"), policy({"not_set": meaning}), around())

    assert (verdict.passes, verdict.limit) == (passes, "not set")


def test_the_limit_itself_is_still_allowed() -> None:
    assert check(difference("price", "100", "102"), policy(TWO_PERCENT), around()).passes
    assert not check(difference("price", "100", "102.0000000001"), policy(TWO_PERCENT), around()).passes


def test_a_third_of_something_is_compared_without_rounding() -> None:
    allowed = policy({"limits": [{"both": {"percent": "33.333333"}}]})

    assert check(difference("price", "3", "3.99999999"), allowed, around()).passes
    assert not check(difference("price", "3", "4"), allowed, around()).passes


def test_a_verdict_says_what_was_billed_expected_and_allowed() -> None:
    allowed = policy({"name": "PP", "limits": [{"upper": {"percent": "2", "amount": {"EUR": "50.00"}}}]})

    verdict = check(difference("price", "100.00", "105.00", quantity=Decimal(1)), allowed, around())

    assert verdict.message == "PP: price 105.00 EUR instead of 100.00 (+5.00 %); allowed: 2 % or 50.00 EUR."
    assert (verdict.limit, verdict.release, verdict.severity) == ("2 % or 50.00 EUR", "buyer", "soft")


def test_what_nobody_expected_is_shown_as_dynamics_shows_it() -> None:
    charges = policy({"of": ["charge"], "limits": [{"both": {"percent": "25"}}]})

    verdict = check(difference("charge", "0", "25", subject="License"), charges, around())

    assert not verdict.passes
    assert "99,999,999,999.99 %" in verdict.message


def test_who_may_release_is_named_only_where_something_is_held() -> None:
    assert check(difference("price", "100", "101"), policy(TWO_PERCENT), around()).release == ""
    assert check(difference("price", "100", "103"), policy(TWO_PERCENT), around()).release == "buyer"


@pytest.mark.parametrize(
    ("on_failure", "severity"), [("block", "hard"), ("allow", "soft"), ("approve", "soft")],
)  # fmt: skip
def test_a_discrepancy_is_blocked_noted_or_asked_about(on_failure: str, severity: str) -> None:
    rule = {**TWO_PERCENT, "on_failure": on_failure, "release": "buyer" if on_failure == "approve" else ""}

    verdict = check(difference("price", "100", "103"), policy(rule), around())

    assert (verdict.passes, verdict.severity, bool(verdict.release)) == (False, severity, on_failure == "approve")


def test_the_narrowest_scope_counts() -> None:
    scopes: list[dict[str, str]] = [
        {}, {"entity": "E"}, {"vendor_group": "VG"}, {"vendor": "V"}, {"item_group": "IG"}, {"item": "I"},
        {"item": "I", "vendor": "V"},
    ]  # fmt: skip
    everything = {axis: value for scope in scopes for axis, value in scope.items()}
    limits = [{"for": scope, "both": {"percent": str(at)}} for at, scope in enumerate(scopes)]

    for known in range(len(scopes)):
        verdict = check(
            difference("price", "100", "100"), policy({"limits": limits[: known + 1]}), around(**everything)
        )
        assert verdict.limit == f"{known} %"


def test_limits_of_another_company_do_not_count() -> None:
    limits = [{"for": {"entity": "1000"}, "both": {"percent": "9"}}]

    assert not check(difference("price", "100", "101"), policy({"limits": limits}), around(entity="2000")).passes


@pytest.mark.parametrize(
    ("order_level", "level"),
    [(None, "two_way"), ("none", "two_way"), ("three_way", "three_way"), ("four_way", "four_way")],
)
def test_an_order_may_only_be_matched_more_strictly(order_level: str | None, level: str) -> None:
    levels = [{"level": "three_way"}, {"for": {"item": "I"}, "level": "two_way"}]

    assert level_of(policy({}, levels=levels), around(item="I", order_level=order_level)) == level


def test_a_three_way_check_is_not_made_in_a_two_way_match() -> None:
    quantity = {"name": "Q", "of": ["quantity_received"], "level": "three_way", "measure": "units"}
    late = difference("quantity_received", "0", "4")
    rules = policy({}, quantity, levels=[{"level": "two_way"}], unchecked="passes")

    assert check(late, rules, around()).passes
    assert not check(late, rules, around(order_level="three_way")).passes


def test_every_tolerance_that_looks_gives_its_own_verdict() -> None:
    both = policy(
        {"name": "QTY ORD", "of": ["quantity_ordered"], "measure": "units", "limits": [{"both": {"percent": "10"}}]},
        {"name": "MAX QTY ORD", "of": ["quantity_ordered"], "measure": "units", "limits": [{"both": {"units": "5"}}]},
    )

    found = verdicts(difference("quantity_ordered", "100", "106", unit="C62"), both, around())

    assert [(one.check, one.passes) for one in found] == [("QTY ORD", True), ("MAX QTY ORD", False)]
    assert check(difference("quantity_ordered", "100", "106"), both, around()).check == "MAX QTY ORD"


def test_what_no_tolerance_looks_at_is_what_the_policy_says() -> None:
    other = difference("tax", "19.00", "20.00")

    strict, mild = (check(other, policy({}, unchecked=meaning), around()) for meaning in ("fails", "passes"))

    assert (strict.passes, strict.severity, strict.check) == (False, "hard", "unchecked")
    assert mild.passes
    assert check(difference("tax", "19.00", "19.00"), policy({}), around()).passes


QUANTITY = {"name": "DQ", "of": ["quantity_received"], "limits": [{"both": {"amount": {"EUR": "10.00"}}}]}


@pytest.mark.parametrize(
    ("found", "surroundings", "message"),
    [
        (difference("quantity_received", "1", "2", unit="KGM"), {"price": "1", "price_unit": "C62"}, "per C62"),
        (difference("quantity_received", "1", "2", unit="KGM"), {}, "order price is not known"),
        (difference("quantity_received", "1", "2", currency="USD"), {"price": "1"}, "difference is in USD"),
        (difference("quantity_received", "1", "2", currency=""), {"price": "1"}, "currency of the difference"),
        (difference("price", "1", "2"), {}, "quantity that the price is for"),
        (difference("price", "1", "2", quantity=Decimal(1), currency="USD"),
         {"accounting_currency": "EUR"}, "exchange rate from USD to EUR"),
        (difference("price", "1", "2", quantity=Decimal(1), currency="USD"),
         {"accounting_currency": "EUR", "rate": "0"}, "exchange rate of 0"),
        (difference("unit", "1", "2"), {}, "is no amount of money"),
    ],
    ids=["unit", "no price", "currency", "no currency", "no quantity", "no rate", "absurd rate", "no money"],
)  # fmt: skip
def test_what_cannot_be_compared_is_an_error_and_never_a_pass(found: Any, surroundings: Any, message: str) -> None:
    money = {"limits": [{"both": {"amount": {"EUR": "10.00"}}}], "amount_currency": "accounting"}
    rules = policy(QUANTITY, {**money, "of": ["price", "unit"]})

    with pytest.raises(Incomparable, match=message):
        check(found, rules, around(**surroundings))
    (verdict,) = check_all([(found, around(**surroundings))], rules)
    assert (verdict.passes, verdict.severity, verdict.check) == (False, "hard", "incomparable")
    assert message in verdict.message


def test_no_difference_needs_no_rate() -> None:
    assert check(difference("quantity_received", "1", "1", currency="USD"), policy(QUANTITY), around()).passes


def test_a_credit_note_is_judged_by_which_side_the_money_lies_on() -> None:
    over = policy({**TWO_PERCENT, "of": ["amount"], "direction": "over"})

    assert check(difference("amount", "-100", "-150"), over, around()).passes
    assert not check(difference("amount", "-100", "-90"), over, around()).passes


def test_what_is_used_of_a_limit_is_signed() -> None:
    def used(actual: str, rule: dict[str, Any] = TWO_PERCENT) -> Decimal | None:
        return check(difference("price", "100", actual, quantity=Decimal(1)), policy(rule), around()).used

    upper_only = {"direction": "over", "limits": [{"upper": {"percent": "2", "amount": {"EUR": "1.00"}}}]}
    assert (used("101.9"), used("99"), used("100")) == (Decimal("0.95"), Decimal("-0.5"), Decimal(0))
    assert (used("100.6", upper_only), used("99.4", upper_only)) == (Decimal("0.6"), Decimal("-0.6"))
    assert used("101", {"limits": [{"both": {"percent": "unlimited"}}]}) is None


def test_only_what_settles_is_posted_to_small_differences() -> None:
    small = policy({"name": "BD", "of": ["total"], "settles": True, "limits": [{"both": {"amount": {"EUR": "0.05"}}}]})

    assert check(difference("total", "119.00", "119.02"), small, around()).small_difference == Decimal("0.02")
    assert check(difference("total", "119.00", "119.06"), small, around()).small_difference == 0


def test_less_than_expected_is_asked_about_only_on_the_last_invoice_of_a_line() -> None:
    totals = policy({**TWO_PERCENT, "of": ["amount"], "cumulative": True})
    part = difference("amount", "100", "40", earlier=Decimal(30))

    assert check(part, totals, around(is_last=False)).passes
    assert not check(part, totals, around(is_last=True)).passes


def test_figures_of_many_digits_stay_exact() -> None:
    large = "9" * 15
    off = policy({"of": ["price"], "limits": [{"both": {"amount": {"EUR": f"{large}.999999"}}}]})
    whole = difference("price", "0", f"{large}.999999999999", quantity=Decimal(1))

    assert not check(whole, off, around()).passes
