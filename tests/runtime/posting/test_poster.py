"""A worker's hand at the outbox: limits across workers, order, batches after an outage, and what our own bugs cost."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.model.call_limits import CallLimits
from engine.model.errors import TargetError, Transient
from engine.model.operation import Operation, Receipt
from engine.runtime import steps
from engine.runtime.house import House
from engine.runtime.posting import poster
from engine.runtime.posting.poster import BELL, Poster
from engine.store import database, operations, outbox, workers
from engine.store.database import reading, transaction
from tests.durable import load
from tests.durable.site import wait_until
from tests.house import StoppedClock
from tests.runtime.posting.stand_in import Batching, Pinged, StandIn, patient, with_stand_in


@pytest.fixture
def plain(empty_house: House) -> House:
    return patient(empty_house, retry_pauses_seconds=(0, 0, 0), dead_after_seconds=20.0)


@contextmanager
def posters(house: House, count: int = 1, *, threads: int = 8) -> Iterator[list[Poster]]:
    """Run the posting of some workers; each has connections of its own, as processes have."""
    with ExitStack() as stack:
        running = []
        for number in range(count):
            own = replace(house, engine=database.connect(str(house.engine.url)))
            with transaction(house.engine) as tx:
                workers.beat(tx, executor_id=f"w{number}", host="here", pid=1, at=house.clock.now())
            one = Poster(lambda own=own: own, f"w{number}", threads=threads)  # type: ignore[misc]
            one.start()
            stack.callback(own.engine.dispose)
            stack.callback(one.stop, wait_seconds=5)
            running.append(one)
        yield running


def over(house: House) -> None:
    wait_until(lambda: load.open_count(house) == 0, "everything is over")


def events(house: House) -> list[str]:
    return [str(event["key"]) for event in reversed(load.events(house, "operation_committed"))]


def test_everything_in_the_outbox_takes_effect_once_and_its_document_is_posted(plain: House) -> None:
    target = StandIn()
    house = with_stand_in(plain, target, CallLimits())
    planted = load.plant(house, 12, targets=["erp"])

    with posters(house, 2):
        over(house)

    assert target.held == dict.fromkeys(planted.keys, 1)
    assert {steps.get(house, one.document_id).state for one in load.found(house, planted.keys)} == {"posted"}


def test_two_workers_together_keep_to_the_calls_that_a_target_allows_at_once(plain: House) -> None:
    target, gate = StandIn(), threading.Semaphore(0)
    target.meanwhile = lambda: gate.acquire(timeout=10)
    house = with_stand_in(plain, target, CallLimits(concurrency=3))
    load.plant(house, 10, targets=["erp"])

    with posters(house, 2):
        wait_until(lambda: target._running == 3, "three calls run")
        for _ in range(10):
            gate.release()
        over(house)

    assert (target.most_running, len(target.held)) == (3, 10)


def test_a_target_that_hangs_holds_up_no_other(plain: House) -> None:
    slow, gate = StandIn(), threading.Event()
    slow.meanwhile = lambda: gate.wait(10)
    house = with_stand_in(plain, slow, CallLimits(concurrency=50))
    stuck = load.plant(house, 5, targets=["erp"]).keys
    quick = StandIn()
    house._targets["erp_json"] = quick
    load.plant(house, 5, targets=["erp_json"])

    with posters(house, threads=4):
        wait_until(lambda: len(quick.held) == 5, "the other target is written to")
        states = load.states(house, stuck)
        gate.set()
        over(house)

    assert states["committed"] == 0


def test_operations_of_one_business_key_leave_in_order_however_often_the_first_fails(plain: House) -> None:
    target = StandIn()
    target.before = [Transient("503"), Transient("503")]
    house = with_stand_in(plain, target, CallLimits())
    planted = load.plant(house, 2, targets=["erp"], pairs_percent=100)

    with posters(house, 2):
        over(house)

    assert planted.pairs
    assert events(house) == list(planted.pairs[0])


def test_what_waited_through_an_outage_leaves_in_batches(plain: House) -> None:
    target = Batching()
    house = with_stand_in(plain, target, CallLimits(concurrency=1))
    house.target("erp")
    load.plant(house, 25, targets=["erp"])

    with posters(house):
        over(house)

    assert (target.batches, len(target.held)) == ([10, 10, 5], 25)


def test_a_bug_in_an_adapter_parks_one_operation_with_the_reason_and_asks_a_person(plain: House) -> None:
    class Buggy(StandIn):
        def send(self, operation: Operation) -> Receipt:
            if operation.key.endswith("RE-1"):
                raise KeyError("vendor")
            return super().send(operation)

    target = Buggy()
    house = with_stand_in(plain, target, CallLimits())
    planted = load.plant(house, 4, targets=["erp"])

    with posters(house):
        over(house)

    (bad,) = [one for one in load.found(house, planted.keys) if one.state != "committed"]
    with reading(house.engine) as tx:
        why = operations.error(tx, bad.key)
    assert (bad.state, steps.get(house, bad.document_id).state) == ("parked", "in_review")
    assert "KeyError" in str(why)


def test_a_bug_while_a_batch_is_sent_costs_nothing_that_arrived(plain: House) -> None:
    class Buggy(Batching):
        def send_many(self, operations: Sequence[Operation]) -> Sequence[Receipt | TargetError]:
            super().send_many(operations)
            raise KeyError("vendor")

    target = Buggy()
    house = with_stand_in(plain, target, CallLimits(concurrency=1))
    house.target("erp")
    planted = load.plant(house, 4, targets=["erp"])

    with posters(house):
        over(house)

    assert (target.batches, target.held) == ([4], dict.fromkeys(planted.keys, 1))
    assert load.states(house, planted.keys) == {"committed": 4}


def test_a_worker_that_stops_gives_its_slots_back(plain: House) -> None:
    target = StandIn()
    house = with_stand_in(plain, target, CallLimits())
    load.plant(house, 5, targets=["erp"])
    with posters(house):
        over(house)

    with reading(house.engine) as tx:
        assert outbox.counts(tx) == {}


def test_the_bell_wakes_it_before_its_next_look(plain: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poster, "LOOK_SECONDS", 3600)
    target = StandIn()
    house = with_stand_in(plain, target, CallLimits())

    with posters(house):
        load.plant(house, 1, targets=["erp"])
        BELL.set()
        over(house)

    assert len(target.held) == 1


def test_what_a_dead_worker_was_sending_is_found_by_another(plain: House) -> None:
    clock = StoppedClock()
    target = Pinged()
    house = with_stand_in(replace(plain, clock=clock), target, CallLimits())
    (key,) = load.plant(house, 1, targets=["erp"]).keys
    with transaction(house.engine) as tx:
        workers.beat(tx, executor_id="dead", host="here", pid=1, at=clock.now())
        outbox.claim(tx, "erp", "dead", limits=CallLimits(), at=clock.now(), most=1)
        operations.move(tx, key, "sending", at=clock.now(), bump_attempt=True)
    target.held = {key: 1}
    clock.moment += timedelta(seconds=21)

    freed = poster.take_over(house, retired=())
    with posters(house):
        over(house)

    assert (freed, target.held, load.states(house, [key])) == (1, {key: 1}, {"committed": 1})
