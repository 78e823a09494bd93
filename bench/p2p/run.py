"""Decide generated purchase-to-pay cases and count how often the decision is the truth.

    python bench/p2p/run.py [--each N] [--seed N] [--shape NAME] [--wrong N]

Every shape is drawn `--each` times. The truth was written from what an accounts payable department asks for, not from
the code. Prints a row a shape, the share of right decisions, and what was posted that must never be.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import shapes_more  # noqa: F401 - registers its shapes
from case import Case
from play import Stage, Verdict
from shapes import SHAPES
from world import World


def cases_of(*, each: int, seed: int, only: str | None = None) -> list[Case]:
    """Return the cases of every shape, or of one."""
    made: list[Case] = []
    for name, build in SHAPES.items():
        for index in range(each if only in (None, name) else 0):
            case = build(World(seed, name, index))
            case.shape = name
            made.append(case)
    return made


def main() -> int:
    """Print the table; the exit code is 1 when something was posted that must never be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape")
    parser.add_argument("--wrong", type=int, default=3, help="how many wrong ones of a shape are told")
    asked = parser.parse_args()
    cases = cases_of(each=asked.each, seed=asked.seed, only=asked.shape)
    with tempfile.TemporaryDirectory(prefix="postroom-p2p-") as home:
        stage = Stage(Path(home), cases)
        began = time.perf_counter()
        verdicts = [stage.play(case) for case in cases]
        seconds = time.perf_counter() - began
    tell(verdicts, most=asked.wrong)
    hard = [one for one in verdicts if one.is_hard]
    right = sum(not one.wrong for one in verdicts)
    print(
        f"{right} of {len(verdicts)} right ({right / len(verdicts):.4f}), {len(hard)} hard failures posted, {len(verdicts) / seconds:.0f} cases a second"
    )
    return 1 if hard else 0


def tell(verdicts: list[Verdict], *, most: int) -> None:
    """Print a row a shape, and what went wrong."""
    total = Counter(one.case.shape for one in verdicts)
    wrong = [one for one in verdicts if one.wrong]
    missed = Counter(one.case.shape for one in wrong)
    for shape, count in total.items():
        print(f"{shape:45}{count - missed[shape]:5}/{count}")
        for one in [one for one in wrong if one.case.shape == shape][:most]:
            print(f"      {one.wrong}"[:220])


if __name__ == "__main__":
    sys.exit(main())
