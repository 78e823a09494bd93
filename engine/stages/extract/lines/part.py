"""The rows under one heading and what is known of all of them together."""

from collections.abc import Sequence
from decimal import Decimal

from engine.stages.extract.columns import MONEY, Column
from engine.stages.extract.lines.foot import sum_of
from engine.stages.extract.lines.rows import TableRow


class Part:
    """The rows under one heading, over the pages that they go on."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.rows: list[TableRow] = []
        self.used: set[tuple[int, int]] = set()
        self.headings: set[tuple[int, int]] = set()
        self.names = frozenset(c.name for c in columns)
        self.total: Decimal | None = Decimal(0)
        """What the rows add up to; None when one has no amount."""
        self.is_full = True
        """True while every row has its quantity or price."""
        self.decimals: frozenset[int] = frozenset()
        """With how many decimals the amounts are written."""

    def extend(self, rows: Sequence[TableRow]) -> None:
        """Take the rows of one more page."""
        self.rows.extend(rows)
        own = sum_of(rows)
        self.total = None if own is None or self.total is None else self.total + own
        self.is_full = self.is_full and all(row.has("quantity", "unit_price") for row in rows)
        self.decimals |= decimals_of(rows)


def decimals_of(rows: Sequence[TableRow]) -> frozenset[int]:
    """Return with how many decimals the amounts of rows are written."""
    return frozenset(p.amount.decimals for r in rows for name in MONEY for p in r.cells.get(name, ()) if p.amount)
