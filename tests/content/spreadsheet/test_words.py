import pytest

from engine.content.spreadsheet.schema_words import takes
from engine.content.spreadsheet.words import in_words

SAID = [
    ("value | trim | cut(35)", "the value, without extra blanks, the first 35 characters"),
    ("'KG' if record.total | sign == '-' else 'KR'", "KG if total is below zero, otherwise KR"),
    ("value | negate if record.total | sign == '-' else value", "the value, with the other sign if total is below zero, otherwise the value"),
    ("'PCE' if value in ['C62', 'EA'] else value", "PCE if the value is one of C62, EA, otherwise the value"),
    ("line.position | pad_left(6)", "the line's position, filled from the left to 6 characters with 0"),
    ("value | first_non_empty(record.payment_terms)", "the value, or, where that is empty, payment terms"),
    ("value | decimal(2, 'down')", "the value, rounded to 2 decimals (down)"),
    ("value[0:2] ~ '-' ~ vendor.id", 'characters 0 to 2 of the value followed by "-" followed by the vendor\'s id'),
    ("record.po_number is present and not (line.amount is missing)", "po number is there and not (the line's amount is missing)"),
    ("value | xref('units')", "the value, looked up in the list units"),
    ("value | unit(line.unit, 'KGM')", "the value, converted from the unit the line's unit to KGM"),
    ("value | currency(record.currency, 'EUR', record.issue_date)", "the value, converted from currency to EUR at the rate of issue date"),
    ("value |", "value |"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "words"), SAID, ids=[source for source, _ in SAID])
def test_an_expression_is_said_in_words(source: str, words: str) -> None:
    assert in_words(source) == words


TAKEN = [
    ({"type": "string", "minLength": 1, "maxLength": 35}, "text, 1 to 35 characters"),
    ({"type": "string", "pattern": "^[A-Z]{3}$"}, "text, 3 capital letters"),
    ({"type": "string", "pattern": "^[0-9]{1,6}$"}, "text, 1 to 6 digits"),
    ({"type": "string", "pattern": "^-?[0-9]{1,13}\\.[0-9]{2,4}$"}, "text, a number with 2 to 4 decimals"),
    ({"type": "string", "pattern": "^-?[0-9]{1,12}(\\.[0-9]{1,6})?$"}, "text, a number with 1 to 6 decimals or none"),
    ({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}, "text, a date such as 2026-12-31"),
    ({"type": "string", "pattern": "^x+$"}, "text, in the form ^x+$"),
    ({"enum": ["KR", "KG"]}, "KR or KG"),
    ({"type": "integer", "minimum": 0}, "whole number, at least 0"),
    ({"type": "array", "minItems": 1}, "list, at least 1"),
    ({}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "words"), TAKEN, ids=[words or "nothing" for _, words in TAKEN])
def test_a_schema_is_said_in_words(schema: dict[str, object], words: str) -> None:
    assert takes(schema) == words
