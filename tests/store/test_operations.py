from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from engine.model.errors import IllegalMove
from engine.model.operation import ANSWER_MOVES, OPERATION_MOVES, Operation, OperationState
from engine.store import documents, operations
from engine.store.database import reading, transaction
from tests.store.factories import NOON, document, document_id, later, operation, receipt

KEY = operation().key


def planned(tx: Connection, key: str, *states: OperationState) -> Operation:
    """Plan an operation and walk it through states."""
    result = operations.plan(tx, operation(key), NOON)
    for state in states:
        result = operations.move(tx, key, state, at=NOON)
    return result


WAYS: dict[OperationState, tuple[OperationState, ...]] = {
    "planned": (),
    "sending": ("sending",),
    "unknown": ("sending", "unknown"),
    "delivered": ("sending", "delivered"),
    "committed": ("sending", "committed"),
    "rejected": ("sending", "rejected"),
    "parked": ("sending", "parked"),
    "cancelled": ("cancelled",),
}


def test_an_operation_comes_back_as_it_was_planned(house_tx: Connection) -> None:
    stored = operations.plan(house_tx, operation(), NOON)

    assert stored == operation()
    assert operations.get(house_tx, KEY) == operation()
    assert operations.by_short_key(house_tx, operation().short_key) == operation()
    assert operations.of_document(house_tx, document_id()) == [operation()]


def test_the_same_key_is_the_same_operation(house_tx: Connection) -> None:
    planned(house_tx, KEY, "sending", "committed")

    again = operations.plan(house_tx, operation(payload={"total": "1.00"}, revision=2), later(9))

    assert again == operation(state="committed")


def test_two_keys_with_one_short_key_are_never_one_operation(
    house_tx: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.model.operation.short_key", lambda _key: "0" * 20)
    planned(house_tx, "one")

    with pytest.raises(IntegrityError), house_tx.begin_nested():
        operations.plan(house_tx, operation("other"), NOON)


def test_of_many_planners_at_once_all_get_the_same_operation(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document())

    def plan(number: int) -> Operation:
        with transaction(engine) as tx:
            return operations.plan(tx, operation(payload={"number": number}), NOON)

    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(plan, range(16)))

    assert len({str(one.payload) for one in stored}) == 1


@pytest.mark.parametrize("start", list(OPERATION_MOVES))
def test_only_the_moves_of_the_table_are_made(house_tx: Connection, start: OperationState) -> None:
    made = set()
    for to in OPERATION_MOVES:
        key = f"{start} {to}"
        planned(house_tx, key, *WAYS[start])
        try:
            operations.move(house_tx, key, to, at=later(1))
        except IllegalMove:
            continue
        made.add(to)

    assert made == OPERATION_MOVES[start]


@pytest.mark.parametrize("start", list(ANSWER_MOVES))
def test_an_answer_makes_the_moves_that_are_its_own_too(house_tx: Connection, start: OperationState) -> None:
    for to in ANSWER_MOVES[start]:
        key = f"{start} {to}"
        planned(house_tx, key, *WAYS[start])

        assert operations.move(house_tx, key, to, at=later(1), by_answer=True).state == to


def test_an_illegal_move_says_what_is_allowed(house_tx: Connection) -> None:
    planned(house_tx, KEY)

    with pytest.raises(IllegalMove, match="planned and cannot become committed") as refused:
        operations.move(house_tx, KEY, "committed", at=NOON)

    assert "sending" in refused.value.detail


def test_moving_an_unknown_operation_is_a_look_up_error(tx: Connection) -> None:
    with pytest.raises(LookupError, match="no operation nothing"):
        operations.move(tx, "nothing", "sending", at=NOON)


def test_attempts_are_counted_when_asked_for(house_tx: Connection) -> None:
    planned(house_tx, KEY)

    operations.move(house_tx, KEY, "sending", at=NOON, bump_attempt=True)
    operations.move(house_tx, KEY, "unknown", at=NOON)
    moved = operations.move(house_tx, KEY, "sending", at=NOON, bump_attempt=True)

    assert moved.attempts == 2


def test_the_error_is_that_of_the_last_move(house_tx: Connection) -> None:
    planned(house_tx, KEY, "sending")

    operations.move(house_tx, KEY, "unknown", at=NOON, error="no answer\x00")
    noted = operations.error(house_tx, KEY)
    operations.move(house_tx, KEY, "committed", at=NOON)

    assert (noted, operations.error(house_tx, KEY)) == ("no answer\ufffd", None)


def test_of_many_senders_at_once_one_gets_the_operation(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document())
        planned(tx, KEY)

    def send(_number: int) -> bool:
        try:
            with transaction(engine) as tx:
                operations.move(tx, KEY, "sending", at=NOON, bump_attempt=True)
        except IllegalMove:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(20)))

    with reading(engine) as tx:
        stored = operations.get(tx, KEY)
    assert stored is not None
    assert (answers.count(True), stored.attempts) == (1, 1)


@pytest.mark.parametrize("start", list(OPERATION_MOVES))
def test_content_changes_only_while_nothing_is_under_way(house_tx: Connection, start: OperationState) -> None:
    planned(house_tx, KEY, *WAYS[start])
    newer = operation(revision=2, payload={"total": "1.00"}, payload_digest="e" * 64)

    if start in {"planned", "rejected", "parked", "cancelled"}:
        assert operations.replan(house_tx, newer, NOON) == newer
    else:
        with pytest.raises(IllegalMove):
            operations.replan(house_tx, newer, NOON)
        assert operations.get(house_tx, KEY) == operation(state=start)


def test_a_replanned_operation_keeps_its_attempts(house_tx: Connection) -> None:
    planned(house_tx, KEY)
    operations.move(house_tx, KEY, "sending", at=NOON, bump_attempt=True)
    operations.move(house_tx, KEY, "parked", at=NOON, error="down")

    stored = operations.replan(house_tx, operation(revision=2), NOON)

    assert (stored.attempts, stored.state, operations.error(house_tx, KEY)) == (1, "planned", None)


def test_every_state_is_counted(house_tx: Connection) -> None:
    planned(house_tx, "a", "sending", "unknown")
    planned(house_tx, "b")

    counts = operations.counts(house_tx)

    assert set(counts) == set(OPERATION_MOVES)
    assert {state: n for state, n in counts.items() if n} == {"planned": 1, "unknown": 1}


def test_the_latest_receipt_counts_and_all_are_kept(house_tx: Connection) -> None:
    planned(house_tx, KEY)
    first, second = receipt(awaits_acknowledgement=True), receipt(external_id="AP_2.csv", outcome="updated")

    operations.record_receipt(house_tx, first, NOON)
    operations.record_receipt(house_tx, second, later(1))

    assert operations.receipt(house_tx, KEY) == second
    assert operations.receipts(house_tx, KEY) == [first, second]


def test_the_same_receipt_recorded_twice_is_kept_once(house_tx: Connection) -> None:
    planned(house_tx, KEY)

    operations.record_receipt(house_tx, receipt(), NOON)
    operations.record_receipt(house_tx, receipt(), later(1))

    assert operations.receipts(house_tx, KEY) == [receipt()]


def test_an_operation_without_an_answer_has_no_receipt(house_tx: Connection) -> None:
    planned(house_tx, KEY)

    assert operations.receipt(house_tx, KEY) is None
