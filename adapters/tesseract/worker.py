"""Runs in a guarded child: loads a page, makes it upright and level, reads it, and yields its words as JSON."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2

from adapters.tesseract.engine import TimedOut, Token, languages, orientation, recognise
from adapters.tesseract.flatten import flatten
from adapters.tesseract.lines import find_lines
from adapters.tesseract.mend import Mended, mend, quarter_turn
from adapters.tesseract.pictures import Picture, count_pages, load, size_in_points
from adapters.tesseract.upright import lie_of
from engine.ports import Limits

_LAYOUT = 3
_GOOD = 0.72
_SURE_TURN = 2.0
_FEW = 3
_NOISE = 0.4
"""Confidence of letters made of dirt."""
_POOR = 0.65
_DIRT = 0.2
_PLAIN_LETTERS = 3
_SEEN = 0.35
"""Part of the letter-like spots: when fewer are read, the print is faint."""

cv2.setNumThreads(1)


class _Attempt(NamedTuple):
    """One reading of a page, turned clockwise by `turn` from how it was loaded."""

    turn: int
    mended: Mended
    tokens: list[Token]

    @property
    def quality(self) -> float:
        """Mean confidence over letters and digits; 0 when there are none."""
        letters = self.letters
        return sum(_letters(t) * t.confidence for t in self.tokens) / letters if letters else 0.0

    @property
    def letters(self) -> int:
        """Letters and digits read."""
        return sum(_letters(t) for t in self.tokens)

    @property
    def worth(self) -> float:
        """What this reading gives: confident letters. Used to choose between readings of one page."""
        return sum(_letters(t) * max(0.0, t.confidence - _NOISE) for t in self.tokens)


def _letters(token: Token) -> int:
    return sum(sign.isalnum() for sign in token.text)


def handle(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answer `count` with `{"count"}` and `page` with size, rotation and words of one page, or `{"timeout"}`.

    Request: `what`, `path`, `media_type`, `limits`; for `page` also `number` and `languages` (None: all installed).
    """
    limits = Limits.model_validate(request["limits"])
    path, media_type = Path(request["path"]), request["media_type"]
    if request["what"] == "count":
        yield {"count": count_pages(path, media_type, limits)}
        return
    deadline = time.monotonic() + limits.ocr_timeout_seconds
    picture = _flat(load(path, media_type, request["number"], limits))
    try:
        attempt = _read(picture, request["languages"] or languages(), deadline)
    except TimedOut:
        yield {"timeout": True, "width": picture.width, "height": picture.height}
        return
    yield _page(picture, attempt)


def _flat(picture: Picture) -> Picture:
    """Return the sheet alone when the picture is a photo of one; it then has the size that such a sheet has."""
    pixels, is_changed = flatten(picture.pixels)
    if not is_changed:
        return picture
    height, width = pixels.shape
    points = size_in_points(width, height, (0.0, 0.0))
    return Picture(pixels, *points, picture.turned)


def _read(picture: Picture, languages: str, deadline: float) -> _Attempt:
    lie = lie_of(picture.pixels)
    if lie.letters < _FEW:
        return _Attempt(0, Mended(picture.pixels, 1.0, 0.0, 0.0), [])

    def attempt(turn: int, *, is_faint: bool = False) -> _Attempt:
        upright = quarter_turn(picture.pixels, turn)
        mended = mend(upright, slope=lie.slope, letter_height=lie.letter_height, is_faint=is_faint)
        tokens = recognise(mended.pixels, languages=languages, layout=_LAYOUT, seconds=deadline - time.monotonic())
        return _Attempt(turn, mended, _without_dirt(tokens) if is_faint else tokens)

    best = attempt(90 if lie.is_vertical else 0)
    if best.quality < _GOOD:
        more, confidence = orientation(best.mended.pixels, seconds=deadline - time.monotonic())
        if confidence < _SURE_TURN:
            more = 180
        if more:
            best = max(best, attempt((best.turn + more) % 360), key=lambda a: a.worth)
    if best.quality < _POOR or best.letters < _SEEN * lie.letters:
        best = max(best, attempt(best.turn, is_faint=True), key=lambda a: a.worth)
    return best


def _without_dirt(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a strengthened picture that are as tall as its plain words and hold letters or digits."""
    plain = [t.bottom - t.top for t in tokens if _letters(t) >= _PLAIN_LETTERS and t.confidence >= _POOR]
    if not plain:
        return []
    least = 0.6 * statistics.median(plain)
    return [t for t in tokens if t.bottom - t.top >= least and _letters(t) and t.confidence >= _DIRT]


def _page(picture: Picture, attempt: _Attempt) -> dict[str, Any]:
    """Return the page as JSON, boxes in points of the upright, level page."""
    is_turned = attempt.turn in (90, 270)
    width, height = (picture.height, picture.width) if is_turned else (picture.width, picture.height)
    across: float = picture.pixels.shape[0] if is_turned else picture.pixels.shape[1]
    mended = attempt.mended
    points = width / (across * mended.scale)

    def horizontal(x: float) -> float:
        return round(min(max((x - mended.left) * points, 0.0), width), 2)

    def vertical(y: float) -> float:
        return round(min(max((y - mended.top) * points, 0.0), height), 2)

    return {
        "width": round(width, 2), "height": round(height, 2), "rotation": (picture.turned + attempt.turn) % 360,
        "words": [
            (t.text, horizontal(t.left), vertical(t.top), horizontal(t.right), vertical(t.bottom), round(t.confidence, 3))
            for t in attempt.tokens
        ],
        "rules": [
            (horizontal(x0), vertical(y0), horizontal(x1), vertical(y1))
            for x0, y0, x1, y1 in (find_lines(mended.pixels) if attempt.tokens else ())
        ],
    }  # fmt: skip
