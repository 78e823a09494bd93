"""Sources: how far each was asked, what it told, and calls that were taken and not yet looked into.

A cursor moves in the transaction that keeps what it covers. Each version of an object is one row, whatever told it how often.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from engine.model.value import Value
from engine.ports import Change
from engine.store import tables
from engine.store.writing import chunks, insert_new

_SOURCES = tables.sources
_CHANGES = tables.source_changes
_CALLS = tables.source_calls

Told = Literal["document", "refreshed", "same", "ignored", "before", "overtaken", "gone", "refused"]
"""What became of a version: a document; master data was refreshed; nothing that we look at is other than before; it does not
concern us; it stood there before we began; a later one was fetched in its place; it is not there any more; the system does not show it."""


class SourceState(Value):
    """How far one source was asked."""

    name: str
    cursor: str
    last_seq: int
    began_at: datetime
    is_begun: bool
    """Whether what stood there at the beginning was listed to its end."""
    next_at: datetime
    answered_at: datetime | None
    failures: int
    """In a row."""
    why: str
    """What it said when it failed last; empty after an answer."""
    lease_by: str | None
    lease_until: datetime | None


class Noted(Value):
    """One version of one object that a source told."""

    source: str
    seq: int = 0
    object: str
    object_key: str
    version: str
    at: datetime | None
    seen_at: datetime
    outcome: Told
    said: Mapping[str, str] | None = None
    """What the matrix read of it."""
    document_id: str | None = None

    @property
    def id(self) -> str:
        """The same for the same version."""
        return change_id(self.source, self.object, self.object_key, self.version)


class Call(NamedTuple):
    """A call that was taken and not looked into yet."""

    id: str
    change: Change


def change_id(source: str, object_: str, key: str, version: str) -> str:
    """Return the SHA-256 (hex) by which a version is known."""
    named = f"{source}\x00{object_}\x00{key}\x00{version}"
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()


def begin(tx: Connection, name: str, at: datetime) -> None:
    """Write a source down that nobody asked yet."""
    insert_new(tx, _SOURCES, {
        "name": name, "cursor": "", "last_seq": 0, "began_at": at, "is_begun": False, "next_at": at, "failures": 0, "why": "",
    })  # fmt: skip


def state(tx: Connection, name: str) -> SourceState | None:
    """Return how far a source was asked, or None."""
    row = tx.execute(select(_SOURCES).where(_SOURCES.c.name == name)).one_or_none()
    return None if row is None else _state(row)


def states(tx: Connection) -> dict[str, SourceState]:
    """Return how far every source was asked, by name."""
    return {row.name: _state(row) for row in tx.execute(select(_SOURCES).order_by(_SOURCES.c.name))}


def lease(
    tx: Connection, name: str, *, by: str, at: datetime, until: datetime, at_once: bool = False
) -> SourceState | None:
    """Take the right to ask a source until a moment. None: it is not due, or somebody else asks."""
    mine = [_SOURCES.c.name == name, or_(_SOURCES.c.lease_by.is_(None), _SOURCES.c.lease_by == by, _SOURCES.c.lease_until < at)]  # fmt: skip
    if not at_once:
        mine.append(_SOURCES.c.next_at <= at)
    statement = update(_SOURCES).where(*mine).values(lease_by=by, lease_until=until).returning(*_SOURCES.c)
    row = tx.execute(statement).one_or_none()
    return None if row is None else _state(row)


def hold(tx: Connection, name: str, *, by: str, cursor: str) -> SourceState | None:
    """Return a source that nobody else changes until this transaction ends; None when it is not ours to go on with."""
    row = tx.execute(select(_SOURCES).where(_SOURCES.c.name == name).with_for_update()).one_or_none()
    return None if row is None or row.lease_by != by or row.cursor != cursor else _state(row)


def advance(tx: Connection, name: str, **values: Any) -> None:
    """Write down how far a source was asked. `values` are columns of it."""
    tx.execute(update(_SOURCES).where(_SOURCES.c.name == name).values(**values))


def free(tx: Connection, executor_id: str) -> int:
    """Let others ask what a dead worker was asking. Return how many sources."""
    statement = update(_SOURCES).where(_SOURCES.c.lease_by == executor_id)
    return int(tx.execute(statement.values(lease_by=None, lease_until=None)).rowcount)


def wake(tx: Connection, name: str, at: datetime) -> bool:
    """Have a source asked now. False when nobody ever asked it."""
    return tx.execute(update(_SOURCES).where(_SOURCES.c.name == name).values(next_at=at, failures=0)).rowcount == 1


def ring(tx: Connection, name: str, at: datetime) -> None:
    """Have a source asked now that was called; one that fails is left alone as long as it would be."""
    tx.execute(update(_SOURCES).where(_SOURCES.c.name == name, _SOURCES.c.failures == 0).values(next_at=at))


def known(tx: Connection, ids: Iterable[str]) -> set[str]:
    """Return those ids of versions that were told before."""
    found: set[str] = set()
    for some in chunks(ids):
        found |= set(tx.execute(select(_CHANGES.c.id).where(_CHANGES.c.id.in_(some))).scalars())
    return found


def note(tx: Connection, noted: Noted) -> bool:
    """Keep what became of a version. False when it was told before."""
    return insert_new(tx, _CHANGES, {"id": noted.id, **noted.model_dump()})


def of_document(tx: Connection, document_id: str) -> Noted | None:
    """Return the version that a document is of, the first told, or None."""
    query = select(_CHANGES).where(_CHANGES.c.document_id == document_id).order_by(_CHANGES.c.seq).limit(1)
    return next(iter(_noted(tx, query)), None)


def last(tx: Connection, source: str, object_: str, key: str, *, before: int | None = None) -> Noted | None:
    """Return the version of an object that was looked at last; with `before` the last one below that place."""
    query = select(_CHANGES).where(*_same(source, object_, key), _CHANGES.c.said.is_not(None))
    if before is not None:
        query = query.where(_CHANGES.c.seq < before)
    return next(iter(_noted(tx, query.order_by(_CHANGES.c.seq.desc()).limit(1))), None)


def newer(tx: Connection, noted: Noted) -> Noted | None:
    """Return a later version of the same object that was looked at, or None. The system's own time counts, then our order."""
    later = [_CHANGES.c.at.is_(None), _CHANGES.c.seq > noted.seq]
    if noted.at is not None:
        told = or_(_CHANGES.c.at > noted.at, and_(_CHANGES.c.at == noted.at, _CHANGES.c.seq > noted.seq))
        mine = or_(told, and_(*later))
    else:
        mine = _CHANGES.c.seq > noted.seq
    query = select(_CHANGES).where(
        *_same(noted.source, noted.object, noted.object_key), _CHANGES.c.said.is_not(None), mine
    )
    return next(iter(_noted(tx, query.order_by(_CHANGES.c.seq.desc()).limit(1))), None)


def documents_of(tx: Connection, noted: Noted) -> list[str]:
    """Return the documents of the other versions of the same object."""
    query = select(_CHANGES.c.document_id).where(
        *_same(noted.source, noted.object, noted.object_key), _CHANGES.c.document_id.is_not(None), _CHANGES.c.id != noted.id
    )  # fmt: skip
    return list(tx.execute(query).scalars())


def refused_since(tx: Connection, since: datetime) -> list[Noted]:
    """Return versions that a system told and did not show, the last first."""
    query = select(_CHANGES).where(_CHANGES.c.outcome == "refused", _CHANGES.c.seen_at >= since)
    return _noted(tx, query.order_by(_CHANGES.c.seen_at.desc(), _CHANGES.c.seq.desc()))


def counts(tx: Connection, source: str) -> dict[Told, int]:
    """Return how many versions of a source came to each end."""
    query = select(_CHANGES.c.outcome, func.count()).where(_CHANGES.c.source == source).group_by(_CHANGES.c.outcome)
    found: dict[Told, int] = dict(tx.execute(query).all())
    return found


def take_call(tx: Connection, source: str, change: Change, at: datetime) -> bool:
    """Keep a call to be looked into. False when the same one was taken before."""
    return insert_new(tx, _CALLS, {
        "id": change_id(source, change.object, change.id, change.version), "source": source, "object": change.object,
        "object_key": change.id, "version": change.version, "at": change.at, "data": dict(change.data), "received_at": at,
    })  # fmt: skip


def open_calls(tx: Connection, source: str, *, limit: int) -> list[Call]:
    """Return calls that nobody looked into yet, the oldest first."""
    query = select(_CALLS).where(_CALLS.c.source == source, _CALLS.c.done_at.is_(None))
    found = tx.execute(query.order_by(_CALLS.c.received_at, _CALLS.c.id).limit(limit))
    return [
        Call(row.id, Change(object=row.object, id=row.object_key, version=row.version, at=row.at, data=row.data))
        for row in found
    ]


def waiting_calls(tx: Connection, source: str) -> int:
    """Return how many calls nobody looked into yet."""
    query = select(func.count()).select_from(_CALLS).where(_CALLS.c.source == source, _CALLS.c.done_at.is_(None))
    return int(tx.execute(query).scalar_one())


def close_calls(tx: Connection, ids: Sequence[str], at: datetime) -> None:
    """Note that calls were looked into. They stay, so that a repeated one is known; their data goes."""
    for some in chunks(ids):
        tx.execute(update(_CALLS).where(_CALLS.c.id.in_(some)).values(done_at=at, data={}))


def forget(tx: Connection, source: str, *, before: datetime) -> int:
    """Drop what was seen before a moment and led to no document, but for the last of each object. Return how many rows."""
    others = _CHANGES.alias()
    has_later = (
        select(others.c.id)
        .where(others.c.source == _CHANGES.c.source, others.c.object == _CHANGES.c.object)
        .where(others.c.object_key == _CHANGES.c.object_key, others.c.seq > _CHANGES.c.seq, others.c.said.is_not(None))
        .exists()
    )
    old = delete(_CHANGES).where(
        _CHANGES.c.source == source, _CHANGES.c.seen_at < before, _CHANGES.c.document_id.is_(None), has_later
    )  # fmt: skip
    calls = delete(_CALLS).where(_CALLS.c.source == source, _CALLS.c.done_at < before)
    return int(tx.execute(old).rowcount) + int(tx.execute(calls).rowcount)


def _same(source: str, object_: str, key: str) -> list[Any]:
    return [_CHANGES.c.source == source, _CHANGES.c.object == object_, _CHANGES.c.object_key == key]


def _noted(tx: Connection, query: Any) -> list[Noted]:
    rows = (dict(row) for row in tx.execute(query).mappings())
    return [Noted.model_validate({name: value for name, value in row.items() if name != "id"}) for row in rows]


def _state(row: Row[Any]) -> SourceState:
    return SourceState.model_validate(dict(row._mapping))  # noqa: SLF001 - the documented accessor of a Row
