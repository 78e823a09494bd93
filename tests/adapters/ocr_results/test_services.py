import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.model.errors import ReadError
from engine.model.field import by_name
from engine.model.page import Opinion, Reading
from engine.runtime.splitting import as_ocr_result
from engine.stages.split import Part, part_of
from tests.adapters.ocr_results import services
from tests.adapters.ocr_results.conftest import Read
from tests.adapters.ocr_results.pages import words

TEXTRACT = "application/vnd.aws.textract+json"
AZURE = "application/vnd.azure.documentintelligence+json"
GOOGLE = "application/vnd.google.documentai+json"
OWN = "application/vnd.postroom.ocr+json"
SERVICES = {
    "textract": (TEXTRACT, services.expense(), "aws-textract"),
    "azure": (AZURE, services.azure_invoice(), "azure-documentintelligence"),
    "google": (GOOGLE, services.google_invoice(), "google-documentai"),
}
EVERY = pytest.mark.parametrize("name", SERVICES)


def _read(read: Read, answer: object, media_type: str) -> Reading:
    return read(json.dumps(answer).encode(), media_type)


def _raw(opinion: Opinion) -> Mapping[str, str]:
    return {field.name: field.raw for field in opinion.fields}


@EVERY
def test_the_fields_of_a_service_have_our_names(name: str, read: Read) -> None:
    media_type, answer, by = SERVICES[name]

    opinion = _read(read, answer, media_type).opinions[0]

    assert opinion.by == by
    assert _raw(opinion).items() >= {
        "issue_date": "02.02.2025", "subtotal": "200,00", "tax_total": "38,00", "total": "238,00 EUR",
        "vendor_name": "Nordlicht Papier GmbH", "currency": "EUR",
    }.items()  # fmt: skip
    assert "RE-2025-2755" in _raw(opinion)["invoice_number"]


@EVERY
def test_a_field_keeps_page_box_and_confidence(name: str, read: Read) -> None:
    media_type, answer, by = SERVICES[name]

    field = by_name(_read(read, answer, media_type).opinions[0].fields)["total"]

    where = services.place("238,00 EUR")
    assert field.provenance.page == 1
    assert field.provenance.box == pytest.approx(where.box, abs=1.5)
    assert field.provenance.by == by
    assert field.provenance.how == "read"
    assert 0.89 < field.confidence <= 0.99


@EVERY
def test_line_items_become_rows(name: str, read: Read) -> None:
    media_type, answer, _ = SERVICES[name]

    first = {field.name: field.raw for field in _read(read, answer, media_type).opinions[0].lines[0]}

    assert first.items() >= {"description": "Ordner grau", "quantity": "10", "amount": "120,00"}.items()


@pytest.mark.parametrize("name", ["azure", "google"])
def test_tax_details_become_rows(name: str, read: Read) -> None:
    media_type, answer, _ = SERVICES[name]

    taxes = _read(read, answer, media_type).opinions[0].taxes

    assert [{field.name: field.raw for field in row} for row in taxes] == [{"rate": "19 %", "amount": "38,00"}]


@pytest.mark.parametrize(("name", "symbology"), [("azure", "qr"), ("google", "code_128")])
def test_barcodes_of_a_service_are_kept(name: str, symbology: str, read: Read) -> None:
    media_type, answer, _ = SERVICES[name]

    codes = _read(read, answer, media_type).pages[0].codes

    assert [code.symbology for code in codes] == [symbology]
    assert codes[0].text


def test_a_payment_account_is_taken_out_of_its_details(read: Read) -> None:
    opinion = _read(read, services.azure_invoice(), AZURE).opinions[0]

    assert _raw(opinion)["vendor_iban"] == "DE89 3704 0044 0532 0130 00"


def test_a_typed_amount_keeps_its_digits(read: Read) -> None:
    answer = json.dumps(services.azure_invoice()).replace('"amount": 238.0', '"amount": 238.10')

    total = by_name(read(answer.encode(), AZURE).opinions[0].fields)["total"]

    assert total.value == "238.10"


def test_several_expense_documents_are_parts_of_the_file(read: Read) -> None:
    reading = _read(read, services.expense(pages=3), TEXTRACT)

    assert reading.parts == ((1, 1), (2, 2), (3, 3))
    assert [opinion.pages for opinion in reading.opinions] == [(1, 1), (2, 2), (3, 3)]


def test_one_document_is_no_parts(read: Read) -> None:
    assert _read(read, services.expense(), TEXTRACT).parts == ()


def test_paged_answers_are_put_together(read: Read) -> None:
    first, second = services.expense(pages=2), services.expense(pages=2)
    first["ExpenseDocuments"], second["ExpenseDocuments"] = (
        [first["ExpenseDocuments"][0]],
        [second["ExpenseDocuments"][1]],
    )

    reading = _read(read, [first, second], TEXTRACT)

    assert reading.page_count == 2
    assert all(page.words for page in reading.pages)


def test_old_expense_answers_have_labels_and_values_for_words(read: Read) -> None:
    answer = services.expense()
    del answer["ExpenseDocuments"][0]["Blocks"]

    texts = [word.text for word in _read(read, answer, TEXTRACT).pages[0].words]

    assert "RE-2025-2755" in texts
    assert texts.count("238,00") == 1


def test_an_answer_without_text_gets_words_from_its_fields(read: Read) -> None:
    reading = _read(read, services.azure_receipt_2_1(), AZURE)

    assert [word.text for word in reading.pages[0].words][:3] == ["Nordlicht", "Papier", "GmbH"]
    assert reading.opinions[0].type == "receipt"


def test_a_splitter_names_parts_and_their_kinds(read: Read) -> None:
    reading = _read(read, services.splitter(), GOOGLE)

    assert reading.parts == ((1, 1), (2, 2), (3, 4))
    assert [opinion.type for opinion in reading.opinions] == ["invoice", "receipt", "unknown"]


def test_shards_are_put_together(read: Read) -> None:
    reading = _read(read, [services.google_invoice(), services.google_invoice()], GOOGLE)

    assert [page.number for page in reading.pages] == [1, 2]
    assert [opinion.fields[0].provenance.page for opinion in reading.opinions] == [1, 2]


def test_tokens_of_google_become_words_at_white_space(read: Read) -> None:
    answer: dict[str, Any] = {
        "text": "$ 12.50\nDATE : 3",
        "pages": [{"dimension": {"width": 600, "height": 800}, "tokens": []}],
    }
    for start, end in ((0, 2), (2, 4), (4, 8), (8, 12), (12, 13), (13, 15), (15, 16)):
        corners = [{"x": x, "y": y} for x, y in ((start * 9, 10), (end * 9, 10), (end * 9, 20), (start * 9, 20))]
        anchor = {"textSegments": [{"startIndex": start, "endIndex": end}]}
        answer["pages"][0]["tokens"].append({"layout": {"textAnchor": anchor, "boundingPoly": {"vertices": corners}}})

    page = _read(read, answer, GOOGLE).pages[0]

    assert [word.text for word in page.words] == ["$", "12.50", "DATE", ":", "3"]


def test_signatures_that_a_service_found_stay_with_their_page_when_it_is_cut_out(read: Read) -> None:
    answer = services.analysed()
    box = {"Left": 0.2, "Top": 0.8, "Width": 0.25, "Height": 0.04}
    answer["Blocks"].append({"BlockType": "SIGNATURE", "Page": 1, "Confidence": 96.0, "Geometry": {"BoundingBox": box}})

    page = _read(read, answer, TEXTRACT).pages[0]
    again = _read(read, as_ocr_result(Reading(pages=(page,), page_count=1)), OWN).pages[0]

    (drawn,) = page.drawings
    assert drawn == pytest.approx((0.2 * page.width, 0.8 * page.height, 0.45 * page.width, 0.84 * page.height), abs=0.1)
    assert again.drawings == (drawn,)


def test_our_own_format_carries_everything(read: Read) -> None:
    reading = _read(read, services.own(), OWN)

    page, opinion = reading.pages[0], reading.opinions[0]
    assert [word.text for word in page.words] == [word.text for word in words()]
    assert page.codes[0].symbology == "qr"
    assert page.by == "my-ocr@2"
    assert opinion.type == "invoice"
    assert by_name(opinion.fields)["total"].value == "238.00"
    assert opinion.lines[0][0].raw == "120,00"
    assert opinion.taxes[0][0].name == "rate"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"version": 2}, "/version"),
        ({"unit": "furlong"}, "/unit"),
        ({"page": []}, "page"),
        ({"pages": []}, "/pages"),
        ({"documents": [{"fields": {"The sum": {"raw": "1"}}}]}, "/documents/0/fields"),
        ({"pages": [{"width": 1, "height": 1, "words": [{"text": "a", "box": [0, 0, 1]}]}]}, "/pages/0/words/0/box"),
        ({"pages": [{"width": 1, "height": 1, "words": [{"txt": "a", "box": [0, 0, 1, 1]}]}]}, "/pages/0/words/0"),
        ({"pages": [{"width": 1, "height": 1, "words": [{"text": "a", "box": [0, 0, 1, 1], "confidence": 97}]}]}, "confidence"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_our_own_format_says_where_it_is_not_kept(change: dict[str, object], where: str, read: Read) -> None:
    with pytest.raises(ReadError) as refused:
        _read(read, services.own() | change, OWN)

    assert refused.value.code == "unreadable_ocr_result"
    assert where in refused.value.message


def test_a_job_that_is_not_done_is_refused(read: Read) -> None:
    with pytest.raises(ReadError, match="IN_PROGRESS"):
        _read(read, {"JobStatus": "IN_PROGRESS", "Blocks": []}, TEXTRACT)


def test_a_part_written_as_our_own_format_is_read_as_it_was(read: Read) -> None:
    whole = _read(read, services.expense(pages=2), TEXTRACT)
    part = part_of(whole, Part(pages=(2,), confidence=1.0))

    again = _read(read, as_ocr_result(part), OWN)

    assert [word.text for word in again.pages[0].words] == [word.text for word in words()]
    assert _raw(again.opinions[0]) == _raw(whole.opinions[1])
    assert {field.provenance.page for field in again.opinions[0].fields if field.provenance.box} == {1}
