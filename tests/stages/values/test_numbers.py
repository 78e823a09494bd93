from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.stages.values.numbers import Mark, is_ambiguous, mark_of, number, readings

ONE_READING = {
    "1.234,56": "1234.56", "1,234.56": "1234.56", "1 234,56": "1234.56", "1'234.56": "1234.56", "1234,5": "1234.5",
    "1\u00a0234,56": "1234.56", "1\u202f234\u202f567,89": "1234567.89", "1\u2009234.5": "1234.5", "1\u2019234.50": "1234.50",
    "-12.00": "-12.00", "12.00-": "-12.00", "(12.00)": "-12.00", "12,00 CR": "-12.00", "12.00CR": "-12.00", "5.00 DR": "5.00",
    "\u22127,25": "-7.25", "\u20137,25": "-7.25", "+7.25": "7.25", "7.25 -": "-7.25", "<5.00>": "-5.00", "5,00 Haben": "-5.00",
    "1,23,456.00": "123456.00", "12,34,567": "1234567", "1,00,00,000": "10000000", "Rs. 5,00,000": "500000",
    "\u0661\u066c\u0662\u0663\u0664\u066b\u0665\u0666": "1234.56", "\u0967,\u0968\u0969,\u096a\u096b\u096c.\u0966\u0966": "123456.00",
    "\u06f1\u06f2\u06f3": "123", "\uff11\uff12.\uff15": "12.5",
    "EUR 1.204,--": "1204", "1.204.-": "1204", "1.204,-": "1204", "CHF 1'204.--": "1204", "12,-": "12", "1 204,- Kč": "1204",
    "\u20ac 5": "5", "5 \u20ac": "5", "5\u20ac": "5", "\u20ac5.00": "5.00", "-\u20ac5.00": "-5.00", "\u20ac-5.00": "-5.00", "$(5.00)": "-5.00",
    "($5.00)": "-5.00", "US$ 3.00": "3.00", "R$ 1.234,50": "1234.50", "zł 3,50": "3.50", "3,50 zł": "3.50", "12.000,00 EUR": "12000.00",
    "EUR1.234,00-": "-1234.00", "kr 1 234,00": "1234.00", "1.234,00 kr.": "1234.00", "12.5 kg": "12.5", "RM12.00": "12.00",
    "1234567": "1234567", "10.000.000": "10000000", "1,000,000": "1000000", "1.234.567,8": "1234567.8", "1,234,567.891": "1234567.891",
    "0.234": "0.234", "0,5": "0.5", ".5": "0.5", "1234.567": "1234.567", "12,3456": "12.3456", "0": "0", "00.10": "0.10",
    "1_000": "1000", "1 234.567": "1234.567", "100.": "100", "abc": None, "": None, "12 34": None, "1.2.3": None, "1,2,3": None,
    "1.23.456,7": None, "1,234.567,8": None, "24. 75": "24.75", "24 ,75": "24.75", "12:30": None, "1-2": None, "1234567890123456789012": None, "12.34.5678": None,
}  # fmt: skip
"""Print -> the only number it shows, or None where it shows none."""

TWO_READINGS = {
    "1.234": ("1234", "1.234"), "1,234": ("1234", "1.234"), "12.500": ("12500", "12.500"), "999,999": ("999999", "999.999"),
    "-1.234": ("-1234", "-1.234"), "(1,000)": ("-1000", "-1.000"), "EUR 2.750": ("2750", "2.750"), "1.000 kg": ("1000", "1.000"),
}  # fmt: skip


@pytest.mark.parametrize(("printed", "value"), ONE_READING.items())
def test_a_number_reads_as_it_is_printed(printed: str, value: str | None) -> None:
    assert number(printed) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(("printed", "values"), TWO_READINGS.items())
def test_a_lone_group_of_three_has_two_readings(printed: str, values: tuple[str, str]) -> None:
    assert tuple(one.value for one in readings(printed)) == tuple(map(Decimal, values))
    assert is_ambiguous(printed)
    assert number(printed) is None


@pytest.mark.parametrize(
    ("printed", "mark", "value"),
    [("1.234", ",", "1234"), ("1.234", ".", "1.234"), ("1,234", ",", "1.234"), ("1,234", ".", "1234"), ("5", ",", "5")],
)
def test_the_mark_of_the_document_decides(printed: str, mark: Mark, value: str) -> None:
    assert number(printed, mark=mark) == Decimal(value)


@pytest.mark.parametrize(
    ("printed", "mark"),
    [
        (["1.234,56", "1.234"], ","),
        (["12.50", "1,234.00"], "."),
        (["1.234", "2.345"], None),
        (["1,50", "1.50"], None),
        ([], None),
        (["1'234.50", "12"], "."),
    ],
)
def test_other_numbers_prove_the_mark(printed: list[str], mark: Mark | None) -> None:
    assert mark_of(printed) == mark


def _grouped(digits: str, group: str, *, is_indian: bool) -> str:
    head, tail = digits[:-3], digits[-3:]
    size = 2 if is_indian else 3
    parts: list[str] = []
    while head:
        head, part = head[:-size], head[-size:]
        parts.insert(0, part)
    return group.join([*parts, tail])


STYLES = {
    "german": (".", ","), "english": (",", "."), "french": ("\u202f", ","), "swiss": ("'", "."), "plain": ("", "."),
    "plain comma": ("", ","), "thin": ("\u2009", "."), "typographic": ("\u2019", "."),
}  # fmt: skip
WRAPS = ["{}", "EUR {}", "{} EUR", "\u20ac{}", "{} \u20ac", "CHF{}", "{} z\u0142"]
NEGATIVES = ["-{}", "{}-", "({})", "\u2212{}", "{} CR"]


@given(text=st.text(alphabet="0123456789.,' -+()\u20acEURCx\n\u00a0%", max_size=14))
def test_no_text_is_too_strange_to_be_looked_at(text: str) -> None:
    assert all(one.value.is_finite() for one in readings(text))


@given(
    cents=st.integers(0, 10**15),
    style=st.sampled_from(list(STYLES)),
    wrap=st.sampled_from(WRAPS),
    negative=st.sampled_from([None, *NEGATIVES]),
    is_indian=st.booleans(),
    digits=st.sampled_from(["0123456789", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669", "\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f"]),
)  # fmt: skip
def test_an_amount_in_any_notation_is_the_amount(
    cents: int, style: str, wrap: str, negative: str | None, is_indian: bool, digits: str
) -> None:
    group, mark = STYLES[style]
    whole, rest = divmod(cents, 100)
    head = _grouped(str(whole), group, is_indian=is_indian and style == "english") if whole > 999 else str(whole)
    printed = f"{head}{mark}{rest:02}".translate(dict(zip(map(ord, "0123456789"), digits, strict=True)))
    printed = negative.format(printed) if negative else wrap.format(printed)

    assert number(printed) == Decimal(-cents if negative else cents) / 100
