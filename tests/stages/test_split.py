import pytest

from engine.model.page import Page, Reading
from engine.stages.split import Split, cut_before, part_of, split, spoken, unsure
from tests.stages.bundle.drawn import (
    CREDIT,
    INVOICE,
    ITEMS,
    LETTER,
    ORDER,
    TERMS,
    blank,
    bundle,
    file_of,
    separator,
)
from tests.stages.extract.layout import page, vocabularies


def found(reading: Reading) -> Split:
    return split(reading, vocabularies())


def pages_of(reading: Reading) -> list[tuple[int, ...]]:
    return [part.pages for part in found(reading).parts]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param((INVOICE,), [(1,)], id="one page"),
        pytest.param((INVOICE, ITEMS), [(1, 2)], id="a sum carried forward goes on"),
        pytest.param((INVOICE, TERMS), [(1, 2)], id="terms stay with their invoice"),
        pytest.param((INVOICE, CREDIT), [(1,), (2,)], id="another number of the same vendor begins anew"),
        pytest.param((INVOICE, ITEMS, ORDER), [(1, 2), (3,)], id="another vendor begins anew"),
    ],
)
def test_a_file_is_cut_where_a_document_ends(texts: tuple[str, ...], expected: list[tuple[int, ...]]) -> None:
    assert pages_of(bundle(*texts)) == expected


@pytest.mark.parametrize(
    "numbers",
    [
        ("Seite 1 von 2", "Seite 2 von 2"), ("Page 1 of 2", "Page 2 of 2"), ("Página 1 de 2", "Página 2 de 2"),
        ("Pagina 1 van 2", "Pagina 2 van 2"), ("Strona 1 z 2", "Strona 2 z 2"), ("1/2", "2/2"), ("- 1 -", "- 2 -"),
        ("1. lpp. no 2", "2. lpp. no 2"),
    ],
    ids=lambda numbers: numbers[0],
)  # fmt: skip
def test_page_numbers_that_go_on_hold_pages_together(numbers: tuple[str, str]) -> None:
    first, second = numbers

    assert pages_of(bundle(f"{INVOICE}\n{first}", f"{ORDER}\n{second}")) == [(1, 2)]


def test_page_numbers_that_begin_again_part_pages_that_look_alike() -> None:
    first, other = f"{INVOICE}\nSeite 1 von 1", f"{INVOICE.replace('99120', '99121')}\nSeite 1 von 1"

    assert pages_of(bundle(first, other)) == [(1,), (2,)]


@pytest.mark.parametrize("text", ["PATCH T", "PATCHT", "DOC-SEP 4711", "patch2"])
def test_a_separator_sheet_parts_documents_and_is_dropped(text: str) -> None:
    result = found(file_of(page(INVOICE), separator(text), page(ITEMS)))

    assert [part.pages for part in result.parts] == [(1,), (3,)]
    assert result.dropped == (2,)
    assert result.is_sure


def test_a_barcode_of_another_kind_is_no_separator() -> None:
    assert pages_of(file_of(page(INVOICE), separator("4006381333931"), page(ITEMS))) == [(1, 2, 3)]


def test_separators_may_be_named() -> None:
    file = file_of(page(INVOICE), separator("NEU-00"), page(ITEMS))

    assert len(split(file, vocabularies(), separators=("NEU",)).parts) == 2


def test_an_empty_back_stays_with_its_document_and_one_between_documents_is_dropped() -> None:
    back = found(file_of(page(INVOICE), blank(), page(ITEMS)))
    between = found(file_of(page(INVOICE), blank(), page(ORDER)))

    assert ([part.pages for part in back.parts], back.dropped) == ([(1, 2, 3)], ())
    assert ([part.pages for part in between.parts], between.dropped) == ([(1,), (3,)], (2,))


def test_a_page_that_nobody_could_read_is_not_blank() -> None:
    illegible = Page(number=1, width=595, height=842, how="none")

    assert pages_of(file_of(page(INVOICE), illegible)) == [(1, 2)]


def test_what_a_reader_was_told_is_taken() -> None:
    told = bundle(INVOICE, ITEMS, LETTER).model_copy(update={"parts": ((1, 1), (2, 3))})

    assert pages_of(told) == [(1,), (2, 3)]


def test_a_doubt_is_a_question_with_the_proposal() -> None:
    sure = found(bundle(INVOICE, CREDIT))
    doubtful = sure.model_copy(update={"is_sure": False})

    question = unsure(doubtful, has_embedded=False)

    assert unsure(sure, has_embedded=False) is None
    assert question is not None
    assert (question.code, question.evidence) == ("split_unsure", (("document 1", "1"), ("document 2", "2")))


def test_a_file_with_one_electronic_invoice_is_always_asked_about() -> None:
    several, one = found(bundle(INVOICE, CREDIT)), found(bundle(INVOICE, ITEMS))

    assert unsure(several, has_embedded=True) is not None
    assert unsure(one, has_embedded=True) is None


def test_a_part_has_its_own_pages_numbered_from_one() -> None:
    reading = bundle(INVOICE, ITEMS, ORDER)

    last = part_of(reading, found(reading).parts[1])

    assert ([p.number for p in last.pages], last.page_count) == ([1], 1)
    assert last.pages[0].words == reading.pages[2].words


def test_page_numbers_are_spoken_as_ranges() -> None:
    assert spoken((1, 2, 3, 5, 7, 8)) == "1-3, 5, 7-8"


def test_a_file_of_separators_only_is_in_no_parts() -> None:
    result = found(file_of(separator(), separator()))

    assert result.parts == ()
    assert result.dropped == (1, 2)


SCANNED = "ocr"
ROWS = """
1   Kugellager 6204      24 Stk     3,10     74,40
2   Dichtsatz             2 Stk    55,00    110,00
3   Lagerbock             4 Stk    12,50     50,00
4   Wellenende            1 Stk    99,00     99,00
"""
OPEN = INVOICE.replace("Gesamtbetrag                                 88,54 EUR", ROWS.strip("\n"))


def is_asked(reading: Reading) -> bool:
    return unsure(found(reading), has_embedded=False) is not None


@pytest.mark.parametrize(
    ("texts", "how"),
    [
        pytest.param((OPEN, ROWS), SCANNED, id="the columns of the open table"),
        pytest.param((INVOICE, f"{ITEMS}"), SCANNED, id="the same number"),
        pytest.param((INVOICE, TERMS), SCANNED, id="small print"),
        pytest.param((INVOICE, "Schlusszeile\nVielen Dank für Ihren Auftrag"), "text_layer", id="begins in the middle"),
    ],
)
def test_what_is_tied_by_more_than_looks_stays_one_document_without_a_question(
    texts: tuple[str, ...], how: str
) -> None:
    reading = bundle(*texts, how=how)

    assert len(found(reading).parts) == 1
    assert not is_asked(reading)


def test_a_scanned_page_that_only_looks_like_the_one_before_is_asked_about() -> None:
    looks_alike = "NORDLAGER KG\nHafenweg 2, 24103 Kiel    info@nordlager.example\nKundennummer 20118\n3 Stk   74,40"

    assert is_asked(bundle(INVOICE, looks_alike, how=SCANNED))


@pytest.mark.parametrize(
    "numbers",
    [("Seite 2 von 2", "Seite 1 von 2"), ("Seite 1 von 3", "Seite 3 von 3", "Seite 2 von 3")],
    ids=["turned round", "in the middle"],
)
def test_pages_out_of_order_are_asked_about(numbers: tuple[str, ...]) -> None:
    assert is_asked(bundle(*(f"{ITEMS}\n{number}" for number in numbers)))


def test_an_order_and_its_change_under_one_number_are_asked_about() -> None:
    change = ORDER.replace("PURCHASE ORDER", "ORDER CHANGE")

    assert is_asked(bundle(ORDER, change))


def test_a_vendor_named_after_transport_carries_no_sum_forward() -> None:
    first, second = (text.replace("NORDLAGER KG", "TRANSPORT NORD KG") for text in (INVOICE, CREDIT))

    assert pages_of(bundle(first, second)) == [(1,), (2,)]


def test_one_electronic_invoice_vouches_for_pages_that_only_look_alike() -> None:
    doubtful = found(bundle(INVOICE)).model_copy(update={"is_sure": False, "confidence": 0.8})

    assert unsure(doubtful, has_embedded=True) is None
    assert unsure(doubtful, has_embedded=False) is not None


def test_a_person_cuts_where_they_like_and_empty_edges_are_left_out() -> None:
    reading = file_of(page(INVOICE), blank(), page(ITEMS), separator(), page(ORDER))

    made = cut_before(reading, (3, 4), vocabularies(), by="anna")

    assert [part.pages for part in made.parts] == [(1,), (3,), (5,)]
    assert made.dropped == (2, 4)
    assert made.parts[1].why == ("said by anna",)
