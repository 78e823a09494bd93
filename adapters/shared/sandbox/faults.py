"""The ways in which a target misbehaves, and the book of those that are switched on."""

import re
import threading
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

FaultKind = Literal[
    "cut_before", "hang", "throttle", "expire_token", "html_500", "html_200", "unavailable", "redirect", "strange_status", "echo",
    "commit_then_cut", "commit_then_hang", "commit_then_500", "commit_then_503", "commit_then_504", "commit_then_html",
    "delay", "drip", "truncate", "empty", "schema_changed", "answer_twice",
]  # fmt: skip
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
NOTHING_DONE: frozenset[FaultKind] = frozenset(
    {
        "cut_before",
        "hang",
        "throttle",
        "expire_token",
        "html_500",
        "html_200",
        "unavailable",
        "redirect",
        "strange_status",
        "echo",
    }
)
"""The call does nothing; every other kind carries it out and spoils the answer."""


@dataclass(frozen=True)
class Fault:
    """One fault: what, for how many calls, on which calls."""

    kind: FaultKind
    times: int = 1
    on: str = "writes"
    """`writes`, `reads`, `all`, or a pattern of the path with `*`."""
    skip: int = 0
    """Calls that pass before the first is spoiled."""
    seconds: float = 1
    """Of a delay, a hang, a pause between two bytes, or asked for by a throttle."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"there is no fault {self.kind!r}; there are: {', '.join(KINDS)}")

    @property
    def commits(self) -> bool:
        """Whether the call takes effect all the same."""
        return self.kind not in NOTHING_DONE


class FaultBook:
    """The faults that are switched on. Safe to share between threads."""

    def __init__(self) -> None:
        self._open: list[list[Any]] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._lock:
            self._open.append([fault, fault.skip, fault.times])

    def clear(self) -> None:
        """Switch everything off."""
        with self._lock:
            self._open.clear()

    def listed(self) -> list[dict[str, Any]]:
        """Return what is still switched on, with what is left of it."""
        with self._lock:
            return [{**asdict(fault), "skip": skip, "times": times} for fault, skip, times in self._open]

    def next(self, path: str, *, is_write: bool) -> Fault | None:
        """Return the fault that spoils this call, and count it."""
        with self._lock:
            for entry in self._open:
                fault: Fault = entry[0]
                if not _is_of(fault.on, path, is_write=is_write):
                    continue
                if entry[1]:
                    entry[1] -= 1
                    continue
                entry[2] -= 1
                if not entry[2]:
                    self._open.remove(entry)
                return fault
        return None


def _is_of(on: str, path: str, *, is_write: bool) -> bool:
    if on in {"writes", "reads"}:
        return is_write == (on == "writes")
    return on == "all" or re.fullmatch(".*".join(map(re.escape, on.split("*"))), path) is not None
