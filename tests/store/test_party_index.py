from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from engine.store import masterdata, party_index, tables

NORDWIND = {"id": "1", "name": "Nordwind Handels GmbH", "tax_id": "DE123456788", "postcode": "20457"}
SUEDWIND = {"id": "2", "name": "Südwind Technik AG", "postcode": "80331"}


def found(tx: Connection, **known: Any) -> list[str]:
    return [one.id for one in masterdata.vendor_candidates(tx, **known)]


def size(tx: Connection) -> dict[str, int]:
    kept = (tables.parties, tables.party_keys, tables.word_stumps)
    return {table.name: tx.execute(select(func.count()).select_from(table)).scalar_one() for table in kept}


def words(tx: Connection) -> Mapping[str, int]:
    table = tables.party_words
    return {word: count for word, count in tx.execute(select(table.c.word, table.c.count)) if count}


def test_importing_the_same_again_changes_nothing(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND, SUEDWIND])
    before = (size(tx), words(tx), tx.execute(select(tables.parties.c.no)).scalars().all())

    masterdata.upsert_vendors(tx, [NORDWIND, SUEDWIND])

    assert (size(tx), words(tx), tx.execute(select(tables.parties.c.no)).scalars().all()) == before


def test_a_renamed_vendor_leaves_no_key_behind(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND])
    masterdata.upsert_vendors(tx, [{**NORDWIND, "name": "Ostwind Handels GmbH"}])
    renamed = size(tx)["party_keys"]
    masterdata.upsert_vendors(tx, [NORDWIND])

    assert size(tx)["party_keys"] == renamed
    assert words(tx) == {"nordwind": 1, "handels": 1}


def test_a_vendor_that_comes_twice_in_one_import_is_found_by_its_last_name(
    tx: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(party_index, "_BATCH", 1)

    with party_index.indexing(tx, "vendor") as index:
        index([NORDWIND])
        index([{**NORDWIND, "name": "Ostwind Handels GmbH"}])

    assert words(tx) == {"ostwind": 1, "handels": 1}
    known = {no for (no,) in tx.execute(select(tables.parties.c.no))}
    assert {no for (no,) in tx.execute(select(tables.party_keys.c.no))} == known


@pytest.mark.parametrize("staged", [100_000, 1], ids=["written at once", "sorted by the database"])
def test_the_newest_vendor_changed_twice_in_one_import_leaves_no_key_behind(
    tx: Connection, monkeypatch: pytest.MonkeyPatch, staged: int
) -> None:
    masterdata.upsert_vendors(tx, [SUEDWIND, NORDWIND])
    before = size(tx)
    monkeypatch.setattr(party_index, "_STAGED", staged)

    with party_index.indexing(tx, "vendor") as index:
        index([{**NORDWIND, "name": "Ostwind Handels GmbH"}])
        index([{**NORDWIND, "name": "Nordwind Handels und Mehr GmbH"}])
        index([NORDWIND])

    assert size(tx)["party_keys"] == before["party_keys"]
    assert found(tx, name="Nordwind Handels") == ["1"]


def test_keys_that_the_database_sorted_are_the_same_as_those_written_at_once(
    tx: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendors = [{"id": str(n), "name": f"Nordwind Nummer{n}"} for n in range(60)]
    with party_index.indexing(tx, "vendor") as index:
        index(vendors)
    at_once = size(tx)
    party_index.forget(tx, "vendor", [vendor["id"] for vendor in vendors])
    monkeypatch.setattr(party_index, "_STAGED", 20)
    monkeypatch.setattr(party_index, "_DIRECT", 10)
    monkeypatch.setattr(party_index, "_BATCH", 7)

    with party_index.indexing(tx, "vendor") as index:
        index(vendors)

    assert size(tx) == at_once


def test_who_is_forgotten_is_not_found(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND, SUEDWIND])

    party_index.forget(tx, "vendor", ["1"])

    assert found(tx, name="Nordwind Handels") == []
    assert found(tx, tax_id="DE123456788") == []
    assert found(tx, name="Südwind Technik") == ["2"]


def test_a_rebuilt_index_finds_what_the_old_one_found(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND, SUEDWIND])
    before = size(tx)

    party_index.rebuild(tx)

    assert size(tx) == before
    assert found(tx, name="Nordwlnd Handels") == ["1"]


def test_a_customer_of_the_same_name_is_no_vendor(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND])
    with party_index.indexing(tx, "customer") as index:
        index([{"id": "1", "name": "Westwind GmbH", "tax_id": "DE111111109"}])

    assert found(tx, name="Westwind") == []
    assert found(tx, tax_id="DE111111109") == []


def test_a_common_name_is_found_by_its_postcode(tx: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.party_search._RARE", 5)
    monkeypatch.setattr("engine.store.party_search._TAKEN", 5)
    masterdata.upsert_vendors(
        tx, [{"id": f"{n:03}", "name": "Schmidt Bau GmbH", "postcode": f"{10000 + n}"} for n in range(60)]
    )

    assert found(tx, name="Schmidt Bau", address="Gartenweg 5, 10042 Musterstadt")[0] == "042"


@pytest.mark.parametrize(
    "read",
    ["Nordwlnd Handels", "N0rdwind Handels", "Norclwind", "Nordwnd", "Nordwinnd", "Nordiwnd", "HANDELS NORDWIND",
     "NordwindHandels", "Fa. Nordwind Handels"],
)  # fmt: skip
def test_a_misread_name_is_found(tx: Connection, read: str) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND, SUEDWIND])

    assert found(tx, name=read)[:1] == ["1"]
