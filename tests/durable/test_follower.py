"""A worker follows the sources of its environment by itself, also one that a dead worker was asking."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.runtime.clock import SystemClock
from engine.runtime.house import House
from engine.runtime.worker import Worker
from engine.store import documents, sources, workers
from engine.store.database import reading, transaction
from tests.house import PATIENCE_SECONDS, furnished_house
from tests.runtime.sources.following import Portal, crm_and_erp


@pytest.mark.slow
def test_a_won_deal_is_ordered_by_a_worker_that_takes_over(tmp_path: Path) -> None:
    opened = replace(furnished_house(tmp_path), clock=SystemClock())
    with crm_and_erp(opened, period_seconds=1) as (house, portal, sap):
        _dead_worker(house, asks="crm")
        Portal(portal).deal("PO-88", stage="closedwon")
        worker = Worker(house)
        worker.start()
        try:
            _until(lambda: _posted(house) == 1)
        finally:
            worker.stop(wait_seconds=5)

    assert [order["PurchaseOrderByCustomer"] for order in sap.objects["A_SalesOrder"]] == ["PO-88"]
    opened.close()


def _dead_worker(house: House, *, asks: str) -> None:
    """Let a worker have died long ago while it asked a source."""
    then = datetime.now(UTC) - timedelta(hours=1)
    with transaction(house.engine) as tx:
        workers.beat(tx, executor_id="gone", host="there", pid=1, at=then)
        sources.begin(tx, asks, then)
        assert sources.lease(tx, asks, by="gone", at=then, until=then + timedelta(days=1)) is not None


def _posted(house: House) -> int:
    with reading(house.engine) as tx:
        return documents.counts(tx)["posted"]


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
