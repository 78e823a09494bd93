from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from engine.store import masterdata, party_index, party_questions
from engine.store.party_index import mark
from engine.store.party_questions import Wanted

NORDWIND = {"id": "1", "name": "Nordwind Handels GmbH", "tax_id": "DE123456788", "email": "post@nordwind.example"}


def found(tx: Connection, **known: Any) -> list[str]:
    return [one.id for one in masterdata.vendor_candidates(tx, **known)]


def asked(tx: Connection, **known: Any) -> int:
    """Return how many statements a search sends."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    event.listen(tx, "before_cursor_execute", note)
    found(tx, **known)
    event.remove(tx, "before_cursor_execute", note)
    return len(statements)


def wanted(word: str, place: int, bits: int) -> Wanted:
    return Wanted(mark("vendor", "word", word), place, bits)


@pytest.mark.parametrize(
    "known",
    [{"name": "Nordwind Handels"}, {"name": "Nordwlnd Handels"}, {"name": "Nordwind Handels", "tax_id": "DE123456788"}],
    ids=["as it is", "misread", "with a tax id"],
)
def test_a_search_sends_three_statements(tx: Connection, known: dict[str, str]) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND])

    assert asked(tx, **known) == 3


def test_an_identifier_alone_takes_two_statements(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND])

    assert asked(tx, tax_id="DE123456788") == 2


def test_of_many_with_one_mail_domain_the_one_named_is_found(tx: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.store.party_search._SCORED", 3)
    shops = [{"id": f"{n:02}", "name": f"Filiale Ort{n:02}", "email": "info@kette.example"} for n in range(30)]
    masterdata.upsert_vendors(tx, shops)

    assert found(tx, name="Filiale Ort27", email_domain="kette.example")[0] == "27"


def test_of_one_place_the_best_key_counts_and_places_add_up(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [NORDWIND])

    (party,) = party_questions.sharing(
        tx, [wanted("nordwind", 0, 7000), wanted("handels", 0, 5000), wanted("handels", 1, 200)], taken=10, most=10
    )

    assert (party.id, party.bits) == ("1", 7200)


def test_of_each_key_no_more_are_looked_at_than_asked(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [{"id": str(n), "name": f"Nordwind Ort{n}"} for n in range(9)])

    assert len(party_questions.sharing(tx, [wanted("nordwind", 0, 1)], taken=4, most=100)) == 4


def test_the_parties_that_share_most_are_kept(tx: Connection) -> None:
    masterdata.upsert_vendors(tx, [{"id": str(n), "name": f"Nordwind Ort{n}"} for n in range(9)])

    (party,) = party_questions.sharing(tx, [wanted("nordwind", 0, 1), wanted("ort7", 1, 1)], taken=100, most=1)

    assert party.id == "7"


def test_a_word_of_customers_is_none_of_vendors(tx: Connection) -> None:
    with party_index.indexing(tx, "customer") as index:
        index([NORDWIND])

    assert party_questions.spelled(tx, "vendor", ["nordwind"], []) == []
    assert [one.word for one in party_questions.spelled(tx, "customer", ["nordwind"], [])] == ["nordwind"]


def test_an_import_on_a_busy_machine_is_not_taken_for_a_worker_that_hangs(tx: Connection) -> None:
    if tx.dialect.name == "sqlite":
        pytest.skip("SQLite ends no idle session")

    with party_index.indexing(tx, "vendor"):
        assert tx.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "10min"
