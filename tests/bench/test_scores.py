"""Figures of merit that the claims of the confidence model are judged by."""

from collections.abc import Callable

import pytest

from bench.scores import Judged, calibration_error, mass_error, noise

HONEST = [(0.9, number % 10 != 0) for number in range(100)]
BOASTFUL = [(0.9, number % 2 == 0) for number in range(100)]


@pytest.mark.parametrize("error", [calibration_error, mass_error], ids=["equal width", "equal mass"])
@pytest.mark.parametrize(("judged", "wanted"), [(HONEST, 0.0), (BOASTFUL, 0.4)], ids=["honest", "boastful"])
def test_the_error_is_how_far_claims_and_truth_are_apart(
    error: Callable[[list[Judged]], float], judged: list[Judged], wanted: float
) -> None:
    assert error(judged) == pytest.approx(wanted)


def test_values_with_the_same_claim_stay_in_one_bin() -> None:
    ordered = [(0.5, True)] * 50 + [(0.5, False)] * 50

    assert mass_error(ordered) == pytest.approx(0.0)


def test_a_perfect_judge_of_few_values_is_never_on_the_line() -> None:
    few, many = noise(HONEST[:20]), noise(HONEST * 50)

    assert many.high < few.mean < few.high
    assert few.high < calibration_error(BOASTFUL)


def test_values_that_share_one_fate_prove_less() -> None:
    assert noise(HONEST, fates=["one"] * 100).high > 3 * noise(HONEST).high


def test_nothing_judged_is_no_error() -> None:
    assert (calibration_error([]), mass_error([]), noise([]).mean) == (0.0, 0.0, 0.0)
