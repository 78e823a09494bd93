from decimal import Decimal

import pytest

from engine.model.page import Word
from engine.stages.extract.lines_of_text import Line
from engine.stages.extract.receipts.money import mark_of, money_on
from tests.stages.extract.receipts.paper import wording


def _line(text: str) -> Line:
    words, at = [], 0.0
    for part in text.split(" "):
        words.append(Word(part, at, 0, at + 5 * len(part), 10))
        at += 5 * len(part) + 5
    return Line(1, words)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("Total 12.50", ".", ["12.50"]),
        ("TotalRM12.50", ".", ["12.50"]),
        ("SUMME EUR 1.234,56", ",", ["1234.56"]),
        ("Summe 6, 82", ",", ["6.82"]),
        ("Summe 7 ,80", ",", ["7.80"]),
        ("TOTAL 6,50€", ",", ["6.50"]),
        ("RND ADJ 0.02-", ".", ["-0.02"]),
        ("Rabatt -0,25 A", ",", ["-0.25"]),
        ("Rounding -.02", ".", ["-0.02"]),
        ("Total l2.5O", ".", ["12.50"]),
        ("inkl. 19% MwSt 8,69", ",", ["19", "8.69"]),
        ("Kaffe 32:-", ",", ["32"]),
        ("20 x 1,00 20,00", ",", ["20", "1.00", "20.00"]),
    ],
)
def test_amounts_are_read_as_slips_print_them(text: str, decimal: str, expected: list[str]) -> None:
    found = [m for m in money_on(_line(text), wording(), decimal=decimal) if m.guess > 0.65]

    assert [m.value for m in found] == [Decimal(value) for value in expected]


@pytest.mark.parametrize(
    ("text", "code"), [("RM 4.00", "MYR"), ("4,00 zł", "PLN"), ("€4.00", "EUR"), ("SEK 91,90", "SEK")]
)
def test_the_currency_beside_an_amount_is_known(text: str, code: str) -> None:
    assert money_on(_line(text), wording())[0].currency == code


def test_a_lost_decimal_mark_is_only_a_guess() -> None:
    found = money_on(_line("TOTAL 20 00"), wording())

    assert [(m.value, m.guess < 0.65) for m in found if m.has_cents] == [(Decimal("20.00"), True)]


def test_two_last_digits_tell_the_decimal_mark() -> None:
    assert mark_of([_line("Brot 2,40"), _line("Milch 1,10"), _line("v1.25")]) == ","
