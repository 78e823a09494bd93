"""What a step may still write when the walk that it belongs to is over, or was taken over."""

from collections.abc import Callable

import pytest

from engine.model.document import SETTLED, Blob, Document, State
from engine.model.operation import Operation
from engine.model.value import digest
from engine.runtime import steps
from engine.runtime.house import House
from engine.store import documents, ledger, operations, reviews
from engine.store.database import transaction

ID = "a" * 64
WAYS: dict[State, tuple[State, ...]] = {
    "received": (), "processing": ("processing",), "posting": ("processing", "posting"),
    "posted": ("processing", "posting", "posted"), "in_review": ("in_review",),
    "waiting": ("processing", "waiting"),
    "duplicate": ("processing", "duplicate"), "rejected": ("processing", "rejected"),
    "parked": ("processing", "posting", "parked"), "unpacked": ("processing", "unpacked"),
    "stale": ("processing", "stale"), "echo": ("processing", "echo"), "erased": ("processing", "duplicate", "erased"),
}  # fmt: skip

Write = Callable[[House, Document], object]
WRITES: dict[str, Write] = {
    "begin": lambda house, document: steps.begin(house, document.id, 1),
    "keep": lambda house, document: steps.keep(house, document, 1, {"reading": {}}, "document_read", {}),
    "to_review": lambda house, document: steps.to_review(house, document, 1, queue="q", reasons=["r"], message="m"),
    "conclude": lambda house, document: steps.conclude(house, document.id, 1, "duplicate", "document_duplicate", {}),
}


@pytest.fixture
def house(empty_house: House) -> House:
    return empty_house


def document_in(house: House, state: State) -> Document:
    now = house.clock.now()
    document = Document(
        id=ID, name="a.xml", blob=Blob(sha256=ID, size=1, media_type="application/xml"), source="test", received_at=now
    )
    with transaction(house.engine) as tx:
        documents.add(tx, document)
        for step in WAYS[state]:
            documents.move(tx, ID, step, at=now)
    return document


def state_of(house: House) -> State:
    return steps.get(house, ID).state


def entries(house: House) -> int:
    with transaction(house.engine) as tx:
        return len(ledger.story(tx, ID))


@pytest.mark.parametrize("state", sorted(SETTLED))
@pytest.mark.parametrize("write", WRITES)
def test_no_step_writes_over_a_settled_document(house: House, write: str, state: State) -> None:
    document = document_in(house, state)

    with pytest.raises(steps.Overtaken):
        WRITES[write](house, document)

    assert (state_of(house), entries(house)) == (state, 0)


@pytest.mark.parametrize("write", WRITES)
def test_no_step_of_an_earlier_revision_writes(house: House, write: str) -> None:
    document = document_in(house, "processing")
    with transaction(house.engine) as tx:
        documents.next_revision(tx, ID)

    with pytest.raises(steps.Overtaken):
        WRITES[write](house, document)


def test_a_step_that_begins_again_does_not_move_a_document_back(house: House) -> None:
    document_in(house, "posting")

    steps.begin(house, ID, 1)

    assert state_of(house) == "posting"


def test_a_document_that_is_judged_again_while_posting_may_turn_out_a_duplicate(house: House) -> None:
    document_in(house, "posting")

    steps.conclude(house, ID, 1, "duplicate", "document_duplicate", {})

    assert state_of(house) == "duplicate"


@pytest.mark.parametrize("state", sorted(SETTLED))
def test_a_failure_noticed_too_late_leaves_a_settled_document_alone(house: House, state: State) -> None:
    document_in(house, state)

    ended = steps.fail(house, ID, 1, "IllegalMove: too late")

    assert (ended, state_of(house), entries(house)) == ({"state": state}, state, 0)


@pytest.mark.parametrize("state", ["received", "processing", "posting"])
def test_a_failure_hands_an_unsettled_document_to_the_admins(house: House, state: State) -> None:
    document_in(house, state)

    steps.fail(house, ID, 1, "ValueError: a bug")

    with transaction(house.engine) as tx:
        (item,) = reviews.open_items(tx, "integration_admins")
    assert (state_of(house), item.reasons) == ("in_review", ("internal_error",))


@pytest.mark.parametrize("state", ["received", "processing", "in_review", "rejected", "duplicate"])
def test_settling_moves_no_document_that_is_not_being_posted(house: House, state: State) -> None:
    document_in(house, state)

    assert steps.settle(house, ID, 1) == {"state": state}
    assert (state_of(house), entries(house)) == (state, 0)


def test_settling_an_earlier_revision_moves_nothing(house: House) -> None:
    document_in(house, "posting")
    with transaction(house.engine) as tx:
        documents.next_revision(tx, ID)

    assert steps.settle(house, ID, 1) == {"state": "posting"}


def test_settling_twice_is_told_once(house: House) -> None:
    document_in(house, "posting")

    steps.settle(house, ID, 1)
    steps.settle(house, ID, 1)

    assert (state_of(house), entries(house)) == ("posted", 1)


def test_a_document_with_a_parked_operation_is_parked(house: House) -> None:
    document_in(house, "posting")
    operation = Operation(
        key="k", document_id=ID, revision=1, target="erp", object="vendor_invoice", payload={},
        mapping="files.ap_invoice_csv@1", payload_digest=digest({}),
    )  # fmt: skip
    with transaction(house.engine) as tx:
        operations.plan(tx, operation, house.clock.now())
        operations.move(tx, "k", "parked", at=house.clock.now())

    assert steps.settle(house, ID, 1) == {"state": "parked"}
