from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine

from engine.store import workers
from engine.store.database import transaction
from tests.store.factories import NOON, later


def beat(tx: Connection, *names: str, at: float = 0) -> None:
    for name in names:
        workers.beat(tx, executor_id=name, host="host", pid=42, at=later(at))


def take(tx: Connection, name: str, by: str, at: float = 100) -> bool:
    """Take over from whoever was silent for thirty seconds."""
    return workers.take_over(tx, name, by=by, at=later(at), stale_before=later(at - 30))


def test_a_worker_lives_by_its_last_beat(tx: Connection) -> None:
    beat(tx, "old", "new")
    beat(tx, "new", at=50)

    assert [one.executor_id for one in workers.alive(tx, after=later(50))] == ["new"]
    assert [one.executor_id for one in workers.dead(tx, before=later(50))] == ["old"]


def test_the_first_beat_is_the_start(tx: Connection) -> None:
    beat(tx, "one")
    beat(tx, "one", at=50)

    worker = workers.alive(tx, after=NOON)[0]

    assert (worker.host, worker.pid, worker.started_at, worker.beat_at) == ("host", 42, NOON, later(50))


def test_a_dead_one_is_taken_over_by_one_only(tx: Connection) -> None:
    beat(tx, "dead")
    beat(tx, "first", "second", at=95)

    assert take(tx, "dead", by="first")
    assert not take(tx, "dead", by="second")
    assert take(tx, "dead", by="first")


def test_a_living_one_is_not_taken_over(tx: Connection) -> None:
    beat(tx, "living", "first", at=95)

    assert not take(tx, "living", by="first")


@pytest.mark.parametrize("end", ["silent", "forgotten"])
def test_a_claim_passes_on_when_its_taker_is_gone(tx: Connection, end: str) -> None:
    beat(tx, "dead")
    beat(tx, "first", at=95)
    take(tx, "dead", by="first")
    if end == "forgotten":
        workers.forget(tx, "first")

    beat(tx, "second", at=200)

    assert take(tx, "dead", by="second", at=200 if end == "silent" else 101)


def test_a_worker_that_beats_again_is_alive_and_its_claim_void(tx: Connection) -> None:
    beat(tx, "slow")
    beat(tx, "first", at=95)
    take(tx, "slow", by="first")

    beat(tx, "slow", at=101)

    assert workers.alive(tx, after=later(100))[0].taken_by is None
    assert not take(tx, "slow", by="first", at=102)


def test_a_forgotten_worker_cannot_be_taken_over(tx: Connection) -> None:
    beat(tx, "gone")
    workers.forget(tx, "gone")

    assert workers.dead(tx, before=later(999)) == []
    assert not take(tx, "gone", by="first")


def test_of_many_rescuers_at_once_one_takes_over(engine: Engine) -> None:
    names = [f"rescuer {number}" for number in range(12)]
    with transaction(engine) as tx:
        beat(tx, "dead")
        beat(tx, *names, at=95)

    def rescue(name: str) -> bool:
        with transaction(engine) as tx:
            return take(tx, "dead", by=name)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(rescue, names))

    assert answers.count(True) == 1
