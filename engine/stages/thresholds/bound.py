"""Is the error of what passes below a target? A test by betting, exact for small samples and unequal weights.

Each reviewed document that passes multiplies a stake by 1 + bet * weight * (target - error), its weight scaled to at most 1.
Where the true error (the mean weighted by 1/probability of being looked at) is at or above the target, the stake is a
nonnegative supermartingale that starts at 1, so that it ever reaches 1/level with a probability of at most `level`
(Ville's inequality). The test may therefore be repeated whenever new reviews come in. See Waudby-Smith and Ramdas,
"Estimating means of bounded random variables by betting", JRSS B 2024.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_BETS: Floats = np.array([1.0, 0.9, 0.75, 0.5, 0.25, 0.1])
_SHARES: Floats = np.log(np.array([0.40, 0.20, 0.15, 0.10, 0.10, 0.05]))
"""How the first stake is divided over the bets; a bet of 1 is lost with the first error and gains most without one."""


def log_stakes(wrong: Floats, weights: Floats, target: float) -> Floats:
    """Return the logarithm of the stake of each bet after all documents.

    `wrong` is 1 for a document with an error, else 0; `weights` are 1/probability of being looked at.
    """
    if not len(wrong):
        return _SHARES
    scaled = weights / weights.max()
    with np.errstate(divide="ignore"):
        gains = np.log1p(np.outer(scaled * (target - wrong), _BETS / (1 - target)).clip(min=-1))
    stakes: Floats = _SHARES + gains.sum(axis=0)
    return stakes


def p_value(wrong: Floats, weights: Floats, target: float) -> float:
    """Return how well history fits an error at or above the target; below `level` it is refuted at that level."""
    return math.exp(min(0.0, -np.logaddexp.reduce(log_stakes(wrong, weights, target)).item()))


def upper_bound(wrong: Floats, weights: Floats, level: float) -> float:
    """Return the error that the true one is below with probability 1 - `level`; 1 without documents."""
    low, high = 0.0, 1.0
    for _ in range(16):
        middle = (low + high) / 2
        if p_value(wrong, weights, middle) <= level:
            high = middle
        else:
            low = middle
    return high


def still_needed(wrong: Floats, weights: Floats, target: float, level: float) -> int:
    """Return how many more documents without an error would prove the target."""
    now = log_stakes(wrong, weights, target)
    gain = np.log1p(target * _BETS / (1 - target))
    low, high = 0, 1
    while np.logaddexp.reduce(now + high * gain) < -math.log(level):
        low, high = high, high * 2
    while low + 1 < high:
        middle = (low + high) // 2
        if np.logaddexp.reduce(now + middle * gain) < -math.log(level):
            low = middle
        else:
            high = middle
    return high
