"""The outbox: order, limits, breaker and dead workers, in one database for all workers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine

from engine.model.call_limits import CallLimits
from engine.model.operation import Operation
from engine.store import documents, operations, outbox, targets, workers
from engine.store.database import reading, transaction
from engine.store.outbox import Call, Later
from tests.store.factories import NOON, document, later, operation

WIDE = CallLimits(concurrency=100)


def on_the_way(tx: Connection, *keys: str, **changes: object) -> list[Operation]:
    """Plan and release operations of one document, in this order."""
    documents.add(tx, document())
    made = [operation(key, after=(), target=key.split("/")[1], **changes) for key in keys]
    for one in made:
        operations.plan(tx, one, NOON)
    outbox.release(tx, made, NOON)
    return made


def numbered(count: int, target: str = "erp") -> list[str]:
    return [f"ap_invoice/{target}/vendor_invoice/70001/RE-{number}" for number in range(count)]


def claim(tx: Connection, *, by: str = "me", limits: CallLimits = WIDE, at: float = 1, most: int = 100, batches: int = 1) -> list[Call]:  # fmt: skip
    return outbox.claim(tx, "erp", by, limits=limits, at=later(at), most=most, batches=batches)


def keys(calls: Sequence[Call]) -> list[tuple[str, ...]]:
    return [call.keys for call in calls]


def test_what_is_claimed_is_claimed_once_and_in_order(tx: Connection) -> None:
    made = numbered(3)
    on_the_way(tx, *made)

    first, second, third = claim(tx, most=1), claim(tx, by="other", most=5), claim(tx)

    assert (keys(first), keys(second), third) == ([(made[0],)], [(made[1],), (made[2],)], [])


def test_releasing_twice_releases_once(tx: Connection) -> None:
    made = on_the_way(tx, *numbered(1))

    assert outbox.release(tx, made, NOON) == 0
    assert len(claim(tx)) == 1


def test_operations_of_one_business_key_and_target_leave_one_after_the_other(tx: Connection) -> None:
    same = ["ap_invoice/erp/vendor_invoice/70001/RE-1", "change/erp/vendor_invoice/70001/RE-1"]
    on_the_way(tx, *same, "ap_invoice/erp/vendor_invoice/70001/RE-2")

    together = claim(tx)
    operations.move(tx, same[0], "sending", at=later(2))
    while_it_runs = claim(tx)
    operations.move(tx, same[0], "committed", at=later(2))

    assert [call.keys[0] for call in together] == [same[0], "ap_invoice/erp/vendor_invoice/70001/RE-2"]
    assert (while_it_runs, keys(claim(tx))) == ([], [(same[1],)])


def test_the_same_business_key_at_two_targets_goes_side_by_side(tx: Connection) -> None:
    on_the_way(tx, "ap_invoice/crm/account/70001/RE-1", "ap_invoice/erp/vendor_invoice/70001/RE-1")

    assert len(claim(tx)) == 1


@pytest.mark.parametrize("state", ["committed", "rejected"])
def test_what_is_over_is_on_its_way_no_more(tx: Connection, state: str) -> None:
    (made,) = on_the_way(tx, *numbered(1))
    operations.move(tx, made.key, "sending", at=NOON)

    operations.move(tx, made.key, state, at=NOON)  # type: ignore[arg-type]

    assert outbox.get(tx, made.key) is None


def test_no_more_calls_run_than_the_target_allows_whoever_makes_them(tx: Connection) -> None:
    on_the_way(tx, *numbered(5))
    limits = CallLimits(concurrency=2)

    calls = claim(tx, limits=limits)
    none = claim(tx, by="other", limits=limits)
    outbox.finish(tx, calls[0], [], later(2))

    assert (len(calls), none, len(claim(tx, by="other", limits=limits))) == (2, [], 1)


def test_no_more_calls_begin_in_a_period_than_the_target_allows(tx: Connection) -> None:
    on_the_way(tx, *numbered(5))
    limits = CallLimits(concurrency=9, calls=2, per_seconds=10)

    calls = claim(tx, limits=limits, at=0)
    for call in calls:
        outbox.finish(tx, call, [], later(3))
    early, late = claim(tx, limits=limits, at=12.9), claim(tx, limits=limits, at=13.1)

    assert (len(calls), early, len(late)) == (2, [], 2)


def test_a_look_before_a_second_send_counts_as_a_call(tx: Connection) -> None:
    made = on_the_way(tx, *numbered(2))
    operations.move(tx, made[0].key, "sending", at=NOON, bump_attempt=True)
    operations.move(tx, made[0].key, "unknown", at=NOON)

    assert len(claim(tx, limits=CallLimits(calls=2))) == 1


def test_what_is_not_over_is_looked_at_again_when_it_was_said(tx: Connection) -> None:
    (made,) = on_the_way(tx, *numbered(1))
    (call,) = claim(tx)

    outbox.finish(tx, call, [Later(key=made.key, next_at=later(60), tries=1)], later(2))
    early, late = claim(tx, at=59), claim(tx, at=60)

    assert (early, [item.tries for item in late[0].items]) == ([], [1])


def test_what_waits_can_be_woken(tx: Connection) -> None:
    (made,) = on_the_way(tx, *numbered(1))
    (call,) = claim(tx)
    outbox.finish(tx, call, [Later(key=made.key, next_at=later(3600), tries=0, waits_for="its window")], later(2))

    outbox.wake(tx, made.key, later(3))

    assert len(claim(tx, at=3)) == 1


def test_what_never_left_goes_in_batches_of_one_object_and_the_rest_alone(tx: Connection) -> None:
    made = numbered(6)
    on_the_way(tx, *made[:5])
    operations.move(tx, made[1], "sending", at=NOON, bump_attempt=True)

    calls = claim(tx, batches=3)

    assert keys(calls) == [(made[0], made[2], made[3]), (made[1],), (made[4],)]


def test_the_operations_of_a_dead_worker_are_free_once_and_those_of_a_living_one_are_not(tx: Connection) -> None:
    made = on_the_way(tx, *numbered(2))
    for name, at in (("dead", 0.0), ("alive", 50.0)):
        workers.beat(tx, executor_id=name, host="here", pid=1, at=later(at))
        claim(tx, by=name, most=1)

    freed = outbox.free(tx, later(30))

    assert [(one.key, one.executor_id) for one in freed] == [(made[0].key, "dead")]
    assert (outbox.free(tx, later(30)), keys(claim(tx))) == ([], [(made[0].key,)])


def test_a_slot_of_a_dead_worker_whose_operation_was_over_is_free_too(tx: Connection) -> None:
    made = on_the_way(tx, *numbered(2))
    claim(tx, by="dead", most=1)
    operations.move(tx, made[0].key, "sending", at=NOON)
    operations.move(tx, made[0].key, "committed", at=NOON)

    freed = outbox.free(tx, later(30))

    assert (freed, len(claim(tx, limits=CallLimits(concurrency=1)))) == ([], 1)


def test_a_worker_taken_for_dead_changes_nothing_when_it_gives_back(tx: Connection) -> None:
    (made,) = on_the_way(tx, *numbered(1))
    (stale,) = claim(tx, by="dead")
    outbox.free(tx, later(30))
    claim(tx, by="other")

    outbox.finish(tx, stale, [Later(key=made.key, next_at=later(9000), tries=9)], later(31))

    waiting = outbox.get(tx, made.key)
    assert waiting is not None
    assert (waiting.tries, waiting.call_id is not None) == (0, True)


def opened(tx: Connection, *, at: float = 1, pause: float = 10) -> None:
    state = targets.lock(tx, "erp", later(at))
    targets.keep(tx, targets.opened(state, "refused", at=later(at), pause_seconds=pause))


def test_nothing_leaves_through_an_open_breaker_and_then_one_probe(tx: Connection) -> None:
    on_the_way(tx, *numbered(5))
    opened(tx)

    early, probe, second = claim(tx, at=10), claim(tx, at=11), claim(tx, at=12)

    assert (early, [(len(call.items), call.is_probe) for call in probe], second) == ([], [(1, True)], [])


def test_a_probe_whose_worker_died_is_followed_by_another(tx: Connection) -> None:
    on_the_way(tx, *numbered(5))
    opened(tx)
    claim(tx, by="dead", at=11)

    outbox.free(tx, later(12))

    assert [call.is_probe for call in claim(tx, at=13)] == [True]


def test_a_closed_breaker_lets_everything_through(tx: Connection) -> None:
    on_the_way(tx, *numbered(5))
    opened(tx)
    targets.keep(tx, targets.closed(targets.lock(tx, "erp", later(2)), at=later(2)))

    assert len(claim(tx, at=3)) == 5


def test_a_target_that_asks_for_patience_gets_it_from_everybody(tx: Connection) -> None:
    on_the_way(tx, *numbered(2))

    targets.throttle(tx, "erp", until=later(60))
    targets.throttle(tx, "erp", until=later(30))

    assert (claim(tx, at=59), len(claim(tx, by="other", at=60))) == ([], 2)


def test_workers_that_claim_at_once_keep_the_limit_together(engine: Engine) -> None:
    limits = CallLimits(concurrency=5)
    with transaction(engine) as tx:
        on_the_way(tx, *numbered(40))

    def greedy(name: str) -> list[Call]:
        with transaction(engine) as tx:
            return claim(tx, by=name, limits=limits, most=3)

    with ThreadPoolExecutor(8) as pool:
        calls = [call for claimed in pool.map(greedy, [f"w{number}" for number in range(16)]) for call in claimed]

    with reading(engine) as tx:
        assert outbox.counts(tx) == {"erp": (40, 5)}
    assert len({call.keys[0] for call in calls}) == len(calls) == 5
