from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.model.leakage import AcceptedInvoice
from engine.stages.leakage.candidate import candidate
from tests.stages.records import record

WHOLE: dict[str, Any] = {"total": "119.00", "currency": "EUR", "issue_date": "2026-02-01"}


def test_an_invoice_is_seen_with_total_date_and_whether_it_names_an_order() -> None:
    one = record(**WHOLE, po_number="PO-1")

    assert candidate(one, vendor="V") == AcceptedInvoice(
        document_id=one.document_id, vendor="V", currency="EUR", amount=Decimal("119.00"), issued_on=date(2026, 2, 1),
        has_order=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "vendor"),
    [
        ({}, None),
        ({"total": None}, "V"),
        ({"issue_date": "soon"}, "V"),
        ({"currency": None}, "V"),
        ({"type": "credit_note"}, "V"),
    ],
    ids=["no vendor", "no total", "no date", "no currency", "credit note"],
)
def test_what_is_not_known_cannot_be_seen(change: dict[str, Any], vendor: str | None) -> None:
    known = {name: value for name, value in (WHOLE | change).items() if value is not None}

    assert candidate(record(**known), vendor=vendor) is None
