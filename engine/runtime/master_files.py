"""A file of master data, checked row by row and put by for the import; every complaint with file, line and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.content.column_map import ColumnMap
from engine.model import master_cells
from engine.model.errors import ContentError
from engine.model.master_cells import Refused
from engine.model.master_kinds import ORDER_LINES, ORDERS
from engine.model.masterdata import FileForm, Kind
from engine.store import row_files
from engine.store.master_spool import Spool

MOST_COMPLAINTS = 20
"""Complaints about one file before it is put aside."""

_LINES = "lines"
"""Column of an order in JSON that holds its lines."""

Parts = Sequence[tuple[Kind, Mapping[str, Any]]]


def check_file(spool: Spool, kind: Kind, path: Path, columns: ColumnMap | None) -> tuple[tuple[str, ...], bool]:
    """Put the rows of a file by. Return (kinds that it holds, whether orders came with all their lines).

    A file of orders may hold their lines too: in the columns of each row, or in JSON as a list `lines`; a file without
    `vendor_id` holds lines alone. Raises ContentError with the first complaint; its `detail` holds the next ones.
    """
    complaints: list[ContentError] = []
    with row_files.opened(path, columns.file if columns else FileForm()) as (header, rows):
        is_json = path.suffix.casefold() in row_files.JSON
        reader = _reader(kind, path, header, columns, is_json=is_json)
        for line, raw in rows:
            try:
                for part, cells in reader.parts(raw):
                    spool.add(part, line, master_cells.row(part, cells, whole=False))
            except (Refused, TypeError) as e:
                complaints.append(ContentError(str(e), file=str(path), line=line))
                if len(complaints) >= MOST_COMPLAINTS:
                    break
        complaints += _left(spool, path)
    if complaints:
        first, *others = complaints
        first.detail = "\n".join(other.message for other in others)
        raise first
    return tuple(part.name for part in reader.kinds), reader.has_both


def _left(spool: Spool, path: Path) -> Iterator[ContentError]:
    try:
        spool.flush()
    except Refused as e:
        yield ContentError(str(e), file=str(path))


class _Reader:
    """Turns a row of the file into rows of one kind, or of an order and its lines."""

    def __init__(self, kinds: tuple[Kind, ...], columns: ColumnMap | None) -> None:
        self.kinds = kinds
        self._columns = columns

    @property
    def has_both(self) -> bool:
        """Whether orders come with their lines."""
        return len(self.kinds) > 1

    def parts(self, raw: Mapping[str, Any]) -> Parts:
        """Return the rows of a row, each with its kind."""
        if not self.has_both:
            return [(self.kinds[0], self._columns.apply(raw) if self._columns else raw)]
        lines = raw.get(_LINES)
        if lines is None:
            return _order_and_line(raw)
        if not isinstance(lines, list) or not all(isinstance(line, Mapping) for line in lines):
            raise Refused(f"`{_LINES}` is a list of objects", column=_LINES)
        order = {name: value for name, value in raw.items() if name != _LINES}
        return [(ORDERS, order), *((ORDER_LINES, {"number": raw.get("number"), **line}) for line in lines)]


def _reader(kind: Kind, path: Path, header: Sequence[str], columns: ColumnMap | None, *, is_json: bool) -> _Reader:
    """Choose by the columns what the rows are. Raises ContentError for a column that is unknown or missing."""
    if columns is not None:
        try:
            if not is_json:
                columns.check_header(header)
        except Refused as e:
            raise ContentError(str(e), file=str(path), line=columns.file.header_row) from e
        return _Reader((kind,), columns)
    kinds: tuple[Kind, ...] = (kind,)
    if kind is ORDERS and ("line" in header or _LINES in header):
        kinds = (ORDERS, ORDER_LINES) if "vendor_id" in header else (ORDER_LINES,)
    allowed = list(dict.fromkeys(name for one in kinds for name in one.names))
    for name in header:
        if name and name not in allowed and name != _LINES:
            raise ContentError(f"unknown column {name!r}; allowed: {', '.join(allowed)}", file=str(path), line=1)
    return _Reader(kinds, None)


def _order_and_line(raw: Mapping[str, Any]) -> Parts:
    order = {name: value for name, value in raw.items() if name in ORDERS.names}
    if not raw.get("line"):
        return [(ORDERS, order)]
    return [(ORDERS, order), (ORDER_LINES, {name: value for name, value in raw.items() if name in ORDER_LINES.names})]
