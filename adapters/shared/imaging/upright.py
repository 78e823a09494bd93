"""Find how text lies in a picture: the direction of its lines, how large its letters are, how even its paper is."""

from typing import Any, NamedTuple

import cv2
import numpy as np

from adapters.shared.imaging.token import Grey

_WORK_SIDE = 1400
_MAX_GLYPHS = 1500
_MIN_GLYPHS = 12
_THIN = 0.3
"""Spots thinner than this share of the usual letter do not tell where the next letter is."""
_FINE = 0.1

Points = np.ndarray[Any, np.dtype[np.float64]]


class Lie(NamedTuple):
    """How the text of a picture lies."""

    slope: float
    """Degrees counterclockwise, -45..45, after lines that run down the page were turned clockwise by 90 degrees."""
    is_vertical: bool
    """Whether lines run up or down the page."""
    letter_height: float
    """Median, in pixels."""
    letters: int
    """Letter-like spots seen."""


def lie_of(picture: Grey, *, is_vertical: bool | None = None) -> Lie:
    """Measure how text lies in a grey picture. `is_vertical` says whether its lines run up or down, when that is known."""
    scale = min(1.0, _WORK_SIDE / max(picture.shape))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    ink = binary(np.asarray(small, dtype=np.uint8))
    boxes, centres, mask = _glyphs(ink)
    if len(centres) < _MIN_GLYPHS:
        return Lie(0.0, is_vertical=False, letter_height=0.0, letters=len(centres))
    rough, runs_down = _direction(_solid(boxes, centres))
    if is_vertical is not None and is_vertical != runs_down:
        rough, runs_down = 0.0, is_vertical
    if runs_down:
        mask = np.ascontiguousarray(np.rot90(mask, -1))
    slope = _refined(mask, rough)
    side = 0 if runs_down else 1
    return Lie(slope, runs_down, _letter_height(boxes[:, side], boxes[:, 1 - side]) / scale, len(centres))


def binary(picture: Grey) -> Grey:
    """Return ink as 255 and paper as 0, by the light around each pixel."""
    block = max(15, (min(picture.shape) // 40) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 15),
        dtype=np.uint8,
    )


def _glyphs(ink: Grey) -> tuple[Points, Points, Grey]:
    """Return (width, height) and centres of letter-like spots, and a picture of only these."""
    count, labels, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    largest = max(ink.shape) / 25
    is_letter = (np.maximum(width, height) >= 4) & (np.maximum(width, height) <= largest) & (area >= 6)  # noqa: PLR2004
    is_letter &= np.maximum(width, height) <= 8 * np.minimum(width, height)
    is_letter[0] = False
    mask = np.asarray(is_letter[labels] * 255, dtype=np.uint8) if count > 1 else ink * 0
    sizes = np.stack([width[is_letter], height[is_letter]], axis=1).astype(np.float64)
    return sizes, np.asarray(centres[is_letter], dtype=np.float64), mask


def _letter_height(heights: Points, widths: Points) -> float:
    """Return the height of the letter in the middle of all ink height; dashes and the dots of needle print count little."""
    upright = np.sort(heights[heights >= 0.6 * widths])
    if not upright.size:
        return 0.0
    return float(upright[np.searchsorted(upright.cumsum(), upright.sum() / 2)])


def _solid(boxes: Points, centres: Points) -> Points:
    """Return the centres without dashes and dots: in `=====` and `:` the nearest spot lies above, not beside."""
    is_solid = boxes.min(axis=1) >= _THIN * np.median(boxes.max(axis=1))
    return centres[is_solid] if is_solid.sum() >= _MIN_GLYPHS else centres


def _direction(centres: Points) -> tuple[float, bool]:
    """Return (rough slope, whether lines run down the page): the next letter of a line is the nearest one."""
    step = max(1, len(centres) // _MAX_GLYPHS)
    some = centres[::step]
    distance = ((some[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    distance[distance == 0] = np.inf
    nearest = centres[distance.argmin(axis=1)]
    across, down = (nearest - some).T
    angle = (np.degrees(np.arctan2(-down, across)) + 90) % 180 - 90
    histogram, _ = np.histogram(angle, bins=180, range=(-90, 90))
    wide = np.convolve(np.concatenate([histogram[-4:], histogram, histogram[:4]]), np.ones(9), mode="valid")
    peak = float(wide.argmax()) - 89.5
    if -45 <= peak <= 45:  # noqa: PLR2004 - the diagonal
        return peak, False
    return (peak - 90 if peak > 0 else peak + 90), True


def _refined(mask: Grey, rough: float) -> float:
    """Return the slope near `rough` at which the rows of letters are most distinct."""
    side = max(mask.shape)
    if side > 900:  # noqa: PLR2004 - pixels; finer does not change the angle
        mask = np.asarray(cv2.resize(mask, None, fx=900 / side, fy=900 / side, interpolation=cv2.INTER_AREA), np.uint8)
    best = _best(mask, np.arange(rough - 4, rough + 4.01, 0.5))
    best = _best(mask, np.arange(best - 0.4, best + 0.41, _FINE))
    level = _sharpness(mask, 0.0)
    # a straight page stays as it is unless turning it is clearly better
    return best if _sharpness(mask, best) > 1.02 * level else 0.0


def _best(mask: Grey, angles: Points) -> float:
    return float(max(angles, key=lambda angle: _sharpness(mask, float(angle))))


def _sharpness(mask: Grey, slope: float) -> float:
    height, width = mask.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -slope, 1.0)
    rows = cv2.warpAffine(mask, turn, (width, height), flags=cv2.INTER_LINEAR).sum(axis=1, dtype=np.float64)
    return float((np.diff(rows) ** 2).sum())
