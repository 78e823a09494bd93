"""Children of one guard take turns at work that needs much memory for a short time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

TURNS = "POSTROOM_TURNS"
"""Environment variable of a child: the open file whose bytes are locked, and how many may have their turn at once."""


def described(file: int, *, at_most: int) -> dict[str, str]:
    """Return the environment of a child: of `at_most` that work at once, half have their turn at the same time."""
    return {TURNS: f"{file}:{max(1, at_most // 2)}"}


@contextmanager
def in_turn() -> Iterator[None]:
    """Wait for the turn of this process and hold it; at once where there are no turns. It ends with the process."""
    file, _, turns = os.environ.get(TURNS, "").partition(":")
    if not turns:
        yield
        return
    place = os.getpid() % int(turns)
    fcntl.lockf(int(file), fcntl.LOCK_EX, 1, place)
    try:
        yield
    finally:
        fcntl.lockf(int(file), fcntl.LOCK_UN, 1, place)
