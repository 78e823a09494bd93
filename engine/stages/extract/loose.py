"""Line items of a list without headings, such as a till receipt's."""

import re
from collections.abc import Sequence
from decimal import Decimal

from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import CENTS, Marked
from engine.stages.extract.columns import Piece
from engine.stages.extract.lines.foot import SUMS, is_sum
from engine.stages.extract.lines.rows import Table, TableRow
from engine.stages.extract.lines_of_text import union
from engine.stages.extract.taxes import is_tax_line

_COUNT = re.compile(r"^\d+\s?[xX×]$|^[xX×]$")  # noqa: RUF001 - the multiplication sign is meant
_STRONG_LABEL = 0.8
_EMPTY = Table([], frozenset(), has_header=False)


def loose_rows(pages: Sequence[Sequence[Marked]], sums: Sequence[Decimal]) -> Table:
    """Return rows of a list without headings: text and an amount at the end of the line, above the sums.

    Such rows are believed only when they add up to one of the printed `sums`.
    """
    rows: list[TableRow] = []
    for page in pages:
        for marked in page:
            money = [a for a in marked.amounts if a.decimals == CENTS and not a.is_percent]
            if not money or money[-1].end < len(marked.line.words) - 1:
                continue
            if is_sum(marked):
                items = _adding_up(rows, sums)
                if items:
                    return Table(items, frozenset((r.lines[0].page, r.lines[0].index) for r in items), has_header=False)
                continue
            row = None if is_tax_line(marked) else _loose_row(marked, money)
            if row is not None:
                rows.append(row)
    return _EMPTY


def _adding_up(rows: Sequence[TableRow], sums: Sequence[Decimal]) -> list[TableRow]:
    """Return the longest run of rows right above a sum that adds up to a printed one; other rows stand before it."""
    for start in range(len(rows)):
        if _total(rows[start:]) in sums:
            return list(rows[start:])
    return []


def _loose_row(marked: Marked, money: Sequence[Amount]) -> TableRow | None:
    line, last = marked.line, money[-1]
    texts = [
        i
        for i in range(last.start)
        if any(c.isalpha() for c in line.words[i].text) and not _COUNT.match(line.words[i].text)
    ]
    if not texts or sum(c.isalpha() for c in line.part(texts[0], last.start)) < 3:  # noqa: PLR2004
        return None
    if any(h.strength >= _STRONG_LABEL and h.name in SUMS | {"other_amount"} for h in marked.labels):
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
