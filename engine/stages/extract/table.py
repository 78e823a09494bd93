"""Line items: a row of column headings, then rows until the sums begin, over as many pages as it takes."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked
from engine.stages.extract.labels import HeadingHit, headings_on, words_of
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line, union

_HEADING_PARTS = re.compile(r"[/\s()|-]+")
NUMERIC: frozenset[ColumnName] = frozenset(
    {"quantity", "unit_price", "discount", "amount", "gross_amount", "tax_rate", "tax_amount"}
)
_MONEY: frozenset[ColumnName] = frozenset({"amount", "gross_amount"})
_SUMS = frozenset({"subtotal", "total", "amount_due", "tax_total"})
_COUNT = re.compile(r"^\d+\s?[xX×]$|^[xX×]$")  # noqa: RUF001
_STRONG_LABEL = 0.8
_EXTRAS = frozenset({"discount_total", "charge_total"})
_ROW_GAP = 3.5
"""A continuation line stands no further below than this many line heights."""


class Column(NamedTuple):
    """A column: what it holds and the extent of its heading."""

    name: ColumnName
    x0: float
    x1: float


class Piece(NamedTuple):
    """A value in a cell of a row."""

    text: str
    page: int
    box: Box
    amount: Amount | None = None


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


def header_on(page: Sequence[Marked], index: int, lexicon: Lexicon) -> tuple[list[Column], int] | None:
    """Return the columns when a heading row starts at this line, and the index of its last line."""
    first = _hits(page[index], lexicon)
    if not _is_header(first, page[index].line):
        return None
    hits = list(first)
    last = index
    for near in (index - 1, index + 1, index + 2):
        if 0 <= near < len(page) and _is_close(page[index].line, page[near].line) and not page[near].amounts:
            more = _hits(page[near], lexicon)
            if more and sum(h.end - h.start for h in more) >= 0.6 * len(page[near].line.words):
                hits.extend(h for h in more if not any(h.box.x0 < k.box.x1 and k.box.x0 < h.box.x1 for k in hits))
                last = max(last, near)
    return _columns([*hits, *_unknown(page[index].line, hits, lexicon)]), last


def _unknown(line: Line, hits: Sequence[HeadingHit], lexicon: Lexicon) -> list[HeadingHit]:
    """Return headings that no vocabulary knows: a part of them may be known (`QTY/HR`), else they hold their place."""
    found: list[HeadingHit] = []
    for start, end in line.cells:
        if any(h.line is line and start <= h.start < end for h in hits):
            continue
        parts = [fold(part) for part in _HEADING_PARTS.split(line.part(start, end))]
        known = next((lexicon.columns[part] for part in parts if part in lexicon.columns), None)
        found.append(HeadingHit(known or "other", line, start, end))
    return found


def _hits(marked: Marked, lexicon: Lexicon) -> list[HeadingHit]:
    return headings_on(marked.line, words_of(marked.line, lexicon, is_ocr=marked.is_ocr), lexicon)


def _is_close(one: Line, other: Line) -> bool:
    gap = max(one.box.top, other.box.top) - min(one.box.bottom, other.box.bottom)
    return gap < 0.9 * one.height


def _is_header(hits: Sequence[HeadingHit], line: Line) -> bool:
    names = {hit.name for hit in hits}
    covered = sum(hit.end - hit.start for hit in hits)
    has_money = bool(names & {"amount", "gross_amount", "unit_price"})
    has_thing = bool(names & {"description", "item_code", "quantity"})
    enough = len(names) >= 3 or (len(names) == 2 and {"description", "amount"} <= names)  # noqa: PLR2004
    return has_money and has_thing and enough and covered >= 0.5 * len([w for w in line.folded if w])


def _columns(hits: Sequence[HeadingHit]) -> list[Column]:
    """Return the columns left to right; of two equal headings the money one to the right counts."""
    ordered = sorted(hits, key=lambda h: h.box.x0)
    columns: list[Column] = []
    names = [hit.name for hit in ordered]
    last_price = max((i for i, n in enumerate(names) if n == "unit_price"), default=-1)
    for position, hit in enumerate(ordered):
        later = any(h.name == hit.name for h in ordered[position + 1 :])
        earlier = any(c.name == hit.name for c in columns)
        is_spare = (later if hit.name in _MONEY else earlier) and hit.name != "description"
        name: ColumnName = "other" if is_spare else hit.name
        if position == last_price and not _MONEY & set(names) and names.count("unit_price") > 1:
            name = "amount"
        elif is_spare and hit.name == "amount" and position == 0 and "quantity" not in names:
            name = "quantity"
        columns.append(Column(name, hit.box.x0, hit.box.x1))
    return columns


def read_table(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Table:
    """Return the line items of the document, or an empty table."""
    rows: list[TableRow] = []
    used: set[tuple[int, int]] = set()
    columns: list[Column] | None = None
    is_over = False
    for page in pages:
        index = 0
        start = 0
        while index < len(page) and not is_over:
            header = header_on(page, index, lexicon)
            if header and (columns is None or index > start):
                columns, last = header
                used.update((page[i].line.page, page[i].line.index) for i in range(index, last + 1))
                index, is_over = _rows(page, last + 1, columns, lexicon, rows, used)
                start = index
                continue
            index += 1
        if is_over:
            break
    return Table(rows, frozenset(used), columns is not None)


def _rows(
    page: Sequence[Marked], index: int, columns: list[Column], lexicon: Lexicon, rows: list[TableRow],
    used: set[tuple[int, int]],
) -> tuple[int, bool]:  # fmt: skip
    """Read rows from `index` on; return where they end and whether the table is over for good."""
    current: TableRow | None = None
    pending: list[tuple[Marked, dict[ColumnName, list[Piece]]]] = []
    last_bottom: float | None = None
    needs_all = False
    while index < len(page):
        marked = page[index]
        line = marked.line
        if header_on(page, index, lexicon) and current is not None:
            return index, False
        if _is_sum_heading(marked):
            return index, True
        if _is_sum(marked, columns):
            if not _rows_follow(page, index + 1, columns):
                return index, _is_final(marked)
            index += 1
            current, pending, needs_all = None, [], True
            continue
        cells = _assign(marked, columns, lexicon)
        is_carried = any(fold(line.part(s, e)) in lexicon.carried_forward for s, e in line.cells)
        if is_carried:
            used.add((line.page, line.index))
        elif _opens(cells, columns) and (not needs_all or {"quantity", "unit_price"} & cells.keys()):
            current = TableRow()
            rows.append(current)
            for earlier, texts in pending:
                if "description" in texts or "item_code" in texts:
                    _fill(current, texts, earlier.line)
                    used.add((earlier.line.page, earlier.line.index))
            pending = []
            _fill(current, cells, line)
            used.add((line.page, line.index))
        elif (
            current is not None
            and last_bottom is not None
            and line.box.top - last_bottom < _ROW_GAP * line.height
            and not pending
        ):
            if "line_number" in cells and "description" in cells and not current.has("line_number"):
                pending.append((marked, cells))
            elif "line_number" in cells and current.has("line_number") and "description" in cells:
                pending.append((marked, cells))
            else:
                _fill(
                    current, {k: v for k, v in cells.items() if k in {"description", "item_code"}}, line, is_more=True
                )
                used.add((line.page, line.index))
        elif cells:
            pending.append((marked, cells))
            pending = pending[-3:]
        last_bottom = line.box.bottom
        index += 1
    return index, False


def _fill(row: TableRow, cells: dict[ColumnName, list[Piece]], line: Line, *, is_more: bool = False) -> None:
    row.lines.append(line)
    for name, pieces in cells.items():
        if is_more and name != "description" and name in row.cells:
            continue
        for piece in pieces:
            row.add(name, piece)


def _opens(cells: dict[ColumnName, list[Piece]], columns: Sequence[Column]) -> bool:
    """Tell whether a line starts an item: it has its amount, or price and quantity where no amount column is."""
    names = {column.name for column in columns}
    numbers = {name for name, pieces in cells.items() if any(p.amount for p in pieces)}
    if numbers & _MONEY:
        return True
    if names & _MONEY:
        return False
    return "unit_price" in numbers


def _is_sum(marked: Marked, columns: Sequence[Column]) -> bool:
    """Tell whether a line belongs to the sums: a sum label with a number after it and no price or quantity before."""
    del columns
    for hit in marked.labels:
        if hit.name in _SUMS and hit.strength > 0.5:  # noqa: PLR2004
            before = [a for a in marked.amounts if a.end <= hit.start and not a.is_percent]
            after = [a for a in marked.amounts if a.start >= hit.end]
            if after and not before:
                return True
    return False


def _is_sum_heading(marked: Marked) -> bool:
    """Tell whether a line is the heading of a table of sums: several sum labels and no number."""
    names = {h.name for h in marked.labels if h.strength > 0.6}  # noqa: PLR2004
    return not marked.amounts and len(names & (_SUMS | _EXTRAS)) > 1


def _is_final(marked: Marked) -> bool:
    return any(hit.name in {"total", "amount_due"} and hit.strength > 0.5 for hit in marked.labels)  # noqa: PLR2004


def _rows_follow(page: Sequence[Marked], index: int, columns: Sequence[Column]) -> bool:
    """Tell whether full rows (amount with price or quantity) come after a sum: then it was a sub-sum of a group."""
    wanted = {c.name for c in columns} & NUMERIC
    if len(wanted) < 3:  # noqa: PLR2004
        return False
    for marked in page[index : index + 8]:
        if _is_sum(marked, columns):
            continue
        if any(h.name in _EXTRAS for h in marked.labels):
            continue
        numbers = [a for a in marked.amounts if not a.is_percent]
        if len(numbers) >= min(len(wanted), 3) and any(c.isalpha() for c in marked.line.text):
            placed = {_column_of(union(marked.line.words[a.start : a.end]), columns, numeric=True) for a in numbers}
            names = {c.name for c in placed if c}
            if names & _MONEY and names & {"quantity", "unit_price"}:
                return True
    return False


def _assign(marked: Marked, columns: Sequence[Column], lexicon: Lexicon) -> dict[ColumnName, list[Piece]]:
    """Return the words of a line by column: numbers by overlap or nearness, text by where it starts."""
    line = marked.line
    cells: dict[ColumnName, list[Piece]] = {}
    used: set[int] = set()
    for amount in marked.amounts:
        box = union(line.words[amount.start : amount.end])
        column = _column_of(box, columns, numeric=False)
        if column and column.name in NUMERIC:
            if column.name in cells and cells[column.name][0].amount:
                continue
            cells[column.name] = [Piece(amount.raw, line.page, box, amount)]
            used.update(range(amount.start, amount.end))
    for start, end in _text_runs(line, used, columns):
        box = union(line.words[start:end])
        text = line.part(start, end)
        column = _text_column(box, columns)
        name: ColumnName = column.name if column else "other"
        if name in NUMERIC or name == "unit":
            name = (
                "unit"
                if fold(text) in lexicon.units
                else "description"
                if name not in NUMERIC and len(text) > 6
                else "other"
            )  # noqa: PLR2004, E501
        if name == "other" and not any(c.name == "description" and box.x0 < c.x1 for c in columns):
            continue
        cells.setdefault(name, []).append(Piece(text, line.page, box))
    cells.pop("other", None)
    if "line_number" in cells and not any(c.isdigit() for c in cells["line_number"][0].text):
        del cells["line_number"]
    return cells


def _text_runs(line: Line, used: set[int], columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Return runs of unused words, cut at cells and where another column starts."""
    runs: list[tuple[int, int]] = []
    starts = [c.x0 for c in columns]
    for start, end in line.cells:
        run: int | None = None
        for index in range(start, end):
            if index in used:
                if run is not None:
                    runs.append((run, index))
                run = None
            elif run is None:
                run = index
            elif any(line.words[index - 1].x1 <= x + 1 and abs(line.words[index].x0 - x) < 2 for x in starts):  # noqa: PLR2004
                runs.append((run, index))
                run = index
        if run is not None:
            runs.append((run, end))
    return runs


def _column_of(box: Box, columns: Sequence[Column], *, numeric: bool) -> Column | None:
    """Return the column a number stands in: the one it overlaps most, else the nearest."""
    pool = [c for c in columns if not numeric or c.name in NUMERIC]
    overlaps = [(min(box.x1, c.x1) - max(box.x0, c.x0), c) for c in pool]
    if not overlaps:
        return None
    widest = max(overlaps, key=lambda pair: pair[0])
    if widest[0] > 0:
        return widest[1]
    nearest = max((pair for pair in overlaps if pair[1].name in NUMERIC), key=lambda pair: pair[0], default=None)
    if nearest is None or -nearest[0] > 40:  # noqa: PLR2004 - further away it belongs to no column
        return None
    text = _text_column(box, columns)
    if text and text.name in {"description", "item_code"} and -nearest[0] > 25:  # noqa: PLR2004
        return None
    return nearest[1]


def _text_column(box: Box, columns: Sequence[Column]) -> Column | None:
    """Return the column a text stands in: overlap with its heading, else the last one that starts left of it."""
    overlaps = [(min(box.x1, c.x1) - max(box.x0, c.x0), c) for c in columns]
    over = [pair for pair in overlaps if pair[0] > 0]
    text = [pair for pair in over if pair[1].name not in NUMERIC]
    if text or over:
        return max(text or over, key=lambda pair: pair[0])[1]
    left = [c for c in columns if c.x0 <= box.x0 + 3]
    if left:
        return left[-1]
    return columns[0] if columns else None


def loose_rows(pages: Sequence[Sequence[Marked]], sums: Sequence[Decimal]) -> Table:
    """Return rows of a list without headings: text and an amount at the end of the line, above the sums.

    Such rows are believed only when they add up to one of the printed `sums`.
    """
    rows: list[TableRow] = []
    used: set[tuple[int, int]] = set()
    for page in pages:
        for marked in page:
            money = [a for a in marked.amounts if a.decimals == 2 and not a.is_percent]  # noqa: PLR2004
            if not money or money[-1].end < len(marked.line.words) - 1:
                continue
            if _is_sum(marked, ()) and rows:
                return Table(rows, frozenset(used), has_header=False) if _total(rows) in sums else _EMPTY
            row = _loose_row(marked, money)
            if row is not None:
                rows.append(row)
                used.add((marked.line.page, marked.line.index))
                if _total(rows) in sums and len(rows) > 1:
                    return Table(rows, frozenset(used), has_header=False)
    return Table(rows, frozenset(used), has_header=False) if rows and _total(rows) in sums else _EMPTY


_EMPTY = Table([], frozenset(), has_header=False)


def _loose_row(marked: Marked, money: Sequence[Amount]) -> TableRow | None:
    line, last = marked.line, money[-1]
    texts = [
        i
        for i in range(last.start)
        if any(c.isalpha() for c in line.words[i].text) and not _COUNT.match(line.words[i].text)
    ]
    if not texts or sum(c.isalpha() for c in line.part(texts[0], last.start)) < 3:  # noqa: PLR2004
        return None
    if any(h.strength >= _STRONG_LABEL and h.name in _SUMS | {"other_amount"} for h in marked.labels):
        return None
    row = TableRow()
    row.lines.append(line)
    end = min((a.start for a in marked.amounts if a.start > texts[0]), default=last.start)
    row.add(
        "description", Piece(line.part(texts[0], end), line.page, union(line.words[texts[0] : max(end, texts[0] + 1)]))
    )
    row.add("amount", Piece(last.raw, line.page, union(line.words[last.start : last.end]), last))
    first = marked.amounts[0]
    if first.start < texts[0] and first.decimals == 0 and 0 < first.value < 1000 and first is not last:  # noqa: PLR2004
        row.add("quantity", Piece(first.raw, line.page, union(line.words[first.start : first.end]), first))
    return row


def _total(rows: Sequence[TableRow]) -> Decimal:
    amounts = [piece.amount.value for row in rows for piece in row.cells["amount"] if piece.amount]
    return sum(amounts, Decimal(0))
