"""Where words that were learned as an anchor stand on a page."""

from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from engine.model.field import Box
from engine.model.layout import Anchor
from engine.stages.extract.candidates import Marked
from engine.stages.extract.lines_of_text import Line, union

_LIKE = 88.0
"""Likeness (0..100) from which an anchor counts as the same words; below it may be other words."""
_SLIPS = 2
"""Letters more or less that bad print may cost an anchor."""


def places(anchor: Anchor, lines: Sequence[Marked]) -> Iterator[Box]:
    """Yield where the words of an anchor stand on this page."""
    count = anchor.text.count(" ") + 1
    for marked in lines:
        line: Line = marked.line
        for start in range(len(line.words) - count + 1):
            text = " ".join(line.folded[start : start + count])
            if text == anchor.text or (
                abs(len(text) - len(anchor.text)) <= _SLIPS and fuzz.ratio(text, anchor.text) >= _LIKE
            ):
                yield union(line.words[start : start + count])
