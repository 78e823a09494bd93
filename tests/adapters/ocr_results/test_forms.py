"""Forms and tables of services: what stands under labels and headings, without names."""

import json
from typing import Any

import pytest

from adapters.ocr_results.forms import GridCell, table
from engine.model.field import by_name
from engine.model.page import Printed
from engine.runtime.media_type import POSTROOM_OCR
from engine.runtime.splitting import as_ocr_result
from engine.stages.split import Part, part_of
from tests.adapters.ocr_results import services
from tests.adapters.ocr_results.conftest import Read
from tests.adapters.ocr_results.test_services import AZURE, GOOGLE, TEXTRACT

ANSWERS = {
    "textract": (TEXTRACT, services.analysed()),
    "azure": (AZURE, services.azure_layout()),
    "google": (GOOGLE, services.google_form()),
}
EVERY = pytest.mark.parametrize("name", ANSWERS)


@EVERY
def test_pairs_keep_label_value_and_place(name: str, read: Read) -> None:
    media_type, answer = ANSWERS[name]

    (opinion,) = read(json.dumps(answer).encode(), media_type).opinions

    pairs = {pair.label: pair.value for pair in opinion.pairs}
    assert {label: pairs[label].raw for label in ("Rechnungsnummer:", "Gesamtbetrag")} == {
        "Rechnungsnummer:": "RE-2025-2755", "Gesamtbetrag": "238,00 EUR",
    }  # fmt: skip
    assert pairs["Gesamtbetrag"].page == 1
    assert pairs["Gesamtbetrag"].box == pytest.approx(services.place("238,00 EUR").box, abs=1.5)
    assert 0.85 < pairs["Gesamtbetrag"].confidence < 1


@EVERY
def test_tables_have_headings_and_rows(name: str, read: Read) -> None:
    media_type, answer = ANSWERS[name]

    (goods,) = read(json.dumps(answer).encode(), media_type).opinions[0].tables

    assert goods.headings == tuple(services.GOODS[0])
    assert [[cell.raw for cell in row] for row in goods.rows] == services.GOODS[1:]
    assert goods.rows[1][3].box == pytest.approx(services.place("80,00").box, abs=1.5)


def test_a_question_is_a_label_and_an_alias_of_ours_a_name(read: Read) -> None:
    opinion = read(json.dumps(services.analysed()).encode(), TEXTRACT).opinions[0]

    assert {pair.label: pair.value.raw for pair in opinion.pairs}["What is the invoice date?"] == "02.02.2025"
    assert by_name(opinion.fields)["vendor_name"].value == "Nordlicht Papier GmbH"


def test_values_over_several_lines_keep_their_lines(read: Read) -> None:
    answer = services.analysed()
    blocks = services.Blocks(page=2)
    children = blocks.words("Lindenhof Handels GmbH") + blocks.words("Gartenweg 3")
    value = blocks.add("KEY_VALUE_SET", None, EntityTypes=["VALUE"], Relationships=[{"Type": "CHILD", "Ids": children}])
    relations = [{"Type": "VALUE", "Ids": [value]}, {"Type": "CHILD", "Ids": blocks.words("Rechnung")}]
    blocks.add("KEY_VALUE_SET", None, EntityTypes=["KEY"], Relationships=relations)
    answer["Blocks"] += blocks.found

    pairs = read(json.dumps(answer).encode(), TEXTRACT).opinions[0].pairs

    assert pairs[-1].value.raw == "Lindenhof Handels GmbH\nGartenweg 3"


def test_a_form_goes_with_the_only_expense(read: Read) -> None:
    reading = read(json.dumps([services.expense(), services.analysed()]).encode(), TEXTRACT)

    (opinion,) = reading.opinions
    assert opinion.fields
    assert opinion.pairs


def test_a_form_belongs_to_none_of_several_documents(read: Read) -> None:
    reading = read(json.dumps([services.expense(pages=2), services.analysed()]).encode(), TEXTRACT)

    assert [opinion.pairs for opinion in reading.opinions] == [(), ()]


def test_pages_of_form_recognizer_2_1_have_their_own_tables(read: Read) -> None:
    answer = services.azure_receipt_2_1()
    cell = {
        "text": "Betrag",
        "rowIndex": 0,
        "columnIndex": 0,
        "boundingBox": [1, 1, 9, 1, 9, 9, 1, 9],
        "isHeader": True,
    }
    below = cell | {"text": "120,00", "rowIndex": 1, "isHeader": False}
    pair = {
        "key": {"text": "Summe"},
        "value": {"text": "238,00", "boundingBox": [1, 1, 9, 1, 9, 9, 1, 9]},
        "confidence": 0.7,
    }
    answer["analyzeResult"]["pageResults"] = [
        {"page": 1, "tables": [{"cells": [cell, below]}], "keyValuePairs": [pair]}
    ]

    opinion = read(json.dumps(answer).encode(), AZURE).opinions[0]

    assert opinion.tables[0].headings == ("Betrag",)
    assert opinion.tables[0].rows[0][0].page == 1
    assert (opinion.pairs[0].label, opinion.pairs[0].value.confidence) == ("Summe", 0.7)


def test_dumps_of_the_older_sdk_are_read(read: Read) -> None:
    opinion = read(json.dumps(services.azure_sdk()).encode(), AZURE).opinions[0]

    fields = by_name(opinion.fields)
    assert {name: field.value for name, field in fields.items()} == {
        "invoice_number": "RE-2025-2755", "issue_date": "2025-02-02", "total": "238.0", "currency": "EUR",
        "vendor_address": "Speicherhof 12",
    }  # fmt: skip
    assert fields["total"].provenance.box == pytest.approx(services.place("238,00 EUR").box, abs=1.5)
    assert {field.name: field.raw for field in opinion.lines[0]} == {
        "description": "Ordner grau",
        "quantity": "10",
        "amount": "120,00",
    }


def test_titles_and_summaries_are_no_rows() -> None:
    def cell(row: int, text: str, **more: bool) -> GridCell:
        return GridCell(row, 0, Printed(raw=text, confidence=1.0), **more)

    found = table(
        [
            cell(0, "Goods", is_aside=True),
            cell(1, "Item", is_heading=True),
            cell(2, "Pen"),
            cell(3, "Sum", is_aside=True),
        ]
    )

    assert found.headings == ("Item",)
    assert [row[0].raw for row in found.rows] == ["Pen"]


def test_headings_over_two_rows_are_one() -> None:
    cells = [
        GridCell(row, 0, Printed(raw=text, confidence=1.0), is_heading=True)
        for row, text in enumerate(("Unit", "price"))
    ]

    assert table(cells).headings == ("Unit price",)


@pytest.mark.parametrize("blocks", [
    [{"BlockType": "TABLE", "Id": "t", "Relationships": [{"Type": "CHILD", "Ids": ["gone", "c"]}]}, {"BlockType": "CELL", "Id": "c", "RowIndex": 10**9, "ColumnIndex": 1}],
    [{"BlockType": "KEY_VALUE_SET", "Id": "k", "EntityTypes": ["KEY"], "Relationships": [{"Type": "VALUE", "Ids": ["k"]}]}],
    [{"BlockType": "QUERY", "Id": "q", "Query": {"Text": "?"}, "Relationships": [{"Type": "ANSWER", "Ids": ["q"]}]}],
], ids=["a cell out of reach", "a key that is its own value", "a question that answers itself"])  # fmt: skip
def test_blocks_that_point_nowhere_say_nothing(blocks: list[dict[str, Any]], read: Read) -> None:
    assert read(json.dumps({"Blocks": blocks}).encode(), TEXTRACT).opinions == ()


def test_a_part_keeps_its_forms(read: Read) -> None:
    whole = read(json.dumps(services.own() | {"documents": [{
        "pages": [1, 1], "pairs": [{"label": "No", "value": {"raw": "1"}}],
        "tables": [{"headings": ["Item"], "rows": [[{"raw": "Pen", "page": 1, "box": [1, 2, 3, 4]}, {}]]}],
    }]}).encode(), POSTROOM_OCR)  # fmt: skip

    again = read(json.dumps(as_ocr_result(part_of(whole, Part(pages=(1,), confidence=1.0)))).encode(), POSTROOM_OCR)

    assert again.opinions == whole.opinions
    assert whole.opinions[0].tables[0].headings == ("Item", "")


def test_blocks_that_all_name_one_another_end_soon(read: Read) -> None:
    names = [f"v{number}" for number in range(1000)]
    box = {"Left": 0.1, "Top": 0.1, "Width": 0.1, "Height": 0.01}
    words: list[dict[str, Any]] = [{"BlockType": "WORD", "Id": "w", "Text": "abc", "Geometry": {"BoundingBox": box}}]
    relations = [{"Type": "VALUE", "Ids": names}, {"Type": "CHILD", "Ids": ["w"] * 1000}]
    keys = [
        {"BlockType": "KEY_VALUE_SET", "Id": f"k{n}", "EntityTypes": ["KEY"], "Relationships": relations}
        for n in range(1000)
    ]
    values = [
        {"BlockType": "KEY_VALUE_SET", "Id": name, "EntityTypes": ["VALUE"], "Relationships": relations[1:]}
        for name in names
    ]

    opinion = read(json.dumps({"Blocks": words + keys + values}).encode(), TEXTRACT).opinions[0]

    assert len(opinion.pairs) == 500
