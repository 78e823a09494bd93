"""The document, its bytes and the states it may be in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

from pydantic import StringConstraints

from engine.model.event import EVENT, Origin
from engine.model.value import Value

DocumentType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""What a document is. The set is open: content adds types (docs/decisions/0017-document-types-are-content.md)."""

BUILT_IN: tuple[DocumentType, ...] = (
    "invoice", "credit_note", "receipt", "purchase_order", "goods_receipt", "order_form", "onboarding_packet",
    "change_request", "contract", "bank_statement", "remittance", "order_response", "unknown",
)  # fmt: skip
"""Types that programs know how to tell apart or to read, whatever content there is."""

State = Literal[
    "received",
    "processing",
    "posting",
    "posted",
    "waiting",
    "in_review",
    "duplicate",
    "rejected",
    "parked",
    "unpacked",
    "stale",
    "echo",
    "erased",
]

_ONWARD: Mapping[State, frozenset[State]] = {
    "received": frozenset({"processing", "in_review"}),
    "processing": frozenset({"posting", "waiting", "in_review", "duplicate", "rejected", "unpacked", "stale", "echo"}),
    # back to processing: the step that judged it runs again because its worker died before its end was noted
    # waiting: what it leads to may not leave before a window opens, or another operation stands
    "posting": frozenset({"processing", "posted", "waiting", "in_review", "parked", "rejected"}),
    # a late error answer from a target, or a correction, brings a posted document back to a person;
    # posting: a person saw that the target does not have it
    # erased: its time is over, or somebody asked for it; nothing follows, a copy of its bytes is refused at the door
    "posted": frozenset({"in_review", "processing", "posting", "erased"}),
    # what it waits for came, or a person does not want to wait
    "waiting": frozenset({"processing", "posting", "posted", "parked", "in_review", "rejected"}),
    # posting: a person has its operations sent again, or says what became of them
    "in_review": frozenset({"processing", "posting", "rejected"}),
    "parked": frozenset({"posting", "posted", "processing", "in_review", "rejected"}),
    "duplicate": frozenset({"processing", "erased"}),
    "rejected": frozenset({"processing", "erased"}),
    "unpacked": frozenset({"processing", "erased"}),
    "stale": frozenset({"processing", "erased"}),
    "echo": frozenset({"processing", "erased"}),
    "erased": frozenset(),
}

# Steps run at least once, so every move may be repeated.
MOVES: Mapping[State, frozenset[State]] = {state: onward | {state} for state, onward in _ONWARD.items()}
"""Allowed moves; the store refuses others."""

SETTLED: frozenset[State] = frozenset(
    {"posted", "waiting", "in_review", "duplicate", "rejected", "parked", "unpacked", "stale", "echo", "erased"}
)
"""States in which the machine has nothing left to do before something comes: a person, an answer, a receipt."""


class Blob(Value):
    """Bytes under their own name: the SHA-256 (hex) is the address."""

    sha256: str
    size: int
    media_type: str
    """By content (`application/pdf`, `image/tiff`, `message/rfc822` ...), never by file name."""


class Document(Value):
    """One piece of mail. Its identity is the SHA-256 of its bytes, so the same bytes twice are one document."""

    id: str
    name: str
    """The file name as it arrived, made printable; for people only."""
    blob: Blob
    source: str
    """Where it came from: `cli`, `api`, `fetch:TARGET`, `source:NAME`; of an attachment `mail:` before that of its mail."""
    received_at: datetime
    parent_id: str | None = None
    """The mail or bundle it was taken out of."""
    flow: str | None = None
    """A flow asked for by the sender (`--flow`), else chosen by type."""
    state: State = "received"
    revision: int = 1

    @property
    def origin(self) -> Origin:
        """Whether it is to be read, or a system of record told it."""
        return "event" if self.blob.media_type == EVENT else "document"
