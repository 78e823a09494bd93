"""Every shape of purchase-to-pay is decided as its truth says, through the real judge on a database of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [101, pytest.param(102, marks=pytest.mark.siege)])
def test_every_shape_is_decided_as_its_truth_says(seed: int) -> None:
    done = subprocess.run(
        [sys.executable, "bench/p2p/run.py", "--each", "1", "--seed", str(seed)],
        cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip

    wrong = [line for line in done.stdout.splitlines() if "0/1" in line or line.startswith("      ")]
    assert (done.returncode, wrong) == (0, []), done.stderr[-2000:]
    assert done.stdout.splitlines()[-1].startswith("72 of 72 right (1.0000), 0 hard failures posted")
