"""Operations as people look for them: by state, target, document, flow, age and text, a page at a time."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, false, func, or_, select

from engine.model.operation import OPERATION_MOVES, OperationState
from engine.model.value import Value
from engine.store import tables

_TABLE, _DEPARTURES, _RECEIPTS = tables.operations, tables.departures, tables.receipts
_OUTBOX, _TARGETS = tables.outbox, tables.targets
_HEX = re.compile(r"[0-9a-f]{1,20}")


class OperationLine(Value):
    """One operation in a list."""

    key: str
    short_key: str
    document_id: str
    revision: int
    target: str
    object: str
    state: OperationState
    attempts: int
    planned_at: datetime
    changed_at: datetime
    due_at: datetime | None
    """When it should have been committed."""
    error: str | None
    """The target's last words."""
    waits_for: str | None
    leave_at: datetime | None
    external_id: str | None
    """The target's name for it, when it stands there."""


class Search(Value):
    """What to look for; what is empty or None does not restrict."""

    states: tuple[OperationState, ...] = ()
    target: str | None = None
    document: str | None = None
    """The beginning of a document's id."""
    flow: str | None = None
    """A flow's name, without its version."""
    changed_before: datetime | None = None
    """Only what has stood as it stands since before this moment."""
    text: str | None = None
    """A part of the key, of the target's words or of its id, without regard to case."""


def page(tx: Connection, wanted: Search, *, after: str | None = None, limit: int = 50) -> list[OperationLine]:
    """Return operations, the last planned first; `after` is the key of the last one of the page before.

    Raises LookupError when there is no operation with that key.
    """
    conditions = _conditions(wanted)
    if after is not None:
        last = tx.execute(select(_TABLE.c.planned_at, _TABLE.c.key).where(_TABLE.c.key == after)).one_or_none()
        if last is None:
            raise LookupError(f"there is no operation {after}")
        same = and_(_TABLE.c.planned_at == last.planned_at, _TABLE.c.key > last.key)
        conditions.append(or_(_TABLE.c.planned_at < last.planned_at, same))
    return _lines(tx, conditions, limit)


def keys(tx: Connection, wanted: Search) -> list[str]:
    """Return the keys of all operations that are looked for, in the order in which they were planned."""
    query = select(_TABLE.c.key).where(*_conditions(wanted)).order_by(_TABLE.c.planned_at, _TABLE.c.key)
    return list(tx.execute(query).scalars())


def counts(tx: Connection, wanted: Search) -> dict[OperationState, int]:
    """Return how many of the operations that are looked for are in each state; states without any are 0."""
    everywhere = wanted.model_copy(update={"states": ()})
    query = select(_TABLE.c.state, func.count()).where(*_conditions(everywhere)).group_by(_TABLE.c.state)
    found: dict[str, int] = dict(tx.execute(query).all())
    return {state: found.get(state, 0) for state in OPERATION_MOVES}


def line(tx: Connection, key: str) -> OperationLine | None:
    """Return one operation by its key, or None."""
    return next(iter(_lines(tx, [_TABLE.c.key == key], 1)), None)


def named(tx: Connection, name: str, *, limit: int = 20) -> list[str]:
    """Return the keys that a person may mean: the key itself, the beginning of a short key, or a part of a key."""
    for whole in (_TABLE.c.key == name, _TABLE.c.short_key == name):
        if (exact := tx.execute(select(_TABLE.c.key).where(whole)).scalar_one_or_none()) is not None:
            return [str(exact)]
    # every hex digit sorts before "g", in any collation
    begins = and_(_TABLE.c.short_key >= name, _TABLE.c.short_key < name + "g") if _HEX.fullmatch(name) else false()
    for condition in (begins, _contains(_TABLE.c.key, name)):
        found = list(tx.execute(select(_TABLE.c.key).where(condition).order_by(_TABLE.c.key).limit(limit)).scalars())
        if found:
            return found
    return []


def oldest(tx: Connection, states: Iterable[OperationState], *, before: datetime) -> list[OperationLine]:
    """Return the operations that stand in these states since before a moment, by target the one that waits longest."""
    stands = _TABLE.c.state.in_(list(states))
    query = select(_TABLE.c.target, func.min(_TABLE.c.changed_at)).where(stands, _TABLE.c.changed_at < before)
    found: list[OperationLine] = []
    for target, since in tx.execute(query.group_by(_TABLE.c.target).order_by(_TABLE.c.target)).all():
        found += _lines(tx, [stands, _TABLE.c.target == target, _TABLE.c.changed_at == since], 1)
    return found


def overdue(tx: Connection, states: Iterable[OperationState], *, at: datetime, limit: int = 500) -> list[OperationLine]:
    """Return operations in these states that should have been committed by now."""
    return _lines(tx, [_TABLE.c.state.in_(list(states)), _TABLE.c.due_at < at], limit)


def committed_since(tx: Connection, *, flow: str | None, target: str | None, since: datetime) -> int:
    """Return how many operations of a flow and target got an answer since a moment and stand there."""
    conditions = [_RECEIPTS.c.at >= since, _TABLE.c.state.in_(["committed", "delivered"])]
    conditions += _conditions(Search(flow=flow, target=target))
    query = select(func.count(func.distinct(_TABLE.c.key))).join(_RECEIPTS, _RECEIPTS.c.key == _TABLE.c.key)
    return int(tx.execute(query.where(*conditions)).scalar_one())


def _conditions(wanted: Search) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(_TABLE.c.state.in_(wanted.states))
    if wanted.target is not None:
        conditions.append(_TABLE.c.target == wanted.target)
    if wanted.document is not None:
        conditions.append(_TABLE.c.document_id.startswith(wanted.document.lower(), autoescape=True))
    if wanted.flow is not None:
        conditions.append(_TABLE.c.key.startswith(f"{wanted.flow}/", autoescape=True))
    if wanted.changed_before is not None:
        conditions.append(_TABLE.c.changed_at < wanted.changed_before)
    if wanted.text:
        named_so = select(_RECEIPTS.c.key).where(_contains(_RECEIPTS.c.external_id, wanted.text))
        conditions.append(
            or_(
                _contains(_TABLE.c.key, wanted.text), _contains(_TABLE.c.error, wanted.text), _TABLE.c.key.in_(named_so)
            )
        )
    return conditions


def _contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    return func.lower(column).contains(text.lower(), autoescape=True)


def _lines(tx: Connection, conditions: Sequence[ColumnElement[bool]], limit: int | None) -> list[OperationLine]:
    fields = [_TABLE.c[name] for name in OperationLine.model_fields if name in _TABLE.c]
    query = (
        select(
            *fields,
            _DEPARTURES.c.why,
            _DEPARTURES.c.leave_at,
            _OUTBOX.c.waits_for,
            _OUTBOX.c.next_at,
            _TARGETS.c.state.label("breaker"),
            _TARGETS.c.why.label("left_alone"),
        )
        .join(_DEPARTURES, _DEPARTURES.c.key == _TABLE.c.key, isouter=True)
        .join(_OUTBOX, _OUTBOX.c.key == _TABLE.c.key, isouter=True)
        .join(_TARGETS, _TARGETS.c.name == _TABLE.c.target, isouter=True)
        .where(*conditions)
        .order_by(_TABLE.c.planned_at.desc(), _TABLE.c.key)
        .limit(limit)
    )
    rows = tx.execute(query).mappings().all()
    ids = _external_ids(tx, [row["key"] for row in rows])
    return [_line(row, ids.get(row["key"])) for row in rows]


def _line(row: RowMapping, external_id: str | None) -> OperationLine:
    """Return a line with what keeps the operation: its window, a target that is left alone, or a pause."""
    why, leave_at = None, None
    if row["state"] in {"planned", "unknown"}:
        if row["why"] is not None:
            why, leave_at = row["why"], row["leave_at"]
        elif row["breaker"] not in {None, "closed"}:
            why = f"{row['target']} is left alone: {row['left_alone']}"
        elif row["waits_for"]:
            why, leave_at = row["waits_for"], row["next_at"]
    values = {name: row[name] for name in OperationLine.model_fields if name in row}
    return OperationLine.model_validate({**values, "waits_for": why, "leave_at": leave_at, "external_id": external_id})


def _external_ids(tx: Connection, keys: Sequence[str]) -> Mapping[str, str]:
    """Return what targets call operations, by key; the latest receipt tells."""
    query = select(_RECEIPTS.c.key, _RECEIPTS.c.external_id).where(_RECEIPTS.c.key.in_(keys)).order_by(_RECEIPTS.c.seq)
    found: dict[str, str] = dict(tx.execute(query).all())
    return found
