"""Cursors of what changed: windows that overlap, so that nothing is missed, and a memory, so that nothing comes twice.

Systems commit out of order: a change stamped 10:00:00 may become visible after one of 10:00:01 was read. Each poll looks
back by an overlap. Stamps are the system's own; our clock plays no part.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.ports import Change, Changes

_REMEMBERED = 20_000
"""Changes of the window that are remembered; more come again, which the hub's own check of echoes takes."""


@dataclass(frozen=True)
class Cursor:
    """How far was read, and what was read in the window that the next poll looks at again."""

    at: datetime | None = None
    """The latest stamp that was seen; None: nothing yet."""
    seen: tuple[tuple[str, str], ...] = field(default=())
    """Stamp and fingerprint of the changes in the window."""

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor of a text that `text` made; empty means from the beginning. Raises ValueError."""
        if not text:
            return cls()
        try:
            said = json.loads(text)
            at = datetime.fromisoformat(said["at"]) if said["at"] else None
            return cls(at, tuple((str(when), str(print_)) for when, print_ in said["seen"]))
        except (ValueError, KeyError, TypeError) as e:
            raise ValueError("this is no cursor of ours") from e

    def text(self) -> str:
        """Return the cursor as text, to be kept."""
        at = self.at.isoformat() if self.at else ""
        return json.dumps({"at": at, "seen": self.seen}, separators=(",", ":"))

    def since(self, overlap: timedelta) -> datetime | None:
        """Return where the next look begins; None: at the beginning."""
        return None if self.at is None else self.at - overlap


def poll(
    cursor: str, pages: Callable[[datetime | None], Iterable[Sequence[Change]]], *, overlap: timedelta, most: int = 1000
) -> Changes:
    """Return what is new since a cursor.

    `pages(since)` yields pages of changes stamped at or after a moment (None: all), the oldest first; each change has `at`.
    Reading stops after the page in which `most` new changes are reached; then `is_all` is False. Changes of another stamp
    or version under the same id are new. Raises ValueError for a text that is no cursor.
    """
    start = Cursor.parse(cursor)
    known = {print_ for _, print_ in start.seen}
    window = list(start.seen)
    fresh: list[Change] = []
    at, is_all = start.at, True
    for page in pages(start.since(overlap)):
        if len(fresh) >= most:
            is_all = False
            break
        for change in page:
            stamp, print_ = _stamp(change), _fingerprint(change)
            if print_ in known:
                continue
            known.add(print_)
            fresh.append(change)
            window.append((stamp.isoformat(), print_))
            at = stamp if at is None else max(at, stamp)
    left = [] if at is None else [one for one in window if datetime.fromisoformat(one[0]) >= at - overlap]
    following = Cursor(at, tuple(sorted(left)[-_REMEMBERED:]))
    return Changes(rows=tuple(fresh), cursor=following.text(), is_all=is_all)


def _stamp(change: Change) -> datetime:
    if change.at is None:
        raise ValueError(f"{change.object} {change.id} has no time of change")
    return change.at.astimezone(UTC)


def _fingerprint(change: Change) -> str:
    parts = (change.object, change.id, change.version, _stamp(change).isoformat())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
