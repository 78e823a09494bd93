"""Whether somebody signed: ink at the place for it, the words of a service for signing, a typed name, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from engine.content.paper_type import PaperField
from engine.model.field import Box
from engine.stages.extract.lines_of_text import Line
from engine.stages.papers.blocks import Block
from engine.stages.papers.spots import spots_on
from engine.stages.papers.words import BlockWords

How = Literal["electronic", "ink", "typed", "missing"]
_SURE: Mapping[How, float] = {"electronic": 0.9, "ink": 0.85, "typed": 0.85, "missing": 0.85}
"""Confidence of each. That something is drawn at the place says that it was signed, not by whom."""
_ON_A_SCAN = 0.9
"""Share of that on a scan, where a stamp, a fold or a stain may be taken for ink."""
_SCRIBBLED = 0.6
"""Words recognised worse than this at the place for a signature are handwriting."""
_AS_WORDS = 0.6
"""Confidence that words which nobody can read are ink."""
_ABOVE, _BELOW = 4.0, 2.5
"""Line heights around its label in which a signature stands."""
_LEAST_WIDE, _LEAST_HIGH, _MOST_HIGH = 18.0, 5.0, 90.0
"""Points. What is smaller is dirt or a tick, what is larger a picture."""
_FEWEST_LETTERS = 2
_BLANK = "_.-\u2013\u2014\u2026:x "


class Mark(NamedTuple):
    """What was found at the place for a signature, as the value of a field."""

    name: str
    how: How
    raw: str
    box: Box
    page: int
    sure: float


def marks_in(block: Block, words: BlockWords, *, language: str | None) -> Iterator[Mark]:
    """Yield what each place for a signature in a block shows."""
    signed = {name: field for name, field in words.fields.items() if field.kind == "signature"}
    for name, field in signed.items():
        mark = _mark(block, words, name, field, language)
        if mark is not None:
            is_ocr = block.sheet.page.how == "ocr"
            yield mark._replace(sure=round(mark.sure * (_ON_A_SCAN if is_ocr else 1.0), 3))


def _mark(block: Block, words: BlockWords, name: str, field: PaperField, language: str | None) -> Mark | None:
    sheet = block.sheet
    is_ocr, page = sheet.page.how == "ocr", sheet.page.number
    for line in sheet.lines:
        if words.electronic_on(line, is_ocr=is_ocr):
            return Mark(name, "electronic", line.text, line.box, page, _SURE["electronic"])
    labels = [one for line in sheet.lines for one in words.leading_on(line, is_ocr=is_ocr) if one.name == name]
    drawn = _drawn(block, [one.line for one in labels])
    if drawn is not None:
        return Mark(name, "ink", "", drawn, page, _SURE["ink"])
    for spot in spots_on(sheet, words, {name: field}, used=frozenset(), language=language):
        print_ = spot.raw.strip(_BLANK)
        if sum(c.isalpha() for c in print_) >= _FEWEST_LETTERS:
            is_hand = is_ocr and spot.legible < _SCRIBBLED
            return (
                Mark(name, "ink", spot.raw, spot.box, page, _AS_WORDS)
                if is_hand
                else Mark(name, "typed", spot.raw, spot.box, page, _SURE["typed"])
            )
    if labels:
        one = labels[0]
        return Mark(name, "missing", "", one.line.box_of(one.start, one.end), page, _SURE["missing"])
    return None


def _drawn(block: Block, lines: Sequence[Line]) -> Box | None:
    """Return the largest drawing near a label that may be a signature."""
    fitting = [
        box for box in block.sheet.page.drawings
        if box.x1 - box.x0 >= _LEAST_WIDE and _LEAST_HIGH <= box.bottom - box.top <= _MOST_HIGH
        and block.area.x0 <= (box.x0 + box.x1) / 2 <= block.area.x1
        and any(_is_near(box, line) for line in lines)
    ]  # fmt: skip
    return max(fitting, key=lambda box: (box.x1 - box.x0) * (box.bottom - box.top), default=None)


def _is_near(box: Box, line: Line) -> bool:
    middle = (box.top + box.bottom) / 2
    return line.box.top - _ABOVE * line.height <= middle <= line.box.bottom + _BELOW * line.height
