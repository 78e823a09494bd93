"""A rise of the error is seen soon, and chance is not taken for one."""

import numpy as np
import pytest

from engine.stages.thresholds.audit import is_drawn, rate_at
from engine.stages.thresholds.drift import STEPS, broken_at, stepped


def test_at_the_target_fewer_than_one_run_in_twenty_steps_down_within_1000_audits() -> None:
    rng = np.random.default_rng(1)

    alarms = sum(broken_at(rng.random(1000) < 0.01, target=0.01) is not None for _ in range(400))

    assert alarms <= 20


@pytest.mark.parametrize(("error", "audits"), [(0.5, 15), (0.2, 50), (0.1, 125)])
def test_a_sudden_fall_after_a_good_past_is_seen_within_so_many_audits(error: float, audits: int) -> None:
    rng = np.random.default_rng(2)
    found = [broken_at([False] * 500 + list(rng.random(1000) < error), target=0.01) for _ in range(300)]

    assert np.percentile([one - 500 for one in found if one is not None], 95) <= audits
    assert None not in found


def test_each_step_halves_the_doubt_and_the_last_lets_nothing_through() -> None:
    assert [stepped(800, steps) for steps in range(STEPS + 1)] == [800, 900, 950, 1001]


def test_the_same_documents_are_drawn_again_and_about_as_many_as_asked_for() -> None:
    drawn = [is_drawn(f"{number:064x}", "ap_invoice@1", 20) for number in range(10_000)]

    assert drawn == [is_drawn(f"{number:064x}", "ap_invoice@1", 20) for number in range(10_000)]
    assert 150 < sum(drawn) < 250
    assert not any(is_drawn(f"{number:064x}", "ap_invoice@1", 0) for number in range(1000))


def test_four_times_as_many_are_audited_with_each_step_down() -> None:
    assert [rate_at(20, steps) for steps in range(STEPS + 1)] == [20, 80, 320, 1000]
