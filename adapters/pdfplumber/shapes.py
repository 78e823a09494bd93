"""Which digit an outline looks like, next to the digits of the standard PDF fonts that pdfium carries."""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pypdfium2.raw as c
from PIL import Image, ImageChops, ImageDraw

from adapters.pdfplumber.native import address
from adapters.pdfplumber.outline import Outline, outline

_STANDARD = (b"Helvetica", b"Helvetica-Bold", b"Times-Roman", b"Times-Bold", b"Courier", b"Courier-Bold")
_WIDE, _HIGH = 20, 30
_ASPECT_WEIGHT = 0.35
_MUCH_NEARER = 0.7
"""A digit is taken for another one when that is so much nearer than the one it claims to be."""


@lru_cache(maxsize=4096)
def looks_like_another(drawn: Outline, digit: str) -> bool:
    """Whether the outline that is drawn for `digit` is clearly more like another digit."""
    picture, aspect = _raster(drawn)
    pictures, aspects = _references()
    apart = np.abs(pictures - picture).mean(axis=2) + _ASPECT_WEIGHT * np.abs(aspects - aspect)
    nearest = apart.min(axis=1)
    own = nearest[int(digit)]
    return bool(nearest.min() < _MUCH_NEARER * own)


@cache
def _references() -> tuple[Any, Any]:
    """Return pictures (digit x font x pixels) and aspects (digit x font) of the standard fonts' digits."""
    document = c.FPDF_CreateNewDocument()
    try:
        fonts = [address(c.FPDFText_LoadStandardFont(document, name)) for name in _STANDARD]
        known = [[_raster(outline(font, str(digit))) for font in fonts] for digit in range(10)]
    finally:
        c.FPDF_CloseDocument(document)
    pictures = np.stack([np.stack([picture for picture, _ in row]) for row in known])
    return pictures, np.array([[aspect for _, aspect in row] for row in known])


def _raster(drawn: Outline) -> tuple[Any, float]:
    """Return the outline filled into a small flat picture (0..1), and its width over its height."""
    xs, ys = [x for x, _, _ in drawn], [y for _, y, _ in drawn]
    left, top = min(xs), max(ys)
    width, height = max(xs) - left or 1e-6, top - min(ys) or 1e-6
    across, along = (_WIDE - 1) / width, (_HIGH - 1) / height
    filled = Image.new("1", (_WIDE, _HIGH))
    for contour in _contours(drawn):
        if len(contour) > 2:  # noqa: PLR2004 - an area
            mask = Image.new("1", (_WIDE, _HIGH))
            ImageDraw.Draw(mask).polygon([((x - left) * across, (top - y) * along) for x, y in contour], fill=1)
            filled = ImageChops.logical_xor(filled, mask)
    return np.asarray(filled, dtype=np.float32).ravel(), min(width / height, 2.0)


def _contours(drawn: Outline) -> Iterator[list[tuple[float, float]]]:
    contour: list[tuple[float, float]] = []
    for x, y, is_start in drawn:
        if is_start and contour:
            yield contour
            contour = []
        contour.append((x, y))
    yield contour
