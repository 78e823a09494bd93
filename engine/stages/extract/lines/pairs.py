"""Line items printed as lists of label and value, one block an item."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import NUMERIC, Piece, is_unit, merged_amounts
from engine.stages.extract.headings import headings_of
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines.arithmetic import proven
from engine.stages.extract.lines.rows import EMPTY, Table, TableRow
from engine.stages.extract.lines_of_text import Line, union

_FAR = 4.0
"""A line so many line heights below its block is no more of it."""
_LEAST = 3


class Pair(NamedTuple):
    """A label and the words that follow it: words[start:end] of the line."""

    name: ColumnName
    marked: Marked
    start: int
    end: int


def paired_rows(pages: Sequence[Sequence[Marked]], lexicon: Lexicon) -> Table:
    """Return items whose values stand beside their own labels (`Quantity: 5 pcs`), or an empty table."""
    rows: list[TableRow] = []
    row, bottom = TableRow(), 0.0
    for page in pages:
        for marked in page:
            pairs = list(_pairs(marked, lexicon))
            if pairs and row.lines and _is_apart(row, marked.line, bottom):
                rows.append(row)
                row = TableRow()
            for pair in pairs:
                if pair.name in row.cells and (pair.name != "description" or row.has("amount", "unit_price")):
                    rows.append(row)
                    row = TableRow()
                _take(row, pair, lexicon)
                bottom = marked.line.box.bottom
    rows.append(row)
    kept = [
        r
        for r in rows
        if len(r.cells) >= _LEAST and r.has("amount", "unit_price") and r.has("description", "item_code")
    ]
    for one in kept:
        one.is_proven = proven(one)
    if not any(r.is_proven for r in kept):
        return EMPTY
    used = frozenset((line.page, line.index) for r in kept for line in r.lines)
    return Table(kept, used, has_header=False)


def _is_apart(row: TableRow, line: Line, bottom: float) -> bool:
    return line.page == row.lines[-1].page and line.box.top - bottom > _FAR * line.height


def _pairs(marked: Marked, lexicon: Lexicon) -> Iterator[Pair]:
    """Yield the labels of a line that begin a cell, with what follows up to the next of them."""
    line = marked.line
    starts = {start for start, _ in line.cells}
    hits = [h for h in headings_of(line, lexicon, is_ocr=marked.is_ocr) if h.start in starts]
    for index, hit in enumerate(hits):
        end = hits[index + 1].start if index + 1 < len(hits) else len(line.words)
        has_colon = line.words[hit.end - 1].text.endswith(":")
        start = hit.end
        while start < end and not any(c.isalnum() for c in line.words[start].text):
            has_colon = has_colon or line.words[start].text == ":"
            start += 1
        if start < end and (has_colon or start in starts):
            yield Pair(hit.name, marked, start, end)


def _take(row: TableRow, pair: Pair, lexicon: Lexicon) -> None:
    """Put a pair's value into the row: its number under a label of numbers, else its words."""
    line = pair.marked.line
    if not row.lines or row.lines[-1] is not line:
        row.lines.append(line)
    if pair.name not in NUMERIC:
        row.cells[pair.name] = [_piece(line, pair.start, pair.end)]
        return
    amounts = [*pair.marked.amounts, *merged_amounts(pair.marked, lexicon)]
    amount = next((a for a in amounts if pair.start <= a.start < pair.end), None)
    if amount is None:
        return
    row.cells[pair.name] = [_piece(line, amount.start, amount.end, amount)]
    rest = line.part(amount.end, pair.end) if amount.end < pair.end else ""
    if pair.name == "quantity" and is_unit(rest, lexicon):
        row.cells.setdefault("unit", [_piece(line, amount.end, pair.end)])


def _piece(line: Line, start: int, end: int, amount: Amount | None = None) -> Piece:
    box: Box = union(line.words[start:end])
    return Piece(amount.raw if amount else line.part(start, end), line.page, box, amount)
