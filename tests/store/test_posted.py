from datetime import date

from sqlalchemy import Connection

from engine.model.duplicate import Signature
from engine.store import masterdata, posted, signatures
from engine.store.posted import Remembered
from engine.store.signatures import Key

KEY = Key(digest=4711, is_dated=False)


def signature(name: str, number: str = "4711") -> Signature:
    return Signature(document_id=name, type="invoice", number=number, issued=date(2026, 3, 2))


def remember(tx: Connection, *claims: Signature) -> Remembered:
    return posted.remember(tx, [(one, [KEY]) for one in claims])


def found(tx: Connection, name: str) -> list[str]:
    earlier = signatures.claim(tx, signature(name), [KEY], window_days=30, nearest=10)
    return [one.number for one in earlier.signatures]


def test_history_is_remembered_once(tx: Connection) -> None:
    history = [signature(f"erp:{index}") for index in range(1200)]

    assert remember(tx, *history) == Remembered(new=1200)
    assert remember(tx, *history) == Remembered(same=1200)


def test_of_a_row_that_changed_the_last_counts(tx: Connection) -> None:
    remember(tx, signature("erp:1", "7"), signature("erp:2", "8"))

    assert remember(tx, signature("erp:1", "9"), signature("erp:2", "8")) == Remembered(changed=1, same=1)
    assert sorted(found(tx, "mine")) == ["8", "9"]


def test_an_id_twice_in_one_batch_is_one_claim(tx: Connection) -> None:
    assert remember(tx, signature("erp:1", "7"), signature("erp:1", "8")) == Remembered(new=1, same=1)
    assert found(tx, "mine") == ["8"]


def test_what_the_erp_posted_stands_before_what_waits_here(tx: Connection) -> None:
    assert found(tx, "mine") == []
    remember(tx, signature("erp:1"))

    assert found(tx, "mine") == ["4711"]


def test_what_was_reversed_is_forgotten(tx: Connection) -> None:
    remember(tx, signature("erp:1"), signature("erp:2"))

    assert posted.forget(tx, ["erp:1", "erp:3"]) == 1
    assert posted.unknown(tx, ["erp:1", "erp:2"]) == {"erp:1"}
    assert found(tx, "mine") == ["4711"]


def test_documents_of_our_own_are_told_from_those_of_the_erp(tx: Connection) -> None:
    remember(tx, signature("erp:1"))
    before = posted.has_documents(tx)
    found(tx, "0a1b")

    assert (before, posted.has_documents(tx)) == (False, True)


def test_vendors_come_with_what_tells_that_two_are_one(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [{"id": "V1", "name": "Acme", "tax_id": "DE136695976"}])

    assert posted.vendors(tx, ["V1", "V2", "V1"]) == {
        "V1": {"id": "V1", "name": "Acme", "tax_id": "DE136695976", "iban": ""}
    }
