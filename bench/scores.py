"""Figures of merit for values with probabilities."""

from collections.abc import Sequence
from typing import NamedTuple

Judged = tuple[float, bool]
"""The probability that was claimed, and whether the value was right."""


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
