"""A worker that asks a source is killed again and again: every version of every deal is one event."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from engine.runtime.clock import SystemClock
from engine.runtime.house import House
from engine.runtime.sources import polling
from engine.store import database, sources, tables
from engine.store.database import reading, transaction
from tests.house import furnished_house
from tests.runtime.sources.following import Portal, ask, crm_and_erp

FORK = multiprocessing.get_context("fork")
KILLS = 10


def _follow(house: House, database_url: str, executor: str) -> None:
    """Ask the source over and over, in a process of its own."""
    own = replace(house, engine=database.connect(database_url), clock=SystemClock(), _targets={})
    while True:
        polling.poll(own, "crm", by=executor, at_once=True)


@pytest.mark.slow
@pytest.mark.siege
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_no_event_and_doubles_none(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(7)  # noqa: S311 - when to kill
    file = f"sqlite:///{tmp_path / 'postroom.sqlite'}"
    url = file if kind == "sqlite" else request.getfixturevalue("postgres_url")
    opened = furnished_house(tmp_path / "home")
    engine = database.connect(url)
    database.migrate(engine)
    with crm_and_erp(replace(opened, engine=engine, clock=SystemClock())) as (house, portal, _):
        sales = Portal(portal)
        deals = [sales.deal(f"PO-{n}", stage="closedwon") for n in range(3)]
        for kill in range(KILLS):
            child = FORK.Process(target=_follow, args=(house, url, f"worker-{kill}"))
            child.start()
            sales.change(chance.choice(deals), description=f"version {kill}")
            time.sleep(chance.uniform(0.02, 0.4))
            os.kill(child.pid or 0, signal.SIGKILL)
            child.join()
            with transaction(house.engine) as tx:
                sources.free(tx, f"worker-{kill}")  # as who takes over a dead worker's work does
        assert ask(house).what == "answered"
        with reading(house.engine) as tx:
            noted = tx.execute(tables.source_changes.select()).mappings().all()
            arrived = tx.execute(tables.arrivals.select()).mappings().all()

    standing = {str(one["id"]): one["properties"]["hs_lastmodifieddate"] for one in portal.objects["deals"]}
    assert set(standing.items()) <= {(row["object_key"], row["version"]) for row in noted}
    documents = [row["document_id"] for row in noted if row["document_id"]]
    assert len(documents) >= len(deals)
    assert Counter(documents) == Counter(row["document_id"] for row in arrived)
    assert max(Counter(documents).values()) == 1
    engine.dispose()
    opened.close()
