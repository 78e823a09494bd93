from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.field import Field, Provenance
from engine.model.layout import LearnedPlacing, Placing
from engine.model.page import Page, Reading
from engine.model.record import Classification, Extraction
from engine.stages.layout.apply import apply, identities
from engine.stages.layout.learn import learn
from tests.stages.extract.layout import page

ROOT = Path(__file__).parents[3]
PAPER = """
Northgate Widgets Ltd                        Zyx code      {code}
7 Quay Street, Leeds                         Qorl          {day}


Thing                      Pcs      Worth
{rows}

                           Vlim up  {sum}
                           Grand    {grand}
Kept at Northgate. Call 0113 496 0000.
"""
"""Labels that no vocabulary knows."""


@pytest.fixture(scope="module")
def vocabularies() -> Mapping[str, Vocabulary]:
    return load_vocabularies(ROOT)


def paper(*, code: str, day: str, total: str, grand: str, rows: int = 2) -> Reading:
    items = "\n".join(f"Widget {number}                   2        {number}0.00" for number in range(1, rows + 1))
    text = PAPER.format(code=code, day=day, sum=total, grand=grand, rows=items)
    return Reading(pages=(page(text),), page_count=1)


def nothing(**values: str) -> Extraction:
    """An extraction that holds only the given values."""
    fields = tuple(
        Field(name=name, value=value, raw=value, confidence=0.6, provenance=Provenance(how="read", page=1))
        for name, value in values.items()
    )
    kind = Classification(type="invoice", type_confidence=0.9, language="en", language_confidence=0.9)
    return Extraction(document_id="d" * 64, classification=kind, fields=fields)


FIRST = paper(code="NW/2024-0017", day="03/02/2024", total="30.00", grand="36.00")
SHOWN = {"invoice_number": "NW/2024-0017", "issue_date": "2024-02-03", "total": "36.00"}


def learned(vocabularies: Mapping[str, Vocabulary], values: Mapping[str, str] = SHOWN) -> list[LearnedPlacing]:
    placings = [
        learn(FIRST, field=field, value=value, vocabularies=vocabularies, language="en")
        for field, value in values.items()
    ]
    return [
        LearnedPlacing(placing=placing, identity="vendor_tax_id:gb1", document_id="a" * 64)
        for placing in placings
        if placing is not None
    ]


@pytest.mark.parametrize("rows", [1, 2, 9, 20])
def test_one_correction_is_enough_for_the_next_document(vocabularies: Mapping[str, Vocabulary], rows: int) -> None:
    second = paper(code="NW/2025-11234", day="28/11/2025", total="1,910.40", grand="2,292.48", rows=rows)

    read = apply(nothing(), second, learned(vocabularies), vocabularies=vocabularies)

    assert {field.name: field.value for field in read.fields} == {
        "invoice_number": "NW/2025-11234", "issue_date": "2025-11-28", "total": "2292.48"
    }  # fmt: skip


def test_a_wrong_reading_gives_way_and_stays_as_alternative(vocabularies: Mapping[str, Vocabulary]) -> None:
    second = paper(code="NW/2025-2", day="28/11/2025", total="50.00", grand="60.00")

    read = apply(nothing(total="50.00"), second, learned(vocabularies), vocabularies=vocabularies)

    total = read.get("total")
    assert total is not None
    assert (total.value, [other.value for other in total.alternatives]) == ("60.00", ["50.00"])


def test_a_page_of_another_look_is_left_alone(vocabularies: Mapping[str, Vocabulary]) -> None:
    other = Reading(pages=(page("Invoice 4711 of 1 March 2024\n\n\nTotal  99.00"),), page_count=1)
    before = nothing(total="99.00")

    assert apply(before, other, learned(vocabularies), vocabularies=vocabularies) == before


def test_a_value_of_another_shape_is_not_taken(vocabularies: Mapping[str, Vocabulary]) -> None:
    second = paper(code="pending", day="28/11/2025", total="50.00", grand="60.00")

    read = apply(nothing(), second, learned(vocabularies), vocabularies=vocabularies)

    assert read.value("invoice_number") is None


def test_a_value_that_is_not_printed_teaches_nothing(vocabularies: Mapping[str, Vocabulary]) -> None:
    assert learn(FIRST, field="po_number", value="4500012345", vocabularies=vocabularies) is None


def test_the_place_that_was_pointed_at_wins(vocabularies: Mapping[str, Vocabulary]) -> None:
    twin = Reading(pages=(page("Sum  10.00\n\n\n\n\nPay   10.00"),), page_count=1)
    lower = [word for word in twin.pages[0].words if word.text == "10.00"][1]

    placing = learn(twin, field="total", value="10.00", page=1, box=lower.box, vocabularies=vocabularies)

    assert placing is not None
    assert placing.anchors[0].text == "pay"


def test_the_last_of_several_pages_stays_the_last(vocabularies: Mapping[str, Vocabulary]) -> None:
    def pages(count: int, total: str) -> Reading:
        inner = tuple(page("Widget  1", number=n) for n in range(1, count))
        return Reading(pages=(*inner, page(f"Vlim up   {total}", number=count)), page_count=count)

    placing = learn(pages(2, "10.00"), field="total", value="10.00", vocabularies=vocabularies)
    assert placing is not None
    one = LearnedPlacing(placing=placing, identity="x", document_id="a" * 64)

    assert apply(nothing(), pages(5, "77.10"), [one], vocabularies=vocabularies).value("total") == "77.10"


def test_a_vendor_is_known_by_numbers_and_only_without_them_by_name() -> None:
    assert identities(nothing(vendor_name="Acme Ltd", vendor_tax_id="GB 999")) == ("vendor_tax_id:gb999",)
    assert identities(nothing(vendor_name="Acme Ltd")) == ("vendor_name:acmeltd",)
    assert identities(nothing()) == ()


def test_a_scan_with_slips_in_the_anchor_is_still_read(vocabularies: Mapping[str, Vocabulary]) -> None:
    second = paper(code="NW/2025-3", day="28/11/2025", total="50.00", grand="60.00")
    sheet: Page = second.pages[0]
    words = tuple(word._replace(text="Gramd", confidence=0.5) if word.text == "Grand" else word for word in sheet.words)
    scan = Reading(pages=(sheet.model_copy(update={"words": words, "how": "ocr"}),), page_count=1)

    assert apply(nothing(), scan, learned(vocabularies), vocabularies=vocabularies).value("total") == "60.00"


def test_a_placing_survives_being_stored(vocabularies: Mapping[str, Vocabulary]) -> None:
    placing = learned(vocabularies)[0].placing

    assert Placing.model_validate_json(placing.model_dump_json()) == placing
