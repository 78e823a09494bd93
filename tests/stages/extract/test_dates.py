import pytest

from engine.model.page import Page
from engine.stages.extract.dates import Order, date_order, dates_on
from engine.stages.extract.lines_of_text import Sheet
from tests.stages.extract.layout import lexicon, line, words


def _dates(text: str, order: Order = "dmy") -> list[str]:
    return [span.value.isoformat() for span in dates_on(line(text), order=order, lexicon=lexicon())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-17", "2024-05-17"),
        ("2024/5/7", "2024-05-07"),
        ("17.05.2024", "2024-05-17"),
        ("17.5.24", "2024-05-17"),
        ("17. 05. 2024", "2024-05-17"),
        ("17/05/2024", "2024-05-17"),
        ("17-05-24", "2024-05-17"),
        ("17 May 2024", "2024-05-17"),
        ("17th of May, 2024", "2024-05-17"),
        ("May 17, 2024", "2024-05-17"),
        ("August 3 , 2024", "2024-08-03"),
        ("Fri, 17-May-24", "2024-05-17"),
        ("17MAY2024", "2024-05-17"),
        ("17. Mai 2024", "2024-05-17"),
        ("Freitag, den 17. März 2024", "2024-03-17"),
        ("17. Jänner 2024", "2024-01-17"),
        ("le 2 février 2024", "2024-02-02"),
        ("1er août 2024", "2024-08-01"),
        ("3 de enero de 2024", "2024-01-03"),
        ("12 settembre 2024", "2024-09-12"),
        ("19 april 2024", "2024-04-19"),
        ("5 października 2024", "2024-10-05"),
        ("7 de março de 2024", "2024-03-07"),
        ("2024. gada 9. maijs", "2024-05-09"),
    ],
)
def test_a_date_is_read_in_its_notation(text: str, expected: str) -> None:
    assert _dates(text) == [expected]


@pytest.mark.parametrize("text", ["12:30", "1.2.3.4.5", "99.99.2024", "10.20", "31.02.2024", "tel 0171-22-33"])
def test_other_numbers_are_not_dates(text: str) -> None:
    assert _dates(text) == []


def test_month_first_is_read_where_it_is_the_order() -> None:
    assert _dates("03/20/2024 04/05/2024", "mdy") == ["2024-03-20", "2024-04-05"]


def test_an_ambiguous_date_keeps_its_other_reading() -> None:
    (span,) = dates_on(line("04/05/2024"), order="dmy", lexicon=lexicon())

    assert (span.value.isoformat(), span.other and span.other.isoformat()) == ("2024-05-04", "2024-04-05")


@pytest.mark.parametrize(
    ("text", "hint", "order", "is_proven"),
    [
        ("17/05/2024 04/05/2024", False, "dmy", True),
        ("05/17/2024 04/05/2024", False, "mdy", True),
        ("04/05/2024", True, "mdy", False),
        ("04/05/2024", False, "dmy", False),
        ("04.05.2024", True, "dmy", True),
    ],
)
def test_the_documents_own_dates_decide_the_order(text: str, hint: bool, order: str, is_proven: bool) -> None:
    sheet = Sheet(Page(number=1, width=600, height=800, words=words(text)))

    assert date_order([sheet], habit="dmy", month_first_hint=hint) == (order, is_proven)
