from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from engine.store import documents, reviews
from engine.store.database import reading, transaction
from engine.store.reviews import ReviewItem
from tests.store.factories import NOON, document, document_id, later


def open_one(tx: Connection, content: str = "one", **changes: Any) -> ReviewItem:
    values: dict[str, Any] = {
        "document_id": document_id(content),
        "revision": 1,
        "queue": "ap_data",
        "reasons": ("total_missing", "sum_mismatch"),
        "message": "The total is missing. Enter it from the document.",
        "at": NOON,
    }
    return reviews.open_review(tx, **{**values, **changes})


@pytest.fixture
def mail(tx: Connection) -> Connection:
    """A transaction with three documents."""
    for content in ("one", "two", "three"):
        documents.add(tx, document(content))
    return tx


def test_an_item_comes_back_as_it_was_opened(mail: Connection) -> None:
    item = open_one(mail)

    assert reviews.open_items(mail) == [item]
    assert item.reasons == ("total_missing", "sum_mismatch")
    assert (item.opened_at, item.closed_at) == (NOON, None)


def test_an_open_item_is_brought_up_to_date_and_keeps_its_age(mail: Connection) -> None:
    first = open_one(mail)

    again = open_one(mail, revision=2, queue="ap_tax", reasons=[], message="Other.", at=later(60))

    assert (again.id, again.opened_at) == (first.id, NOON)
    assert reviews.open_items(mail) == [again]
    assert (again.revision, again.queue, again.reasons, again.message) == (2, "ap_tax", (), "Other.")


def test_a_closed_item_is_kept_and_a_new_one_may_open(mail: Connection) -> None:
    open_one(mail)
    closed = reviews.close_reviews(mail, document_id(), later(5))
    second = open_one(mail, revision=2, at=later(10))

    history = reviews.of_document(mail, document_id())
    assert closed == 1
    assert [item.closed_at for item in history] == [later(5), None]
    assert reviews.open_items(mail) == [second]


def test_closing_what_is_not_open_closes_nothing(mail: Connection) -> None:
    open_one(mail, "two")

    assert reviews.close_reviews(mail, document_id("one"), NOON) == 0
    assert len(reviews.open_items(mail)) == 1


def test_the_longest_waiting_comes_first_in_its_queue(mail: Connection) -> None:
    open_one(mail, "one", at=later(3))
    open_one(mail, "two", at=later(1), queue="ap_tax")
    open_one(mail, "three", at=later(2))

    in_queue = [item.document_id for item in reviews.open_items(mail, "ap_data")]

    assert in_queue == [document_id("three"), document_id("one")]
    assert reviews.open_items(mail)[0].document_id == document_id("two")
    assert reviews.counts(mail) == {"ap_data": 2, "ap_tax": 1}


def test_a_document_never_has_two_open_items(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document())

    def ask(number: int) -> int:
        with transaction(engine) as tx:
            return open_one(tx, revision=number).id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(ask, range(16)))

    with reading(engine) as tx:
        assert len(reviews.open_items(tx)) == 1
    assert len(ids) == 1
