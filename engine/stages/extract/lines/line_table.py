"""The line items of a document, by whichever way of reading proves itself best."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.content.vocabulary import ColumnName
from engine.stages.extract.candidates import Marked
from engine.stages.extract.lexicon import Lexicon
from engine.stages.extract.lines.arithmetic import is_tax_row, money_of
from engine.stages.extract.lines.details import take_codes
from engine.stages.extract.lines.evidence import grid_of
from engine.stages.extract.lines.pairs import paired_rows
from engine.stages.extract.lines.rows import EMPTY, Table, TableRow
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.extract.loose import loose_rows
from engine.stages.extract.table import read_grid, read_table

_MOST = 0.75
"""A table of which this share proves itself needs no other reading."""
_ECHOED = 3
_WORDS: tuple[ColumnName, ...] = ("description", "item_code", "unit", "date")
_MOST_LEFT_OUT = 30
"""Rows at the end of a table that may be of another one."""
_LONG = 0.35
"""A rule across this share of the page may stand between items."""


def line_table(
    pages: Sequence[Sequence[Marked]], sheets: Sequence[Sheet], lexicon: Lexicon, sums: Sequence[Decimal]
) -> Table:
    """Return the line items. `sums`: printed amounts that they may add up to, net or gross."""
    table = _best(pages, rules_of(sheets), lexicon, sums)
    take_codes(table.rows, lexicon)
    is_summed = _adds_up(table.rows, sums)
    for row in table.rows:
        row.is_summed = is_summed
    return table


def _best(
    pages: Sequence[Sequence[Marked]], rules: Mapping[int, Sequence[float]], lexicon: Lexicon, sums: Sequence[Decimal]
) -> Table:
    headed = _believed(read_table(pages, lexicon, rules), sums, pages)
    if _adds_up(headed.rows, sums) and _share_proven(headed.rows) >= _MOST:
        return headed
    others = [headed]
    grid = grid_of(pages, lexicon)
    if grid is not None:
        others.append(_believed(read_grid(pages, grid, lexicon, rules), sums, pages))
    others.append(_believed(paired_rows(pages, lexicon), sums, pages))
    best = max(others, key=lambda table: _worth(table, sums) + _is_echoed(table, sums, pages))
    if best.rows:
        return best
    listed = loose_rows(pages, sums)
    return listed if listed.rows else read_table(pages, lexicon, rules, is_priced=False)


def _worth(table: Table, sums: Sequence[Decimal]) -> float:
    """Return how well a reading of the items proves itself."""
    rows = table.rows
    if not rows or not (table.has_header or any(row.is_proven for row in rows)):
        return 0.0
    if not table.has_header and sum(row.is_proven for row in rows) < 2 and not _adds_up(rows, sums):  # noqa: PLR2004
        return 0.0
    return 2.0 * _adds_up(rows, sums) + 2.0 * _share_proven(rows) + 0.5 * table.has_header + 0.1 * min(len(rows), 10)


def _share_proven(rows: Sequence[TableRow]) -> float:
    return sum(row.is_proven for row in rows) / len(rows) if rows else 0.0


def _adds_up(rows: Sequence[TableRow], sums: Sequence[Decimal]) -> bool:
    total = _sum_of(rows)
    return total is not None and total in sums


def _sum_of(rows: Sequence[TableRow]) -> Decimal | None:
    amounts = [money_of(row) for row in rows]
    known = [a.value for a in amounts if a is not None]
    return sum(known, Decimal(0)) if rows and len(known) == len(rows) else None


def _believed(table: Table, sums: Sequence[Decimal], pages: Sequence[Sequence[Marked]]) -> Table:
    """Leave out rows of other tables where those that are left add up to a printed sum.

    A row that proves itself is never left out, and a lone row says nothing by being equal to a sum.
    """
    if len(table.rows) < 2:  # noqa: PLR2004
        return table
    rows = [row for row in table.rows if row.is_proven or not (is_tax_row(row) or _is_wordless(row))]
    rows = _above_sub_sum(rows)
    if not rows and not table.has_header:
        return EMPTY
    if not rows or _adds_up(rows, sums):
        return _only(table, rows or table.rows)
    full = [row for row in rows if row.has("quantity", "unit_price")]
    least = max((i + 1 for i, row in enumerate(rows) if row.is_proven), default=1)
    for kept in (*(rows[:end] for end in range(len(rows) - 1, max(least, len(rows) - _MOST_LEFT_OUT) - 1, -1)), full):
        if kept and len(kept) > len(rows) // 3 and _adds_up(kept, sums):
            return _only(table, kept)
    if len(full) > 1 and len(full) < len(rows) and _sum_of(full) in _other_amounts(table, pages):
        return _only(table, full)
    return _only(table, rows)


def _is_wordless(row: TableRow) -> bool:
    """Tell whether nothing but numbers stands on a row: rate, base and tax beside the sums, not an item."""
    return not any(c.isalpha() for name in _WORDS for piece in row.cells.get(name, ()) for c in piece.text)


def _above_sub_sum(rows: Sequence[TableRow]) -> list[TableRow]:
    """Return the rows without one that only repeats what all full rows above it add up to, and bare ones below it."""
    for index, row in enumerate(rows):
        above, money = rows[:index], money_of(row)
        if _is_bare(row) and money is not None and money.value == _sum_of(above) and not any(map(_is_bare, above)):
            return [*above, *(one for one in rows[index + 1 :] if not _is_bare(one))]
    return list(rows)


def _is_bare(row: TableRow) -> bool:
    return not row.has("quantity", "unit_price", "item_code")


def _is_echoed(table: Table, sums: Sequence[Decimal], pages: Sequence[Sequence[Marked]]) -> bool:
    """Tell whether what three rows or more add up to is printed elsewhere, although no label calls it a sum of them."""
    if len(table.rows) < _ECHOED or _adds_up(table.rows, sums):
        return False
    return _sum_of(table.rows) in _other_amounts(table, pages)


def _other_amounts(table: Table, pages: Sequence[Sequence[Marked]]) -> set[Decimal]:
    """Return the amounts that are printed outside the rows."""
    return {
        a.value
        for page in pages
        for marked in page
        if (marked.line.page, marked.line.index) not in table.used
        for a in marked.amounts
        if not a.is_percent and a.decimals
    }


def _only(table: Table, kept: Sequence[TableRow]) -> Table:
    """Return the table with these rows; the lines of the others are free again for sums and taxes."""
    lines = {(line.page, line.index) for row in kept for line in row.lines}
    dropped = {(line.page, line.index) for row in table.rows for line in row.lines} - lines
    return table._replace(rows=list(kept), used=table.used - dropped)


def rules_of(sheets: Sequence[Sheet]) -> Mapping[int, Sequence[float]]:
    """Return the heights of long horizontal rules by page number, ascending."""
    return {
        sheet.page.number: sorted(
            {
                round(rule.top, 1)
                for rule in sheet.page.rules
                if abs(rule.top - rule.bottom) < 1.5 and rule.x1 - rule.x0 > _LONG * sheet.page.width  # noqa: PLR2004
            }
        )
        for sheet in sheets
    }
