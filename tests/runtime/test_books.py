"""Exchange rates of the master data where money is compared across currencies."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from engine.model.master_kinds import kind
from engine.model.record import Record
from engine.runtime import gathering
from engine.runtime.books import books_of
from engine.runtime.gathering import Gathered
from engine.runtime.house import House
from engine.runtime.witness import Live, Recorded
from engine.store import documents, masterdata
from engine.store.database import transaction
from tests.stages.records import record
from tests.store.factories import document

OURS = "DE250815845"
"""Tax id of the company in the environment for developers."""


def keep(house: House, name: str, *rows: Mapping[str, str]) -> None:
    with transaction(house.engine) as tx:
        masterdata.write(tx, kind(name), [dict(row) for row in rows])


def rated(house: House, rate: str, day: str) -> None:
    row = {"from_currency": "ISK", "to_currency": "EUR", "date": day, "rate": rate, "per": "100"}
    keep(house, "exchange_rates", row)


def billed(price: str = "1000") -> Record:
    """Return an invoice of ten bolts in krónur, which no limit is written in."""
    amount = f"{10 * int(price)}"
    line = {
        "item_code": "A1",
        "description": "Bolt",
        "quantity": "10",
        "unit": "C62",
        "unit_price": price,
        "amount": amount,
    }
    return record(
        currency="ISK", po_number="PO-9", vendor_tax_id="IS1", invoice_number="7", issue_date="2026-05-10",
        buyer_tax_id=OURS, total=amount, lines=[line],
    )  # fmt: skip


def gathered(house: House, invoice: Record) -> Gathered:
    """Gather what an invoice is judged by, of a vendor and an order that are known."""
    keep(house, "vendors", {"id": "V9", "name": "Bolt ehf.", "tax_id": "IS1", "currency": "ISK"})
    keep(house, "orders", {"number": "PO-9", "vendor_id": "V9", "currency": "ISK", "status": "open"})
    keep(
        house, "order_lines",
        {
            "number": "PO-9", "line": "10", "item_code": "A1", "description": "Bolt", "quantity": "10", "unit": "C62",
            "unit_price": "1000", "receipt_required": "false",
        },
    )  # fmt: skip
    one = document("bolts")
    with transaction(house.engine) as tx:
        documents.add(tx, one)
    return gathering.recalled(
        house,
        one,
        invoice,
        house.library.flows["ap_invoice@1"],
        witness=Recorded(house.engine, None, at=one.received_at),
    )


def test_the_rate_of_the_day_of_issue_counts(empty_house: House) -> None:
    rated(empty_house, "0.60", "2026-01-01")
    rated(empty_house, "0.70", "2026-05-01")
    rated(empty_house, "0.80", "2026-05-11")

    books = books_of(Live(empty_house.engine), document("new"), billed(), empty_house.library.environment)

    assert (books.currency, books.rate) == ("EUR", Decimal("0.0070"))


@pytest.mark.parametrize(("price", "passes"), [("1010", True), ("1500", False)], ids=["within ours", "beyond ours"])
def test_a_difference_is_held_against_our_limit_at_the_rate(empty_house: House, price: str, passes: bool) -> None:
    rated(empty_house, "0.70", "2026-05-01")

    found = gathered(empty_house, billed(price)).case

    assert [(one.check, one.passes) for one in found.verdicts or () if one.difference.kind == "price"] == [
        ("PP", passes)
    ]


def test_without_a_rate_nothing_is_let_pass_and_it_is_said(empty_house: House) -> None:
    found = gathered(empty_house, billed("1010")).case

    assert [(one.check, one.severity) for one in found.verdicts or ()] == [("incomparable", "hard")]
    assert [one.code for one in found.coded("exchange_rate_missing")] == ["exchange_rate_missing"]


def test_a_limit_in_our_currency_sees_what_an_invoice_is_worth(empty_house: House) -> None:
    rated(empty_house, "0.70", "2026-05-01")

    assert gathered(empty_house, billed()).case.held_against(["EUR"], "total") == ("EUR", Decimal("70.00"))
