"""What waits for a person: at most one open item a document, closed ones kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from engine.model.value import Value
from engine.store import tables

_TABLE = tables.reviews


class ReviewItem(Value):
    """One question to a person about one revision of a document."""

    id: int
    document_id: str
    revision: int
    queue: str
    reasons: tuple[str, ...]
    message: str
    opened_at: datetime
    closed_at: datetime | None


def open_review(
    tx: Connection,
    *,
    document_id: str,
    revision: int,
    queue: str,
    reasons: Sequence[str],
    message: str,
    at: datetime,
) -> ReviewItem:
    """Put a document in front of a person. An item that is open already is brought up to date, and keeps its age."""
    tx.execute(
        select(tables.documents.c.id).where(tables.documents.c.id == document_id).with_for_update(key_share=True)
    )
    content = {"revision": revision, "queue": queue, "reasons": list(reasons), "message": message}
    changed = (
        update(_TABLE)
        .where(_TABLE.c.document_id == document_id, _TABLE.c.closed_at.is_(None))
        .values(**content)
        .returning(*_TABLE.c)
    )
    row = tx.execute(changed).mappings().one_or_none()
    if row is None:
        new = insert(_TABLE).values(document_id=document_id, opened_at=at, **content).returning(*_TABLE.c)
        row = tx.execute(new).mappings().one()
    return ReviewItem.model_validate(dict(row))


def close_reviews(tx: Connection, document_id: str, at: datetime) -> int:
    """Close the open item of a document, if there is one. Return how many were closed."""
    statement = (
        update(_TABLE).where(_TABLE.c.document_id == document_id, _TABLE.c.closed_at.is_(None)).values(closed_at=at)
    )
    return tx.execute(statement).rowcount


def open_items(tx: Connection, queue: str | None = None) -> list[ReviewItem]:
    """Return the open items of one queue or of all, the longest waiting first."""
    query = select(_TABLE).where(_TABLE.c.closed_at.is_(None)).order_by(_TABLE.c.opened_at, _TABLE.c.id)
    if queue is not None:
        query = query.where(_TABLE.c.queue == queue)
    return [ReviewItem.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def of_document(tx: Connection, document_id: str) -> list[ReviewItem]:
    """Return every item of a document, open and closed, oldest first."""
    query = select(_TABLE).where(_TABLE.c.document_id == document_id).order_by(_TABLE.c.id)
    return [ReviewItem.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def counts(tx: Connection) -> dict[str, int]:
    """Return how many items are open in each queue."""
    query = select(_TABLE.c.queue, func.count()).where(_TABLE.c.closed_at.is_(None)).group_by(_TABLE.c.queue)
    return dict(tx.execute(query).all())
