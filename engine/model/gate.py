"""What the promotion gate found: the documents a candidate judges otherwise, why, and the money that moves."""

from datetime import datetime
from typing import Literal

from engine.model.change import Cause, Change, Moving
from engine.model.value import Value, digest

Known = Literal["said", "login", "session"]
"""How a person is known: `said` is a name that was typed, `login` that of the system's user, `session` signed in on pages."""


class Rebound(Value):
    """A binding that is another one here than where the version was tried. A credential is shown by its place."""

    name: str
    """`erp.folder`."""
    there: str | None
    """None: nothing is bound."""
    here: str | None
    source: str
    """The environment where it was tried."""


class Sum(Value):
    """Money that moves the same way, over all documents."""

    what: Moving
    before: str
    after: str
    currency: str
    amount: str
    """Decimal text; for `amount` the sum of signed differences."""
    documents: int


class Group(Value):
    """All documents that one edit changes."""

    cause: Cause
    documents: tuple[str, ...]
    """Ids, in the order of the report."""
    rerouted: int
    money: tuple[Sum, ...]


class Subject(Value):
    """By what people know a document."""

    document_id: str
    name: str
    vendor: str
    number: str
    total: str
    currency: str


class Failed(Value):
    """A document that could not be judged by one of the versions."""

    document_id: str
    side: str
    """`live` or `candidate`."""
    error: str


class GateReport(Value):
    """One look through the gate. It is kept; approvals are about it."""

    environment: str
    live: str
    """`name@version` of the flow that is live."""
    live_set: int
    candidate: str
    candidate_digest: str
    """Of everything the candidate rests on."""
    at: datetime
    by: str
    known: Known = "said"
    """How `by` is known."""
    documents: int
    taken_over: int = 0
    """Of these, how many did not have to be judged: program, content and inputs are those of the stored outcome."""
    doubted: tuple[str, ...] = ()
    """Documents whose stored outcome was to be taken over and turned out to be another one; then all were judged."""
    first: datetime | None = None
    """Arrival of the oldest document that was replayed."""
    last: datetime | None = None
    edits: tuple[Cause, ...] = ()
    """Everything that is not the same in both, whether it changes a document or not."""
    changes: tuple[Change, ...] = ()
    subjects: tuple[Subject, ...] = ()
    """Of the documents that change, in their order."""
    groups: tuple[Group, ...] = ()
    routes: tuple[Sum, ...] = ()
    money: tuple[Sum, ...] = ()
    failed: tuple[Failed, ...] = ()
    refused: tuple[str, ...] = ()
    """Why policy does not let it through, in sentences that say what to do."""
    approvals: tuple[str, ...] = ()
    """Teams that have to agree."""
    bindings: tuple[Rebound, ...] = ()
    """What the version's targets are bound to here and were not where it was tried."""

    @property
    def id(self) -> str:
        """SHA-256 of the whole report."""
        return digest(self.model_dump(mode="json"))

    @property
    def effect(self) -> str:
        """SHA-256 of what the candidate does to the documents, whenever and by whomever it was looked at."""
        return digest([one.model_dump(mode="json") for one in (*self.changes, *self.failed)])
