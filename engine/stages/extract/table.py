"""Line items: a row of column headings, then rows until the sums begin, over as many pages as it takes."""

from collections.abc import Sequence
from decimal import Decimal
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
_FAR_BELOW = 5.0
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
    headings: frozenset[tuple[int, int]] = frozenset()
    """The lines of the column headings."""


def read_table(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Table:
    """Return the line items of the document, or an empty table."""
    rows: list[TableRow] = []
    used: set[tuple[int, int]] = set()
    headings: set[tuple[int, int]] = set()
    reader: _Rows | None = None
    for page in pages:
        index = 0
        while index < len(page):
            header = header_on(page, index, lexicon)
            if header is None:
                index += 1
                continue
            columns, last = header
            headings.update((page[i].line.page, page[i].line.index) for i in range(index, last + 1))
            reader = _Rows(page, columns, lexicon, rows)
            index = reader.read(last + 1)
            rows.extend(reader.rows)
            used |= reader.used
            if reader.is_over:
                break
        if reader is not None and reader.is_over:
            break
    return Table(rows, frozenset(used | headings), bool(headings), frozenset(headings))


class _Rows:
    """Reads the rows under one heading on one page."""

    def __init__(
        self, page: Sequence[Marked], columns: Sequence[Column], lexicon: Lexicon, earlier: Sequence[TableRow]
    ) -> None:
        self.rows: list[TableRow] = []
        self._earlier = tuple(earlier)
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
            elif self._is_foot(marked):
                return index
            else:
                self._take(marked)
                self._bottom = marked.line.box.bottom
            index += 1
        return index

    def _take(self, marked: Marked) -> None:
        """Put one line where it belongs: a new item, more text of the last one, or text that waits for its amount."""
        line = marked.line
        cells = assign(marked, self._columns, self._lexicon)
        if (
            not any(line.folded)
            or self._is_carried(marked)
            or any(fold(line.part(start, end)) in self._lexicon.carried_forward for start, end in line.cells)
        ):
            self._use(line)
        elif (
            self._is_like_rows(cells)
            and self._is_near(line, cells)
            and _opens(cells, self._columns)
            and (not self._needs_all or {"quantity", "unit_price"} & cells.keys())
        ):
            self._open(line, cells)
        elif self._current is not None and not self._waiting and line.box.top - self._bottom < _ROW_GAP * line.height:
            if {"line_number", "description"} <= cells.keys():
                self._waiting.append((line, cells))
            else:
                self._fill(line, {k: v for k, v in cells.items() if k in {"description", "item_code"}}, is_more=True)
        elif cells:
            self._waiting = [*self._waiting, (line, cells)][-_WAITING:]

    def _is_foot(self, marked: Marked) -> bool:
        """Tell whether a line begins the sums under the items although its label may be unknown.

        It has an amount but neither quantity nor price as the items have, and repeats what they add up to, or is a
        discount or charge on all of them.
        """
        cells = self._lone_amount(marked)
        if cells is None or self._current is None:
            return False
        if _sum_of(self.rows) == cells or (self._earlier and _sum_of([*self._earlier, *self.rows]) == cells):
            return not _rows_follow(self._page, marked.line.index + 1, self._columns)
        begins = marked.line.cells[0][1]
        is_extra = any(h.name in _EXTRAS and h.strength > 0.5 and h.start < begins for h in marked.labels)  # noqa: PLR2004
        return is_extra and not _rows_follow(self._page, marked.line.index + 1, self._columns)

    def _is_carried(self, marked: Marked) -> bool:
        """Tell whether a page begins with the sum of the items on the pages before."""
        amount = self._lone_amount(marked)
        return not self.rows and amount is not None and bool(self._earlier) and _sum_of(self._earlier) == amount

    def _lone_amount(self, marked: Marked) -> Decimal | None:
        """Return the amount of a line that has only this number where items have more, else None."""
        items = [*self._earlier, *self.rows]
        if not items or not all(row.has("quantity", "unit_price") for row in items):
            return None
        cells = assign(marked, self._columns, self._lexicon)
        money = [p.amount for name in MONEY for p in cells.get(name, ()) if p.amount]
        if "quantity" in cells or len(money) != 1:
            return None
        price = next((p.amount for p in cells.get("unit_price", ()) if p.amount), None)
        is_rate = price is not None and any(h.start <= price.start for h in marked.labels)
        return money[0].value if price is None or is_rate else None

    def _is_near(self, line: Line, cells: Cells) -> bool:
        """Tell whether a line with a lone amount stands near enough below the items to be one; else it is of the foot."""
        if {"quantity", "unit_price"} & cells.keys() or not self.rows:
            return True
        return line.box.top - self._bottom < _FAR_BELOW * line.height

    def _is_like_rows(self, cells: Cells) -> bool:
        """Tell whether an amount is written as those of the items: `1` under `12,50` is the number of a page."""
        items = [*self._earlier, *self.rows]
        own = [p.amount.decimals for name in MONEY for p in cells.get(name, ()) if p.amount]
        theirs = [p.amount.decimals for r in items for name in MONEY for p in r.cells.get(name, ()) if p.amount]
        return not own or not theirs or own[0] > 0 or min(theirs) == 0 or "unit_price" in cells

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


def _sum_of(rows: Sequence[TableRow]) -> Decimal | None:
    """Return what the rows add up to, or None when one has no amount."""
    pieces = [next((p for name in MONEY for p in row.cells.get(name, ()) if p.amount), None) for row in rows]
    amounts = [piece.amount.value for piece in pieces if piece and piece.amount]
    return sum(amounts, Decimal(0)) if len(amounts) == len(rows) else None


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


def _ends_in_sum(marked: Marked) -> bool:
    """Tell whether a line ends in a sum label and its amount, whatever table stands left of it."""
    last = marked.amounts[-1] if marked.amounts else None
    return last is not None and any(
        h.name in SUMS | _EXTRAS and h.strength > 0.5 and h.end <= last.start  # noqa: PLR2004
        and h.start == marked.line.cells[marked.line.cell_of[h.start]][0]
        and not any(h.end <= a.start < last.start and not a.is_percent for a in marked.amounts)
        for h in marked.labels
    )  # fmt: skip


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
        if any(h.name in _EXTRAS for h in marked.labels) or _ends_in_sum(marked):
            continue
        numbers = [a for a in marked.amounts if not a.is_percent]
        if len(numbers) >= min(len(wanted), 3) and any(c.isalpha() for c in marked.line.text):
            placed = {column_of(union(marked.line.words[a.start : a.end]), columns, numeric=True) for a in numbers}
            names = {c.name for c in placed if c}
            if names & MONEY and names & {"quantity", "unit_price"}:
                return True
    return False
