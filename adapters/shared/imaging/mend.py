"""Make a picture easy to read: level, even in light, clean, with letters of the size that recognition likes."""

import math
from typing import Any, NamedTuple

import cv2
import numpy as np

from adapters.shared.imaging.token import Grey

LETTER_HEIGHT = 23.0
"""Pixels, as of 9 point print at 250 dpi: tesseract reads as much as at 28, a sixth faster."""
_SMALL, _LARGE = 20.0, 27.0
_LEVEL = 0.15
"""Degrees: a smaller slope is left alone."""
_UNEVEN = 24
_DIM = 205
_PALE = 110
"""Grey level: darker print needs no more contrast."""
_INK, _PAPER = 40.0, 240.0
_TINT = 60
"""Grey levels: paper is not darker than this below the commonest grey."""
_TINT_OF_SPECK = 40
_SPECKLED = 0.01
"""Part of the bare paper that is specks. Clean sheets and worn slips stay below 0.006, dirty fax lines are above 0.02."""


class Mended(NamedTuple):
    """A level picture, and how its pixels map to the upright page it came from: `x_page = (x - left) / scale`."""

    pixels: Grey
    scale: float
    left: float
    top: float


def quarter_turn(picture: Grey, degrees: int) -> Grey:
    """Return the picture turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(picture, -(degrees // 90) % 4))


def mend(
    picture: Grey, *, slope: float, letter_height: float, is_faint: bool = False, is_scaled: bool = True
) -> Mended:
    """Return the picture levelled by `slope` (degrees counterclockwise), scaled, evenly lit and without specks.

    `is_faint` makes faded print black by the contrast around it, at the price of more specks.
    """
    scale = _scale(letter_height) if is_scaled else 1.0
    if scale != 1.0:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)
    if is_faint:
        picture = _without_crumbs(_strengthened(picture), smallest=0.35 * letter_height * scale)
    else:
        picture = _without_specks(_contrasted(_evenly_lit(picture)))
    if abs(slope) < _LEVEL:
        return Mended(picture, scale, 0.0, 0.0)
    level, left, top = _levelled(picture, slope)
    return Mended(level, scale, left, top)


def _scale(letter_height: float) -> float:
    if 0 < letter_height < _SMALL:
        return min(3.0, LETTER_HEIGHT / letter_height)
    if letter_height > _LARGE:
        return max(0.25, LETTER_HEIGHT / letter_height)
    return 1.0


def _evenly_lit(picture: Grey) -> Grey:
    """Divide by the light on the paper when it is dim or uneven (photos, shadows, thermal print)."""
    small = cv2.resize(picture, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    low, middle, high = (float(v) for v in np.percentile(paper, (5, 50, 95)))
    if high - low < _UNEVEN and middle > _DIM:
        return picture
    light = cv2.resize(paper, (picture.shape[1], picture.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(picture, np.maximum(light, 16), scale=250), dtype=np.uint8)


def _contrasted(picture: Grey) -> Grey:
    """Spread the greys when even the darkest print is pale (thermal paper, low light); dark print stays as it is."""
    ink, paper = (float(v) for v in np.percentile(picture[::2, ::2], (0.5, 50)))
    if ink < _PALE or paper - ink < _UNEVEN:
        return picture
    spread = (picture.astype(np.float32) - ink) * (_PAPER - _INK) / (paper - ink) + _INK
    return np.asarray(np.clip(spread, 0, 255), dtype=np.uint8)


def _strengthened(picture: Grey) -> Grey:
    """Return what is darker than its neighbourhood by more than the neighbourhood varies, black on white."""
    smooth = cv2.GaussianBlur(picture, (3, 3), 0)
    light = cv2.GaussianBlur(smooth, (0, 0), 15).astype(np.float32)
    depth = cv2.GaussianBlur(np.abs(smooth - light), (0, 0), 30)
    darker = light - smooth - 0.8 * depth
    return np.asarray(np.clip(255 - darker * 110 / np.maximum(depth, 3), 0, 255), dtype=np.uint8)


def _without_crumbs(picture: Grey, *, smallest: float) -> Grey:
    """Return the picture without dark spots that are smaller than a dot of its letters (in pixels)."""
    ink = np.asarray(picture < 200, dtype=np.uint8)  # noqa: PLR2004 - grey level
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    is_crumb = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) < smallest
    is_crumb[0] = False
    return np.where(is_crumb[labels], np.uint8(255), picture)


def _without_specks(picture: Grey) -> Grey:
    """Smooth the picture when its paper is full of single dots or grain.

    Only what lies on bare paper tells so: smoothing takes edges off small and dotted print too, and digits with them.
    """
    smooth = np.asarray(cv2.medianBlur(picture, 3), dtype=np.uint8)
    bare = cv2.erode(smooth, np.ones((7, 7), np.uint8)) > float(np.median(smooth[::2, ::2])) - _TINT
    specks = cv2.absdiff(picture, smooth)[bare] > _TINT_OF_SPECK
    return smooth if specks.size and float(np.mean(specks)) > _SPECKLED else picture


def _levelled(picture: Grey, slope: float) -> tuple[Grey, float, float]:
    """Turn by -`slope` about the middle on a canvas that loses nothing; return it with what was added left and on top."""
    height, width = picture.shape
    sine, cosine = abs(math.sin(math.radians(slope))), math.cos(math.radians(slope))
    wide, high = math.ceil(width * cosine + height * sine), math.ceil(height * cosine + width * sine)
    turn: Any = cv2.getRotationMatrix2D((width / 2, height / 2), -slope, 1.0)
    left, top = (wide - width) / 2, (high - height) / 2
    turn[0, 2] += left
    turn[1, 2] += top
    level = cv2.warpAffine(picture, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(level, dtype=np.uint8), left, top
