"""Alarms: what should have happened and did not."""

from datetime import datetime
from typing import Literal

from engine.model.value import Value

AlarmKind = Literal[
    "nothing_posted", "deadline_passed", "waits_too_long", "unknown_too_long", "unacknowledged", "breaker_open",
    "operation_shares_object", "answer_contradicts", "source_silent", "source_refused", "webhook_fails",
    "parked", "review_overdue",
]  # fmt: skip


class Alarm(Value):
    """One thing that somebody has to look at."""

    kind: AlarmKind
    subject: str
    """What it is about: a target, `flow/target`, an operation's key."""
    message: str
    """For the person who looks: what is wrong, and what to do."""
    since: datetime
    """When it was raised."""

    @property
    def id(self) -> str:
        """The same as long as it is the same alarm."""
        return f"{self.kind}:{self.subject}"
