from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.content.vocabulary import load_vocabularies
from engine.model.field import Alternative, Box, Field, Provenance, Row
from engine.model.page import Opinion, Page, Reading, Word
from engine.model.record import Classification, Extraction
from engine.stages.second_opinion import agree, second_opinion, with_opinion

VOCABULARIES = load_vocabularies(Path(__file__).parents[2])
GERMAN = ("Rechnung vom 02.02.2025 über 1.204,50 EUR", "Der Betrag ist binnen 30 Tagen und ohne Abzug zu zahlen")
AMERICAN = ("Invoice of 02/28/2025 for $1,204.50", "The amount is due within 30 days and the terms are net")


def _page(lines: Iterable[str] = GERMAN, *, number: int = 1, language: str | None = None) -> Page:
    words = tuple(
        Word(text, 20.0 + 60 * column, 20.0 + 15 * row, 70.0 + 60 * column, 30.0 + 15 * row)
        for row, line in enumerate(lines)
        for column, text in enumerate(line.split())
    )
    return Page(number=number, width=900, height=842, words=words, how="ocr", language=language)


def _said(name: str, raw: str, confidence: float = 0.9, value: str = "") -> Field:
    origin = Provenance(how="read", page=1, box=Box(1, 2, 3, 4), by="aws-textract", pointer="/x")
    return Field(name=name, value=value or raw, raw=raw, confidence=confidence, provenance=origin)


def _ours(name: str, value: str, confidence: float = 0.8, raw: str = "") -> Field:
    origin = Provenance(how="read", page=1, box=Box(5, 6, 7, 8), by="aws-textract+vocabulary")
    return Field(name=name, value=value, raw=raw or value, confidence=confidence, provenance=origin)


def _merged(
    ours: Iterable[Field] = (), said: Iterable[Field] = (), *, lines: tuple[Row, ...] = (), other_lines: tuple[Row, ...] = (),
    page: Page | None = None, language: str = "de",
) -> Extraction:  # fmt: skip
    classification = Classification(type="invoice", type_confidence=0.9, language=language, language_confidence=0.9)
    printed = Extraction(document_id="d", classification=classification, fields=tuple(ours), lines=lines)
    opinion = Opinion(by="aws-textract", fields=tuple(said), lines=other_lines)
    return second_opinion(printed, Reading(pages=(page or _page(),), page_count=1, opinions=(opinion,)), VOCABULARIES)


def _get(extraction: Extraction, name: str) -> Field:
    field = extraction.get(name)
    assert field is not None
    return field


def test_without_an_opinion_nothing_changes() -> None:
    classification = Classification(type="invoice", type_confidence=0.9, language="de", language_confidence=0.9)
    printed = Extraction(document_id="d", classification=classification, fields=(_ours("total", "1.00"),))

    assert second_opinion(printed, Reading(pages=(_page(),)), VOCABULARIES) is printed


def test_two_that_agree_are_surer_than_either() -> None:
    total = _get(_merged([_ours("total", "1204.50", 0.8)], [_said("total", "1.204,50 EUR", 0.9)]), "total")

    assert total.value == "1204.50"
    assert 0.9 < total.confidence < 0.99
    assert total.provenance.by == "aws-textract+vocabulary+aws-textract"
    assert total.provenance.box == Box(5, 6, 7, 8)


def test_what_only_the_service_has_is_taken_with_its_origin() -> None:
    date = _get(_merged(said=[_said("issue_date", "02.03.2025", 0.9)]), "issue_date")

    assert date.value == "2025-03-02"
    assert date.raw == "02.03.2025"
    assert date.confidence == pytest.approx(0.855)
    assert (date.provenance.by, date.provenance.page, date.provenance.box) == ("aws-textract", 1, Box(1, 2, 3, 4))


def test_what_a_service_hardly_believes_in_is_not_taken_alone() -> None:
    assert _merged(said=[_said("po_number", "001", 0.004)]).fields == ()


def test_what_only_we_have_stays() -> None:
    ours = _ours("vendor_email", "a@b.example")

    assert _merged([ours], [_said("total", "1,00")]).get("vendor_email") == ours


def test_a_dispute_goes_to_the_surer_one_and_keeps_the_other() -> None:
    number = _get(
        _merged([_ours("invoice_number", "471", 0.5)], [_said("invoice_number", "RE-4711", 0.95)]), "invoice_number"
    )

    assert number.value == "RE-4711"
    assert number.confidence < 0.95
    assert [other.value for other in number.alternatives] == ["471"]


@pytest.mark.parametrize(
    ("ours", "said", "total"),
    [(("100.00", "19.00", "119.00"), ("100,00", "19,00", "169,00"), "119.00"), (("100.00", "19.00", "169.00"), ("100,00", "19,00", "119,00"), "119.00")],
    ids=["ours", "theirs"],
)  # fmt: skip
def test_of_disputed_sums_those_that_add_up_win(ours: tuple[str, ...], said: tuple[str, ...], total: str) -> None:
    names = ("subtotal", "tax_total", "total")
    merged = _merged(
        [_ours(name, value, 0.6) for name, value in zip(names, ours, strict=True)],
        [_said(name, value, 0.97) for name, value in zip(names, said, strict=True)],
    )

    found = _get(merged, "total")
    assert found.value == total
    assert found.confidence >= 0.9
    assert [other.value for other in found.alternatives] == ["169.00"]


def test_a_checksum_outweighs_confidence() -> None:
    right, misread = "DE89370400440532013000", "DE89 3704 0044 0532 0180 00"

    account = _get(_merged([_ours("vendor_iban", right, 0.6)], [_said("vendor_iban", misread, 0.95)]), "vendor_iban")

    assert account.value == right
    assert [other.value for other in account.alternatives] == ["DE89370400440532018000"]


def test_numbers_are_read_by_the_habit_of_the_document() -> None:
    german = _get(_merged(said=[_said("total", "1.204 EUR")]), "total")
    american = _get(_merged(said=[_said("total", "1,204")], page=_page(AMERICAN), language="en"), "total")

    assert (german.value, american.value) == ("1204.00", "1204.00")


def test_a_date_that_the_service_understood_otherwise_stays_beside() -> None:
    date = _get(_merged(said=[_said("issue_date", "03.02.2025", 0.9, value="2025-03-02")]), "issue_date")

    assert date.value == "2025-02-03"
    assert [other.value for other in date.alternatives] == ["2025-03-02"]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("invoice_number", "Rechnung Nr. 4711", "4711"), ("invoice_number", "NO. 001", "001"), ("invoice_number", "INV-7 B", "INV-7 B"),
        ("currency", "€", "EUR"), ("vendor_tax_id", "USt-IdNr. DE136695976", "DE136695976"), ("vendor_iban", "IBAN: DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("vendor_email", "E-Mail: Info@Firma.example", "info@firma.example"), ("vendor_name", "Firma\nGmbH", "Firma GmbH"), ("total", "EUR 1.204,50", "1204.50"),
    ],
    ids=lambda value: value if value.islower() else None,
)  # fmt: skip
def test_a_value_gets_the_form_of_its_kind(name: str, raw: str, value: str) -> None:
    assert _get(_merged(said=[_said(name, raw)]), name).value == value


@pytest.mark.parametrize("value", ["2025-13-45", "0001-01-01", "1e9999999", "Infinity", "soon"])
@pytest.mark.parametrize("name", ["issue_date", "total"])
def test_what_is_no_value_of_its_kind_becomes_a_finding(name: str, value: str) -> None:
    merged = _merged(said=[_said(name, "soon", 0.9, value=value)])

    assert merged.fields == ()
    assert [(finding.code, finding.fields) for finding in merged.findings] == [("unclear_opinion", (name,))]


def test_other_readings_of_the_service_are_kept_where_it_stands_alone() -> None:
    field = _said("total", "10,00").model_copy(
        update={"alternatives": (Alternative(value="16,00", raw="16,00", confidence=0.2),)}
    )

    assert [other.value for other in _get(_merged(said=[field]), "total").alternatives] == ["16.00"]


def test_a_label_before_a_name_is_left_to_the_page() -> None:
    name = _get(
        _merged([_ours("vendor_name", "From: Firma GmbH")], [_said("vendor_name", "Firma GmbH")]), "vendor_name"
    )

    assert name.value == "Firma GmbH"
    assert name.raw == "From: Firma GmbH"


def test_rows_that_the_service_hardly_believes_in_are_left_out() -> None:
    assert _merged(other_lines=((_said("amount", "1,00", 0.01),),)).lines == ()


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(["total", "quantity", "issue_date", "currency", "invoice_number", "vendor_iban", "vendor_name"]),
    raw=st.one_of(st.text(max_size=30), st.text("0123456789.,-'/ €%E", max_size=30), st.just("1" * 60)),
    value=st.one_of(st.text(max_size=12), st.decimals(places=None).map(str), st.from_regex(r"[0-9]{1,40}\.[0-9]{1,40}", fullmatch=True)),
)  # fmt: skip
def test_whatever_a_service_says_the_values_stay_canonical(name: str, raw: str, value: str) -> None:
    field = _said(name, raw or "?", 0.9, value=value)

    for found in _merged([_ours("total", "5.00")], [field]).fields:
        if found.name in {"total", "quantity"}:
            assert found.decimal().is_finite()
        if found.name == "issue_date":
            assert found.date().year > 0


def _items(*rows: Mapping[str, str], said: bool = False) -> tuple[Row, ...]:
    make = _said if said else _ours
    return tuple(tuple(make(name, value) for name, value in row.items()) for row in rows)


def test_lines_that_add_up_are_taken() -> None:
    ours = _items({"amount": "120.00"}, {"amount": "8.00"})
    theirs = _items({"description": "A", "amount": "120,00"}, {"description": "B", "amount": "80,00"}, said=True)

    merged = _merged([_ours("subtotal", "200.00")], lines=ours, other_lines=theirs)

    assert [[(field.name, field.value) for field in row] for row in merged.lines] == [
        [("description", "A"), ("amount", "120.00")], [("description", "B"), ("amount", "80.00")],
    ]  # fmt: skip


def test_cells_that_only_the_service_has_are_added_to_our_lines() -> None:
    ours = _items({"description": "Ordner", "amount": "120.00"})
    theirs = _items({"amount": "120,00", "quantity": "10"}, said=True)

    row = _merged([_ours("subtotal", "120.00")], lines=ours, other_lines=theirs).lines[0]

    assert [(field.name, field.value) for field in row] == [
        ("description", "Ordner"),
        ("amount", "120.00"),
        ("quantity", "10"),
    ]


def test_another_count_of_lines_is_told() -> None:
    ours = _items({"amount": "120.00"}, {"amount": "80.00"})
    theirs = _items({"amount": "200,00"}, said=True)

    merged = _merged([_ours("subtotal", "200.00")], lines=ours, other_lines=theirs)

    assert len(merged.lines) == 2
    assert [finding.code for finding in merged.findings] == ["opinion_lines_differ"]


def _classified(type_: str, confidence: float, *opinions: Opinion, language: str | None = None) -> Classification:
    start = Classification.model_validate(
        {"type": type_, "type_confidence": confidence, "language": language, "language_confidence": 0.0}
    )
    pages = (_page(number=1, language="de"), _page(number=2))
    return with_opinion(start, Reading(pages=pages, page_count=2, opinions=opinions))


def test_the_service_names_the_type_where_we_do_not_know_it() -> None:
    found = _classified("unknown", 0.0, Opinion(by="azure", type="receipt", type_confidence=0.9))

    assert (found.type, found.type_confidence, found.language) == ("receipt", 0.9, "de")


def test_a_type_that_both_name_is_surer() -> None:
    assert _classified("invoice", 0.7, Opinion(by="azure", type="invoice", type_confidence=0.8)).type_confidence > 0.8


def test_another_type_of_the_service_does_not_replace_ours() -> None:
    assert (
        _classified("credit_note", 0.7, Opinion(by="azure", type="invoice", type_confidence=0.99)).type == "credit_note"
    )


def test_a_doubtful_type_gives_way_to_the_service() -> None:
    assert (
        _classified("purchase_order", 0.33, Opinion(by="azure", type="receipt", type_confidence=0.8)).type == "receipt"
    )


def test_several_documents_in_one_reading_go_to_a_person() -> None:
    two = tuple(Opinion(by="aws", fields=(_said("total", "1,00"),), pages=(n, n)) for n in (1, 2))
    reading = Reading(pages=(_page(number=1), _page(number=2)), page_count=2, opinions=two)
    unsure = _classified("invoice", 0.99, *two)

    merged = second_opinion(Extraction(document_id="d", classification=unsure), reading, VOCABULARIES)

    assert unsure.type_confidence <= 0.4
    assert [finding.code for finding in merged.findings] == ["several_documents"]


def test_an_opinion_on_other_pages_is_not_heard() -> None:
    elsewhere = Opinion(by="aws", type="receipt", type_confidence=0.9, pages=(7, 9))

    assert _classified("unknown", 0.0, elsewhere).type == "unknown"


@pytest.mark.parametrize(
    ("name", "one", "other", "is_same"),
    [
        ("total", "-5.00", "5", True), ("amount", "-5.00", "5.00", False), ("vendor_name", "Firma GmbH", "FIRMA", True),
        ("vendor_name", "Firma", "Form", False), ("invoice_number", "RE 47-11", "re4711", True), ("issue_date", "2025-01-02", "2025-02-01", False),
    ],
)  # fmt: skip
def test_values_are_compared_by_their_meaning(name: str, one: str, other: str, is_same: bool) -> None:
    assert agree(name, one, other) is is_same
