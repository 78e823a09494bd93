"""The columns of a line table: what a row of headings says, and which words stand in which column."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.content.vocabulary import ColumnName
from engine.model.field import Box
from engine.stages.extract.amounts import Amount
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
_COVERED = 0.5
"""At least this share of a heading row's words are headings."""
_CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9./_-]{2,}")
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
    first = _hits(page[index], lexicon)
    if not _is_header(first, page[index].line) or any(not a.is_percent for a in page[index].amounts):
        return None
    hits = list(first)
    last = index
    for near in (index - 1, index + 1, index + 2):
        if 0 <= near < len(page) and _is_close(page[index].line, page[near].line) and not page[near].amounts:
            more = _hits(page[near], lexicon)
            if more and sum(h.end - h.start for h in more) >= 0.6 * len(page[near].line.words):
                hits.extend(h for h in more if not any(h.box.x0 < k.box.x1 and k.box.x0 < h.box.x1 for k in hits))
                last = max(last, near)
    return _columns([*_apart(hits, lexicon), *_unknown(page[index].line, hits, lexicon)]), last


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
    enough = len(names) >= _LEAST_HEADINGS or names == {"description", "amount"}
    return has_money and has_thing and enough and covered >= _COVERED * len([w for w in line.folded if w])


def _columns(hits: Sequence[HeadingHit]) -> list[Column]:
    """Return the columns left to right; of two equal headings the money one to the right counts."""
    ordered = sorted(hits, key=lambda h: h.box.x0)
    columns: list[Column] = []
    names = [hit.name for hit in ordered]
    last_price = max((i for i, n in enumerate(names) if n == "unit_price"), default=-1)
    for position, hit in enumerate(ordered):
        later = any(h.name == hit.name for h in ordered[position + 1 :])
        earlier = any(c.name == hit.name for c in columns)
        is_spare = (later if hit.name in MONEY else earlier) and hit.name != "description"
        name: ColumnName = "other" if is_spare else hit.name
        if is_spare and hit.name == "line_number" and "item_code" not in names:
            name = "item_code"  # `Line | Item`
        if position == last_price and not MONEY & set(names) and names.count("unit_price") > 1:
            name = "amount"
        elif is_spare and hit.name == "amount" and position == 0 and "quantity" not in names:
            name = "quantity"
        columns.append(Column(name, hit.box.x0, hit.box.x1))
    return columns


def assign(marked: Marked, columns: Sequence[Column], lexicon: Lexicon) -> dict[ColumnName, list[Piece]]:
    """Return the words of a line by column: numbers by overlap or nearness, text by where it starts."""
    line = marked.line
    cells: dict[ColumnName, list[Piece]] = {}
    used: set[int] = set()
    for number, (_, amount) in _placed(marked, columns).items():
        cells[number] = [Piece(amount.raw, line.page, union(line.words[amount.start : amount.end]), amount)]
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
                if name not in NUMERIC and len(text) >= _SHORTEST_TEXT
                else "other"
            )
        if name == "other" and not any(c.name == "description" and box.x0 < c.x1 for c in columns):
            continue
        cells.setdefault(name, []).append(Piece(text, line.page, box))
    cells.pop("other", None)
    _find_code(cells, columns)
    if "line_number" in cells and not any(c.isdigit() for c in cells["line_number"][0].text):
        del cells["line_number"]
    return cells


def _placed(marked: Marked, columns: Sequence[Column]) -> dict[ColumnName, tuple[float, Amount]]:
    """Return for each column of numbers the amount that stands nearest to its heading, with the gap in points."""
    placed: dict[ColumnName, tuple[float, Amount]] = {}
    for amount in marked.amounts:
        box = union(marked.line.words[amount.start : amount.end])
        column = column_of(box, columns, numeric=False)
        if column is None or column.name not in NUMERIC or (amount.is_percent and column.name in _PLAIN):
            continue
        gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1)
        if column.name not in placed or gap < placed[column.name][0]:
            placed[column.name] = gap, amount
    return placed


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
