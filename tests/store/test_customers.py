"""Customers are found as vendors are, or by our number for them; today and as they were."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from engine.model import master_kinds
from engine.store import as_of, masterdata
from engine.store.as_of import Asked
from engine.store.master_rows import begin

MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))
NORD = {"id": "1000004", "name": "Nordwind Handels GmbH", "tax_id": "DE136695976", "city": "Hamburg", "country": "DE"}
NOBODY = Asked(tax_id=None, registration_id=None, iban=None, email_domain=None, name=None, address=None)


@pytest.fixture
def customers(tx: Connection) -> Connection:
    """A transaction with a customer that changed its name in May, and a vendor that is called alike."""
    masterdata.write(tx, master_kinds.CUSTOMERS, [NORD], begin(tx, at=MARCH, by="anna", source="all.csv"))
    masterdata.upsert_vendors(tx, [{**NORD, "id": "V1"}])
    changed = {**NORD, "name": "Zeta Waren AG", "tax_id": "DE811193231"}
    masterdata.write(tx, master_kinds.CUSTOMERS, [changed], begin(tx, at=MAY, by="anna", source="all.csv"))
    return tx


def found(tx: Connection, number: str | None = None, **asked: str) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in masterdata.customer_candidates(tx, asked, number=number)]


@pytest.mark.parametrize("asked", [{"tax_id": "DE811193231"}, {"name": "Zeta Waren"}], ids=["tax id", "name"])
def test_a_customer_is_found_and_no_vendor(customers: Connection, asked: dict[str, str]) -> None:
    assert found(customers, **asked) == [("customer", "1000004")]
    assert found(customers, tax_id="DE136695976") == []


def test_our_number_finds_a_customer_that_says_nothing_else(customers: Connection) -> None:
    assert found(customers, number="1000004") == [("customer", "1000004")]
    assert found(customers, number="4711") == []


def test_what_is_known_of_a_customer_is_named_for_the_buyer(customers: Connection) -> None:
    (one,) = masterdata.customer_candidates(customers, {}, number="1000004")

    assert (one.attribute("buyer_tax_id"), one.attribute("buyer_city")) == ("DE811193231", "Hamburg")
    assert one.attribute("vendor_tax_id") is None


@pytest.mark.parametrize(
    ("number", "known"),
    [(None, Asked(**{**NOBODY, "tax_id": "DE136695976"})), ("1000004", NOBODY)],
    ids=["tax id", "number"],
)
def test_a_customer_is_found_by_what_it_was(customers: Connection, number: str | None, known: Asked) -> None:
    (then,) = as_of.customer_candidates(customers, known, number, at=APRIL)

    assert (then.id, then.name) == ("1000004", "Nordwind Handels GmbH")
