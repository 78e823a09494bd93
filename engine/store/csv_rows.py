"""CSV files: read row by row, every complaint with file and line."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.model.errors import ContentError
from engine.model.masterdata import FileForm

Numbered = Iterator[tuple[int, dict[str, str]]]
"""Rows with the line or row of the file (from 1) that they stand in."""

_DELIMITERS = ",;\t|"


@contextmanager
def opened(path: Path, form: FileForm) -> Iterator[tuple[list[str], Numbered]]:
    """Offer (header, rows with their line numbers) of a CSV file that names its columns.

    Raises ContentError for a file that cannot be read, an empty one, and columns that stand twice.
    """
    try:
        with path.open(encoding=form.encoding, newline="") as file:
            for _ in range(form.header_row - 1):
                file.readline()
            first = file.readline()
            delimiter = form.delimiter or max(_DELIMITERS, key=first.count)
            header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            check_header(path, header, form.header_row)
            yield header, _rows(path, file, header, delimiter, form.header_row)
    except (OSError, UnicodeDecodeError, LookupError) as e:
        name = "UTF-8" if form.encoding == "utf-8-sig" else form.encoding
        raise ContentError(f"cannot be read as {name} text: {e}", file=str(path)) from e


def check_header(path: Path, header: Sequence[str], line: int) -> None:
    """Refuse a header that is empty or names a column twice."""
    if not any(header):
        raise ContentError("the file is empty: no line names its columns", file=str(path))
    for name in header:
        if name and header.count(name) > 1:
            raise ContentError(f"column {name!r} stands twice", file=str(path), line=line)


def _rows(path: Path, file: TextIO, header: Sequence[str], delimiter: str, above: int) -> Numbered:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    last = above
    try:
        for cells in reader:
            line, last = last + 1, above + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"{len(cells)} cells where the header names {len(header)} columns"
                raise ContentError(message, file=str(path), line=line)
            yield line, {name: cell for name, cell in zip(header, cells, strict=True) if name}
    except csv.Error as e:
        raise ContentError(f"is not well-formed CSV: {e}", file=str(path), line=above + reader.line_num) from e
