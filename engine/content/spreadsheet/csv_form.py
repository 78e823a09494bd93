"""A sheet as CSV: for tools and for spreadsheet programs that have nothing else.

The first line tells what it shows; the second names the columns. A cell that a spreadsheet program would take for a formula
(`=`, `+`, `-`, `@`, tab, carriage return) begins with an apostrophe, which `read` takes off again (OWASP, CSV injection).
"""

import csv
import io
import re
from collections.abc import Sequence

from engine.content.spreadsheet.sheet import COLUMNS, Sheet

MARK = "mapping matrix"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def write(sheet: Sheet) -> str:
    """Return the sheet as CSV with commas and lines ended by CR LF (RFC 4180)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for row in rows(sheet):
        writer.writerow([guarded(cell) for cell in row])
    return stream.getvalue()


def rows(sheet: Sheet) -> list[list[str]]:
    """Return every line of the sheet: what it shows, the columns, the rows."""
    head = [[MARK, sheet.ref, sheet.digest], [column.title for column in COLUMNS]]
    return [*head, *([line.cells[column.name] for column in COLUMNS] for line in sheet.lines)]


def read(text: str) -> list[list[str]]:
    """Return the cells of a CSV file with commas, semicolons or tabs. Raises csv.Error."""
    sample = text.removeprefix("\ufeff")
    first = sample.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return [
        [bare(cell) for cell in row]
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    ]


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """Return a guarded cell as it was."""
    return cell[1:] if _GUARDED.match(cell) else cell


def is_sheet(cells: Sequence[Sequence[str]]) -> bool:
    """Tell whether cells begin as `rows` writes them."""
    return bool(cells) and list(cells[0][:1]) == [MARK]
