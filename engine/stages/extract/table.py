"""Line items under a row of column headings, until the sums begin, over as many pages as it takes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.content.vocabulary import ColumnName
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import (
    MONEY,
    Assigned,
    Cells,
    Column,
    Piece,
    assigned,
    box_of,
    with_amount,
)
from engine.stages.extract.headings import header_on, is_other_heading
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines.arithmetic import is_product, proven, settle_columns
from engine.stages.extract.lines.evidence import Grid
from engine.stages.extract.lines.foot import (
    EXTRAS,
    SUMMED,
    is_final,
    is_note,
    is_sum,
    is_sum_heading,
    names_carried,
    opens,
    rows_follow,
    sum_of,
)
from engine.stages.extract.lines.part import Part, decimals_of
from engine.stages.extract.lines.rows import Assembly, Rules, Table, TableRow, TextLine, before_blanks
from engine.stages.extract.lines_of_text import Line

_FACTORS: frozenset[ColumnName] = frozenset({"quantity", "unit_price"})
_BESIDE = 1.5
"""Line heights between the two lines of an item whose numbers do not share one."""
_SAMPLE = 15
"""Lines under a heading that tell what an unknown column holds."""
_FAR_BELOW = 5.0
_NEAR_ROWS, _LINES_ABOVE = 2.5, 2
_FOOT = 0.9
"""Below this share of the page stands what is on every page."""


def read_table(
    pages: Sequence[Sequence[Marked]],
    lexicon: Lexicon,
    rules: Mapping[int, Sequence[float]],
    *,
    is_priced: bool = True,
) -> Table:
    """Return the line items under headings, or an empty table. `rules`: heights of horizontal rules by page number.

    With `is_priced` false, goods with quantities and without prices are read.
    """
    parts = read_parts(pages, lexicon, rules, is_priced=is_priced)
    rows = [row for part in parts for row in part.rows]
    used = frozenset(key for part in parts for key in part.used | part.headings)
    headings = frozenset(key for part in parts for key in part.headings)
    return Table(rows, used, bool(headings), headings)


def read_parts(
    pages: Sequence[Sequence[Marked]], lexicon: Lexicon, rules: Rules, *, is_priced: bool = True
) -> list[Part]:
    """Return the parts of the line table: one for each heading that names other columns than the one before."""
    parts: list[Part] = []
    reader: _Rows | None = None
    for page in pages:
        heights = rules.get(page[0].line.page if page else 0, ())
        index = 0
        if reader is not None and reader.goes_on:
            reader = _Rows(page, parts[-1], lexicon, heights, goes_on=True)
            index = reader.read(0)
        while index < len(page) and not (reader is not None and reader.is_over):
            header = header_on(page, index, lexicon, is_priced=is_priced)
            if header is None:
                index += 1
                continue
            columns, last = header
            columns = with_amount(columns, page[last + 1 : last + 1 + _SAMPLE])
            part = _part(parts, columns)
            part.headings.update((page[i].line.page, page[i].line.index) for i in range(index, last + 1))
            reader = _Rows(page, part, lexicon, heights)
            index = reader.read(last + 1)
        if reader is not None and reader.is_over:
            break
    for part in parts:
        settle_columns(part.rows, part.columns)
    if any(part.rows and _FACTORS & part.names for part in parts):
        # a later table without quantity and price lists discounts or taxes, no items
        parts = [part for part in parts if _FACTORS & part.names]
    return parts


def read_grid(
    pages: Sequence[Sequence[Marked]], grid: Grid, lexicon: Lexicon, rules: Mapping[int, Sequence[float]]
) -> Table:
    """Return the line items in columns that were found without headings."""
    part = Part(grid.columns)
    index, goes_on = _first_line(pages[grid.page], grid), False
    for page in pages[grid.page :]:
        number = page[0].line.page if page else 0
        reader = _Rows(page, part, lexicon, rules.get(number, ()), goes_on=goes_on)
        reader.read(index)
        index, goes_on = 0, True
        if reader.is_over or not reader.goes_on:
            break
    settle_columns(part.rows, part.columns)
    return Table(part.rows, frozenset(part.used), has_header=False)


def _first_line(page: Sequence[Marked], grid: Grid) -> int:
    """Return the index of the first item's line: rows with only an amount, and text, may stand above the first proof."""
    money = next(c for c in grid.columns if c.name == "amount")
    first = index = grid.first
    while (
        index > 0 and page[index].line.box.top - page[index - 1].line.box.bottom < _NEAR_ROWS * page[index].line.height
    ):
        index -= 1
        boxes = [box_of(a) for a in page[index].amounts]
        if any(b.x0 < money.x1 and money.x0 < b.x1 for b in boxes):
            if is_sum(page[index]) or is_sum_heading(page[index]):
                break
            first = index
        elif first - index > _LINES_ABOVE:
            break
    return first


def _part(parts: list[Part], columns: Sequence[Column]) -> Part:
    """Return the part that goes on under a heading like its own, else a new one."""
    part = Part(columns)
    if parts and [c.name for c in parts[-1].columns] == [c.name for c in columns]:
        parts[-1].columns = columns
        return parts[-1]
    parts.append(part)
    return part


class _Rows:
    """Reads the rows under one heading on one page."""

    def __init__(
        self, page: Sequence[Marked], part: Part, lexicon: Lexicon, rules: Sequence[float], *, goes_on: bool = False
    ) -> None:
        self.rows: list[TableRow] = []
        self._earlier = tuple(part.rows[-1:])
        """The last row of the pages before."""
        self._part = part
        self.is_over = False
        self.goes_on = False
        """True when the page ended inside the table."""
        self._is_open = False
        """True when the rows ended with what they add up to and no word that calls it a sum: it may be carried over."""
        self.is_cut = False
        """True when another table began."""
        self._page = page
        self._columns = part.columns
        self._lexicon = lexicon
        self._rules = rules
        self._seen: tuple[Line, Assigned] | None = None
        self._breaks: list[float] = []
        self._texts: list[TextLine] = []
        self._numbers: dict[int, dict[int, Piece]] = {}
        self._bottom = page[0].line.box.top if page else 0.0
        self._needs_all = self._continues = goes_on
        self._is_priced = bool(part.names & (MONEY | {"unit_price"}))

    def _header_on(self, index: int) -> tuple[list[Column], int] | None:
        return header_on(self._page, index, self._lexicon, is_priced=self._is_priced)

    def read(self, index: int) -> int:
        """Read from a line index on and return the one where the rows end; `is_over` when no more can come."""
        self._bottom = self._page[index - 1].line.box.bottom if index else 0.0
        end = self._scan(index)
        self.goes_on = (
            (end >= len(self._page) or self._is_open)
            and not (self.is_cut or self.is_over)
            and bool(self.rows or self._earlier)
        )
        self._settle()
        return end

    def _scan(self, index: int) -> int:
        while index < len(self._page):
            marked = self._page[index]
            if (self.rows or self._continues) and self._header_on(index):
                return index
            if self._is_carried(marked):
                self._pass_over(marked.line)
                index += 1
                continue
            if is_sum_heading(marked):
                self.is_over = True
                return index
            if (self.rows or self._earlier) and is_other_heading(marked, self._lexicon):
                self.is_over = not any(self._header_on(i) for i in range(index, len(self._page)))
                self.is_cut = True
                return index
            if self._is_near_below(marked.line) and is_note(
                marked, self._page, self._columns, self.rows, self._total()
            ):
                self._take(marked)
            elif is_sum(marked) and not self._is_item(marked):
                if not rows_follow(self._page, index + 1, self._columns):
                    self.is_over = is_final(marked) or bool(self.rows)
                    return index
                self._breaks.append(marked.line.box.top)
                self._needs_all = True
            elif self._is_foot(marked):
                self._is_open = not any(h.name in SUMMED for h in marked.labels)
                return index
            else:
                self._take(marked)
            index += 1
        return index

    def _is_running_foot(self, marked: Marked) -> bool:
        """Tell whether a line stands far below goods without prices: `1 of 2` is no quantity there."""
        line = marked.line
        is_low = line.box.top > _FOOT * marked.page_height
        return bool(self.rows) and not self._is_priced and is_low and not self._is_within(line)

    def _is_item(self, marked: Marked) -> bool:
        """Tell whether the numbers of a line are those of an item, whatever its text names."""
        row = TableRow()
        row.cells.update(self._assigned(marked).cells)
        return bool(self.rows) and proven(row)

    def _is_near_below(self, line: Line) -> bool:
        return bool(self.rows) and line.box.top - self._bottom <= line.height

    def _settle(self) -> None:
        """Give the text to the rows, and the text before the first row of a page to the last one of the page before."""
        height = max((row.lines[0].height for row in self.rows), default=0.0)
        texts = before_blanks([t for t in self._texts if self._is_kept(t, height)], len(self.rows))
        rest = Assembly(self.rows, texts, self._rules, self._breaks).settle()
        if self._earlier and (rest or not self.rows):
            last = self._earlier[-1]
            for text in rest if self.rows else ():
                if text.cells.keys() <= {"description", "line_number"} and text.line.box.bottom < self._first_top():
                    last.lines.append(text.line)
                    for name, pieces in text.cells.items():
                        if name == "description" or name not in last.cells:
                            last.cells.setdefault(name, []).extend(pieces)
        self._part.extend(self.rows)
        for row in self.rows:
            self._part.used.update((line.page, line.index) for line in row.lines)

    def _first_top(self) -> float:
        return self.rows[0].lines[0].box.bottom

    def _is_kept(self, text: TextLine, height: float) -> bool:
        """Tell whether text near the end of a page may be an item's; running feet are of no item."""
        page_height = self._page[text.line.index].page_height
        is_last = text.before == len(self.rows)
        return not (is_last and text.line.box.bottom > _FOOT * page_height and text.line.height < height - 0.5)

    def _take(self, marked: Marked) -> None:
        """Put one line where it belongs: a new item, or text that belongs to the item above or below."""
        if self._is_running_foot(marked):
            return
        line = marked.line
        found = self._assigned(marked)
        cells = found.cells
        if not any(line.folded):
            self._part.used.add((line.page, line.index))
        elif (
            self._is_like_rows(cells)
            and self._is_near(line, cells)
            and opens(cells, self._columns)
            and (not self._needs_all or {"quantity", "unit_price"} & cells.keys())
        ):
            self._open(line, found)
        elif self._completes(line, found):
            pass
        elif cells:
            self._texts.append(TextLine(line, cells, len(self.rows)))
            self._numbers[len(self._texts) - 1] = found.numbers
        self._bottom = line.box.bottom

    def _completes(self, line: Line, found: Assigned) -> bool:
        """Take a line with quantity or price into the row right above it that has only an amount."""
        if not self.rows or not _FACTORS & found.cells.keys():
            return False
        row = self.rows[-1]
        if row.has(*_FACTORS) or not _is_beside(row.lines[-1], line):
            return False
        row.join(line, found)
        return True

    def _core(self, line: Line, found: Assigned) -> TextLine | None:
        """Return the line right above a lone amount that has its quantity or price."""
        last = self._texts[-1] if self._texts else None
        if last is None or last.before != len(self.rows) or _FACTORS & found.cells.keys():
            return None
        return last if _FACTORS & last.cells.keys() and _is_beside(last.line, line) else None

    def _is_foot(self, marked: Marked) -> bool:
        """Tell whether a line begins the sums under the items although its label may be unknown.

        It has an amount but neither quantity nor price as the items have, and repeats what they add up to, or is a
        discount or charge on all of them.
        """
        cells = self._lone_amount(marked)
        if cells is None or not self.rows:
            return False
        is_lone = len(self._part.rows) + len(self.rows) == 1 and not any(h.name in SUMMED for h in marked.labels)
        if is_lone:
            return False
        if cells in {sum_of(self.rows), self._total()}:
            return not rows_follow(self._page, marked.line.index + 1, self._columns)
        begins = marked.line.cells[0][1]
        is_extra = any(h.name in EXTRAS and h.strength > 0.5 and h.start < begins for h in marked.labels)  # noqa: PLR2004
        return is_extra and not rows_follow(self._page, marked.line.index + 1, self._columns)

    def _is_carried(self, marked: Marked) -> bool:
        """Tell whether a line carries the sum of the items over to the next page or from the one before."""
        total = self._total() if self.rows or self._earlier else None
        is_equal = total is not None and any(a.value == total for a in marked.amounts)
        if names_carried(marked, self._lexicon):
            return is_equal or not any(h.name in EXTRAS for h in marked.labels)
        return is_equal and not self.rows and bool(self._earlier) and self._lone_amount(marked) == total

    def _total(self) -> Decimal | None:
        """Return what all items so far add up to; None when one has no amount."""
        own = sum_of(self.rows)
        return None if own is None or self._part.total is None else self._part.total + own

    def _pass_over(self, line: Line) -> None:
        self._part.used.add((line.page, line.index))
        self._breaks.append(line.box.top)
        self._bottom = line.box.bottom

    def _lone_amount(self, marked: Marked) -> Decimal | None:
        """Return the amount of a line that has only this number where items have more, else None."""
        is_full = self._part.is_full and all(row.has("quantity", "unit_price") for row in self.rows)
        if not (self._earlier or self.rows) or not is_full:
            return None
        cells = self._assigned(marked).cells
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
        return self._is_within(line)

    def _is_within(self, line: Line) -> bool:
        return line.box.top - self._bottom < _FAR_BELOW * line.height

    def _is_like_rows(self, cells: Cells) -> bool:
        """Tell whether an amount is written as those of the items: `1` under `12,50` is the number of a page."""
        own = [p.amount.decimals for name in MONEY for p in cells.get(name, ()) if p.amount]
        theirs = [*self._part.decimals, *decimals_of(self.rows)]
        return not own or not theirs or own[0] > 0 or min(theirs) == 0 or self._is_product(cells)

    def _assigned(self, marked: Marked) -> Assigned:
        """Return the words of a line by column, worked out once."""
        if self._seen is None or self._seen[0] is not marked.line:
            self._seen = marked.line, assigned(marked, self._columns, self._lexicon)
        return self._seen[1]

    def _is_product(self, cells: Cells) -> bool:
        factors = [p.amount for name in ("quantity", "unit_price", "amount") for p in cells.get(name, ())[:1]]
        amounts = [a for a in factors if a is not None]
        return len(amounts) == 3 and is_product(*(a.value for a in amounts))  # noqa: PLR2004

    def _open(self, line: Line, found: Assigned) -> None:
        row = TableRow()
        core = self._core(line, found)
        row.cells.update(found.cells)
        row.numbers = dict(found.numbers)
        row.lines.append(line)
        if core is not None:
            self._texts.pop()
            row.join(core.line, Assigned(dict(core.cells), self._numbers.get(len(self._texts), {})), is_above=True)
        self.rows.append(row)
        self._needs_all = False


def _is_beside(upper: Line, lower: Line) -> bool:
    return upper.page == lower.page and abs(lower.box.bottom - upper.box.bottom) <= _BESIDE * max(
        upper.height, lower.height
    )
