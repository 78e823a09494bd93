"""What waits for a person: at most one open item a document, closed ones kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

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
    team: str | None = None
    """Who owns it."""
    priority: int = 3
    """1 is the most urgent, 4 the least."""
    due_at: datetime | None = None
    """When it should be done."""
    assignee: str | None = None
    """Whose own it is."""
    taken_by: str | None = None
    """Who is at work on it, until `taken_until`."""
    taken_until: datetime | None = None


class Urgency(NamedTuple):
    """Who owns an item, how urgent it is (1 most, 4 least) and when it should be done."""

    team: str | None = None
    priority: int = 3
    due_at: datetime | None = None


def open_review(
    tx: Connection,
    *,
    document_id: str,
    revision: int,
    queue: str,
    reasons: Sequence[str],
    message: str,
    at: datetime,
    urgency: Urgency | None = None,
) -> ReviewItem:
    """Put a document in front of a person. An item that is open already is brought up to date, and keeps its age."""
    tx.execute(
        select(tables.documents.c.id).where(tables.documents.c.id == document_id).with_for_update(key_share=True)
    )
    content = {
        "revision": revision, "queue": queue, "reasons": list(reasons), "message": message,
        **(urgency or Urgency())._asdict(),
    }  # fmt: skip
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


def open_of(tx: Connection, document_id: str) -> ReviewItem | None:
    """Return the open item of a document, or None."""
    query = select(_TABLE).where(_TABLE.c.document_id == document_id, _TABLE.c.closed_at.is_(None))
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else ReviewItem.model_validate(dict(row))


def take(tx: Connection, item_id: int, *, by: str | None, until: datetime | None) -> ReviewItem:
    """Note who is at work on an item, and until when; nobody gives it back."""
    return _set(tx, item_id, taken_by=by, taken_until=until)


def assign(tx: Connection, item_id: int, *, assignee: str | None) -> ReviewItem:
    """Make an item somebody's own, or nobody's."""
    return _set(tx, item_id, assignee=assignee)


def pass_on(tx: Connection, item_id: int, *, queue: str, urgency: Urgency) -> ReviewItem:
    """Hand an item to another queue, where it is nobody's own."""
    gone = {"assignee": None, "taken_by": None, "taken_until": None}
    return _set(tx, item_id, queue=queue, **urgency._asdict(), **gone)


def _set(tx: Connection, item_id: int, **values: object) -> ReviewItem:
    changed = update(_TABLE).where(_TABLE.c.id == item_id).values(**values).returning(*_TABLE.c)
    return ReviewItem.model_validate(dict(tx.execute(changed).mappings().one()))


def open_items(tx: Connection, queue: str | None = None) -> list[ReviewItem]:
    """Return the open items of one queue or of all, the most urgent first, of these the longest waiting."""
    urgent = (_TABLE.c.priority, _TABLE.c.opened_at, _TABLE.c.id)
    query = select(_TABLE).where(_TABLE.c.closed_at.is_(None)).order_by(*urgent)
    if queue is not None:
        query = query.where(_TABLE.c.queue == queue)
    return [ReviewItem.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def of_document(tx: Connection, document_id: str) -> list[ReviewItem]:
    """Return every item of a document, open and closed, oldest first."""
    return of_documents(tx, [document_id]).get(document_id, [])


def of_documents(tx: Connection, document_ids: Sequence[str]) -> dict[str, list[ReviewItem]]:
    """Return the same for some documents, by id; those without any are left out."""
    query = select(_TABLE).where(_TABLE.c.document_id.in_(document_ids)).order_by(_TABLE.c.id)
    found: dict[str, list[ReviewItem]] = {}
    for row in tx.execute(query).mappings():
        found.setdefault(row["document_id"], []).append(ReviewItem.model_validate(dict(row)))
    return found


def counts(tx: Connection) -> dict[str, int]:
    """Return how many items are open in each queue."""
    query = select(_TABLE.c.queue, func.count()).where(_TABLE.c.closed_at.is_(None)).group_by(_TABLE.c.queue)
    return dict(tx.execute(query).all())


class Backlog(Value):
    """What is open in one queue."""

    team: str | None
    urgent: int
    """Open items of priority 1 or 2."""
    overdue: int
    next_due_at: datetime | None


def backlogs(tx: Connection, *, now: datetime) -> dict[str, Backlog]:
    """Return how urgent the open items of each queue are."""
    columns = (_TABLE.c.queue, _TABLE.c.team, _TABLE.c.priority, _TABLE.c.due_at)
    found: dict[str, list[Any]] = {}
    query = select(*columns).where(_TABLE.c.closed_at.is_(None))
    for item in tx.execute(query.order_by(_TABLE.c.priority, _TABLE.c.opened_at, _TABLE.c.id)):
        found.setdefault(item.queue, []).append(item)
    return {queue: _backlog(items, now) for queue, items in sorted(found.items())}


def _backlog(items: Sequence[Any], now: datetime) -> Backlog:
    due = [item.due_at for item in items if item.due_at is not None]
    return Backlog(
        team=items[-1].team, urgent=sum(item.priority <= _URGENT for item in items),
        overdue=sum(at < now for at in due), next_due_at=min((at for at in due if at >= now), default=None),
    )  # fmt: skip


class Late(NamedTuple):
    """Open items of one queue that should be done by now."""

    queue: str
    items: int
    due_at: datetime
    """Of the oldest one."""


def overdue(tx: Connection, *, now: datetime) -> list[Late]:
    """Return the queues in which something should be done by now, by name."""
    query = select(_TABLE.c.queue, func.count(), func.min(_TABLE.c.due_at))
    is_late = (_TABLE.c.closed_at.is_(None), _TABLE.c.due_at < now)
    return [Late(*row) for row in tx.execute(query.where(*is_late).group_by(_TABLE.c.queue).order_by(_TABLE.c.queue))]


_URGENT = 2
