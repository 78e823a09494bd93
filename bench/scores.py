"""Figures of merit for values with probabilities."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Numbers = np.ndarray[Any, np.dtype[Any]]
Judged = tuple[float, bool]
"""The probability that was claimed, and whether the value was right."""


_DRAWS, _SEED = 400, 7


class Bin(NamedTuple):
    """Values of nearly the same claimed probability."""

    claimed: float
    right: float
    count: int


def bins(judged: Sequence[Judged], count: int = 10) -> list[Bin]:
    """Return the values in bins of equal width, empty ones left out."""
    out = []
    for number in range(count):
        low, high = number / count, (number + 1) / count
        inside = [(p, ok) for p, ok in judged if low <= p < high or (number == count - 1 and p >= high)]
        if inside:
            out.append(
                Bin(sum(p for p, _ in inside) / len(inside), sum(ok for _, ok in inside) / len(inside), len(inside))
            )
    return out


def calibration_error(judged: Sequence[Judged]) -> float:
    """Return the expected calibration error over ten bins of equal width (Naeini, Cooper, Hauskrecht 2015)."""
    return sum(b.count * abs(b.claimed - b.right) for b in bins(judged)) / max(len(judged), 1)


def mass_error(judged: Sequence[Judged], count: int = 10) -> float:
    """Return the expected calibration error over bins of as many values each as equal claims allow (Nixon 2019)."""
    return _error(_by_mass(judged, count), judged) if judged else 0.0


def _by_width(judged: Sequence[Judged], count: int = 10) -> Numbers:
    return np.minimum((np.array([p for p, _ in judged]) * count).astype(int), count - 1)


def _by_mass(judged: Sequence[Judged], count: int = 10) -> Numbers:
    claims = np.array([p for p, _ in judged])
    return np.searchsorted(np.quantile(claims, np.linspace(0, 1, count + 1)[1:-1]), claims)


def _error(places: Numbers, judged: Sequence[Judged]) -> float:
    return float(_errors(places, judged, np.array([[ok for _, ok in judged]]))[0])


def _errors(places: Numbers, judged: Sequence[Judged], outcomes: Numbers) -> Numbers:
    """Return the calibration error of each row of outcomes: the sum over bins of how far claims and truth are apart."""
    gaps = outcomes - np.array([p for p, _ in judged])
    sums = np.stack([gaps[:, places == place].sum(axis=1) for place in np.unique(places)])
    found: Numbers = np.abs(sums).sum(axis=0) / len(judged)
    return found


class Noise(NamedTuple):
    """The calibration error of a perfect judge: mean, and the range in which it lies 95 times of 100."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f}-{self.high:.3f})"


def noise(judged: Sequence[Judged], *, fates: Sequence[str] = (), by_mass: bool = False) -> Noise:
    """Return the error that the same claims would have were each exactly as probable as it says, by drawing lots.

    Values with the same of `fates` share one lot: where a layout hides a value from the reader, it does so each time.
    """
    if not judged:
        return Noise(0.0, 0.0, 0.0)
    lots = np.random.default_rng(_SEED)
    names, place = np.unique(list(fates) or np.arange(len(judged)), return_inverse=True)
    outcomes = lots.random((_DRAWS, len(names)))[:, place] < np.array([p for p, _ in judged])
    errors = _errors((_by_mass if by_mass else _by_width)(judged), judged, outcomes)
    low, high = np.quantile(errors, (0.025, 0.975))
    return Noise(float(errors.mean()), float(low), float(high))


def coverage(judged: Sequence[Judged], *, precision: float = 0.99) -> float:
    """Return the largest share of values that can be taken by claimed probability with at least that precision."""
    order = sorted(judged, key=lambda one: -one[0])
    right, best = 0, 0
    for number, (claimed, ok) in enumerate(order, start=1):
        right += ok
        is_last = number == len(order) or order[number][0] < claimed
        if is_last and right >= precision * number:
            best = number
    return best / max(len(order), 1)


def above(judged: Sequence[Judged], least: float) -> tuple[float, float]:
    """Return (share right, share of all values) of the values claimed with at least this probability."""
    sure = [ok for claimed, ok in judged if claimed >= least]
    return (sum(sure) / len(sure) if sure else 1.0), len(sure) / max(len(judged), 1)


def brier(judged: Sequence[Judged]) -> float:
    """Return the mean squared distance of claim and truth (Brier 1950); smaller is better."""
    return sum((claimed - ok) ** 2 for claimed, ok in judged) / max(len(judged), 1)
