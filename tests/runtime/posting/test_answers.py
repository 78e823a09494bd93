"""Late answers settle what was open, and what contradicts itself is told instead of believed."""

from collections.abc import Callable, Sequence

import pytest

from engine.model.errors import Ambiguous, IllegalMove, Rejected, Transient
from engine.model.operation import ANSWER_MOVES, OPERATION_MOVES, Acknowledgement, Operation, OperationState, Receipt
from engine.runtime import alarms, dispatcher, operations, steps
from engine.runtime.house import House
from engine.runtime.posting import answers
from engine.store import documents, ledger, reviews
from engine.store import operations as store
from engine.store.database import transaction
from tests.runtime.test_dispatcher import KEY, Liar, liar, post_until_over
from tests.runtime.test_rivals import events, stored, while_sending

__all__ = ["liar"]

DOCUMENT = "a" * 64
NO = "51 Period 06/2026 is closed"


@pytest.fixture
def house(empty_house: House) -> House:
    return empty_house


def move(house: House, *way: OperationState, attempts: bool = True) -> None:
    with transaction(house.engine) as tx:
        for to in way:
            store.move(tx, KEY, to, at=house.clock.now(), bump_attempt=attempts and to == "sending")


WAYS: dict[str, tuple[OperationState, ...]] = {
    "planned": ("sending", "planned"), "sending": ("sending",), "unknown": ("sending", "unknown"),
    "delivered": ("sending", "delivered"), "committed": ("sending", "committed"), "rejected": ("sending", "rejected"),
    "parked": ("sending", "unknown", "parked"), "cancelled": ("sending", "rejected", "cancelled"),
}  # fmt: skip


def said(house: House, liar: Liar, *, accepted: bool, origin: str = "O_1.xml", **more: object) -> list[Operation]:
    """Have the target say yes or no, as a worker hears it."""
    words = "53 Document posted" if accepted else NO
    answer = Acknowledgement.model_validate(
        {"short_key": stored(house).short_key, "accepted": accepted, "message": words, "origin": origin, **more}
    )
    liar.answers = [answer]
    heard = answers.collect(house, settle=lambda one: steps.settle(house, one.document_id, one.revision))
    liar.answers = []
    return heard


def state_of(house: House) -> str:
    with transaction(house.engine) as tx:
        document = documents.get(tx, DOCUMENT)
    assert document is not None
    return document.state


def reasons(house: House) -> list[str]:
    with transaction(house.engine) as tx:
        return [reason for one in reviews.of_document(tx, DOCUMENT) if not one.closed_at for reason in one.reasons]


def raised(house: House) -> list[str]:
    return [alarm.kind for alarm in alarms.look(house) if alarm.kind == "answer_contradicts"]


@pytest.mark.parametrize("state", [state for state in WAYS if state not in {"committed", "cancelled"}])
def test_a_yes_commits_whatever_was_thought_of_it(house: House, liar: Liar, state: str) -> None:
    move(house, *WAYS[state])

    said(house, liar, accepted=True, external_id="5105600123")

    with transaction(house.engine) as tx:
        receipt = store.receipt(tx, KEY)
    assert (stored(house).state, state_of(house), len(liar.settled)) == ("committed", "posted", 1)
    assert receipt is not None
    assert receipt.external_id == "5105600123"


@pytest.mark.parametrize("state", ["sending", "unknown", "delivered", "parked", "planned"])
def test_a_no_refuses_what_left_and_brings_the_document_to_people(house: House, liar: Liar, state: str) -> None:
    move(house, *WAYS[state])

    said(house, liar, accepted=False)

    with transaction(house.engine) as tx:
        told = [one for one in ledger.story(tx, DOCUMENT) if one.kind == "operation_refused"]
        error = store.error(tx, KEY)
    assert (stored(house).state, state_of(house), reasons(house)) == ("rejected", "in_review", ["target_rejected"])
    assert (error, told[0].data["was"], told[0].data["message"], told[0].actor) == (NO, state, NO, "erp")


def test_what_was_refused_and_mended_over_there_stands(house: House, liar: Liar) -> None:
    move(house, *WAYS["unknown"])
    said(house, liar, accepted=False)

    said(house, liar, accepted=True, origin="O_2.xml")

    assert (stored(house).state, state_of(house), reasons(house), raised(house)) == ("committed", "posted", [], [])
    assert events(house)[-2:] == ["operation_acknowledged", "document_posted"]


def test_a_document_that_people_hold_for_something_else_stays_with_them(house: House, liar: Liar) -> None:
    move(house, *WAYS["unknown"])
    said(house, liar, accepted=False)
    with transaction(house.engine) as tx:
        steps.open_review(tx, house, DOCUMENT, 1, "ap_data", ["target_rejected", "iban_changed"], "Look at both.")

    said(house, liar, accepted=True, origin="O_2.xml")

    assert (stored(house).state, state_of(house)) == ("committed", "in_review")


@pytest.mark.parametrize(
    ("state", "answer", "stays", "document"),
    [
        ("committed", {"accepted": False}, "committed", "in_review"),
        ("committed", {"accepted": True, "is_superseded": True}, "committed", "in_review"),
        ("delivered", {"accepted": True, "is_superseded": True}, "delivered", "in_review"),
        ("planned", {"accepted": True, "payload_digest": "another"}, "parked", "in_review"),
        ("cancelled", {"accepted": True}, "committed", "in_review"),
    ],
    ids=["no after yes", "two stand", "two may stand", "other content", "called off"],
)  # fmt: skip
def test_what_contradicts_is_told_and_raises_an_alarm(
    house: House, liar: Liar, state: str, answer: dict[str, object], stays: str, document: str
) -> None:
    move(house, *WAYS[state])

    for _ in range(2):
        said(house, liar, **answer)  # type: ignore[arg-type]

    assert (stored(house).state, state_of(house), reasons(house)) == (stays, document, ["target_contradicts"])
    assert (raised(house), events(house).count("operation_contradicted")) == (["answer_contradicts"], 1)
    assert raised(house) == ["answer_contradicts"]


@pytest.mark.parametrize(("stands", "ends"), [(True, "committed"), (False, "planned")])
def test_the_alarm_ends_when_a_person_says_what_stands(house: House, liar: Liar, stands: bool, ends: str) -> None:
    move(house, *WAYS["committed"])
    said(house, liar, accepted=False)
    assert raised(house)

    operations.settle(house, KEY, stands=stands, by="anna", why="FB03", external_id="5105600123")

    assert (stored(house).state, raised(house), reasons(house)) == (ends, [], [])


@pytest.mark.parametrize(
    ("state", "answer"),
    [("committed", {"accepted": True}), ("rejected", {"accepted": False}), ("planned", {"accepted": False, "is_superseded": True}),
     ("delivered", {"accepted": False, "is_superseded": True})],
    ids=["yes again", "no again", "an old no while it leaves again", "an old no of an earlier delivery"],
)  # fmt: skip
def test_what_is_known_is_put_away_and_changes_nothing(
    house: House, liar: Liar, state: str, answer: dict[str, object]
) -> None:
    move(house, *WAYS[state])
    before = len(events(house))

    said(house, liar, **answer)  # type: ignore[arg-type]

    assert (stored(house).state, len(liar.settled)) == (state, 1)
    assert [kind for kind in events(house)[before:] if kind.startswith("operation")] == []


@pytest.mark.parametrize(("start", "to"), [(start, to) for start, many in ANSWER_MOVES.items() for to in sorted(many)])
def test_only_an_answer_makes_these_moves(house: House, liar: Liar, start: OperationState, to: OperationState) -> None:
    assert not liar.held
    move(house, *WAYS[start])
    assert to not in OPERATION_MOVES[start]

    with pytest.raises(IllegalMove):
        move(house, to)
    with transaction(house.engine) as tx:
        assert store.move(tx, KEY, to, at=house.clock.now(), by_answer=True).state == to


@pytest.mark.parametrize("state", ["rejected", "unknown"])
def test_no_person_can_call_a_refused_operation_committed(house: House, liar: Liar, state: str) -> None:
    assert not liar.held
    move(house, *WAYS["rejected"])

    with pytest.raises(operations.Refused, match="a person settles what is"):
        operations.settle(house, KEY, stands=True, by="anna", why=state, external_id="1")


def test_a_retry_that_an_answer_overtakes_sends_nothing(house: House, liar: Liar) -> None:
    """The worker looked and found nothing; before its intent is written SAP says that it has it."""
    move(house, *WAYS["planned"])
    find = liar.find

    def overtaken(operation: Operation) -> Receipt | None:
        found = find(operation)
        said(house, liar, accepted=True)
        return found

    liar.find = overtaken  # type: ignore[method-assign]
    outcome = dispatcher.post(house, KEY, attempt=1)

    assert (outcome.verdict, outcome.state, liar.held) == ("over", "committed", {})


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize(
    "end", [[], [Ambiguous("cut")], [Transient("503")], [Rejected("no")]], ids=["answered", "cut", "busy", "refused"]
)
def test_an_answer_during_the_call_counts_however_the_call_ends(
    house: House, liar: Liar, accepted: bool, end: Sequence[Exception]
) -> None:
    liar.after = list(end)  # type: ignore[arg-type]
    while_sending(liar, lambda: said(house, liar, accepted=accepted))

    post_until_over(house)

    assert (stored(house).state, state_of(house)) == (
        ("committed", "posted") if accepted else ("rejected", "in_review")
    )
    assert liar.held == {KEY: 1}


def test_an_unknown_operation_that_is_looked_for_while_it_is_refused_stays_refused(house: House, liar: Liar) -> None:
    move(house, *WAYS["unknown"])
    meanwhile: Callable[[], object] = lambda: said(house, liar, accepted=False)  # noqa: E731 - reads as the step it is
    find = liar.find

    def blind(operation: Operation) -> Receipt | None:
        meanwhile()
        find(operation)
        raise Ambiguous("nobody knows")

    liar.find = blind  # type: ignore[method-assign]
    outcome = dispatcher.post(house, KEY, attempt=99)

    assert (outcome.state, stored(house).state, state_of(house)) == ("rejected", "rejected", "in_review")
