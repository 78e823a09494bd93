"""The shipped ruleset on whole documents: what comes in, and where it goes."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.content.library import Library
from engine.model.decision import Decision
from engine.model.finding import Finding
from engine.model.record import Match
from engine.stages import judge
from engine.stages.decide import RuleBook
from engine.stages.facts.case import Case
from engine.stages.route import route
from engine.stages.validate import validate
from tests.stages.records import NO_ORDER, NO_VENDOR, field, matched, ordered, record

LIBRARY = Library.load(Path(__file__).parents[2], "dev")
FLOW = LIBRARY.flows["ap_invoice@1"]
RULESET = LIBRARY.rulesets[FLOW.ruleset]
BOOK = RuleBook(RULESET, LIBRARY.facts)
IBAN, OTHER_IBAN = "DE89370400440532013000", "GB29NWBK60161331926819"
VENDOR = matched("V1", vendor_iban=IBAN, currency="EUR")
ORDER = ordered("PO-1", vendor_id="V1", currency="EUR", total="100.00", status="open")
CLEAN: dict[str, Any] = {
    "invoice_number": "RE-1", "issue_date": "2026-02-01", "due_date": "2026-03-01", "currency": "EUR", "subtotal": "100.00",
    "tax_total": "19.00", "total": "119.00", "vendor_iban": IBAN, "vendor_tax_id": "DE123456788",
    "buyer_name": LIBRARY.environment.company.entities[0].name, "lines": [{"amount": "60.00"}, {"amount": "40.00"}],
    "taxes": [{"rate": "19", "base": "100.00", "amount": "19.00"}],
}  # fmt: skip
SEVERAL = Match(kind="vendor", outcome="several", candidates=VENDOR.candidates)


def decide(
    *extra: Any,
    vendor: Match = VENDOR,
    order: Match = NO_ORDER,
    claim_is_free: bool = True,
    same_fingerprint: bool = False,
    **change: Any,
) -> Decision:
    fields = {name: value for name, value in (CLEAN | change).items() if value is not None}
    one = record(*extra, **{name: value for name, value in fields.items() if name not in {f.name for f in extra}})
    found = validate(one, schema=LIBRARY.schemas["invoice"], tolerance_minor=RULESET.tolerances.sum_minor)
    case = Case(
        record=one, ruleset=RULESET, vendor=vendor, order=order, found=found, received_on=date(2026, 2, 10),
        entities=LIBRARY.environment.company.entities, claim_is_free=claim_is_free, same_fingerprint=same_fingerprint,
    )  # fmt: skip
    facts = judge.facts(case, LIBRARY.facts, LIBRARY.tables_of(RULESET))
    confidence = judge.document_confidence(one, RULESET)
    return route(BOOK.decide(facts), flow=FLOW, facts=facts, confidence=confidence, digests=LIBRARY.digests_of(FLOW))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"order": ORDER, "po_number": "PO-1"},
        {"type": "credit_note"},
        {"type": "credit_note", "subtotal": "-100.00", "tax_total": "-19.00", "total": "-119.00",
         "lines": [{"amount": "-100.00"}], "taxes": []},
        {"lines": [], "taxes": []},
        {"subtotal": None, "tax_total": None, "taxes": [], "lines": []},
        {"vendor_iban": None, "due_date": None, "vendor_tax_id": None, "buyer_name": None},
        {"vendor": matched("V1")},
        {"subtotal": "100.10", "tax_total": "19.01", "total": "119.11", "lines": [{"amount": "60.05"}, {"amount": "40.05"}],
         "taxes": [{"rate": "19", "base": "100.10", "amount": "19.01"}]},
    ],
    ids=["plain", "with its order", "credit note", "credit note in negative amounts", "no lines", "total only",
         "bare", "vendor without master data", "tax cut off at the cent"],
)  # fmt: skip
def test_a_sound_document_of_a_known_vendor_is_posted(change: dict[str, Any]) -> None:
    decision = decide(**change)

    assert (decision.route, decision.reasons) == ("post", ())


@pytest.mark.parametrize(
    ("change", "queue", "reason"),
    [
        ({"vendor": NO_VENDOR}, "ap_vendors", "vendor_unknown"),
        ({"vendor": SEVERAL}, "ap_vendors", "vendor_ambiguous"),
        ({"vendor_iban": OTHER_IBAN}, "ap_fraud", "iban_changed"),
        ({"vendor_iban": OTHER_IBAN, "total": "999.00"}, "ap_fraud", "iban_changed"),
        ({"vendor_iban": "DE89370400440532013001"}, "ap_data", "iban_invalid"),
        ({"vendor_tax_id": "DE123456789"}, "ap_data", "vat_id_invalid"),
        ({"total": "119.01"}, "ap_data", "amounts_wrong"),
        ({"lines": [{"amount": "60.00"}]}, "ap_data", "amounts_wrong"),
        ({"taxes": [{"rate": "7", "base": "100.00", "amount": "19.00"}]}, "ap_data", "amounts_wrong"),
        ({"invoice_number": None}, "ap_data", "mandatory_missing"),
        ({"total": None}, "ap_data", "mandatory_missing"),
        ({"issue_date": "1.2.26"}, "ap_data", "form_wrong"),
        ({"due_date": "2026-01-31"}, "ap_data", "due_before_issue"),
        ({"issue_date": "2026-02-18"}, "ap_data", "issued_in_future"),
        ({"issue_date": "2016-02-01"}, "ap_data", "issued_long_ago"),
        ({"total": "0.00", "subtotal": "0.00", "tax_total": "0.00", "lines": [], "taxes": []}, "ap_data", "invoice_not_positive"),
        ({"type": "credit_note", "subtotal": "-100.00", "lines": [], "taxes": []}, "ap_data", "amounts_wrong"),
        ({"currency": "USD"}, "ap_data", "currency_not_of_vendor"),
        ({"buyer_name": "Somebody Else Ltd"}, "intake", "buyer_is_other"),
        ({"type": "purchase_order"}, "intake", "type_unfit"),
        ({"type_confidence": 0.3}, "intake", "type_unsure"),
        ({"claim_is_free": False}, "ap_duplicates", "number_used_twice"),
        ({"subtotal": "4202.00", "tax_total": "798.01", "total": "5000.01", "lines": [], "taxes": []}, "procurement", "large_without_order"),
        ({"currency": "ISK", "vendor": matched("V1")}, "procurement", "large_without_order"),
        ({"po_number": "PO-9", "order": Match(kind="purchase_order", outcome="none")}, "procurement", "order_unknown"),
        ({"po_number": "PO-1", "order": ordered("PO-1", vendor_id="V2")}, "procurement", "order_of_other_vendor"),
        ({"po_number": "PO-1", "order": ordered("PO-1", vendor_id="V1", status="closed")}, "procurement", "order_not_open"),
        ({"po_number": "PO-1", "order": ordered("PO-1", vendor_id="V1", currency="CHF")}, "procurement", "order_currency_differs"),
        ({"po_number": "PO-1", "order": ordered("PO-1", vendor_id="V1", currency="EUR", total="99.97")}, "procurement", "order_exceeded"),
        ({"findings": (Finding(code="contradiction", severity="error", message="m", fields=("total",)),)}, "ap_fraud", "print_contradicts_data"),
        ({"findings": (Finding(code="ocr_timeout", severity="error", message="m"),)}, "ap_data", "other_error"),
    ],
)  # fmt: skip
def test_what_is_wrong_goes_to_the_team_that_owns_it(change: dict[str, Any], queue: str, reason: str) -> None:
    decision = decide(**change)

    assert (decision.route, decision.queue, decision.reasons[0]) == ("review", queue, reason)


def test_a_doubtful_reading_is_looked_at_and_named() -> None:
    decision = decide(field("total", "119.00", confidence=0.79))

    assert (decision.queue, decision.reasons) == ("ap_data", ("reading_unsure",))
    assert next(rule.fields for rule in decision.rules if rule.id == "reading_unsure") == ("total",)
    assert decision.confidence == 0.79


def test_the_same_document_again_is_a_duplicate_even_when_something_else_is_wrong() -> None:
    decision = decide(claim_is_free=False, same_fingerprint=True, vendor_iban=OTHER_IBAN)

    assert (decision.route, decision.queue, decision.reasons) == ("duplicate", None, ("duplicate",))


def test_a_vendor_without_an_account_on_file_is_noted_but_posted() -> None:
    decision = decide(vendor=matched("V1", currency="EUR"))

    assert decision.route == "post"
    assert [rule.id for rule in decision.rules if rule.fired] == ["iban_not_on_file"]


def test_every_queue_of_the_rules_belongs_to_a_team() -> None:
    assert all(FLOW.queues[queue] for queue in RULESET.queues)


def test_the_company_of_the_demo_is_the_buyer_on_the_samples() -> None:
    from admin.samples.world import company

    (ours,) = LIBRARY.environment.company.entities
    buyer = company()

    assert (ours.code, ours.name, ours.tax_id, ours.country) == (buyer.id, buyer.name, buyer.tax_id, buyer.country)
