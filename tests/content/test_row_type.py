import pytest
from pydantic import ValidationError

from engine.content.converters import Inconvertible
from engine.content.row_type import FieldType

FITS = [
    ({"text": {"max": 3}}, "abc", "abc"),
    ("text", 12, "12"),
    ({"decimal": {"places": 2}}, "10", "10.00"),
    ({"decimal": {"places": 2}}, "10.500", "10.50"),
    ({"decimal": {"places": 4, "min_places": 2}}, "10.5", "10.50"),
    ({"decimal": {"places": 4, "min_places": 2}}, "10.1234", "10.1234"),
    ({"decimal": {"places": 3, "min_places": 0}}, "10.000", "10"),
    ({"decimal": {"places": 0}}, "-0", "0"),
    ({"decimal": {"max_digits": 4}}, "-12.34", "-12.34"),
    ({"decimal": {"max_digits": 2}}, "0.12", "0.12"),
    ("decimal", "007.10", "7.10"),
    ({"date": {"format": "%d%m%y"}}, "2026-03-04", "040326"),
    ("date", "2026-03-04", "2026-03-04"),
    ({"integer": {"min": 0, "max": 99}}, "42", 42),
    ("integer", "42.0", 42),
    ("boolean", True, True),
    ("boolean", "false", False),
    ({"picklist": ["KR", "KG"]}, "KG", "KG"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), FITS, ids=[f"{k} {v}" for k, v, _ in FITS])
def test_a_value_that_fits_is_written_as_the_target_takes_it(kind: object, value: str, expected: object) -> None:
    fitted = FieldType.model_validate(kind).fit(value)

    assert fitted == expected
    assert type(fitted) is type(expected)


MISFITS = [
    ({"text": {"max": 3}}, "abcd", "4 characters do not fit into 3"),
    ({"text": {"min": 3}}, "ab", "fewer than 3"),
    ({"text": {"digits": True}}, "1a", "other characters than digits"),
    ({"text": {"digits": True}}, "\u0661", "other characters than digits"),
    ({"decimal": {"places": 2}}, "10.005", "more than 2 decimals"),
    ({"decimal": {"max_digits": 3}}, "12.34", "more than 3 digits"),
    ({"decimal": {"places": 2, "max_digits": 3}}, "12", "more than 3 digits"),
    ("decimal", "1,5", "not a plain number"),
    ("date", "04.03.2026", "not an ISO date"),
    ("integer", "1.5", "not a whole number"),
    ({"integer": {"max": 9}}, "10", "not between"),
    ("boolean", "yes", "neither true nor false"),
    ("boolean", 1, "neither true nor false"),
    ({"picklist": ["KR", "KG"]}, "XX", "not one of KR, KG"),
]


@pytest.mark.parametrize(("kind", "value", "why"), MISFITS, ids=[f"{k} {v}" for k, v, _ in MISFITS])
def test_a_value_that_does_not_fit_is_refused_and_never_bent(kind: object, value: str, why: str) -> None:
    with pytest.raises(Inconvertible, match=why):
        FieldType.model_validate(kind).fit(value)


@pytest.mark.parametrize(
    "kind", [{}, {"text": {}, "date": {}}, "number", {"picklist": []}, {"text": {"size": 3}}], ids=str
)
def test_a_type_is_exactly_one_of_the_known_ones(kind: object) -> None:
    with pytest.raises(ValidationError):
        FieldType.model_validate(kind)
