"""A target that fails is left alone by all workers, then asked by one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.model.call_limits import CallLimits
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient, Unauthorised
from engine.runtime.house import House
from engine.runtime.posting import breaker, poster
from engine.store import outbox, targets
from engine.store.database import reading, transaction
from engine.store.outbox import Call
from engine.store.targets import TargetState
from tests.durable import load
from tests.house import StoppedClock
from tests.runtime.posting.stand_in import Pinged, StandIn, StandInPlug, patient, with_stand_in

LIMITS = CallLimits(concurrency=4, failures=3, pause_seconds=30, most_pause_seconds=100)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def target() -> Pinged:
    return Pinged()


@pytest.fixture
def house(empty_house: House, clock: StoppedClock, target: StandIn) -> House:
    house = patient(empty_house, retry_pauses_seconds=(5, 5, 5))
    return with_stand_in(replace(house, clock=clock), target, LIMITS)


def state(house: House) -> TargetState:
    with reading(house.engine) as tx:
        found = targets.get(tx, "erp")
    assert found is not None
    return found


def claim(house: House, most: int = 1) -> list[Call]:
    with transaction(house.engine) as tx:
        return outbox.claim(tx, "erp", "me", limits=LIMITS, at=house.clock.now(), most=most)


def work(house: House, most: int = 1) -> int:
    """Claim, bring and give back, as a worker's round does. Returns how many calls there were."""
    calls = claim(house, most)
    for call in calls:
        later = poster.bring(house, call)
        with transaction(house.engine) as tx:
            outbox.finish(tx, call, later, house.clock.now())
    return len(calls)


def tries(house: House) -> list[int]:
    with reading(house.engine) as tx:
        return [waiting.tries for waiting in outbox.everything(tx)]


def test_failures_in_a_row_open_it_and_it_is_told_once(house: House, target: Pinged) -> None:
    load.plant(house, 5, targets=["erp"])
    target.down = Transient("503")

    for _ in range(5):
        work(house)

    assert (state(house).state, len(target.sent)) == ("open", 3)
    assert [event["why"] for event in load.events(house, "target_opened")] == ["503"]


@pytest.mark.parametrize("error", [Transient("503"), Ambiguous("cut")], ids=["transient", "ambiguous"])
def test_an_answer_in_between_starts_the_count_anew(house: House, target: Pinged, error: TargetError) -> None:
    load.plant(house, 6, targets=["erp"])
    target.after = [error, error]
    work(house)
    work(house)
    work(house)
    target.before = [Transient("503"), Transient("503")]
    work(house)
    work(house)

    assert (state(house).state, state(house).failures) == ("closed", 2)


def test_what_the_target_refuses_is_no_failure_of_the_target(house: House, target: Pinged) -> None:
    load.plant(house, 5, targets=["erp"])
    target.before = [Rejected("no such vendor")] * 5

    for _ in range(5):
        work(house)

    assert (state(house).state, state(house).failures) == ("closed", 0)


def test_waiting_in_front_of_an_open_one_uses_no_tries(house: House, target: Pinged, clock: StoppedClock) -> None:
    load.plant(house, 1, targets=["erp"])
    target.down = Unauthorised("the password is wrong")
    work(house)

    for _ in range(12):
        clock.moment += timedelta(seconds=200)
        work(house)

    assert (state(house).state, tries(house), target.pings, len(target.sent)) == ("open", [0], 12, 1)


def test_refused_credentials_open_it_at_once_and_nothing_is_parked(house: House, target: Pinged) -> None:
    planted = load.plant(house, 5, targets=["erp"])
    target.down = Unauthorised("the password is wrong")

    for _ in range(5):
        work(house)

    assert load.states(house, planted.keys) == {"planned": 5}
    assert (len(target.sent), state(house).why) == (1, "the password is wrong")
    assert load.events(house, "target_opened")[0]["reason"] == "credentials"


def test_mended_credentials_are_used_by_the_probe(house: House, target: Pinged, clock: StoppedClock) -> None:
    planted = load.plant(house, 1, targets=["erp"])
    plug = house.plugs["files"]
    assert isinstance(plug, StandInPlug)
    plug.broken = "environment variable ERP_PASSWORD is not set"
    work(house)
    plug.broken = ""
    clock.moment += timedelta(seconds=101)

    work(house)

    assert load.states(house, planted.keys) == {"committed": 1}
    assert state(house).state == "closed"


def test_one_probe_that_gets_through_closes_it(house: House, target: Pinged, clock: StoppedClock) -> None:
    planted = load.plant(house, 5, targets=["erp"])
    target.down = Transient("503")
    work(house, 3)
    target.down = None
    clock.moment += timedelta(seconds=31)

    probes, rest = work(house, 4), work(house, 4)

    assert (probes, rest, target.pings, state(house).state) == (1, 4, 1, "closed")
    assert load.states(house, planted.keys) == {"committed": 5}
    assert len(load.events(house, "target_closed")) == 1


def test_every_probe_that_fails_doubles_the_pause_up_to_the_longest(
    house: House, target: Pinged, clock: StoppedClock
) -> None:
    load.plant(house, 5, targets=["erp"])
    target.down = Transient("503")
    work(house, 3)
    pauses = []
    for _ in range(4):
        until = state(house).next_at
        assert until is not None
        pauses.append((until - clock.moment).total_seconds())
        clock.moment = until
        work(house)

    assert pauses == [30, 60, 100, 100]


def test_a_target_that_cannot_be_pinged_is_asked_with_a_search(empty_house: House, clock: StoppedClock) -> None:
    target = StandIn()
    house = with_stand_in(replace(empty_house, clock=clock), target, LIMITS)
    load.plant(house, 4, targets=["erp"])
    target.down = Transient("503")
    work(house, 3)
    sent, searched = len(target.sent), target.finds
    clock.moment += timedelta(seconds=31)

    work(house)

    assert (len(target.sent) - sent, target.finds - searched) == (0, 1)


def test_a_wish_for_patience_stops_everybody_and_is_no_failure(
    house: House, target: Pinged, clock: StoppedClock
) -> None:
    load.plant(house, 3, targets=["erp"])
    target.before = [Transient("429", retry_after=77)]
    work(house)

    at_once = work(house)
    clock.moment += timedelta(seconds=78)
    later = work(house, 3)

    assert (at_once, later, state(house).failures, tries(house)) == (0, 3, 0, [])


def test_a_person_has_it_probed_at_once(house: House, target: Pinged) -> None:
    load.plant(house, 1, targets=["erp"])
    target.before = [Unauthorised("expired")]
    work(house)

    asked = breaker.probe_now(house, "erp", by="anna")

    assert (asked, work(house), state(house).state) == (True, 1, "closed")
    assert [event["actor"] for event in load.events(house, "target_probe_asked")] == ["anna"]


def test_a_closed_one_needs_no_probe(house: House) -> None:
    load.plant(house, 1, targets=["erp"])

    assert not breaker.probe_now(house, "erp", by="anna")
