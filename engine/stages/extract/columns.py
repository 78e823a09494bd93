"""The columns of a line table: what a row of headings says, and which words stand in which column."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount, parse_number
from engine.stages.extract.candidates import Marked
from engine.stages.extract.labels import HeadingHit, headings_on, words_of
from engine.stages.extract.lexicon import Lexicon, fold
from engine.stages.extract.lines_of_text import Line, union

NUMERIC: frozenset[ColumnName] = frozenset(
    {"quantity", "unit_price", "discount", "amount", "gross_amount", "tax_rate", "tax_amount"}
)
_PLAIN: frozenset[ColumnName] = frozenset({"quantity", "unit_price", "amount", "gross_amount", "tax_amount"})
"""Columns that hold no percentage."""
MONEY: frozenset[ColumnName] = frozenset({"amount", "gross_amount"})
_HEADING_PARTS = re.compile(r"[/\s()|-]+")
_LEAST_HEADINGS = 3
_THINGS: frozenset[ColumnName] = frozenset({"description", "item_code", "quantity"})
_TAXES: frozenset[ColumnName] = frozenset({"tax_rate", "tax_amount", "amount", "gross_amount"})
_HIGHEST, _MOSTLY, _MOST_WORDS = 3, 0.6, 16
"""Lines of a heading above and below its base, the share of heading words that makes a line one, and its length."""
_SHARED, _WORD_SPACE, _SHORT_HEADING = 0.3, 0.6, 3
_UNNAMED: frozenset[ColumnName] = frozenset({"other", "unit"})
"""Columns whose numbers are kept for arithmetic: it may find out what they are."""
_COVERED = 0.5
"""At least this share of a heading row's words are headings."""
_CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9./_-]{2,}")
_MERGED = re.compile(r"^([-+]?\d[\d.,]*)([^\W\d_]{1,10}\.?|m²|m³|×)$")  # noqa: RUF001 - the sign is meant
_LETTERS = re.compile(r"[^\W\d_]+[²³]?\.?$")
_POSITION = re.compile(r"#?[A-Z]{0,2}\d{1,6}(?:[./-]\d{1,4}){0,3}[.):]?")
_TIMES = frozenset({"x", "X", "×"})  # noqa: RUF001 - the sign is meant
_COMMA = re.compile(r",\d\d\b")
_FLUSH = 2.0
_NEAR, _NEAR_TEXT = 40.0, 25.0
"""Points by which a number may miss its heading; less where a text column claims it."""
_SHORTEST_TEXT = 7
"""Text of fewer letters under a heading of numbers or units is noise."""


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


Cells = Mapping[ColumnName, list[Piece]]


def header_on(page: Sequence[Marked], index: int, lexicon: Lexicon) -> tuple[list[Column], int] | None:
    """Return the columns when a heading row starts at this line, and the index of its last line."""
    line = page[index].line
    first = _hits(page[index], lexicon)
    if len(first) < 2 or any(not a.is_percent for a in page[index].amounts):  # noqa: PLR2004
        return None
    if len({h.name for h in first} & _THINGS) < 1 and len(first) < _LEAST_HEADINGS:
        return None
    block = _block(page, index, lexicon)
    if any(m.line.index > index and len({h.name for h in hits}) > len({h.name for h in first}) for m, hits in block):
        return None
    hits, last = _stacked(page[index], first, block, lexicon), max([index, *(m.line.index for m, _ in block)])
    if not _is_header(hits, line) or not _is_header(_own(hits, line), line, least=2):
        return None
    hits = [_widened(hit, hits) for hit in hits]
    others = [
        cell
        for m, _ in block
        for cell in _unnamed(m.line, [*hits, *(HeadingHit("other", line, *c) for c in line.cells)])
    ]
    return _columns([*_apart(hits, lexicon), *_unknown(line, hits, lexicon), *others]), last


def _widened(hit: HeadingHit, hits: Sequence[HeadingHit]) -> HeadingHit:
    """Take the words right beside a heading into it: the column of `Expected price` begins at `Expected`."""
    line, start, end = hit.line, hit.start, hit.end
    low, high = line.cells[line.cell_of[start]]
    if hit.name == "other" or any(h is not hit and h.line is line and low <= h.start < high for h in hits):
        return hit
    near = (1.0 if high - low <= _SHORT_HEADING else _WORD_SPACE) * line.height
    while start > low and line.words[start].x0 - line.words[start - 1].x1 < near:
        start -= 1
    while end < high and line.words[end].x0 - line.words[end - 1].x1 < near:
        end += 1
    return hit._replace(start=start, end=end)


def _unnamed(line: Line, hits: Sequence[HeadingHit]) -> list[HeadingHit]:
    """Return cells of a second heading line that stand over or under no heading: columns without a known name."""
    cells = [HeadingHit("other", line, start, end) for start, end in line.cells]
    return [cell for cell in cells if not _is_over(cell, hits)]


def _own(hits: Sequence[HeadingHit], line: Line) -> list[HeadingHit]:
    """Return the headings that stand, wholly or in part, on the base line."""
    return [h for h in hits if h.line is line]


def is_other_heading(marked: Marked, lexicon: Lexicon) -> bool:
    """Tell whether a line heads a table of something else: several headings of money or tax and no thing."""
    if marked.amounts or len(marked.line.cells) < _LEAST_HEADINGS:
        return False
    hits = _hits(marked, lexicon)
    names = {h.name for h in hits}
    return bool(names & _TAXES) and len(hits) > 1 and not names & {"quantity", "unit_price", "line_number"}


def _apart(hits: Sequence[HeadingHit], lexicon: Lexicon) -> list[HeadingHit]:
    """Split `VAT Amount` into two headings where no other heading names the amount of a line."""
    if any(hit.name in MONEY for hit in hits):
        return list(hits)
    out: list[HeadingHit] = []
    for hit in hits:
        last = lexicon.columns.get(hit.line.folded[hit.end - 1])
        if hit.name == "tax_amount" and hit.end - hit.start > 1 and last in MONEY:
            out += [hit._replace(name="tax_rate", end=hit.end - 1), hit._replace(name="amount", start=hit.end - 1)]
        else:
            out.append(hit)
    return out


def _unknown(line: Line, hits: Sequence[HeadingHit], lexicon: Lexicon) -> list[HeadingHit]:
    """Return headings that no vocabulary knows: a part of them may be known (`QTY/HR`), else they hold their place."""
    found: list[HeadingHit] = []
    for start, end in line.cells:
        if any(h.line is line and start <= h.start < end for h in hits) or _is_over(
            HeadingHit("other", line, start, end), hits
        ):
            continue
        parts = [fold(part) for part in _HEADING_PARTS.split(line.part(start, end))]
        known = next((lexicon.columns[part] for part in parts if part in lexicon.columns), None)
        found.append(HeadingHit(known or "other", line, start, end))
    return found


def _block(page: Sequence[Marked], index: int, lexicon: Lexicon) -> list[tuple[Marked, list[HeadingHit]]]:
    """Return the lines right above and below that belong to the same headings, with their own hits."""
    found: list[tuple[Marked, list[HeadingHit]]] = []
    for step in (-1, 1):
        last, at = page[index].line, index + step
        while 0 <= at < len(page) and abs(at - index) <= _HIGHEST and _is_close(last, page[at].line):
            marked = page[at]
            hits = _hits(marked, lexicon)
            if marked.amounts or not (
                sum(h.end - h.start for h in hits) >= _MOSTLY * len(marked.line.words) > 0
                or _goes_with(marked.line, page[index].line, lexicon)
            ):
                break
            found.append((marked, hits))
            last, at = marked.line, at + step
    return found


def _goes_with(line: Line, base: Line, lexicon: Lexicon) -> bool:
    """Tell whether a word of a line completes a heading of the base line: `Unit` over `Price`, `Positions-` over `betrag`."""
    if len(line.words) > _MOST_WORDS or any(c.isdigit() for c in line.text):
        return False
    for start, end in line.cells:
        box = union(line.words[start:end])
        for low, high in base.cells:
            other = union(base.words[low:high])
            if box.x0 < other.x1 and other.x0 < box.x1:
                upper, lower = (line.part(start, end), base.part(low, high))
                if line.box.top > base.box.top:
                    upper, lower = lower, upper
                if fold(upper + lower) in lexicon.columns:
                    return True
    return len(line.cells) > 1 or line.text[:1] == "(" or line.text[:1].islower()


def _stacked(
    base: Marked, first: Sequence[HeadingHit], block: Sequence[tuple[Marked, Sequence[HeadingHit]]], lexicon: Lexicon
) -> list[HeadingHit]:
    """Return the headings of a block of lines: phrases that run down a column first, then those of one line."""
    if not block:
        return list(first)
    lines = sorted([base.line, *(m.line for m, _ in block)], key=lambda one: one.box.top)
    hits = _phrases(base.line, lines, lexicon)
    hits += [h for h in first if not _is_over(h, hits)]
    for _, more in sorted(block, key=lambda pair: abs(pair[0].line.index - base.line.index)):
        hits += [h for h in more if not _is_over(h, hits)]
    return hits


def _is_over(hit: HeadingHit, hits: Sequence[HeadingHit]) -> bool:
    return any(hit.box.x0 < k.box.x1 and k.box.x0 < hit.box.x1 for k in hits)


def _phrases(base: Line, lines: Sequence[Line], lexicon: Lexicon) -> list[HeadingHit]:
    """Return the headings whose words stand one above the other, placed at the widest of their cells."""
    found: list[HeadingHit] = []
    for stack in _stacks(base, lines):
        parts = sorted(stack, key=lambda part: part[0].box.top)
        windows = sorted(
            ((i, j) for i in range(len(parts)) for j in range(i + 2, len(parts) + 1)), key=lambda w: w[0] - w[1]
        )
        for i, j in windows:
            name = lexicon.columns.get(fold("".join(line.part(low, high) for line, low, high in parts[i:j])))
            if name:
                line, low, high = max(parts[i:j], key=lambda part: (part[0] is base, part[2] - part[1]))
                found.append(HeadingHit(name, line, low, high))
                break
    return found


def _stacks(base: Line, lines: Sequence[Line]) -> list[list[tuple[Line, int, int]]]:
    """Return the cells of a block of headings by column: (line, start, end), those of the base line first."""
    stacks: list[list[tuple[Line, int, int]]] = [[(base, low, high)] for low, high in base.cells]
    for line in lines:
        if line is base:
            continue
        for low, high in line.cells:
            box = union(line.words[low:high])
            over = [stack for stack in stacks if any(_shares(box, union(o.words[i:j])) for o, i, j in stack)]
            if len(over) == 1:
                over[0].append((line, low, high))
            elif not over:
                stacks.append([(line, low, high)])
    return stacks


def _shares(one: Box, two: Box) -> bool:
    shared = min(one.x1, two.x1) - max(one.x0, two.x0)
    return shared > _SHARED * min(one.x1 - one.x0, two.x1 - two.x0)


def _hits(marked: Marked, lexicon: Lexicon) -> list[HeadingHit]:
    return headings_on(marked.line, words_of(marked.line, lexicon, is_ocr=marked.is_ocr), lexicon)


def _is_close(one: Line, other: Line) -> bool:
    gap = max(one.box.top, other.box.top) - min(one.box.bottom, other.box.bottom)
    return gap < 0.9 * min(one.height, other.height)


def _is_header(hits: Sequence[HeadingHit], line: Line, *, least: int = 0) -> bool:
    names = {hit.name for hit in hits}
    if least:
        covered = sum(hit.end - hit.start for hit in hits)
        return len(hits) >= least and covered >= _COVERED * len([w for w in line.folded if w])
    has_money = bool(names & {"amount", "gross_amount", "unit_price"})
    has_thing = bool(names & _THINGS)
    return has_money and has_thing and (len(names) >= _LEAST_HEADINGS or names == {"description", "amount"})


def _columns(hits: Sequence[HeadingHit]) -> list[Column]:
    """Return the columns left to right; of two equal headings the money one to the right counts."""
    ordered = sorted(hits, key=lambda h: h.box.x0)
    columns: list[Column] = []
    names = [hit.name for hit in ordered]
    last_price = max((i for i, n in enumerate(names) if n == "unit_price"), default=-1)
    for position, hit in enumerate(ordered):
        later = any(h.name == hit.name for h in ordered[position + 1 :])
        earlier = any(c.name == hit.name for c in columns)
        is_spare = (later if hit.name in MONEY else earlier) and hit.name not in {"description", "item_code"}
        name: ColumnName = "other" if is_spare else hit.name
        if is_spare and hit.name == "line_number" and "item_code" not in names:
            name = "item_code"  # `Line | Item`
        if position == last_price and not MONEY & set(names) and names.count("unit_price") > 1:
            name = "amount"
        elif is_spare and hit.name == "amount" and position == 0 and "quantity" not in names:
            name = "quantity"
        columns.append(Column(name, hit.box.x0, hit.box.x1))
    return columns


class Assigned(NamedTuple):
    """The words of a line by column, and every number by the index of its column, whatever its heading says."""

    cells: dict[ColumnName, list[Piece]]
    numbers: dict[int, Piece]


def assign(marked: Marked, columns: Sequence[Column], lexicon: Lexicon) -> dict[ColumnName, list[Piece]]:
    """Return the words of a line by column: numbers by overlap or nearness, text by where it starts."""
    return assigned(marked, columns, lexicon).cells


def assigned(marked: Marked, columns: Sequence[Column], lexicon: Lexicon) -> Assigned:
    """Return the words of a line by column, numbers also by column index."""
    line = marked.line
    cells: dict[ColumnName, list[Piece]] = {}
    used: set[int] = set()
    numbers: dict[int, Piece] = {}
    merged = merged_amounts(marked, lexicon)
    for index, (_, amount) in _placed([*marked.amounts, *merged], columns).items():
        column = columns[index]
        numbers[index] = Piece(amount.raw, line.page, union(line.words[amount.start : amount.end]), amount)
        if column.name in NUMERIC and column.name not in cells and not (amount.is_percent and column.name in _PLAIN):
            cells[column.name] = [numbers[index]]
            used.update(range(amount.start, amount.end))
    for amount in merged:
        if amount.start in used:
            unit = _LETTERS.search(line.words[amount.start].text)
            if unit and fold(unit[0]) in lexicon.units:
                cells["unit"] = [Piece(unit[0], line.page, line.words[amount.start].box)]
    for start, end in _text_runs(line, used, columns):
        name = _text_name(line, start, end, columns, lexicon)
        if name is not None:
            cells.setdefault(name, []).append(Piece(line.part(start, end), line.page, union(line.words[start:end])))
    _find_code(cells, columns)
    if "line_number" in cells and not any(c.isdigit() for c in cells["line_number"][0].text):
        del cells["line_number"]
    return Assigned(cells, numbers)


def _text_name(line: Line, start: int, end: int, columns: Sequence[Column], lexicon: Lexicon) -> ColumnName | None:
    """Return the column that a run of text belongs to, or None when it is noise among numbers."""
    text, box = line.part(start, end), union(line.words[start:end])
    column = _text_column(box, columns)
    name: ColumnName = column.name if column else "other"
    if name in NUMERIC or name == "unit":
        if is_unit(text, lexicon) or (name == "unit" and end == start + 1 and len(text) < _SHORTEST_TEXT):
            return "unit"
        return "description" if name not in NUMERIC and len(text) >= _SHORTEST_TEXT else None
    if name == "other":
        return "unit" if is_unit(text, lexicon) else None
    if name == "item_code" and not any(c.name == "description" for c in columns) and is_wordy(text):
        return "description"
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
        match = _MERGED.match(word.text)
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
        box = union(amount.line.words[amount.start : amount.end])
        column = column_of(box, columns, numeric=False)
        if column is None or (column.name not in NUMERIC and column.name not in _UNNAMED):
            continue
        index = next(i for i, c in enumerate(columns) if c is column)
        if amount.is_percent and column.name in _PLAIN:
            continue
        gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1)
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


def _gap(amount: Amount, column: Column) -> float:
    box = union(amount.line.words[amount.start : amount.end])
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
    for start, end in line.cells:
        run: int | None = None
        for index in range(start, end):
            if index in used:
                if run is not None:
                    runs.append((run, index))
                run = None
            elif run is None:
                run = index
            elif any(line.words[index - 1].x1 <= x + 1 and abs(line.words[index].x0 - x) < _FLUSH for x in starts):
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
    overlaps = [(min(box.x1, c.x1) - max(box.x0, c.x0), c) for c in columns]
    over = [pair for pair in overlaps if pair[0] > 0]
    text = [pair for pair in over if pair[1].name not in NUMERIC]
    if text or over:
        return max(text or over, key=lambda pair: pair[0])[1]
    left = [c for c in columns if c.x0 <= box.x0 + 3]
    if left:
        return left[-1]
    return columns[0] if columns else None
