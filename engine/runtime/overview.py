"""Counts over everything: for `postroom status`, the health endpoints and the gauges."""

from collections.abc import Mapping
from datetime import timedelta

from engine.model.value import Value
from engine.runtime import metrics
from engine.runtime.house import House
from engine.store import documents, ledger, operations, reviews, workers
from engine.store.database import reading


class Overview(Value):
    """How much stands where."""

    environment: str
    documents: Mapping[str, int]
    operations: Mapping[str, int]
    reviews: Mapping[str, int]
    workers: tuple[str, ...]
    ledger_entries: int


def overview(house: House) -> Overview:
    """Count documents and operations by state, open reviews by queue, and the workers that live."""
    fresh = house.clock.now() - timedelta(seconds=house.settings.dead_after_seconds)
    with reading(house.engine) as tx:
        last = ledger.head(tx)
        counted = Overview(
            environment=house.library.environment.name,
            documents=dict(documents.counts(tx)),
            operations=dict(operations.counts(tx)),
            reviews=reviews.counts(tx),
            workers=tuple(one.executor_id for one in workers.alive(tx, after=fresh)),
            ledger_entries=last.seq if last else 0,
        )
    for state, count in counted.documents.items():
        metrics.STATES.labels(state).set(count)
    return counted
