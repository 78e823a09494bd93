"""How often somebody may call: a bucket each, that fills as time passes. Each process counts for itself."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from fastapi import Depends, Request

from admin.http.problem_types import Told
from admin.http.who import current_person
from engine.model.person import Asker

_MOST = 10_000
"""Callers that are remembered."""
_MINUTE = 60


class Pace:
    """So many calls a minute for each caller, all of them at once if need be."""

    def __init__(self, calls: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self.calls = calls
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, caller: str) -> int:
        """Count a call. Return 0, or the seconds after which the next one is taken when this one is not."""
        with self._lock:
            at = self._now()
            left, since = self._left.pop(caller, (float(self.calls), at))
            left = min(float(self.calls), left + (at - since) * self.calls / _MINUTE)
            taken = left >= 1
            self._left[caller] = (left - 1 if taken else left, at)
            while len(self._left) > _MOST:
                self._left.popitem(last=False)
        return 0 if taken else math.ceil((1 - left) * _MINUTE / self.calls)


class Heavy:
    """The dependency of a route that costs much: a caller asks for it `calls` times a minute at most."""

    def __init__(self, calls: int = 30) -> None:
        self._pace = Pace(calls)

    def __call__(self, request: Request, asker: "Asker" = Depends(current_person)) -> None:  # noqa: B008 - FastAPI's way
        """Count a call. Raises Told `too-many`."""
        route = request.scope.get("route")
        seconds = self._pace.wait(f"{asker.id} {getattr(route, 'path', '')}")
        if seconds:
            words = f"This costs much: {self._pace.calls} calls a minute."
            raise Told("too-many", words, headers={"Retry-After": str(seconds)})
