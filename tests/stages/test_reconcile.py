"""Positions of a statement of account, held against what is here."""

from datetime import date
from decimal import Decimal

import pytest

from engine.model.document import DocumentType
from engine.model.duplicate import Signature
from engine.model.reconciled import Known
from engine.stages.duplicates import numbers
from engine.stages.matrix_examples import record_of
from engine.stages.reconcile import delta, reconcile

PAYMENT = {"document_kind": "payment", "credit": "5.00"}


def known(
    number: str, total: str, *, kind: DocumentType = "invoice", is_posted: bool = True, paid: bool = False, currency: str = "EUR"
) -> Known:  # fmt: skip
    claim = Signature(
        document_id=f"d-{number}", type=kind, number=number, total=Decimal(total), currency=currency,
        paid_on=date(2026, 10, 12) if paid else None,
    )  # fmt: skip
    return Known(claim=claim, is_posted=is_posted)


def standing(line: dict[str, str], *here: Known, more: tuple[dict[str, str], ...] = ()) -> str:
    record = record_of({"currency": "EUR", "total": "0.00", "lines": [line, *more]}, kind="vendor_statement")
    return reconcile(record, here)[0].standing


@pytest.mark.parametrize(
    ("line", "here", "wanted"),
    [
        ({"invoice_number": "RE-1", "amount": "10.00"}, known("RE-1", "10"), "posted"),
        ({"invoice_number": "RE 1", "amount": "10.00"}, known("RE-1", "10"), "posted"),
        ({"invoice_number": "RE-1", "amount": "10.00"}, known("RE-1", "10", is_posted=False), "in_hand"),
        ({"invoice_number": "RE-1", "amount": "11.00"}, known("RE-1", "10"), "differs"),
        ({"invoice_number": "RE-1", "amount": "10.00"}, known("RE-1", "10", currency="USD"), "differs"),
        ({"invoice_number": "RE-1", "amount": "10.00"}, known("RE-1", "10", paid=True), "paid"),
        ({"invoice_number": "RE-2", "amount": "10.00"}, known("RE-1", "10"), "missing"),
        ({"invoice_number": "RE-1", "open_amount": "4.00"}, known("RE-1", "10"), "posted"),
        ({"invoice_number": "RE-1", "open_amount": "14.00"}, known("RE-1", "10"), "differs"),
        ({"invoice_number": "RE-1", "amount": "10.00", "open_amount": "4.00"}, known("RE-1", "10"), "posted"),
        ({"invoice_number": "GS-1", "amount": "-10.00"}, known("GS-1", "10", kind="credit_note"), "posted"),
        ({"invoice_number": "GS-1", "document_kind": "credit_note", "credit": "9.00"}, known("GS-2", "10"), "missing"),
        ({"invoice_number": "RE-1", "amount": "10.00"}, known("RE-1", "10", kind="credit_note"), "missing"),
        ({"invoice_number": "ZE-4", "amount": "-10.00"}, known("RE-1", "10"), "payment"),
        ({"invoice_number": "RE-1"}, known("RE-1", "10"), "unread"),
        ({"amount": "10.00"}, known("RE-1", "10"), "unread"),
    ],
)  # fmt: skip
def test_what_is_known_of_a_position(line: dict[str, str], here: Known, wanted: str) -> None:
    assert standing(line, here) == wanted


def test_a_number_that_looks_alike_counts_where_the_amount_is_the_same() -> None:
    misread = {"invoice_number": "RE-100317", "amount": "10.00"}

    assert standing(misread, known("RE-100377", "10")) == "posted"
    assert standing(misread, known("RE-100377", "99")) == "missing"


def test_a_statement_of_thousands_of_positions_compares_each_with_few(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    compare = numbers.compare
    monkeypatch.setattr(numbers, "compare", lambda mine, theirs: compared.append(theirs) or compare(mine, theirs))  # type: ignore[func-returns-value]
    lines = [{"invoice_number": f"RE-{70000 + at}", "amount": f"{at}.50"} for at in range(2000)]
    record = record_of({"currency": "EUR", "total": "0.00", "lines": lines}, kind="vendor_statement")

    found = reconcile(record, [known(f"RE-{70000 + at}", f"{at}.50") for at in range(2000)])

    assert {one.standing for one in found} == {"posted"}
    assert len(compared) <= 4 * len(lines)


def test_of_a_list_of_movements_a_paid_invoice_is_no_question() -> None:
    line = {"invoice_number": "RE-1", "amount": "10.00"}

    assert standing(line, known("RE-1", "10", paid=True), more=(PAYMENT,)) == "posted"


@pytest.mark.parametrize(
    ("header", "lines", "wanted"),
    [
        ({"total": "15.00"}, [{"amount": "20.00"}, {"credit": "5.00"}], Decimal(0)),
        ({"total": "15.00", "opening_balance": "3.00"}, [{"amount": "12.00"}], Decimal(0)),
        ({"total": "15.00"}, [{"document_kind": "opening", "balance": "3.00"}, {"amount": "12.00"}], Decimal(0)),
        ({"total": "15.00"}, [{"amount": "99.00", "open_amount": "14.00"}], Decimal(1)),
        ({"total": "15.00"}, [{"invoice_number": "RE-1"}], None),
        ({}, [{"amount": "20.00"}], None),
    ],
)
def test_the_balance_comes_of_the_positions(
    header: dict[str, str], lines: list[dict[str, str]], wanted: Decimal | None
) -> None:
    assert delta(record_of({"currency": "EUR", **header, "lines": lines}, kind="vendor_statement")) == wanted
