"""Where a label's value may stand: beside it, level with it on another baseline, above a caption, or below."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.stages.extract.candidates import Marked
    from engine.stages.extract.labels import LabelHit
    from engine.stages.extract.lines_of_text import Line

_BELOW_REACH = 3.2
"""How far below its label a value may stand, in line heights."""
_COLUMN_REACH = 8
"""Rows of a sum table that belong to one heading."""
_LABEL_ENOUGH = 0.45
"""A weaker hit under a label does not stop the search for its value."""
_CODE = 3
"""Letters of a currency."""
_LEVEL_SHARE = 0.2
"""Share of the smaller height that a label and a value on another baseline have in common."""
_LEVEL_LINES = 2
_CAPTION_GAP, _CAPTION_SHARE, _CAPTION_SIZE = 0.6, 0.5, 1.15
"""A caption stands close under its value, closer than to what follows, and is printed smaller."""


def right_of(hit: LabelHit, marked: Marked) -> tuple[int, int]:
    """Return the word range on the label's line that it may announce: up to the next other label."""
    end = len(hit.line.words)
    for other in marked.labels:
        if other.start >= hit.end and not _is_filler(other, hit):
            end = min(end, other.start)
    return hit.end, end


def _is_filler(other: LabelHit, hit: LabelHit) -> bool:
    """Weak words right after a label (`no`, `den`, `date`) and a currency in a column of its own do not end its reach."""
    text = other.line.words[other.start].text
    is_currency = other.end == other.start + 1 and len(text) == _CODE and text.isupper() and text.isalpha()
    return (other.start == hit.end and other.strength < 0.75) or (is_currency and other.strength < _LABEL_ENOUGH)  # noqa: PLR2004


def level(hit: LabelHit, page: Sequence[Marked], *, is_text: bool = False) -> Iterator[tuple[Marked, int, int]]:
    """Yield (line, start, end) of the cells right of a label whose height they share without its baseline.

    Forms are often filled in by another program than the one that drew them: values stand some points off.
    With `is_text` the value may hold words that are labels elsewhere: `30 days net`.
    """
    box, own = hit.box, hit.line
    height = box.bottom - box.top
    after = own.words[hit.end].x0 if hit.end < len(own.words) else float("inf")
    found: list[tuple[float, Marked, int, int]] = []
    for marked in page[max(0, own.index - _LEVEL_LINES) : own.index + _LEVEL_LINES + 1]:
        line = marked.line
        if line is own:
            continue
        for start, end in line.cells:
            word = line.words[start]
            if not box.x1 < word.x0 <= after:
                continue
            shared = min(box.bottom, word.bottom) - max(box.top, word.top)
            is_label = not is_text and _is_label(marked, start, end)
            if shared >= _LEVEL_SHARE * min(height, word.bottom - word.top) and not is_label:
                found.append((shared, marked, start, end))
            break
    for _, marked, start, end in sorted(found, key=lambda f: -f[0]):
        yield marked, start, end


def above(hit: LabelHit, page: Sequence[Marked], *, is_text: bool = False) -> tuple[Marked, int, int] | None:
    """Return (line, start, end) of the cell that a label is the caption of, or None when it is no caption."""
    line = hit.line
    if (hit.start, hit.end) != line.cells[line.cell_of[hit.start]]:
        return None
    box = hit.box
    upper = _nearest(hit, page, -1)
    if upper is None:
        return None
    marked, start, end = upper
    top = marked.line.words[start]
    size, gap = top.bottom - top.top, box.top - top.bottom
    lower = _nearest(hit, page, 1)
    room = lower[0].line.words[lower[1]].top - box.bottom if lower else float("inf")
    is_close = gap <= _CAPTION_GAP * size and gap <= _CAPTION_SHARE * room
    is_smaller = size >= _CAPTION_SIZE * (box.bottom - box.top)
    is_label = not is_text and _is_label(marked, start, end)
    return upper if is_close and is_smaller and not is_label else None


def _is_label(marked: Marked, start: int, end: int) -> bool:
    return any(start <= h.start < end and h.strength > _LABEL_ENOUGH for h in marked.labels)


def under(hit: LabelHit, page: Sequence[Marked]) -> tuple[Marked, int, int] | None:
    """Return (line, start, end) of the cell right under a label, whatever its words, or None when a gap comes first."""
    lower = _nearest(hit, page, 1)
    if lower is None:
        return None
    height = max(hit.box.bottom - hit.box.top, 4.0)
    return lower if lower[0].line.words[lower[1]].top - hit.box.bottom <= _BELOW_REACH * height else None


def _nearest(hit: LabelHit, page: Sequence[Marked], step: int) -> tuple[Marked, int, int] | None:
    """Return the next cell over (-1) or under (1) a label."""
    box = hit.box
    for index in range(hit.line.index + step, hit.line.index + 5 * step, step):
        if not 0 <= index < len(page):
            return None
        line = page[index].line
        for start, end in line.cells:
            if line.words[start].x0 < box.x1 and line.words[end - 1].x1 > box.x0:
                return page[index], start, end
    return None


def below(hit: LabelHit, page: Sequence[Marked]) -> Iterator[tuple[Marked, int, int]]:
    """Yield (line, start, end) of the words under a label, line by line, until another label or a gap comes."""
    box = hit.box
    height = max(box.bottom - box.top, 4.0)
    last = box.bottom
    rows = 0
    for marked in page[hit.line.index + 1 :]:
        line = marked.line
        if line.box.top < box.top + 0.3 * height:
            continue
        if line.box.top - last > _BELOW_REACH * height:
            return
        reach = _columns(line, box.x0 - 0.6 * height, box.x1 + 0.6 * height)
        if reach is None:
            continue
        start, end = reach
        if any(
            start <= other.start < end
            and other.strength > _LABEL_ENOUGH
            and other.line.words[other.start].x0 < box.x1
            and other.line.words[other.end - 1].x1 > box.x0
            for other in marked.labels
        ):
            return
        yield marked, start, end
        last = line.box.bottom
        rows += 1
        if rows >= _COLUMN_REACH:
            return


def _columns(line: Line, low: float, high: float) -> tuple[int, int] | None:
    """Return the words of the cells that lie between two edges, or None."""
    starts = [(start, end) for start, end in line.cells if line.words[end - 1].x1 > low and line.words[start].x0 < high]
    inside = [
        (start, end)
        for start, end in starts
        if any(line.words[i].x1 > low and line.words[i].x0 < high for i in range(start, end))
    ]
    return (inside[0][0], inside[-1][1]) if inside else None
