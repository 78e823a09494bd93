"""A document as it was judged once: by the versions of its day, or again by a candidate."""

from datetime import datetime

from engine.model.decision import Decision, Route
from engine.model.finding import Finding
from engine.model.operation import Operation
from engine.model.record import Match, Record
from engine.model.value import Value, canonical_json

HELD_QUEUE = "integration_admins"
"""Queue of documents that cannot be mapped."""


class Judged(Value):
    """What came of one revision of a document: its record, who was meant, the decision, and what would be written."""

    document_id: str
    revision: int
    at: datetime
    """When it was received (zoned): the day for which it is judged."""
    record: Record
    decision: Decision
    vendor: Match | None = None
    order: Match | None = None
    operations: tuple[Operation, ...] = ()
    """What is planned; empty where nothing is posted."""
    findings: tuple[Finding, ...] = ()
    """What kept a document that was to be posted from being mapped, worst first."""
    asked_anew: tuple[str, ...] = ()
    """Questions to the store that were not asked when it was judged first; their answers are those of its day."""

    @property
    def route(self) -> Route:
        """Where it goes: as decided, but to people when it was to be posted and cannot be mapped."""
        return "review" if self.is_held else self.decision.route

    @property
    def queue(self) -> str | None:
        """Whose it is there."""
        return HELD_QUEUE if self.is_held else self.decision.queue

    @property
    def is_held(self) -> bool:
        """Whether something keeps a document that was to be posted from being mapped."""
        return self.decision.route == "post" and not self.operations and bool(self.findings)

    @property
    def text(self) -> str:
        """The canonical JSON of it: equal text, equal outcome."""
        return canonical_json(self.model_dump(mode="json"))
