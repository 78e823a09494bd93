"""What people at the desk leave behind: comments, and values that they have begun to type."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.model.value import Value
from engine.store import tables
from engine.store.writing import upsert

_COMMENTS, _DRAFTS = tables.comments, tables.drafts


class Comment(Value):
    """What somebody said about a document; with `to`, a question to somebody."""

    by: str
    to: str | None
    text: str
    at: datetime


class Draft(Value):
    """Values that a person has typed and not handed in."""

    revision: int
    """The revision that the person saw."""
    values: Mapping[str, str | None]
    """By path, as a correction says them; None: not on the document."""
    at: datetime


def comment(tx: Connection, document_id: str, *, by: str, text: str, at: datetime, to: str | None = None) -> None:
    """Keep what somebody said."""
    tx.execute(insert(_COMMENTS).values(document_id=document_id, by=by, to=to, text=text, at=at))


def comments(tx: Connection, document_id: str) -> tuple[Comment, ...]:
    """Return what was said about a document, oldest first."""
    query = select(_COMMENTS).where(_COMMENTS.c.document_id == document_id).order_by(_COMMENTS.c.seq)
    return tuple(Comment(by=row.by, to=row.to, text=row.text, at=row.at) for row in tx.execute(query))


def keep_draft(tx: Connection, document_id: str, *, by: str, draft: Draft) -> None:
    """Keep what a person has typed so far, in the place of what was kept before; nothing typed, nothing kept."""
    if not draft.values:
        drop_draft(tx, document_id, by=by)
        return
    row = {"document_id": document_id, "by": by, **draft.model_dump(exclude={"values"}), "values": dict(draft.values)}
    upsert(tx, _DRAFTS, [row])


def draft(tx: Connection, document_id: str, *, by: str) -> Draft | None:
    """Return what a person has typed, or None."""
    query = select(_DRAFTS).where(_DRAFTS.c.document_id == document_id, _DRAFTS.c.by == by)
    row = tx.execute(query).one_or_none()
    return None if row is None else Draft(revision=row.revision, values=row.values, at=row.at)


def drop_draft(tx: Connection, document_id: str, *, by: str) -> None:
    """Forget what a person has typed: it was handed in, or thrown away."""
    tx.execute(delete(_DRAFTS).where(_DRAFTS.c.document_id == document_id, _DRAFTS.c.by == by))
