"""Excel workbooks (.xlsx): rows of one sheet as the text that a person sees, read in little memory.

The cells are read from the file itself (ECMA-376, part 1, 18.3 and 18.8). Libraries turn every number into a float
first; here the digits that the file holds are kept. Excel computes with 15 digits and may write two more that
are noise of its binary numbers (1.1000000000000001): those are rounded away.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm
from engine.store.csv_rows import Numbered, check_header
from engine.store.xlsx_book import Book, Cell, Form

_DIGITS = 15
_ROUND = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN)
_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - days of a calendar without a zone
_LEAP_BUG = 60
"""Excel counts a 29th of February 1900 that never was; before it days are one later."""
_COLUMN = re.compile(r"[A-Z]{1,3}")
_MOST_COLUMNS = 2000
_NAMESPACE = "{*}"


@contextmanager
def opened(path: Path, form: FileForm) -> Iterator[tuple[list[str], Numbered]]:
    """Offer (header, rows with their row numbers) of a sheet whose first row, or `header_row`, names its columns.

    Raises ContentError for a file that is no workbook, an unknown sheet, a cell that holds an error (`#N/A`) and a
    number with more digits than a workbook keeps.
    """
    try:
        with ExitStack() as stack:
            book = stack.enter_context(Book(path))
            sheet = stack.enter_context(book.sheet(form.sheet))
            rows = _Rows(path, book, sheet)
            header = rows.header(form.header_row)
            check_header(path, header, form.header_row)
            yield header, rows.below(header)
    except (OSError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError) as e:
        raise ContentError(f"cannot be read as an Excel workbook (.xlsx): {e}", file=str(path)) from e


def grid(path: Path, *, sheet: str = "", most: int = 20_000) -> list[list[str]]:
    """Return every cell of a sheet (empty: the first) by row and column, rows that the file leaves out as empty ones.

    Raises ContentError as `opened` does, and for more than `most` rows.
    """
    found: list[list[str]] = []
    try:
        with ExitStack() as stack:
            book = stack.enter_context(Book(path))
            for number, cells in _Rows(path, book, stack.enter_context(book.sheet(sheet))).all():
                if number > most:
                    raise ContentError(f"the sheet has more than {most} rows", file=str(path), line=number)
                found += [[] for _ in range(number - len(found) - 1)]
                found.append([cells.get(column, "") for column in range(max(cells, default=-1) + 1)])
    except (OSError, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError) as e:
        raise ContentError(f"cannot be read as an Excel workbook (.xlsx): {e}", file=str(path)) from e
    return found


class _Rows:
    """The rows of one sheet, once."""

    def __init__(self, path: Path, book: Book, sheet: BinaryIO) -> None:
        self._path, self._book = path, book
        self._found = self._read(sheet)

    def header(self, row: int) -> list[str]:
        """Return the names in a row; columns without a name are empty text."""
        for number, cells in self._found:
            if number >= row:
                width = max(cells, default=-1) + 1
                return [cells.get(column, "").strip() for column in range(width)] if number == row else []
        return []

    def all(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Yield (row number, text by column from 0) of every row of the file."""
        return self._found

    def below(self, header: list[str]) -> Numbered:
        """Yield the rows under the header that hold anything."""
        named = [(column, name) for column, name in enumerate(header) if name]
        for number, cells in self._found:
            if any(cells.values()):
                yield number, {name: cells.get(column, "") for column, name in named}

    def _read(self, sheet: BinaryIO) -> Iterator[tuple[int, dict[int, str]]]:
        last = 0
        for _event, row in etree.iterparse(sheet, tag=f"{_NAMESPACE}row", resolve_entities=False, no_network=True):
            last = int(row.get("r") or last + 1)
            yield last, self._cells(row, last)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]

    def _cells(self, row: Any, number: int) -> dict[int, str]:
        cells: dict[int, str] = {}
        column = -1
        for element in row:
            reference = element.get("r")
            column = _column(reference) if reference else column + 1
            if column > _MOST_COLUMNS:
                break
            cell = self._book.cell(element)
            if cell.text:
                cells[column] = self._value(cell, number, reference or "")
        return cells

    def _value(self, cell: Cell, row: int, reference: str) -> str:
        if cell.kind == "error":
            raise ContentError(f"cell {reference} holds the error {cell.text}", file=str(self._path), line=row)
        if cell.kind == "text":
            return cell.text
        try:
            return number_text(cell.text, cell.form, is_1904=self._book.is_1904)
        except ValueError as e:
            raise ContentError(f"cell {reference} {e}", file=str(self._path), line=row) from e


def number_text(text: str, form: Form, *, is_1904: bool = False) -> str:
    """Return the number of a cell as a person sees it: a day as ISO 8601, per cent without the sign, zeros in front.

    Raises ValueError for what is no number, and for whole numbers of more digits than a workbook keeps.
    """
    try:
        exact = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"holds {text[:40]!r}, which is no number") from None
    if exact == exact.to_integral_value() and exact.adjusted() >= _DIGITS:
        raise ValueError("holds a number of more than 15 digits, which a workbook does not keep; make the cell text")
    number = _ROUND.plus(exact)
    if form.is_date:
        return _moment(number, is_1904=is_1904)
    if form.is_percent:
        number = number.scaleb(2)
    plain = format(number.normalize(), "f")
    return plain.zfill(form.width) if plain.isdecimal() else plain


def _moment(serial: Decimal, *, is_1904: bool) -> str:
    """Return the day of a serial number, with its time of day when there is one."""
    days = int(serial)
    shift = 1 if not is_1904 and 0 < days < _LEAP_BUG else 0
    seconds = int((serial - days) * 86_400 + Decimal("0.5"))
    try:
        moment = _EPOCHS[is_1904] + timedelta(days=days + shift, seconds=seconds)
    except OverflowError:
        raise ValueError(f"holds {serial}, which is no day") from None
    return moment.date().isoformat() if not seconds else moment.isoformat()


def _column(reference: str) -> int:
    """Return the column (from 0) of a cell reference: `C5` is 2."""
    letters = _COLUMN.match(reference)
    place = 0
    for letter in letters[0] if letters else "A":
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
