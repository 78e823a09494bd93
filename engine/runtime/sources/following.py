"""Follows the sources of an environment in a worker: each in a thread of its own, so that one that hangs holds up no other."""

import threading
import time
from collections.abc import Callable

import structlog

from engine.runtime import rounds
from engine.runtime.house import House
from engine.runtime.sources import polling

log = structlog.get_logger()


class Follower:
    """Asks the sources of the house that is in force. `enqueue` puts a new document in the queue."""

    def __init__(self, house: Callable[[], House], executor_id: str, enqueue: Callable[[str], object]) -> None:
        self._house, self._executor_id, self._enqueue = house, executor_id, enqueue
        self._end = threading.Event()
        self._threads: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Begin to follow what the environment names; what it names later is followed by `look`."""
        self.look()

    def look(self) -> None:
        """Begin to follow sources that are new in the environment."""
        for name in self._house().library.environment.sources:
            if name not in self._threads and not self._end.is_set():
                thread = threading.Thread(target=self._repeat, args=(name,), name=f"source-{name}", daemon=True)
                self._threads[name] = thread
                thread.start()

    def stop(self, *, wait_seconds: int) -> None:
        """Ask no more; a look that runs may end."""
        self._end.set()
        deadline = time.monotonic() + wait_seconds
        for thread in self._threads.values():
            thread.join(timeout=max(0.0, deadline - time.monotonic()))

    def _repeat(self, name: str) -> None:
        seconds = self._house().settings.heartbeat_seconds
        rounds.repeat(
            lambda: self._ask(name), wait=lambda: self._end.wait(seconds), end=self._end, executor=self._executor_id
        )

    def _ask(self, name: str) -> None:
        house = self._house()
        if name in house.library.environment.sources and polling.is_due(house, name, house.clock.now()):
            for document_id in polling.poll(house, name, by=self._executor_id).documents:
                self._enqueue(document_id)
