"""Chooses thresholds from reviewed history, so that the error of what passes stays below a target.

All thresholds move together along one path that was fixed before anybody looked: at `level` hundredths a field may be
`level`/100 times as doubtful as the ruleset allows now. Many points of the path are tried; that one of them is proved by
chance is held below 1 - confidence by the fallback procedure (Wiens 2003): points are tried from strict to loose, some
with a share of the level of their own, and the level of a point that is proved goes on to the next.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.model.outcome import Fit, Outcome, Point
from engine.stages.thresholds.bound import Floats, p_value, still_needed, upper_bound

LEVELS = (5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 135, 150, 175, 200)
_STARTS = (20, 40, 60, 80, 100)
"""Points with a share of the level of their own: where a run of proofs can begin."""
DEFAULT = "default"


def thresholds_at(now: Mapping[str, int], level: int) -> dict[str, int]:
    """Return thresholds (thousandths, rounded up) that allow `level` hundredths of the doubt allowed by those of now."""
    return {name: max(0, 1000 - (1000 - value) * level // 100) for name, value in now.items()}


def fit(
    outcomes: Sequence[Outcome], now: Mapping[str, int], *, target: float, confidence: float = 0.95, scope: str = "all"
) -> Fit:
    """Return the curve over all points, and the loosest thresholds whose error is proved to be below `target` (0..1).

    `outcomes` stand in the order of review; those that nobody reviewed only count for the share that passes. `now` are
    the thresholds of the ruleset in thousandths, with `default`. The probability that the chosen point's error is at or
    above the target is at most 1 - `confidence`, whatever the confidences of the readings are worth.
    """
    proofs = prove(outcomes, now, target=target, confidence=confidence)
    points = tuple(
        _point(outcomes, now, level, is_proved=is_proved, confidence=confidence) for level, is_proved, _ in proofs
    )
    best = max((one for one in points if one.is_proved), key=lambda one: one.level, default=None)
    return Fit(
        scope=scope, target=target, confidence=confidence, documents=len(outcomes),
        reviewed=sum(one.counts for one in outcomes), points=points, chosen=best,
        missing=0 if best else min(need for _, _, need in proofs if need),
    )  # fmt: skip


def prove(
    outcomes: Sequence[Outcome], now: Mapping[str, int], *, target: float, confidence: float
) -> list[tuple[int, bool, int]]:
    """Return (level, whether its error is proved to be below the target, documents still needed) of every point.

    Documents needed are counted for points that have a share of the level of their own, and are 0 for others.
    """
    reviewed = [one for one in outcomes if one.counts]
    wrong, weights = _told(reviewed)
    sure = _table(reviewed, now)
    found: list[tuple[int, bool, int]] = []
    carried = 0.0
    for level in LEVELS:
        chosen = _passing(sure, now, level)
        own = (1 - confidence) / len(_STARTS) if level in _STARTS else 0.0
        allowed = own + carried
        is_proved = allowed > 0 and p_value(wrong[chosen], weights[chosen], target) <= allowed
        carried = allowed if is_proved else 0.0
        is_short = own > 0 and not is_proved
        found.append(
            (level, is_proved, still_needed(wrong[chosen], weights[chosen], target, allowed) if is_short else 0)
        )
    return found


def _point(
    outcomes: Sequence[Outcome], now: Mapping[str, int], level: int, *, is_proved: bool, confidence: float
) -> Point:  # fmt: skip
    chosen = _passing(_table(outcomes, now), now, level)
    passing = [one for one, is_in in zip(outcomes, chosen, strict=True) if is_in]
    wrong, weights = _told([one for one in passing if one.counts])
    return Point(
        level=level, thresholds=tuple(thresholds_at(now, level).items()), reviewed=len(wrong), wrong=int(wrong.sum()), is_proved=is_proved,
        automated=len(passing) / max(1, len(outcomes)),
        error=((wrong * weights).sum() / weights.sum()).item() if len(wrong) else None,
        bound=upper_bound(wrong, weights, 1 - confidence),
    )  # fmt: skip


def _told(reviewed: Sequence[Outcome]) -> tuple[Floats, Floats]:
    """Return 1 for each reviewed document that was wrong, and 1/probability that each was looked at."""
    wrong = np.array([bool(one.wrong) for one in reviewed], dtype=np.float64)
    return wrong, np.array([1000 / one.share_permille for one in reviewed])


def _table(outcomes: Sequence[Outcome], now: Mapping[str, int]) -> npt.NDArray[np.int64]:
    """Return the least confidence of each document under each threshold of `now`; 1001 where it has no such field."""
    columns = {name: index for index, name in enumerate(now)}
    table = np.full((len(outcomes), len(columns)), 1001, dtype=np.int64)
    for row, one in zip(table, outcomes, strict=True):
        for name, sure in one.confidences:
            column = columns.get(name, columns[DEFAULT])
            row[column] = min(row[column], sure)
    return table


def _passing(sure: npt.NDArray[np.int64], now: Mapping[str, int], level: int) -> npt.NDArray[np.bool_]:
    least = np.array(list(thresholds_at(now, level).values()))
    return np.asarray(np.all(sure >= least, axis=1), dtype=np.bool_)
