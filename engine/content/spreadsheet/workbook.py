"""A sheet as an Excel workbook: frozen head, drop-downs, locked columns, a page to sign.

Every cell is text that Excel neither computes nor turns into a number or a date: the type is text, the format is text and the
prefix of quotation is set.
"""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from engine.content.spreadsheet.csv_form import MARK
from engine.content.spreadsheet.sheet import COLUMNS, Line, Sheet

NAME = "Matrix"
SPARE = 20
"""Empty rows below the matrix for new ones."""
_HEAD = 2
_FROZEN = "C3"
_LONGEST_LIST = 255
"""Characters of a drop-down that is written out (Excel's limit)."""
_EDITED = PatternFill("solid", fgColor="FFFBE6")
_FIXED = PatternFill("solid", fgColor="F3F4F6")
_GROUP = PatternFill("solid", fgColor="DDE7F3")
_DARK = PatternFill("solid", fgColor="1F3A5F")
_THIN = Border(*[Side(style="thin", color="D0D5DD")] * 4)
_GROUPS = frozenset({"object", "list", "item"})


def write(sheet: Sheet) -> bytes:
    """Return the sheet as .xlsx."""
    book = Workbook()
    page: Any = book.active
    page.title = NAME
    _fill(page, sheet)
    _choices(page, sheet)
    _sign(book.create_sheet("Sign-off"), sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(page: Any, sheet: Sheet) -> None:
    for place, value in enumerate((MARK, sheet.ref, sheet.digest), start=1):
        _put(page, 1, place, value, is_open=False)
    page.row_dimensions[1].height = 15
    for index, column in enumerate(COLUMNS, start=1):
        cell = _put(page, _HEAD, index, column.title, is_open=False)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _DARK
        cell.comment = Comment(column.hint, "Postroom")
        page.column_dimensions[get_column_letter(index)].width = column.width
    for row, line in enumerate(sheet.lines, start=_HEAD + 1):
        _line(page, row, line)
    for row in range(len(sheet.lines) + _HEAD + 1, len(sheet.lines) + _HEAD + 1 + SPARE):
        for index, column in enumerate(COLUMNS, start=1):
            _put(page, row, index, "", is_open=column.is_edited or column.name == "target").fill = _EDITED
    page.freeze_panes = _FROZEN
    page.auto_filter.ref = f"A{_HEAD}:{get_column_letter(len(COLUMNS))}{len(sheet.lines) + _HEAD}"
    page.protection.sheet = True
    for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
        setattr(page.protection, allowed, False)  # false: not protected
    _printed(page)


def _line(page: Any, row: int, line: Line) -> None:
    depth = line.place.target.count(".")
    for index, column in enumerate(COLUMNS, start=1):
        cell = _put(page, row, index, line.cells[column.name], is_open=column.is_edited)
        cell.fill = _GROUP if line.place.kind in _GROUPS else _EDITED if column.is_edited else _FIXED
        if column.name == "target":
            cell.alignment = Alignment(indent=depth, vertical="top", wrap_text=True)
            cell.font = Font(bold=line.place.kind in _GROUPS)


def _put(page: Any, row: int, column: int, value: str, *, is_open: bool) -> Any:
    """Write a text into a cell so that it stays text."""
    cell = page.cell(row=row, column=column)
    if value:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
        cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=row > 1)
    cell.border = _THIN
    cell.protection = Protection(locked=not is_open)
    return cell


def _choices(page: Any, sheet: Sheet) -> None:
    """Offer what a column allows as a list to choose from."""
    more = {"owner": sheet.teams, "each": sheet.lists}
    last = len(sheet.lines) + _HEAD + SPARE
    for index, column in enumerate(COLUMNS, start=1):
        allowed = column.choices or more.get(column.name, ())
        written = ",".join(allowed)
        if not allowed or len(written) > _LONGEST_LIST:
            continue
        rule = DataValidation(type="list", formula1=f'"{written}"', allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = f"One of: {', '.join(allowed)}", column.title
        letter = get_column_letter(index)
        rule.add(f"{letter}{_HEAD + 1}:{letter}{last}")
        page.add_data_validation(rule)


def _printed(page: Any) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A3
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{_HEAD}:{_HEAD}"


def _sign(page: Any, sheet: Sheet) -> None:
    """Write the page that the owners sign."""
    owners = sorted({line.cells["owner"] for line in sheet.lines if line.cells["owner"]} | {sheet.owner})
    lines = [
        ("Mapping matrix", sheet.ref), ("Writes", f"{sheet.title} ({sheet.target})"), ("From", sheet.record),
        ("What for", sheet.why), ("SHA-256 of the file", sheet.digest), ("", ""),
        ("Owner", "Name, date and signature: the rows of this owner are agreed as they stand in this workbook."),
        *((owner, "") for owner in owners),
    ]  # fmt: skip
    for row, (name, value) in enumerate(lines, start=1):
        _put(page, row, 1, name, is_open=False).font = Font(bold=True)
        _put(page, row, 2, value, is_open=not value).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 24, 90
    for row in range(len(lines) - len(owners) + 1, len(lines) + 1):
        page.row_dimensions[row].height = 34
    page.protection.sheet = True
