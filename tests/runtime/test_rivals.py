"""Two workers on one operation: one was taken for dead, and was not."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.model.errors import Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, Receipt
from engine.runtime import dispatcher, steps
from engine.runtime.house import House
from engine.runtime.posting import answers
from engine.store import documents, ledger, operations
from engine.store.database import transaction
from tests.house import StoppedClock
from tests.runtime.test_dispatcher import KEY, Liar, house, liar, post_until_over

__all__ = ["house", "liar"]


def stored(house: House) -> Operation:
    with transaction(house.engine) as tx:
        operation = operations.get(tx, KEY)
    assert operation is not None
    return operation


def events(house: House) -> list[str]:
    with transaction(house.engine) as tx:
        return [event.kind for event in ledger.story(tx, "a" * 64)]


def while_sending(liar: Liar, meanwhile: Callable[[], object]) -> None:
    """Let something happen after the target took the operation and before its answer is noted."""
    send = liar.send

    def slow(operation: Operation) -> Receipt:
        liar.send = send  # type: ignore[method-assign]
        try:
            return send(operation)
        finally:
            meanwhile()

    liar.send = slow  # type: ignore[method-assign]


def test_the_slower_of_two_workers_finds_it_committed(house: House, liar: Liar) -> None:
    while_sending(liar, lambda: post_until_over(house))

    assert post_until_over(house) == "committed"
    assert (liar.held, stored(house).state) == ({KEY: 1}, "committed")
    assert events(house).count("operation_committed") == 1


@pytest.mark.parametrize("error", [Transient("503"), Rejected("exists already")], ids=["transient", "rejected"])
def test_an_error_that_the_slower_worker_got_does_not_undo_what_stands(
    house: House, liar: Liar, error: TargetError
) -> None:
    liar.after = [error]
    while_sending(liar, lambda: post_until_over(house))

    assert post_until_over(house) == "committed"
    assert stored(house).state == "committed"


def test_two_different_answers_are_told_to_everybody(house: House, liar: Liar) -> None:
    other = Receipt(key=KEY, external_id="4712", outcome="created")

    def rival() -> None:
        liar.find = lambda _operation: other  # type: ignore[assignment,method-assign]
        post_until_over(house)

    while_sending(liar, rival)
    post_until_over(house)

    with transaction(house.engine) as tx:
        kept = {receipt.external_id for receipt in operations.receipts(tx, KEY)}
    assert "operation_stands_twice" in events(house)
    assert kept == {"4711", "4712"}


def test_an_intent_that_rests_on_an_old_look_is_refused(house: House, liar: Liar) -> None:
    """One looked and found nothing, then slept; meanwhile another sent it and got no answer."""
    with transaction(house.engine) as tx:
        operations.move(tx, KEY, "sending", at=house.clock.now(), bump_attempt=True)
        operations.move(tx, KEY, "unknown", at=house.clock.now())
    find = liar.find

    def sleepy(operation: Operation) -> Receipt | None:
        found = find(operation)
        liar.find = find  # type: ignore[method-assign]
        liar.after = [Transient("no answer")]
        dispatcher.post(house, KEY, attempt=0)
        return found

    liar.find = sleepy  # type: ignore[method-assign]

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_call_does_not_leave_when_the_worker_stood_still_after_its_intent(
    house: House, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StoppedClock()
    object.__setattr__(house, "clock", clock)
    move = operations.move

    def slow(*args: object, **options: object) -> Operation:
        clock.moment += timedelta(seconds=house.settings.dead_after_seconds)
        return move(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(operations, "move", slow)

    assert dispatcher.post(house, KEY, attempt=0).verdict == "later"
    assert liar.held == {}


def test_what_was_said_not_to_have_arrived_and_did_is_committed(house: House, liar: Liar) -> None:
    liar.after = [Transient("502")]

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_refused_search_is_not_a_refused_operation(house: House, liar: Liar) -> None:
    liar.before = [Transient("503")]
    dispatcher.post(house, KEY, attempt=0)

    def refuse(_operation: Operation) -> None:
        raise Rejected("may not search")

    liar.find = refuse  # type: ignore[assignment,method-assign]

    assert post_until_over(house) == "parked"


def test_a_bug_in_an_adapter_leaves_the_outcome_unknown(house: House, liar: Liar) -> None:
    def bug(_operation: Operation) -> Receipt:
        raise KeyError("vendor")

    liar.send = bug  # type: ignore[assignment,method-assign]

    with pytest.raises(KeyError):
        dispatcher.post(house, KEY, attempt=0)
    assert stored(house).state == "unknown"


def test_a_refusal_of_what_never_left_waits(house: House, liar: Liar) -> None:
    liar.answers = [Acknowledgement(short_key=stored(house).short_key, accepted=False, message="no")]

    assert answers.collect(house) == []
    assert (liar.settled, stored(house).state) == ([], "planned")


def test_an_answer_is_put_away_only_after_its_document_moved(house: House, liar: Liar) -> None:
    post_until_over(house)
    steps.settle(house, "a" * 64, 1)
    liar.answers = [Acknowledgement(short_key=stored(house).short_key, accepted=False, message="no")]

    def die(_operation: Operation) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        answers.collect(house, settle=die)
    assert liar.settled == []
    answers.collect(house, settle=lambda one: steps.settle(house, one.document_id, one.revision))

    with transaction(house.engine) as tx:
        document = documents.get(tx, "a" * 64)
    assert document is not None
    assert (document.state, len(liar.settled)) == ("in_review", 1)
