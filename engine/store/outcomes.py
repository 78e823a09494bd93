"""What readings were worth: how sure the machine was, and what people found. And how far automation stands down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from engine.model.outcome import Outcome
from engine.store import tables
from engine.store.writing import upsert

_TABLE, _STEPS = tables.outcomes, tables.automation


def note(tx: Connection, outcome: Outcome) -> bool:
    """Keep how a document was judged, in the place of what was kept before, unless people said something of it.

    Return whether it was kept.
    """
    if _is_reviewed(tx, outcome.document_id):
        return False
    upsert(tx, _TABLE, [{**outcome.model_dump(mode="json"), "reviewed_at": None}])
    return True


def review(tx: Connection, document_id: str, wrong: Sequence[str], *, at: datetime) -> Outcome | None:
    """Keep which checked fields a person found wrong, once. Return the outcome, or None when it is not new or not kept."""
    mine = (_TABLE.c.document_id == document_id) & _TABLE.c.reviewed_at.is_(None)
    changed = update(_TABLE).where(mine).values(wrong=list(wrong), reviewed_at=at).returning(*_TABLE.c)
    row = tx.execute(changed).one_or_none()
    return None if row is None else _outcome(row)


def of_document(tx: Connection, document_id: str) -> Outcome | None:
    """Return what is kept of a document, or None."""
    row = tx.execute(select(_TABLE).where(_TABLE.c.document_id == document_id)).one_or_none()
    return None if row is None else _outcome(row)


def history(tx: Connection, ruleset: str, *, since: datetime | None = None) -> list[Outcome]:
    """Return what is kept under a ruleset, in the order of review, then what was not reviewed.

    `since` leaves out what was reviewed up to then.
    """
    order = (_TABLE.c.reviewed_at.is_(None), _TABLE.c.reviewed_at, _TABLE.c.document_id)
    query = select(_TABLE).where(_TABLE.c.ruleset == ruleset)
    if since is not None:
        query = query.where(_TABLE.c.reviewed_at.is_(None) | (_TABLE.c.reviewed_at > since))
    return [_outcome(row) for row in tx.execute(query.order_by(*order))]


def audits(tx: Connection, ruleset: str, *, since: datetime | None) -> list[Outcome]:
    """Return what was posted without a person, drawn and looked at after `since`, in the order of review."""
    mine = (_TABLE.c.ruleset == ruleset) & _TABLE.c.is_straight & (_TABLE.c.share_permille > 0)
    query = select(_TABLE).where(mine, _TABLE.c.reviewed_at.is_not(None))
    if since is not None:
        query = query.where(_TABLE.c.reviewed_at > since)
    return [_outcome(row) for row in tx.execute(query.order_by(_TABLE.c.reviewed_at, _TABLE.c.document_id))]


def steps(tx: Connection, ruleset: str) -> tuple[int, datetime | None]:
    """Return how many steps the automation of a ruleset stands down, and since when."""
    row = tx.execute(select(_STEPS).where(_STEPS.c.ruleset == ruleset)).one_or_none()
    return (0, None) if row is None else (row.steps, row.since)


def standing_down(tx: Connection) -> list[tuple[str, int, datetime]]:
    """Return (ruleset, steps, since when) of every ruleset whose automation stands down, by name."""
    query = select(_STEPS).where(_STEPS.c.steps > 0).order_by(_STEPS.c.ruleset)
    return [(row.ruleset, row.steps, row.since) for row in tx.execute(query)]


def set_steps(tx: Connection, ruleset: str, count: int, *, at: datetime, by: str) -> None:
    """Keep how many steps the automation of a ruleset stands down."""
    upsert(tx, _STEPS, [{"ruleset": ruleset, "steps": count, "since": at, "by": by}])


def _is_reviewed(tx: Connection, document_id: str) -> bool:
    mine = (_TABLE.c.document_id == document_id) & _TABLE.c.reviewed_at.is_not(None)
    return bool(tx.execute(select(func.count()).select_from(_TABLE).where(mine)).scalar_one())


def _outcome(row: Row[Any]) -> Outcome:
    data = row._asdict()
    data.pop("reviewed_at")
    return Outcome.model_validate({**data, "confidences": tuple((name, sure) for name, sure in row.confidences)})
