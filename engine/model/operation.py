"""Operations: writes into systems of record, each taking effect once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from engine.model.value import Value

OperationState = Literal["planned", "sending", "unknown", "delivered", "committed", "rejected", "parked", "cancelled"]

OPERATION_MOVES: Mapping[OperationState, frozenset[OperationState]] = {
    "planned": frozenset({"sending", "parked", "cancelled"}),
    # the intent is written before the call leaves; a dead worker leaves `sending`, which is read as unknown
    # back to planned: the target surely did not take it, a later try may succeed
    "sending": frozenset({"planned", "unknown", "delivered", "committed", "rejected", "parked"}),
    "unknown": frozenset({"sending", "unknown", "delivered", "committed", "parked"}),
    "delivered": frozenset({"committed", "rejected"}),
    "committed": frozenset({"rejected"}),
    "rejected": frozenset({"planned", "cancelled"}),
    "parked": frozenset({"planned", "sending", "cancelled", "committed"}),
    # a later revision of the document may mean it after all
    "cancelled": frozenset({"planned"}),
}
"""`delivered`: handed over, an acknowledgement is still awaited. Allowed moves; the store refuses others."""

ANSWER_MOVES: Mapping[OperationState, frozenset[OperationState]] = {
    # the target speaks of what we thought had not arrived, or is about to leave again
    "planned": frozenset({"committed", "rejected"}),
    "unknown": frozenset({"rejected"}),
    "parked": frozenset({"rejected"}),
    # it was mended over there, or taken although somebody called it off
    "rejected": frozenset({"committed"}),
    "cancelled": frozenset({"committed"}),
}
"""Moves that only an acknowledgement of the target makes, never a person and never our own reasoning."""


OVER: frozenset[OperationState] = frozenset({"delivered", "committed", "rejected", "parked", "cancelled"})
"""States in which nothing more is sent before something comes: an answer, or a person."""

STANDING: frozenset[OperationState] = frozenset({"delivered", "committed"})
"""States of operations that took effect."""


class Lineage(Value):
    """How one leaf of a payload came to be: the matrix row and the record fields it rests on."""

    path: str
    """Path in the payload: `lines[0].NETWR`."""
    row: str
    """`mapping@version` and the row's target path."""
    fields: tuple[str, ...]
    """Record paths read."""
    note: str = ""
    """`default`, `omitted`, `via` ... what was done to it."""


class Operation(Value):
    """One write into one target object. The key is flow + business key, never the payload."""

    key: str
    """`ap_invoice/erp/vendor_invoice/4711/RE-2026-0815`."""
    document_id: str
    revision: int
    target: str
    """The binding's name in the environment file (`erp`)."""
    object: str
    """What is written there (`vendor_invoice`)."""
    payload: Mapping[str, Any]
    """JSON data, already validated by the target's schema."""
    options: Mapping[str, Any] = {}
    """How this target object is written (file format, layout ...), checked by the adapter at start."""
    mapping: str
    """`name@version` of the matrix."""
    payload_digest: str
    lineage: tuple[Lineage, ...] = ()
    after: tuple[str, ...] = ()
    """Keys of operations that must be committed first."""
    deadline_hours: int | None = None
    """Hours from the plan in which it should have been committed."""
    state: OperationState = "planned"
    attempts: int = 0

    @property
    def short_key(self) -> str:
        """Twenty hex digits of the key's SHA-256: safe in file names and external-id fields."""
        return short_key(self.key)


def short_key(key: str) -> str:
    """Return the twenty hex digits under which targets know an operation."""
    import hashlib

    return hashlib.sha256(key.encode()).hexdigest()[:20]


class Receipt(Value):
    """What a target answered. Kept for ever."""

    key: str
    external_id: str
    """The target's own name for what stands there now."""
    outcome: Literal["created", "updated", "already_there"]
    version: str = ""
    """The target's version of it (an ETag, a system modification stamp); empty where it has none."""
    link: str = ""
    """Where a person sees it in the target; empty where it has no pages."""
    awaits_acknowledgement: bool = False
    """True when the target will still say yes or no (file drops with an acknowledgement folder)."""
    request: Mapping[str, Any] = {}
    response: Mapping[str, Any] = {}


class Acknowledgement(Value):
    """A late answer of a target about an operation it received earlier."""

    short_key: str
    accepted: bool
    external_id: str | None = None
    message: str = ""
    origin: str = ""
    """Name of the acknowledgement file or message."""
    is_superseded: bool = False
    """It speaks of an earlier delivery: a yes, and another one left since; or a no that was heard before."""
    payload_digest: str = ""
    """Of what was delivered then; empty where the target does not keep it."""


class Plan(Value):
    """The operations that a decision to post leads to, in the order in which they may leave."""

    document_id: str
    revision: int
    operations: tuple[Operation, ...]


class AuditEvent(Value):
    """One entry of the hash-chained ledger."""

    seq: int
    at: datetime
    document_id: str | None
    kind: str
    """Past tense: `document_received`, `operation_committed` ..."""
    actor: str
    """`system`, a worker, or a person."""
    data: Mapping[str, Any]
    """Empty when it was erased."""
    previous_hash: str
    hash: str
    salt: str | None = None
    """Chance that goes into the hash, hex: without it nobody can try out what stood in an erased entry."""
