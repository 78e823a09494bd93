"""One line about each document, kept beside it: what lists show and searches look through, whatever is stored of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, false, func, or_, select, true

from engine.model.document import Document, State
from engine.model.value import Value
from engine.store import documents, tables
from engine.store.columns import PlainText, storable
from engine.store.writing import upsert

_TABLE, _DOCUMENTS, _REVIEWS = tables.summaries, tables.documents, tables.reviews
_LONGEST = 300
Order = Literal["urgent", "oldest", "newest", "due", "stake"]


class Summary(Value):
    """What a list says of a document."""

    document_id: str
    type: str = ""
    entity: str = ""
    """Code of our company that it is addressed to."""
    vendor_id: str = ""
    vendor: str = ""
    number: str = ""
    po_number: str = ""
    currency: str = ""
    total: str = ""
    """Decimal text."""
    stake: int = 0
    """The total in minor units of its currency, without sign."""
    issued_on: str = ""
    due_on: str = ""
    confidence: int | None = None
    """In thousandths."""
    references: str = ""
    """What targets call it."""


class Listed(NamedTuple):
    """A document in a list, with the item that waits for people where there is one."""

    document_id: str
    name: str
    source: str
    received_at: datetime
    state: State
    revision: int
    summary: Summary
    item_id: int | None
    queue: str
    team: str | None
    reasons: Sequence[str]
    message: str
    priority: int
    opened_at: datetime | None
    due_at: datetime | None
    assignee: str | None
    taken_by: str | None
    taken_until: datetime | None


class Scope(Value):
    """What somebody reaches; what is empty does not restrict."""

    team: str | None = None
    types: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()


class Wanted(Value):
    """What a list is asked for; what is None does not restrict."""

    within: tuple[Scope, ...] | None = None
    """Only what one of these reaches."""
    only_open: bool = False
    """Only what waits for people."""
    queue: str | None = None
    teams: tuple[str, ...] | None = None
    """Owned by one of these teams, or by none."""
    assignee: str | None = None
    type: str | None = None
    reason: str | None = None
    overdue_at: datetime | None = None
    text: str = ""
    """Words that stand in id, name, vendor, numbers or references; each somewhere."""
    order: Order = "urgent"


def write(tx: Connection, summary: Summary, *, name: str) -> None:
    """Keep the line of a document, in the place of the one before."""
    row = {key: value[:_LONGEST] if isinstance(value, str) else value for key, value in summary.model_dump().items()}
    words = (
        name,
        summary.vendor,
        summary.vendor_id,
        summary.number,
        summary.po_number,
        summary.total,
        summary.references,
    )
    row["search"] = storable(" ".join(dict.fromkeys(words)).lower())
    upsert(tx, _TABLE, [row])


def get(tx: Connection, document_id: str) -> Summary | None:
    """Return the line of a document, or None when nothing was understood of it."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.document_id == document_id)).mappings().one_or_none()
    return None if row is None else _summary(row)


def some(tx: Connection, document_ids: Sequence[str]) -> dict[str, Summary]:
    """Return the lines of those of some documents of which something was understood, by id."""
    rows = tx.execute(select(_TABLE).where(_TABLE.c.document_id.in_(document_ids))).mappings()
    return {row["document_id"]: _summary(row) for row in rows}


def lacking(tx: Connection, *, most: int) -> list[Document]:
    """Return the latest documents of which a record is kept and no line."""
    made = select(tables.step_results.c.document_id).where(tables.step_results.c.kind == "record")
    query = (
        select(_DOCUMENTS.c.id)
        .join(_TABLE, _TABLE.c.document_id == _DOCUMENTS.c.id, isouter=True)
        .where(_TABLE.c.document_id.is_(None), _DOCUMENTS.c.id.in_(made))
        .order_by(_DOCUMENTS.c.received_at.desc())
        .limit(most)
    )
    found = (documents.get(tx, document_id) for document_id in tx.execute(query).scalars())
    return [document for document in found if document is not None]


def listed(tx: Connection, wanted: Wanted, *, most: int, skip: int = 0) -> list[Listed]:
    """Return documents in the order that is wanted."""
    # chosen by little, then looked at whole: sorting thousands of wide rows takes longer than the rest
    chosen = (
        _asked(wanted).with_only_columns(_DOCUMENTS.c.id).order_by(*_ordered(wanted.order)).limit(most).offset(skip)
    )
    ids = list(tx.execute(chosen).scalars())
    whole = _asked(Wanted(only_open=wanted.only_open)).where(_DOCUMENTS.c.id.in_(ids))
    return [_listed(row) for row in tx.execute(whole.order_by(*_ordered(wanted.order))).mappings()]


def place(tx: Connection, wanted: Wanted, document_ids: Sequence[str]) -> int | None:
    """Return how many documents stand before and with the first of these that is in the list; None when none is any more."""
    numbered = (
        _asked(wanted).add_columns(func.row_number().over(order_by=_ordered(wanted.order)).label("place")).subquery()
    )
    query = select(numbered.c.id, numbered.c.place).where(numbered.c.id.in_(document_ids))
    places: dict[str, int] = dict(tx.execute(query).all())
    return next((places[one] for one in document_ids if one in places), None)


def count(tx: Connection, wanted: Wanted) -> int:
    """Return how many documents there are."""
    return int(tx.execute(_asked(wanted).with_only_columns(func.count())).scalar_one())


def _asked(wanted: Wanted) -> Select[tuple[object, ...]]:
    items = _REVIEWS.c
    is_open = (items.document_id == _DOCUMENTS.c.id) & items.closed_at.is_(None)
    together = _DOCUMENTS.join(_REVIEWS, is_open, isouter=not wanted.only_open)
    together = together.join(_TABLE, _TABLE.c.document_id == _DOCUMENTS.c.id, isouter=True)
    query = select(
        _DOCUMENTS.c.id, _DOCUMENTS.c.name, _DOCUMENTS.c.source, _DOCUMENTS.c.received_at, _DOCUMENTS.c.state,
        _DOCUMENTS.c.revision, *(column for column in _TABLE.c if column.name != "search"),
        items.id.label("item_id"), items.queue, items.team, items.reasons, items.message, items.priority,
        items.opened_at, items.due_at, items.assignee, items.taken_by, items.taken_until,
    ).select_from(together)  # fmt: skip
    return query.where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    items, found = _REVIEWS.c, []
    equal = (
        (items.queue, wanted.queue), (items.assignee, wanted.assignee), (_TABLE.c.type, wanted.type),
    )  # fmt: skip
    found += [column == value for column, value in equal if value is not None]
    if wanted.teams is not None:
        found.append(or_(items.team.in_(wanted.teams), items.team.is_(None)))
    if wanted.within is not None:
        found.append(or_(false(), *(_reached(scope) for scope in wanted.within)))
    if wanted.reason is not None:
        found.append(items.reasons.cast(PlainText).contains(f'"{wanted.reason}"', autoescape=True))
    if wanted.overdue_at is not None:
        found.append(items.due_at < wanted.overdue_at)
    return [*found, *(_holds(word) for word in wanted.text.lower().split())]


def _reached(scope: Scope) -> ColumnElement[bool]:
    """Whether a document is in a scope; what is not known of it is not in a scope that restricts it."""
    tests = [
        _REVIEWS.c.team == scope.team if scope.team is not None else true(),
        _TABLE.c.type.in_(scope.types) if scope.types else true(),
        _TABLE.c.entity.in_(scope.entities) if scope.entities else true(),
    ]
    return and_(*tests)


def _holds(word: str) -> ColumnElement[bool]:
    """Whether a word stands in the line, in the name, or begins the id."""
    return or_(
        _TABLE.c.search.contains(word, autoescape=True), _DOCUMENTS.c.id.startswith(word, autoescape=True),
        func.lower(_DOCUMENTS.c.name).contains(word, autoescape=True),
    )  # fmt: skip


def _ordered(order: Order) -> tuple[ColumnElement[object], ...]:
    items, oldest = _REVIEWS.c, _DOCUMENTS.c.received_at
    orders: Mapping[Order, tuple[ColumnElement[object], ...]] = {
        "urgent": (items.priority, items.opened_at, items.id, oldest, _DOCUMENTS.c.id),
        "oldest": (oldest, _DOCUMENTS.c.id),
        "newest": (oldest.desc(), _DOCUMENTS.c.id),
        "due": (items.due_at, items.id, _DOCUMENTS.c.id),
        "stake": (_TABLE.c.stake.desc(), items.id, _DOCUMENTS.c.id),
    }
    return orders[order]


def _listed(row: RowMapping) -> Listed:
    given = {name: row[name] for name in Listed._fields if name in row}
    missing = {"queue": row["queue"] or "", "reasons": row["reasons"] or (), "message": row["message"] or ""}
    values = {**given, **missing, "document_id": row["id"], "priority": row["priority"] or 3, "summary": _summary(row)}
    return Listed(**values)


def _summary(row: RowMapping) -> Summary:
    known = {name: row[name] for name in Summary.model_fields if row[name] is not None}
    return Summary.model_validate({"document_id": row.get("id", ""), **known})
