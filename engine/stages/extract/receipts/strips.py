"""The lines of a slip: narrow print whose boxes touch, and photographs that stand a little askew."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from engine.model.page import Word
from engine.stages.extract.lines_of_text import Line, Sheet

_NEAR = 0.5
"""Share of the height by which middles of words on one line may differ."""
_OVER = 0.3
"""Share of a word that may lie over another one of its line."""
_SLOPES = tuple(step / 250 for step in range(-15, 16))
_CLEARER = 1.08
"""How much clearer the lines have to get before the page is taken for askew."""
_OPEN_ROWS = 8


def strips_of(sheet: Sheet) -> list[Line]:
    """Return the lines of a page, top to bottom: words side by side at one height, never one over another."""
    words = [word for line in sheet.lines for word in line.words]
    if not words:
        return []
    slope = _slope(words)
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: _middle(w, slope)):
        home = _home(word, rows, slope)
        if home is None:
            rows.append([word])
        else:
            home.append(word)
    rows.sort(key=lambda row: median(_middle(w, slope) for w in row))
    return [Line(sheet.page.number, row, index) for index, row in enumerate(rows)]


def _middle(word: Word, slope: float) -> float:
    return (word.top + word.bottom) / 2 - slope * (word.x0 + word.x1) / 2


def _slope(words: Sequence[Word]) -> float:
    """Return by how much lines fall per point to the right: where the middles of words gather best."""
    bins = max(median(w.bottom - w.top for w in words) / 3.0, 1.0)
    marks = [((w.top + w.bottom) / 2 / bins, (w.x0 + w.x1) / 2 / bins, len(w.text)) for w in words]

    def clarity(slope: float) -> float:
        counts: Counter[int] = Counter()
        for middle, across, weight in marks:
            counts[int(middle - slope * across)] += weight
        return 1.0 * sum(n * n for n in counts.values())

    level = clarity(0.0)
    best = max(_SLOPES, key=lambda slope: (clarity(slope), -abs(slope)))
    return best if clarity(best) > _CLEARER * level else 0.0


def _home(word: Word, rows: Sequence[list[Word]], slope: float) -> list[Word] | None:
    best: list[Word] | None = None
    least = 1.0
    for row in rows[-_OPEN_ROWS:]:
        near = min(row, key=lambda w: max(w.x0 - word.x1, word.x0 - w.x1))
        height = min(word.bottom - word.top, near.bottom - near.top)
        apart = abs(_middle(word, slope) - _middle(near, slope)) / max(height, 1.0)
        if apart < _NEAR and apart < least and not any(_lies_over(word, other) for other in row):
            best, least = row, apart
    return best


def _lies_over(word: Word, other: Word) -> bool:
    shared = min(word.x1, other.x1) - max(word.x0, other.x0)
    return shared > _OVER * max(min(word.x1 - word.x0, other.x1 - other.x0), 1.0)
