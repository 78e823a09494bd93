"""Decision tables and cross-references as a grid of cells; a line that nobody touched stays as it was written."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_HEAD = 2
"""Records above the rows: what the table is, and its columns."""


class Record(NamedTuple):
    """One record of a file."""

    line: int
    """Of its first line, 1-based."""
    raw: str
    """With its line end."""
    cells: tuple[str, ...]


def records(text: str) -> tuple[Record, ...]:
    """Return the records of a CSV file with the text that each was read from. Empty lines belong to the one before."""
    lines = text.splitlines(keepends=True)
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[Record] = []
    begin = 0
    for cells in reader:
        end = reader.line_num
        found.append(Record(begin + 1, "".join(lines[begin:end]), tuple(cells)))
        begin = end
    return tuple(found)


def is_row(record: Record) -> bool:
    """Tell whether a record holds cells, and is neither empty nor a remark."""
    return any(cell.strip() for cell in record.cells) and not record.raw.startswith("#")


def columns(text: str) -> tuple[str, ...]:
    """Return the names of the columns."""
    head = [one for one in records(text) if is_row(one)]
    return head[1].cells if len(head) > 1 else ()


def rows(text: str) -> tuple[Record, ...]:
    """Return the records below the columns."""
    return tuple([one for one in records(text) if is_row(one)][_HEAD:])


def edited(
    text: str, cells: Mapping[tuple[int, int], str], *, removed: Sequence[int] = (), added: Sequence[Sequence[str]] = ()
) -> str:
    """Return the text with other cells, by (line, column); without the rows of some lines, and with rows at the end."""
    newline = "\r\n" if "\r\n" in text else "\n"
    written: list[str] = []
    for one in records(text):
        if one.line in removed:
            continue
        changes = {column: value for (line, column), value in cells.items() if line == one.line}
        written.append(_record(one, changes, newline) if changes else one.raw)
    if written and added and not written[-1].endswith("\n"):
        written.append(newline)
    return "".join(written) + "".join(_written(row, newline) for row in added)


def _record(one: Record, changes: Mapping[int, str], newline: str) -> str:
    width = max(len(one.cells), *(column + 1 for column in changes))
    cells = [*one.cells, *[""] * (width - len(one.cells))]
    return _written([changes.get(at, cell) for at, cell in enumerate(cells)], newline if one.raw.endswith("\n") else "")


def _written(cells: Sequence[str], newline: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator=newline).writerow([cell.strip() for cell in cells])
    return stream.getvalue()
