"""CSV, read back by the csv module of the standard library."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.formats.options import parse_options
from adapters.files.formats.render import render
from engine.model.errors import Rejected
from tests.adapters.files.factories import PAYLOAD, operation

DIALECTS: dict[str, dict[str, Any]] = {
    "semicolon, CRLF": {},
    "comma, LF": {"delimiter": ",", "line_ending": "lf"},
    "tab": {"delimiter": "\t"},
    "pipe, all quoted": {"delimiter": "|", "quoting": "all"},
    "apostrophe quotes": {"quote": "'"},
    "numbers bare": {"quoting": "nonnumeric"},
    "decimal comma in comma file": {"decimal": ",", "delimiter": ",", "quoting": "nonnumeric"},
    "no quotes, escaped": {"quoting": "none", "escape": "\\", "decimal": ","},
    "utf-8 with mark": {"encoding": "utf-8-sig"},
    "latin-1": {"encoding": "latin-1"},
    "cp1252": {"encoding": "cp1252"},
    "cp850": {"encoding": "cp850"},
}
VENDOR = [{"name": "VENDOR", "path": "header.vendor"}, {"name": "AMOUNT", "path": "line.amount", "type": "decimal"}]


def write(payload: dict[str, Any] | None = None, **options: Any) -> bytes:
    op = operation(payload, **options)
    (content,) = render(op, parse_options(op.options))
    return content


def read(content: bytes, **options: Any) -> list[list[str]]:
    text = content.decode(options.get("encoding", "utf-8"))
    none = options.get("quoting") == "none"
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=options.get("delimiter", ";"), quotechar=options.get("quote", '"'),
        quoting=csv.QUOTE_NONE if none else csv.QUOTE_MINIMAL, escapechar=options.get("escape"), strict=True,
    )  # fmt: skip
    return list(reader)


def one_cell(value: Any, **options: Any) -> str:
    column = {"name": "CELL", "path": "line.cell", **options.pop("column", {})}
    rows = read(write({"lines": [{"cell": value}]}, columns=[column], **options), **options)
    return rows[1][0] if rows[1:] and rows[1] else ""


@pytest.mark.parametrize("options", DIALECTS.values(), ids=DIALECTS.keys())
def test_the_csv_module_reads_back_what_was_written(options: dict[str, Any]) -> None:
    rows = read(write(columns=VENDOR, **options), **options)

    point = options.get("decimal", ".")
    amounts = [str(line["amount"]).replace(".", point) for line in PAYLOAD["lines"]]
    assert rows == [["VENDOR", "AMOUNT"], *(["Müller & Söhne", amount] for amount in amounts)]


def test_numbers_stand_bare_where_text_is_quoted() -> None:
    assert write(columns=VENDOR, quoting="nonnumeric").splitlines()[1] == '"Müller & Söhne";10.50'.encode()


def test_line_ending_and_header_follow_the_options() -> None:
    assert write(columns=VENDOR[1:], header=False, line_ending="lf") == b"10.50\n-3.25\n1204.00\n"


def test_one_row_for_the_invoice_when_no_column_is_of_a_line() -> None:
    columns = [{"name": "NO", "path": "header.invoice_no"}, {"name": "NET", "path": "sum.amount", "type": "decimal"}]

    assert read(write(columns=columns))[1:] == [["RE-2026-0815", "1211.25"]]


def test_constants_and_facts_of_the_file_have_columns_too() -> None:
    columns = [
        {"name": "SYSTEM", "value": "=AP"}, {"name": "LINE", "path": "meta.line"}, {"name": "KEY", "path": "meta.key"},
    ]  # fmt: skip
    rows = read(write(columns=columns))

    assert rows[1:] == [["=AP", str(line), operation().short_key] for line in (1, 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "cp850"])
@given(text=st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), max_size=30))
def test_any_text_survives_or_is_refused(encoding: str, text: str) -> None:
    if text.encode(encoding, "ignore").decode(encoding) == text:
        assert one_cell(text, encoding=encoding, formulas="keep", quoting="all") == text
    else:
        with pytest.raises(Rejected, match="CELL: the character"):
            one_cell(text, encoding=encoding, formulas="keep", quoting="all")


@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12))
def test_no_text_can_run_in_a_spreadsheet(text: str) -> None:
    try:
        cell = one_cell(text, quoting="all")
    except Rejected:
        return

    is_number = cell.startswith("-") and Decimal(cell).is_finite() if cell[:1] == "-" else False
    assert is_number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+SUM(A1)",
        "-1+2",
        "@cmd",
        "\t=1",
        "\r=1",
        "\n=1",
        "=cmd|' /C calc'!A0",
        "\uff1d1+1",
        "+491234",
        "-",
        "-1,5",
    ],
)
def test_formulas_are_shown_and_not_run(text: str) -> None:
    assert one_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.50", "-3", "12", "0815", "RE-1", " =1"])
def test_plain_values_are_not_touched(text: str) -> None:
    assert one_cell(text) == text


def test_a_negative_number_with_decimal_comma_stays_a_number() -> None:
    assert one_cell("-12.50", decimal=",", column={"type": "decimal"}) == "-12,50"


def test_formulas_can_be_refused_or_kept() -> None:
    assert one_cell("=1", formulas="keep") == "=1"
    with pytest.raises(Rejected, match="CELL: the text starts like a spreadsheet formula"):
        one_cell("=1", formulas="reject")


@pytest.mark.parametrize(
    ("value", "column", "why"),
    [
        ("abc", {"type": "decimal"}, "is no number"),
        ("1e5", {"type": "decimal"}, "is no plain number"),
        ("NaN", {"type": "decimal"}, "is no plain number"),
        ("1.005", {"type": "decimal", "places": 2}, "does not fit 2 decimals"),
        ("1.5", {"type": "integer"}, "does not fit 0 decimals"),
        (1.5, {"type": "decimal"}, "float"),
        (1.5, {}, "float"),
        (["a"], {}, "list"),
        ("31.01.2026", {"type": "date"}, "is no ISO date"),
        ("a\x00b", {}, "control characters"),
        ("abcdef", {"max": 5}, "6 characters, at most 5 fit"),
        ("", {"required": True}, "a value is required"),
        (None, {"required": True}, "a value is required"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(value: Any, column: dict[str, Any], why: str) -> None:
    with pytest.raises(Rejected, match=why) as error:
        one_cell(value, column=column)

    assert list(error.value.fields) == ["CELL"]


@pytest.mark.parametrize(
    ("value", "column", "shown"),
    [
        ("12.3", {"type": "decimal", "places": 2}, "12.30"),
        ("12.300", {"type": "decimal", "places": 2}, "12.30"),
        ("-0.00", {"type": "decimal", "places": 2}, "0.00"),
        ("7", {"type": "decimal", "places": 0}, "7"),
        ("00123456789012345678901234567890.1", {"type": "decimal"}, "123456789012345678901234567890.1"),
        ("2026-01-31", {"type": "date"}, "2026-01-31"),
        (True, {}, "true"),
        (5, {"type": "integer"}, "5"),
        (None, {}, ""),
    ],
)
def test_values_are_spelled_by_their_type(value: Any, column: dict[str, Any], shown: str) -> None:
    assert one_cell(value, column=column) == shown


def test_dates_follow_the_format_of_the_receiver() -> None:
    assert one_cell("2026-01-31", date_format="%d.%m.%y", column={"type": "date"}) == "31.01.26"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_every_amount_comes_back_exactly(amount: Decimal) -> None:
    assert Decimal(one_cell(format(amount, "f"), column={"type": "decimal", "places": 4})) == amount


def test_a_character_the_encoding_lacks_is_refused_by_name() -> None:
    with pytest.raises(
        Rejected, match=r"CELL: the character .* \(CYRILLIC CAPITAL LETTER DE\) cannot be written in latin-1"
    ):
        one_cell("Дом", encoding="latin-1")


@pytest.mark.parametrize(
    ("text", "policy", "shown"),
    [
        ("5 €", "replace", "5 ?"),
        ("5 €", "transliterate", "5 EUR"),
        ("Łódź \u2013 Müller", "transliterate", "Lódz - Müller"),
    ],
)
def test_characters_can_be_replaced_or_respelled(text: str, policy: str, shown: str) -> None:
    assert one_cell(text, encoding="latin-1", unencodable=policy) == shown


def test_respelling_refuses_what_has_no_other_spelling() -> None:
    with pytest.raises(Rejected, match="CELL"):
        one_cell("Дом", encoding="latin-1", unencodable="transliterate")


def test_line_breaks_are_kept_in_quotes_or_become_spaces() -> None:
    assert one_cell("two\nlines") == "two\nlines"
    assert one_cell("two\r\nlines", newlines="space") == "two lines"


def test_a_separator_without_quotes_to_protect_it_is_refused_by_name() -> None:
    with pytest.raises(Rejected, match="CELL: the text holds a separator"):
        one_cell("a;b", quoting="none")
