"""Where the values of a labelled paper stand: beside their label, in the next cell, or below it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.content.paper_type import PaperField, ValueKind
from engine.model.field import Box
from engine.stages.extract.lines_of_text import Line, Sheet, union
from engine.stages.papers.ticks import has_boxes
from engine.stages.papers.words import BlockWords, Named, PaperWords

_BESIDE, _NEXT, _BELOW, _BARE = 1.0, 0.97, 0.85, 0.9
"""How sure it is that a print is the value of a label: behind its colon, in the next cell, below it, behind it without colon."""
_FARTHEST_BELOW, _RUNS_ON, _SHIFT = 2.6, 1.9, 3.0
"""Line heights to a value below its label, between the lines of a long one, and how far these may begin beside one another."""
_FEW = 2
_QUOTES = '"\u201c\u201d\u201e\u00ab\u00bb'
"""What is quoted is a term of a sentence."""
_SPECKS = ".·•,'`"
_SHAPED: frozenset[ValueKind] = frozenset(
    {"date", "amount", "number", "email", "phone", "iban", "tax_id", "choice", "months"}
)
"""Kinds whose print has a form by which it is known; other prints behind a label without colon may just go on with it."""


class Spot(NamedTuple):
    """A print that may be the value of a field."""

    name: str
    raw: str
    box: Box
    page: int
    score: float
    """0..1, by where it stands and the language of its label."""
    legible: float
    """Confidence (0..1) of the word that was recognised worst."""


class _Area(NamedTuple):
    line: Line
    start: int
    end: int
    score: float


def spots_on(
    sheet: Sheet,
    words: PaperWords | BlockWords,
    fields: Mapping[str, PaperField],
    *,
    used: frozenset[int],
    language: str | None,
) -> list[Spot]:
    """Return what may be values of header fields on a page, in reading order; lines in `used` belong to the table."""
    is_ocr = sheet.page.how == "ocr"
    phrases = {line.index: words.labels_on(line, is_ocr=is_ocr) for line in sheet.lines if line.index not in used}
    has_colons = _has_colons([one for several in phrases.values() for one in several])
    labels = {
        index: [one for one in several if _is_label(one, has_colons=has_colons)] for index, several in phrases.items()
    }
    out: list[Spot] = []
    for line in sheet.lines:
        for one in (one for one in labels.get(line.index, ()) if one.name in fields):
            own = 1.0 if language is None or language in one.languages else 0.95
            areas = _areas(one, fields[one.name], sheet, labels, used)
            out += [_spot(one.name, area, sheet, labels, fields[one.name], own=own) for area in areas]
    return out


def _has_colons(found: Sequence[Named]) -> bool:
    """Tell whether the page sets its labels apart by colons: then words without one are values."""
    first = [one for one in found if _is_first(one)]
    colons = sum(one.has_colon for one in first)
    return colons >= _FEW and _FEW * colons >= len(first)


def _is_first(one: Named) -> bool:
    return not any(one.line.folded[one.line.cells[one.line.cell_of[one.start]][0] : one.start])


def _is_label(one: Named, *, has_colons: bool) -> bool:
    """Tell whether a phrase announces something, by how the page sets labels apart.

    A colon, the beginning of a cell, or a number that the phrase runs into (`payment of £ 5`); where others have a colon
    one without it fills its cell and has a number beside it (`Total | 5.00`).
    """
    line, (_, cell_end) = one.line, one.line.cells[one.line.cell_of[one.start]]
    if one.has_colon or (one.end - one.start >= _FEW and any(line.numbered[one.end : min(one.end + _FEW, cell_end)])):
        return True
    if any(quote in text for text in line.texts[one.start : one.end] for quote in _QUOTES):
        return False
    if not has_colons:
        rest = line.words[one.end : cell_end]
        return _is_first(one) and (not rest or any(_has_form(word.text) for word in rest))
    return _is_first(one) and one.end == cell_end and any(line.numbered[cell_end:])


def _has_form(text: str) -> bool:
    """Tell whether a word is no plain word: a number, a date, an address."""
    return any(c.isdigit() or c == "@" for c in text)


def _areas(
    one: Named, field: PaperField, sheet: Sheet, labels: Mapping[int, Sequence[Named]], used: frozenset[int]
) -> Iterator[_Area]:
    """Yield where the value of a label may stand, the likeliest place first."""
    line = one.line
    cell_start, cell_end = line.cells[line.cell_of[one.start]]
    here = [other for other in labels[line.index] if other.start > one.start]
    stop = min((other.start for other in here), default=len(line.words))
    end = stop if field.kind == "choice" else min(cell_end, stop)
    if one.end < end:
        is_apart = one.has_colon or _starts_apart(line, one.end)
        if is_apart or field.kind in _SHAPED:
            yield _Area(line, one.end, end, _BESIDE if is_apart else _BARE)
        elif field.kind in {"id", "currency", "country"} and end - one.end <= _SHORT:
            yield _Area(line, one.end, end, _BARE)
        return
    if cell_end < stop:
        start, last = line.cells[line.cell_of[cell_end]]
        yield _Area(line, start, min(last, stop), _NEXT)
        return
    if stop == len(line.words) or line.cell_of[stop] != line.cell_of[one.start]:
        below = _below(line.box_of(cell_start, cell_end), line, sheet, labels, used)
        if below is not None:
            yield below


_SHORT = 4
"""Words that a number, a country or a currency has at most."""


def _starts_apart(line: Line, at: int) -> bool:
    return line.words[at].text[:1] in {":", "#"}


def _below(
    box: Box, line: Line, sheet: Sheet, labels: Mapping[int, Sequence[Named]], used: frozenset[int]
) -> _Area | None:
    """Return the cell right below a label, unless it is a label itself."""
    for other in sheet.lines[line.index + 1 :]:
        if other.box.top - box.bottom > _FARTHEST_BELOW * line.height or other.index in used:
            return None
        for start, end in other.cells:
            cell = other.box_of(start, end)
            if cell.x0 < box.x1 and box.x0 < cell.x1 and abs(cell.x0 - box.x0) < 4 * _SHIFT * line.height:
                is_label = any(start <= one.start < end for one in labels.get(other.index, ()))
                return None if is_label else _Area(other, start, end, _BELOW)
    return None


def _spot(
    name: str, area: _Area, sheet: Sheet, labels: Mapping[int, Sequence[Named]], field: PaperField, *, own: float
) -> Spot:  # fmt: skip
    area = _without_specks(area)
    pieces = [area, *(_following(area, sheet, labels) if field.is_long else ())]
    words = [word for piece in pieces for word in piece.line.words[piece.start : piece.end]]
    raw = " ".join(piece.line.part(piece.start, piece.end) for piece in pieces).lstrip(": ").strip()
    least = min((word.confidence for word in words if any(c.isalnum() for c in word.text)), default=1.0)
    return Spot(name, raw, union(words), area.line.page, own * area.score, least)


def _without_specks(area: _Area) -> _Area:
    """Return an area without signs alone at its ends, as which specks are recognised; a print of signs alone as it is."""
    start, end = area.start, area.end
    while start < end and not area.line.texts[start].strip(_SPECKS):
        start += 1
    while start < end and not area.line.texts[end - 1].strip(_SPECKS):
        end -= 1
    return area._replace(start=start, end=end) if start < end else area


def _following(area: _Area, sheet: Sheet, labels: Mapping[int, Sequence[Named]]) -> Iterator[_Area]:
    """Yield the lines below that go on with a long value."""
    last, left = area.line, area.line.box_of(area.start, area.end).x0
    edge = min(left, area.line.box.x0)
    for line in sheet.lines[area.line.index + 1 :]:
        is_near = line.box.top - last.box.bottom < _RUNS_ON * last.height - last.height
        begins = min(abs(line.box.x0 - left), abs(line.box.x0 - edge))
        if not is_near or begins > _SHIFT * last.height or labels.get(line.index) or has_boxes(line.text):  # fmt: skip
            return
        yield _Area(line, 0, len(line.words), area.score)
        last = line
