"""What the control room shows: where everything is at this moment, and what is wrong. Reads only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from dbos import DBOS
from sqlalchemy import Connection

from engine.model.alarm import Alarm
from engine.model.operation import OperationState
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.leaving import opening_of
from engine.runtime.posting.standing import Standing
from engine.runtime.posting.standing import standings as target_standings
from engine.runtime.sources.standing import SourceStanding
from engine.runtime.sources.standing import standings as source_standings
from engine.store import alarms, operations, reviews, workers
from engine.store import control as store
from engine.store.control import Answers
from engine.store.database import reading

Period = Literal["day", "week", "month", "ever"]
PERIODS: Mapping[Period, timedelta | None] = {
    "day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30), "ever": None,
}  # fmt: skip
Stage = Literal[
    "queued", "reading", "judging", "in_review", "waiting", "posting", "posted", "parked", "rejected", "duplicate",
    "set_aside",
]  # fmt: skip
"""`queued`: received, nobody has begun; `set_aside`: unpacked, overtaken by a later version, our own writing come back, or erased."""
AHEAD: tuple[Stage, ...] = ("queued", "reading", "judging")
"""Stages before the judgement, in their order; every other one comes after it."""
_PENDING = "PENDING"
_MOST_WALKS = 200
_HOUR = timedelta(hours=1)


class Target(Value):
    """One target: how it stands and how it answers."""

    standing: Standing
    answers: Answers
    closed: str = ""
    """Why nothing leaves to it now: a window that is closed, a freeze; empty when it is open."""
    opens_at: datetime | None = None


class Work(Value):
    """One thing that a worker does at this moment."""

    document_id: str | None = None
    target: str | None = None
    since: datetime | None = None


class WorkerLine(Value):
    """One worker process that lives."""

    executor_id: str
    host: str
    pid: int
    started_at: datetime
    work: tuple[Work, ...] = ()


class Control(Value):
    """Everything at one moment."""

    environment: str
    period: Period
    flow: Mapping[Stage, int]
    """Documents that came in within the period, by where they are now."""
    operations: Mapping[OperationState, int]
    reviews: Mapping[str, int]
    """Open reviews by queue."""
    targets: tuple[Target, ...]
    sources: tuple[SourceStanding, ...]
    alarms: tuple[Alarm, ...]
    workers: tuple[WorkerLine, ...]

    @property
    def came(self) -> int:
        """How many documents came in within the period."""
        return sum(self.flow.values())

    @property
    def read(self) -> int:
        """How many of them are read."""
        return self.came - self.flow["queued"] - self.flow["reading"]

    @property
    def judged(self) -> int:
        """How many of them are judged."""
        return self.read - self.flow["judging"]


def control(house: House, *, period: Period = "week") -> Control:
    """Return everything at this moment; the flow counts what came in within a period."""
    now = house.clock.now()
    span = PERIODS[period]
    since = None if span is None else now - span
    standings = target_standings(house)
    with reading(house.engine) as tx:
        counted = _flow(tx, since)
        answered = store.answers(tx, [one.name for one in standings], since=now - _HOUR)
        found = Control(
            environment=house.library.environment.name, period=period, flow=counted,
            operations=operations.counts(tx), reviews=reviews.counts(tx),
            targets=tuple(_target(house, one, answered[one.name], now) for one in standings),
            sources=(), alarms=tuple(alarms.raised(tx)), workers=tuple(_workers(tx, house, now)),
        )  # fmt: skip
    return found.model_copy(update={"sources": source_standings(house)})


def _flow(tx: Connection, since: datetime | None) -> dict[Stage, int]:
    states = store.came(tx, since=since)
    judging = store.being_judged(tx, since=since)
    return {
        "queued": states["received"], "reading": max(0, states["processing"] - judging), "judging": judging,
        "in_review": states["in_review"], "waiting": states["waiting"], "posting": states["posting"],
        "posted": states["posted"], "parked": states["parked"], "rejected": states["rejected"],
        "duplicate": states["duplicate"], "set_aside": states["unpacked"] + states["stale"] + states["echo"] + states["erased"],
    }  # fmt: skip


def _target(house: House, standing: Standing, answers: Answers, now: datetime) -> Target:
    if standing.name not in house.library.environment.targets:
        return Target(standing=standing, answers=answers)
    opening = opening_of(house, standing.name, now)
    return Target(standing=standing, answers=answers, closed=opening.why, opens_at=opening.at if opening.why else None)


def _workers(tx: Connection, house: House, now: datetime) -> list[WorkerLine]:
    """Return the workers that live, with the documents that they walk and the calls that they make."""
    work: dict[str, list[Work]] = {}
    for one in store.sending(tx):
        work.setdefault(one.executor_id, []).append(Work(target=one.target, since=one.began_at))
    for status in DBOS.list_workflows(
        status=_PENDING, name="process", load_input=False, load_output=False, limit=_MOST_WALKS
    ):
        walked = Work(document_id=status.workflow_id.partition(":")[0])
        work.setdefault(status.executor_id or "", []).append(walked)
    alive = workers.alive(tx, after=now - timedelta(seconds=house.settings.dead_after_seconds))
    return [
        WorkerLine(
            executor_id=one.executor_id, host=one.host, pid=one.pid, started_at=one.started_at,
            work=tuple(work.get(one.executor_id, ())),
        )
        for one in alive
    ]  # fmt: skip
