from engine.model.field import Box, Field, Provenance
from engine.model.page import Opinion, Reading
from engine.stages.opinion_parts import as_documents, of_part


def _total(page: int | None) -> Field:
    origin = Provenance(how="read", page=page, box=None if page is None else Box(1, 2, 3, 4), by="aws-textract")
    return Field(name="total", value="1.00", raw="1,00", confidence=0.9, provenance=origin)


def _opinion(page: int | None = 4, pages: tuple[int, int] | None = (4, 5)) -> Opinion:
    row = (_total(page),)
    return Opinion(
        by="aws-textract", type="invoice", type_confidence=0.8, pages=pages, fields=row, lines=(row,), taxes=(row,)
    )


def test_fields_move_with_their_pages() -> None:
    part = of_part(_opinion(), {4: 1, 5: 2})

    assert part is not None
    assert part.pages == (1, 2)
    assert [row[0].provenance.page for row in (part.fields, *part.lines, *part.taxes)] == [1, 1, 1]


def test_an_opinion_on_other_pages_is_left_behind() -> None:
    assert of_part(_opinion(), {1: 1, 2: 2}) is None
    assert of_part(_opinion(pages=None), {4: 1, 5: 2}) is None


def test_a_field_from_elsewhere_keeps_its_value_without_a_place() -> None:
    part = of_part(_opinion(page=9), {4: 1, 5: 2})

    assert part is not None
    assert part.fields[0].value == "1.00"
    assert (part.fields[0].provenance.page, part.fields[0].provenance.box) == (None, None)


def test_opinions_are_written_as_documents() -> None:
    said = {"raw": "1,00", "value": "1.00", "confidence": 0.9, "page": 4, "box": [1, 2, 3, 4]}

    assert as_documents(Reading(opinions=(_opinion(),))) == [
        {
            "pages": [4, 5], "type": "invoice", "type_confidence": 0.8, "fields": {"total": said},
            "lines": [{"total": said}], "taxes": [{"total": said}],
        }
    ]  # fmt: skip


def test_what_has_no_place_is_written_without() -> None:
    documents = as_documents(Reading(opinions=(_opinion(page=None, pages=None),)))

    assert documents[0]["fields"] == {"total": {"raw": "1,00", "value": "1.00", "confidence": 0.9}}
    assert "pages" not in documents[0]
