"""The ledger as auditors ask it: who did what, when, from where, about which document; newest first, page by page."""

from collections.abc import Iterator
from datetime import datetime
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Engine, func, or_, select

from engine.model.operation import AuditEvent
from engine.model.value import Value
from engine.store import ledger, tables

_TABLE = tables.ledger
_BATCH = 500
SPAN = 50_000
"""Entries that one question looks through: a word that stands nowhere is not sought in millions while a page waits."""
_KINDS: WeakKeyDictionary[Engine, tuple[int, frozenset[str]]] = WeakKeyDictionary()


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


class Page(Value):
    """What was found among the entries that were looked through, newest first."""

    entries: tuple[AuditEvent, ...]
    following: int | None
    """The next page looks for entries before this one; None: there are none."""


def page(tx: Connection, asked: Question, *, before: int | None = None, limit: int) -> Page:
    """Return the newest entries that are looked for, among `SPAN` entries before the entry `before`."""
    conditions = _conditions(asked)
    if before is None:
        before = 1 + int(tx.execute(select(func.coalesce(func.max(_TABLE.c.seq), 0))).scalar_one())
    low = max(1, before - SPAN) if conditions else 1
    query = select(_TABLE).where(*conditions, _TABLE.c.seq < before, _TABLE.c.seq >= low)
    rows = tx.execute(query.order_by(_TABLE.c.seq.desc()).limit(limit + 1)).all()
    found = tuple(ledger.event(row) for row in rows[:limit])
    if len(rows) > limit:
        return Page(entries=found, following=found[-1].seq)
    return Page(entries=found, following=low if low > 1 else None)


def every(tx: Connection, asked: Question) -> Iterator[AuditEvent]:
    """Yield all entries that are looked for, newest first, in batches: there may be millions."""
    found = page(tx, asked, limit=_BATCH)
    yield from found.entries
    while found.following is not None:
        found = page(tx, asked, before=found.following, limit=_BATCH)
        yield from found.entries


def kinds(tx: Connection) -> list[str]:
    """Return what kinds of entries there are, by name. What was seen once stays, so only new entries are looked at."""
    seen, known = _KINDS.get(tx.engine, (0, frozenset()))
    new = select(_TABLE.c.kind, func.max(_TABLE.c.seq)).where(_TABLE.c.seq > seen).group_by(_TABLE.c.kind)
    for kind, seq in tx.execute(new):
        seen, known = max(seen, seq), known | {kind}
    _KINDS[tx.engine] = (seen, known)
    return sorted(known)


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
