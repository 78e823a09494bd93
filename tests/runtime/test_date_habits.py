"""A vendor's earlier invoices tell which part of a date is the month."""

from datetime import date
from decimal import Decimal

import pytest

from engine.model.document import Document
from engine.model.field import Alternative, Field, How
from engine.model.leakage import AcceptedInvoice
from engine.model.master_kinds import kind
from engine.model.record import Record
from engine.runtime import date_habits
from engine.runtime.house import House
from engine.runtime.witness import Live, Recorded
from engine.stages.values.date_order import Habit
from engine.store import documents, masterdata, variances
from engine.store.database import transaction
from tests.stages.records import field, record
from tests.store.factories import document, later

TAX_ID = "GB980780684"


def dated(value: str, raw: str, *, how: How = "read", other: str = "") -> Field:
    """Return a date of issue as it was printed."""
    read = (Alternative(value=other, raw=raw, confidence=0.3),) if other else ()
    return field("issue_date", value, how=how).model_copy(update={"raw": raw, "alternatives": read})


DAY_FIRST = dated("2026-01-25", "25/01/2026")
OPEN = dated("2026-03-04", "03/04/2026", other="2026-04-03")


def accepted(house: House, name: str, issued: Field, *, seconds: float = 0) -> Document:
    """Add an invoice of the vendor that went through."""
    one = document(name, received_at=later(seconds))
    invoice = AcceptedInvoice(
        document_id=one.id,
        vendor="V9",
        currency="GBP",
        amount=Decimal(10),
        issued_on=date(2026, 1, 25),
        has_order=False,
    )
    with transaction(house.engine) as tx:
        documents.add(tx, one)
        documents.save(tx, one.id, 1, "record", record(issued).model_dump(mode="json"))
        variances.accept(tx, invoice)
    return one


def invoice() -> Record:
    return record(OPEN, vendor_tax_id=TAX_ID)


@pytest.fixture
def trading_house(empty_house: House) -> House:
    """A house that knows the vendor."""
    with transaction(empty_house.engine) as tx:
        masterdata.write(tx, kind("vendors"), [{"id": "V9", "name": "Bolt Ltd", "tax_id": TAX_ID}])
    return empty_house


@pytest.mark.parametrize(
    ("issued", "habit"),
    [
        (DAY_FIRST, Habit(dmy=1)),
        (dated("2026-01-25", "01/25/2026"), Habit(mdy=1)),
        (OPEN, Habit()),
        (OPEN.model_copy(update={"provenance": field("x", "y", how="human").provenance}), Habit(mdy=1)),
        (dated("2026-01-25", "25 January 2026"), Habit()),
    ],
    ids=["day first", "month first", "open and not settled by people", "chosen by a person", "month in letters"],
)
def test_dates_of_one_reading_and_those_that_people_chose_count(
    trading_house: House, issued: Field, habit: Habit
) -> None:
    accepted(trading_house, "earlier", issued)

    found = date_habits.of_vendor(trading_house, document("new"), invoice(), witness=Live(trading_house.engine))

    assert found == habit


def test_nobody_knows_the_habit_of_a_vendor_that_is_not_known(empty_house: House) -> None:
    accepted(empty_house, "earlier", DAY_FIRST)

    found = date_habits.of_vendor(empty_house, document("new"), invoice(), witness=Live(empty_house.engine))

    assert found == Habit()


def test_a_document_does_not_confirm_itself(trading_house: House) -> None:
    one = accepted(trading_house, "itself", DAY_FIRST)

    assert date_habits.of_vendor(trading_house, one, invoice(), witness=Live(trading_house.engine)) == Habit()


def test_what_came_later_does_not_count_in_a_replay(trading_house: House) -> None:
    accepted(trading_house, "before", DAY_FIRST)
    accepted(trading_house, "after", DAY_FIRST, seconds=60)
    witness = Recorded(trading_house.engine, None, at=later(30))

    assert date_habits.of_vendor(trading_house, document("new"), invoice(), witness=witness) == Habit(dmy=1)
    assert witness.asked_anew[-1] == "date_habit"
