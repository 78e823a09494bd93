from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from engine.model.convention import Convention
from engine.store import conventions, documents
from tests.store.factories import document, document_id

DAY = datetime(2026, 3, 1, tzinfo=UTC)
UP, DOWN = Convention(tax="half_up@2", tax_level="rate"), Convention(tax="down@2", tax_level="rate")


@pytest.fixture
def three(tx: Connection) -> Connection:
    """A transaction with the documents `one`, `two` and `three`."""
    for content in ("one", "two", "three"):
        documents.add(tx, document(content))
    return tx


def keep(
    tx: Connection, content: str, *fits: Convention, day: int = 0, currency: str = "EUR", vendor: str = "V1"
) -> None:
    conventions.keep(
        tx, fits, vendor_id=vendor, currency=currency, document_id=document_id(content), at=DAY + timedelta(days=day)
    )


def test_what_fits_is_kept_in_the_order_it_was_learned(three: Connection) -> None:
    keep(three, "two", DOWN, day=2)
    keep(three, "one", UP, DOWN, day=1)

    assert conventions.of_vendor(three, "V1", currency="EUR") == ((UP, DOWN), (DOWN,))


def test_a_document_that_is_judged_again_replaces_its_own(three: Connection) -> None:
    keep(three, "one", UP)
    keep(three, "one", DOWN)

    assert conventions.of_vendor(three, "V1", currency="EUR") == ((DOWN,),)


def test_a_document_that_fits_nothing_any_more_is_forgotten(three: Connection) -> None:
    keep(three, "one", UP)
    keep(three, "one")

    assert conventions.of_vendor(three, "V1", currency="EUR") == ()


def test_other_vendors_other_currencies_and_the_document_itself_say_nothing(three: Connection) -> None:
    keep(three, "one", UP)
    keep(three, "two", UP, currency="CHF")
    keep(three, "three", UP, vendor="V2")

    assert conventions.of_vendor(three, "V1", currency="EUR", but=document_id("one")) == ()
