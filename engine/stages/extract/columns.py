"""The columns of a line table: what a row of headings says, and which words stand in which column."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount, parse_number
from engine.stages.extract.candidates import Marked
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line

NUMERIC: frozenset[ColumnName] = frozenset(
    {"quantity", "unit_price", "discount", "amount", "gross_amount", "tax_rate", "tax_amount"}
)
_PLAIN: frozenset[ColumnName] = frozenset({"quantity", "unit_price", "amount", "gross_amount", "tax_amount"})
"""Columns that hold no percentage."""
MONEY: frozenset[ColumnName] = frozenset({"amount", "gross_amount"})
_UNNAMED: frozenset[ColumnName] = frozenset({"other", "unit"})
"""Columns whose numbers are kept for arithmetic: it may find out what they are."""
_FACTORS: frozenset[ColumnName] = frozenset({"quantity", "unit_price"})
_CENTS = 2
_CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9./_-]{2,}")
_MERGED = re.compile(r"^([-+]?\d[\d.,]*)([^\W\d_]{1,10}\.?|m²|m³|×)$")  # noqa: RUF001 - the sign is meant
_LETTERS = re.compile(r"[^\W\d_]+[²³]?\.?$")
_POSITION = re.compile(r"#?[A-Z]{0,2}\d{1,6}(?:[./-]\d{1,4}){0,3}[.):]?")
_SIGNS = frozenset("0123456789+-")
_TIMES = frozenset({"x", "X", "×"})  # noqa: RUF001 - the sign is meant
_COMMA = re.compile(r",\d\d\b")
_PER_WORDS = frozenset({"/", "per", "pro", "je", "par", "por", "za", "à", "pr", "/per"})
BASE = -1
"""The index, of no column, under which numbers of a line hold the base of its price."""
_FLUSH = 2.0
_NEAR, _NEAR_TEXT = 40.0, 25.0
"""Points by which a number may miss its heading; less where a text column claims it."""
_RUNNING = 0.6
"""Line heights between words of running text, at most."""
_LIKE_BEFORE = 1.2
"""A space so many times the one before is still a space of running text."""
_SHORTEST_TEXT = 7
"""Text of fewer letters under a heading of numbers or units is noise."""


class Column(NamedTuple):
    """A column: what it holds and the extent of its heading."""

    name: ColumnName
    x0: float
    x1: float
    second: ColumnName | None = None
    """What its heading says when an earlier column says the same: a net price beside a gross one."""


class Piece(NamedTuple):
    """A value in a cell of a row."""

    text: str
    page: int
    box: Box
    amount: Amount | None = None


Cells = Mapping[ColumnName, list[Piece]]


def span_box(line: Line, start: int, end: int) -> Box:
    """Return the box of the words from `start` to `end` of a line."""
    return line.box_of(start, end)


def box_of(amount: Amount) -> Box:
    """Return the box of a number."""
    return span_box(amount.line, amount.start, amount.end)


class Assigned(NamedTuple):
    """The words of a line by column, and every number by the index of its column, whatever its heading says."""

    cells: dict[ColumnName, list[Piece]]
    numbers: dict[int, Piece]


def assigned(marked: Marked, columns: Sequence[Column], lexicon: Lexicon) -> Assigned:
    """Return the words of a line by column, numbers also by column index."""
    line = marked.line
    cells: dict[ColumnName, list[Piece]] = {}
    used: set[int] = set()
    numbers: dict[int, Piece] = {}
    merged = merged_amounts(marked, lexicon)
    bases = [a for a in marked.amounts if _is_base(a, marked.amounts)]
    for amount in bases[:1]:
        numbers[BASE] = Piece(amount.raw, line.page, box_of(amount), amount)
    placed = _placed([*(a for a in marked.amounts if a not in bases), *merged], columns)
    for index, (_, amount) in _without_text(placed, columns).items():
        column = columns[index]
        numbers[index] = Piece(amount.raw, line.page, box_of(amount), amount)
        if column.name in NUMERIC and column.name not in cells and not (amount.is_percent and column.name in _PLAIN):
            cells[column.name] = [numbers[index]]
            used.update(range(amount.start, amount.end))
    if (counted := _shifted(placed, columns)) is not None:
        cells["quantity"] = [Piece(counted.raw, line.page, box_of(counted), counted)]
        used.update(range(counted.start, counted.end))
    cells |= _merged_unit(merged, used, lexicon)
    for start, end in _text_runs(line, used, columns):
        name = _text_name(line, start, end, columns, lexicon)
        if name is not None:
            cells.setdefault(name, []).append(Piece(line.part(start, end), line.page, span_box(line, start, end)))
    _find_code(cells, columns)
    if "line_number" in cells and not any(c.isdigit() for c in cells["line_number"][0].text):
        del cells["line_number"]
    return Assigned(cells, numbers)


def _merged_unit(merged: Sequence[Amount], used: set[int], lexicon: Lexicon) -> dict[ColumnName, list[Piece]]:
    """Return the unit that is printed in one word with a number that was taken: `5Stk`."""
    found: dict[ColumnName, list[Piece]] = {}
    for amount in (one for one in merged if one.start in used):
        word = amount.line.words[amount.start]
        unit = _LETTERS.search(word.text)
        if unit and fold(unit[0]) in lexicon.units:
            found["unit"] = [Piece(unit[0], amount.line.page, word.box)]
    return found


def _shifted(placed: Mapping[int, tuple[float, Amount]], columns: Sequence[Column]) -> Amount | None:
    """Return the quantity that a long text before it pushed under the heading of its unit; only of goods without prices."""
    names = [column.name for column in columns]
    if not {"quantity", "unit"} <= set(names) or set(names) & (MONEY | {"unit_price"}):
        return None
    if any(names[index] == "quantity" for index in placed if index != BASE):
        return None
    alone = (amount for index, (_, amount) in placed.items() if index != BASE and names[index] == "unit")
    return next((one for one in alone if one.line.cells[one.line.cell_of[one.start]][0] == one.start), None)


def _text_name(line: Line, start: int, end: int, columns: Sequence[Column], lexicon: Lexicon) -> ColumnName | None:
    """Return the column that a run of text belongs to, or None when it is noise among numbers."""
    text, box = line.part(start, end), span_box(line, start, end)
    column = _text_column(box, columns)
    name: ColumnName = column.name if column else "other"
    if name in NUMERIC or name == "unit":
        if is_unit(text, lexicon) or (name == "unit" and end == start + 1 and len(text) < _SHORTEST_TEXT):
            return "unit"
        return "description" if name not in NUMERIC and len(text) >= _SHORTEST_TEXT else None
    if name == "other":
        return "unit" if is_unit(text, lexicon) else None
    if name == "item_code" and is_wordy(text):
        texts = [c for c in columns if c.name == "description"]
        return "description" if not texts or any(box.x0 < c.x0 < box.x1 for c in texts) else name
    if name == "line_number" and not _POSITION.fullmatch(text):
        return "item_code" if _CODE.fullmatch(text) else "description" if is_wordy(text) else None
    return name


def is_wordy(text: str) -> bool:
    """Tell whether a text is a description rather than a code: a word of lower case letters, or several words."""
    words = text.split()
    return len(words) > 2 or any(sum(c.islower() for c in word) > 2 for word in words)  # noqa: PLR2004


def is_unit(text: str, lexicon: Lexicon) -> bool:
    """Tell whether a short text names a unit of measure, by a word of a vocabulary or a code of Rec 20."""
    return fold(text) in lexicon.units or text in lexicon.unit_codes


def merged_amounts(marked: Marked, lexicon: Lexicon) -> list[Amount]:
    """Return the numbers that are printed together with their unit or a multiplication sign: `5Stk`, `12,5kg`, `2x`."""
    found: list[Amount] = []
    for index, word in enumerate(marked.line.words):
        match = _MERGED.match(word.text) if word.text[:1] in _SIGNS else None
        if match is None or any(a.start <= index < a.end for a in marked.amounts):
            continue
        if fold(match[2]) not in lexicon.units and match[2] not in _TIMES:
            continue
        value = parse_number(match[1], "," if any(_COMMA.search(a.raw) for a in marked.amounts) else ".")
        if value is not None:
            places = value.as_tuple().exponent
            decimals = -places if isinstance(places, int) else 0
            found.append(Amount(value, match[1], marked.line, index, index + 1, None, max(decimals, 0)))
    return found


def _placed(amounts: Sequence[Amount], columns: Sequence[Column]) -> dict[int, tuple[float, Amount]]:
    """Return for each column the number that stands nearest to its heading, with the gap in points.

    Of two numbers at one heading the farther one moves on to a free column of numbers on its own side.
    """
    placed: dict[int, tuple[float, Amount]] = {}
    moved: list[tuple[int, Amount]] = []
    for amount in amounts:
        box = box_of(amount)
        column = column_of(box, columns, numeric=False)
        if column is None or (column.name not in NUMERIC and column.name not in _UNNAMED):
            continue
        index = next(i for i, c in enumerate(columns) if c is column)
        if amount.is_percent and column.name in _PLAIN:
            continue
        gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1)
        if gap and _is_in_text(amount):
            continue
        if index in placed and gap >= placed[index][0]:
            moved.append((index, amount))
            continue
        if index in placed:
            moved.append((index, placed[index][1]))
        placed[index] = gap, amount
    for index, amount in moved:
        other = _beside(index, amount, placed, columns)
        if other is not None:
            placed[other] = _gap(amount, columns[other]), amount
    return placed


def _is_in_text(amount: Amount) -> bool:
    """Tell whether a number follows a word in running text: `Mineral water 12 x 1 l`."""
    line, start = amount.line, amount.start
    if not start or not any(c.isalpha() for c in line.words[start - 1].text):
        return False
    usual = _RUNNING * line.height
    if start > 1 and line.cell_of[start - 2] == line.cell_of[start]:
        # fonts of one width have wide spaces
        usual = max(usual, _LIKE_BEFORE * (line.words[start - 1].x0 - line.words[start - 2].x1))
    return line.words[start].x0 - line.words[start - 1].x1 < usual


def _is_base(amount: Amount, amounts: Sequence[Amount]) -> bool:
    """Tell whether a number says how many pieces the price before it is for: `12,50 EUR / 100 St`."""
    line, start = amount.line, amount.start
    if start < 2 or line.words[start - 1].text.casefold() not in _PER_WORDS or amount.decimals:  # noqa: PLR2004
        return False
    return any(
        a.end < start <= a.end + 2 and a.decimals and line.cell_of[a.start] == line.cell_of[start] for a in amounts
    )


def _without_text(
    placed: Mapping[int, tuple[float, Amount]], columns: Sequence[Column]
) -> Mapping[int, tuple[float, Amount]]:
    """Return the numbers by column without those in running text where the line has no amount or price of its own."""
    money = {i for i, c in enumerate(columns) if c.name in MONEY} or {
        i for i, c in enumerate(columns) if c.name == "unit_price"
    }
    if placed.keys() & money or not money:
        return placed
    return {
        i: found for i, found in placed.items() if not (_is_in_text(found[1]) and _begins_as_text(found[1], columns))
    }


def _begins_as_text(amount: Amount, columns: Sequence[Column]) -> bool:
    """Tell whether the cell of a number begins in a column of text."""
    line = amount.line
    start, end = line.cells[line.cell_of[amount.start]]
    column = _text_column(span_box(line, start, end)._replace(x1=line.words[start].x1), columns)
    return column is not None and column.name not in NUMERIC


def _gap(amount: Amount, column: Column) -> float:
    box = box_of(amount)
    return max(0.0, column.x0 - box.x1, box.x0 - column.x1)


def _beside(
    index: int, amount: Amount, placed: Mapping[int, tuple[float, Amount]], columns: Sequence[Column]
) -> int | None:
    """Return the free column of numbers next to a taken one, on the side of the number; None when none is near."""
    step = -1 if amount.start < placed[index][1].start else 1
    at = index + step
    while 0 <= at < len(columns) and columns[at].name not in NUMERIC:
        at += step
    if not 0 <= at < len(columns) or at in placed or _gap(amount, columns[at]) > _NEAR:
        return None
    return None if amount.is_percent and columns[at].name in _PLAIN else at


def _find_code(cells: dict[ColumnName, list[Piece]], columns: Sequence[Column]) -> None:
    """Take the item's code out of two columns of text that have no better name: `Product | Article`."""
    texts = cells.get("description", [])
    if any(c.name == "item_code" for c in columns) or sum(c.name == "description" for c in columns) < 2:  # noqa: PLR2004
        return
    codes = [piece for piece in texts if _CODE.fullmatch(piece.text)]
    if len(codes) == 1 and len(texts) > 1:
        cells["item_code"] = codes
        cells["description"] = [piece for piece in texts if piece is not codes[0]]


def _text_runs(line: Line, used: set[int], columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Return runs of unused words, cut at cells and where another column starts."""
    runs: list[tuple[int, int]] = []
    starts = [c.x0 for c in columns]
    texts = [c.x0 for c in columns if c.name not in NUMERIC]
    for start, end in line.cells:
        run: int | None = None
        for index in range(start, end):
            if index in used:
                if run is not None:
                    runs.append((run, index))
                run = None
            elif run is None:
                run = index
            elif any(
                line.words[index - 1].x1 <= x + 1 and abs(line.words[index].x0 - x) < _FLUSH
                for x in (starts if any(c.isdigit() for c in line.words[index].text) else texts)
            ):
                runs.append((run, index))
                run = index
        if run is not None:
            runs.append((run, end))
    return runs


def column_of(box: Box, columns: Sequence[Column], *, numeric: bool) -> Column | None:
    """Return the column a number stands in: the one it overlaps most, else the nearest."""
    pool = [c for c in columns if not numeric or c.name in NUMERIC]
    overlaps = [(min(box.x1, c.x1) - max(box.x0, c.x0), c) for c in pool]
    if not overlaps:
        return None
    widest = max(overlaps, key=lambda pair: pair[0])
    if widest[0] > 0:
        return widest[1]
    nearest = max((pair for pair in overlaps if pair[1].name in NUMERIC), key=lambda pair: pair[0], default=None)
    if nearest is None or -nearest[0] > _NEAR:
        return None
    text = _text_column(box, columns)
    if text and text.name in {"description", "item_code"} and -nearest[0] > _NEAR_TEXT:
        return None
    return nearest[1]


def _text_column(box: Box, columns: Sequence[Column]) -> Column | None:
    """Return the column a text stands in: overlap with its heading, else the last one that starts left of it."""
    x0, x1 = box.x0, box.x1
    over = [(min(x1, c.x1) - max(x0, c.x0), c) for c in columns if c.x0 < x1 and x0 < c.x1]
    over = [pair for pair in over if pair[0] > 0]
    text = [pair for pair in over if pair[1].name not in NUMERIC]
    if text or over:
        return max(text or over, key=lambda pair: pair[0])[1]
    left = [c for c in columns if c.x0 <= box.x0 + 3]
    if left:
        return left[-1]
    return columns[0] if columns else None


def with_amount(columns: Sequence[Column], below: Sequence[Marked]) -> list[Column]:
    """Take the rightmost unknown column of money for that of the amounts when no heading names it."""
    places = [i for i, c in enumerate(columns) if c.name in _FACTORS]
    if any(c.name in MONEY for c in columns) or not places:
        return list(columns)
    for index in range(len(columns) - 1, max(places), -1):
        column = columns[index]
        boxes = [box_of(a) for m in below for a in m.amounts if a.decimals == _CENTS]
        if column.name == "other" and any(b.x0 < column.x1 and column.x0 < b.x1 for b in boxes):
            return [*columns[:index], column._replace(name="amount"), *columns[index + 1 :]]
    return list(columns)
