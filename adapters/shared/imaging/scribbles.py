"""Find what was written by hand on a level picture: strokes that are neither words that were read nor drawn lines."""

import statistics
from collections.abc import Sequence

import cv2
import numpy as np

from adapters.shared.imaging.token import Grey, Token
from adapters.shared.imaging.upright import binary

_SURE = 0.7
"""Words recognised so surely are print."""
_LIKE_PRINT = 0.4
"""Words recognised so surely are print where they are as high as the other ones."""
_LONG_STROKE, _WIDEST, _HIGHEST = 1.2, 40.0, 10.0
"""Letter heights: of the longest stroke at least, and how far what was written reaches at most."""
_LEAST_WIDE, _LEAST_HIGH = 2.5, 0.45
_LARGEST_SHARE = 0.5
"""Of the box: what is fuller is a stain or a picture."""
_AROUND = 3
"""Pixels of the halved picture around a word or a line."""
_FEWEST_LETTERS = 2
_MOST = 100

Drawn = tuple[float, float, float, float]


def find_scribbles(picture: Grey, tokens: Sequence[Token]) -> list[Drawn]:
    """Return (left, top, right, bottom) in pixels of what may be handwriting; `tokens` are the words that were read."""
    heights = [t.bottom - t.top for t in tokens if t.letters >= _FEWEST_LETTERS and t.confidence >= _SURE]
    if not heights:
        return []
    letter = statistics.median(heights) / 2
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ink = _without_lines(binary(np.asarray(small, dtype=np.uint8)))
    for token in tokens:
        if _is_print(token, 2 * letter):
            left, top, right, bottom = (round(v / 2) for v in (token.left, token.top, token.right, token.bottom))
            ink[max(0, top - _AROUND) : bottom + _AROUND, max(0, left - _AROUND) : right + _AROUND] = 0
    ink = _long_strokes(ink, _LONG_STROKE * letter)
    reach = max(3, round(1.2 * letter))
    near = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach)))
    count, places = cv2.connectedComponents(near, connectivity=8)
    found = (_bounds(ink, places == at) for at in range(1, min(count, _MOST)))
    return [box for box in found if box is not None and _is_likely(box, ink, letter, small.shape)]


def _without_lines(ink: Grey) -> Grey:
    """Return the ink without lines drawn across or down the page: to be signed on, or around a cell."""
    length = max(40, ink.shape[1] // 25)
    lines = np.zeros_like(ink)
    for across, down in ((length, 1), (1, length)):
        lines |= cv2.morphologyEx(ink, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (across, down)))
    thick = cv2.dilate(lines, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
    return np.asarray(np.where(thick > 0, 0, ink), dtype=np.uint8)


def _is_print(token: Token, letter: float) -> bool:
    if token.confidence >= _SURE and token.letters:
        return True
    height = token.bottom - token.top
    return token.confidence >= _LIKE_PRINT and 0.6 * letter <= height <= 1.4 * letter


def _long_strokes(ink: Grey, least: float) -> Grey:
    """Return the ink without strokes shorter than that: dirt, and what is left of letters."""
    count, places, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    kept = np.zeros(count, dtype=np.uint8)
    kept[1:] = 255 * (np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]) >= least)
    return np.asarray(kept[places], dtype=np.uint8)


def _bounds(ink: Grey, place: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Drawn | None:
    ys, xs = np.nonzero((ink > 0) & place)
    if not len(xs):
        return None
    return 2.0 * int(xs.min()), 2.0 * int(ys.min()), 2.0 * int(xs.max()), 2.0 * int(ys.max())


def _is_likely(box: Drawn, ink: Grey, letter: float, shape: tuple[int, ...]) -> bool:
    left, top, right, bottom = (round(v / 2) for v in box)
    wide, high = right - left, bottom - top
    is_inside = left > _AROUND and top > _AROUND and right < shape[1] - _AROUND and bottom < shape[0] - _AROUND
    is_sized = _LEAST_WIDE * letter <= wide <= _WIDEST * letter and _LEAST_HIGH * letter <= high <= _HIGHEST * letter
    return is_inside and is_sized and float((ink[top:bottom, left:right] > 0).mean()) <= _LARGEST_SHARE
