"""Operations over which workers died: who shared the deaths of others is set apart, and who dies alone is parked."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.model.call_limits import CallLimits
from engine.runtime import deaths
from engine.runtime.house import House
from engine.runtime.posting import poster
from engine.store import operations, outbox, workers
from engine.store.database import reading, transaction
from tests.durable import load
from tests.durable.site import wait_until
from tests.house import StoppedClock
from tests.runtime.posting.stand_in import StandIn, patient, with_stand_in
from tests.runtime.posting.test_poster import over, posters


@pytest.fixture
def plain(empty_house: House) -> House:
    return patient(replace(empty_house, clock=StoppedClock()), dead_after_seconds=20.0)


def die(house: House, name: str, *, most: int = 1, alone: bool = False, retired: bool = False) -> None:
    """Let a worker claim and die, or end by itself."""
    with transaction(house.engine) as tx:
        outbox.claim(tx, "erp", name, limits=CallLimits(), at=house.clock.now(), most=most, alone=alone)
    poster.take_over(house, retired=[name] if retired else ())


def apart(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return outbox.due_alone(tx, house.clock.now())


def test_an_operation_that_shared_five_deaths_is_set_apart_and_not_given_up(plain: House) -> None:
    house = with_stand_in(plain, StandIn(), CallLimits())
    planted = load.plant(house, 3, targets=["erp"])
    for number in range(deaths.MOST):
        assert apart(house) == []
        die(house, f"dead{number}", most=3)

    assert (apart(house), load.states(house, planted.keys)) == (["erp"], {"planned": 3})


def test_what_a_worker_leaves_that_ended_by_itself_counts_no_death(plain: House) -> None:
    house = with_stand_in(plain, StandIn(), CallLimits())
    load.plant(house, 1, targets=["erp"])
    for number in range(deaths.MOST):
        die(house, f"ended{number}", retired=True)

    assert apart(house) == []


def test_a_worker_that_was_only_slow_counts_no_death_once_it_is_heard_of_again(plain: House) -> None:
    house = with_stand_in(plain, StandIn(), CallLimits())
    load.plant(house, 1, targets=["erp"])
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    for number in range(deaths.MOST + 1):
        die(house, f"slow{number}")
        clock.moment += timedelta(seconds=1)
        with transaction(house.engine) as tx:
            workers.beat(tx, executor_id=f"slow{number}", host="here", pid=1, at=clock.now())

    assert apart(house) == []


def test_an_operation_with_which_workers_die_alone_is_parked_with_the_reason(plain: House) -> None:
    house = with_stand_in(plain, StandIn(), CallLimits())
    (key,) = load.plant(house, 1, targets=["erp"]).keys
    for number in range(deaths.MOST):
        die(house, f"dead{number}")
    states: list[str] = []
    for number in range(deaths.MOST_ALONE):
        die(house, f"lonely{number}", alone=True)
        states += load.states(house, [key])

    with reading(house.engine) as tx:
        why = operations.error(tx, key) or ""
    assert (states, "nothing else" in why) == (["planned", "planned", "parked"], True)


def test_a_worker_that_held_many_operations_of_a_document_died_once(plain: House) -> None:
    house = with_stand_in(plain, StandIn(), CallLimits())
    load.plant(house, 1, targets=["erp"])
    (document,) = documents_of(house)

    with transaction(house.engine) as tx:
        told = [deaths.note(tx, document, 1, worker="dead", at=house.clock.now(), key=str(n)) for n in range(9)]

    assert told == [False] * 9


def test_one_that_is_set_apart_leaves_when_nothing_else_does_and_nothing_leaves_meanwhile(plain: House) -> None:
    target, together = StandIn(), Counter[int]()
    house = with_stand_in(plain, target, CallLimits())
    lonely = load.plant(house, 2, targets=["erp"]).keys
    with transaction(house.engine) as tx:
        for key in lonely:
            outbox.set_apart(tx, key)
    write = target._write

    def watched(operation: object) -> object:
        if operation.key in lonely:  # type: ignore[attr-defined]
            together[target._running] += 1
        return write(operation)  # type: ignore[arg-type]

    target._write = watched  # type: ignore[assignment, method-assign]
    others = load.plant(house, 30, targets=["erp", "erp_xml"], first=100).keys
    with posters(house):
        over(house)

    assert together == {1: 2}
    assert target.held == dict.fromkeys([*lonely, *others], 1)


def test_one_that_cannot_leave_holds_the_others_up_for_seconds_only(plain: House) -> None:
    target = StandIn()
    house = with_stand_in(plain, target, CallLimits(calls=1, per_seconds=3600))
    first, second = load.plant(house, 2, targets=["erp"]).keys
    with posters(house):
        wait_until(lambda: counts(house) == {"erp": (1, 0)}, "the one call is used up")
        with transaction(house.engine) as tx:
            outbox.set_apart(tx, second)
        (other,) = load.plant(house, 1, targets=["erp_xml"], first=100).keys
        wait_until(lambda: load.open_count(house) == 1, "another target's leaves all the same")

    assert load.states(house, [first, second, other]) == {"committed": 2, "planned": 1}


def test_one_is_taken_when_its_target_has_a_call_again(plain: House) -> None:
    target = StandIn()
    house = with_stand_in(plain, target, CallLimits(calls=1, per_seconds=60))
    first, second = load.plant(house, 2, targets=["erp"]).keys
    clock = house.clock
    assert isinstance(clock, StoppedClock)
    with posters(house):
        wait_until(lambda: counts(house) == {"erp": (1, 0)}, "the one call is used up")
        with transaction(house.engine) as tx:
            outbox.set_apart(tx, second)
        clock.moment += timedelta(seconds=70)
        over(house)

    assert target.held == {first: 1, second: 1}


def counts(house: House) -> dict[str, tuple[int, int]]:
    with reading(house.engine) as tx:
        return outbox.counts(tx)


def documents_of(house: House) -> list[str]:
    with reading(house.engine) as tx:
        return [one.document_id for one in outbox.everything(tx)]
