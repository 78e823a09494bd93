"""One corrected cell teaches a column of the vendor's table."""

import pytest

from engine.model.correction import Correction
from engine.model.field import Box, Field, Provenance, Row, by_name
from engine.model.layout import LearnedPlacing, Placing
from engine.model.page import Page, Reading
from engine.model.record import Classification, Extraction
from engine.stages.layout.apply import apply
from engine.stages.layout.columns import learn_column
from tests.stages.extract.layout import page, vocabularies

PAPER = """
Northgate Widgets Ltd                     {date}

Zork      Thing            Pcs      Plum      Quop     Worth
{rows}

                                              Grand    {grand}
"""
"""Headings that no vocabulary knows: a code, a price before and after rebate, an amount."""
ROW = "{code:<10}{thing:<17}{pieces:>3}{list:>10}{price:>10}{worth:>10}"


def paper(*rows: tuple[str, str, str, str, str, str], moved: int = 0) -> Reading:
    names = ("code", "thing", "pieces", "list", "price", "worth")
    printed = "\n".join(ROW.format(**dict(zip(names, row, strict=True))) for row in rows)
    return Reading(
        pages=(page("\n" * moved + PAPER.format(date="03/02/2025", rows=printed, grand="99.00")),), page_count=1
    )


FIRST = paper(("AB-1", "Bolt", "2", "12.50", "10.00", "20.00"), ("AB-2", "Nut", "3", "5.00", "4.00", "12.00"))
SECOND = paper(
    ("CDE-77", "Steel plate", "10", "120.00", "99.50", "995.00"), ("F-1", "Saw", "1", "40.00", "36.00", "36.00"),
    ("G-123", "Long bolt", "4", "2.50", "2.00", "8.00"), moved=3,
)  # fmt: skip


def _cell(reading: Reading, name: str, text: str) -> Field:
    word = next(word for word in reading.pages[0].words if word.text == text)
    origin = Provenance(how="read", page=1, box=word.box, by="pdf+en@1")
    return Field(name=name, value=text, raw=text, confidence=0.7, provenance=origin)


def _read(reading: Reading, *rows: tuple[tuple[str, str], ...]) -> Extraction:
    """An extraction whose cells were read from the given words."""
    kind = Classification(type="invoice", type_confidence=0.9, language="en", language_confidence=0.9)
    lines: tuple[Row, ...] = tuple(tuple(_cell(reading, name, text) for name, text in row) for row in rows)
    return Extraction(document_id="d" * 64, classification=kind, lines=lines)


MISREAD = _read(FIRST, (("description", "Bolt"), ("unit_price", "12.50"), ("amount", "20.00")), (("description", "Nut"), ("amount", "12.00")))  # fmt: skip
NEXT = _read(
    SECOND, (("quantity", "10"), ("unit_price", "120.00"), ("amount", "995.00")), (("description", "Saw"), ("unit_price", "40.00")),
    (("description", "Long"), ("unit_price", "2.50"), ("amount", "8.00")),
)  # fmt: skip


def _learned(
    path: str, value: str, *, reading: Reading = FIRST, read: Extraction = MISREAD, box: Box | None = None
) -> Placing | None:
    return learn_column(
        reading, read, Correction(path=path, value=value, page=1 if box else None, box=box), vocabularies=vocabularies()
    )


def _applied(path: str, value: str, reading: Reading = SECOND, read: Extraction = NEXT) -> list[dict[str, str]]:
    placing = _learned(path, value)
    assert placing is not None
    learned = [LearnedPlacing(placing=placing, identity="vendor_tax_id:gb1", document_id="a" * 64)]
    after = apply(read, reading, learned, vocabularies=vocabularies())
    return [{field.name: field.value for field in row} for row in after.lines]


def test_one_corrected_price_mends_the_column_of_the_next_document() -> None:
    assert [row.get("unit_price") for row in _applied("lines[0].unit_price", "10.00")] == ["99.50", "36.00", "2.00"]


def test_a_cell_that_was_never_read_is_added_to_every_row() -> None:
    assert [row.get("item_code") for row in _applied("lines[1].item_code", "AB-2")] == ["CDE-77", "F-1", "G-123"]


def test_a_quantity_is_read_in_its_column() -> None:
    assert [row.get("quantity") for row in _applied("lines[1].quantity", "3")] == ["10", "1", "4"]


def test_a_cell_says_where_it_was_learned_and_what_it_replaced() -> None:
    placing = _learned("lines[0].unit_price", "10.00")
    assert placing is not None

    after = apply(
        NEXT, SECOND, [LearnedPlacing(placing=placing, identity="x", document_id="a" * 64)], vocabularies=vocabularies()
    )

    price = by_name(after.lines[0])["unit_price"]
    assert price.provenance.by.endswith("+layout@aaaaaaaaaaaa")
    assert price.provenance.box == pytest.approx(
        next(w.box for w in SECOND.pages[0].words if w.text == "99.50"), abs=0.1
    )
    assert [other.value for other in price.alternatives] == ["120.00"]


def test_a_print_is_one_number_only() -> None:
    """What was read as a price and is the amount is no price any more."""
    read = _read(SECOND, (("quantity", "10"), ("unit_price", "995.00")))

    assert _applied("lines[0].amount", "20.00", read=read)[0] == {"quantity": "10", "amount": "995.00"}


def test_a_row_that_added_up_and_would_not_any_more_stays() -> None:
    read = _read(SECOND, (("quantity", "10"), ("unit_price", "99.50"), ("amount", "995.00")))
    before = [{field.name: field.value for field in row} for row in read.lines]

    placing = _learned("lines[0].unit_price", "12.50")
    assert placing is not None
    learned = [LearnedPlacing(placing=placing, identity="x", document_id="a" * 64)]

    after = apply(read, SECOND, learned, vocabularies=vocabularies())

    assert [{field.name: field.value for field in row} for row in after.lines] == before


def test_a_table_with_other_headings_is_left_alone() -> None:
    words = tuple(
        word._replace(text="Xyzzy" if word.text in {"Quop", "Plum", "Worth"} else word.text)
        for word in SECOND.pages[0].words
    )
    other = Reading(pages=(SECOND.pages[0].model_copy(update={"words": words}),), page_count=1)

    assert _applied("lines[0].unit_price", "10.00", other) == [
        {field.name: field.value for field in row} for row in NEXT.lines
    ]


def test_a_following_page_without_headings_has_the_columns_of_the_first() -> None:
    bare: Page = page(
        ROW.format(code="H-1", thing="Hinge", pieces="6", list="9.00", price="7.00", worth="42.00"), number=2
    )
    both = Reading(pages=(SECOND.pages[0], bare), page_count=2)
    amount = next(word for word in bare.words if word.text == "42.00")
    origin = Provenance(how="read", page=2, box=amount.box, by="pdf")
    row = (Field(name="amount", value="42.00", raw="42.00", confidence=0.7, provenance=origin),)

    assert _applied("lines[0].unit_price", "10.00", both, NEXT.model_copy(update={"lines": (*NEXT.lines, row)}))[-1] == {
        "amount": "42.00", "unit_price": "7.00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [("lines[0].description", "Bolt"), ("lines[0].unit_price", "77.00"), ("lines[9].amount", "20.00"), ("taxes[0].rate", "20"), ("total", "99.00")],
    ids=["a description", "a value that is not there", "a row that is not there", "a tax", "a header field"],
)  # fmt: skip
def test_what_tells_no_column_teaches_nothing(path: str, value: str) -> None:
    assert _learned(path, value) is None


def test_of_two_equal_numbers_the_free_one_is_meant() -> None:
    reading = paper(("AB-1", "Bolt", "1", "25.00", "20.00", "20.00"))
    price, amount = (word for word in reading.pages[0].words if word.text == "20.00")
    origin = Provenance(how="read", page=1, box=price.box, by="pdf")
    read = MISREAD.model_copy(
        update={"lines": ((Field(name="unit_price", value="20.00", raw="20.00", confidence=0.7, provenance=origin),),)}
    )

    placing = _learned("lines[0].amount", "20.00", reading=reading, read=read)

    assert placing is not None
    assert placing.x0 == pytest.approx(amount.x0 / reading.pages[0].width, abs=0.001)


def test_a_column_survives_being_stored() -> None:
    placing = _learned("lines[0].unit_price", "10.00")
    assert placing is not None

    assert Placing.model_validate_json(placing.model_dump_json()) == placing
