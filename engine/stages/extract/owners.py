"""Which party a number belongs to that stands in a block of several: the party heading above it in its column."""

from collections.abc import Sequence
from typing import Literal

from engine.stages.extract.candidates import Marked
from engine.stages.extract.labels import LabelHit, is_whole
from engine.stages.extract.lines_of_text import Line

Party = Literal["buyer", "seller", "nobody"]
_PARTIES: dict[str, Party] = {"buyer": "buyer", "vendor": "seller", "other_party": "nobody"}
_ALIGNED, _GAP, _MOST_ROWS = 30.0, 1.4, 16
"""Points between left edges, line heights between rows, and rows of one block."""


def headed_by(line: Line, start: int, page: Sequence[Marked]) -> Party | None:
    """Return whose block the word at `start` stands in, `nobody` for a third party's, or None without a heading.

    The block is the run of rows above it that begin at about the same place and follow one another closely.
    """
    first = line.cells[line.cell_of[start]][0]
    x0, top = line.words[first].x0, line.box.top
    own = _party_at(page[line.index], first)
    if own is not None:
        return own
    for marked in reversed(page[max(0, line.index - _MOST_ROWS) : line.index]):
        upper = marked.line
        at = next((begin for begin, _ in upper.cells if abs(upper.words[begin].x0 - x0) < _ALIGNED), None)
        if at is None:
            continue
        word = upper.words[at]
        if top - word.bottom > _GAP * max(upper.height, line.height):
            return None
        party = _party_at(marked, at)
        if party is not None:
            return party
        top = word.top
    return None


def _party_at(marked: Marked, start: int) -> Party | None:
    """Return the party that a cell beginning at `start` announces as a heading, alone or before a colon."""
    hits: list[LabelHit] = [h for h in marked.labels if h.start == start and h.name in _PARTIES and is_whole(h)]
    return _PARTIES[hits[0].name] if hits else None
