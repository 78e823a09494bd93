"""Thresholds that are proved hold, whatever the confidences are worth."""

import numpy as np
import pytest

from engine.model.outcome import Outcome
from engine.stages.thresholds.bound import p_value, still_needed, upper_bound
from engine.stages.thresholds.fit import LEVELS, fit, prove, thresholds_at
from tests.stages.thresholds.simulated import NOW, Extractor, outcome


def test_half_the_doubt_is_half_way_to_certainty() -> None:
    assert thresholds_at(NOW, 50) == {"default": 750, "total": 900}
    assert thresholds_at(NOW, 100) == NOW


def test_a_document_passes_only_when_every_field_is_sure_enough() -> None:
    at = fit([outcome(800), outcome(799)], NOW, target=0.01).points[LEVELS.index(100)]

    assert (at.reviewed, at.automated) == (1, 0.5)


def test_a_long_clean_history_loosens_thresholds() -> None:
    found = fit([outcome(700)] * 600 + [outcome(900)] * 600, NOW, target=0.01)

    assert found.chosen is not None
    assert found.chosen.level >= 150
    assert found.chosen.automated == 1.0


def test_a_short_history_proves_nothing_and_says_how_much_is_missing() -> None:
    short = fit([outcome(950)] * 20, NOW, target=0.005)
    enough = fit([outcome(950)] * (20 + short.missing), NOW, target=0.005)
    barely_not = fit([outcome(950)] * (19 + short.missing), NOW, target=0.005)

    assert short.chosen is None
    assert enough.chosen is not None
    assert barely_not.chosen is None


def test_errors_below_a_threshold_do_not_count_against_it() -> None:
    found = fit([outcome(990)] * 700 + [outcome(820, is_wrong=True)] * 50, NOW, target=0.02)

    assert found.chosen is not None
    assert found.chosen.wrong == 0
    assert 50 <= found.chosen.level < 100


def test_an_error_found_in_an_audit_weighs_as_much_as_what_was_not_looked_at() -> None:
    audited = [outcome(950, share_permille=20)] * 99 + [outcome(950, share_permille=20, is_wrong=True)]
    held = [outcome(950)] * 900
    point = fit([*audited, *held], NOW, target=0.05).points[LEVELS.index(100)]

    assert point.error == pytest.approx(50 / (100 * 50 + 900))


def test_what_nobody_looked_at_and_what_was_not_drawn_prove_nothing() -> None:
    found = fit([outcome(990, is_wrong=None)] * 5000 + [outcome(990, share_permille=0)] * 5000, NOW, target=0.05)

    assert (found.reviewed, found.chosen) == (0, None)


def test_the_bound_is_near_the_exact_one_of_clopper_and_pearson_without_errors() -> None:
    clean = np.zeros(600)

    assert 0.00498 < upper_bound(clean, np.ones(600), 0.05) < 0.0070  # exact: 1 - 0.05 ** (1 / 600) = 0.00498
    assert p_value(np.ones(50), np.ones(50), 0.01) == 1.0
    assert still_needed(clean, np.ones(600), 0.01, 0.05) == 1


def test_in_1000_runs_the_true_error_of_what_is_proved_stays_below_the_target() -> None:
    rng = np.random.default_rng(20261122)
    broken = proved = 0
    for run in range(1000):
        extractor = Extractor(rng, worth=rng.uniform(0.02, 0.5), floor=rng.choice([0.0, 0.005, 0.02]))
        history = extractor.history(600)
        levels = [
            level
            for level, is_proved, _ in prove(half_audited(history) if run % 2 else history, NOW, **TARGET)
            if is_proved
        ]
        if levels:
            proved += 1
            broken += extractor.error_above(thresholds_at(NOW, max(levels))["total"]) > TARGET["target"]

    assert proved > 100
    assert broken <= 50


TARGET = {"target": 0.02, "confidence": 0.95}


def half_audited(history: list[Outcome]) -> list[Outcome]:
    """The same history when of all that is sure only every second document was looked at."""
    kept = (one for index, one in enumerate(history) if index % 2 or one.confidences[0][1] < 900)
    return [one.model_copy(update={"share_permille": 500}) if one.confidences[0][1] >= 900 else one for one in kept]
