import pytest

from engine.model.field import Field
from engine.model.page import Code, Page
from engine.model.record import Extraction
from engine.stages.contradict.code_check import check_codes
from engine.stages.contradict.printed import PrintedText
from tests.stages.contradict.papers import IBAN, OTHER_IBAN, extraction, girocode, page, seen

PRINT = f"Rechnung RE-4711 vom 01.03.2026\nGesamt 119,00 EUR\nIBAN {IBAN[:4]} {IBAN[4:8]} {IBAN[8:12]} {IBAN[12:16]} {IBAN[16:20]} {IBAN[20:]}"
PORTUGUESE = (
    "A:500100144*B:999999990*C:PT*D:FT*E:N*F:20260301*G:FT {number}*H:X-1*I1:PT*N:19.00*O:{total}*Q:abcd*R:9999"
)


def check(paper: Page, *fields: Field) -> Extraction:
    return check_codes(extraction(*fields), (paper,), PrintedText((paper,)))


def found(result: Extraction) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.code, finding.fields) for finding in result.findings]


def test_a_code_that_agrees_makes_its_values_sure() -> None:
    result = check(page(PRINT, codes=(girocode(),)), seen("total", "119.00", 0.7), seen("vendor_iban", IBAN, 0.7))

    assert found(result) == []
    assert [field.confidence for field in result.fields[:2]] == [0.97, 0.97]


def test_an_account_that_is_printed_nowhere_is_disputed_with_both_readings() -> None:
    result = check(page(PRINT, codes=(girocode(iban=OTHER_IBAN),)), seen("vendor_iban", IBAN))

    (finding,) = result.findings
    account = result.get("vendor_iban")
    assert (finding.code, finding.severity, finding.fields) == ("contradiction", "error", ("vendor_iban",))
    assert dict(finding.evidence)["code"] == OTHER_IBAN
    assert dict(finding.evidence)["code at"] == "page 1 (400, 600, 480, 680)"
    assert dict(finding.evidence)["printed"] == IBAN
    assert account is not None
    assert (account.value, account.confidence, account.alternatives[0].value) == (IBAN, 0.3, OTHER_IBAN)


def test_an_account_is_disputed_even_where_none_was_recognised_as_the_vendors() -> None:
    result = check(page(PRINT, codes=(girocode(iban=OTHER_IBAN),)))

    assert found(result) == [("contradiction", ("vendor_iban",))]
    assert result.get("vendor_iban") is None


def test_one_of_several_printed_accounts_is_no_dispute() -> None:
    result = check(page(f"{PRINT}\nIBAN {OTHER_IBAN}", codes=(girocode(iban=OTHER_IBAN),)), seen("vendor_iban", IBAN))

    assert found(result) == []


@pytest.mark.parametrize(
    ("amount", "is_disputed"), [("191.00", True), ("119.00", False)], ids=["another", "the same"]
)  # fmt: skip
def test_an_amount_that_is_printed_nowhere_is_disputed(amount: str, is_disputed: bool) -> None:
    result = check(page(PRINT, codes=(girocode(amount=amount),)), seen("total", "119.00"))

    assert found(result) == ([("contradiction", ("total",))] if is_disputed else [])


def test_a_code_for_what_is_left_to_pay_is_no_dispute_when_that_is_printed() -> None:
    paper = page(f"{PRINT}\nbei Zahlung in 10 Tagen 116,62 EUR", codes=(girocode(amount="116.62"),))

    assert found(check(paper, seen("total", "119.00"))) == []


def test_print_that_is_hard_to_read_accuses_no_code_but_gives_way_to_it() -> None:
    code = PORTUGUESE.format(number="A/4711", total="119.00")
    result = check(page("Total 179,00", codes=(code,), how="ocr"), seen("total", "179.00", 0.5))

    total = result.get("total")
    assert found(result) == []
    assert total is not None
    assert (total.value, [other.value for other in total.alternatives], total.provenance.by) == (
        "119.00", ["179.00"], "code:portuguese",
    )  # fmt: skip


def test_a_code_fills_what_was_not_read() -> None:
    result = check(page("Muster", codes=(PORTUGUESE.format(number="A/4711", total="119.00"),)))

    assert {field.name: field.value for field in result.fields} == {
        "vendor_tax_id": "PT500100144", "invoice_number": "FT A/4711", "issue_date": "2026-03-01", "tax_total": "19.00",
        "total": "119.00", "currency": "EUR",
    }  # fmt: skip
    assert all(field.provenance.page == 1 and field.provenance.box for field in result.fields)


@pytest.mark.parametrize(
    ("number", "printed", "is_disputed"),
    [("A/4711", "A/4711", False), ("A/4711", "4711", False), ("A/4711", "A/4712", True)],
    ids=["same", "without its series", "another"],
)
def test_the_number_in_a_fiscal_code_is_held_against_the_print(number: str, printed: str, is_disputed: bool) -> None:
    paper = page(
        f"Fatura {printed} 2026-03-01 119,00 19,00 500100144", codes=(PORTUGUESE.format(number=number, total="119.00"),)
    )

    result = check(paper, seen("invoice_number", printed), seen("total", "119.00"))

    assert found(result) == ([("contradiction", ("invoice_number",))] if is_disputed else [])


def test_a_code_that_breaks_its_own_rules_is_told_and_fills_nothing() -> None:
    result = check(page("Muster", codes=(girocode(iban="DE02120300000000202052"),)))

    assert [(finding.code, finding.severity) for finding in result.findings] == [("code_invalid", "warning")]
    assert result.fields == ()


@pytest.mark.parametrize(
    ("text", "is_disputed"),
    [("RE4711-27", True), ("RE4711-26", False), ("RE-4711/26", False), ("4006381333931", False), ("RE9982-13", False)],
    ids=["nearly", "same", "other separators", "another kind", "another number altogether"],
)
def test_a_barcode_that_nearly_says_the_number_is_disputed(text: str, is_disputed: bool) -> None:
    paper = page("Rechnung RE4711-26").model_copy(update={"codes": (Code("code_128", text, 1, 2, 3, 4),)})

    result = check(paper, seen("invoice_number", "RE4711-26"))

    assert found(result) == ([("contradiction", ("invoice_number",))] if is_disputed else [])


def test_codes_of_no_known_standard_say_nothing() -> None:
    paper = page(PRINT, codes=("https://example.org/shop", "ABC"))

    assert check(paper, seen("total", "119.00")) == extraction(seen("total", "119.00"))
