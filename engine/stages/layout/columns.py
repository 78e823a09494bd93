"""A corrected cell of a line item teaches its column: the words that head it, its edges, its line within the row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from engine.content.vocabulary import Vocabulary
from engine.model.correction import Correction
from engine.model.field import Alternative, Box, Field, Provenance, Row
from engine.model.layout import Anchor, Column, LearnedPlacing, Placing
from engine.model.page import Page, Reading
from engine.model.record import Extraction
from engine.stages.extract.build import number
from engine.stages.extract.candidates import Marked, plain
from engine.stages.extract.lexicon import Lexicon, fold, lexicon_of
from engine.stages.extract.lines_of_text import Line, union
from engine.stages.layout.learn import anchor_of, phrases, touches
from engine.stages.layout.places import places
from engine.stages.layout.spans import Pages, Span, compact, marked_pages, shape_of

PREFIX = "lines."
_PATH = re.compile(r"lines\[(\d{1,4})\]\.([a-z_]+)")
_WRITERS: Mapping[str, Callable[[Decimal], str]] = {
    "quantity": number, "tax_rate": number, "unit_price": "{:f}".format, "discount": "{:f}".format, "amount": plain,
}  # fmt: skip
_PERCENT = frozenset({"tax_rate", "discount"})
_TEXTS = frozenset({"line_number", "item_code", "unit", "po_number", "po_line"})
"""Cells of one line. A description may run over several and is read by what stands around it."""
_REFERENCES = ("amount", "unit_price", "quantity", "item_code", "line_number", "tax_rate", "description")
"""The first of these that was read tells the line of a row."""
_MOST_ANCHORS = 3
_HEAD = 60.0
"""Points above the first row where the headings of its columns may stand."""
_BESIDE = 25.0
"""Points by which a heading may begin or end beside its column."""
_NEAR = 1.2
"""Line heights by which a cell may be off the edges of its column."""
_IN_ROW, _ROW = 0.7, 3.0
"""Line heights by which a cell may be off its line, and within which a row's other lines are looked through."""
_MOST_WORDS = 5
_SURE, _CENT = 0.95, Decimal("0.01")


class _Place(NamedTuple):
    """The line of a row: its page (index), and its middle in points."""

    page: int
    middle: float


def learn_column(
    reading: Reading, extraction: Extraction, correction: Correction, *, vocabularies: Mapping[str, Vocabulary]
) -> Placing | None:
    """Return the column in which a corrected cell of a line item stands (points, upright page).

    None for a description, for a row whose place is not known, and where the page does not show the value there.
    """
    path = _PATH.fullmatch(correction.path)
    value = correction.value
    if path is None or value is None or int(path[1]) >= len(extraction.lines):
        return None
    name, row = path[2], extraction.lines[int(path[1])]
    where = _place_of(row, reading.pages)
    if where is None or name not in (*_WRITERS, *_TEXTS):
        return None
    lexicon = lexicon_of(vocabularies)
    lines = marked_pages(reading, vocabularies, extraction.classification.language)[where.page]
    span = _shown(lines, where, name, value, row, correction.box, lexicon)
    if span is None:
        return None
    first = min(place.middle for place in _rows_on(extraction, reading.pages, where.page))
    return _placing(name, span, where, _headings(span, lines, first), reading.pages[where.page])


def with_columns(
    extraction: Extraction, reading: Reading, learned: Sequence[LearnedPlacing], pages: Pages, lexicon: Lexicon
) -> Extraction:
    """Return the extraction with cells of its line items read in the columns that were learned.

    A row where nothing stands in the column stays as it is, and so does one whose quantity times price made its amount
    before and would not do so any more.
    """
    edges = [_Edges(one.placing, extraction, reading.pages, pages) for one in learned]
    rows: list[Row] = []
    for row in extraction.lines:
        where = _place_of(row, reading.pages)
        if where is None:
            rows.append(row)
            continue
        cells = {field.name: field for field in row}
        for one, edge in zip(learned, edges, strict=True):
            name = one.placing.field.removeprefix(PREFIX)
            span = _in_column(pages[where.page], where, name, one.placing, edge.on(where.page), lexicon)
            if span is not None:
                _put(cells, _field(one, name, span, reading.pages[where.page], cells.get(name)))
        changed = tuple(cells.values())
        rows.append(row if _is_product(row) and not _is_product(changed) else changed)
    return extraction.model_copy(update={"lines": tuple(rows)})


class _Edges:
    """Left and right edge of a column on each page: where its headings say, else as on the page before."""

    def __init__(self, placing: Placing, extraction: Extraction, sheets: Sequence[Page], pages: Pages) -> None:
        self._found: list[tuple[float, float] | None] = []
        last: tuple[float, float] | None = None
        for index, lines in enumerate(pages):
            rows = _rows_on(extraction, sheets, index)
            if placing.anchors and rows:
                last = _headed(placing.anchors, lines, min(row.middle for row in rows)) or last
            elif placing.column is not None and rows:
                last = placing.column.left * sheets[index].width, placing.column.right * sheets[index].width
            self._found.append(last)

    def on(self, page: int) -> tuple[float, float] | None:
        """Return the edges on a page in points, or None when no heading was found so far."""
        return self._found[page]


def _headed(anchors: Sequence[Anchor], lines: Sequence[Marked], first: float) -> tuple[float, float] | None:
    for anchor in anchors:
        above = [box for box in places(anchor, lines) if first - 2 * _HEAD < (box.top + box.bottom) / 2 < first]
        if above:
            box = max(above, key=lambda one: one.bottom)
            return box.x0 + anchor.right, box.x0 + anchor.right_end
    return None


def _place_of(row: Row, sheets: Sequence[Page]) -> _Place | None:
    """Return the line of a row by the first of its cells that was read at a known place."""
    cells = {field.name: field.provenance for field in row}
    known = (cells[name] for name in _REFERENCES if name in cells)
    seen = next((one for one in known if one.box is not None and one.how == "read"), None)
    index = next((i for i, sheet in enumerate(sheets) if seen is not None and sheet.number == seen.page), None)
    if seen is None or seen.box is None or index is None:
        return None
    return _Place(index, (seen.box.top + min(seen.box.bottom, seen.box.top + _HEAD)) / 2)


def _rows_on(extraction: Extraction, sheets: Sequence[Page], page: int) -> list[_Place]:
    found = (_place_of(row, sheets) for row in extraction.lines)
    return [place for place in found if place is not None and place.page == page]


def _shown(
    lines: Sequence[Marked], where: _Place, name: str, value: str, row: Row, box: Box | None, lexicon: Lexicon
) -> Span | None:
    """Return the print of a value in a row: the one pointed at, else the nearest that no other cell was read from."""
    found = [
        (abs(_middle(span.box) - where.middle), span)
        for marked in lines
        if box is not None or abs(_middle(marked.line.box) - where.middle) <= _ROW * marked.line.height
        for span in _spans(marked, name, None, lexicon)
        if _says(name, span, value) and (box is None or touches(span.box, box))
    ]
    taken = [field.provenance.box for field in row if field.name != name and field.provenance.box is not None]
    free = [one for one in found if not any(touches(one[1].box, other) for other in taken)]
    return min(free or found, key=lambda one: (round(one[0]), one[1].start - one[1].end), default=(0.0, None))[1]


def _says(name: str, span: Span, value: str) -> bool:
    if name not in _WRITERS:
        return compact(span.value) == compact(value) != ""
    try:
        return abs(Decimal(span.value)) == abs(Decimal(value))
    except InvalidOperation:
        return False


def _spans(marked: Marked, name: str, words: int | None, lexicon: Lexicon) -> Iterator[Span]:
    """Yield what may be a cell of a column on a line, with its canonical text."""
    line = marked.line
    if name in _WRITERS:
        for amount in marked.amounts:
            if not amount.is_percent or name in _PERCENT:
                yield Span(_WRITERS[name](amount.value), amount.raw, line, amount.start, amount.end)
        return
    for start in range(len(line.words)):
        for count in range(1, _MOST_WORDS + 1) if words is None else (words,):
            end = start + count
            if end > len(line.words) or line.cell_of[end - 1] != line.cell_of[start]:
                break
            text = line.part(start, end)
            value = lexicon.units.get(fold(text), "") if name == "unit" else text
            if value:
                yield Span(value, text, line, start, end)


def _headings(span: Span, lines: Sequence[Marked], first: float) -> list[Anchor]:
    """Return the words over a column, those right above the first row and over the print's middle first."""
    found: list[tuple[float, Anchor]] = []
    for marked in lines:
        line: Line = marked.line
        up = first - _middle(line.box)
        if not 0 < up <= _HEAD:
            continue
        for start, end in phrases(line):
            box = union(line.words[start:end])
            aside = max(0.0, box.x0 - span.box.x1, span.box.x0 - box.x1)
            if aside <= _BESIDE:
                edge = min(abs(box.x0 - span.box.x0), abs(box.x1 - span.box.x1))
                found.append((up + 3 * aside + edge, anchor_of(line, start, end, span)))
    return [anchor for _, anchor in sorted(found, key=lambda one: one[0])][:_MOST_ANCHORS]


def _placing(name: str, span: Span, where: _Place, anchors: Sequence[Anchor], sheet: Page) -> Placing:
    box = span.box
    column = Column(
        left=round(box.x0 / sheet.width, 4), right=round(box.x1 / sheet.width, 4), below=round(_middle(box) - where.middle, 2)
    )  # fmt: skip
    return Placing(
        field=f"{PREFIX}{name}", kind="amount" if name in _WRITERS else "text", shape=shape_of(span.raw), words=span.end - span.start,
        anchors=tuple(anchors), x0=column.left, top=round(box.top / sheet.height, 4), page=1, column=column,
    )  # fmt: skip


def _in_column(
    lines: Sequence[Marked], where: _Place, name: str, placing: Placing, edges: tuple[float, float] | None, lexicon: Lexicon
) -> Span | None:  # fmt: skip
    """Return what stands in a column at a row: the print nearest to one of the column's edges."""
    if edges is None or placing.column is None:
        return None
    found: list[tuple[float, Span]] = []
    for marked in lines:
        height = max(marked.line.height, 4.0)
        if abs(_middle(marked.line.box) - where.middle - placing.column.below) > _IN_ROW * height:
            continue
        for span in _spans(marked, name, placing.words, lexicon):
            off = min(abs(span.box.x0 - edges[0]), abs(span.box.x1 - edges[1])) / height
            if off <= _NEAR and _is_alike(span, placing):
                found.append((off, span))
    return min(found, key=lambda one: one[0], default=(0.0, None))[1]


def _is_alike(span: Span, placing: Placing) -> bool:
    """Tell whether a text has digits where the one that was shown had some; codes of one column differ in all else."""
    return placing.kind != "text" or any(c.isdigit() for c in span.raw) == ("9" in placing.shape)


def _put(cells: dict[str, Field], new: Field) -> None:
    """Put a cell into its row. What other number was read from the same print is no longer there."""
    box = new.provenance.box
    for other in [field for field in cells.values() if field.name != new.name and field.name in _WRITERS]:
        if (
            new.name in _WRITERS
            and box is not None
            and other.provenance.box is not None
            and touches(other.provenance.box, box)
        ):
            del cells[other.name]
    words = cells.get("description")
    if new.name == "item_code" and words is not None and words.value.startswith(f"{new.raw} "):
        rest = words.value.removeprefix(new.raw).strip()
        cells["description"] = words.model_copy(update={"value": rest, "raw": words.raw.removeprefix(new.raw).strip()})
    cells[new.name] = new


def _field(one: LearnedPlacing, name: str, span: Span, page: Page, before: Field | None) -> Field:
    others: tuple[Alternative, ...] = ()
    if before is not None and before.value == span.value:
        return before.model_copy(update={"confidence": max(before.confidence, _SURE)})
    if before is not None:
        others = (Alternative(value=before.value, raw=before.raw, confidence=round((1 - _SURE) / 2, 3)),)
    box = Box(*(round(value, 2) for value in span.box))
    origin = Provenance(how="read", page=page.number, box=box, by=f"{page.by}+layout@{one.origin}")
    return Field(name=name, value=span.value, raw=span.raw, confidence=_SURE, provenance=origin, alternatives=others)


def _is_product(row: Row) -> bool:
    """Tell whether quantity times price makes the amount."""
    cells = {field.name: field for field in row}
    if not {"quantity", "unit_price", "amount"} <= cells.keys():
        return False
    quantity, price, amount = (cells[name].decimal() for name in ("quantity", "unit_price", "amount"))
    return abs(quantity * price - amount) <= _CENT


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2
