"""Documents that wait: for a receipt that has not been booked in, an order that is not there yet, a paper of a dossier.

A wait keeps the document's first day of waiting over all its revisions. What it waits for is noted by order number, and
with it a mark of what was known of those orders; when the mark changes, something came.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from engine.model.value import Value
from engine.store import dossiers, keys, tables
from engine.store.writing import chunks, insert_new_rows

_TABLE, _ORDERS = tables.waits, tables.wait_orders
_DOSSIER = "dossier:"
"""Begins what a dossier waits for: its own papers; no order number holds a colon."""


class Wait(Value):
    """What one document waits for."""

    document_id: str
    revision: int
    since: datetime
    """When it first waited."""
    next_at: datetime | None
    """When it is looked at even if nothing came; None for one that only an arrival wakes."""
    tries: int
    """Scheduled looks so far."""
    mark: str


def papers_of(dossier: str) -> str:
    """Return under which number a dossier waits for its papers."""
    return f"{_DOSSIER}{dossier}"


def _key(number: str) -> str:
    return number if number.startswith(_DOSSIER) else keys.order_number(number)


def marks(tx: Connection, numbers: Iterable[str]) -> str:
    """Return a mark of everything that is known of these orders and their receipts; equal marks mean that nothing came.

    Read it before the orders themselves: what is written in between then changes it, and is looked at once too often.
    """
    found = _marks(tx, {_key(number) for number in numbers} - {""})
    return " ".join(f"{key}={found[key]}" for key in sorted(found))


def begin(
    tx: Connection, *, document_id: str, revision: int, numbers: Iterable[str], mark: str, at: datetime,
    next_at: datetime | None,
) -> None:  # fmt: skip
    """Note that a document waits, in the place of what was noted for it; its first day and its tries stay."""
    values = {"revision": revision, "mark": mark, "next_at": next_at}
    changed = tx.execute(update(_TABLE).where(_TABLE.c.document_id == document_id).values(**values)).rowcount
    if not changed:
        tx.execute(insert(_TABLE).values(document_id=document_id, since=at, tries=0, **values))
    tx.execute(delete(_ORDERS).where(_ORDERS.c.document_id == document_id))
    wanted = sorted({_key(number) for number in numbers} - {""})
    insert_new_rows(tx, _ORDERS, [{"document_id": document_id, "number_key": key} for key in wanted])


def of_document(tx: Connection, document_id: str) -> Wait | None:
    """Return what a document waits for, or None."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.document_id == document_id)).mappings().one_or_none()
    return None if row is None else Wait.model_validate(dict(row))


def due(tx: Connection, at: datetime, *, limit: int = 500) -> list[Wait]:
    """Return the waits whose time for a look has come, the longest overdue first."""
    query = select(_TABLE).where(_TABLE.c.next_at <= at).order_by(_TABLE.c.next_at, _TABLE.c.document_id).limit(limit)
    return [Wait.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def woken(tx: Connection, *, limit: int = 500) -> list[Wait]:
    """Return the waits for whose orders something came since they were noted."""
    waiting = [Wait.model_validate(dict(row)) for row in tx.execute(select(_TABLE)).mappings()]
    if not waiting:
        return []
    wanted: dict[str, list[str]] = {one.document_id: [] for one in waiting}
    for document_id, key in tx.execute(select(_ORDERS.c.document_id, _ORDERS.c.number_key)):
        wanted.setdefault(document_id, []).append(key)
    known = _marks(tx, {key for mine in wanted.values() for key in mine})
    changed = [
        one for one in waiting
        if " ".join(f"{key}={known[key]}" for key in sorted(wanted[one.document_id])) != one.mark
    ]  # fmt: skip
    return changed[:limit]


def looked(tx: Connection, document_id: str, *, tries: int, next_at: datetime | None) -> None:
    """Note a scheduled look, and when the next is due; None: the next thing that happens is not a look."""
    tx.execute(update(_TABLE).where(_TABLE.c.document_id == document_id).values(tries=tries, next_at=next_at))


def end(tx: Connection, document_id: str) -> None:
    """Forget that a document waited."""
    tx.execute(delete(_ORDERS).where(_ORDERS.c.document_id == document_id))
    tx.execute(delete(_TABLE).where(_TABLE.c.document_id == document_id))


def _marks(tx: Connection, wanted: Iterable[str]) -> Mapping[str, str]:
    """Return by order: how many rows of orders, lines and receipts there are, and which imports wrote them."""
    orders, lines, receipts = tables.orders, tables.order_lines, tables.goods_receipts
    parts: dict[str, list[str]] = {key: [] for key in wanted}
    for key in (one for one in parts if one.startswith(_DOSSIER)):
        parts[key].append(dossiers.mark(dossiers.papers(tx, key.removeprefix(_DOSSIER))))
    for some in chunks(sorted(key for key in parts if not key.startswith(_DOSSIER))):
        queries: Sequence[Select[str, int, int, int]] = [
            _count(orders.c.number_key, orders.c.change_id).where(orders.c.number_key.in_(some)),
            _count(orders.c.number_key, lines.c.change_id)
            .join(orders, orders.c.number == lines.c.number).where(orders.c.number_key.in_(some)),
            _count(receipts.c.number_key, receipts.c.change_id).where(receipts.c.number_key.in_(some)),
        ]  # fmt: skip
        for kind, query in zip("olr", queries, strict=True):
            for key, count, total, latest in tx.execute(query):
                parts[key].append(f"{kind}{count}.{total}.{latest}")
    return {key: ",".join(found) for key, found in parts.items()}


def _count(key: ColumnElement[str], change: ColumnElement[int]) -> "Select[str, int, int, int]":
    number = func.coalesce(change, 0)
    return select(key, func.count(), func.sum(number), func.max(number)).select_from(change.table).group_by(key)
