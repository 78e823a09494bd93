"""Rounds: what is done again and again in a thread of its own, whatever went wrong the last time."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()


def repeat(task: Callable[[], None], *, wait: Callable[[], bool], end: threading.Event, executor: str) -> None:
    """Do a task after every wait, until a wait says that it was the last. A round that fails is followed by the next."""
    while not wait():
        try:
            task()
        except Exception as e:  # noqa: BLE001 - the outermost loop of its thread: the next round tries again
            if not end.is_set():
                name = threading.current_thread().name
                log.warning("round_failed", thread=name, executor=executor, why=f"{type(e).__name__}: {e}")
