"""Tells people of alarms: once when one begins, once when it is over, never more often than a way allows.

What is to be told is written with the alarm in one transaction; a worker that dies between the call and its note tells it
again, so a message comes at least once.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from engine.content.alert_policy import AlertWay
from engine.model.alarm import Alarm
from engine.model.errors import PostroomError
from engine.runtime import rounds
from engine.runtime.alerts import ways, wording
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.store import alerts
from engine.store.alerts import Alert, Event, State
from engine.store.database import reading, transaction

log = structlog.get_logger()

PAUSES = tuple(timedelta(seconds=one) for one in (60, 300, 1800, 3600))
"""Between tries; the last one is repeated until a message is given up."""
GIVEN_UP_AFTER = timedelta(days=1)
"""News of yesterday's alarm help nobody; the alarm itself still stands in the control room."""
KEPT = timedelta(days=30)
_LEASE = timedelta(minutes=3)


class Messenger:
    """The thread of a worker that tells people of alarms."""

    def __init__(self, house: Callable[[], House], executor_id: str) -> None:
        self._house, self._executor_id = house, executor_id
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="messenger", daemon=True)

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def stop(self, *, wait_seconds: int) -> None:
        """Begin no more messages; one that is on its way may end."""
        self._end.set()
        self._thread.join(timeout=wait_seconds)

    def _repeat(self) -> None:
        seconds = self._house().settings.heartbeat_seconds
        rounds.repeat(
            self._round, wait=lambda: self._end.wait(seconds), end=self._end,
            executor=self._executor_id,
        )  # fmt: skip

    def _round(self) -> None:
        tell(self._house())


def plan(tx: Connection, house: House, event: Event, alarm: Alarm) -> None:
    """Note for every way that wants it that an alarm began or ended."""
    for name, way in house.library.environment.alerts.items():
        if way.wants(alarm.kind):
            alerts.plan(tx, name, event, alarm, house.clock.now())


def tell(house: House) -> int:
    """Send what is due, one message a way. Returns how many messages went out."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        due = alerts.due(tx, now)
    return sum(_tell(house, name) for name in due)


def try_out(house: House, name: str, *, hand: Hand) -> None:
    """Send a test message by one way at once. Raises PostroomError saying why it did not go out."""
    environment = house.library.environment
    way = environment.alerts.get(name)
    if way is None:
        raise PostroomError(
            f"No way {name} stands under `alerts` of {environment.name}; there are: {', '.join(environment.alerts) or 'none'}."
        )
    with transaction(house.engine) as tx:
        note(tx, house, hand, "alert_tried_out", {"way": name})
    try:
        ways.send(house, way, wording.trial(environment, name, public_url=house.settings.public_url))
    except ways.Failed as e:
        raise PostroomError(f"{name}: {e}") from e


def latest(
    house: House, *, limit: int = 50, way: str | None = None, state: State | None = None, before: int | None = None
) -> list[Alert]:  # fmt: skip
    """Return the latest messages with what came of them, the newest first: of one way, in one state, before a number."""
    with reading(house.engine) as tx:
        return alerts.latest(tx, limit=limit, way=way, state=state, before=before)


def _tell(house: House, name: str) -> bool:
    now = house.clock.now()
    way = house.library.environment.alerts.get(name)
    with transaction(house.engine) as tx:
        last = alerts.last_sent(tx, name)
        if way is not None and last is not None and now - last < timedelta(seconds=way.pause_seconds):
            return False
        taken = alerts.take(tx, name, now, until=now + _LEASE)
        if way is None:
            alerts.give_up(tx, [one.seq for one in taken], now)
    return way is not None and bool(taken) and _send(house, name, way, taken)


def _send(house: House, name: str, way: AlertWay, taken: Sequence[Alert]) -> bool:
    message = wording.told(taken, house.library.environment, public_url=house.settings.public_url)
    seqs = [one.seq for one in taken]
    try:
        ways.send(house, way, message)
    except ways.Failed as e:
        _note_failure(house, name, taken, e)
        return False
    with transaction(house.engine) as tx:
        alerts.sent(tx, seqs, house.clock.now())
        alerts.forget(tx, before=house.clock.now() - KEPT)
    log.info("alert_sent", way=name, alarms=len(seqs))
    return True


def _note_failure(house: House, name: str, taken: Sequence[Alert], failed: ways.Failed) -> None:
    now = house.clock.now()
    pause = max(PAUSES[min(taken[0].attempts, len(PAUSES) - 1)], timedelta(seconds=failed.retry_after or 0))
    stale = [one.seq for one in taken if now - one.made_at >= GIVEN_UP_AFTER]
    with transaction(house.engine) as tx:
        alerts.failed(tx, [one.seq for one in taken], error=str(failed), next_at=now + pause)
        if stale:
            alerts.give_up(tx, stale, now)
    log.warning("alert_failed", way=name, why=str(failed), given_up=len(stale))
