"""A correction teaches where a value stands on the paper of a vendor."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from engine.content.vocabulary import Vocabulary
from engine.model.field import Box
from engine.model.layout import Anchor, Kind, Placing
from engine.model.page import Reading
from engine.stages.extract.candidates import Marked
from engine.stages.extract.lines_of_text import Line, union
from engine.stages.layout.spans import Span, compact, kind_of, marked_pages, shape_of, spans

_MOST_ANCHORS = 5
_WORDS = 4
"""Words of one anchor."""
_ABOVE = 60.0
"""Points above the value where a heading may still be its own."""
_SIDE = 120.0
"""Points beside the value where a heading above it may begin."""
_LETTERS = 2


def learn(
    reading: Reading, *, field: str, value: str, page: int | None = None, box: Box | None = None,
    vocabularies: Mapping[str, Vocabulary], language: str | None = None,
) -> Placing | None:  # fmt: skip
    """Return where the corrected value stands, or None when the page does not show it.

    `page` (1-based) and `box` (points) say which print the person pointed at; without them the print that is best
    announced by words beside or above it is taken. A value that is only in the person's head cannot be learned.
    """
    kind = kind_of(field)
    best: tuple[float, Placing] | None = None
    pages = marked_pages(reading, vocabularies, language)
    for number, (sheet, lines) in enumerate(zip(reading.pages, pages, strict=True), start=1):
        if page is not None and sheet.number != page:
            continue
        for span in spans(lines, kind):
            if not _is_value(span, value, kind) or (box is not None and not touches(span.box, box)):
                continue
            anchors = _anchors(span, lines)
            score = sum(2.0 if abs(anchor.down) < span.line.height / 2 else 1.0 for anchor in anchors[:2])
            if best is None or score > best[0]:
                last = number == len(pages) > 1
                best = (score, _placing(field, kind, span, anchors, sheet.width, sheet.height, -1 if last else number))
    return best[1] if best else None


def _placing(
    field: str, kind: Kind, span: Span, anchors: Sequence[Anchor], width: float, height: float, page: int
) -> Placing:
    return Placing(
        field=field, kind=kind, shape=shape_of(span.raw), words=span.end - span.start,
        anchors=tuple(anchors[:_MOST_ANCHORS]), x0=round(span.box.x0 / width, 4), top=round(span.box.top / height, 4),
        page=page,
    )  # fmt: skip


def _is_value(span: Span, value: str, kind: Kind) -> bool:
    if kind == "amount":
        try:
            return abs(Decimal(span.value)) == abs(Decimal(value))
        except InvalidOperation:
            return False
    return span.value == value if kind == "date" else compact(span.value) == compact(value) != ""


def touches(a: Box, b: Box) -> bool:
    """Tell whether two boxes share any place."""
    return a.x0 < b.x1 and b.x0 < a.x1 and a.top < b.bottom and b.top < a.bottom


def _anchors(span: Span, page: Sequence[Marked]) -> list[Anchor]:
    """Return the words that announce a value: left of it on its line first, then above it, nearest first."""
    found: list[tuple[float, Anchor]] = []
    for marked in page:
        line = marked.line
        gap = (span.box.top + span.box.bottom - line.box.top - line.box.bottom) / 2
        if line is not span.line and not 0 < gap <= _ABOVE:
            continue
        for start, end in phrases(line):
            if line is span.line and start < span.end and span.start < end:
                continue
            box = union(line.words[start:end])
            if line is span.line or abs(box.x0 - span.box.x0) <= _SIDE or abs(box.x1 - span.box.x1) <= _SIDE:
                far = abs(gap) * 3 + min(abs(span.box.x0 - box.x1), abs(span.box.x0 - box.x0))
                if line is span.line and box.x0 > span.box.x0:
                    far += _SIDE  # words behind a value seldom announce it
                found.append((far, anchor_of(line, start, end, span)))
    return [anchor for _, anchor in sorted(found, key=lambda one: one[0])]


def anchor_of(line: Line, start: int, end: int, span: Span) -> Anchor:
    """Return words[start:end] of a line with the way from them to a value."""
    box = union(line.words[start:end])
    middle = (box.top + box.bottom) / 2
    return Anchor(
        text=" ".join(line.folded[start:end]), right=round(span.box.x0 - box.x0, 2),
        right_end=round(span.box.x1 - box.x0, 2), down=round((span.box.top + span.box.bottom) / 2 - middle, 2),
    )  # fmt: skip


def phrases(line: Line) -> list[tuple[int, int]]:
    """Return runs of words without digits in one cell, cut to a few words next to the value's side."""
    edges = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(line.cell_of)) if a != b), len(line.words)]
    runs: list[tuple[int, int]] = []
    for first, last in pairwise(edges):
        start = None
        for index in range(first, last + 1):
            steady = index < last and _is_steady(line.folded[index])
            if steady and start is None:
                start = index
            elif not steady and start is not None:
                runs.append((max(start, index - _WORDS), index))
                start = None
    return [(a, b) for a, b in runs if sum(c.isalpha() for w in line.folded[a:b] for c in w) >= _LETTERS]


def _is_steady(word: str) -> bool:
    return bool(word) and not any(sign.isdigit() for sign in word)
