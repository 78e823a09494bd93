"""The figures of each document, counted anew whenever the ledger tells of it; what was counted is marked.

Every change of a document ends with a ledger entry, in one gapless order. So counting on from the mark misses nothing, and a
document that is counted twice is counted alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, func, select, update

from engine.model.kpi import ANSWERS, TOUCHES
from engine.model.record import Record
from engine.store import tables
from engine.store.columns import unpack
from engine.store.writing import chunks, insert_new_rows, upsert

_FACTS, _REASONS, _MARK, _EFFORTS = tables.kpi_documents, tables.kpi_reasons, tables.kpi_mark, tables.review_efforts
_LEDGER, _DOCUMENTS, _REVIEWS = tables.ledger, tables.documents, tables.reviews
_OPERATIONS, _RECEIPTS, _RESULTS = tables.operations, tables.receipts, tables.step_results
_AT_ONCE = 200
_DAY = 86_400
_MOVING = frozenset({"received", "processing", "posting", "waiting"})
_ASIDE = frozenset({"unpacked", "stale", "echo"})
_MERGE = "merge"
_ENDED = frozenset({"committed", "rejected", "parked", "unknown"})
_ANSWERED = frozenset({"document_corrected", "document_approved", "reading_confirmed"})
"""After these somebody has looked at the values."""
_HUB = "system"


_WRITES = select(
    _OPERATIONS.c.document_id, _OPERATIONS.c.key, _OPERATIONS.c.target, _OPERATIONS.c.state, _OPERATIONS.c.attempts,
    _OPERATIONS.c.planned_at, _OPERATIONS.c.changed_at,
)  # fmt: skip


class Counted(NamedTuple):
    """A stretch of the ledger, and the figures of the documents that it tells of."""

    since: int
    seq: int
    rows: list[dict[str, Any]]
    reasons: list[dict[str, str]]


class _Known(NamedTuple):
    """What is kept of one document in other tables."""

    summary: Any
    reviews: Sequence[Any]
    acts: Sequence[Any]
    operations: Sequence[Any]
    receipts: Mapping[str, datetime | None]
    arrivals: int
    effort: Any
    corrected: frozenset[str]
    made: frozenset[str]


def behind(tx: Connection) -> int:
    """Return how many ledger entries are not counted yet."""
    head = select(tables.ledger_head.c.seq).where(tables.ledger_head.c.id == 1).scalar_subquery()
    return int(tx.execute(select(func.coalesce(head, 0) - _MARK.c.seq).where(_MARK.c.id == 1)).scalar_one())


def count_on(tx: Connection, *, most: int) -> Counted:
    """Count the documents of the next `most` ledger entries."""
    since = int(tx.execute(select(_MARK.c.seq).where(_MARK.c.id == 1)).scalar_one())
    new = select(_LEDGER.c.seq, _LEDGER.c.document_id).where(_LEDGER.c.seq > since).order_by(_LEDGER.c.seq).limit(most)
    found = tx.execute(new).all()
    ids = list(dict.fromkeys(row.document_id for row in found if row.document_id is not None))
    rows: list[dict[str, Any]] = []
    reasons: list[dict[str, str]] = []
    for some in chunks(ids, _AT_ONCE):
        made, why = figures(tx, some)
        rows += made
        reasons += why
    return Counted(since, found[-1].seq if found else since, rows, reasons)


def keep(tx: Connection, counted: Counted) -> bool:
    """Keep what was counted; False when somebody else has counted on meanwhile, then nothing is kept."""
    moved = update(_MARK).where(_MARK.c.id == 1, _MARK.c.seq == counted.since).values(seq=counted.seq)
    if tx.execute(moved).rowcount != 1:
        return False
    for some in chunks(counted.rows, _AT_ONCE):
        tx.execute(delete(_REASONS).where(_REASONS.c.document_id.in_([one["document_id"] for one in some])))
        upsert(tx, _FACTS, some)
    for few in chunks(counted.reasons, _AT_ONCE):
        insert_new_rows(tx, _REASONS, few)
    return True


def figures(tx: Connection, ids: Sequence[str]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Return the figures of documents and the reasons for which people were asked.

    What is erased is left out: its figures stay as they were counted last.
    """
    query = select(_DOCUMENTS.c.id, _DOCUMENTS.c.received_at, _DOCUMENTS.c.state, _DOCUMENTS.c.parent_id)
    papers = tx.execute(query.where(_DOCUMENTS.c.id.in_(ids), _DOCUMENTS.c.state != "erased")).all()
    known = _known(tx, papers)
    rows = [_row(one, known[one.id]) for one in papers]
    reasons = [
        {"document_id": one.id, "reason": reason}
        for one in papers
        for reason in sorted({why for item in known[one.id].reviews for why in item.reasons})
    ]
    return rows, reasons


def _known(tx: Connection, papers: Sequence[Any]) -> dict[str, _Known]:
    ids = [one.id for one in papers]
    summaries = _by(tx.execute(select(tables.summaries).where(tables.summaries.c.document_id.in_(ids))))
    items = _by(tx.execute(select(_REVIEWS).where(_REVIEWS.c.document_id.in_(ids)).order_by(_REVIEWS.c.id)))
    acts = _acts(tx, papers)
    operations = _by(tx.execute(_WRITES.where(_OPERATIONS.c.document_id.in_(ids))))
    receipts = _receipts(tx, [one.key for row in operations.values() for one in row])
    efforts, arrivals, corrected = _efforts(tx, ids), _arrivals(tx, ids), _corrected(tx, ids)
    answered = [one for one, events in acts.items() if any(event.kind in _ANSWERED for event in events)]
    made = {one: _made(tx, one) for one in answered}
    return {
        one: _Known(
            summary=next(iter(summaries.get(one, ())), None), reviews=items.get(one, ()), acts=acts.get(one, ()),
            operations=operations.get(one, ()), receipts=receipts, arrivals=arrivals.get(one, 0),
            effort=efforts.get(one), corrected=corrected.get(one, frozenset()), made=made.get(one, frozenset()),
        )
        for one in ids
    }  # fmt: skip


def _by(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def _acts(tx: Connection, papers: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the acts on each document; what a person cut out of another one was touched by that."""
    parents = {one.id: one.parent_id for one in papers if one.parent_id}
    told = select(_LEDGER.c.document_id, _LEDGER.c.kind, _LEDGER.c.actor, _LEDGER.c.at).where(
        _LEDGER.c.document_id.in_([*(one.id for one in papers), *parents.values()]), _LEDGER.c.kind.in_(TOUCHES),
        _LEDGER.c.actor != _HUB,
    )  # fmt: skip
    found = _by(tx.execute(told.order_by(_LEDGER.c.document_id, _LEDGER.c.seq)))
    cut = {one: [act for act in found.get(over, ()) if act.kind == "split_decided"] for one, over in parents.items()}
    return {one.id: [*cut.get(one.id, ()), *found.get(one.id, ())] for one in papers}


def _receipts(tx: Connection, keys: Sequence[str]) -> dict[str, datetime | None]:
    """Return when each operation was confirmed; None: by an acknowledgement that came after the receipt."""
    sure = case((_RECEIPTS.c.awaits_acknowledgement.is_(False), _RECEIPTS.c.at))
    found: dict[str, datetime | None] = {}
    for some in chunks(keys):
        first = select(_RECEIPTS.c.key, func.min(sure)).where(_RECEIPTS.c.key.in_(some)).group_by(_RECEIPTS.c.key)
        found.update(tx.execute(first).all())
    return found


def _efforts(tx: Connection, ids: Sequence[str]) -> dict[str, Any]:
    totals = (func.sum(_EFFORTS.c[name]).label(f"all_{name}") for name in ("seconds", "keys", "clicks"))
    query = select(_EFFORTS.c.document_id, func.count().label("measured"), *totals)
    return {
        row.document_id: row
        for row in tx.execute(query.where(_EFFORTS.c.document_id.in_(ids)).group_by(_EFFORTS.c.document_id))
    }


def _arrivals(tx: Connection, ids: Sequence[str]) -> dict[str, int]:
    column = tables.arrivals.c.document_id
    # a document made of several came in once
    came = (column.in_(ids), tables.arrivals.c.source != _MERGE)
    return dict(tx.execute(select(column, func.count()).where(*came).group_by(column)).all())


def _corrected(tx: Connection, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    columns = tables.corrections.c
    found = _by(tx.execute(select(columns.document_id, columns.path).where(columns.document_id.in_(ids)).distinct()))
    return {one: frozenset(row.path for row in rows) for one, rows in found.items()}


def _made(tx: Connection, document_id: str) -> frozenset[str]:
    """Return the paths of the values that the machine first made of a document."""
    first = select(_RESULTS.c.json, _RESULTS.c.compressed).where(
        _RESULTS.c.document_id == document_id, _RESULTS.c.kind == "record"
    )
    row = tx.execute(first.order_by(_RESULTS.c.revision).limit(1)).one_or_none()
    data = None if row is None else unpack(row.json, row.compressed)
    if data is None:
        return frozenset()
    return frozenset(path for path, field in Record.model_validate(data).walk() if field.value)


def _row(paper: Any, known: _Known) -> dict[str, Any]:
    machines = {_HUB, *(one.target for one in known.operations)}
    acts = [one for one in known.acts if one.actor not in machines]
    first = known.reviews[0] if known.reviews else None
    touched = _seconds(min((one.at for one in acts), default=None))
    planned = [one for one in known.operations if one.state != "cancelled"]
    confirmed = _confirmed(planned, known.receipts)
    received = _seconds(paper.received_at) or 0
    summary, effort = known.summary, known.effort
    return {
        "document_id": paper.id,
        "day": received // _DAY,
        "month": paper.received_at.year * 12 + paper.received_at.month - 1,
        "course": _course(paper.state, is_asked=first is not None or touched is not None),
        "type": summary.type if summary else "",
        "entity": summary.entity if summary else "",
        "queue": first.queue if first else "",
        "team": (first.team or "") if first else "",
        "confirmed": confirmed,
        "touched": touched,
        "reviewed": _seconds(first.opened_at) if first else None,
        "posting": _since(confirmed, _seconds(min((one.planned_at for one in planned), default=None))),
        "cycle": _since(confirmed, received),
        "stake": summary.stake if summary else 0,
        "currency": summary.currency if summary else "",
        "arrivals": known.arrivals,
        "operations": len(planned),
        "ended": sum(one.state in _ENDED for one in planned),
        "committed": sum(one.state == "committed" for one in planned),
        "retries": sum(max(one.attempts - 1, 0) for one in planned),
        "answers": sum(one.kind in ANSWERS for one in acts),
        **{name: int(getattr(effort, f"all_{name}")) if effort else 0 for name in ("seconds", "keys", "clicks")},
        "measured": effort.measured if effort else 0,
        "values_seen": len(known.made | known.corrected) if known.made else 0,
        "values_wrong": len(known.corrected) if known.made else 0,
    }


def _course(state: str, *, is_asked: bool) -> str:
    if state in _ASIDE:
        return "aside"
    if state == "duplicate":
        return "duplicate"
    return "open" if state in _MOVING and not is_asked else "decided"


def _confirmed(planned: Sequence[Any], receipts: Mapping[str, datetime | None]) -> int | None:
    """Return when the last operation of a document was confirmed; None while one is not, or without any."""
    if not planned or any(one.state != "committed" or one.key not in receipts for one in planned):
        return None
    return _seconds(max(receipts[one.key] or one.changed_at for one in planned))


def _since(end: int | None, begin: int | None) -> int | None:
    return None if end is None or begin is None else max(0, end - begin)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
