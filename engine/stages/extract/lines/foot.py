"""The sums under the items: how a line of them looks, and whether items go on after it."""

from collections.abc import Sequence
from decimal import Decimal

from engine.stages.extract.amounts import Amount
from engine.stages.extract.candidates import Marked
from engine.stages.extract.columns import MONEY, NUMERIC, Cells, Column, box_of, column_of
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines.rows import TableRow
from engine.stages.extract.lines_of_text import Line

SUMS = frozenset({"subtotal", "total", "amount_due"})
SUMMED = SUMS | {"tax_total"}
EXTRAS = frozenset({"discount_total", "charge_total"})
_NEAR_TEXTS, _ALIGNED = 3, 2.0
"""Rows above whose texts show where descriptions begin, and points by which a note may miss that."""


def sum_of(rows: Sequence[TableRow]) -> Decimal | None:
    """Return what the rows add up to, or None when one has no amount."""
    pieces = [next((p for name in MONEY for p in row.cells.get(name, ()) if p.amount), None) for row in rows]
    amounts = [piece.amount.value for piece in pieces if piece and piece.amount]
    return sum(amounts, Decimal(0)) if len(amounts) == len(rows) else None


def opens(cells: Cells, columns: Sequence[Column]) -> bool:
    """Tell whether a line starts an item: it has its amount, or price and quantity where no amount column is."""
    names = {column.name for column in columns}
    numbers = {name for name, pieces in cells.items() if any(p.amount for p in pieces)}
    if numbers & MONEY:
        return True
    if names & MONEY:
        return False
    return "unit_price" in numbers if "unit_price" in names else "quantity" in numbers


def is_sum(marked: Marked) -> bool:
    """Tell whether a line belongs to the sums: a sum label with a number after it and no price or quantity before."""
    for hit in marked.labels:
        if hit.name in SUMS and hit.strength > 0.5:  # noqa: PLR2004
            before = [a for a in marked.amounts if a.end <= hit.start and not a.is_percent]
            after = [
                a for a in marked.amounts if a.start >= hit.end and not a.is_percent and _ends_cell(a, marked.line)
            ]
            if after and not before:
                return True
    return False


def is_note(
    marked: Marked,
    page: Sequence[Marked],
    columns: Sequence[Column],
    rows: Sequence[TableRow],
    total: Decimal | None,
) -> bool:
    """Tell whether a line is text of the item above it although its words name a sum: `Gross price: 1.50`.

    It is printed where descriptions begin, is one cell, ends before the money begins, and items or sums come later.
    """
    line, money = marked.line, [c for c in columns if c.name in MONEY]
    if not money or len(line.cells) > 1 or line.box.x1 > min(c.x0 for c in money) - line.height:
        return False
    texts = [p for row in rows[-_NEAR_TEXTS:] for p in row.cells.get("description", ())]
    if not any(abs(p.box.x0 - line.box.x0) < _ALIGNED for p in texts) or not is_sum(marked):
        return False
    below = page[line.index + 1 :]
    goes_on = rows_follow(page, line.index + 1, columns) or any(is_sum(one) for one in below)
    return goes_on and total not in {a.value for a in marked.amounts}


def names_carried(marked: Marked, lexicon: Lexicon) -> bool:
    """Tell whether a cell of a line says that a sum is carried over from or to another page."""
    line = marked.line
    return any(fold(line.part(start, end)).rstrip("0123456789") in lexicon.carried_forward for start, end in line.cells)


def _ends_cell(amount: Amount, line: Line) -> bool:
    """Tell whether no words follow an amount in its cell: `Base: 60,00 - Rate: 10 %` is no sum."""
    end = line.cells[line.cell_of[amount.start]][1]
    rest = line.words[amount.end : end]
    return not any(c.isalnum() for word in rest for c in word.text) or len(rest) == 1


def is_sum_heading(marked: Marked) -> bool:
    """Tell whether a line is the heading of a table of sums: several sum labels and no number."""
    names = {h.name for h in marked.labels if h.strength > 0.6}  # noqa: PLR2004
    return not marked.amounts and len(names & (SUMS | EXTRAS)) > 1


def _ends_in_sum(marked: Marked) -> bool:
    """Tell whether a line ends in a sum label and its amount, whatever table stands left of it."""
    last = marked.amounts[-1] if marked.amounts else None
    return last is not None and any(
        h.name in SUMS | EXTRAS and h.strength > 0.5 and h.end <= last.start  # noqa: PLR2004
        and h.start == marked.line.cells[marked.line.cell_of[h.start]][0]
        and not any(h.end <= a.start < last.start and not a.is_percent for a in marked.amounts)
        for h in marked.labels
    )  # fmt: skip


def is_final(marked: Marked) -> bool:
    """Tell whether a line names the last of the sums."""
    return any(hit.name in {"total", "amount_due"} and hit.strength > 0.5 for hit in marked.labels)  # noqa: PLR2004


def rows_follow(page: Sequence[Marked], index: int, columns: Sequence[Column]) -> bool:
    """Tell whether full rows (amount with price or quantity) come after a sum: then it was a sub-sum of a group."""
    wanted = {c.name for c in columns} & NUMERIC
    if len(wanted) < 3:  # noqa: PLR2004
        return False
    for marked in page[index : index + 8]:
        if is_sum(marked):
            continue
        if any(h.name in EXTRAS for h in marked.labels) or _ends_in_sum(marked):
            continue
        numbers = [a for a in marked.amounts if not a.is_percent]
        if len(numbers) >= min(len(wanted), 3) and any(c.isalpha() for c in marked.line.text):
            placed = {column_of(box_of(a), columns, numeric=True) for a in numbers}
            names = {c.name for c in placed if c}
            if names & MONEY and names & {"quantity", "unit_price"}:
                return True
    return False
