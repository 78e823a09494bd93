"""With effects only what never took effect is judged again; what stands somewhere is not touched."""

from pathlib import Path

import pytest

from engine.model.document import State
from engine.model.operation import OperationState
from engine.runtime import judging, steps
from engine.runtime.house import House
from engine.runtime.replay_for_good import Stands, begin
from engine.store import documents, ledger, operations
from engine.store.database import reading, transaction
from tests.durable.invoices import ubl_invoice
from tests.runtime.processed import dump, furnish, walked

WAY: dict[OperationState, tuple[OperationState, ...]] = {
    "planned": (), "parked": ("parked",), "rejected": ("sending", "rejected"), "committed": ("sending", "committed"),
    "delivered": ("sending", "delivered"), "unknown": ("sending", "unknown"), "sending": ("sending",),
}  # fmt: skip


def posted(house: House, folder: Path, operation: OperationState, state: State) -> str:
    """Return a document whose one operation is in a state, and which came to rest in another."""
    furnish(house)
    one = walked(house, ubl_invoice(folder, "RE-1001"))
    now = house.clock.now()
    with transaction(house.engine) as tx:
        (planned,) = operations.of_document(tx, one)
        for to in WAY[operation]:
            operations.move(tx, planned.key, to, at=now)
        documents.move(tx, one, state, at=now)
    return one


@pytest.mark.parametrize(
    ("operation", "state"), [("rejected", "in_review"), ("parked", "parked"), ("planned", "parked")]
)
def test_what_never_took_effect_begins_a_new_revision(
    empty_house: House, tmp_path: Path, operation: OperationState, state: State
) -> None:
    one = posted(empty_house, tmp_path, operation, state)

    revision = begin(empty_house, one, by="anna", reason="the account was missing")

    with reading(empty_house.engine) as tx:
        event = next(event for event in ledger.story(tx, one) if event.kind == "replay_begun")
        document = documents.get(tx, one)
    assert (event.actor, event.data["reason"], event.data["state"]) == ("anna", "the account was missing", state)
    assert document is not None
    assert (revision, document.revision, document.state) == (2, 2, "processing")


def test_an_operation_that_was_refused_gets_the_content_of_the_new_revision(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path, "rejected", "in_review")
    revision = begin(empty_house, one, by="anna", reason="again")

    steps.read(empty_house, one, revision)
    steps.understand(empty_house, one, revision)
    judging.judge(empty_house, one, revision)
    judging.plan(empty_house, one, revision)

    with reading(empty_house.engine) as tx:
        (operation,) = operations.of_document(tx, one)
    assert (operation.state, operation.revision) == ("planned", 2)


@pytest.mark.parametrize("operation", ["committed", "delivered", "unknown", "sending"])
def test_what_stands_or_may_stand_is_not_touched(
    empty_house: House, tmp_path: Path, operation: OperationState
) -> None:  # fmt: skip
    one = posted(empty_house, tmp_path, operation, "posted" if operation == "committed" else "parked")
    before = dump(empty_house)

    with pytest.raises(Stands, match="with --reverse" if operation in {"committed", "delivered"} else "Nobody knows"):
        begin(empty_house, one, by="anna", reason="again")

    assert dump(empty_house) == before


def test_nothing_is_posted_by_a_flow_that_is_not_live(empty_house: House, tmp_path: Path) -> None:
    one = posted(empty_house, tmp_path, "rejected", "in_review")

    with pytest.raises(Stands, match=r"ap_invoice@9 is not live here"):
        begin(empty_house, one, by="anna", reason="again", flow="ap_invoice@9")


def test_a_document_that_is_being_processed_is_left_alone(empty_house: House, tmp_path: Path) -> None:
    furnish(empty_house)
    one = walked(empty_house, ubl_invoice(tmp_path, "RE-1001"))

    with pytest.raises(Stands, match="is posting"):
        begin(empty_house, one, by="anna", reason="again")
