"""Counts over everything: for `postroom status`, the health endpoints and the gauges."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from engine.model.value import Value
from engine.runtime import metrics
from engine.runtime.house import House
from engine.runtime.posting.standing import Standing, standings
from engine.store import alarms, documents, ledger, operations, outcomes, reviews, workers
from engine.store.database import reading
from engine.store.reviews import Backlog


class StandDown(Value):
    """A ruleset whose automation stands down, because audits found too many errors."""

    ruleset: str
    steps: int
    since: datetime


class Overview(Value):
    """How much stands where."""

    environment: str
    documents: Mapping[str, int]
    operations: Mapping[str, int]
    reviews: Mapping[str, int]
    backlogs: Mapping[str, Backlog] = {}
    """How urgent the open reviews of each queue are."""
    standing_down: tuple[StandDown, ...] = ()
    alarms: Mapping[str, int] = {}
    """Alarms that are raised, by kind."""
    targets: tuple[Standing, ...] = ()
    """How the targets stand that operations go to."""
    workers: tuple[str, ...]
    ledger_entries: int


def overview(house: House) -> Overview:
    """Count documents and operations by state, open reviews by queue, and the workers that live."""
    fresh = house.clock.now() - timedelta(seconds=house.settings.dead_after_seconds)
    targets = standings(house)
    with reading(house.engine) as tx:
        last = ledger.head(tx)
        return Overview(
            environment=house.library.environment.name,
            documents=dict(documents.counts(tx)),
            operations=dict(operations.counts(tx)),
            reviews=reviews.counts(tx),
            backlogs=reviews.backlogs(tx, now=house.clock.now()),
            standing_down=tuple(
                StandDown(ruleset=ref, steps=steps, since=since) for ref, steps, since in outcomes.standing_down(tx)
            ),
            alarms=Counter(one.kind for one in alarms.raised(tx)),
            targets=tuple(targets),
            workers=tuple(one.executor_id for one in workers.alive(tx, after=fresh)),
            ledger_entries=last.seq if last else 0,
        )


def set_gauges(counted: Overview) -> None:
    """Show the counts as gauges; a queue that ran empty is no longer listed."""
    metrics.REVIEWS.clear()
    metrics.ALARMS.clear()
    for gauge, counts in (
        (metrics.STATES, counted.documents),
        (metrics.OPERATION_STATES, counted.operations),
        (metrics.REVIEWS, counted.reviews),
        (metrics.ALARMS, counted.alarms),
    ):
        for label, count in counts.items():
            gauge.labels(label).set(count)
    for gauge in (metrics.TARGET_OPEN, metrics.OUTBOX, metrics.CALLS):
        gauge.clear()
    for one in counted.targets:
        metrics.TARGET_OPEN.labels(one.name).set(one.state != "closed")
        metrics.OUTBOX.labels(one.name).set(one.waiting)
        metrics.CALLS.labels(one.name).set(one.running)
    metrics.WORKERS.set(len(counted.workers))
