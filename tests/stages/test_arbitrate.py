import pytest

from engine.model.field import Alternative, Box, Field, Provenance
from engine.model.finding import Finding
from engine.model.page import Embedded
from engine.model.record import Classification, Extraction
from engine.stages.arbitrate import arbitrate
from tests.stages.contradict.papers import page

UNKNOWN = Classification(type="unknown", type_confidence=0.2, language=None, language_confidence=0.0)
INVOICE = Classification(type="invoice", type_confidence=0.95, language="de", language_confidence=0.9)
BOX = Box(x0=1, top=2, x1=3, bottom=4)


def seen(name: str, value: str, confidence: float = 0.95) -> Field:
    return Field(
        name=name, value=value, raw=value, confidence=confidence,
        provenance=Provenance(how="read", page=1, box=BOX, by="test@1"),
    )  # fmt: skip


def carried(name: str, value: str) -> Field:
    return Field(
        name=name, value=value, raw=value, confidence=1.0,
        provenance=Provenance(how="embedded", pointer=f"/x/{name}", by="test@1"),
    )  # fmt: skip


def another(value: str) -> tuple[Alternative, ...]:
    return (Alternative(value=value, raw=value, confidence=0.1),)


def on_page(*fields: Field, lines: tuple[tuple[Field, ...], ...] = ()) -> Extraction:
    return Extraction(document_id="d", classification=INVOICE, page_count=2, fields=fields, lines=lines)


def in_file(*fields: Field, kind: str = "invoice", lines: tuple[tuple[Field, ...], ...] = ()) -> Embedded:
    return Embedded(syntax="ubl", profile="p", type=kind, language="de", fields=fields, lines=lines, by="test@1")


def settle(
    printed: Extraction | None,
    embedded: Embedded | None,
    classification: Classification = INVOICE,
    *,
    text: str = "",
) -> Extraction:
    pages = (page(text),) if text else ()
    return arbitrate(printed, embedded, document_id="d", classification=classification, pages=pages)


def codes(extraction: Extraction) -> list[str]:
    return [finding.code for finding in extraction.findings]


def test_without_embedded_data_the_print_is_returned() -> None:
    printed = on_page(seen("total", "5.00"))

    assert settle(printed, None) is printed


def test_without_print_the_data_becomes_the_extraction() -> None:
    found = settle(None, in_file(carried("total", "5.00"), lines=((carried("amount", "5.00"),),)), UNKNOWN)

    assert (found.document_id, found.value("total"), len(found.lines), found.findings) == ("d", "5.00", 1, ())
    assert (found.classification.type, found.classification.type_confidence) == ("invoice", 1.0)
    assert found.classification.language == "de"


def test_without_either_the_extraction_is_empty() -> None:
    assert settle(None, None) == Extraction(document_id="d", classification=INVOICE)


def test_embedded_values_win() -> None:
    found = settle(on_page(seen("vendor_name", "Schrauben Gmb")), in_file(carried("vendor_name", "Schrauben GmbH")))

    field = found.get("vendor_name")
    assert field is not None
    assert (field.value, field.provenance.how) == ("Schrauben GmbH", "embedded")
    assert [other.value for other in field.alternatives] == ["Schrauben Gmb"]


def test_a_value_that_print_confirms_knows_its_box_on_the_page() -> None:
    found = settle(on_page(seen("total", "5.0")), in_file(carried("total", "5.00")))

    field = found.get("total")
    assert field is not None
    assert (field.provenance.how, field.provenance.pointer) == ("embedded", "/x/total")
    assert (field.provenance.page, field.provenance.box) == (1, BOX)
    assert (field.value, field.alternatives) == ("5.00", ())


def test_values_that_are_only_printed_are_kept() -> None:
    found = settle(on_page(seen("vendor_email", "a@b.example")), in_file(carried("total", "5.00")))

    assert {field.name for field in found.fields} == {"total", "vendor_email"}
    assert found.page_count == 2


def test_printed_lines_are_kept_where_the_data_has_none() -> None:
    line = (seen("amount", "5.00"),)

    assert settle(on_page(lines=(line,)), in_file(carried("total", "5.00"))).lines == (line,)
    assert settle(on_page(lines=(line,)), in_file(lines=((carried("amount", "5.00"),),))).lines != (line,)


@pytest.mark.parametrize(
    ("name", "data", "page"),
    [
        ("total", "119.00", "1190.00"),
        ("invoice_number", "RE-2026-1", "RE-2026-7"),
        ("issue_date", "2026-03-01", "2026-03-17"),
        ("vendor_iban", "DE75512108001245126199", "DE02120300000000202051"),
        ("currency", "EUR", "CHF"),
    ],
)
def test_a_clear_contradiction_goes_to_a_person_with_both_values(name: str, data: str, page: str) -> None:
    found = settle(on_page(seen(name, page)), in_file(carried(name, data)))

    (finding,) = found.findings
    assert (finding.code, finding.severity, finding.fields) == ("contradiction", "error", (name,))
    assert finding.evidence[:2] == (("embedded", data), ("printed", page))
    assert found.value(name) == data


@pytest.mark.parametrize(
    ("name", "data", "page"),
    [
        pytest.param("total", "119.00", "119.0", id="other scale"),
        pytest.param("total", "-119.00", "119.00", id="credit printed without sign"),
        pytest.param("invoice_number", "RE-2026-1", "RE 2026/1", id="other separators"),
        pytest.param("invoice_number", "RE-2026-1", "2026-1", id="without its prefix"),
        pytest.param("issue_date", "2026-03-01", "2026-01-03", id="day and month changed places"),
        pytest.param("vendor_iban", "DE75512108001245126199", "DE75 5121 0800 1245 1261 99", id="groups of four"),
        pytest.param("vendor_iban", "0001245126199", "DE75512108001245126199", id="domestic account"),
        pytest.param("vendor_name", "Schrauben GmbH", "Nägel AG", id="field that is not compared"),
    ],
)
def test_another_way_of_writing_is_no_contradiction(name: str, data: str, page: str) -> None:
    assert codes(settle(on_page(seen(name, page)), in_file(carried(name, data)))) == []


def test_print_that_is_hard_to_read_contradicts_nothing() -> None:
    assert codes(settle(on_page(seen("total", "1190.00", 0.6)), in_file(carried("total", "119.00")))) == []


def test_print_whose_second_reading_agrees_contradicts_nothing() -> None:
    page = seen("total", "100.00").model_copy(update={"alternatives": another("119.00")})

    assert codes(settle(on_page(page), in_file(carried("total", "119.00")))) == []


def test_an_account_that_the_data_names_second_contradicts_nothing() -> None:
    account = carried("vendor_iban", "DE75512108001245126199")
    account = account.model_copy(update={"alternatives": another("FR1420041010050500013M02606")})

    assert codes(settle(on_page(seen("vendor_iban", "FR1420041010050500013M02606")), in_file(account))) == []


def test_what_is_left_to_pay_may_be_printed_as_the_total() -> None:
    data = in_file(carried("total", "119.00"), carried("amount_due", "69.00"))

    assert codes(settle(on_page(seen("total", "69.00")), data)) == []


def test_the_data_says_what_kind_of_document_it_is_and_a_clear_difference_is_told() -> None:
    found = settle(on_page(), in_file(kind="credit_note"))

    assert (found.classification.type, found.classification.language) == ("credit_note", "de")
    assert codes(found) == ["type_contradiction"]


def test_an_unknown_kind_of_data_leaves_the_kind_to_the_print() -> None:
    found = settle(on_page(), in_file(kind="unknown"))

    assert (found.classification, codes(found)) == (INVOICE, [])


def test_findings_of_the_print_stay() -> None:
    note = Finding(code="note", severity="info", message="-")
    printed = on_page().model_copy(update={"findings": (note,)})

    assert settle(printed, in_file()).findings == (note,)


def test_a_contradicted_value_is_doubted_and_keeps_the_print_beside_it() -> None:
    field = settle(on_page(seen("total", "1190.00")), in_file(carried("total", "119.00"))).get("total")

    assert field is not None
    assert (field.confidence, [other.value for other in field.alternatives]) == (0.3, ["1190.00"])


@pytest.mark.parametrize(
    ("name", "data", "shown", "text", "is_accused"),
    [
        pytest.param("subtotal", "100.00", "1000.00", "Netto 1.000,00", True, id="sum that is not printed"),
        pytest.param("subtotal", "100.00", "1000.00", "Netto 100,00 1.000,00", False, id="sum that is printed elsewhere"),
        pytest.param("due_date", "2026-04-01", "2026-05-01", "bis 01.05.2026", True, id="day that is not printed"),
        pytest.param("due_date", "2026-04-01", "2026-05-01", "bis 1. April 2026", False, id="day that is printed in words"),
        pytest.param("vendor_tax_id", "DE136695976", "DE811128135", "DE811128135", True, id="tax id that is not printed"),
        pytest.param("vendor_tax_id", "DE136695976", "DE811128135", "DE 136 695 976", False, id="tax id in groups"),
        pytest.param("vendor_name", "Schrauben GmbH", "Nagel AG", "Nagel AG Rechnung", True, id="party that is not named"),
        pytest.param("vendor_name", "Schrauben GmbH", "Nagel AG", "Nagel für Schrauben", False, id="party that is named"),
    ],
)  # fmt: skip
def test_the_whole_print_is_asked_before_data_is_accused(
    name: str, data: str, shown: str, text: str, *, is_accused: bool
) -> None:
    found = settle(on_page(seen(name, shown)), in_file(carried(name, data)), text=text)

    assert codes(found) == (["contradiction"] if is_accused else [])


def test_a_total_that_the_data_says_and_the_page_nowhere_needs_less_certainty() -> None:
    data, printed = in_file(carried("total", "119.00")), on_page(seen("total", "1190.00", 0.6))

    assert codes(settle(printed, data, text="Summe 1.190,00")) == ["contradiction"]
    assert codes(settle(printed, data, text="Summe 1.190,00 davon 119,00")) == []


LINES = tuple((carried("amount", amount), carried("tax_rate", "19")) for amount in ("10.00", "20.00", "30.00"))


@pytest.mark.parametrize(
    ("text", "is_accused"),
    [
        ("A 10,00 B 20,00 C 30,00", False), ("A 11,90 B 23,80 C 35,70", False), ("A 10,00 B 20,00", False),
        ("A 77,00 B 88,00 Summe 165,00", True),
    ],
    ids=["net", "gross", "one missing", "others"],
)  # fmt: skip
def test_lines_that_the_page_does_not_show_are_told(text: str, *, is_accused: bool) -> None:
    found = settle(on_page(), in_file(lines=LINES), text=text)

    assert [(one.code, one.severity) for one in found.findings] == (
        [("contradiction", "warning")] if is_accused else []
    )
