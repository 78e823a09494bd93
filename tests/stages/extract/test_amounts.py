from decimal import Decimal

import pytest

from engine.content.vocabulary import Numbers
from engine.model.page import Page
from engine.stages.extract.amounts import amounts_on, decimal_mark, parse_number
from engine.stages.extract.lines_of_text import Sheet
from tests.stages.extract.layout import lexicon, line, words

NOTATIONS = [
    ("1.234,56", ",", "1234.56"),
    ("1,234.56", ".", "1234.56"),
    ("1,234.56", ",", "1234.56"),
    ("1.234.567,89", ".", "1234567.89"),
    ("1'234.56", ".", "1234.56"),
    ("1’234.56", ".", "1234.56"),  # noqa: RUF001
    ("1234.5", ".", "1234.5"),
    ("1.234", ",", "1234"),
    ("1.234", ".", "1.234"),
    ("0,025", ".", "0.025"),
    ("12,-", ",", "12"),
    ("12,--", ",", "12"),
    ("5.00-", ".", "-5.00"),
    ("-5,00", ",", "-5.00"),
    ("−5,00", ",", "-5.00"),  # noqa: RUF001
    ("(5.00)", ".", "-5.00"),
    ("€5,00", ",", "5.00"),
    ("5,00€", ",", "5.00"),
    ("EUR1.204,50", ",", "1204.50"),
    ("$1,000", ".", "1000"),
    ("-$12.50", ".", "-12.50"),
    ("12.50A", ".", "12.50"),
]


@pytest.mark.parametrize(("text", "decimal", "value"), NOTATIONS, ids=[f"{t}|{d}" for t, d, _ in NOTATIONS])
def test_a_number_is_read_in_its_notation(text: str, decimal: str, value: str) -> None:
    assert parse_number(text, decimal) == Decimal(value)


@pytest.mark.parametrize("text", ["abc", "12:30", "1.2.3.4", "AB12", "", "12/2024"])
def test_other_text_is_not_a_number(text: str) -> None:
    assert parse_number(text, ".") is None


def _amounts(text: str, decimal: str = ",") -> list[tuple[str, str | None, bool]]:
    found = amounts_on(line(text), decimal=decimal, space_groups=True, taken=frozenset(), lexicon=lexicon())
    return [(f"{a.value}", a.currency, a.is_percent) for a in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Total 1 234,56 EUR", [("1234.56", "EUR", False)]),
        ("Total 12 345 678,90", [("12345678.90", None, False)]),
        ("Total € 99,00", [("99.00", "EUR", False)]),
        ("MwSt 19 % 3,80", [("19", None, True), ("3.80", None, False)]),
        ("MwSt 19% 3,80", [("19", None, True), ("3.80", None, False)]),
        ("Rabatt - 3,80", [("-3.80", None, False)]),
        ("2    10,00    20,00", [("2", None, False), ("10.00", None, False), ("20.00", None, False)]),
        ("Total ₹ 1,23,456.00", [("123456.00", "INR", False)]),
        ("Total 12,34,567", [("1234567", None, False)]),
        ("Balance 250.00CR", [("-250.00", None, False)]),
        ("Balance 250.00DR", [("250.00", None, False)]),
        ("Total 24. 75", [("24.75", None, False)]),
        ("Konto 12345678901234567890", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_amounts_of_a_line_are_found(text: str, expected: list[tuple[str, str | None, bool]]) -> None:
    assert _amounts(text, "." if "24." in text else ",") == expected


def test_a_quantity_in_its_own_column_is_not_joined_with_the_price() -> None:
    assert _amounts("Bolt    1    234,56")[-2:] == [("1", None, False), ("234.56", None, False)]


@pytest.mark.parametrize(
    ("text", "habit", "mark"),
    [
        ("1.234,56 and 7,50", ".", ","),
        ("1,234.56 and 7.50", ",", "."),
        ("no amounts", ",", ","),
        ("12.05 3.06 1.000,00 2.000,00", ".", ","),
    ],
)
def test_the_document_itself_decides_the_decimal_mark(text: str, habit: str, mark: str) -> None:
    sheet = Sheet(Page(number=1, width=600, height=800, words=words(text)))

    assert decimal_mark([sheet], Numbers.model_validate({"decimal": habit})) == mark
