"""Pages as a service saw them, turned upright and measured in points."""

import math
import re
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from adapters.ocr_results.tree import misshapen
from engine.model.errors import ReadError
from engine.model.field import Box
from engine.model.page import Code, Page, Word
from engine.ports import Limits

Corner = tuple[float, float]

A4_HEIGHT = 842.0
"""Points of the longer side where a service does not say how large the paper is."""
UNKNOWN = 0.9
"""Confidence of words without one: nothing speaks against them."""
_MOST_SPREAD = 1e7
_LARGEST_SIDE = 20_000.0
"""Points; a plan of seven metres. Longer sides are units misunderstood."""
_TELLING = 3
"""Signs from which on the direction of a word can be trusted."""
_LEAST_SKEW, _MOST_SKEW = 1.0, 20.0
_QUARTER = 90
_THINNEST = 0.1
_MOST_PARTS = 200
_FEW = 3
_ODD = re.compile(r"[^a-z0-9_]+")


class Print(NamedTuple):
    """A text with its corners in the service's units: the first edge runs in the direction of reading."""

    text: str
    corners: Sequence[Corner]
    confidence: float


class Mark(NamedTuple):
    """A barcode with its corners in the service's units."""

    symbology: str
    text: str
    corners: Sequence[Corner]


class Sheet(NamedTuple):
    """One page as it was stored."""

    width: float
    """In the service's units, like the corners."""
    height: float
    points: Corner
    """Points for one unit, across and down."""
    prints: Sequence[Print] = ()
    marks: Sequence[Mark] = ()
    turn: float = 0.0
    """Degrees clockwise by which the content is said to stand turned; used when no word shows its direction."""
    language: str | None = None
    """ISO 639-1, as the engine says."""
    drawings: Sequence[Sequence[Corner]] = ()
    """Corners of what is drawn: signatures, where the engine looks for them."""


class Placement(NamedTuple):
    """How corners of one page become boxes on the upright page."""

    number: int
    stored: Corner
    points: Corner
    rotation: int
    skew: float

    @property
    def size(self) -> Corner:
        """Width and height of the upright page in points."""
        width, height = self.stored
        return (height, width) if self.rotation in {90, 270} else (width, height)

    @property
    def stored_units(self) -> Corner:
        """Width and height of the stored page in the service's units."""
        return (self.stored[0] / self.points[0], self.stored[1] / self.points[1])

    def box(self, corners: Sequence[Corner]) -> Box | None:
        """Return the box of some corners, cut at the edges of the page; None when it lies outside."""
        if not corners:
            return None
        placed = [self._place(corner) for corner in corners]
        width, height = self.size
        x0, x1 = min(x for x, _ in placed), max(x for x, _ in placed)
        top, bottom = min(y for _, y in placed), max(y for _, y in placed)
        if x0 >= width or top >= height or x1 <= 0 or bottom <= 0:
            return None
        x0, top = max(0.0, x0), max(0.0, top)
        x1, bottom = max(min(width, x1), x0 + _THINNEST), max(min(height, bottom), top + _THINNEST)
        return Box(round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2))

    def _place(self, corner: Corner) -> Corner:
        x, y = _bounded(corner[0]) * self.points[0], _bounded(corner[1]) * self.points[1]
        width, height = self.stored
        turned = _turned(x, y, width, height, self.rotation)
        if not self.skew:
            return turned
        middle_x, middle_y = (side / 2 for side in self.size)
        angle = math.radians(-self.skew)
        dx, dy = turned[0] - middle_x, turned[1] - middle_y
        return (
            middle_x + dx * math.cos(angle) - dy * math.sin(angle),
            middle_y + dx * math.sin(angle) + dy * math.cos(angle),
        )


def _turned(x: float, y: float, width: float, height: float, rotation: int) -> Corner:
    if rotation == 0:
        return (x, y)
    return {90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}[rotation]


def lay_out(sheets: Iterable[Sheet], *, by: str, limits: Limits) -> tuple[tuple[Page, ...], tuple[Placement, ...]]:
    """Return the upright pages in their order and how each was placed.

    Raises ReadError `too_many_pages`, and `unreadable_ocr_result` when sizes or boxes cannot be right.
    """
    pages: list[Page] = []
    placements: list[Placement] = []
    for sheet in sheets:
        if len(pages) >= limits.max_pages:
            raise ReadError(
                f"The recognition result has more than {limits.max_pages} pages. Send it in parts.",
                code="too_many_pages",
            )
        placement = _placed(sheet, len(pages) + 1)
        placements.append(placement)
        pages.append(_page(sheet, placement, by))
    return tuple(pages), tuple(placements)


def rectangle(x: float, y: float, width: float, height: float) -> tuple[Corner, ...]:
    """Return the corners of an upright rectangle, clockwise from the top left."""
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def points_for(width: float, height: float) -> float:
    """Return points for one unit when only the proportions of the page are known: the longer side is that of A4."""
    return A4_HEIGHT / max(width, height, 1e-9)


def aspect(prints: Iterable[Print]) -> float:
    """Return width by height of a page whose corners are fractions of its sides, guessed from the shape of its words.

    Printed letters are about half as wide as they are high; the guess snaps to A4 and Letter, upright or lying.
    """
    guesses: list[float] = []
    for one in prints:
        if len(one.text) > _TELLING and len(one.corners) > 1:
            (x0, y0), (x1, y1) = one.corners[0], one.corners[1]
            is_lying = abs(x1 - x0) >= abs(y1 - y0)
            (left, top), (right, bottom) = _bounds(one.corners)
            across, down = right - left, bottom - top
            if across > 0 and down > 0:
                letters = 0.5 * len(one.text)
                guesses.append(letters * down / across if is_lying else down / (letters * across))
    if len(guesses) < _FEW:
        return 0.7071
    guess = min(3.0, max(0.2, median(guesses)))
    return next((paper for paper in (0.7071, 1.4142) if abs(guess / paper - 1) < 0.3), guess)  # noqa: PLR2004


def _page(sheet: Sheet, placement: Placement, by: str) -> Page:
    words: list[Word] = []
    hidden: list[Word] = []
    for one in sheet.prints:
        for text, corners in _parts(one):
            box = placement.box(corners)
            if box is None:
                hidden.append(Word(text, 0.0, 0.0, 0.0, 0.0, one.confidence))
            else:
                words.append(Word(text, *box, one.confidence))
    if len(hidden) > len(words):
        raise misshapen(f"most words of page {placement.number} lie outside it, so its size or unit is wrong")
    codes = ((mark, placement.box(mark.corners) or Box(0, 0, 0, 0)) for mark in sheet.marks if mark.text)
    drawings = (placement.box(corners) for corners in sheet.drawings)
    width, height = placement.size
    return Page(
        number=placement.number, width=round(width, 2), height=round(height, 2), words=tuple(words), hidden=tuple(hidden),
        codes=tuple(Code(_symbology(mark.symbology), mark.text, *box) for mark, box in codes), rotation=placement.rotation,
        drawings=tuple(box for box in drawings if box is not None), language=sheet.language, how="ocr", by=by,
    )  # fmt: skip


def _symbology(name: str) -> str:
    return _ODD.sub("_", name.lower())[:30] or "unknown"


def _parts(one: Print) -> list[tuple[str, Sequence[Corner]]]:
    """Return the words of a print; the box of several is shared out by their letters."""
    words = one.text.split(maxsplit=_MOST_PARTS)
    if len(words) < 2 or len(one.corners) != 4:  # noqa: PLR2004 - a quadrangle has four
        return [("".join(words), one.corners)] if words else []
    whole = sum(len(word) for word in words) + len(words) - 1
    a, b, c, d = one.corners
    parts: list[tuple[str, Sequence[Corner]]] = []
    at = 0
    for word in words:
        start, end = at / whole, (at + len(word)) / whole
        parts.append(("".join(word.split()), (_on(a, b, start), _on(a, b, end), _on(d, c, end), _on(d, c, start))))
        at += len(word) + 1
    return parts


def _on(start: Corner, end: Corner, share: float) -> Corner:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _placed(sheet: Sheet, number: int) -> Placement:
    stored = (sheet.width * sheet.points[0], sheet.height * sheet.points[1])
    if not all(math.isfinite(side) and 0 < side <= _LARGEST_SIDE for side in stored):
        raise misshapen(f"page {number} has no usable width and height")
    angles = [
        _angle(one.corners, sheet.points)
        for one in sheet.prints
        if len(one.text) >= _TELLING and len(one.corners) == 4  # noqa: PLR2004
    ]
    turn = _usual(angles) if len(angles) >= _FEW else sheet.turn
    quarter = round(turn / _QUARTER) * _QUARTER
    skew = turn - quarter
    is_skewed = _LEAST_SKEW <= abs(skew) <= _MOST_SKEW and len(angles) >= _FEW
    return Placement(number, stored, sheet.points, -quarter % 360, skew if is_skewed else 0.0)


def _angle(corners: Sequence[Corner], points: Corner) -> float:
    """Return the direction of the first edge in degrees clockwise from the right."""
    (x0, y0), (x1, y1) = corners[0], corners[1]
    return math.degrees(math.atan2(_bounded(y1 - y0) * points[1], _bounded(x1 - x0) * points[0]))


def _usual(angles: Sequence[float]) -> float:
    """Return the usual direction: the median within the quarter that most words face."""
    quarters = [round(angle / _QUARTER) % 4 for angle in angles]
    most = max(range(4), key=quarters.count)
    near = [
        (angle - most * _QUARTER + 180) % 360 - 180
        for angle, quarter in zip(angles, quarters, strict=True)
        if quarter == most
    ]
    return most * _QUARTER + median(near)


def _bounds(corners: Sequence[Corner]) -> tuple[Corner, Corner]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return (min(xs), min(ys)), (max(xs), max(ys))


def _bounded(value: float) -> float:
    return min(_MOST_SPREAD, max(-_MOST_SPREAD, value))
