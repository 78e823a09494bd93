from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.content.environment import Entity
from engine.content.facts import LARGEST, load_facts
from engine.content.ruleset import Ruleset
from engine.model.decision import FactValue
from engine.model.field import Alternative, Field
from engine.model.finding import Finding, Severity
from engine.model.record import Match, Record
from engine.stages.facts.case import FUNCTIONS, Case, permille
from engine.stages.judge import document_confidence, facts
from tests.stages.records import NO_ORDER, NO_VENDOR, field, matched, ordered, record

CATALOGUE = load_facts(Path(__file__).parents[2] / "rules" / "facts.yaml")
RULESET = Ruleset.model_validate(
    {
        "name": "tried", "version": 1, "confidence": {"default": "0.50", "fields": {"total": "0.80", "vendor_iban": "0.60"}},
        "mandatory": ["invoice_number", "total"], "match": {"vendor": ["tax_id"]}, "tolerances": {"sum_minor": 2},
        "limits": {"large_without_order": {"EUR": "5000.00", "CHF": "unlimited", "GBP": "0.00"}},
        "rules": [
            {
                "id": "r", "name": "n", "why": "w", "when": "has_order", "then": {}, "severity": "info", "message": "m",
                "examples": [{"fires": {}}, {"passes": {}}],
            }
        ],
    }
)  # fmt: skip
OURS = (Entity(code="1000", name="Muster Handels GmbH", tax_id="DE123456788", country="DE", aliases=("Muster KG",)),)
ARRIVED = date(2026, 3, 1)
IBAN, OTHER_IBAN = "DE89370400440532013000", "GB29NWBK60161331926819"


def judge(
    one: Record, *, findings: Sequence[Finding] = (), vendor: Match = NO_VENDOR, order: Match = NO_ORDER, **more: Any
) -> dict[str, FactValue]:
    rest: dict[str, Any] = {"entities": OURS, "received_on": ARRIVED} | more
    case = Case(record=one, found=tuple(findings), vendor=vendor, order=order, ruleset=RULESET, **rest)
    return facts(case, CATALOGUE)


def finding(code: str, *fields: str, severity: Severity = "error") -> Finding:
    return Finding(code=code, severity=severity, message="m", fields=fields)


def test_the_catalogue_and_the_functions_hold_the_same_facts() -> None:
    repeating = {name for name, fact in CATALOGUE.facts.items() if fact.field}

    assert set(CATALOGUE.computed) - set(CATALOGUE.tabled) - repeating == set(FUNCTIONS)


def test_an_empty_record_has_every_fact_and_only_those_are_missing_that_may_be() -> None:
    found = judge(record())

    assert set(found) == set(CATALOGUE.computed)
    assert [name for name, value in found.items() if CATALOGUE[name].refuse(value)] == []


def test_a_full_record_has_facts_of_the_right_kind() -> None:
    full = record(
        invoice_number="1", issue_date="2026-02-01", due_date="2026-03-01", currency="EUR", subtotal="100.00",
        tax_total="19.00", total="119.00", vendor_iban=IBAN, vendor_tax_id="DE123456788", po_number="PO-1",
        buyer_name="Muster KG", lines=[{"amount": "100.00"}], taxes=[{"rate": "19", "base": "100", "amount": "19"}],
    )  # fmt: skip
    order = ordered(vendor_id="V1", currency="EUR", total="100.00", status="open")

    found = judge(full, vendor=matched("V1", vendor_iban=IBAN, currency="EUR"), order=order)

    assert [name for name, value in found.items() if CATALOGUE[name].refuse(value)] == []
    assert [name for name, value in found.items() if value is None] == [
        "aside", "missing_fields", "unsure_fields", "schema_error_fields", "contradiction_fields", "einvoice_broken_rules",
        "other_errors", "unexplained_where", "rounding_open", "rounding_has_changed", "exchange_rate_missing", "ambiguous_dates", "ambiguous_amounts", "due_date_by_terms", "vendor_probability", "customer_candidates", "customer_probability", "customer_name_differs", "party_status", "buyer_tax_id_is_valid", "is_same_as_first", "duplicate_outcome", "duplicate_permille", "duplicate_of",
        "duplicate_agrees", "duplicate_differs", "corrects_uncredited", "corrected_number", "consent", "payment_age_days",
        "changed_fields", "changes", "stated_otherwise", "unread_fields", "new_iban_is_valid", "new_tax_id_is_valid", "effective_in_past_days",
        "buyer_signature", "vendor_signature", "start_in_past_days", "term_disagrees", "lines_without_unit",
        "tax_id", "tax_number", "expired_days", "missing_papers", "papers_disagree", "patience", "screening_hits", "screening_age_days",
        "items_unknown", "items_several", "items_not_open", "lines_without_list_price", "below_list_permille",
            "above_list_permille", "below_list_minor", "list_price_differences", "terms_beyond_agreed", "position_count", "positions_missing", "positions_differing", "positions_paid", "positions_in_hand", "positions_unread",
        "unsure_positions", "statement_delta_minor",
        "merchant", "line_words", "merchant_country", "employee", "expense_category", "employee_role", "expense_approval",
        "match_outcome", "unmatched_lines", "match_alternative", "order_failures", "order_price_excess_minor",
        "order_price_differences", "over_ordered", "over_received", "over_amount_minor", "charge_excess_minor",
        "item_differs", "waits_for_receipt", "wait_is_over", "lines_without_quantity", "lines_without_item", "lines_without_price", "unsure_quantities", "skipped_positions", "received_before",
        "tolerance_outcome", "tolerances_exceeded", "tolerance_messages", "tolerance_release", "leaks_inside_tolerance",
        "leaking_items", "is_split_below_limit", "crowds_below_limit", "approval_level",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["NaN", "1e400", "9" * 40, "Infinity", "twelve"])
def test_absurd_amounts_and_dates_break_nothing(text: str) -> None:
    found = judge(record(total=text, subtotal=text, tax_total=text, issue_date=text, due_date=text, vendor_iban=text))

    assert [name for name, value in found.items() if CATALOGUE[name].refuse(value)] == []


def test_an_amount_beyond_all_bounds_is_the_largest() -> None:
    assert judge(record(total="9" * 40))["total_minor"] == LARGEST


@pytest.mark.parametrize(
    ("one", "name", "expected"),
    [
        (record(total="12.34", currency="EUR"), "total_minor", 1234),
        (record(total="1234", currency="JPY"), "total_minor", 1234),
        (record(total="1.234", currency="KWD"), "total_minor", 1234),
        (record(total="0.1", subtotal="0.3"), "subtotal_minor", 30),
        (record(type="credit_note"), "document_type", "credit_note"),
        (record(type_confidence=0.4567), "type_confidence", 456),
        (record(field("total", "1", how="embedded")), "is_embedded", True),
        (record(total="1"), "is_embedded", False),
        (record(total="1"), "missing_fields", "invoice_number"),
        (record(total="1", invoice_number=""), "missing_count", 1),
        (record(field("total", "1", confidence=0.799)), "unsure_fields", "total"),
        (record(field("total", "1", confidence=0.8)), "unsure_fields", None),
        (record(field("invoice_number", "1", confidence=0.499)), "unsure_count", 1),
        (record(field("vendor_iban", IBAN, confidence=0.59)), "unsure_fields", "vendor_iban"),
        (record(field("vendor_name", "x", confidence=0.01)), "unsure_fields", None),
        (record(field("total", "1", confidence=0.7), invoice_number="1"), "lowest_confidence", 700),
        (record(total="1", subtotal="-1"), "signs_agree", False),
        (record(total="-1", subtotal="-1", tax_total="0"), "signs_agree", True),
        (record(total="5000.00", currency="EUR"), "exceeds_order_free_limit", False),
        (record(total="5000.01", currency="EUR"), "exceeds_order_free_limit", True),
        (record(total="-5000.01", currency="EUR"), "exceeds_order_free_limit", True),
        (record(total="999999", currency="CHF"), "exceeds_order_free_limit", False),
        (record(total="0.01", currency="GBP"), "exceeds_order_free_limit", True),
        (record(total="0.01", currency="USD"), "exceeds_order_free_limit", None),
        (record(currency="EUR"), "exceeds_order_free_limit", None),
        (record(issue_date="2026-02-01", due_date="2026-01-31"), "due_before_issue", True),
        (record(issue_date="2026-02-01", due_date="2026-02-01"), "due_before_issue", False),
        (record(issue_date="2026-02-01"), "due_before_issue", None),
        (record(issue_date="2026-02-26"), "issue_age_days", 3),
        (record(issue_date="2026-03-02"), "issue_age_days", -1),
        (record(issue_date="2026-02-30"), "issue_age_days", None),
        (record(vendor_iban=IBAN), "iban_is_valid", True),
        (record(vendor_iban="DE00"), "iban_is_valid", False),
        (record(), "iban_is_valid", None),
        (record(vendor_tax_id="DE123456789"), "vendor_tax_id_is_valid", False),
        (record(vendor_tax_id="US1"), "vendor_tax_id_is_valid", None),
        (record(buyer_tax_id="DE 123456788"), "buyer", "ours"),
        (record(buyer_name="MUSTER HANDELS-GMBH"), "buyer", "ours"),
        (record(buyer_name="Muster KG"), "buyer", "ours"),
        (record(buyer_name="Nachbar AG"), "buyer", "other"),
        (record(buyer_tax_id="DE111111109"), "buyer", "other"),
        (record(), "buyer", "unknown"),
        (record(po_number="PO-1"), "has_order", True),
        (record(lines=[{"po_number": "PO-1"}]), "has_order", True),
        (record(), "has_order", False),
        (record(lines=[{"amount": "1"}, {"amount": "2"}]), "line_count", 2),
        (record(lines=[{"amount": "1"}], subtotal="2.50"), "lines_delta_minor", 150),
        (record(subtotal="1", tax_total="1", total="2.50"), "total_delta_minor", 50),
        (record(taxes=[{"rate": "10", "base": "10", "amount": "2"}]), "tax_delta_minor", 100),
    ],
)  # fmt: skip
def test_a_fact_says_what_the_record_holds(one: Record, name: str, expected: FactValue) -> None:
    assert judge(one)[name] == expected


def test_findings_become_facts() -> None:
    found = judge(
        record(findings=(finding("contradiction", "total"),)),
        findings=[
            finding("schema_error", "issue_date"), finding("schema_error"), finding("type_contradiction", severity="warning"),
            finding("ocr_timeout"), finding("sum_total"), finding("several_values", severity="info"),
            finding("several_embedded_invoices", severity="warning"), finding("missing_field", "due_date"),
        ],
    )  # fmt: skip

    assert (found["schema_error_count"], found["schema_error_fields"]) == (2, "issue_date, the record")
    assert (found["contradiction_count"], found["contradiction_fields"]) == (2, "total")
    assert (found["other_error_count"], found["other_errors"]) == (2, "ocr_timeout, several_embedded_invoices")
    assert found["missing_fields"] == "invoice_number, total, due_date"


def test_broken_rules_of_an_e_invoice_are_a_fact_of_their_own_and_warnings_are_none() -> None:
    rule = finding("en16931_rule").model_copy(update={"evidence": (("rule", "BR-CO-25"),)})
    found = judge(record(), findings=[rule, finding("einvoice_schema"), finding("en16931_rule", severity="warning")])

    assert (found["einvoice_error_count"], found["einvoice_broken_rules"]) == (2, "BR-CO-25, einvoice_schema")
    assert found["other_error_count"] == 0


@pytest.mark.parametrize(
    ("printed", "known", "expected"),
    [
        (field("vendor_iban", IBAN), IBAN, False),
        (field("vendor_iban", IBAN), "DE89 3704 0044 0532 0130 00", False),
        (field("vendor_iban", IBAN), f"{OTHER_IBAN}; {IBAN}", False),
        (field("vendor_iban", OTHER_IBAN), IBAN, True),
        (field("vendor_iban", OTHER_IBAN), "", None),
        (field("vendor_name", "x"), IBAN, None),
    ],
)
def test_an_account_differs_only_from_accounts_on_file(printed: Field, known: str, expected: bool | None) -> None:
    assert judge(record(printed), vendor=matched(vendor_iban=known))["iban_differs"] is expected


def test_a_document_that_also_shows_the_account_on_file_does_not_differ() -> None:
    other = Alternative(value=IBAN, raw=IBAN, confidence=0.5)
    printed = field("vendor_iban", OTHER_IBAN).model_copy(update={"alternatives": (other,)})

    assert judge(record(printed), vendor=matched(vendor_iban=IBAN))["iban_differs"] is False


@pytest.mark.parametrize(
    "vendor", [NO_VENDOR, Match(kind="vendor", outcome="several", candidates=matched().candidates)]
)
def test_without_one_vendor_nothing_of_master_data_is_known(vendor: Match) -> None:
    found = judge(record(vendor_iban=IBAN, currency="EUR"), vendor=vendor)

    assert [found[name] for name in ("iban_differs", "iban_on_file", "currency_differs_from_vendor")] == [None] * 3


@pytest.mark.parametrize(
    ("attributes", "name", "expected"),
    [
        ({"vendor_id": "V1"}, "order_is_of_other_vendor", False),
        ({"vendor_id": "V2"}, "order_is_of_other_vendor", True),
        ({"status": "Open"}, "order_status", "open"),
        ({"status": "approved"}, "order_status", "other"),
        ({}, "order_status", None),
        ({"currency": "USD"}, "currency_differs_from_order", True),
        ({"total": "90.00", "currency": "EUR"}, "order_excess_minor", 1000),
        ({"total": "100.00", "currency": "EUR"}, "order_excess_minor", 0),
        ({"total": "500.00", "open_amount": "60.00", "currency": "EUR"}, "order_excess_minor", 4000),
        ({"total": "90.00", "currency": "USD"}, "order_excess_minor", None),
        ({"total": "many", "currency": "EUR"}, "order_excess_minor", None),
        ({}, "order_excess_minor", None),
    ],
)  # fmt: skip
def test_an_order_is_compared_with_the_document(attributes: dict[str, str], name: str, expected: FactValue) -> None:
    one = record(subtotal="100.00", total="119.00", currency="EUR", po_number="PO-1")

    assert judge(one, vendor=matched("V1"), order=ordered(**attributes))[name] == expected


def test_a_credit_note_exceeds_no_order() -> None:
    one = record(type="credit_note", total="100", currency="EUR")

    assert judge(one, order=ordered(total="1", currency="EUR"))["order_excess_minor"] is None


@pytest.mark.parametrize(
    ("free", "same", "expected"),
    [(True, False, (True, None)), (False, True, (False, True)), (False, False, (False, False))],
)
def test_a_claim_that_is_taken_is_compared_with_the_first(
    free: bool, same: bool, expected: tuple[FactValue, ...]
) -> None:
    found = judge(record(), claim_is_free=free, same_fingerprint=same)

    assert (found["is_first_claim"], found["is_same_as_first"]) == expected


def test_without_a_day_of_arrival_the_age_is_not_known() -> None:
    assert judge(record(issue_date="2026-01-01"), received_on=None)["issue_age_days"] is None


def test_the_document_is_as_sure_as_its_least_sure_needed_field() -> None:
    one = record(field("total", "1", confidence=0.9), field("vendor_name", "x", confidence=0.1), invoice_number="1")

    assert document_confidence(one, RULESET) == 0.9
    assert document_confidence(record(total="1"), RULESET) == 0.0


@pytest.mark.parametrize(("confidence", "expected"), [(0.29, 290), (1.0, 1000), (0.0, 0), (0.7999, 799), (0.58, 580)])
def test_a_probability_is_counted_in_thousandths_without_binary_dust(confidence: float, expected: int) -> None:
    assert permille(confidence) == expected
