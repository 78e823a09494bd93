"""Automation steps up as far as held documents prove, and by chance in fewer than one of twenty runs."""

import numpy as np
import pytest

from engine.model.outcome import Comeback, Outcome
from engine.stages.thresholds.back import comeback
from tests.stages.thresholds.simulated import NOW, outcome

SURE = {0: 850, 1: 920, 2: 970}
"""Thousandths of a total that passes from so many steps on, where 800 is written."""


def held(sure: int, count: int, *, wrong: int = 0) -> list[tuple[Outcome, dict[str, int]]]:
    return [(outcome(sure, is_wrong=seen < wrong), NOW) for seen in range(count)]


@pytest.mark.parametrize(
    ("given", "steps", "found"),
    [
        (held(SURE[0], 400), 1, 0),
        (held(SURE[0], 100), 1, 1),
        (held(SURE[0], 400, wrong=12), 1, 1),
        (held(SURE[2], 500), 3, 0),
        (held(SURE[2], 500) + held(SURE[1], 500, wrong=60), 3, 2),
        (held(SURE[2], 500) + held(SURE[1], 500) + held(SURE[0], 500, wrong=60), 3, 1),
        (held(700, 500), 1, 1),
        ([], 2, 2),
    ],
    ids=[
        "enough", "too few", "too many wrong", "three at once", "only the surest", "the two surest", "would not pass anyway", "none",
    ],
)  # fmt: skip
def test_it_steps_up_as_far_as_is_proved(given: list[tuple[Outcome, dict[str, int]]], steps: int, found: int) -> None:
    assert comeback(given, steps=steps, target=0.01).steps == found


def test_it_says_how_many_more_are_needed() -> None:
    short = comeback(held(SURE[0], 100), steps=1, target=0.01)

    assert short == Comeback(steps=1, reviewed=100, wrong=0, missing=short.missing)
    assert comeback(held(SURE[0], 100 + short.missing), steps=1, target=0.01).steps == 0
    assert comeback(held(SURE[0], 99 + short.missing), steps=1, target=0.01).steps == 1


def test_documents_that_were_posted_or_that_nobody_looked_at_prove_nothing() -> None:
    audited = [(outcome(850, share_permille=20), NOW)] * 500
    unseen = [(outcome(850, is_wrong=None), NOW)] * 500

    assert comeback(audited + unseen, steps=1, target=0.01) == Comeback(
        steps=1, reviewed=0, wrong=0, missing=comeback([], steps=1, target=0.01).missing
    )


def test_an_error_at_the_target_brings_it_back_in_fewer_than_one_run_in_twenty() -> None:
    rng = np.random.default_rng(3)
    back = 0
    for _ in range(200):
        wrong = rng.random(600) < 0.01
        given = [(outcome(850, is_wrong=bool(one)), NOW) for one in wrong]
        back += comeback(given, steps=1, target=0.01).steps == 0

    assert back <= 10
