import json
from pathlib import Path
from typing import Any

import pytest

from engine.model.finding import Finding
from engine.model.record import Record
from engine.stages.validate import iban_is_valid, tax_id_is_valid, validate
from tests.stages.records import record

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "mappings" / "canonical" / "invoice.schema.json").read_text(encoding="utf-8")
)
GOOD: dict[str, Any] = {
    "invoice_number": "RE-1", "issue_date": "2026-01-31", "due_date": "2026-02-28", "currency": "EUR",
    "subtotal": "100.00", "tax_total": "19.00", "total": "119.00",
}  # fmt: skip


def check(one: Record, *, tolerance_minor: int = 2) -> tuple[Finding, ...]:
    return validate(one, schema=SCHEMA, tolerance_minor=tolerance_minor)


def codes(one: Record, *, tolerance_minor: int = 2) -> list[str]:
    return [finding.code for finding in check(one, tolerance_minor=tolerance_minor)]


def test_a_sound_invoice_has_no_findings() -> None:
    sound = record(
        lines=[{"amount": "100.00"}], taxes=[{"rate": "19", "base": "100.00", "amount": "19.00"}],
        vendor_iban="DE89370400440532013000", vendor_tax_id="DE123456788", **GOOD,
    )  # fmt: skip

    assert check(sound) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": "119.03"}, "sum_total"),
        ({"due_date": "2026-01-30"}, "due_before_issue"),
        ({"vendor_iban": "DE89370400440532013001"}, "iban_invalid"),
        ({"vendor_iban": "DE8937040044"}, "iban_invalid"),
        ({"vendor_tax_id": "DE123456789"}, "tax_id_invalid"),
        ({"buyer_tax_id": "ATU00000000"}, "tax_id_invalid"),
        ({"issue_date": "31.01.2026"}, "schema_error"),
        ({"currency": "Euro"}, "schema_error"),
        ({"surprise": "x"}, "schema_error"),
    ],
)
def test_what_is_wrong_with_a_field_is_one_finding(change: dict[str, Any], code: str) -> None:
    assert codes(record(**GOOD | change)) == [code]


@pytest.mark.parametrize("missing", ["invoice_number", "issue_date", "currency", "total"])
def test_a_required_field_that_is_not_there_is_a_finding(missing: str) -> None:
    fields: dict[str, Any] = {name: value for name, value in GOOD.items() if name != missing}

    found = check(record(**fields))

    assert [(finding.code, finding.fields) for finding in found] == [("missing_field", (missing,))]


def test_each_of_several_missing_fields_is_told() -> None:
    found = check(record())

    assert {name for finding in found for name in finding.fields} == {
        "invoice_number",
        "issue_date",
        "currency",
        "total",
    }


def test_lines_and_taxes_that_do_not_add_up_are_findings() -> None:
    wrong = record(lines=[{"amount": "90.00"}], taxes=[{"rate": "7", "base": "100.00", "amount": "19.00"}], **GOOD)

    assert codes(wrong) == ["sum_lines", "sum_tax", "sum_tax"]  # the base is not that of the lines either


@pytest.mark.parametrize(("tolerance", "expected"), [(0, ["sum_total"]), (1, ["sum_total"]), (2, []), (3, [])])
def test_the_tolerance_is_the_largest_difference_that_passes(tolerance: int, expected: list[str]) -> None:
    assert codes(record(**GOOD | {"total": "119.02"}), tolerance_minor=tolerance) == expected


def test_a_finding_shows_the_sum_it_tried() -> None:
    (finding,) = check(record(**GOOD | {"total": "120.00"}))

    assert finding.evidence == (("subtotal + tax", "119.00"), ("total", "120.00"), ("difference", "1.00"))
    assert finding.fields == ("total",)


def test_a_schema_finding_names_the_path_of_the_value() -> None:
    (finding,) = check(record(lines=[{"amount": "100.00"}, {"amount": "zero"}], **GOOD))

    assert (finding.code, finding.fields) == ("schema_error", ("lines[1].amount",))


def test_thousands_of_wrong_lines_do_not_flood_the_story() -> None:
    assert len(check(record(lines=[{"amount": "x"}] * 5000, **GOOD))) == 20


@pytest.mark.parametrize("number", ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19", "gb29nwbk60161331926819"])
def test_an_iban_with_a_right_checksum_is_valid(number: str) -> None:
    assert iban_is_valid(number)


@pytest.mark.parametrize("number", ["", "DE", "DE89370400440532013001", "XX89370400440532013000", "370400440532013000"])
def test_an_iban_with_a_wrong_checksum_length_or_country_is_not(number: str) -> None:
    assert not iban_is_valid(number)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("DE123456788", True), ("DE 123 456 788", True), ("de123456788", True), ("DE123456789", False), ("DE12345678", False),
        ("ATU13585627", True), ("ATU13585626", False), ("FR83404833048", True), ("FR84404833048", False),
        ("EL094259216", True), ("EL094259215", False), ("GB980780684", True), ("GB802311781", False),
        ("XI980780684", True), ("CHE107787577IVA", True), ("CHE-107.787.577", True), ("CHE107787578", False),
        ("NO995525828MVA", True), ("NO995525828", True), ("NL004495445B01", True), ("NL123456789B90", False),
        ("IT00743110157", True), ("IT00743110158", False), ("ESB58378431", True), ("BE0428759497", True),
        ("US12-3456789", None), ("12/345/67890", None), ("", None), ("JP1234567890123", None), ("DEUTSCH", False),
    ],
)  # fmt: skip
def test_a_vat_id_is_judged_by_the_scheme_of_its_country_if_there_is_one(number: str, expected: bool | None) -> None:
    assert tax_id_is_valid(number) is expected
