from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from engine.model.document import State
from engine.model.duplicate import Signature
from engine.store import documents, signatures
from engine.store.database import transaction
from engine.store.signatures import Earlier, Key
from tests.store.factories import NOON, document, document_id, later

DAY = date(2026, 3, 2)
NUMBER, AMOUNT = Key(digest=-4711, is_dated=False), Key(digest=2**62, is_dated=True)


def signature(name: str, **changes: Any) -> Signature:
    return Signature(**{"document_id": name, "type": "invoice", "number": "4711", "issued": DAY, **changes})


def claim(
    tx: Connection, name: str, *keys: Key, window_days: int = 30, nearest: int = 10, keeps: bool = True, **changes: Any
) -> Earlier:
    return signatures.claim(
        tx, signature(name, **changes), keys or (NUMBER, AMOUNT), window_days=window_days, nearest=nearest, keeps=keeps
    )


def found(earlier: Earlier) -> list[str]:
    return sorted(one.document_id for one in earlier.signatures)


def test_the_first_finds_nobody_and_the_second_finds_the_first(tx: Connection) -> None:
    first, second = claim(tx, "one"), claim(tx, "two")

    assert first.signatures == ()
    assert second.signatures == (signature("one"),)


def test_who_claims_the_same_again_keeps_its_place(tx: Connection) -> None:
    claim(tx, "one")
    claim(tx, "two")

    assert found(claim(tx, "one")) == []
    assert found(claim(tx, "two")) == ["one"]


def test_who_claims_something_else_goes_to_the_end(tx: Connection) -> None:
    claim(tx, "one")
    claim(tx, "two")

    assert found(claim(tx, "one", number="4712")) == ["two"]
    assert found(claim(tx, "two")) == []


def test_another_key_finds_nobody(tx: Connection) -> None:
    claim(tx, "one", NUMBER)

    assert found(claim(tx, "two", Key(digest=1, is_dated=False))) == []


@pytest.mark.parametrize(("apart", "names"), [(30, ["one"]), (31, []), (-30, ["one"]), (-31, [])])
def test_under_a_dated_key_only_near_dates_count(tx: Connection, apart: int, names: list[str]) -> None:
    claim(tx, "one", AMOUNT)

    assert found(claim(tx, "two", AMOUNT, issued=DAY + timedelta(days=apart))) == names


def test_under_a_number_any_age_counts(tx: Connection) -> None:
    claim(tx, "one", NUMBER, issued=date(1999, 1, 1))

    assert found(claim(tx, "two", NUMBER)) == ["one"]


def test_a_document_without_date_is_found_and_finds(tx: Connection) -> None:
    claim(tx, "one", AMOUNT, issued=None)
    claim(tx, "two", AMOUNT)

    assert found(claim(tx, "three", AMOUNT)) == ["one", "two"]
    assert found(claim(tx, "four", AMOUNT, issued=None)) == ["one", "three", "two"]


def test_the_nearest_in_time_are_taken(tx: Connection) -> None:
    for days in range(-9, 10):
        claim(tx, f"{days}", AMOUNT, issued=DAY + timedelta(days=days))

    assert found(claim(tx, "mine", AMOUNT, nearest=2)) == ["-1", "-2", "0", "1"]


@pytest.mark.parametrize("state", ["duplicate", "rejected"])
def test_a_document_that_gave_up_is_not_found_and_goes_to_the_end_when_it_comes_back(
    tx: Connection, state: State
) -> None:
    documents.add(tx, document("one"))
    claim(tx, document_id("one"))
    documents.move(tx, document_id("one"), "processing", at=NOON)
    documents.move(tx, document_id("one"), state, at=NOON)

    assert found(claim(tx, "two")) == []
    assert found(claim(tx, document_id("one"))) == ["two"]


def test_who_only_looks_stands_in_nobodys_way(tx: Connection) -> None:
    claim(tx, "invoice")

    assert found(claim(tx, "reminder", keeps=False)) == ["invoice"]
    assert found(claim(tx, "copy")) == ["invoice"]


def test_what_is_released_is_not_found(tx: Connection) -> None:
    claim(tx, "one")

    signatures.release(tx, "one")

    assert signatures.get(tx, "one") is None
    assert found(claim(tx, "two")) == []


def test_a_pair_that_a_person_parted_is_told_to_both_ways(tx: Connection) -> None:
    claim(tx, "one")
    is_new = [signatures.part(tx, *pair, by="anna", at=NOON) for pair in (("two", "one"), ("one", "two"))]

    assert is_new == [True, False]
    assert claim(tx, "two").cleared == {"one"}
    assert claim(tx, "three").cleared == frozenset()


def test_a_claim_rolled_back_was_never_made(engine: Engine) -> None:
    def fail(tx: Connection) -> None:
        claim(tx, "one")
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction(engine) as tx:
        fail(tx)

    with transaction(engine) as tx:
        assert found(claim(tx, "two")) == []


def test_of_many_that_claim_at_once_exactly_one_finds_nobody(engine: Engine) -> None:
    """Each pair shares one key only, in another order each time: nobody slips through and nobody waits for ever."""
    count, start = 24, Barrier(8)
    keys = [Key(digest=digest, is_dated=False) for digest in range(count)]

    def attempt(number: int) -> list[str]:
        mine = (keys[number], keys[(number + 1) % count], NUMBER)
        if number < start.parties:
            start.wait(timeout=30)
        with transaction(engine) as tx:
            return found(claim(tx, f"{number}", *(mine if number % 2 else reversed(mine)), nearest=50))

    with ThreadPoolExecutor(start.parties) as pool:
        answers = list(pool.map(attempt, range(count)))

    assert sorted(map(len, answers)) == list(range(count))


def test_any_text_may_be_claimed(tx: Connection) -> None:
    claim(tx, "one\x00", number="ä\x00/'\"", issued=later(0).date())

    assert len(claim(tx, "two").signatures) == 1
