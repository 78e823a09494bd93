from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine

from engine.store import claims, documents
from engine.store.claims import Claim
from engine.store.database import reading, transaction
from tests.store.factories import document, document_id
from tests.store.processes import run_at_once

KEY = "4711/RE-2026-0815"


@pytest.fixture
def two(tx: Connection) -> Connection:
    """A transaction with the documents `one` and `two`."""
    documents.add(tx, document("one"))
    documents.add(tx, document("two"))
    return tx


def claim(tx: Connection, content: str, total: str = "119.00", key: str = KEY) -> Claim:
    return claims.claim(tx, business_key=key, document_id=document_id(content), fingerprint={"total": total})


def test_the_first_document_holds_the_key(two: Connection) -> None:
    first, second = claim(two, "one"), claim(two, "two", total="1.00")

    assert first == Claim(holder_document_id=document_id("one"), fingerprint={"total": "119.00"}, is_mine=True)
    assert second == Claim(holder_document_id=document_id("one"), fingerprint={"total": "119.00"}, is_mine=False)


def test_the_holder_may_claim_again_and_brings_its_values_up_to_date(two: Connection) -> None:
    claim(two, "one")

    again = claim(two, "one", total="120.00")

    assert (again.is_mine, again.fingerprint) == (True, {"total": "120.00"})
    assert claim(two, "two").fingerprint == {"total": "120.00"}


def test_a_released_key_is_free(two: Connection) -> None:
    claim(two, "one")
    claim(two, "one", key="another")

    claims.release(two, document_id("one"))

    assert claims.holder(two, KEY) is None
    assert claim(two, "two").is_mine
    assert claim(two, "two", key="another").is_mine


def test_releasing_gives_back_only_what_one_holds(two: Connection) -> None:
    claim(two, "one")

    claims.release(two, document_id("two"))

    assert claims.holder(two, KEY) == document_id("one")


@pytest.mark.parametrize("key", ["ä" * 5000, "4711/RE\x001", "4711/\udcff", "a/b", "A/B"], ids=ascii)
def test_any_text_may_be_a_key(two: Connection, key: str) -> None:
    claim(two, "one", key="a/b" if key == "A/B" else "A/B")

    assert claim(two, "two", key=key).is_mine


def test_of_a_hundred_claims_at_once_one_holds_the_key(engine: Engine) -> None:
    names = [f"document {number}" for number in range(100)]
    with transaction(engine) as tx:
        for name in names:
            documents.add(tx, document(name))

    def attempt(name: str) -> Claim:
        with transaction(engine) as tx:
            return claim(tx, name, total=name)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, names))

    winners = [name for name, answer in zip(names, answers, strict=True) if answer.is_mine]
    assert len(winners) == 1
    assert {answer.holder_document_id for answer in answers} == {document_id(winners[0])}
    assert {str(answer.fingerprint) for answer in answers} == {str({"total": winners[0]})}


@pytest.mark.slow
def test_of_many_processes_that_claim_at_once_one_holds_each_key(engine: Engine, url: str) -> None:
    with transaction(engine) as tx:
        for number in range(4):
            documents.add(tx, document(str(number)))

    printed = run_at_once("""
        import hashlib, os
        from engine.store import claims, database
        engine = database.connect(url)
        mine = hashlib.sha256(str(os.getpid() % 4).encode()).hexdigest()
        for number in range(20):
            with database.transaction(engine) as tx:
                held = claims.claim(tx, business_key=str(number), document_id=mine, fingerprint={})
            print(number, held.holder_document_id)
        """, url=url, processes=4)  # fmt: skip

    told = {tuple(line.split()) for out in printed for line in out.splitlines()}
    with reading(engine) as tx:
        holders = {(str(number), claims.holder(tx, str(number))) for number in range(20)}
    assert told == holders


def test_a_claim_rolled_back_was_never_made(engine: Engine) -> None:
    with transaction(engine) as tx:
        documents.add(tx, document("one"))
        documents.add(tx, document("two"))

    def fail(tx: Connection) -> None:
        claim(tx, "one")
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction(engine) as tx:
        fail(tx)

    with transaction(engine) as tx:
        assert claim(tx, "two").is_mine
