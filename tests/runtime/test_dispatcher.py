"""The posting promise, against a target that lies, stalls and repeats."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from engine.model.document import Blob, Document
from engine.model.errors import Ambiguous, Rejected, TargetError, Transient
from engine.model.operation import Acknowledgement, Operation, OperationState, Receipt
from engine.model.value import digest
from engine.runtime import dispatcher, steps
from engine.runtime.house import House
from engine.runtime.posting import answers
from engine.store import documents, ledger, operations
from engine.store.database import transaction
from tests.house import furnished_house

KEY = "ap_invoice/erp/vendor_invoice/invoice/70001/RE1"


class Liar:
    """A target that holds what was written, and misbehaves before or after writing as it is told."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.before: list[TargetError] = []
        self.after: list[TargetError] = []
        self.blind = False
        self.awaits = False
        self.answers: list[Acknowledgement] = []
        self.settled: list[Acknowledgement] = []

    def find(self, operation: Operation) -> Receipt | None:
        if self.blind:
            raise Ambiguous("the search is down")
        if operation.key not in self.held:
            return None
        return Receipt(key=operation.key, external_id="4711", outcome="already_there")

    def send(self, operation: Operation) -> Receipt:
        if self.before:
            raise self.before.pop()
        self.held[operation.key] = self.held.get(operation.key, 0) + 1
        if self.after:
            raise self.after.pop()
        return Receipt(key=operation.key, external_id="4711", outcome="created", awaits_acknowledgement=self.awaits)

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        return self.answers

    def settle(self, acknowledgement: Acknowledgement) -> None:
        self.settled.append(acknowledgement)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = furnished_house(tmp_path)
    yield house
    house.close()


@pytest.fixture
def liar(house: House) -> Liar:
    """Stand in for the ERP, with one operation planned for it."""
    liar = Liar()
    house._targets["erp"] = liar
    now = house.clock.now()
    document = Document(
        id="a" * 64, name="a.xml", blob=Blob(sha256="a" * 64, size=1, media_type="application/xml"), source="test",
        received_at=now,
    )  # fmt: skip
    operation = Operation(
        key=KEY, document_id=document.id, revision=1, target="erp", object="vendor_invoice", payload={"n": "1"},
        mapping="files.ap_invoice_csv@1", payload_digest=digest({"n": "1"}),
    )  # fmt: skip
    with transaction(house.engine) as tx:
        documents.add(tx, document)
        documents.move(tx, document.id, "processing", at=now)
        documents.move(tx, document.id, "posting", at=now)
        operations.plan(tx, operation, now)
    return liar


def post_until_over(house: House) -> OperationState:
    for attempt in range(20):
        outcome = dispatcher.post(house, KEY, attempt=attempt)
        if outcome.verdict == "over":
            return outcome.state
    raise AssertionError("never over")


def test_a_good_target_is_written_to_once(house: House, liar: Liar) -> None:
    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_committed_operation_is_not_sent_again(house: House, liar: Liar) -> None:
    post_until_over(house)

    post_until_over(house)

    assert liar.held == {KEY: 1}


def test_a_lost_answer_is_found_and_not_sent_again(house: House, liar: Liar) -> None:
    liar.after = [Ambiguous("connection reset")]

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_dead_workers_operation_is_found_and_not_sent_again(house: House, liar: Liar) -> None:
    with transaction(house.engine) as tx:
        operations.move(tx, KEY, "sending", at=house.clock.now(), bump_attempt=True)
    liar.held = {KEY: 1}

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_dead_workers_operation_that_never_left_is_sent(house: House, liar: Liar) -> None:
    with transaction(house.engine) as tx:
        operations.move(tx, KEY, "sending", at=house.clock.now(), bump_attempt=True)

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_an_unknown_outcome_at_a_blind_target_goes_to_a_person(house: House, liar: Liar) -> None:
    liar.after, liar.blind = [Ambiguous("connection reset")], True

    assert post_until_over(house) == "parked"
    assert liar.held == {KEY: 1}


def test_a_target_that_was_down_gets_it_later(house: House, liar: Liar) -> None:
    liar.before = [Transient("503"), Transient("refused")]

    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_target_that_stays_down_parks_it_unsent(house: House, liar: Liar) -> None:
    liar.before = [Transient("503")] * 20

    assert post_until_over(house) == "parked"
    assert liar.held == {}


def test_the_wait_a_target_asks_for_is_kept(house: House, liar: Liar) -> None:
    liar.before = [Transient("429", retry_after=77)]

    assert dispatcher.post(house, KEY, attempt=0).pause_seconds == 77


def test_a_refusal_is_not_tried_again(house: House, liar: Liar) -> None:
    liar.before = [Rejected("no such vendor"), Rejected("no such vendor")]

    assert post_until_over(house) == "rejected"
    assert (len(liar.before), liar.held) == (1, {})


def test_a_rejected_document_goes_to_the_integration_admins_with_the_targets_words(house: House, liar: Liar) -> None:
    liar.before = [Rejected("cost centre is locked", fields={"KOSTL": "1000"})]
    post_until_over(house)

    steps.settle(house, "a" * 64, 1)

    with transaction(house.engine) as tx:
        opened = [event for event in ledger.story(tx, "a" * 64) if event.kind == "review_opened"]
    assert "cost centre is locked KOSTL: 1000" in str(opened[0].data["message"])


def test_the_intent_is_in_the_ledger_before_the_call_leaves(house: House, liar: Liar) -> None:
    seen: list[str] = []
    send = liar.send

    def watch(operation: Operation) -> Receipt:
        with transaction(house.engine) as tx:
            seen.extend(event.kind for event in ledger.story(tx, operation.document_id))
        return send(operation)

    liar.send = watch  # type: ignore[method-assign]
    post_until_over(house)

    assert seen == ["operation_sending"]


@pytest.mark.parametrize(
    ("accepted", "state", "end"), [(True, "committed", "posted"), (False, "rejected", "in_review")], ids=["yes", "no"]
)
def test_a_late_answer_settles_operation_and_document(
    house: House, liar: Liar, accepted: bool, state: str, end: str
) -> None:
    liar.awaits = True
    post_until_over(house)
    with transaction(house.engine) as tx:
        operation = operations.get(tx, KEY)
    assert operation is not None
    answer = Acknowledgement(
        short_key=operation.short_key, accepted=accepted, message="period is closed", origin="x.err"
    )
    liar.answers = [answer]

    answered = answers.collect(house)
    for one in answered:
        steps.settle(house, one.document_id, one.revision)

    with transaction(house.engine) as tx:
        stored, document = operations.get(tx, KEY), documents.get(tx, "a" * 64)
    assert stored is not None
    assert document is not None
    assert (stored.state, document.state, liar.settled) == (state, end, [answer])


def test_an_answer_about_nothing_we_sent_is_left_where_it_is(house: House, liar: Liar) -> None:
    liar.answers = [Acknowledgement(short_key="f" * 20, accepted=True)]

    assert answers.collect(house) == []
    assert liar.settled == []


@pytest.mark.parametrize(
    "answer",
    [
        Receipt(key="another", external_id="4711", outcome="created"),
        Receipt(key=KEY, external_id=" ", outcome="created"),
        None,
        "<html>OK</html>",
        {"key": KEY, "external_id": "4711"},
    ],
    ids=["another key", "no name", "nothing", "a page", "a mapping"],
)
def test_an_answer_that_is_no_whole_receipt_is_no_success(house: House, liar: Liar, answer: object) -> None:
    send = liar.send

    def vague(operation: Operation) -> Receipt:
        send(operation)
        return answer  # type: ignore[return-value]

    liar.send = vague  # type: ignore[method-assign]

    assert dispatcher.post(house, KEY, attempt=0).state == "unknown"
    assert post_until_over(house) == "committed"
    assert liar.held == {KEY: 1}


def test_a_search_that_answers_about_something_else_is_not_believed(house: House, liar: Liar) -> None:
    liar.after = [Ambiguous("cut")]
    dispatcher.post(house, KEY, attempt=0)
    liar.find = lambda _: Receipt(key="another", external_id="1", outcome="already_there")  # type: ignore[assignment,method-assign]

    assert post_until_over(house) == "parked"
    assert liar.held == {KEY: 1}


def shares(house: House) -> list[object]:
    with transaction(house.engine) as tx:
        return [event.data["others"] for event in ledger.recent(tx, 100) if event.kind == "operation_shares_object"]


@pytest.mark.parametrize(("outcome", "alarms"), [("created", 1), ("already_there", 1), ("updated", 0)])
def test_an_object_that_belongs_to_another_operation_is_an_alarm(
    house: House, liar: Liar, outcome: str, alarms: int
) -> None:
    other = KEY + "-other"
    with transaction(house.engine) as tx:
        stored = operations.get(tx, KEY)
        assert stored is not None
        operations.plan(tx, stored.model_copy(update={"key": other}), house.clock.now())
        operations.record_receipt(tx, Receipt(key=other, external_id="4711", outcome="created"), house.clock.now())
    receipt = Receipt.model_validate({"key": KEY, "external_id": "4711", "outcome": outcome})
    liar.send = lambda operation: receipt  # type: ignore[method-assign]

    post_until_over(house)

    assert shares(house) == [[other]] * alarms
