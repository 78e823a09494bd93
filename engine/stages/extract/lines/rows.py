"""A line item while it is put together, and which lines of text around its amount are its own."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.stages.extract.columns import Assigned, Cells, Piece
from engine.stages.extract.lines_of_text import Line

_LEAP = 1.25
"""A distance this many times the smallest one between lines sets two items apart."""
_SMALL_LEAP, _EVEN = 1.12, 1.04
"""A smaller leap does where all other distances are even, as nothing but print makes them."""
_MOST_ABOVE, _NEARER = 4, 0.8
_ROW_GAP = 3.0
"""A continuation line stands no further below than this many line heights."""
_BESIDE = 1.6
"""A number may stand so many line heights above or below the amount of its row."""
_BLANK = re.compile(r"_{4,}|\.{8,}")
"""A line to write on."""
_TEXTS = frozenset({"description", "item_code"})
"""Columns that may run over several lines."""
_ONCE: frozenset[ColumnName] = frozenset(
    {"quantity", "unit", "unit_price", "discount", "tax_rate", "line_number", "po_number", "po_line"}
)


class TableRow:
    """One line item while it is put together."""

    def __init__(self) -> None:
        self.cells: dict[ColumnName, list[Piece]] = {}
        self.lines: list[Line] = []
        self.numbers: dict[int, Piece] = {}
        """Every number of its amount's line, by the index of its column, whatever the heading says."""
        self.is_proven = False
        """True when quantity, price and amount agree."""
        self.is_summed = False
        """True when it and its fellows add up to a printed sum."""

    def add(self, name: ColumnName, piece: Piece) -> None:
        """Put a value into a column of the row."""
        self.cells.setdefault(name, []).append(piece)

    def join(self, line: Line, found: Assigned, *, is_above: bool = False) -> None:
        """Put what stands on a second line of the same item into the row."""
        self.lines.append(line)
        for name, pieces in found.cells.items():
            if name == "description":
                own = self.cells.get(name, [])
                self.cells[name] = [*pieces, *own] if is_above else [*own, *pieces]
            else:
                self.cells.setdefault(name, list(pieces))
        for index, piece in found.numbers.items():
            self.numbers.setdefault(index, piece)

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


EMPTY = Table([], frozenset(), has_header=False)


class TextLine(NamedTuple):
    """A line without an amount between items: before the item of this index."""

    line: Line
    cells: Cells
    before: int


def before_blanks(texts: Sequence[TextLine], count: int) -> list[TextLine]:
    """Return the texts without those from where something waits to be filled in under the last of `count` items."""
    last = [i for i, text in enumerate(texts) if count and text.before == count]
    end = next((i for i in last if _BLANK.search(texts[i].line.text)), len(texts))
    if last and end == len(texts) and texts[-1].line.text.endswith(":"):
        end -= 1
    return list(texts[:end])


Rules = Mapping[int, Sequence[float]]
"""Heights of the horizontal rules of each page, ascending."""


class Assembly:
    """Gives the lines of text of one table part to the items above or below them."""

    def __init__(
        self,
        rows: Sequence[TableRow],
        texts: Sequence[TextLine],
        rules: Sequence[float],
        breaks: Sequence[float] = (),
    ) -> None:
        """`rules` are drawn lines, `breaks` lines of sub-sums: both end an item, by their heights on the page."""
        self._rows, self._rules, self._breaks = rows, [*rules, *breaks], breaks
        self._anchors = [row.lines[0] for row in rows]
        self._had_text = ["description" in row.cells for row in rows]
        self._leads = False
        """True when the number of an item stands on a line above its amount."""
        self._runs: list[list[TextLine]] = [[] for _ in range(len(rows) + 1)]
        for text in texts:
            self._runs[text.before].append(text)
        self._leads = bool(rows) and not rows[0].has("line_number") and any(map(_is_head, self._runs[0]))

    def settle(self) -> list[TextLine]:
        """Fill the rows with their text and return the lines before the first one that are not its own."""
        if not self._rows:
            return []
        centred = self._centred()
        if centred is not None:
            return self._settle_centred(centred)
        splits = [self._split(index) for index in range(1, len(self._rows))]
        is_above = self._is_above(splits)
        rest = self._first(is_above=is_above)
        for index, split in enumerate(splits, 1):
            run = self._runs[index]
            at = split if split is not None else self._default(index, is_above=is_above)
            for text in run[:at]:
                self._fill(index - 1, text)
            self._lead(index, run[at:], is_above=is_above)
        for text in self._last(is_above=is_above):
            self._fill(len(self._rows) - 1, text)
        return rest

    def _centred(self) -> list[int] | None:
        """Return how many lines stand above and below each amount when the amounts stand half way down their items.

        The lines before the first amount fix the first item; each run between two amounts then fixes the next one.
        """
        counts = [len(self._runs[0])]
        if not counts[0] or len(self._rows) < 2 or any("line_number" in t.cells for run in self._runs for t in run):  # noqa: PLR2004
            return None
        for index in range(1, len(self._rows)):
            counts.append(len(self._runs[index]) - counts[-1])
        is_whole = min(counts) >= 0 and counts[-1] == len(self._runs[-1]) and max(counts) <= _MOST_ABOVE
        is_even = is_whole and all(self._split(i) in {None, counts[i - 1]} for i in range(1, len(self._rows)))
        return counts if is_even else None

    def _settle_centred(self, counts: Sequence[int]) -> list[TextLine]:
        for index, count in enumerate(counts):
            before, after = self._runs[index], self._runs[index + 1]
            for text in after[:count]:
                self._fill(index, text)
            self._lead(index, before[len(before) - count :], is_above=True)
        return []

    def _first(self, *, is_above: bool) -> list[TextLine]:
        run = self._runs[0]
        if not run:
            return []
        if is_above or not (self._had_text[0] or self._is_below()):
            start = next((i for i, text in enumerate(run) if "line_number" in text.cells), None)
            kept = run[start:] if start is not None else self._contiguous(run)
            self._lead(0, kept, is_above=True)
            return run[: len(run) - len(kept)]
        if not self._rows[0].has("line_number") and "line_number" in run[0].cells:
            self._lead(0, run, is_above=True)
            return []
        return run

    def _contiguous(self, run: Sequence[TextLine]) -> list[TextLine]:
        """Return the lines right above the first item: up to a gap wider than the one below them."""
        kept: list[TextLine] = []
        last = self._anchors[0]
        pitch = last.box.bottom - run[-1].line.box.bottom
        for text in reversed(run):
            if last.box.bottom - text.line.box.bottom > _LEAP * max(min(pitch, 2 * last.height), 1.1 * last.height):
                break
            if self._is_ruled(text.line, last):
                break
            kept.insert(0, text)
            last = text.line
        return kept

    def _last(self, *, is_above: bool) -> list[TextLine]:
        """Return the text under the last item: up to a gap wider than those inside items."""
        run = self._runs[-1]
        if is_above and self._had_text[-1] and len(self._rows) > 1:
            return []
        kept: list[TextLine] = []
        last = self._anchors[-1]
        for text in run:
            if self._is_ruled(last, text.line):
                break
            if text.line.box.top - last.box.bottom > _ROW_GAP * text.line.height:
                break
            kept.append(text)
            last = text.line
        return kept

    def _is_broken(self, index: int) -> bool:
        """Tell whether a sub-sum stands before an item."""
        upper, lower = self._anchors[index - 1].box.bottom, self._anchors[index].box.top
        return any(upper - 1 < y < lower for y in self._breaks)

    def _is_ruled(self, upper: Line, lower: Line) -> bool:
        return any(upper.box.bottom - 1 < y < lower.box.top + 1 for y in self._rules)

    def _split(self, index: int) -> int | None:
        """Return how many lines of the run before an item belong to the item above, or None when nothing tells."""
        run = self._runs[index]
        if not run:
            return 0
        lines = [self._anchors[index - 1], *(text.line for text in run), self._anchors[index]]
        if self._leads:
            heads = [i for i, text in enumerate(run) if _is_head(text)]
            if heads:
                return heads[-1]
        ruled = [i for i in range(len(run) + 1) if self._is_ruled(lines[i], lines[i + 1])]
        if ruled:
            return max(ruled, key=lambda i: lines[i + 1].box.bottom - lines[i].box.bottom)
        if self._rows[index - 1].has("line_number") and not self._rows[index].has("line_number"):
            start = next((i for i, text in enumerate(run) if "line_number" in text.cells), None)
            if start is not None:
                return start
        return _leap(lines)

    def _is_above(self, splits: Sequence[int | None]) -> bool:
        """Tell whether items begin above their amounts: by the gaps, else by what stands before the first amount."""
        votes = [(split == 0) - (split == len(self._runs[i])) for i, split in enumerate(splits, 1) if split is not None and self._runs[i] and not self._is_broken(i)]  # fmt: skip
        if sum(votes):
            return sum(votes) > 0
        run = self._runs[0]
        if run and "line_number" in run[-1].cells and not self._rows[0].has("line_number"):
            return True
        return bool(run) and not self._had_text[0] and not self._is_below()

    def _is_below(self) -> bool:
        """Tell whether the first amount has text right below it, nearer than the text above it."""
        above, below = self._runs[0], self._runs[1]
        if not above or not below or below[0].line.page != self._anchors[0].page:
            return bool(below)
        base = self._anchors[0].box.bottom
        return below[0].line.box.bottom - base < _NEARER * (base - above[-1].line.box.bottom)

    def _default(self, index: int, *, is_above: bool) -> int:
        run = self._runs[index]
        start = next((i for i, text in enumerate(run) if {"line_number", "description"} <= text.cells.keys()), None)
        if start is not None and not self._rows[index].has("line_number"):
            return start
        if is_above:
            return 0
        return len(run) if self._had_text[index] or not self._had_text[index - 1] else 0

    def _lead(self, index: int, texts: Sequence[TextLine], *, is_above: bool) -> None:
        """Put text above an item into it; a heading over a group of items is left out."""
        row = self._rows[index]
        own = {name: list(pieces) for name, pieces in row.cells.items()}
        is_item = is_above or not self._had_text[index] or any("line_number" in text.cells for text in texts)
        if not is_item or not texts:
            return
        leading: list[Piece] = []
        for text in texts:
            leading += text.cells.get("description", [])
            self._fill(index, TextLine(text.line, {k: v for k, v in text.cells.items() if k != "description"}, index))
        if leading:
            row.cells["description"] = [*leading, *own.get("description", [])]

    def _fill(self, index: int, text: TextLine) -> None:
        row, anchor = self._rows[index], self._anchors[index]
        row.lines.append(text.line)
        is_beside = text.line.page == anchor.page and abs(text.line.box.bottom - anchor.box.bottom) <= _BESIDE * max(
            anchor.height, text.line.height
        )
        for name, pieces in text.cells.items():
            if name in _TEXTS:
                row.cells.setdefault(name, []).extend(pieces)
            elif name in _ONCE and name not in row.cells and (is_beside or name == "line_number"):
                row.cells[name] = list(pieces)


def _is_head(text: TextLine) -> bool:
    """Tell whether a line without an amount begins an item: it has a position number and a text or code."""
    return "line_number" in text.cells and bool(_TEXTS & text.cells.keys())


def _leap(lines: Sequence[Line]) -> int | None:
    """Return after which line the distance to the next one leaps, the last where several do; None when none does."""
    steps = [b.box.bottom - a.box.bottom for a, b in pairwise(lines)]
    widest, others = max(steps), sorted(steps)[:-1]
    if widest > _LEAP * min(steps):
        return max(i for i, step in enumerate(steps) if step > widest - 0.5)
    is_even = others[-1] < _EVEN * others[0] and widest > _SMALL_LEAP * others[-1]
    return steps.index(widest) if is_even else None
