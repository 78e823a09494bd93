"""How soon a drift inside the tolerance is reported, and how often an honest vendor is: `python bench/leakage.py`.

Every scenario is simulated on the same test that the hub runs (`engine/stages/leakage/drift.py`), vectorised; the first series
of each are run through the hub's own code and must agree. Differences are shares of the tolerance: 1.9 % under 2 % is 0.95.
"""

import argparse
import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np

from engine.content.leakage import LeakagePolicy
from engine.model.leakage import Variance
from engine.stages.leakage.drift import run, threshold

POLICY = LeakagePolicy()
STEP, NOISE, BAR = float(POLICY.step), float(POLICY.noise), float(threshold(POLICY))
TRUST = 4
Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def truncated(draw: Draw) -> Draw:
    """Draw again what a tolerance would have refused."""

    def drawn(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
        values = draw(rng, shape)
        while (wide := np.abs(values) > 1).any():
            values[wide] = draw(rng, (int(wide.sum()), 1))[:, 0]
        return values

    return drawn


def coin(size: float) -> Draw:
    return lambda rng, shape: rng.choice([-size, size], shape)


HONEST: dict[str, Draw] = {
    "bills exactly": lambda _rng, shape: np.zeros(shape),
    "normal, a third of the tolerance": truncated(lambda rng, shape: rng.normal(0, 1 / 3, shape)),
    "uniform over the whole tolerance": lambda rng, shape: rng.uniform(-1, 1, shape),
    "always 1.15 % off, either way": coin(0.577),
    "always 1.9 % off, either way": coin(0.95),
    "always 2 % off, either way": coin(1.0),
}
LEAKS: dict[str, Draw] = {
    "1.9 % high": lambda _rng, shape: np.full(shape, 0.95),
    "1.9 % high on average, normal 0.2 % around it": truncated(lambda rng, shape: rng.normal(0.95, 0.1, shape)),
    "between 1.5 % and 2 % high": lambda rng, shape: rng.uniform(0.75, 1, shape),
    "1.5 % high": lambda _rng, shape: np.full(shape, 0.75),
    "1 % high": lambda _rng, shape: np.full(shape, 0.5),
    "1 % high on average, normal 0.5 % around it": truncated(lambda rng, shape: rng.normal(0.5, 0.25, shape)),
}


def first_report(shares: np.ndarray) -> np.ndarray:
    """Return after how many invoices each row is reported; 0 when it never is."""
    rows = shares.shape[0]
    score, squares, under = np.zeros(rows), np.zeros(rows), np.zeros(rows)
    reported = np.zeros(rows, dtype=int)
    for at, used in enumerate(shares.T, start=1):
        scatter = np.maximum(NOISE, (TRUST * NOISE + squares) / (TRUST + under))
        score = np.clip(score + STEP * used - STEP**2 * scatter / 2, 0, 2 * BAR)
        squares += np.where(used < 0, used * used, 0)
        under += used < 0
        reported = np.where((reported == 0) & (score >= BAR), at, reported)
    return reported


def by_the_hub(shares: np.ndarray) -> int:
    """Return the same for one row, by the code that the hub runs."""
    variances = [
        Variance(vendor="V", item="I", currency="EUR", amount=Decimal(0), used=Decimal(f"{share:.6f}"))
        for share in shares
    ]
    return run(variances, POLICY)[0].reported_after or 0


def upper(count: int, of: int) -> float:
    """Return an upper bound (95 %) of a probability of which `count` in `of` cases were seen (Wilson)."""
    z = 1.645
    share = count / of
    return (share + z * z / (2 * of) + z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))) / (
        1 + z * z / of
    )


def run_length(alarms: int, series: int) -> str:
    """Return how many invoices pass between two false alarms, from the share of series that had one in 1,000."""
    rate = max(alarms, 3) / series  # with none seen, three is the upper bound of 95 %
    return f"{'over ' if not alarms else 'about '}{round(-1000 / math.log1p(-rate), -4):,.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    print(f"threshold {BAR:.3f} nats, {given.series} series each\n")
    print(
        "| honest vendor | reported within 1,000 invoices | at most (95 %) | average run length, invoices |\n|---|---|---|---|"
    )
    for name, draw in HONEST.items():
        shares = draw(rng, (given.series, 1000))
        reported = first_report(shares)
        assert all(by_the_hub(row) == reported[at] for at, row in enumerate(shares[:5])), name
        alarms = int((reported > 0).sum())
        cells = f"{100 * alarms / given.series:.3f} % | {100 * upper(alarms, given.series):.3f} % | {run_length(alarms, given.series)}"
        print(f"| {name} | {cells} |")
    print(
        "\n| dearer vendor, tolerance 2 % | mean | 95 % within | after 200 honest uniform invoices: mean | 95 % within |"
    )
    print("|---|---|---|---|---|")
    for name, draw in LEAKS.items():
        shares = draw(rng, (given.series, 400))
        fresh = first_report(shares)
        assert all(by_the_hub(row) == fresh[at] for at, row in enumerate(shares[:5])), name
        late = first_report(np.hstack([rng.uniform(-1, 1, (given.series, 200)), shares]))
        later = late[late > 200] - 200
        cells = (fresh.mean(), np.percentile(fresh, 95), later.mean(), np.percentile(later, 95))
        print(f"| {name} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")


if __name__ == "__main__":
    main()
