"""Tells other systems of events: each at least once, with the same id at every try, in order while all goes well.

What was told is noted after the call: a worker that dies in between tells it again. Tries are spread over days; a webhook
that takes nothing for days is switched off, with an alarm.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from engine.model.errors import PostroomError
from engine.runtime import rounds
from engine.runtime.house import House
from engine.runtime.webhooks import calling, events, signing, subscriptions
from engine.runtime.webhooks.calling import Answer
from engine.store import ledger, webhooks
from engine.store.database import reading, transaction
from engine.store.webhooks import Delivery, Webhook

log = structlog.get_logger()

PAUSES = tuple(timedelta(seconds=one) for one in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""Between tries (those of Standard Webhooks); the last one is repeated until the event is given up."""
KEPT = timedelta(days=30)
"""How long it is known what was told."""
_LEASE = timedelta(seconds=3 * calling.SECONDS)
_MOST_REST = timedelta(minutes=5)
_REST = timedelta(seconds=5)
_AT_ONCE = 500
_IN_A_ROW = 50
_GONE = 410
_THREADS = 2


class Courier:
    """The threads of a worker that tell of events."""

    def __init__(self, house: Callable[[], House], executor_id: str) -> None:
        self._house, self._executor_id = house, executor_id
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, name=f"courier-{number}", daemon=True) for number in range(_THREADS)
        ]

    def start(self) -> None:
        """Begin to tell."""
        for one in self._threads:
            one.start()

    def stop(self, *, wait_seconds: int) -> None:
        """Begin no more calls; those that run may end."""
        self._end.set()
        for one in self._threads:
            one.join(timeout=wait_seconds)

    def _repeat(self) -> None:
        seconds = self._house().settings.heartbeat_seconds
        rounds.repeat(
            lambda: self._round(self._house()), wait=lambda: self._end.wait(seconds), end=self._end,
            executor=self._executor_id,
        )  # fmt: skip

    def _round(self, house: House) -> None:
        collect(house)
        while not self._end.is_set() and tell(house, end=self._end.is_set):
            pass


def collect(house: House) -> int:
    """Put what happened since the last look into the queue of everybody who wants to be told. Returns how much it was."""
    with reading(house.engine) as tx:
        head = ledger.head(tx)
        behind = [
            one for one in webhooks.everyone(tx) if one.is_active and head is not None and one.position < head.seq
        ]
    return sum(_collect(house, one) for one in behind)


def tell(house: House, *, end: Callable[[], bool] = lambda: False) -> int:
    """Tell one webhook of what is due. Returns how many events were tried, also in vain; 0 when there is nothing to do."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        if not webhooks.is_anything_due(tx, now):
            return 0
    with transaction(house.engine) as tx:
        hook = webhooks.take(tx, now, lease=_LEASE)
    if hook is None:
        return 0
    tried = 0
    is_taken: bool | None = True
    while is_taken and tried < _IN_A_ROW and not end():
        is_taken = _tell_next(house, hook)
        tried += is_taken is not None
    with transaction(house.engine) as tx:
        webhooks.change(tx, hook.id, taken_until=None)
    return tried


def _collect(house: House, hook: Webhook) -> int:
    now = house.clock.now()
    with transaction(house.engine) as tx:
        # the webhook first, then the head: what another worker collected meanwhile is behind the position by now
        current = webhooks.get(tx, hook.id, held=True)
        head = ledger.head(tx)
        if current is None or not current.is_active or head is None:
            return 0
        wanted = events.kinds(current.events)
        found = ledger.following(tx, current.position, wanted, limit=_AT_ONCE)
        for entry in found:
            body = events.told(entry, source=subscriptions.source(house))
            webhooks.plan(
                tx, hook.id, event_id=events.event_id(entry), called=events.name(entry), body=body, at=now
            )  # fmt: skip
        last = found[-1].seq if found else current.position
        webhooks.change(tx, hook.id, position=last if len(found) == _AT_ONCE else max(head.seq, last))
        webhooks.forget(tx, before=now - KEPT)
    return len(found)


def _tell_next(house: House, hook: Webhook) -> bool | None:
    """Tell the next event that is due. False when it was not taken: the webhook rests; None when there is none."""
    now = house.clock.now()
    with transaction(house.engine) as tx:
        current = webhooks.get(tx, hook.id)
        event = webhooks.next_due(tx, hook.id, now) if current is not None and current.is_active else None
        if current is None or event is None:
            return None
        webhooks.change(tx, hook.id, taken_until=now + _LEASE)
        try:
            keys = subscriptions.keys(tx, house, hook.id, now)
        except PostroomError:
            keys = []
    answer = _call(house, current, event, keys, now)
    return _note(house, current, event, answer)


def _call(house: House, hook: Webhook, event: Delivery, keys: list[str], now: datetime) -> Answer:
    if not keys:
        return Answer(None, "Its secret cannot be read: POSTROOM_SECRET_KEY is another one now. Make a new secret.")
    body = event.body.encode()
    headers = {
        **signing.headers(keys, message_id=event.event_id, at=now, body=body), "host": calling.authority(hook.url),
        "content-type": "application/cloudevents+json; charset=utf-8", "user-agent": "Postroom",
        "content-length": str(len(body)),
    }  # fmt: skip
    return calling.post(hook.url, headers, body, policy=house.library.environment.webhooks)


def _note(house: House, hook: Webhook, event: Delivery, answer: Answer) -> bool:
    now = house.clock.now()
    policy = house.library.environment.webhooks
    patience = timedelta(days=policy.give_up_days)
    told = {"attempts": event.attempts + 1, "status": answer.status, "error": answer.error}
    with transaction(house.engine) as tx:
        if answer.is_taken:
            webhooks.note(tx, event.seq, **told, state="delivered", ended_at=now)
            webhooks.change(tx, hook.id, failures=0, failing_since=None, rests_until=None, why="")
            return True
        since = hook.failing_since or now
        is_over = now - event.made_at >= patience
        pause = max(PAUSES[min(event.attempts, len(PAUSES) - 1)], timedelta(seconds=answer.retry_after or 0))
        webhooks.note(
            tx, event.seq, **told, state="failed" if is_over else "pending", next_at=now + pause,
            ended_at=now if is_over else None,
        )  # fmt: skip
        is_off = answer.status == _GONE or now - since >= patience
        rest = min(_REST * 2 ** min(hook.failures, 10), _MOST_REST)
        webhooks.change(
            tx, hook.id, failures=hook.failures + 1, failing_since=since, rests_until=now + rest, why=answer.error,
            is_active=not is_off,
        )  # fmt: skip
        if is_off:
            ledger.append(
                tx, at=now, document_id=None, kind="webhook_switched_off", actor="system",
                data={"webhook": hook.id, "url": hook.url, "why": answer.error, "failing_since": since.isoformat()},
            )  # fmt: skip
    log.warning("webhook_failed", webhook=hook.id, status=answer.status, attempt=event.attempts + 1, is_off=is_off)
    return False
