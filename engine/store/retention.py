"""Holds, erasures that wait for a second person, and the documents that a rule of retention may be about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from engine.model.value import Value
from engine.store import tables

_HOLDS, _ERASURES, _DOCUMENTS, _LINES = tables.holds, tables.erasures, tables.documents, tables.summaries
_AT_REST = ("posted", "duplicate", "rejected", "unpacked", "stale", "echo")


class Hold(Value):
    """What may not be erased by anybody; all that is named has to fit."""

    id: int
    document_id: str | None
    vendor_id: str | None
    type: str | None
    entity: str | None
    why: str
    by: str
    at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


class Erasure(Value):
    """Documents that somebody asked to have erased."""

    id: int
    documents: tuple[str, ...]
    why: str
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


class Kept(Value):
    """What a rule of retention goes by."""

    id: str
    name: str
    state: str
    received_at: datetime
    type: str | None
    entity: str | None
    vendor_id: str | None


def add_hold(tx: Connection, values: dict[str, Any]) -> int:
    """Keep a hold; return its number."""
    return int(tx.execute(insert(_HOLDS).values(values).returning(_HOLDS.c.id)).scalar_one())


def end_hold(tx: Connection, number: int, *, by: str, at: datetime) -> bool:
    """End a hold; False when there is none of this number, or it has ended."""
    mine = (_HOLDS.c.id == number) & _HOLDS.c.ended_at.is_(None)
    return tx.execute(update(_HOLDS).where(mine).values(ended_by=by, ended_at=at)).rowcount == 1


def holds(tx: Connection, *, ended: bool = False) -> list[Hold]:
    """Return the holds that stand, the oldest first; with `ended` also those of before."""
    query = select(_HOLDS).order_by(_HOLDS.c.id)
    rows = tx.execute(query if ended else query.where(_HOLDS.c.ended_at.is_(None))).mappings()
    return [Hold.model_validate(dict(row)) for row in rows]


def ask(tx: Connection, documents: Sequence[str], *, why: str, by: str, at: datetime) -> int:
    """Keep what somebody asks to have erased; return its number."""
    values = {"documents": list(documents), "why": why, "asked_by": by, "asked_at": at}
    return int(tx.execute(insert(_ERASURES).values(values).returning(_ERASURES.c.id)).scalar_one())


def confirm(tx: Connection, number: int, *, by: str, at: datetime) -> None:
    """Note who confirmed an erasure."""
    tx.execute(update(_ERASURES).where(_ERASURES.c.id == number).values(confirmed_by=by, confirmed_at=at))


def asked(tx: Connection, number: int) -> Erasure | None:
    """Return an erasure, or None. The row is locked until the transaction ends."""
    row = tx.execute(select(_ERASURES).where(_ERASURES.c.id == number).with_for_update()).mappings().one_or_none()
    return None if row is None else Erasure.model_validate(dict(row))


def waiting(tx: Connection) -> list[Erasure]:
    """Return the erasures that nobody confirmed, the oldest first."""
    query = select(_ERASURES).where(_ERASURES.c.confirmed_at.is_(None)).order_by(_ERASURES.c.id)
    return [Erasure.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def kept(tx: Connection, document_ids: Sequence[str]) -> list[Kept]:
    """Return documents with what rules of retention go by."""
    return _kept(tx, _DOCUMENTS.c.id.in_(document_ids))


def before(
    tx: Connection, moment: datetime, *, kind: str | None, entity: str | None, after: Kept | None, limit: int
) -> list[Kept]:  # fmt: skip
    """Return documents at rest that came before a moment, of a type and a company, the oldest first, from the one after `after`."""
    at, id_ = _DOCUMENTS.c.received_at, _DOCUMENTS.c.id
    wanted = [at < moment, _DOCUMENTS.c.state.in_(_AT_REST)]
    # by the day of arrival, and not by the index of types: nearly all documents are of one type, and few are old
    wanted += [
        func.coalesce(column, "") == one for column, one in ((_LINES.c.type, kind), (_LINES.c.entity, entity)) if one
    ]
    if after is not None:
        wanted.append(or_(at > after.received_at, and_(at == after.received_at, id_ > after.id)))
    return _kept(tx, and_(*wanted), order=(at, id_), limit=limit)


def of_subject(tx: Connection, words: str, *, limit: int) -> list[str]:
    """Return documents whose vendor, in name or id, is exactly this one (without regard to case)."""
    lines = select(_LINES.c.document_id).where(
        or_(_LINES.c.vendor_id == words, _LINES.c.vendor.ilike(_exactly(words), escape="\\"))
    )
    return list(tx.execute(lines.order_by(_LINES.c.document_id).limit(limit)).scalars())


def _exactly(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _kept(
    tx: Connection, wanted: Any, *, order: Sequence[Any] = (_DOCUMENTS.c.id,), limit: int | None = None
) -> list[Kept]:
    query = (
        select(
            _DOCUMENTS.c.id, _DOCUMENTS.c.name, _DOCUMENTS.c.state, _DOCUMENTS.c.received_at, _LINES.c.type, _LINES.c.entity,
            _LINES.c.vendor_id,
        )
        .join(_LINES, _LINES.c.document_id == _DOCUMENTS.c.id, isouter=True)
        .where(wanted)
        .order_by(*order)
    )  # fmt: skip
    return [Kept.model_validate(dict(row)) for row in tx.execute(query.limit(limit)).mappings()]
