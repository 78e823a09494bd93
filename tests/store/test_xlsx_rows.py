import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm
from engine.store import xlsx_rows
from engine.store.xlsx_book import Form

PLAIN = Form()


def book(folder: Path, *rows: list[Any], formats: dict[str, str] | None = None, title: str = "Data") -> Path:
    """A workbook as a library writes it; `formats` by cell."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cell, code in (formats or {}).items():
        sheet[cell].number_format = code
    path = folder / "book.xlsx"
    made.save(path)
    return path


def rows(path: Path, **form: Any) -> list[dict[str, str]]:
    with xlsx_rows.opened(path, FileForm(**form)) as (_header, found):
        return [cells for _row, cells in found]


def with_sheet(path: Path, sheet_xml: str) -> Path:
    """The workbook with other cells, as another program would write them."""
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{sheet_xml}</sheetData></worksheet>"
    ).encode()
    with zipfile.ZipFile(path, "w") as after:
        for name, data in parts.items():
            after.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("Müller & Söhne", "General", "Müller & Söhne"),
        (70001, "General", "70001"),
        (1204.5, "#,##0.00", "1204.5"),
        (0.1, "General", "0.1"),
        (1.1, "General", "1.1"),
        (-3.75, "0.00", "-3.75"),
        (4711, "0000000000", "0000004711"),
        (0.19, "0%", "19"),
        (0.077, "0.0%", "7.7"),
        (True, "General", "true"),
        (date(2026, 11, 22), "DD.MM.YYYY", "2026-11-22"),
        (datetime(2026, 11, 22, 6, 30), "yyyy-mm-dd hh:mm", "2026-11-22T06:30:00"),  # noqa: DTZ001
        (1234.5, '0.00" Stk/day"', "1234.5"),
        (Decimal("123456789.123456"), "General", "123456789.123456"),
    ],
    ids=str,
)
def test_a_cell_is_the_text_that_a_person_sees(tmp_path: Path, value: object, code: str, text: str) -> None:
    path = book(tmp_path, ["value"], [value], formats={"A2": code})

    assert rows(path) == [{"value": text}]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("1.1000000000000001", "1.1"), ("0.30000000000000004", "0.3"), ("1E-3", "0.001"), ("1.5E3", "1500"), ("-0", "0"),
        ("99999999999999", "99999999999999"), ("2675.4949999999999", "2675.495"),
    ],
)  # fmt: skip
def test_digits_that_are_noise_of_binary_numbers_are_rounded_away(stored: str, text: str) -> None:
    assert xlsx_rows.number_text(stored, PLAIN).lstrip("-") == text


def test_a_number_that_a_workbook_does_not_keep_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, ["gtin"], [123456789012345678])

    with pytest.raises(ContentError, match=r"book.xlsx:2: cell A2 holds a number of more than 15 digits"):
        rows(path)


@pytest.mark.parametrize(
    ("serial", "day"), [("1", "1900-01-01"), ("59", "1900-02-28"), ("61", "1900-03-01"), ("46348", "2026-11-22")]
)
def test_days_count_from_1900_with_the_leap_day_that_never_was(serial: str, day: str) -> None:
    assert xlsx_rows.number_text(serial, Form(is_date=True)) == day


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    assert made.active is not None
    made.active.append(["day"])
    made.active.append([date(2026, 11, 22)])
    made.save(tmp_path / "mac.xlsx")

    assert rows(tmp_path / "mac.xlsx") == [{"day": "2026-11-22"}]


def test_an_error_in_a_cell_is_named(tmp_path: Path) -> None:
    path = with_sheet(
        book(tmp_path, ["id"]),
        '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="7"><c r="A7" t="e"><v>#N/A</v></c></row>',
    )

    with pytest.raises(ContentError, match=r"book.xlsx:7: cell A7 holds the error #N/A"):
        rows(path)


def test_cells_without_a_reference_and_results_of_formulas_are_read(tmp_path: Path) -> None:
    path = with_sheet(
        book(tmp_path, ["id"]),
        '<row><c t="inlineStr"><is><r><t>i</t></r><r><t>d</t></r></is></c><c t="str"><f>X</f><v>name</v></c></row>'
        "<row><c><v>5</v></c><c/></row>",
    )

    assert rows(path) == [{"id": "5", "name": ""}]


def test_blank_rows_are_left_out_and_cells_that_are_missing_are_empty(tmp_path: Path) -> None:
    path = book(tmp_path, ["a", "b"], ["1"], [None, None], [None, "2"])

    with xlsx_rows.opened(path, FileForm()) as (_header, found):
        assert list(found) == [(2, {"a": "1", "b": ""}), (4, {"a": "", "b": "2"})]


def test_the_names_may_stand_in_another_row_of_another_sheet(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.create_sheet("Kreditoren")
    for row in (["Export of today"], [], ["id", None, "name"], ["1", "x", "Acme"]):
        sheet.append(row)
    made.save(tmp_path / "book.xlsx")

    assert rows(tmp_path / "book.xlsx", sheet="Kreditoren", header_row=3) == [{"id": "1", "name": "Acme"}]


@pytest.mark.parametrize(
    ("content", "form", "why"),
    [
        (b"id,name\n", {}, "cannot be read as an Excel workbook"),
        (None, {"sheet": "Other"}, "there is no sheet 'Other'; there are: Data"),
        (None, {"header_row": 5}, "the file is empty"),
    ],
    ids=["no workbook", "unknown sheet", "no header"],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, content: bytes | None, form: dict[str, Any], why: str
) -> None:
    path = book(tmp_path, ["id"])
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ContentError, match=why):
        rows(path, **form)


def test_an_entity_in_a_workbook_is_not_followed(tmp_path: Path) -> None:
    path = book(tmp_path, ["id"])
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with_sheet(path, "")
    with zipfile.ZipFile(path) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    parts["xl/worksheets/sheet1.xml"] = (
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>id&e;</v></c></row></sheetData></worksheet>'
    ).encode()
    with zipfile.ZipFile(path, "w") as after:
        for name, data in parts.items():
            after.writestr(name, data)

    with xlsx_rows.opened(path, FileForm()) as (header, _rows):
        assert header == ["id"]
