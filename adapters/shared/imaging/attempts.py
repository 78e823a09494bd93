"""Make a page upright, level and clear, and have an engine read it, more than once when the first look was poor."""

import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np

from adapters.shared.codes import PlacedCode, find_codes
from adapters.shared.imaging.flatten import flatten
from adapters.shared.imaging.lines import find_lines
from adapters.shared.imaging.mend import Mended, mend, quarter_turn
from adapters.shared.imaging.pictures import Picture, size_in_points
from adapters.shared.imaging.scribbles import find_scribbles
from adapters.shared.imaging.token import Grey, Token
from adapters.shared.imaging.upright import Lie, lie_of

_SURE_TURN = 2.0
_FEW = 3
_NOISE = 0.4
"""Confidence of letters made of dirt."""
_POOR = 0.65
_DIRT = 0.2
_PLAIN_LETTERS = 3
_SHARE = 0.5
"""Of what was read of a page lying on its side, has to be read of it upright."""
_SEEN = 0.35
"""Part of the letter-like spots: when fewer are read, the print is faint."""

_SHOWN_SIDE = 1600
"""Pixels of the longer side of a kept picture: 9 point print stays legible on A4."""
_SHOWN_BYTES = 300_000
_CODES_SIDE = 2400

cv2.setNumThreads(1)


class Recogniser(Protocol):
    """An engine that turns a mended picture into words."""

    good: float
    """Mean confidence above which a page surely stood upright."""
    is_scaled: bool
    """Whether letters have to be of one size for it."""

    def recognise(self, picture: Grey, *, letter_height: float, seconds: float) -> list[Token]:
        """Return the words of an upright picture whose letters are so high (pixels). Raises TimedOut."""

    def orientation(self, picture: Grey, *, seconds: float) -> tuple[int, float]:
        """Return (degrees clockwise that make the picture upright, confidence: above 2 it is mostly right)."""


class Attempt(NamedTuple):
    """One reading of a page, turned clockwise by `turn` from how it was loaded."""

    turn: int
    mended: Mended
    tokens: list[Token]

    @property
    def quality(self) -> float:
        """Mean confidence over letters and digits; 0 when there are none."""
        letters = self.letters
        return sum(t.letters * t.confidence for t in self.tokens) / letters if letters else 0.0

    @property
    def letters(self) -> int:
        """Letters and digits read."""
        return sum(t.letters for t in self.tokens)

    @property
    def worth(self) -> float:
        """What this reading gives: confident letters. Used to choose between readings of one page."""
        return sum(t.letters * max(0.0, t.confidence - _NOISE) for t in self.tokens)


def flat(picture: Picture) -> Picture:
    """Return the sheet alone when the picture is a photo of one; it then has the size that such a sheet has."""
    pixels, is_changed = flatten(picture.pixels)
    if not is_changed:
        return picture
    height, width = pixels.shape
    points = size_in_points(width, height, (0.0, 0.0))
    return Picture(pixels, *points, picture.turned)


def read_picture(picture: Picture, engine: Recogniser, *, deadline: float) -> Attempt:
    """Return the best reading of a page. `deadline` is a monotonic time. Raises TimedOut."""
    lie = lie_of(picture.pixels)
    if lie.letters < _FEW:
        return Attempt(0, Mended(picture.pixels, 1.0, 0.0, 0.0), [])
    best = _read(picture, engine, lie, deadline=deadline)
    if _run_down(best.tokens):
        # the ground of the paper had a pattern that looked like lines of letters
        other = lie_of(picture.pixels, is_vertical=not lie.is_vertical)
        upright = _read(picture, engine, other, deadline=deadline)
        if upright.worth > _SHARE * best.worth and not _run_down(upright.tokens):
            best = upright
    return best


def _run_down(tokens: Sequence[Token]) -> bool:
    """Whether most of the longer words are higher than wide."""
    long = [t for t in tokens if t.letters >= _PLAIN_LETTERS]
    return sum(t.bottom - t.top > t.right - t.left for t in long) > len(long) / 2


def _read(picture: Picture, engine: Recogniser, lie: Lie, *, deadline: float) -> Attempt:
    """Return the best reading of a page whose text lies like this."""

    def attempt(turn: int, *, is_faint: bool = False) -> Attempt:
        upright = quarter_turn(picture.pixels, turn)
        mended = mend(
            upright, slope=lie.slope, letter_height=lie.letter_height, is_faint=is_faint, is_scaled=engine.is_scaled
        )
        tokens = engine.recognise(
            mended.pixels, letter_height=lie.letter_height * mended.scale, seconds=deadline - time.monotonic()
        )
        return Attempt(turn, mended, _without_dirt(tokens) if is_faint else tokens)

    best = attempt(90 if lie.is_vertical else 0)
    if best.quality < engine.good:
        more, confidence = engine.orientation(best.mended.pixels, seconds=deadline - time.monotonic())
        if confidence < _SURE_TURN:
            more = 180
        if more:
            best = max(best, attempt((best.turn + more) % 360), key=lambda a: a.worth)
    if best.quality < _POOR or best.letters < _SEEN * lie.letters:
        best = max(best, attempt(best.turn, is_faint=True), key=lambda a: a.worth)
    return best


def _without_dirt(tokens: list[Token]) -> list[Token]:
    """Return the tokens of a strengthened picture that are as tall as its plain words and hold letters or digits."""
    plain = [t.bottom - t.top for t in tokens if t.letters >= _PLAIN_LETTERS and t.confidence >= _POOR]
    if not plain:
        return []
    least = 0.6 * statistics.median(plain)
    return [t for t in tokens if t.bottom - t.top >= least and t.letters and t.confidence >= _DIRT]


def upright_picture(picture: Picture, attempt: Attempt) -> bytes:
    """Return the page upright, level and evenly lit as JPEG. It shows what lies between 0 and the page's width, height."""
    mended = attempt.mended
    down, across = picture.pixels.shape[:: -1 if attempt.turn in (90, 270) else 1]
    left, top = round(mended.left), round(mended.top)
    shown = mended.pixels[top : top + round(down * mended.scale), left : left + round(across * mended.scale)]
    shrink = _SHOWN_SIDE / max(shown.shape)
    if shrink < 1:
        shown = np.asarray(cv2.resize(shown, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    for quality in (60, 40, 20):
        content = cv2.imencode(".jpg", shown, (cv2.IMWRITE_JPEG_QUALITY, quality))[1].tobytes()
        if len(content) <= _SHOWN_BYTES:
            break
    return content


def _codes(pixels: Grey) -> list[PlacedCode]:
    """Return the barcodes in a picture; more than 200 dots an inch of A4 only cost time."""
    scale = min(1.0, _CODES_SIDE / max(pixels.shape))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    return [
        code._replace(x0=code.x0 / scale, top=code.top / scale, x1=code.x1 / scale, bottom=code.bottom / scale)
        for code in find_codes(small)
    ]


def page_answer(picture: Picture, attempt: Attempt) -> dict[str, Any]:
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
        "drawings": [
            (horizontal(x0), vertical(y0), horizontal(x1), vertical(y1))
            for x0, y0, x1, y1 in find_scribbles(mended.pixels, attempt.tokens)
        ],
        "codes": [
            (code.symbology, code.text, horizontal(code.x0), vertical(code.top), horizontal(code.x1), vertical(code.bottom))
            for code in _codes(mended.pixels)
        ],
    }  # fmt: skip
