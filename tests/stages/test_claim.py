from typing import Any

import pytest

from engine.content.flow import Flow
from engine.stages.claim import business_key, fingerprint
from tests.stages.records import NO_VENDOR, matched, record

FLOW = Flow.model_validate(
    {
        "name": "ap_invoice", "version": 1, "when": {"types": ["invoice"]}, "record": "invoice", "ruleset": "ap_invoice@1",
        "queues": {"ap_data": "Data"}, "business_key": "{vendor_id}/{invoice_number}",
        "sends": [{"target": "erp", "object": "vendor_invoice", "mapping": "files.x@1"}],
    }
)  # fmt: skip


@pytest.mark.parametrize("number", ["RE-2026/0815", "re 2026 0815", "RE20260815", "\uff32\uff2520260815"])
def test_one_number_written_differently_is_one_claim(number: str) -> None:
    assert business_key(record(invoice_number=number), flow=FLOW, vendor=matched("V1")) == "invoice/V1/RE20260815"


def test_a_claim_needs_vendor_and_number() -> None:
    assert business_key(record(invoice_number="1"), flow=FLOW, vendor=NO_VENDOR) is None
    assert business_key(record(), flow=FLOW, vendor=matched("V1")) is None
    assert business_key(record(invoice_number="---"), flow=FLOW, vendor=matched("V1")) is None


def test_a_vendor_id_keeps_its_own_spelling() -> None:
    assert business_key(record(invoice_number="1"), flow=FLOW, vendor=matched("v-1")) == "invoice/v-1/1"


@pytest.mark.parametrize("change", [{"total": "120"}, {"issue_date": "2026-02-01"}, {"currency": "USD"}])
def test_another_amount_date_or_currency_is_another_document(change: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"total": "119.00", "issue_date": "2026-01-31", "currency": "EUR"}

    assert fingerprint(record(**fields)) != fingerprint(record(**fields | change))


def test_a_credit_note_is_not_the_invoice_of_the_same_number() -> None:
    invoice, credit = record(invoice_number="1"), record(invoice_number="1", type="credit_note")

    assert business_key(invoice, flow=FLOW, vendor=matched()) != business_key(credit, flow=FLOW, vendor=matched())


def test_a_type_that_was_corrected_shows_in_the_fingerprint() -> None:
    assert fingerprint(record(total="1")) != fingerprint(record(total="1", type="credit_note"))


def test_trailing_zeros_make_no_other_document() -> None:
    assert fingerprint(record(total="119.00")) == fingerprint(record(total="119"))
