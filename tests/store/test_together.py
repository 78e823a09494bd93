"""The rooms of the store used in one transaction by many at once, as workers do."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine

from engine.store import claims, documents, ledger, operations, reviews
from engine.store.database import reading, transaction
from tests.store.factories import NOON, document, document_id, operation, receipt

NAMES = [f"document {number}" for number in range(6)]


def take_in(engine: Engine, name: str) -> None:
    """Note an arrival and work on the document, each step in its transaction, the ledger last."""
    mine = document_id(name)
    with transaction(engine) as tx:
        is_new = documents.add(tx, document(name))
        ledger.append(tx, at=NOON, document_id=mine, kind="received", actor="x", data={"is_new": is_new})
    with transaction(engine) as tx:
        documents.move(tx, mine, "processing", at=NOON)
        documents.save(tx, mine, 1, "record", {"name": name})
        ledger.append(tx, at=NOON, document_id=mine, kind="read", actor="x", data={})
    with transaction(engine) as tx:
        claims.claim(tx, business_key="one key", document_id=mine, fingerprint={})
        reviews.open_review(tx, document_id=mine, revision=1, queue="q", reasons=[], message="", at=NOON)
        ledger.append(tx, at=NOON, document_id=mine, kind="asked", actor="x", data={})
    with transaction(engine) as tx:
        operations.plan(tx, operation(name, document_id=mine), NOON)
        operations.record_receipt(tx, receipt(key=name), NOON)
        ledger.append(tx, at=NOON, document_id=mine, kind="posted", actor="x", data={})


def test_many_workers_on_the_same_documents_never_lock_each_other_out(engine: Engine) -> None:
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda name: take_in(engine, name), NAMES * 4))

    with reading(engine) as tx:
        assert ledger.verify(tx) == ledger.VerifyResult(count=len(NAMES) * 4 * 4)
        for name in NAMES:
            firsts = [event.data["is_new"] for event in ledger.story(tx, document_id(name)) if event.kind == "received"]
            assert firsts.count(True) == 1
            assert operations.receipts(tx, name) == [receipt(key=name)]
            assert len(reviews.of_document(tx, document_id(name))) == 1
