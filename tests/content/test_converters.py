from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined

from engine.content import converters
from engine.content.converters import CONVERTERS, IN_CONTEXT, Inconvertible, filters

CASES = [
    ("trim", ("  a \n b ",), "a b"),
    ("upper", ("re-1ß",), "RE-1SS"),
    ("lower", ("RE-1",), "re-1"),
    ("pad_left", ("42", 6), "000042"),
    ("pad_left", ("1234567", 6), "1234567"),
    ("pad_right", ("ab", 4), "ab  "),
    ("cut", ("Papier Nord GmbH", 7), "Papier"),
    ("date", ("2026-03-04", "%d.%m.%Y"), "04.03.2026"),
    ("date", ("2026-03-04", "%Y%m%d"), "20260304"),
    ("date", ("0099-03-04", "%Y%m%d"), "00990304"),
    ("decimal", ("10.005", 2), "10.01"),
    ("decimal", ("10.005", 2, "half_even"), "10.00"),
    ("decimal", ("-0.001", 2), "0.00"),
    ("decimal", ("10", 2), "10.00"),
    ("minor", ("12.50", "EUR"), "1250"),
    ("minor", ("1250", "JPY"), "1250"),
    ("minor", ("-1.234", "KWD"), "-1234"),
    ("sign", ("-1",), "-"),
    ("sign", ("0", "S", "H"), "S"),
    ("sign", ("-0.01", "S", "H"), "H"),
    ("negate", ("-12.50",), "12.50"),
    ("negate", ("0.00",), "0.00"),
    ("absolute", ("-12.50",), "12.50"),
    ("plus", ("0.1", "0.2"), "0.3"),
    ("minus", ("119.00", "19.00"), "100.00"),
    ("times", ("3", "0.1"), "0.3"),
    ("per", ("250", "100"), "2.5"),
    ("per", ("12.3456", "1"), "12.3456"),
    ("first_non_empty", ("  ", "b"), "b"),
    ("default", ("", "x"), "x"),
    ("default", ("a", "x"), "a"),
    ("replace", ("a-b-c", "-", ""), "abc"),
    ("split", ("DE/123", "/", 1), "123"),
    ("split", ("DE/123", "/", -1), "123"),
    ("join", ("a", "-", "", "c"), "a-c"),
    ("join", (["a", "b"], ";"), "a;b"),
    ("digits", ("PO 45-00",), "4500"),
    ("ascii", ("Müller & Søn, Łódź",), "Mueller & Son, Lodz"),
    ("ascii", ("東京", "?"), "??"),
    ("max", ("abc", 3), "abc"),
    ("unit", ("1.5", "TNE", "KGM"), "1500"),
    ("unit", ("12", "INH", "CMT"), "30.48"),
    ("unit", ("90", "MIN", "HUR"), "1.5"),
    ("unit", ("1", "MIN", "HUR"), "0.01666666666666666667"),
    ("unit", ("2.50", "KGM", "KGM"), "2.50"),
    ("unit", ("3", "XCS", "XCS"), "3"),
    ("unit", ("2", "DZN", "C62"), "24"),
]


@pytest.mark.parametrize(("name", "args", "expected"), CASES, ids=[f"{n}{a}" for n, a, _ in CASES])
def test_a_converter_gives_text(name: str, args: tuple, expected: str) -> None:
    assert filters()[name](*args) == expected


def test_every_converter_has_a_case() -> None:
    assert {name for name, _, _ in CASES} | IN_CONTEXT == set(CONVERTERS)


REFUSED = [
    ("per", ("10", "3")),
    ("per", ("10", "0")),
    ("decimal", ("1,50", 2)),
    ("decimal", ("1e5", 2)),
    ("decimal", ("NaN", 2)),
    ("decimal", ("1", 2, "sideways")),
    ("minor", ("12.505", "EUR")),
    ("date", ("04.03.2026", "%Y")),
    ("date", ("2026-02-30", "%Y")),
    ("date", ("2026-03-04", "%H{0}")),
    ("ascii", ("東京",)),
    ("pad_left", ("a", 1_000_000)),
    ("replace", ("a" * 10_000, "a", "b" * 1_000)),
    ("replace", ("abc", "", "x")),
    ("split", ("abc", "", 0)),
    ("upper", (1.5,)),
    ("max", ("abcd", 3)),
    ("unit", ("1", "KGM", "MTR")),
    ("unit", ("1", "XCS", "C62")),
    ("unit", ("1", "", "C62")),
    ("upper", (["a"],)),
]


@pytest.mark.parametrize(("name", "args"), REFUSED, ids=[f"{n}{str(a)[:30]}" for n, a in REFUSED])
def test_a_value_that_cannot_be_converted_is_refused(name: str, args: tuple) -> None:
    with pytest.raises(Inconvertible):
        filters()[name](*args)


@pytest.mark.parametrize("name", sorted(set(CONVERTERS) - {"default", "first_non_empty", "join"} - IN_CONTEXT))
def test_a_missing_value_is_handed_on(name: str) -> None:
    missing = StrictUndefined(name="x")

    assert filters()[name](missing, "a", "b", "c") is missing


def test_a_part_that_is_not_there_is_missing() -> None:
    assert isinstance(converters.split("a/b", "/", 5), StrictUndefined)
    assert isinstance(converters.digits("none"), StrictUndefined)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20))
def test_numbers_are_never_changed_by_reading_and_writing_them(value: Decimal) -> None:
    assert converters.number(converters.plain(value)) == value
    assert converters.negate(converters.negate(converters.plain(value))) == converters.plain(value)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15),
    st.integers(0, 6),
)
def test_rounding_moves_a_number_by_at_most_half_a_unit(value: Decimal, places: int) -> None:
    rounded = Decimal(converters.decimal(converters.plain(value), places))

    assert abs(rounded - value) <= Decimal(5).scaleb(-places - 1)
