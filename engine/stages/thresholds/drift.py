"""Watches audited documents, and says when the error of what is posted without a person is above the target.

A Shiryaev-Roberts sum of likelihood ratios: M = (1 + M) * ratio for each audited document, averaged over several higher
error rates. While the error is at or below the target, M minus the number of audits is a supermartingale, so that M
reaches `horizon`/`level` within `horizon` audits with a probability of at most `level` (Doob). It starts anew at every
document, so that a long good past does not hide a sudden fall.
"""

from collections.abc import Iterable

STEPS = 3
"""Steps down after which nothing is posted without a person."""
_HIGHER = (2, 4, 10, 20, 50)
"""Times the target that the error may have risen to."""
HORIZON = 1000
LEVEL = 0.05


def broken_at(wrong: Iterable[bool], *, target: float, horizon: int = HORIZON, level: float = LEVEL) -> int | None:
    """Return after how many audits (from 1) the target is known to be broken, or None.

    `wrong` says of each audited document, the oldest first, whether a checked field was wrong. `target` is a share (0..1).
    """
    rates = sorted({min(0.9, target * times) for times in _HIGHER})
    sums = [0.0] * len(rates)
    for count, is_wrong in enumerate(wrong, 1):
        ratios = (rate / target if is_wrong else (1 - rate) / (1 - target) for rate in rates)
        sums = [(1 + one) * ratio for one, ratio in zip(sums, ratios, strict=True)]
        if sum(sums) / len(sums) >= horizon / level:
            return count
    return None


def stepped(permille: int, steps: int) -> int:
    """Return a threshold (thousandths) after so many steps down: each halves the doubt allowed, the last allows none."""
    return 1001 if steps >= STEPS else 1000 - ((1000 - permille) >> steps)
