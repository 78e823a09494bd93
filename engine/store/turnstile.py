"""Lets the writers of an SQLite file in one after another, so that none of them waits for ever.

SQLite keeps no queue: who finds the file locked sleeps and looks again, up to 100 ms later each time, and whoever asks in
the short moment between two transactions gets in. A process that writes without a pause takes its own place over and
over; of eight that did, four got in once in 15 s, and after a minute one is told `database is locked`. Here a writer
first takes a lock file, keeps it only until its transaction has begun, and meanwhile is the only one who looks: who
ended a transaction finds the next one in line before it. The lock of SQLite stays what keeps writers apart; a tool that
knows nothing of this file harms nobody, and a process that dies leaves nothing behind.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOOK_SECONDS = 0.004
_STUCK_SECONDS = 10
"""How long a queue that did not move is left alone."""


class TooLong(Exception):
    """It was nobody's turn within the time."""


class Turnstile:
    """One place at the head of the queue, among the threads of this process and among processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()
        self._stuck_until = 0.0

    @contextmanager
    def turn(self, deadline: float) -> Iterator[None]:
        """Be the next one in line; hold it as short as possible. `deadline` is a time of `time.monotonic`.

        Raises TooLong when the deadline passes first, and at once for a while after another process did not move.
        """
        if time.monotonic() < self._stuck_until:
            raise TooLong
        if not self._threads.acquire(timeout=max(deadline - time.monotonic(), 0)):
            raise TooLong
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                self._take(file, deadline)
                yield
            finally:
                os.close(file)  # which gives the lock back
        finally:
            self._threads.release()

    def _take(self, file: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    self._stuck_until = time.monotonic() + _STUCK_SECONDS
                    raise TooLong from None
                time.sleep(_LOOK_SECONDS)
            else:
                return
