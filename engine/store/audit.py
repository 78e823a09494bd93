"""The ledger as auditors ask it: who did what, when, from where, about which document; newest first, page by page."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, or_, select

from engine.model.operation import AuditEvent
from engine.model.value import Value
from engine.store import tables
from engine.store.columns import load_json

_TABLE = tables.ledger
_BATCH = 500


class Question(Value):
    """What somebody looks for; what is not set does not restrict."""

    actor: str | None = None
    kind: str | None = None
    document: str | None = None
    """Beginning of a document's id."""
    text: str | None = None
    """Part of the data: an address, a version, a name."""
    since: datetime | None = None
    until: datetime | None = None


def page(tx: Connection, asked: Question, *, before: int | None = None, limit: int) -> list[AuditEvent]:
    """Return the newest entries that are looked for, from the first one before the entry `before`."""
    query = select(_TABLE).where(*_conditions(asked)).order_by(_TABLE.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(_TABLE.c.seq < before)
    return [AuditEvent.model_validate({**row, "data": load_json(row["data"])}) for row in tx.execute(query).mappings()]


def every(tx: Connection, asked: Question) -> Iterator[AuditEvent]:
    """Yield all entries that are looked for, newest first, in batches: there may be millions."""
    before: int | None = None
    while found := page(tx, asked, before=before, limit=_BATCH):
        yield from found
        before = found[-1].seq


def kinds(tx: Connection) -> list[str]:
    """Return what kinds of entries there are, by name."""
    return list(tx.execute(select(_TABLE.c.kind).distinct().order_by(_TABLE.c.kind)).scalars())


def _conditions(asked: Question) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.actor:
        found.append(_TABLE.c.actor == asked.actor)
    if asked.kind:
        found.append(_TABLE.c.kind == asked.kind)
    if asked.document:
        found.append(_TABLE.c.document_id.startswith(asked.document.lower(), autoescape=True))
    if asked.text:
        words = asked.text
        found.append(
            or_(_TABLE.c.data.contains(words, autoescape=True), _TABLE.c.actor.contains(words, autoescape=True))
        )
    if asked.since is not None:
        found.append(_TABLE.c.at >= asked.since)
    if asked.until is not None:
        found.append(_TABLE.c.at < asked.until)
    return found
