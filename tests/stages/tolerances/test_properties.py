"""What must hold for any limits and any figures."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.model.purchasing import Difference
from engine.stages.tolerances.check import check_all
from tests.stages.tolerances.differences import around, difference, policy

cents = st.decimals(min_value=0, max_value=20_000, places=2)
limits = st.sampled_from(["not_set", "unlimited"]) | st.decimals(min_value=0, max_value=50, places=2).map(str)


def rule(percent: str, amount: str, not_set: str, **more: Any) -> dict[str, Any]:
    return {
        "of": ["amount"],
        "not_set": not_set,
        "limits": [{"both": {"percent": percent, "amount": {"EUR": amount}}}],
        **more,
    }


@st.composite
def tightened(draw: st.DrawFn, limit: str) -> str:
    """A limit that allows no more than this one. Taking a number away is no tightening, putting one down is."""
    if limit in ("not_set", "unlimited"):
        return draw(st.sampled_from([limit, "0", "3.5", "49.99"]))
    share = draw(st.decimals(min_value=0, max_value=1, places=2))
    return str((Decimal(limit) * share).quantize(Decimal("0.0001")))


def passes(rules: Any, *found: Difference, **surroundings: Any) -> bool:
    return all(verdict.passes for verdict in check_all([(one, around(**surroundings)) for one in found], rules))


@given(
    data=st.data(),
    expected=cents,
    actual=cents,
    percent=limits,
    amount=limits,
    mode=st.sampled_from(["zero", "unlimited"]),
)
def test_tightening_never_turns_a_failure_into_a_pass(
    data: st.DataObject, expected: Decimal, actual: Decimal, percent: str, amount: str, mode: str
) -> None:
    found = difference("amount", str(expected), str(actual))
    tighter = data.draw(tightened(percent)), data.draw(tightened(amount))
    if mode == "zero" and "not_set" == percent == amount:
        return  # nothing is allowed there already: any number is a widening

    before = passes(policy(rule(percent, amount, mode)), found)
    after = passes(policy(rule(*tighter, mode)), found)

    assert before or not after


def bill(parts: Iterable[Decimal], expected: Decimal, rules: Any) -> list[bool]:
    """Bill parts one after the other; each knows what was billed before."""
    verdicts, earlier = [], Decimal(0)
    bills = list(parts)
    for at, part in enumerate(bills):
        found = difference("amount", str(expected), str(part), earlier=earlier)
        verdicts.append(passes(rules, found, is_last=at == len(bills) - 1))
        earlier += part
    return verdicts


parts_of = st.lists(st.decimals(min_value="0.01", max_value=9_000, places=2), min_size=1, max_size=6)


@given(parts=parts_of, expected=cents, percent=limits, amount=limits)
def test_splitting_an_invoice_never_evades_a_cumulative_check(
    parts: list[Decimal], expected: Decimal, percent: str, amount: str
) -> None:
    rules = policy(rule(percent, amount, "zero", cumulative=True))

    whole = bill([sum(parts, Decimal(0))], expected, rules)

    assert all(whole) or not all(bill(parts, expected, rules))


@given(parts=parts_of, expected=cents, percent=limits, amount=limits, order=st.randoms())
def test_the_order_of_invoices_does_not_change_the_last_verdict(
    parts: list[Decimal], expected: Decimal, percent: str, amount: str, order: Any
) -> None:
    rules = policy(rule(percent, amount, "zero", cumulative=True))
    shuffled = parts.copy()
    order.shuffle(shuffled)

    assert bill(parts, expected, rules)[-1] == bill(shuffled, expected, rules)[-1]


@given(expected=cents, actual=cents, percent=limits, amount=limits, currency=st.sampled_from(["USD", "JPY", ""]))
def test_another_currency_never_passes_a_limit_in_money(
    expected: Decimal, actual: Decimal, percent: str, amount: str, currency: str
) -> None:
    found = difference("amount", str(expected), str(actual), currency=currency)
    if expected == actual or amount == "not_set":
        return

    assert not passes(policy(rule(percent, amount, "unlimited")), found)


@given(expected=cents, actual=cents, percent=limits, amount=limits)
def test_a_policy_says_the_same_whatever_stands_before_it(
    expected: Decimal, actual: Decimal, percent: str, amount: str
) -> None:
    one, other = rule(percent, amount, "zero", name="A"), rule(amount, percent, "zero", name="B")
    found = difference("amount", str(expected), str(actual))

    assert passes(policy(one, other), found) == passes(policy(other, one), found)
