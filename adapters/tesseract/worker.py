"""Runs in a guarded child: loads a page, makes it upright and level, reads it, and yields its words as JSON."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2

from adapters.tesseract.engine import TimedOut, Token, languages, orientation, recognise
from adapters.tesseract.mend import Mended, mend, quarter_turn
from adapters.tesseract.pictures import Picture, count_pages, load
from adapters.tesseract.upright import lie_of
from engine.ports import Limits

_LAYOUT = 3
_GOOD = 0.72
_SURE_TURN = 2.0
_FEW = 3

cv2.setNumThreads(1)


class _Attempt(NamedTuple):
    """One reading of a page, turned clockwise by `turn` from how it was loaded."""

    turn: int
    mended: Mended
    tokens: list[Token]

    @property
    def quality(self) -> float:
        """Mean confidence over letters and digits; 0 when there are none."""
        weights = [(sum(sign.isalnum() for sign in token.text), token.confidence) for token in self.tokens]
        total = sum(weight for weight, _ in weights)
        return sum(weight * confidence for weight, confidence in weights) / total if total else 0.0


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
    picture = load(path, media_type, request["number"], limits)
    try:
        attempt = _read(picture, request["languages"] or languages(), deadline)
    except TimedOut:
        yield {"timeout": True, "width": picture.width, "height": picture.height}
        return
    yield _page(picture, attempt)


def _read(picture: Picture, languages: str, deadline: float) -> _Attempt:
    lie = lie_of(picture.pixels)
    turn = 90 if lie.is_vertical else 0
    if lie.letters < _FEW:
        return _Attempt(0, Mended(picture.pixels, 1.0, 0.0, 0.0), [])

    def attempt(turn: int) -> _Attempt:
        mended = mend(quarter_turn(picture.pixels, turn), slope=lie.slope, letter_height=lie.letter_height)
        tokens = recognise(mended.pixels, languages=languages, layout=_LAYOUT, seconds=deadline - time.monotonic())
        return _Attempt(turn, mended, tokens)

    first = attempt(turn)
    if first.quality >= _GOOD:
        return first
    more, confidence = orientation(first.mended.pixels, seconds=deadline - time.monotonic())
    if confidence >= _SURE_TURN and more == 0:
        return first
    other = (turn + more) % 360 if confidence >= _SURE_TURN else (turn + 180) % 360
    return max(first, attempt(other), key=lambda a: a.quality)


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
    }  # fmt: skip
