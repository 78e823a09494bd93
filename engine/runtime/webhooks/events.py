"""What other systems are told: entries of the ledger as CloudEvents 1.0, without values of documents.

Every change of state stands in the ledger in the same transaction; so the ledger is the outbox, and nothing that happened
goes untold. Who is told asks for the document, and sees what its token may see.
"""

from collections.abc import Mapping
from typing import Any

from engine.model.operation import AuditEvent
from engine.model.value import canonical_json

TEST = "webhook.test"
EVENTS: Mapping[str, str] = {
    "document_received": "document.received", "review_opened": "document.in_review", "document_posted": "document.posted",
    "document_waiting": "document.waiting", "document_parked": "document.parked", "document_rejected": "document.rejected",
    "document_duplicate": "document.duplicate", "document_stale": "document.stale", "document_echo": "document.echo",
    "mail_unpacked": "document.unpacked", "bundle_split": "document.unpacked", "document_corrected": "document.corrected",
    "document_approved": "document.approved", "operation_committed": "operation.committed",
    "operation_delivered": "operation.delivered", "operation_rejected": "operation.rejected",
    "operation_unknown": "operation.unknown", "operation_parked": "operation.parked",
    "operation_cancelled": "operation.cancelled", "alarm_raised": "alarm.raised", "alarm_cleared": "alarm.cleared",
}  # fmt: skip
"""Kinds of ledger entries -> what is told."""
NAMES: tuple[str, ...] = tuple(dict.fromkeys(EVENTS.values()))
_TYPE = "postroom."
_TOLD = ("key", "revision", "queue", "reasons", "external_id", "alarm", "subject", "since")
"""Of an entry's data only what never holds a value of a document."""


def kinds(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the kinds of ledger entries of which somebody wants to be told; `document.*` names a group, `*` all."""
    return tuple(kind for kind, name in EVENTS.items() if any(_fits(one, name) for one in wanted))


def is_known(wanted: str) -> bool:
    """Tell whether a name, or a group, is one of ours."""
    return any(_fits(wanted, name) for name in NAMES)


def name(entry: AuditEvent) -> str:
    """Return what an entry is called when it is told."""
    return EVENTS[entry.kind]


def event_id(entry: AuditEvent) -> str:
    """Return the id of an event: the same for everybody and at every try."""
    return f"msg_{entry.hash[:32]}"


def told(entry: AuditEvent, *, source: str) -> str:
    """Return an entry as CloudEvent (JSON, structured mode). `source` says which hub speaks."""
    called = name(entry)
    data: dict[str, Any] = {one: entry.data[one] for one in _TOLD if one in entry.data}
    if entry.document_id is not None:
        data |= {"document": entry.document_id, "href": f"/api/v1/documents/{entry.document_id}"}
    if called.startswith("document."):
        data["state"] = called.removeprefix("document.")
    subject = entry.document_id if called.startswith("document.") else str(data.get("key") or data.get("subject") or "")
    return _spelled(event_id(entry), called, source, entry.at.isoformat(timespec="seconds"), subject or "", data)


def test_event(identifier: str, *, source: str, at: str) -> str:
    """Return the CloudEvent by which somebody finds out whether a webhook is heard."""
    return _spelled(identifier, TEST, source, at, "webhook", {"message": "This is a test."})


def _spelled(identifier: str, called: str, source: str, at: str, subject: str, data: Mapping[str, Any]) -> str:
    return canonical_json({
        "specversion": "1.0", "id": identifier, "source": source, "type": _TYPE + called, "time": at.replace("+00:00", "Z"),
        "subject": subject, "datacontenttype": "application/json", "data": data,
    })  # fmt: skip


def _fits(wanted: str, called: str) -> bool:
    return wanted in {"*", called} or (wanted.endswith(".*") and called.startswith(wanted[:-1]))
