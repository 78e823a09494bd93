from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import Drift, Variance
from engine.stages.leakage.drift import accepted, is_drifting, run, threshold
from engine.stages.tolerances.check import check_all
from tests.stages.tolerances.differences import around, difference, policy

POLICY = LeakagePolicy()
TWO_PERCENT = policy(
    {"of": ["price", "charge", "total", "quantity_received"], "limits": [{"both": {"percent": "2"}}]}
)  # fmt: skip


def variance(used: str | Decimal, amount: str = "0") -> Variance:
    return Variance(vendor="V", item="I", currency="EUR", amount=Decimal(amount), used=Decimal(used))


def after(shares: Sequence[str | Decimal]) -> Drift:
    (drift,) = run([variance(share) for share in shares], POLICY)
    return drift


def let_pass(*found: Any, items: dict[int, str] | None = None) -> tuple[Variance, ...]:
    verdicts = check_all([(one, around()) for one in found], TWO_PERCENT)
    return accepted(verdicts, vendor="V", items=items or {}, currency="EUR")


def price(actual: str, line: int = 0) -> Any:
    return difference("price", "100.00", actual, quantity=Decimal(10), line=line)


def test_a_vendor_1_9_percent_high_under_2_percent_is_reported_at_the_tenth_invoice() -> None:
    variances = [one for _ in range(12) for one in let_pass(price("101.90"), items={0: "I"}) if one.item == "I"]

    (drift,) = run(variances, POLICY)

    assert is_drifting(drift, POLICY)
    assert drift.reported_after == 10
    assert drift.amount == Decimal("228.00")


def test_a_vendor_that_was_honest_for_long_is_still_reported_soon() -> None:
    chance = Random(1)  # noqa: S311 - chance is the point here
    honest = [Decimal(chance.randint(-1000, 1000)) / 1000 for _ in range(300)]

    drift = after([*honest, *["0.95"] * 15])

    assert drift.reported_after is not None
    assert 300 < drift.reported_after <= 312


def test_symmetric_noise_is_not_reported() -> None:
    chance = Random(7)  # noqa: S311 - chance is the point here

    for spread in (50, 500, 1000):
        shares = [Decimal(chance.randint(-spread, spread)) / 1000 for _ in range(1000)]
        assert after(shares).reported_after is None


def test_a_vendor_always_off_by_the_whole_tolerance_either_way_is_granted_its_scatter() -> None:
    chance = Random(3)  # noqa: S311 - chance is the point here

    assert after([chance.choice(["-0.95", "0.95"]) for _ in range(1000)]).reported_after is None


def test_a_drift_in_our_favour_is_not_reported() -> None:
    assert after(["-0.95"] * 100).reported_after is None


def test_a_vendor_that_mends_its_ways_is_no_longer_reported() -> None:
    drift = after([*["0.95"] * 30, *["0"] * 40])

    assert not is_drifting(drift, POLICY)
    assert drift.reported_after == 10


@given(
    shares=st.lists(st.decimals(min_value=-1, max_value=1, places=3), min_size=1, max_size=40), at=st.integers(0, 39)
)
def test_billing_more_never_lowers_the_score(shares: list[Decimal], at: int) -> None:
    dearer = [*shares]
    place = at % len(shares)
    dearer[place] = min(Decimal(1), dearer[place] + Decimal("0.1")) if dearer[place] >= 0 else dearer[place]

    assert after(dearer).score >= after(shares).score


@given(shares=st.lists(st.decimals(min_value=-1, max_value=1, places=3), min_size=1, max_size=40))
def test_the_sum_is_the_sum_and_the_score_stays_in_bounds(shares: list[Decimal]) -> None:
    (drift,) = run([variance(share, str(share)) for share in shares], POLICY)

    assert drift.amount == sum(shares)
    assert 0 <= drift.score <= 2 * threshold(POLICY)


def test_a_stricter_false_alarm_rate_reports_later() -> None:
    strict = LeakagePolicy.model_validate({"false_alarms": "0.0001"})

    (drift,) = run([variance("0.95")] * 30, strict)

    assert (drift.reported_after or 0) > 10


def test_a_line_as_ordered_counts_as_nothing() -> None:
    assert let_pass(price("100.00"), items={0: "A"}) == (
        Variance(vendor="V", item="", currency="EUR", amount=Decimal(0), used=Decimal(0)),
        Variance(vendor="V", item="A", currency="EUR", amount=Decimal(0), used=Decimal(0)),
    )


def test_lines_of_one_invoice_are_one_observation() -> None:
    found = let_pass(price("101.00", 0), price("102.00", 1), items={0: "A", 1: "B"})

    whole = next(one for one in found if not one.item)
    assert (whole.used, whole.amount) == (Decimal("0.75"), Decimal("30.00"))
    assert [one.item for one in found] == ["", "A", "B"]


def test_what_a_tolerance_refused_was_not_accepted() -> None:
    assert let_pass(price("103.00")) == ()


def test_what_adds_up_over_an_order_line_is_not_counted_each_time() -> None:
    assert let_pass(difference("quantity_received", "100", "101", unit="C62")) == ()


def test_charges_and_totals_have_series_of_their_own() -> None:
    found = let_pass(difference("charge", "100", "101", subject="FREIGHT"), difference("total", "100", "99"))

    assert [(one.item, one.amount) for one in found] == [
        ("", Decimal(0)),
        ("charge FREIGHT", Decimal(1)),
        ("total", Decimal(-1)),
    ]


def test_lines_without_any_difference_count_as_ordered() -> None:
    found = let_pass(price("102.00", 0), items={0: "A", 1: "B"})

    assert [(one.item, one.used) for one in found] == [("", Decimal("0.5")), ("A", Decimal(1)), ("B", Decimal(0))]


def test_the_limit_of_a_blanket_order_adds_up_and_is_not_counted_each_time() -> None:
    assert let_pass(difference("total", "100", "101", subject="blanket")) == ()
    assert let_pass(difference("total", "100", "1", earlier=Decimal(100))) == ()
