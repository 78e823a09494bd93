"""Line items: a row of column headings, then rows until the sums begin, over as many pages as it takes."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import MONEY, NUMERIC, Cells, Column, Piece, assign, column_of, header_on
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line, union

SUMS = frozenset({"subtotal", "total", "amount_due", "tax_total"})
_EXTRAS = frozenset({"discount_total", "charge_total"})
_ROW_GAP = 3.5
"""A continuation line stands no further below than this many line heights."""
_WAITING = 3
"""Lines of text before an item's amount that may belong to it."""


class TableRow:
    """One line item while it is put together."""

    def __init__(self) -> None:
        self.cells: dict[ColumnName, list[Piece]] = {}
        self.lines: list[Line] = []

    def add(self, name: ColumnName, piece: Piece) -> None:
        """Put a value into a column of the row."""
        self.cells.setdefault(name, []).append(piece)

    def has(self, *names: ColumnName) -> bool:
        """Tell whether any of the columns has a value."""
        return any(name in self.cells for name in names)


class Table(NamedTuple):
    """The rows of the document's line table and the lines they stand on."""

    rows: list[TableRow]
    used: frozenset[tuple[int, int]]
    has_header: bool


def read_table(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Table:
    """Return the line items of the document, or an empty table."""
    rows: list[TableRow] = []
    used: set[tuple[int, int]] = set()
    has_header = False
    for page in pages:
        index = 0
        while index < len(page):
            header = header_on(page, index, lexicon)
            if header is None:
                index += 1
                continue
            has_header = True
            columns, last = header
            used.update((page[i].line.page, page[i].line.index) for i in range(index, last + 1))
            reader = _Rows(page, columns, lexicon)
            index = reader.read(last + 1)
            rows.extend(reader.rows)
            used |= reader.used
            if reader.is_over:
                return Table(rows, frozenset(used), has_header)
    return Table(rows, frozenset(used), has_header)


class _Rows:
    """Reads the rows under one heading on one page."""

    def __init__(self, page: Sequence[Marked], columns: Sequence[Column], lexicon: Lexicon) -> None:
        self.rows: list[TableRow] = []
        self.used: set[tuple[int, int]] = set()
        self.is_over = False
        self._page = page
        self._columns = columns
        self._lexicon = lexicon
        self._current: TableRow | None = None
        self._waiting: list[tuple[Line, Cells]] = []
        self._bottom = 0.0
        self._needs_all = False

    def read(self, index: int) -> int:
        """Read from a line index on and return the one where the rows end; `is_over` when no more can come."""
        while index < len(self._page):
            marked = self._page[index]
            if self._current is not None and header_on(self._page, index, self._lexicon):
                return index
            if _is_sum_heading(marked):
                self.is_over = True
                return index
            if is_sum(marked):
                if not _rows_follow(self._page, index + 1, self._columns):
                    self.is_over = _is_final(marked)
                    return index
                self._current, self._waiting, self._needs_all = None, [], True
            else:
                self._take(marked)
                self._bottom = marked.line.box.bottom
            index += 1
        return index

    def _take(self, marked: Marked) -> None:
        """Put one line where it belongs: a new item, more text of the last one, or text that waits for its amount."""
        line = marked.line
        cells = assign(marked, self._columns, self._lexicon)
        if any(fold(line.part(start, end)) in self._lexicon.carried_forward for start, end in line.cells):
            self._use(line)
        elif _opens(cells, self._columns) and (not self._needs_all or {"quantity", "unit_price"} & cells.keys()):
            self._open(line, cells)
        elif self._current is not None and not self._waiting and line.box.top - self._bottom < _ROW_GAP * line.height:
            if {"line_number", "description"} <= cells.keys():
                self._waiting.append((line, cells))
            else:
                self._fill(line, {k: v for k, v in cells.items() if k in {"description", "item_code"}}, is_more=True)
        elif cells:
            self._waiting = [*self._waiting, (line, cells)][-_WAITING:]

    def _open(self, line: Line, cells: Cells) -> None:
        self._current = TableRow()
        self.rows.append(self._current)
        for earlier, texts in self._waiting:
            if "description" in texts or "item_code" in texts:
                self._fill(earlier, texts)
        self._waiting = []
        self._fill(line, cells)

    def _fill(self, line: Line, cells: Cells, *, is_more: bool = False) -> None:
        row = self.rows[-1]
        row.lines.append(line)
        self._use(line)
        for name, pieces in cells.items():
            if is_more and name != "description" and name in row.cells:
                continue
            for piece in pieces:
                row.add(name, piece)

    def _use(self, line: Line) -> None:
        self.used.add((line.page, line.index))


def _opens(cells: Cells, columns: Sequence[Column]) -> bool:
    """Tell whether a line starts an item: it has its amount, or price and quantity where no amount column is."""
    names = {column.name for column in columns}
    numbers = {name for name, pieces in cells.items() if any(p.amount for p in pieces)}
    if numbers & MONEY:
        return True
    if names & MONEY:
        return False
    return "unit_price" in numbers


def is_sum(marked: Marked) -> bool:
    """Tell whether a line belongs to the sums: a sum label with a number after it and no price or quantity before."""
    for hit in marked.labels:
        if hit.name in SUMS and hit.strength > 0.5:  # noqa: PLR2004
            before = [a for a in marked.amounts if a.end <= hit.start and not a.is_percent]
            after = [a for a in marked.amounts if a.start >= hit.end]
            if after and not before:
                return True
    return False


def _is_sum_heading(marked: Marked) -> bool:
    """Tell whether a line is the heading of a table of sums: several sum labels and no number."""
    names = {h.name for h in marked.labels if h.strength > 0.6}  # noqa: PLR2004
    return not marked.amounts and len(names & (SUMS | _EXTRAS)) > 1


def _is_final(marked: Marked) -> bool:
    return any(hit.name in {"total", "amount_due"} and hit.strength > 0.5 for hit in marked.labels)  # noqa: PLR2004


def _rows_follow(page: Sequence[Marked], index: int, columns: Sequence[Column]) -> bool:
    """Tell whether full rows (amount with price or quantity) come after a sum: then it was a sub-sum of a group."""
    wanted = {c.name for c in columns} & NUMERIC
    if len(wanted) < 3:  # noqa: PLR2004
        return False
    for marked in page[index : index + 8]:
        if is_sum(marked):
            continue
        if any(h.name in _EXTRAS for h in marked.labels):
            continue
        numbers = [a for a in marked.amounts if not a.is_percent]
        if len(numbers) >= min(len(wanted), 3) and any(c.isalpha() for c in marked.line.text):
            placed = {column_of(union(marked.line.words[a.start : a.end]), columns, numeric=True) for a in numbers}
            names = {c.name for c in placed if c}
            if names & MONEY and names & {"quantity", "unit_price"}:
                return True
    return False
