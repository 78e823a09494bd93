"""What waits is found again by its time, or by what came for its orders."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from engine.store import documents, masterdata, waits
from engine.store.database import transaction
from tests.store.factories import document as make_document

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ORDER = {"number": "PO-1", "vendor_id": "V1", "currency": "EUR"}
RECEIPT = {"receipt": "GR-1", "line": "1", "number": "po 1", "order_line": "10", "quantity": "4"}


def begin(engine: Engine, *, next_at: datetime | None = None) -> str:
    """Let a document wait for PO-1 and return its id."""
    document = make_document()
    with transaction(engine) as tx:
        documents.add(tx, document)
        waits.begin(
            tx, document_id=document.id, revision=1, numbers=["PO-1"], mark=waits.marks(tx, ["PO-1"]), at=NOW,
            next_at=next_at,
        )  # fmt: skip
    return document.id


def test_nothing_is_woken_while_nothing_comes(engine: Engine) -> None:
    begin(engine)

    with transaction(engine) as tx:
        assert waits.woken(tx) == []


@pytest.mark.parametrize("what", ["order", "receipt"])
def test_what_comes_for_its_order_wakes_it_however_the_number_is_spelled(engine: Engine, what: str) -> None:
    document_id = begin(engine)
    with transaction(engine) as tx:
        if what == "order":
            masterdata.upsert_orders(tx, [ORDER])
        else:
            masterdata.upsert_goods_receipts(tx, [RECEIPT])

    with transaction(engine) as tx:
        assert [one.document_id for one in waits.woken(tx)] == [document_id]


def test_what_comes_for_another_order_wakes_nothing(engine: Engine) -> None:
    begin(engine)
    with transaction(engine) as tx:
        masterdata.upsert_orders(tx, [{**ORDER, "number": "PO-2"}])

    with transaction(engine) as tx:
        assert waits.woken(tx) == []


@pytest.mark.parametrize(("hours", "count"), [(3, 0), (4, 1)], ids=["before", "at its time"])
def test_a_look_is_due_at_its_time(engine: Engine, hours: int, count: int) -> None:
    begin(engine, next_at=NOW + timedelta(hours=4))

    with transaction(engine) as tx:
        assert len(waits.due(tx, NOW + timedelta(hours=hours))) == count


def test_waiting_again_keeps_the_first_day_and_the_looks(engine: Engine) -> None:
    document_id = begin(engine)
    with transaction(engine) as tx:
        waits.looked(tx, document_id, tries=7, next_at=None)
        waits.begin(
            tx, document_id=document_id, revision=2, numbers=["PO-1"], mark="", at=NOW + timedelta(days=1), next_at=None
        )
        wait = waits.of_document(tx, document_id)

    assert wait is not None
    assert (wait.since, wait.tries, wait.revision) == (NOW, 7, 2)


def test_an_ended_wait_is_gone(engine: Engine) -> None:
    document_id = begin(engine)

    with transaction(engine) as tx:
        waits.end(tx, document_id)
        assert waits.of_document(tx, document_id) is None
