"""Alarms: what should have happened and did not. A run that produced nothing where it should have is one.

What is wrong is found anew at every look; what is raised is kept, so that each alarm stands in the ledger once when it is
raised and once when it is over, whoever looks and however often.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from engine.content.environment import Environment, Expectation
from engine.model.alarm import Alarm
from engine.model.operation import OperationState
from engine.runtime.alerts import messenger
from engine.runtime.house import House
from engine.runtime.leaving import opening_of
from engine.runtime.posting import answers
from engine.store import alarms as store
from engine.store import ledger, operation_list, operations, reviews, sources, targets, webhooks
from engine.store.database import reading, transaction
from engine.store.operation_list import OperationLine

log = structlog.get_logger()

_LOOK_SECONDS = 60
_SHARED = timedelta(days=7)
_DEAF = timedelta(days=1)
_UNFINISHED: tuple[OperationState, ...] = ("planned", "sending", "unknown", "delivered", "rejected", "parked")


class Watch:
    """The looks of one worker: not more often than once a minute."""

    def __init__(self) -> None:
        self._next_at: datetime | None = None

    def look(self, house: House) -> None:
        """Raise and clear alarms when it is time to look."""
        now = house.clock.now()
        if self._next_at is None or now >= self._next_at:
            self._next_at = now + timedelta(seconds=_LOOK_SECONDS)
            look(house)


def look(house: House) -> list[Alarm]:
    """Find what is wrong now, note what is new and what is over, and return the alarms that are raised, oldest first."""
    now = house.clock.now()
    with reading(house.engine) as tx:
        wrong = {alarm.id: alarm for alarm in _wrong(tx, house, now)}
        known = {alarm.id: alarm for alarm in store.raised(tx)}
    for one in (wrong[name] for name in wrong.keys() - known.keys()):
        _raise(house, one)
    for one in (known[name] for name in known.keys() - wrong.keys()):
        _clear(house, one)
    raised = [alarm.model_copy(update={"since": known[name].since}) if name in known else alarm
              for name, alarm in wrong.items()]  # fmt: skip
    return sorted(raised, key=lambda alarm: (alarm.since, alarm.id))


def raised(house: House) -> list[Alarm]:
    """Return the alarms that the last look raised, oldest first."""
    with reading(house.engine) as tx:
        return store.raised(tx)


def _raise(house: House, alarm: Alarm) -> None:
    with transaction(house.engine) as tx:
        if store.raise_(tx, alarm):
            messenger.plan(tx, house, "raised", alarm)
            _tell(tx, "alarm_raised", alarm, alarm.since)
            log.error("alarm_raised", kind=alarm.kind, subject=alarm.subject)


def _clear(house: House, alarm: Alarm) -> None:
    with transaction(house.engine) as tx:
        if store.clear(tx, alarm):
            messenger.plan(tx, house, "cleared", alarm)
            _tell(tx, "alarm_cleared", alarm, house.clock.now())
            log.info("alarm_cleared", kind=alarm.kind, subject=alarm.subject)


def _tell(tx: Connection, kind: str, alarm: Alarm, at: datetime) -> None:
    data = {"alarm": alarm.kind, "subject": alarm.subject, "message": alarm.message, "since": alarm.since.isoformat()}
    ledger.append(tx, at=at, document_id=None, kind=kind, actor="system", data=data)


def _wrong(tx: Connection, house: House, now: datetime) -> Iterator[Alarm]:
    """Yield everything that is wrong now."""
    environment = house.library.environment
    for expected in environment.expects:
        yield from _missing(tx, environment, expected, now)
    yield from _late(tx, now)
    yield from _standing_still(tx, house, now)
    yield from _shared(tx, now)
    yield from _contradicted(tx)
    yield from _silent(tx, environment, now)
    yield from _not_shown(tx, now)
    yield from _not_heard(tx, now)
    yield from _given_up(tx, now)
    yield from _not_answered(tx, now)
    for state in targets.everyone(tx):
        if state.state != "closed" and state.name in environment.targets:
            yield Alarm(
                kind="breaker_open", subject=state.name, since=now,
                message=f"Nothing leaves to {state.name} since {_moment(state.since)}: {state.why} Mend it there; "
                f"a probe goes out by itself.",
            )  # fmt: skip


def _missing(tx: Connection, environment: Environment, expected: Expectation, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm when too little was posted in the time that is looked at, and the house was there all of it."""
    since = now - timedelta(hours=expected.within_hours)
    if expected.on is not None:
        since = environment.calendars[expected.on].schedule().back(now, expected.within_hours)
    began = ledger.began(tx)
    if began is None or began > since:
        return
    count = operation_list.committed_since(tx, flow=expected.flow, target=expected.target, since=since)
    if count < expected.at_least:
        days = f" on days of {expected.on}" if expected.on else ""
        yield Alarm(
            kind="nothing_posted", subject=expected.subject, since=now,
            message=f"{count} posted by {expected.subject} since {_moment(since)}, at least {expected.at_least} "
            f"expected within {expected.within_hours} hours{days}. Does mail still come in? Do workers live "
            f"(postroom status)? Is it in review?",
        )  # fmt: skip


def _contradicted(tx: Connection) -> Iterator[Alarm]:
    """Yield the alarms over contradicting answers until a person has said what stands."""
    for alarm in store.raised(tx):
        if alarm.kind == "answer_contradicts" and answers.is_open(tx, alarm.subject):
            yield alarm


def _shared(tx: Connection, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for an operation whose receipt names what belongs to another one, for a week."""
    for operation, external_id in operations.shared_since(tx, now - _SHARED):
        yield Alarm(
            kind="operation_shares_object", subject=operation.key, since=now,
            message=f"Its receipt names {external_id} in {operation.target}, which belongs to another operation. "
            f"Compare the two there: one of them may be missing.",
        )  # fmt: skip


def _silent(tx: Connection, environment: Environment, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each source that is asked and has not answered for too long."""
    known = sources.states(tx)
    for name, source in environment.sources.items():
        state = known.get(name)
        since = None if state is None else state.answered_at or state.began_at
        if state is None or since is None or not source.is_polled or now - since < timedelta(hours=source.silent_hours):
            continue
        why = state.why or "Nobody asks it. Do workers live (postroom status)?"
        yield Alarm(
            kind="source_silent", subject=name, since=now,
            message=f"It has not answered since {_moment(since)}: {why} postroom sources poll {name}",
        )  # fmt: skip


def _not_shown(tx: Connection, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each source that told of something and did not show it, for a week."""
    last = {one.source: one for one in reversed(sources.refused_since(tx, now - _SHARED))}
    for name, one in last.items():
        yield Alarm(
            kind="source_refused", subject=name, since=now,
            message=f"It told of {one.object} {one.object_key} and does not show it; the log says why. Enter by hand what "
            f"was meant, or give us the right and change it there once more.",
        )  # fmt: skip


def _not_heard(tx: Connection, now: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each webhook that fails for a day, or was switched off because it did."""
    for one in webhooks.everyone(tx):
        since = one.failing_since
        if since is not None and (not one.is_active or since <= now - _DEAF):
            what = "fails" if one.is_active else "was switched off"
            yield Alarm(
                kind="webhook_fails", subject=one.id, since=now,
                message=f"{one.url} {what}: {one.why} Nothing was taken there since {_moment(since)}. Mend it there, then: "
                f"postroom webhooks on {one.id}",
            )  # fmt: skip


def _given_up(tx: Connection, now: datetime) -> Iterator[Alarm]:
    """Yield one alarm for each target of which something is parked: its oldest operation.

    What the target said stays out of it: it may repeat values of the document, and alarms go to chats.
    """
    for line in operation_list.oldest(tx, ["parked"], before=now):
        yield Alarm(
            kind="parked", subject=line.target, since=now,
            message=f"Parked since {_moment(line.changed_at)}: nothing happens before a person decides. {_show(line)}",
        )  # fmt: skip


def _not_answered(tx: Connection, now: datetime) -> Iterator[Alarm]:
    """Yield one alarm for each queue of the desk in which something should be done by now."""
    for late in reviews.overdue(tx, now=now):
        yield Alarm(
            kind="review_overdue", subject=late.queue, since=now,
            message=f"{late.items} in review should be done, the oldest by {_moment(late.due_at)}. "
            f"postroom review list --queue {late.queue}",
        )  # fmt: skip


def _late(tx: Connection, now: datetime) -> Iterator[Alarm]:
    for line in operation_list.overdue(tx, _UNFINISHED, at=now):
        if line.due_at is not None:
            yield Alarm(
                kind="deadline_passed", subject=line.key, since=now,
                message=f"Should have stood in {line.target} by {_moment(line.due_at)} and is {line.state}: {_show(line)}",
            )  # fmt: skip


def _standing_still(tx: Connection, house: House, now: datetime) -> Iterator[Alarm]:
    """Yield one alarm for each target of which something stands still too long: its oldest operation."""
    limits = house.library.environment.alarms
    for line in operation_list.oldest(tx, ["planned"], before=now - timedelta(hours=limits.waiting_hours)):
        if not opening_of(house, line.target, now).why:
            why = f" It waits for: {line.waits_for}." if line.waits_for else ""
            yield Alarm(
                kind="waits_too_long", subject=line.target, since=now,
                message=f"The oldest operation waits since {_moment(line.changed_at)}.{why} {_show(line)}",
            )  # fmt: skip
    for line in operation_list.oldest(tx, ["unknown", "sending"], before=now - timedelta(hours=limits.unknown_hours)):
        yield Alarm(
            kind="unknown_too_long",
            subject=line.target,
            since=now,
            message=f"Since {_moment(line.changed_at)} nobody knows whether it arrived. {_show(line)}",
        )
    patience = timedelta(hours=limits.unacknowledged_hours)
    for line in operation_list.oldest(tx, ["delivered"], before=now - patience):
        yield Alarm(
            kind="unacknowledged",
            subject=line.target,
            since=now,
            message=f"Delivered {_moment(line.changed_at)} and neither accepted nor refused. {_show(line)}",
        )


def _show(line: OperationLine) -> str:
    return f"postroom operations show {line.short_key[:12]}"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
