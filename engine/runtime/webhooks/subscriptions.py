"""Who is told of events: added, changed, tried and taken away by people, with a ledger entry each."""

import json
import secrets as random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine.model.errors import PostroomError
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.runtime.people.secrets import seal, unseal
from engine.runtime.webhooks import calling, events
from engine.runtime.webhooks.signing import fresh_secret
from engine.store import ledger, webhooks
from engine.store.database import reading, transaction
from engine.store.webhooks import Delivery, DeliveryState, Webhook

OVERLAP = timedelta(hours=24)
"""How long messages are signed with the old secret too, after a new one was made."""
_MOST = 100


class Refused(PostroomError):
    """A change of webhooks that cannot be made; nothing was changed."""


class Unknown(Refused):
    """There is no such webhook, or no such event of it."""


class Changed(Refused):
    """It is not any more what was seen."""


def add(house: House, url: str, wanted: Sequence[str], *, hand: Hand) -> tuple[Webhook, str]:
    """Have a URL told of events from now on; return the webhook and its secret, which is not shown again. Raises Refused."""
    _check(house, url, wanted)
    now, secret = house.clock.now(), fresh_secret()
    with transaction(house.engine) as tx:
        if len(webhooks.everyone(tx)) >= _MOST:
            raise Refused(f"There are {_MOST} webhooks; take one away first.")
        head = ledger.head(tx)
        hook = Webhook(
            id=f"wh_{random.token_hex(8)}", url=url, events=tuple(wanted), made_by=hand.by, made_at=now,
            position=head.seq if head else 0,
        )  # fmt: skip
        webhooks.add(tx, hook, secret=_sealed(house, [{"key": secret, "until": None}]))
        note(tx, house, hand, "webhook_added", {"webhook": hook.id, "url": url, "events": list(wanted)})
    return hook, secret


def everyone(house: House) -> list[tuple[Webhook, int]]:
    """Return all webhooks, the oldest first, with how many events wait to be told."""
    with reading(house.engine) as tx:
        waiting = webhooks.waiting(tx)
        return [(one, waiting.get(one.id, 0)) for one in webhooks.everyone(tx)]


def find(house: House, name: str) -> Webhook:
    """Return a webhook by id. Raises Unknown."""
    with reading(house.engine) as tx:
        return _known(tx, name)


def change(
    house: House, name: str, *, hand: Hand, url: str | None = None, wanted: Sequence[str] | None = None,
    is_active: bool | None = None, seen: int | None = None,
) -> Webhook:  # fmt: skip
    """Change where and of what somebody is told; switching on forgets the failures. Raises Refused, Unknown, Changed."""
    with transaction(house.engine) as tx:
        hook = _known(tx, name, held=True)
        if seen is not None and seen != hook.version:
            raise Changed("Somebody changed this webhook meanwhile. Look at it again.")
        values: dict[str, Any] = {"version": hook.version + 1}
        _check(house, url or hook.url, wanted or hook.events)
        values |= {"url": url} if url is not None else {}
        values |= {"events": list(wanted)} if wanted is not None else {}
        if is_active is not None:
            values |= {"is_active": is_active, "failures": 0, "failing_since": None, "rests_until": None, "why": ""}
        webhooks.change(tx, hook.id, **values)
        if is_active:
            _again(tx, hook.id, house.clock.now())
        told = {
            "webhook": hook.id,
            "url": url or hook.url,
            "events": list(wanted or hook.events),
            "is_active": is_active,
        }
        note(tx, house, hand, "webhook_changed", told)
        return _known(tx, hook.id)


def remove(house: House, name: str, *, hand: Hand) -> None:
    """Tell somebody of nothing any more, and forget what they were told. Raises Unknown."""
    with transaction(house.engine) as tx:
        hook = _known(tx, name, held=True)
        webhooks.remove(tx, hook.id)
        note(tx, house, hand, "webhook_removed", {"webhook": hook.id, "url": hook.url})


def rotate(house: House, name: str, *, hand: Hand) -> str:
    """Make a new secret and return it; for a day messages are signed with the old one too. Raises Unknown."""
    secret, until = fresh_secret(), house.clock.now() + OVERLAP
    with transaction(house.engine) as tx:
        hook = _known(tx, name, held=True)
        old = [{**one, "until": one["until"] or until.isoformat()} for one in _secrets(tx, house, hook.id)]
        webhooks.change(tx, hook.id, secret=_sealed(house, [{"key": secret, "until": None}, *old[:1]]))
        note(tx, house, hand, "webhook_secret_changed", {"webhook": hook.id})
    return secret


def try_out(house: House, name: str, *, hand: Hand) -> str:
    """Have a test event told; return its id. Raises Unknown; Refused when the webhook is off."""
    now, identifier = house.clock.now(), f"msg_{random.token_hex(16)}"
    with transaction(house.engine) as tx:
        hook = _known(tx, name)
        if not hook.is_active:
            raise Refused("This webhook is off. Switch it on first.")
        body = events.test_event(identifier, source=source(house), at=now.isoformat(timespec="seconds"))
        webhooks.plan(tx, hook.id, event_id=identifier, called=events.TEST, body=body, at=now)
        note(tx, house, hand, "webhook_tried", {"webhook": hook.id, "event": identifier})
    return identifier


def tell_again(house: House, name: str, event_id: str, *, hand: Hand) -> Delivery:
    """Have an event told once more, with the same id. Raises Unknown."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        hook = _known(tx, name)
        told = webhooks.delivery(tx, hook.id, event_id)
        if told is None:
            raise Unknown(f"This webhook was told of no event {event_id[:80]}, or it is forgotten.")
        webhooks.note(tx, told.seq, state="pending", next_at=now, ended_at=None, attempts=0)
        note(tx, house, hand, "webhook_told_again", {"webhook": hook.id, "event": event_id})
        return told.model_copy(update={"state": "pending", "next_at": now, "ended_at": None, "attempts": 0})


def told(
    house: House, name: str, *, state: DeliveryState | None = None, before: int | None = None, limit: int = 50
) -> list[Delivery]:
    """Return what a webhook was told, the newest first. Raises Unknown."""
    with reading(house.engine) as tx:
        return webhooks.deliveries(tx, _known(tx, name).id, state=state, before=before, limit=limit)


def keys(tx: Connection, house: House, webhook_id: str, at: datetime) -> list[str]:
    """Return the secrets with which messages are signed at a moment, the new one first."""
    kept = _secrets(tx, house, webhook_id)
    return [str(one["key"]) for one in kept if one["until"] is None or datetime.fromisoformat(one["until"]) > at]


def source(house: House) -> str:
    """Return which hub speaks (CloudEvents `source`)."""
    return house.settings.public_url or f"/postroom/{house.library.environment.name}"


def _known(tx: Connection, name: str, *, held: bool = False) -> Webhook:
    found = webhooks.get(tx, name[:32], held=held)
    if found is None:
        raise Unknown(f"There is no webhook {name[:80]}. `postroom webhooks list` shows all.")
    return found


def _again(tx: Connection, webhook_id: str, at: datetime) -> None:
    """Have what waits told now, not at the end of a long pause."""
    for one in webhooks.deliveries(tx, webhook_id, state="pending", limit=10_000):
        webhooks.note(tx, one.seq, next_at=at)


def _check(house: House, url: str, wanted: Sequence[str]) -> None:
    if wrong := calling.complaint(url, house.library.environment.webhooks):
        raise Refused(wrong)
    unknown = [one for one in wanted if not events.is_known(one)]
    if unknown or not wanted:
        raise Refused(f"There is no event {', '.join(unknown)[:200] or 'named'}. There are: {', '.join(events.NAMES)}.")


def _secrets(tx: Connection, house: House, webhook_id: str) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = json.loads(unseal(house.settings, webhooks.secret(tx, webhook_id)))
    return kept


def _sealed(house: House, kept: Sequence[dict[str, Any]]) -> str:
    return seal(house.settings, json.dumps(list(kept)))
