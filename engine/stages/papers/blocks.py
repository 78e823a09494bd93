"""Blocks of a labelled paper: parts of a page under a heading of their own, such as where each side signs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.model.field import Box
from engine.model.page import Page, Word
from engine.stages.extract.lines_of_text import Sheet
from engine.stages.papers.words import OTHER, Named, PaperWords
from engine.stages.values.company import split_name

_LONGEST = 16
"""Line heights from its heading to the end of a block, where no other one begins before."""
_BELOW_PHRASE, _BELOW_NAME = 8.0, 3.5
"""Line heights from a heading to the first label of its block; `Customer: Ash Ltd` is a value where nobody signs below it."""
_AROUND = 2.0
"""Line heights by which a block reaches to the left of its heading."""


class Block(NamedTuple):
    """A part of a page, its words as lines."""

    name: str
    sheet: Sheet
    area: Box


class Parted(NamedTuple):
    """A page without the words of its blocks, and the blocks."""

    rest: Sheet
    blocks: tuple[Block, ...]


def parted(sheet: Sheet, words: PaperWords, names: Mapping[str, str]) -> Parted:
    """Return a page and its blocks. A heading without a place to sign, or another label of the block, below it makes none.

    `names` are folded names by block, which head it as well as its phrases do.
    """
    found = tuple(_blocks(sheet, words, names)) if words.blocks else ()
    strange = tuple(_of_nobody(sheet, words, found)) if words.blocks else ()
    if not found and not strange:
        return Parted(sheet, ())
    areas = (*(one.area for one in found), *strange)
    outside = [word for word in sheet.page.words if not any(_is_in(word, area) for area in areas)]
    return Parted(Sheet(_with(sheet.page, outside)), found)


def _blocks(sheet: Sheet, words: PaperWords, names: Mapping[str, str]) -> Iterator[Block]:
    heads = list(_heads(sheet, words, names))
    is_ocr = sheet.page.how == "ocr"
    for head in heads:
        area = _area(head, heads, sheet)
        inside = Sheet(_with(sheet.page, [word for word in sheet.page.words if _is_in(word, area)]))
        first = words.inside(head.name).first_on(inside, is_ocr=is_ocr)
        if first is not None and first.box.top - head.line.box.bottom <= _reach(head) * head.line.height:
            yield Block(head.name, inside, area)


def _of_nobody(sheet: Sheet, words: PaperWords, found: Sequence[Block]) -> Iterator[Box]:
    """Yield where a company signs that is none of the parties, for all we know: the day on which it did is no date of the paper."""
    is_ocr = sheet.page.how == "ocr"
    places = [own for own in map(words.inside, words.paper.blocks) if own.has_signature]
    heads = [
        Named(OTHER, line, start, end, frozenset())
        for line in (sheet.lines if places else ()) if not words.labels_on(line, is_ocr=is_ocr)
        for start, end in line.cells
        if split_name(line.part(start, end)).form and not any(_is_in(line.words[start], one.area) for one in found)
    ]  # fmt: skip
    for head in heads:
        area = _area(head, heads, sheet)
        inside = Sheet(_with(sheet.page, [word for word in sheet.page.words if _is_in(word, area)]))
        for first in (own.first_on(inside, is_ocr=is_ocr) for own in places):
            if first is not None and first.box.top - head.line.box.bottom <= _reach(head) * head.line.height:
                yield area


def _heads(sheet: Sheet, words: PaperWords, names: Mapping[str, str]) -> Iterator[Named]:
    """Yield what may head a block: its phrases at the beginning of a cell, and cells that end in the name of who signs there."""
    is_ocr = sheet.page.how == "ocr"
    for line in sheet.lines:
        told = [
            one for one in words.blocks_on(line, is_ocr=is_ocr)
            if not any(line.folded[line.cells[line.cell_of[one.start]][0] : one.start])
        ]  # fmt: skip
        yield from told
        taken = {line.cell_of[one.start] for one in told}
        for start, end in (cell for cell in line.cells if line.cell_of[cell[0]] not in taken):
            said = "".join(line.folded[start:end])
            block = next((block for block, name in names.items() if name and said.endswith(name)), None)
            if block is not None:
                yield Named(block, line, start, end, frozenset())


def _reach(head: Named) -> float:
    """Return how many line heights below its heading a block begins: right below a name, which may just be a value."""
    cell_end = head.line.cells[head.line.cell_of[head.start]][1]
    is_phrase = bool(head.languages) and head.end == cell_end
    return _BELOW_PHRASE if is_phrase else _BELOW_NAME


def _area(head: Named, heads: Sequence[Named], sheet: Sheet) -> Box:
    """Return how far a block reaches: to the one beside it, to the one below it, or as far as such blocks are high."""
    line = head.line
    box = line.box_of(*line.cells[line.cell_of[head.start]])
    left, right = box.x0 - _AROUND * line.height, _right(head, heads, sheet)
    below = [
        other.line.box.top for other in heads
        if other.line.index > line.index and left < other.line.box_of(other.start, other.end).x1 and _left(other) < right
    ]  # fmt: skip
    return Box(left, box.top - 1, right, min([*below, box.top + _LONGEST * line.height, sheet.page.height]) - 1)


def _right(head: Named, heads: Sequence[Named], sheet: Sheet) -> float:
    """Return where a block ends on its right.

    What stands beside a heading is another heading, be it one that we do not know: whoever signs there is not this side.
    """
    line, end = head.line, head.line.cells[head.line.cell_of[head.start]][1]
    if end == len(line.words):
        return sheet.page.width
    beside = line.cells[line.cell_of[end]]
    is_head = any(other.line is line and other.start == beside[0] for other in heads)
    is_value = line.texts[end - 1].endswith(":") and not line.texts[beside[1] - 1].endswith(":")
    return sheet.page.width if is_value and not is_head else line.box_of(*beside).x0 - 1


def _left(head: Named) -> float:
    return head.line.box_of(head.start, head.end).x0


def _with(page: Page, words: Sequence[Word]) -> Page:
    return page.model_copy(update={"words": tuple(words)})


def _is_in(word: Word, area: Box) -> bool:
    return (
        area.x0 <= (word.x0 + word.x1) / 2 <= area.x1 and area.top <= (word.top + word.bottom) / 2 <= area.bottom
    )  # fmt: skip
