"""The table of a labelled paper: a line of headings, and the rows below them."""

from collections.abc import Sequence
from typing import NamedTuple

from engine.model.field import Box
from engine.stages.extract.lines_of_text import Line, Sheet
from engine.stages.papers.words import OTHER, Named, PaperWords

_FEWEST = 2
"""Headings that make a line one of headings."""
_GAP = 3.5
"""Line heights between two rows after which the table is over."""
_RULES = "|!¦.·•,'`"
"""Signs that a rule of the table, or a speck, is recognised as where they stand alone."""
_NEAR = 1.2
"""Line heights between the two lines of stacked headings."""
_COVERED = 0.6
"""Share of a line's words that its headings must be."""


class Cell(NamedTuple):
    """A print in a column."""

    name: str
    line: Line
    start: int
    end: int


class Table(NamedTuple):
    """Rows of cells, and by page number the lines that they and their headings stand on."""

    rows: tuple[tuple[Cell, ...], ...]
    used: frozenset[tuple[int, int]]

    def lines_of(self, page: int) -> frozenset[int]:
        """Return the indexes of the lines of a page that belong to the table."""
        return frozenset(index for number, index in self.used if number == page)


class _Column(NamedTuple):
    name: str
    box: Box
    text: str
    """Its heading, folded."""


def table_of(sheets: Sequence[Sheet], words: PaperWords) -> Table:
    """Return the rows below headings, over all pages; empty for a paper without a table."""
    rows: list[tuple[Cell, ...]] = []
    used: set[tuple[int, int]] = set()
    columns: list[_Column] = []
    is_head = False
    for sheet in sheets if words.headings else ():
        last: Line | None = None
        for line in sheet.lines:
            found = _headings(line, words, is_ocr=sheet.page.how == "ocr")
            if is_head and last is not None and (stacked := _stacked(columns, line, last, words)):
                columns = stacked
            elif found:
                columns, is_head = found, True
            elif not columns:
                continue
            elif _is_over(line, last, sheet, words):
                columns = (
                    columns if is_head and _is_near(line, last) else []
                )  # a balance brought forward heads the rows
                continue
            else:
                is_head = False
                rows += filter(None, [_cells(line, columns)])
            used.add((line.page, line.index))
            last = line
    return Table(tuple(rows), frozenset(used))


def _headings(line: Line, words: PaperWords, *, is_ocr: bool) -> list[_Column]:
    """Return the columns when a line is one of headings; unknown ones hold their place."""
    found = words.headings_on(line, is_ocr=is_ocr)
    own = {one.name for one in found} - {OTHER}
    covered = sum(end - start for start, end in {(one.start, one.end) for one in found})
    has_colon = any(one.has_colon for one in found)
    if (
        len(own) < _FEWEST
        or has_colon
        or _is_sum(line, found)
        or covered < _COVERED * len([word for word in line.folded if word])
    ):
        return []
    columns = [_column(one.name, line, *_widened(one, found)) for one in _unlike(found)]
    taken = {index for one in _unlike(found) for index in range(*_widened(one, found))}
    rest = [cell for cell in line.cells if taken.isdisjoint(range(*cell))]
    return sorted([*columns, *(_column(OTHER, line, *cell) for cell in rest)], key=lambda one: one.box.x0)


def _is_sum(line: Line, found: Sequence[Named]) -> bool:
    """Tell whether all headings stand in one cell with numbers beside it: `Total discount | 50.00`."""
    cells = {line.cell_of[one.start] for one in found}
    return len(cells) == 1 and any(line.numbered[start] for start, _ in line.cells if line.cell_of[start] not in cells)


def _column(name: str, line: Line, start: int, end: int) -> _Column:
    return _Column(name, line.box_of(start, end), "".join(line.folded[start:end]))


def _stacked(columns: Sequence[_Column], line: Line, above: Line, words: PaperWords) -> list[_Column]:
    """Return the columns with the second line of their headings: `Invoice` over `number`; nothing when it is none."""
    is_near = line.box.top - above.box.bottom < _NEAR * above.height
    if not is_near or any(line.numbered):
        return []
    made = list(columns)
    for start, end in line.cells:
        box, said = line.box_of(start, end), "".join(line.folded[start:end])
        at = next((index for index, one in enumerate(made) if one.box.x0 < box.x1 and box.x0 < one.box.x1), None)
        if at is None:
            return []
        one = made[at]
        named = words.headings.get(one.text + said) or (words.headings.get(said) if one.name == OTHER else None)
        whole = Box(min(one.box.x0, box.x0), one.box.top, max(one.box.x1, box.x1), box.bottom)
        taken = {other.name for other in made} - {one.name}
        name = next((name for name in named or () if name not in taken), one.name)
        made[at] = _Column(name, whole, one.text + said)
    return made


def _unlike(found: Sequence[Named]) -> list[Named]:
    """Return one meaning a place, each name once."""
    kept: list[Named] = []
    for one in found:
        is_new = one.name == OTHER or one.name not in {other.name for other in kept}
        if is_new and one.start not in {other.start for other in kept}:
            kept.append(one)
    return kept


def _widened(one: Named, found: Sequence[Named]) -> tuple[int, int]:
    """Return the words of a heading with those of its cell that no other heading takes: `Amount (EUR)`."""
    start, end = one.line.cells[one.line.cell_of[one.start]]
    alone = all(other.start == one.start or not start <= other.start < end for other in found)
    return (start, end) if alone else (one.start, one.end)


def _is_over(line: Line, last: Line | None, sheet: Sheet, words: PaperWords) -> bool:
    """Tell whether a table ended before a line: far below, or a label with its value."""
    labels = words.labels_on(line, is_ocr=sheet.page.how == "ocr")
    return not _is_near(line, last) or any(one.start == 0 for one in labels)


def _is_near(line: Line, last: Line | None) -> bool:
    return last is None or line.box.top - last.box.bottom <= _GAP * last.height


def _cells(line: Line, columns: Sequence[_Column]) -> tuple[Cell, ...]:
    """Return the cells of a row by column; prints of one column are one cell."""
    found: dict[str, Cell] = {}
    for start, end in (_bare(line, part) for cell in line.cells for part in _parted(line, cell, columns)):
        if start == end:
            continue
        column = _column_of(line.box_of(start, end), columns)
        if column.name == OTHER:
            continue
        known = found.get(column.name)
        found[column.name] = Cell(column.name, line, start, end) if known is None else known._replace(end=end)
    return tuple(found.values())


def _bare(line: Line, part: tuple[int, int]) -> tuple[int, int]:
    """Return a print without the rules of a table, or specks, that were recognised as signs at its ends."""
    start, end = part
    while start < end and not line.texts[start].strip(_RULES):
        start += 1
    while start < end and not line.texts[end - 1].strip(_RULES):
        end -= 1
    return start, end


def _parted(line: Line, cell: tuple[int, int], columns: Sequence[_Column]) -> list[tuple[int, int]]:
    """Return the parts of a print that runs over several columns, as where a rule was recognised as a letter."""
    box = line.box_of(*cell)
    over = [one for one in columns if one.box.x0 < box.x1 and box.x0 < one.box.x1]
    if len(over) < _FEWEST:
        return [cell]
    parts: list[tuple[int, int]] = []
    for at in (index for index in range(*cell) if line.folded[index]):
        home = _column_of(line.box_of(at, at + 1), columns)
        is_same = parts and parts[-1][1] == at and _column_of(line.box_of(*parts[-1]), columns) is home
        parts = [*parts[:-1], (parts[-1][0], at + 1)] if is_same else [*parts, (at, at + 1)]
    return parts


def _column_of(box: Box, columns: Sequence[_Column]) -> _Column:
    """Return the column that a print overlaps most, else the nearest."""

    def apart(column: _Column) -> float:
        return max(column.box.x0, box.x0) - min(column.box.x1, box.x1)

    return min(columns, key=apart)
