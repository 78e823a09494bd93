from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.model.master_cells import Refused, cell, key_of, row
from engine.model.master_kinds import KINDS, ORDER_LINES, VENDORS, kind
from engine.model.masterdata import Column, ColumnType, Kind


def spelled(type_: ColumnType, value: object) -> str:
    return cell(Column(name="x", meaning="", type=type_, choices=("open", "closed")), value)


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("text", "  Müller  ", "Müller"), ("text", None, ""), ("text", 70001, "70001"), ("decimal", Decimal("1E+3"), "1000"),
        ("decimal", "-12.50", "-12.50"), ("integer", "030", "30"), ("date", date(2026, 1, 31), "2026-01-31"),
        ("date", "2026-01-31T00:00:00", "2026-01-31"), ("boolean", True, "true"), ("boolean", "NO", "false"),
        ("currency", "eur", "EUR"), ("country", "de", "DE"), ("unit", "h87", "H87"), ("choice", "Open", "open"),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_one_spelling(type_: ColumnType, value: object, text: str) -> None:
    assert spelled(type_, value) == text


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("decimal", "1.204,50"), ("decimal", "1e3"), ("decimal", "NaN"), ("decimal", "١٢"), ("integer", "3.0"),
        ("date", "31.01.2026"), ("date", "2026-02-30"), ("date", "2026-01-31T12:00:00"), ("boolean", "ja"),
        ("currency", "Euro"), ("country", "GER"), ("unit", "Stück"), ("choice", "shut"), ("text", "x" * 20_001),
    ],
)  # fmt: skip
def test_a_value_that_is_not_allowed_is_refused_with_what_would_be(type_: ColumnType, value: object) -> None:
    with pytest.raises(Refused, match=r"^x (.* is not (a|one of) |is longer than)"):
        spelled(type_, value)


@pytest.mark.parametrize("value", [1.5, datetime(2026, 1, 1, 12, tzinfo=UTC), ["a"]], ids=["float", "moment", "list"])
def test_a_float_is_never_kept(value: object) -> None:
    with pytest.raises(TypeError, match="give text, an integer, a day or a Decimal"):
        spelled("decimal", value)


def test_a_row_has_all_columns_or_only_those_that_were_given() -> None:
    given = {"id": "1", "name": "Acme"}

    assert row(VENDORS, given, whole=False) == given
    assert row(VENDORS, given) == {**dict.fromkeys(VENDORS.names, ""), **given}


def test_a_key_cannot_be_mistaken_for_another() -> None:
    assert key_of(ORDER_LINES, {"number": "1", "line": "2"}) == "1\t2"
    with pytest.raises(Refused, match="line holds a tab or line break"):
        row(ORDER_LINES, {"number": "1", "line": "2\t3"})


@pytest.mark.parametrize("one", KINDS, ids=lambda one: one.name)
def test_what_a_kind_names_is_there(one: Kind) -> None:
    described = kind(one.name)

    assert set(described.key) <= set(described.names)
    assert set(described.search) <= set(described.names)
    for other, column in (*described.mentions, *filter(None, [described.parent])):
        assert column in described.names
        assert len(kind(other).key) == 1
