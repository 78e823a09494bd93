from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import AcceptedInvoice
from engine.stages.leakage.limits import clusters, split

POLICY = LeakagePolicy.model_validate({"approval_limits": {"EUR": ["1000.00", "5000.00"]}})
TODAY = date(2026, 11, 2)


def invoice(amount: str, days_ago: int = 0, **more: Any) -> AcceptedInvoice:
    values = {
        "document_id": f"{amount} {days_ago}", "vendor": "V", "currency": "EUR", "amount": Decimal(amount),
        "issued_on": TODAY - timedelta(days=days_ago), "has_order": False,
    }  # fmt: skip
    return AcceptedInvoice.model_validate(values | more)


def test_parts_that_together_exceed_a_limit_are_reported() -> None:
    first, second, third = invoice("2400.00", 3), invoice("2300.00", 1), invoice("900.00")

    assert split(third, [second, first], POLICY) == (Decimal(5000), (first, second, third))


def test_two_parts_are_enough() -> None:
    found = split(invoice("600.00"), [invoice("600.00", 1)], POLICY)

    assert found is not None
    assert found[0] == Decimal(1000)


def test_a_habit_is_no_split() -> None:
    daily = [invoice("600.00", days) for days in range(1, 90)]

    assert split(invoice("600.00"), daily, POLICY) is None


def test_more_than_the_habit_is_a_split() -> None:
    monthly = [invoice("600.00", days) for days in range(30, 181, 30)]
    burst = [invoice("900.00", 2), invoice("950.00", 1)]

    assert split(invoice("980.00"), [*monthly, *burst], POLICY) is not None


def test_what_stays_below_the_limit_together_is_no_split() -> None:
    assert split(invoice("400.00"), [invoice("400.00", 1)], POLICY) is None


def test_what_somebody_approves_anyway_is_no_split() -> None:
    assert split(invoice("6000.00"), [invoice("400.00", 1)], POLICY) is None


def test_days_apart_other_vendors_currencies_and_orders_are_no_parts() -> None:
    others = [
        invoice("900.00", 8), invoice("900.00", 1, vendor="W"), invoice("900.00", 1, currency="USD"),
        invoice("900.00", 1, has_order=True), invoice("-900.00", 1),
    ]  # fmt: skip

    for other in others:
        assert split(invoice("900.00"), [other], POLICY) is None


def test_orders_count_where_the_limit_is_for_them_too() -> None:
    everything = POLICY.model_copy(update={"orders_too": True})
    with_order = [invoice("900.00", 1, has_order=True)]

    assert split(invoice("900.00", has_order=True), with_order, everything) is not None


def test_amounts_that_crowd_below_a_limit_are_reported_at_the_eighth() -> None:
    crowd = [invoice(f"{4900 + number}.00", number * 20) for number in range(8)]

    assert clusters(crowd[:7], POLICY) == ()
    assert clusters(crowd, POLICY) == (("EUR", Decimal(5000), 8, 8),)


def test_a_fee_that_is_always_the_same_is_no_crowd() -> None:
    assert clusters([invoice("4900.00", days) for days in range(0, 600, 30)], POLICY) == ()


def test_amounts_spread_over_the_limit_are_no_crowd() -> None:
    chance = Random(5)  # noqa: S311 - chance is the point here

    for _ in range(50):
        spread = [invoice(f"{chance.randint(400_000, 600_000) / 100:.2f}", days) for days in range(200)]
        assert clusters(spread, POLICY) == ()


def test_without_limits_there_is_nothing_to_evade() -> None:
    assert split(invoice("900.00"), [invoice("900.00", 1)], LeakagePolicy()) is None
    assert clusters([invoice("900.00")], LeakagePolicy()) == ()
