"""Documents, their arrivals, their states and the results of the steps they went through."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from engine.model.document import MOVES, SETTLED, Blob, Document, State
from engine.model.errors import IllegalMove
from engine.model.value import Json, Value
from engine.store import tables
from engine.store.columns import pack, unpack
from engine.store.writing import insert_new, upsert

StepKind = Literal[
    "reading", "extraction", "record", "match", "decision", "plan", "cut", "witness", "lessons", "made_with",
    "judged_by", "planned_by", "reversal", "merge",
]  # fmt: skip
"""`cut` is the step of a person: where to cut the file. `witness` is what judging asked the store, with the answers,
`lessons` what reading asked of what people had taught before, `made_with` the digests of the content that read it,
`judged_by` and `planned_by` the digests of program, content and input that a decision and a plan rest on, `reversal` what
a person asked to take back, `merge` that a person made one document of several."""

_TABLE = tables.documents
_HEX = re.compile(r"[0-9a-f]{1,64}")
_FIND_LIMIT = 100


class Packed(NamedTuple):
    """The result of a step as it lies in the store: text, or compressed when it is long."""

    text: str | None
    compressed: bytes | None

    @property
    def data(self) -> Any:
        """The JSON data."""
        return unpack(self.text, self.compressed)

    @property
    def content(self) -> bytes:
        """The bytes as they lie there."""
        return self.compressed if self.compressed is not None else (self.text or "").encode()


class DocumentArrival(Value):
    """One time that these bytes came in."""

    document_id: str
    name: str
    source: str
    at: datetime
    parent_id: str | None


def add(tx: Connection, document: Document) -> bool:
    """Register a document and note its arrival. Return False when the same bytes are there already."""
    row = _row(document)
    is_new = insert_new(tx, _TABLE, row)
    tx.execute(
        insert(tables.arrivals).values(
            document_id=document.id,
            name=document.name,
            source=document.source,
            at=document.received_at,
            parent_id=document.parent_id,
        )
    )
    return is_new


def get(tx: Connection, document_id: str) -> Document | None:
    """Return a document by its full id, or None."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.id == document_id)).one_or_none()
    return None if row is None else _document(row)


def lock(tx: Connection, document_id: str) -> Document:
    """Return a document that nobody else changes until this transaction ends. Raises LookupError for an unknown id."""
    query = select(_TABLE).where(_TABLE.c.id == document_id).with_for_update(key_share=True)
    row = tx.execute(query).one_or_none()
    if row is None:
        raise LookupError(f"there is no document {document_id}")
    return _document(row)


def unsettled(tx: Connection, *, after: str, limit: int) -> list[Document]:
    """Return documents that the machine still has work with, by id, from the first one behind the id `after`."""
    states = [state for state in MOVES if state not in SETTLED]
    query = select(_TABLE).where(_TABLE.c.state.in_(states), _TABLE.c.id > after).order_by(_TABLE.c.id).limit(limit)
    return [_document(row) for row in tx.execute(query)]


def find(tx: Connection, prefix: str) -> list[Document]:
    """Return the documents (at most 100) whose id begins with these hex digits."""
    start = prefix.strip().lower()
    if not _HEX.fullmatch(start):
        return []
    # every hex digit sorts before "g", in any collation
    query = select(_TABLE).where(_TABLE.c.id >= start, _TABLE.c.id < start + "g").order_by(_TABLE.c.id)
    return [_document(row) for row in tx.execute(query.limit(_FIND_LIMIT))]


def move(tx: Connection, document_id: str, to: State, *, at: datetime) -> Document:
    """Change a document's state and return it. Of two rivals whose moves exclude each other one fails.

    Raises IllegalMove when its present state does not allow it, LookupError when there is no such document.
    """
    sources = [state for state, allowed in MOVES.items() if to in allowed]
    statement = (
        update(_TABLE)
        .where(_TABLE.c.id == document_id, _TABLE.c.state.in_(sources))
        .values(state=to, changed_at=at)
        .returning(*_TABLE.c)
    )
    row = tx.execute(statement).one_or_none()
    if row is not None:
        return _document(row)
    document = get(tx, document_id)
    if document is None:
        raise LookupError(f"there is no document {document_id}")
    raise IllegalMove(
        f"The document is {document.state.replace('_', ' ')} and cannot become {to.replace('_', ' ')}.",
        detail=f"document {document_id}: {document.state} -> {to}; allowed: {sorted(MOVES[document.state])}",
    )


def next_revision(tx: Connection, document_id: str) -> int:
    """Count the revision up and return the new one. Raises LookupError when there is no such document."""
    statement = (
        update(_TABLE)
        .where(_TABLE.c.id == document_id)
        .values(revision=_TABLE.c.revision + 1)
        .returning(_TABLE.c.revision)
    )
    revision = tx.execute(statement).scalar_one_or_none()
    if revision is None:
        raise LookupError(f"there is no document {document_id}")
    return int(revision)


def set_flow(tx: Connection, document_id: str, flow: str | None) -> None:
    """Note the flow that was asked for; None lets the document's type choose. Raises LookupError for an unknown id."""
    if tx.execute(update(_TABLE).where(_TABLE.c.id == document_id).values(flow=flow)).rowcount != 1:
        raise LookupError(f"there is no document {document_id}")


def counts(tx: Connection) -> dict[State, int]:
    """Return how many documents are in each state; states without any are 0."""
    query = select(_TABLE.c.state, func.count()).group_by(_TABLE.c.state)
    found: dict[str, int] = dict(tx.execute(query).all())
    return {state: found.get(state, 0) for state in MOVES}


def children(tx: Connection, document_id: str) -> list[Document]:
    """Return the documents that ever came out of this one, in the order of their first arrival."""
    came = tables.arrivals
    first = (
        select(came.c.document_id, func.min(came.c.seq).label("seq"))
        .where(came.c.parent_id == document_id)
        .group_by(came.c.document_id)
        .subquery()
    )
    query = select(_TABLE).join(first, first.c.document_id == _TABLE.c.id).order_by(first.c.seq)
    return [_document(row) for row in tx.execute(query)]


def children_of(tx: Connection, document_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the ids of the documents that came out of some, by the id of the one, in the order of first arrival."""
    came = tables.arrivals
    pair = (came.c.parent_id, came.c.document_id)
    query = select(*pair).where(came.c.parent_id.in_(document_ids)).group_by(*pair).order_by(func.min(came.c.seq))
    found: dict[str, list[str]] = {}
    for parent_id, document_id in tx.execute(query):
        found.setdefault(parent_id, []).append(document_id)
    return found


def arrivals(tx: Connection, document_id: str) -> list[DocumentArrival]:
    """Return every arrival of the same bytes, in order."""
    came = tables.arrivals
    columns = [came.c[name] for name in DocumentArrival.model_fields]
    query = select(*columns).where(came.c.document_id == document_id).order_by(came.c.seq)
    return [DocumentArrival.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def recent(
    tx: Connection, limit: int, state: State | None = None, *, after: tuple[datetime, str] | None = None
) -> list[Document]:
    """Return the documents received last, newest first, of one state or of all.

    `after` is when the last one of the page before was received, and its id.
    """
    query = select(_TABLE).order_by(_TABLE.c.received_at.desc(), _TABLE.c.id).limit(limit)
    if state is not None:
        query = query.where(_TABLE.c.state == state)
    if after is not None:
        at, document_id = after
        same = (_TABLE.c.received_at == at) & (_TABLE.c.id > document_id)
        query = query.where(or_(_TABLE.c.received_at < at, same))
    return [_document(row) for row in tx.execute(query)]


def save(tx: Connection, document_id: str, revision: int, kind: StepKind, data: Json) -> None:
    """Put the result of a step away. A step that runs again overwrites what it saved before.

    Raises TypeError or ValueError for data that is not plain JSON (amounts are decimal text).
    """
    text, compressed = pack(data)
    row = {"document_id": document_id, "revision": revision, "kind": kind, "json": text, "compressed": compressed}
    upsert(tx, tables.step_results, [row])


def load(tx: Connection, document_id: str, revision: int, kind: StepKind) -> Any | None:
    """Return what a step saved for a revision, or None when it has not."""
    table = tables.step_results
    query = select(table.c.json, table.c.compressed).where(
        table.c.document_id == document_id, table.c.revision == revision, table.c.kind == kind
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else unpack(row.json, row.compressed)


def loaded(
    tx: Connection, document_ids: Sequence[str], kinds: Sequence[StepKind]
) -> dict[str, dict[int, dict[StepKind, Any]]]:
    """Return what steps of some kinds saved for some documents, by document, revision and kind."""
    return {
        one: {revision: {kind: packed.data for kind, packed in results.items()} for revision, results in known.items()}
        for one, known in stored(tx, document_ids, kinds).items()
    }


def stored(
    tx: Connection, document_ids: Sequence[str], kinds: Sequence[StepKind]
) -> dict[str, dict[int, dict[StepKind, Packed]]]:
    """Return the same as it lies there: to look into all of it takes longer than to fetch it."""
    table = tables.step_results
    columns = (table.c.document_id, table.c.revision, table.c.kind, table.c.json, table.c.compressed)
    query = select(*columns).where(table.c.document_id.in_(document_ids), table.c.kind.in_(kinds))
    found: dict[str, dict[int, dict[StepKind, Packed]]] = {}
    for document_id, revision, kind, text, compressed in tx.execute(query):
        found.setdefault(document_id, {}).setdefault(revision, {})[kind] = Packed(text, compressed)
    return found


def some(tx: Connection, document_ids: Sequence[str]) -> list[Document]:
    """Return documents by their full ids, in any order."""
    return [_document(row) for row in tx.execute(select(_TABLE).where(_TABLE.c.id.in_(document_ids)))]


def understood(tx: Connection, *, last: int | None = None, since: datetime | None = None) -> list[str]:
    """Return the ids of documents that have a record, the oldest first: the `last` received, or those since a moment."""
    results = tables.step_results
    mine = (results.c.document_id == _TABLE.c.id) & (results.c.kind == "record")
    query = select(_TABLE.c.id).where(select(results.c.document_id).where(mine).exists())
    if since is not None:
        query = query.where(_TABLE.c.received_at >= since)
    query = query.order_by(_TABLE.c.received_at.desc(), _TABLE.c.id.desc()).limit(last)
    return list(reversed(tx.execute(query).scalars().all()))


def latest(tx: Connection, document_id: str, kind: StepKind) -> Any | None:
    """Return what a step saved last, whatever the revision, or None when it never has."""
    table = tables.step_results
    query = (
        select(table.c.json, table.c.compressed)
        .where(table.c.document_id == document_id, table.c.kind == kind)
        .order_by(table.c.revision.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else unpack(row.json, row.compressed)


def _row(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "name": document.name,
        "sha256": document.blob.sha256,
        "size": document.blob.size,
        "media_type": document.blob.media_type,
        "source": document.source,
        "received_at": document.received_at,
        "parent_id": document.parent_id,
        "flow": document.flow,
        "state": document.state,
        "revision": document.revision,
        "changed_at": document.received_at,
    }


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        name=row.name,
        blob=Blob(sha256=row.sha256, size=row.size, media_type=row.media_type),
        source=row.source,
        received_at=row.received_at,
        parent_id=row.parent_id,
        flow=row.flow,
        state=row.state,
        revision=row.revision,
    )
