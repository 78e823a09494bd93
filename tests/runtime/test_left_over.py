"""An object for each line: what a later revision does not have any more is called off, or shown to people."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.content.library import Library
from engine.content.matrix import Matrix
from engine.model.operation import Operation, OperationState
from engine.runtime import again, judging, replay, steps
from engine.runtime.house import House
from engine.store import documents, ledger, operations, reviews
from engine.store.database import reading, transaction
from tests.durable.invoices import ubl_invoice
from tests.runtime.processed import furnish, walked

BILL = "files.ap_invoice_csv@1"


def with_lines(library: Library, where: str) -> Library:
    """Return the library with a flow that also writes an object for each line of an invoice."""
    bill = library.matrices[BILL]
    rows = Matrix.model_validate({
        **bill.model_dump(by_alias=True, include={"name", "version", "record", "target", "owner", "options"}),
        "name": "files.row", "each": "lines", "where": where, "rows": [{"to": "amount", "from": "amount"}],
        "payload_schema": {"type": "object", "properties": {"amount": {"type": "string"}}},
    })  # fmt: skip
    flow = library.flows["ap_invoice@1"]
    send = flow.sends[0].model_copy(update={"object": "row", "mapping": rows.ref, "each": "lines"})
    wider = flow.model_copy(update={"sends": (*flow.sends, send)})
    matrices, flows = {**library.matrices, rows.ref: rows}, {**library.flows, flow.ref: wider}
    return replace(library, matrices=matrices, flows=flows)


def house_with(house: House, where: str) -> House:
    return replay.under(house, with_lines(house.library, where))


def judged_again(house: House, document_id: str) -> int:
    with transaction(house.engine) as tx:
        documents.move(tx, document_id, "posted", at=house.clock.now())
    revision = again.next_revision(house, document_id, flow=None)
    steps.read(house, document_id, revision)
    steps.understand(house, document_id, revision)
    judging.judge(house, document_id, revision)
    judging.plan(house, document_id, revision)
    return revision


def rows_of(house: House, document_id: str) -> list[Operation]:
    with reading(house.engine) as tx:
        return [one for one in operations.of_document(tx, document_id) if one.object == "row"]


def bring(house: House, operation: Operation, *states: OperationState) -> None:
    with transaction(house.engine) as tx:
        for state in states:
            operations.move(tx, operation.key, state, at=house.clock.now())


EVERY, NONE = "line.position is present", "line.position is missing"


def test_what_was_only_planned_of_a_line_that_is_gone_is_called_off(empty_house: House, tmp_path: Path) -> None:
    furnish(empty_house)
    document = walked(house_with(empty_house, EVERY), ubl_invoice(tmp_path, "RE-1001"))
    before = rows_of(empty_house, document)
    assert before
    assert {one.state for one in before} == {"planned"}

    judged_again(house_with(empty_house, NONE), document)

    assert {one.state for one in rows_of(empty_house, document)} == {"cancelled"}
    with reading(empty_house.engine) as tx:
        told = [event.data["key"] for event in ledger.story(tx, document) if event.kind == "operation_cancelled"]
    assert told == [one.key for one in before]


@pytest.mark.parametrize("states", [("sending", "committed"), ("sending", "unknown")], ids=["stands", "may stand"])
def test_what_may_stand_of_a_line_that_is_gone_is_shown_and_stays(
    empty_house: House, tmp_path: Path, states: tuple[OperationState, ...]
) -> None:
    furnish(empty_house)
    document = walked(house_with(empty_house, EVERY), ubl_invoice(tmp_path, "RE-1001"))
    first = rows_of(empty_house, document)[0]
    bring(empty_house, first, *states)

    judged_again(house_with(empty_house, NONE), document)

    assert rows_of(empty_house, document)[0].state == states[-1]
    with reading(empty_house.engine) as tx:
        (review,) = [one for one in reviews.of_document(tx, document) if one.closed_at is None]
    assert review.reasons == ("posted_differently",)
    assert first.key in review.message


def test_lines_that_are_still_there_are_neither_called_off_nor_shown(empty_house: House, tmp_path: Path) -> None:
    furnish(empty_house)
    house = house_with(empty_house, EVERY)
    document = walked(house, ubl_invoice(tmp_path, "RE-1001"))
    bring(empty_house, rows_of(empty_house, document)[0], "sending", "committed")

    judged_again(house, document)

    with reading(empty_house.engine) as tx:
        found = documents.get(tx, document)
    assert found is not None
    assert found.state == "posting"
    assert "cancelled" not in {one.state for one in rows_of(empty_house, document)}
