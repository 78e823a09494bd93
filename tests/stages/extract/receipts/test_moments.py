import pytest

from engine.model.page import Word
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.moments import Order, moments_on, order_of
from tests.stages.extract.receipts.paper import wording


def _line(text: str) -> Line:
    words, at = [], 0.0
    for part in text.split(" "):
        words.append(Word(part, at, 0, at + 5 * len(part), 10))
        at += 5 * len(part) + 5
    return Line(1, words)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("18/03/2018 13:18", "dmy", "2018-03-18"),
        ("18/03/201813:18:48", "dmy", "2018-03-18"),
        ("2018-03-1813:18", "dmy", "2018-03-18"),
        ("28 MAR 18 18:32", "dmy", "2018-03-28"),
        ("18MAR2018", "dmy", "2018-03-18"),
        ("22Sep'1812:46", "dmy", "2018-09-22"),
        ("225ep'18 12:46", "dmy", "2018-09-22"),
        ("310kt'18", "dmy", "2018-10-31"),
        ("l8/O3/2018", "dmy", "2018-03-18"),
        ("15/10/20 17", "dmy", "2017-10-15"),
        ("07/25/2018", "mdy", "2018-07-25"),
        ("07/25/2018", "dmy", "2018-07-25"),
        ("Jul 4, 2023", "mdy", "2023-07-04"),
        ("24-07-19 12:08", "ymd", "2024-07-19"),
        ("2023.11.30. 07:15", "ymd", "2023-11-30"),
        ("3 de mayo de 2022", "dmy", "2022-05-03"),
        ("20240918 101500", "dmy", "2024-09-18"),
        ("2024年3月5日", "dmy", "2024-03-05"),
        ("10. 09. 2021", "dmy", "2021-09-10"),
        ("Datum 01 03 18 19 58", "dmy", "2018-03-01"),
        ("Datun 01 03 18 19 58 Uhr", "dmy", "2018-03-01"),
        ("01 03 2018 19:58:07", "dmy", "2018-03-01"),
    ],
)
def test_dates_are_read_as_slips_print_them(text: str, order: Order, expected: str) -> None:
    found = moments_on(_line(text), wording(), order=order)

    assert [m.value.isoformat() for m in found][:1] == [expected]


@pytest.mark.parametrize(
    "text", ["TEL 03-4021-0276", "1.25 0.80", "Tisch 03/201", "99/99/9999", "12:30:45", "Tel 01 03 18 19 58"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert moments_on(_line(text), wording(), order="dmy") == []


def test_a_day_above_twelve_in_second_place_proves_that_months_come_first() -> None:
    assert order_of([_line("07/25/2018 17:50")], "dmy") == ("mdy", True)


def test_a_time_beside_a_date_is_noticed() -> None:
    assert moments_on(_line("18/03/2018 13:18"), wording(), order="dmy")[0].has_time
