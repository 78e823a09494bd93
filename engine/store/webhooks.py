"""Who is told of events, what is to be told, and what came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from engine.model.value import Value
from engine.store import tables

_HOOKS = tables.webhooks
_TOLD = tables.webhook_deliveries

DeliveryState = Literal["pending", "delivered", "failed"]


class Webhook(Value):
    """Somebody who is told of events."""

    id: str
    url: str
    events: tuple[str, ...]
    made_by: str
    made_at: datetime
    version: int = 1
    position: int = 0
    """`seq` of the last ledger entry that was looked at."""
    is_active: bool = True
    failures: int = 0
    """Since it last took something."""
    failing_since: datetime | None = None
    rests_until: datetime | None = None
    why: str = ""
    """Why it fails, or was switched off."""


class Delivery(Value):
    """One event for one webhook."""

    seq: int
    webhook_id: str
    event_id: str
    type: str
    body: str
    state: DeliveryState
    attempts: int
    made_at: datetime
    next_at: datetime
    ended_at: datetime | None
    status: int | None
    """What the other side answered last."""
    error: str


def add(tx: Connection, hook: Webhook, *, secret: str) -> None:
    """Add a webhook with its secret (encrypted)."""
    tx.execute(insert(_HOOKS).values(**{**hook.model_dump(), "events": list(hook.events)}, secret=secret))


def get(tx: Connection, webhook_id: str, *, held: bool = False) -> Webhook | None:
    """Return a webhook, or None; `held` keeps others from changing it before the end of the transaction."""
    query = select(*_COLUMNS).where(_HOOKS.c.id == webhook_id)
    row = tx.execute(query.with_for_update() if held else query).mappings().one_or_none()
    return None if row is None else Webhook.model_validate(dict(row))


def everyone(tx: Connection) -> list[Webhook]:
    """Return all webhooks, the oldest first."""
    query = select(*_COLUMNS).order_by(_HOOKS.c.made_at, _HOOKS.c.id)
    return [Webhook.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def change(tx: Connection, webhook_id: str, **values: object) -> None:
    """Set columns of a webhook."""
    tx.execute(update(_HOOKS).where(_HOOKS.c.id == webhook_id).values(**values))


def secret(tx: Connection, webhook_id: str) -> str:
    """Return the encrypted secret."""
    return str(tx.execute(select(_HOOKS.c.secret).where(_HOOKS.c.id == webhook_id)).scalar_one())


def remove(tx: Connection, webhook_id: str) -> None:
    """Forget a webhook with all that it was told, or was to be."""
    tx.execute(delete(_TOLD).where(_TOLD.c.webhook_id == webhook_id))
    tx.execute(delete(_HOOKS).where(_HOOKS.c.id == webhook_id))


def plan(tx: Connection, webhook_id: str, *, event_id: str, called: str, body: str, at: datetime) -> None:
    """Have an event told, unless it is there already."""
    known = select(_TOLD.c.seq).where(_TOLD.c.webhook_id == webhook_id, _TOLD.c.event_id == event_id)
    if tx.execute(known).first() is None:
        row = {
            "webhook_id": webhook_id, "event_id": event_id, "type": called, "body": body, "state": "pending",
            "attempts": 0, "made_at": at, "next_at": at, "error": "",
        }  # fmt: skip
        tx.execute(insert(_TOLD).values(**row))


def take(tx: Connection, at: datetime, *, lease: timedelta) -> Webhook | None:
    """Take the webhook that has something to be told now, for a while; None when there is none.

    What a worker that died had taken is free when its while is over.
    """
    is_due = (_TOLD.c.webhook_id == _HOOKS.c.id) & (_TOLD.c.state == "pending") & (_TOLD.c.next_at <= at)
    query = (
        select(*_COLUMNS)
        .where(
            _HOOKS.c.is_active, _is_over(at, "taken_until"), _is_over(at, "rests_until"),
            select(_TOLD.c.seq).where(is_due).exists(),
        )
        .order_by(_HOOKS.c.failures, _HOOKS.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    row = tx.execute(query).mappings().one_or_none()
    if row is None:
        return None
    change(tx, row["id"], taken_until=at + lease)
    return Webhook.model_validate(dict(row))


def next_due(tx: Connection, webhook_id: str, at: datetime) -> Delivery | None:
    """Return the oldest event that is to be told now."""
    query = select(_TOLD).where(_TOLD.c.webhook_id == webhook_id, _TOLD.c.state == "pending", _TOLD.c.next_at <= at)
    row = tx.execute(query.order_by(_TOLD.c.seq).limit(1)).mappings().one_or_none()
    return None if row is None else Delivery.model_validate(dict(row))


def is_anything_due(tx: Connection, at: datetime) -> bool:
    """Tell whether anything is to be told now."""
    query = select(_TOLD.c.seq).join(_HOOKS, _HOOKS.c.id == _TOLD.c.webhook_id)
    due = (_HOOKS.c.is_active, _TOLD.c.state == "pending", _TOLD.c.next_at <= at)
    return tx.execute(query.where(*due).limit(1)).first() is not None


def note(tx: Connection, seq: int, **values: object) -> bool:
    """Note what came of telling. False when the event is not to be told any more."""
    return tx.execute(update(_TOLD).where(_TOLD.c.seq == seq).values(**values)).rowcount == 1


def deliveries(
    tx: Connection, webhook_id: str, *, state: DeliveryState | None = None, before: int | None = None, limit: int = 50
) -> list[Delivery]:
    """Return what was told or is to be, the newest first; `before` is the `seq` of the last one of the page before."""
    query = select(_TOLD).where(_TOLD.c.webhook_id == webhook_id).order_by(_TOLD.c.seq.desc()).limit(limit)
    query = query if state is None else query.where(_TOLD.c.state == state)
    query = query if before is None else query.where(_TOLD.c.seq < before)
    return [Delivery.model_validate(dict(row)) for row in tx.execute(query).mappings()]


def delivery(tx: Connection, webhook_id: str, event_id: str) -> Delivery | None:
    """Return one event of a webhook, or None."""
    query = select(_TOLD).where(_TOLD.c.webhook_id == webhook_id, _TOLD.c.event_id == event_id)
    row = tx.execute(query).mappings().one_or_none()
    return None if row is None else Delivery.model_validate(dict(row))


def waiting(tx: Connection) -> dict[str, int]:
    """Return how many events wait to be told, by webhook."""
    query = select(_TOLD.c.webhook_id, func.count()).where(_TOLD.c.state == "pending").group_by(_TOLD.c.webhook_id)
    found: dict[str, int] = dict(tx.execute(query).all())
    return found


def forget(tx: Connection, *, before: datetime, states: Sequence[DeliveryState] = ("delivered", "failed")) -> None:
    """Forget what ended before a moment."""
    tx.execute(delete(_TOLD).where(_TOLD.c.made_at < before, _TOLD.c.state.in_(states)))


def _is_over(at: datetime, column: str) -> ColumnElement[bool]:
    return _HOOKS.c[column].is_(None) | (_HOOKS.c[column] <= at)


_COLUMNS = tuple(_HOOKS.c[name] for name in Webhook.model_fields)
