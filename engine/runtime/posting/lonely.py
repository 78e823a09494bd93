"""Operations over which workers died: they leave alone, so that whoever dies then died of nothing else.

A worker that dies takes down whatever it was sending, and its neighbours did nothing wrong. So an operation is not given
up for the deaths that it shared: it is set apart. Each worker that sees one due lets its calls end; the first that has
nothing on its way takes it and claims nothing else until it is back.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.store import outbox

_HELD_OFF = timedelta(seconds=5)
"""How long the others go on when one could not be taken, because its target has no call left."""


class Lonely:
    """What one worker knows of operations that leave alone."""

    def __init__(self) -> None:
        self.is_out = False
        """One is on its way here: nothing else is claimed."""
        self._not_before: datetime | None = None

    def next(self, tx: Connection, awake: Collection[str], now: datetime) -> str:
        """Return the target of one that waits for this worker to have nothing on its way, or nothing."""
        if self.is_out or (self._not_before is not None and now < self._not_before):
            return ""
        return next((name for name in outbox.due_alone(tx, now) if name in awake), "")

    def tried(self, *, is_taken: bool, now: datetime) -> None:
        """Note whether the one that was due could be taken."""
        self.is_out = is_taken
        self._not_before = None if is_taken else now + _HELD_OFF
