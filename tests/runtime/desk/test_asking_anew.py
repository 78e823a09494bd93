"""What people ask of the machine about a whole document."""

from pathlib import Path

import pytest

from engine.model.correction import Correction
from engine.model.record import Record
from engine.runtime import corrections, waiting
from engine.runtime.desk import answering, asking_anew
from engine.runtime.desk.taking import Gone, Refused
from engine.runtime.house import House
from engine.store import documents, ledger, operations, reviews, waits
from engine.store.database import reading, transaction
from tests.house import furnished_house
from tests.runtime.desk.held import judged_again, old_invoice, stored
from tests.runtime.processed import walked


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished_house(tmp_path_factory.mktemp("home"))


def record(house: House, document_id: str) -> Record:
    with reading(house.engine) as tx:
        data = documents.load(tx, document_id, stored(house, document_id).revision, "record")
    return Record.model_validate(data)


def test_a_document_is_read_as_what_a_person_says_it_is(house: House, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Nordlicht\n\nDocument 77\nDate 02.10.2026\nTotal 119,00 EUR\n", encoding="utf-8")
    one = walked(house, letter)
    assert record(house, one).type == "unknown"

    document = judged_again(house, one, asking_anew.retype(house, one, "invoice", revision=1, by="anna"))

    assert (document.revision, record(house, one).type) == (2, "invoice")
    assert record(house, one).classification.evidence == ("said by anna",)
    assert record(house, one).get("document_type") is None, "it is no value of the document"


def test_nothing_is_said_to_be_what_no_flow_takes(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-2101")

    with pytest.raises(corrections.Refused, match=r"No live flow takes.*'poem'. There are: .*invoice"):
        asking_anew.retype(house, one, "poem", revision=1, by="anna")


def test_what_was_sent_is_not_read_as_something_else(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-2102")
    judged_again(house, one, answering.approve(house, one, revision=1, by="carl", objections=()))
    with transaction(house.engine) as tx:
        for operation in operations.of_document(tx, one):
            operations.move(tx, operation.key, "sending", at=house.clock.now())

    with pytest.raises(Refused, match="Take that back first"):
        asking_anew.retype(house, one, "credit_note", revision=stored(house, one).revision, by="anna")


def test_a_held_document_waits_until_something_comes_for_its_order(house: House, tmp_path: Path) -> None:
    one = old_invoice(house, tmp_path, "RE-2103")
    with pytest.raises(Gone):
        asking_anew.wait(house, one, revision=7, by="anna")

    judged_again(house, one, corrections.correct(house, one, [Correction(path="po_number", value="4500099")], by="b"))
    asking_anew.wait(house, one, revision=2, by="anna", why="goods come on Friday")

    with reading(house.engine) as tx:
        noted, item = waits.of_document(tx, one), reviews.open_of(tx, one)
        told = [event for event in ledger.story(tx, one) if event.kind == "waiting_begun"]
    assert (stored(house, one).state, item) == ("waiting", None)
    assert noted is not None
    assert noted.next_at is not None
    assert (told[-1].actor, told[-1].data["why"]) == ("anna", "goods come on Friday")
    assert waiting.look(house) == [], "nothing came yet"


def test_a_document_without_an_order_has_nothing_to_wait_for(house: House, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all,\n\nour office is closed on Monday.\n", encoding="utf-8")

    with pytest.raises(Refused, match="names no order"):
        asking_anew.wait(house, walked(house, letter), revision=1, by="anna")


def test_a_document_is_opened_again_only_with_a_reason_and_what_surely_stands_goes_first(
    house: House, tmp_path: Path
) -> None:
    one = old_invoice(house, tmp_path, "RE-2104")
    with pytest.raises(Refused, match="Say why"):
        asking_anew.reopen(house, one, revision=1, by="anna", why=" ")

    revision = asking_anew.reopen(house, one, revision=1, by="anna", why="wrong account")

    with reading(house.engine) as tx:
        begun = [event for event in ledger.story(tx, one) if event.kind == "replay_begun"]
    assert (revision, begun[-1].actor, begun[-1].data["reason"]) == (2, "anna", "wrong account")
