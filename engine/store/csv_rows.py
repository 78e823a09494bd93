"""CSV files of master data: read row by row, every complaint with file and line."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, TypeVar

from engine.model.errors import ContentError

Parsed = TypeVar("Parsed")
Numbered = Iterator[tuple[int, dict[str, str]]]

_DELIMITERS = ",;\t"


@contextmanager
def opened(path: Path, columns: Sequence[str]) -> Iterator[tuple[list[str], Numbered]]:
    """Offer (header, rows with their line numbers) of a UTF-8 CSV file whose first line names its columns.

    Raises ContentError for a file that cannot be read, an empty one, and columns that are unknown or stand twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            _check_header(path, header, columns)
            yield header, _rows(path, file, header, delimiter)
    except (OSError, UnicodeDecodeError) as e:
        raise ContentError(f"cannot be read as UTF-8 text: {e}", file=str(path)) from e


def checked(path: Path, rows: Numbered, parse: Callable[[dict[str, str]], Parsed]) -> Iterator[Parsed]:
    """Yield parsed rows. A ValueError of `parse` becomes a ContentError with the line."""
    for line, row in rows:
        try:
            yield parse(row)
        except ValueError as e:
            raise ContentError(str(e), file=str(path), line=line) from e


def guarded(path: Path, work: Callable[[], int]) -> int:
    """Do `work`; a ValueError that concerns no single line becomes a ContentError too."""
    try:
        return work()
    except ValueError as e:
        raise ContentError(str(e), file=str(path)) from e


def _check_header(path: Path, header: Sequence[str], columns: Sequence[str]) -> None:
    if not header:
        raise ContentError(f"the file is empty; its first line names columns: {', '.join(columns)}", file=str(path))
    for name in header:
        if name not in columns:
            raise ContentError(f"unknown column {name!r}; allowed: {', '.join(columns)}", file=str(path), line=1)
        if header.count(name) > 1:
            raise ContentError(f"column {name!r} stands twice", file=str(path), line=1)


def _rows(path: Path, file: TextIO, header: Sequence[str], delimiter: str) -> Numbered:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            line = reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                raise ContentError(
                    f"{len(cells)} cells where the header names {len(header)} columns", file=str(path), line=line
                )
            yield line, dict(zip(header, cells, strict=True))
    except csv.Error as e:
        raise ContentError(f"is not well-formed CSV: {e}", file=str(path), line=reader.line_num + 1) from e
