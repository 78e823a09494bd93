"""Values in OData addresses, filters and JSON dates."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import parse_qs, unquote
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.odata.literals import Plain, either, entity_path, json_date, literal, query, read_date, where

MOMENT = datetime(2026, 1, 31, 11, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("value", "v2", "v4"),
    [
        ("O'Brien & 'söhne'", "'O''Brien & ''söhne'''", "'O''Brien & ''söhne'''"),
        (True, "true", "true"),
        (7, "7", "7"),
        (2**31, "2147483648L", "2147483648"),
        (-(2**31), "-2147483648", "-2147483648"),
        (Decimal("12.50"), "12.50M", "12.50"),
        (Decimal("1E+3"), "1000M", "1000"),
        (Decimal("0.0000001"), "0.0000001M", "0.0000001"),
        (date(2026, 1, 31), "datetime'2026-01-31T00:00:00'", "2026-01-31"),
        (MOMENT, "datetimeoffset'2026-01-31T10:00:00Z'", "2026-01-31T10:00:00Z"),
        (UUID(int=1), "guid'00000000-0000-0000-0000-000000000001'", "00000000-0000-0000-0000-000000000001"),
        (None, "null", "null"),
    ],
)
def test_a_value_is_written_in_its_versions_way(value: Plain, v2: str, v4: str) -> None:
    assert (literal(value, "v2"), literal(value, "v4")) == (v2, v4)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        literal(datetime(2026, 1, 31), "v4")  # noqa: DTZ001 - that is the point


def test_conditions_hold_together_and_choices_stand_in_brackets() -> None:
    assert where("v2", ("A", "eq", "x"), ("B", "ge", 1)) == "A eq 'x' and B ge 1"
    assert either("v4", "A", ("x", "y")) == "(A eq 'x' or A eq 'y')"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_breaks_out_of_its_quotes_or_its_address(text: str) -> None:
    """A reader of the standard finds the text again: quotes come in pairs, nothing in it ends a path or an option."""
    path = entity_path("A", {"Number": text, "Year": 2026}, "v2")
    options = query({"$filter": where("v2", ("Number", "eq", text))})

    inside = unquote(path).removeprefix("A(Number='").removesuffix("',Year=2026)")
    assert inside.replace("''", "'") == text
    assert not set("/?#& ") & set(path)
    assert parse_qs(options, keep_blank_values=True, strict_parsing=True) == {
        "$filter": [f"Number eq {literal(text, 'v2')}"]
    }
    assert "+" not in options


def test_a_key_of_one_part_stands_alone() -> None:
    assert entity_path("A_Order", "45/1", "v2") == "A_Order('45%2F1')"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (date(2025, 12, 19), "/Date(1766102400000)/"),
        (datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC), "/Date(-1)/"),
        (MOMENT, "/Date(1769853600000)/"),
    ],
)
def test_a_json_date_goes_there_and_back(at: date, text: str) -> None:
    whole = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)

    assert (json_date(at), read_date(text)) == (text, whole)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("/Date(1766102400000+0060)/", datetime(2025, 12, 19, tzinfo=UTC)),
        ("2025-12-19T00:00:00", datetime(2025, 12, 19, tzinfo=UTC)),
        ("2025-12-19T01:00:00+01:00", datetime(2025, 12, 19, tzinfo=UTC)),
        ("2025-12-19T00:00:00Z", datetime(2025, 12, 19, tzinfo=UTC)),
    ],
)
def test_other_spellings_of_a_moment_are_read(text: str, at: datetime) -> None:
    assert read_date(text) == at


@pytest.mark.parametrize("text", ["", "yesterday", "/Date(x)/", "/Date(9999999999999999999)/"])
def test_a_text_that_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_date(text)
