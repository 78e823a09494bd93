"""A person says where to cut a file: the parts are made once, and the word counts for good."""

import io

import pikepdf
import pytest

from engine.model.document import Document
from engine.runtime import again, cut_by_hand, intake, steps
from engine.runtime.corrections import Refused
from engine.runtime.cut_by_hand import Answer
from engine.runtime.house import House
from engine.store import documents, ledger, reviews
from engine.store.database import transaction
from tests.runtime.bundles import hybrid, joined

TWO = ("01-papier-de.pdf", "08-cedar-us.pdf")


@pytest.fixture
def house(empty_house: House) -> House:
    return empty_house


@pytest.fixture
def asked(house: House) -> Document:
    """A file about which a person was asked."""
    return read(house, hybrid())


def read(house: House, content: bytes) -> Document:
    arrival = intake.accept(house, io.BytesIO(content), name="scan.pdf", source="test")
    steps.read(house, arrival.document.id, arrival.document.revision)
    return steps.get(house, arrival.document.id)


def say(house: House, document: Document, *begins: int, by: str = "anna") -> Answer:
    return cut_by_hand.answer(house, document.id, begins=begins, by=by)


def children(house: House, document: Document) -> list[Document]:
    with transaction(house.engine) as tx:
        return documents.children(tx, document.id)


def test_the_parts_are_made_where_a_person_said(house: House, asked: Document) -> None:
    assert asked.state == "in_review"

    result = steps.read(house, asked.id, say(house, asked, 2).revision)

    assert steps.get(house, asked.id).state == "unpacked"
    assert [child.name for child in children(house, asked)] == ["scan, page 1.pdf", "scan, page 2.pdf"]
    assert result["children"] == [child.id for child in children(house, asked)]


def test_the_answer_ends_the_review_and_is_in_the_ledger_with_the_name(house: House, asked: Document) -> None:
    steps.read(house, asked.id, say(house, asked, 2).revision)

    with transaction(house.engine) as tx:
        told = {event.kind: event for event in ledger.story(tx, asked.id)}
        assert [item for item in reviews.open_items(tx) if item.document_id == asked.id] == []
    assert (told["split_decided"].actor, told["split_decided"].data["begins"]) == ("anna", "2")
    assert told["bundle_split"].data["parts"][1]["why"] == ["said by anna"]


def test_a_file_that_is_one_document_is_read_as_one(house: House, asked: Document) -> None:
    revision = say(house, asked).revision

    assert steps.read(house, asked.id, revision) == {"next": "understand", "children": []}


@pytest.mark.parametrize("begins", [(2,), ()], ids=["cut", "keep"])
def test_the_answer_counts_when_the_file_is_walked_again(house: House, asked: Document, begins: tuple[int]) -> None:
    first = steps.read(house, asked.id, say(house, asked, *begins).revision)
    if not begins:
        settle(house, asked)

    second = steps.read(house, asked.id, again.next_revision(house, asked.id, flow=None))

    assert first == second
    assert len(children(house, asked)) == 2 * len(begins)


def settle(house: House, document: Document) -> None:
    with transaction(house.engine) as tx:
        documents.move(tx, document.id, "in_review", at=house.clock.now())


def test_the_same_answer_twice_changes_nothing(house: House, asked: Document) -> None:
    first = say(house, asked, 2)
    while_it_is_cut = say(house, asked, 2, by="berta")
    steps.read(house, asked.id, first.revision)
    after = say(house, asked, 2)

    assert first.is_new
    assert (while_it_is_cut, after) == (Answer(revision=first.revision, is_new=False),) * 2


def test_a_worker_that_dies_while_it_cuts_leaves_nothing_double(
    house: House, asked: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = say(house, asked, 2).revision
    with monkeypatch.context() as patched:
        patched.setattr(steps, "conclude", _dies)
        with pytest.raises(KeyboardInterrupt):
            steps.read(house, asked.id, revision)

    steps.read(house, asked.id, revision)

    parts = children(house, asked)
    with transaction(house.engine) as tx:
        kinds = [event.kind for part in parts for event in ledger.story(tx, part.id)]
    assert len(parts) == 2
    assert kinds.count("document_cut_out") == 2


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_part_keeps_the_e_invoice_that_names_it(house: House, asked: Document) -> None:
    steps.read(house, asked.id, say(house, asked, 2).revision)

    first, second = children(house, asked)
    with pikepdf.open(house.blobs.local(first.blob)) as one, pikepdf.open(house.blobs.local(second.blob)) as two:
        assert (len(one.attachments), len(two.attachments)) == (1, 0)
    steps.read(house, first.id, 1)
    _, data = steps.fetch(house, first.id, 1, "reading")
    assert data["embedded"] is not None


def test_a_part_may_be_cut_once_more_by_a_person(house: House) -> None:
    whole = read(house, joined(*TWO, "16-systeme-de-3-pages.pdf"))
    last = children(house, whole)[-1]
    steps.read(house, last.id, 1)
    settle(house, last)

    steps.read(house, last.id, say(house, last, 3).revision)

    assert [child.name for child in children(house, last)] == [
        "scan, pages 3-5, pages 1-2.pdf",
        "scan, pages 3-5, page 3.pdf",
    ]


@pytest.mark.parametrize(
    ("begins", "words"),
    [((1,), "page 2 or later"), ((3,), "there are 2 pages"), ((2, 900), "900")],
    ids=["the first page", "no such page", "one of two"],
)
def test_pages_on_which_nothing_can_begin_are_refused(
    house: House, asked: Document, begins: tuple[int, ...], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        say(house, asked, *begins)

    assert steps.get(house, asked.id).revision == 1


def test_a_file_that_was_taken_apart_is_not_cut_elsewhere(house: House) -> None:
    document = read(house, joined(*TWO))

    with pytest.raises(Refused, match="taken apart already"):
        say(house, document)


def test_a_file_that_is_being_processed_is_left_alone(house: House) -> None:
    document = read(house, joined("16-systeme-de-3-pages.pdf"))

    with pytest.raises(Refused, match="still being processed"):
        say(house, document, 2)


def test_a_mail_has_no_pages_to_cut(house: House) -> None:
    document = read(house, b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n")

    with pytest.raises(Refused, match="no pages"):
        say(house, document, 2)


def test_a_part_of_empty_pages_only_is_refused(house: House) -> None:
    document = read(house, joined("01-papier-de.pdf", blank_after=1))
    settle(house, document)

    with pytest.raises(Refused, match="empty pages"):
        say(house, document, 2)
