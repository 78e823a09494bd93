"""Fixed width, read back by slicing."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from engine.model.errors import Rejected
from tests.adapters.files.factories import operation

RECORDS = [
    {
        "id": "H",
        "fields": [
            {"path": "header.invoice_no", "start": 2, "length": 16},
            {"path": "header.date", "start": 18, "length": 8, "type": "date"},
        ],
    },
    {
        "id": "L",
        "each": "lines",
        "fields": [
            {"path": "meta.line", "start": 2, "length": 4, "type": "integer"},
            {"path": "line.text", "start": 6, "length": 20},
            {"path": "line.amount", "start": 26, "length": 10, "decimals": 2},
            {"path": "line.amount", "start": 36, "length": 10, "decimals": 2, "sign": "trailing"},
            {"path": "line.amount", "start": 46, "length": 10, "type": "decimal", "pad": " "},
        ],
    },
    {
        "id": "T",
        "fields": [
            {"path": "meta.records", "start": 2, "length": 6, "type": "integer"},
            {"path": "sum.amount", "start": 8, "length": 12, "decimals": 2},
        ],
    },
]


def write(payload: dict[str, Any] | None = None, **options: Any) -> bytes:
    op = operation(payload, **{"format": "fixed", "records": RECORDS, "date_format": "%Y%m%d", **options})
    (content,) = render(op, parse_options(op.options))
    return content


def cell(value: Any, **field: Any) -> str:
    record = {"fields": [{"name": "CELL", "path": "header.cell", "start": 1, "length": 8, **field}]}
    return write({"header": {"cell": value}}, records=[record], line_ending="lf").decode()[:-1]


def test_each_record_stands_in_its_columns() -> None:
    lines = write().decode().split("\r\n")

    assert lines == [
        "HRE-2026-0815    20260131",
        "L0001Screws M4           00000010500000001050     10.50",
        "L0002Credit              -000000325000000325-     -3.25",
        "L0003Freight; insured    00001204000000120400   1204.00",
        "T000005000000121125",
        "",
    ]


def test_records_are_filled_to_their_length() -> None:
    assert {len(line) for line in write(record_length=80).decode().splitlines()} == {80}


@given(amount=st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-99999, max_value=99999))
@pytest.mark.parametrize("sign", ["leading", "trailing"])
def test_implied_decimals_come_back_exactly(sign: str, amount: Decimal) -> None:
    text = cell(format(amount, "f"), decimals=2, sign=sign)

    digits = text[:-1] if text.endswith("-") else text.removeprefix("-")
    value = Decimal(digits).scaleb(-2) * (-1 if "-" in text else 1)
    assert (len(text), value) == (8, amount)


@pytest.mark.parametrize(
    ("value", "field", "shown"),
    [
        ("abc", {}, "abc     "),
        ("abc", {"align": "right"}, "     abc"),
        ("abc", {"align": "right", "pad": "*"}, "*****abc"),
        ("-5", {"type": "integer"}, "-0000005"),
        ("-5", {"type": "integer", "sign": "trailing"}, "0000005-"),
        ("-5", {"type": "integer", "pad": " "}, "      -5"),
        ("-5", {"type": "integer", "pad": " ", "sign": "trailing"}, "      5-"),
        ("-5", {"type": "integer", "align": "left"}, "-5      "),
        ("1.5", {"type": "decimal", "places": 2, "pad": " "}, "    1.50"),
        ("0.05", {"decimals": 2}, "00000005"),
        (None, {"decimals": 2}, "        "),
        ("two\nlines", {"length": 10}, "two lines "),
    ],
)
def test_values_are_aligned_and_padded(value: Any, field: dict[str, Any], shown: str) -> None:
    assert cell(value, **field) == shown


@pytest.mark.parametrize(
    ("value", "field", "why"),
    [
        ("123456789", {}, "9 characters, at most 8 fit"),
        ("1234567.00", {"decimals": 2}, "needs 9 characters, 8 fit"),
        ("-1234567", {"decimals": 1}, "needs 9 characters, 8 fit"),
        ("1.234", {"decimals": 2}, "does not fit 2 decimals"),
        (None, {"decimals": 2, "required": True}, "a value is required"),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_never_cut(value: Any, field: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why) as error:
        cell(value, **field)

    assert list(error.value.fields) == ["CELL"]


def test_a_field_of_a_record_is_named_with_its_record() -> None:
    with pytest.raises(Rejected, match=r"L\.line\.text: "):
        write({"header": {"invoice_no": "1"}, "lines": [{"text": "x" * 21, "amount": "1"}]})


def test_respelled_text_is_measured_after_respelling() -> None:
    record = {"fields": [{"name": "CELL", "path": "header.cell", "start": 1, "length": 4}]}

    with pytest.raises(Rejected, match="CELL: 6 characters"):
        write({"header": {"cell": "12 €"}}, records=[record], encoding="ascii", unencodable="transliterate")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([{"value": "a", "start": 2, "length": 3}, {"value": "b", "start": 4, "length": 1}], "starts at 4, inside"),
        ([{"value": "a", "start": 1, "length": 3}], "starts at 1, inside the record id"),
        ([{"value": "a", "start": 2, "length": 99}], "past record_length 40"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(fields: list[dict[str, Any]], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        write(records=[{"id": "H", "fields": fields}], record_length=40)
